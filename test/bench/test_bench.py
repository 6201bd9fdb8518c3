"""`diffh2o bench --quick`: a real run, from the command line to the page."""

import shutil

import pytest
from PIL import Image

from diffh2o_ros.bench.report import CONDITIONS
from diffh2o_ros.bench.results import SECTIONS
from diffh2o_ros.bench.service import why_not
from diffh2o_ros.cli import main

STAGES = {"intake", "text", "grasp_stage", "refinement", "interaction_stage", "assembly"}


def timings(found):
    """Every timing anywhere in what was found."""
    if isinstance(found, dict):
        if set(found) == {"median", "low", "high", "count"}:
            yield found
        else:
            for part in found.values():
                yield from timings(part)
    elif isinstance(found, list):
        for part in found:
            yield from timings(part)


def test_every_section_is_measured(quick):
    (found,) = quick.results.devices.values()
    assert set(found) == set(SECTIONS)
    assert set(found["requests"]) == set(CONDITIONS)
    for request in found["requests"].values():
        assert set(request["stages"]) == STAGES
        parts = sum(stage["median"] for stage in request["stages"].values())
        assert parts == pytest.approx(request["total"]["median"], rel=0.1)
    for name, curve in found["curves"].items():
        points = {point["at"]: point for point in curve["points"]}
        assert len(points) == 2 and not curve["left_out"], name
        assert None not in curve["exponents"].values()
    every = list(timings({"help": quick.results.help, **found}))
    assert len(every) > 50
    assert all(0 < t["low"] <= t["median"] <= t["high"] and t["count"] >= 1 for t in every)


def test_an_unseen_object_costs_its_intake(quick):
    requests = quick.results.find("cpu", "requests")
    parts = quick.results.find("cpu", "intake", "16000")
    assert set(parts) == {"repair", "grid", "basis point set"}
    seen, unseen = (
        requests[f"unguided, {name}"]["stages"]["intake"]["median"] for name in ("seen", "unseen")
    )
    assert unseen > seen + 0.3 * parts["grid"]["median"]


def test_the_published_size_is_the_published_size(quick):
    published = quick.results.find("cpu", "published")
    assert [s["published_parameters"] for s in published["stages"]] == [58_000_000, 232_000_000]
    for stage in published["stages"]:
        assert stage["parameters"] == pytest.approx(stage["published_parameters"], rel=0.05)
    assert [(s["frames"], s["features"]) for s in published["stages"]] == [(50, 108), (200, 117)]
    unguided = 1000 * sum(stage["step"]["median"] for stage in published["stages"])
    assert published["seconds"]["unguided"] == pytest.approx(unguided, rel=1e-3)
    ours = quick.results.find("cpu", "requests", "unguided, seen", "total", "median")
    assert published["ratios"]["unguided, seen"] == pytest.approx(unguided / ours, rel=0.01)


def test_the_floor_lies_below_what_is_measured(quick):
    floor = quick.results.find("cpu", "floor")
    # 2 steps of 4 candidates, with and without the sentence: some GFLOP of two small networks.
    assert 1e9 < floor["operations"] < 1e11
    assert floor["floor"] == max(floor["arithmetic"], floor["traffic"])
    assert floor["floor"] < floor["request"]


def test_memory_and_start_of_a_fresh_process(quick):
    answer = quick.results.find("cpu", "first_answer")
    seconds = {name: timing["median"] for name, timing in answer["seconds"].items()}
    parts = sum(value for name, value in seconds.items() if name != "total")
    assert seconds["total"] == pytest.approx(parts, rel=1e-3) and seconds["answer"] > 0.05
    assert 200e6 < answer["memory"]["host"]["peak"] < 4e9


def test_the_service_is_timed_where_ros_is(quick):
    service = quick.results.find("cpu", "service")
    if why_not() is not None:
        assert service == {"unmeasured": why_not()}
        assert f"unmeasured: {why_not()}" in quick.printed
        return
    assert set(service["requests"]) == set(CONDITIONS)
    for request in service["requests"].values():
        assert request["reply"]["median"] > request["outside"]["median"]
        assert request["outside"]["median"] > request["transport"]["median"] > 0
    assert service["ready"]["total"]["median"] > service["ready"]["configure"]["median"]
    assert 200e6 < service["memory"]["now"] <= service["memory"]["peak"]


def test_goals_of_a_machine_that_is_not_here_are_unmeasured(quick):
    table = quick.printed.split("## A request")[0]
    goals = {line.split("|")[1].strip(): line for line in table.splitlines() if "|" in line}
    for name in ("H200, batch 256", "GPU memory, one sample"):
        assert "| unmeasured |" in goals[name] and "GPU" in goals[name]
    assert "a quick run" in goals["diffh2o --help"]  # measured, but judged by no goal
    assert not any(" met " in line or " missed " in line for line in goals.values())


def test_the_page_is_drawn_again_from_the_file(quick, tmp_path, capsys):
    shutil.copy(quick.file, tmp_path)
    assert main(["bench", str(tmp_path / quick.file.name), "--page", str(tmp_path)]) == 0
    page = (tmp_path / "README.md").read_text()
    assert page == (quick.page / "README.md").read_text()
    assert f"[{quick.file.name}]({quick.file.name})" in page
    assert quick.results.machine["cpu"] in page and str(tmp_path) not in page
    for name in ("stages.png", "curves.png"):
        assert f"]({name})" in page
        with Image.open(tmp_path / name) as picture:
            assert picture.width > 800 and len(picture.convert("L").getcolors(256)) > 20
    printed = capsys.readouterr().out
    assert str(tmp_path / "README.md") in printed
    assert quick.printed.split("## A request")[0] in printed


def test_several_machines_share_a_page(quick, tmp_path):
    other = quick.results
    other.machine["cpu"] = "Another processor"
    other.save(tmp_path / "another.json")
    assert (
        main(["bench", str(quick.file), str(tmp_path / "another.json"), "--page", str(tmp_path)])
        == 0
    )
    page = (tmp_path / "README.md").read_text()
    assert page.count("\n## ") == 2 and "\n## Another processor, " in page
    assert "(another.json)" in page and "(this-machine.json)" not in page  # it lies elsewhere
