"""The parts of the bench on inputs whose answers are known."""

import json
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros.bench.floor import count_work, floor_figures
from diffh2o_ros.bench.goals import MET, MISSED, UNMEASURED, judge
from diffh2o_ros.bench.growth import exponent
from diffh2o_ros.bench.machine import describe_machine, machine_name
from diffh2o_ros.bench.objects import lumpy_object
from diffh2o_ros.bench.published import STAGES, compare, count_parameters
from diffh2o_ros.bench.results import SECTIONS, Results
from diffh2o_ros.bench.tables import duration, size
from diffh2o_ros.bench.timing import measure, timing_of
from diffh2o_ros.cli import BAD_INPUT, main


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 1.7])
def test_the_exponent_of_a_power_law_is_found(power):
    assert exponent({n: 3 * n**power for n in (1, 7, 50, 900)}) == pytest.approx(power, abs=1e-9)


def test_the_exponent_is_that_of_the_large_sizes():
    hidden = {n: 1.0 + 1e-5 * n for n in (10**3, 10**4, 10**5, 10**6, 10**7, 10**8)}
    assert 0.8 < exponent(hidden) < 1.0
    assert exponent({1: 2.0}) is None and exponent({}) is None


def test_a_timing_is_a_median_and_its_spread():
    timing = timing_of([0.3, 0.1, 0.2])
    assert timing["median"] == pytest.approx(0.2) and timing["count"] == 3
    assert (timing["low"], timing["high"]) == (pytest.approx(0.12), pytest.approx(0.28))


def test_warm_up_and_preparation_do_not_count():
    prepared = []

    def prepare(number):
        prepared.append(number)
        time.sleep(0.02)
        return number

    timing = measure(lambda number: time.sleep(0.1 if number == 0 else 0), 3, prepare=prepare)
    assert prepared == [0, 1, 2, 3] and timing["count"] == 3 and timing["high"] < 0.02
    once = measure(lambda _: time.sleep(0.02), 50, limit=0.01)  # it stops, and has a figure
    assert once["count"] == 1 and once["median"] > 0.01


@pytest.mark.parametrize("faces", [12, 1_000, 16_000])
def test_objects_are_closed_and_of_the_size_that_is_asked_for(faces):
    vertices, triangles = lumpy_object(faces, seed=1)
    mesh = trimesh.Trimesh(vertices, triangles, process=False)
    assert len(triangles) == pytest.approx(faces, rel=0.05)
    assert mesh.is_watertight and mesh.volume > 0
    assert vertices[:, 2].min() == 0 and 0.05 < np.ptp(vertices, axis=0).max() < 0.13


def test_every_seed_is_another_mesh_that_the_same_hand_holds():
    (a, faces), (again, _), (b, other) = (lumpy_object(4_000, seed) for seed in (0, 0, 1))
    assert (a == again).all() and (faces == other).all()
    apart = np.linalg.norm(a - b, axis=1)
    assert 1e-4 < np.median(apart) < 3e-3


def test_work_is_counted():
    a, b = torch.ones(20, 30), torch.ones(30, 40)
    work = count_work(lambda: (a @ b) + 1)
    assert work.operations == 2 * 20 * 30 * 40
    assert work.bytes == 4 * (20 * 30 + 30 * 40 + 20 * 40)
    conv = torch.nn.Conv1d(8, 16, 5, padding=2, bias=False)
    assert count_work(lambda: conv(torch.ones(2, 8, 10))).operations == 2 * 2 * 10 * 5 * 8 * 16
    figures = floor_figures(work, 48_000, 1e9, {"a": 2.0, "b": 1.0}, 5.0)
    assert figures["floor"] == figures["arithmetic"] == 1.0
    assert (figures["network_gap"], figures["request_gap"]) == (3.0, 5.0)


def test_the_published_sizes():
    for stage in STAGES:
        assert count_parameters(stage.config) == pytest.approx(stage.parameters, rel=0.05)
    steps = [
        {"stage": name, "step": {"median": 0.01}, "guided_step": {"median": 0.03}}
        for name in ("grasp", "interaction")
    ]
    found = compare(steps, {"unguided, seen": 0.5, "guided, seen": 1.0})
    assert found["seconds"] == {"unguided": 20, "guided": 40, "guided in both stages": 60}
    assert found["ratios"] == {"unguided, seen": 40, "guided, seen": 40}


def results(gpu=None, quick=False, reply=0.9, exponents=1.02, batch=0.1):
    """A result with the figures that goals look at."""
    timing = timing_of([reply] * 3)
    requests = {"guided, seen": {"total": timing}}
    curve = {
        "points": [{"at": 256, "total": timing_of([batch] * 3)}],
        "exponents": {"request": exponents, "intake": exponents},
    }
    device = {section: {} for section in SECTIONS} | {
        "requests": requests,
        "curves": {"faces": curve, "frames": curve, "samples": curve},
        "first_answer": {"memory": {"gpu": {"peak": 4e8}}},
        "service": {"requests": {"guided, unseen": {"reply": timing}}},
    }
    machine = {**describe_machine(), "gpu": gpu, "cores": 2}
    devices = {"cpu": device} | ({"cuda": device} if gpu else {})
    return Results(machine, {"quick": quick}, timing, devices)


def verdicts(found):
    return {verdict.goal.what: verdict for verdict in judge(found)}


def test_goals_are_met_missed_or_unmeasured():
    unseen, batch = "guided request, object not seen before, message to reply", "H200, batch 256"
    faces = "growth of the intake with faces, exponent"
    found = verdicts(results())
    assert found[unseen].state == MET and found["diffh2o --help"].state == MISSED
    assert found[faces].state == MET  # 1.02 is proportion, as fits go
    assert (found[batch].state, found[batch].note) == (UNMEASURED, "no GPU here")
    assert found["host memory of the running node"].state == UNMEASURED

    found = verdicts(results(gpu="NVIDIA H200", reply=1.1, exponents=1.2))
    assert found[unseen].state == MISSED and found[faces].state == MISSED
    assert found[batch].state == MET and found[batch].value == pytest.approx(2560)
    assert found["H200, guided request, object seen before"].state == MISSED
    assert found["GPU memory, one sample"].state == MET

    found = verdicts(results(gpu="NVIDIA H100"))
    assert found[batch].state == UNMEASURED and "H100" in found[batch].note
    assert all(v.state == UNMEASURED for v in judge(results(quick=True)))


def test_a_file_names_the_machine_by_what_it_is(tmp_path):
    import socket

    found = results()
    found.save(tmp_path / "r.json")
    again = Results.load(tmp_path / "r.json")
    assert again == found
    assert machine_name(again.machine).endswith(", 2 cores") and again.machine["torch"]
    host = socket.gethostname()
    assert len(host) < 4 or host not in (tmp_path / "r.json").read_text()


def test_without_ros_on_the_path_the_service_says_so():
    code = "from diffh2o_ros.bench.service import why_not; print(why_not())"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "ROS 2 is not on the path; `make bench` has it"


def test_durations_and_sizes_in_words():
    assert [duration(s) for s in (1508.0, 1.25, 0.9996, 0.0412)] == [
        "1508 s",
        "1.25 s",
        "1 s",
        "41.2 ms",
    ]
    assert [size(n) for n in (1, 800, 16_000, 2_000_000)] == ["1", "800", "16k", "2M"]


@pytest.fixture
def files(tmp_path):
    """Files that are no results, by what is wrong with them."""
    good = json.dumps({"format": "diffh2o_ros.bench", "version": 1})
    contents = {"text": "no JSON", "other": "{}", "old": good.replace("1}", "0}"), "half": good}
    device = dict.fromkeys(SECTIONS, "lost")
    results().save(tmp_path / "damaged.json")
    damaged = json.loads((tmp_path / "damaged.json").read_text())
    contents["damaged"] = json.dumps(damaged | {"devices": {"cpu": device}})
    for name, content in contents.items():
        (tmp_path / f"{name}.json").write_text(content)
    (tmp_path / "file").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.json"], "cannot read result file nowhere.json: No such file"),
        (["text.json"], "text.json is not JSON"),
        (["other.json"], "other.json is no result of a bench: make one with diffh2o bench"),
        (["old.json"], "old.json has format version 0, this program reads 1: measure anew"),
        (["half.json"], "half.json lacks machine: measure anew"),
        (["damaged.json", "--page", "new"], "damaged.json is damaged ("),
        (["half.json", "--quick"], "leave the result files out"),
        (["half.json", "--json", "new.json"], "leave the result files out"),
        (["--json", "new.txt"], "--json must end in .json, not 'new.txt'"),
        (["--page", "file"], "cannot write --page: file is not a folder"),
        (["--device", "tpu"], "invalid choice: 'tpu'"),
    ],
)
def test_bad_input_is_one_line(words, message, files, monkeypatch, capsys):
    monkeypatch.chdir(files)
    before = sorted(files.iterdir())
    assert main(["bench", *words]) == BAD_INPUT
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1
    assert captured.err.startswith("diffh2o: error: ") and message in captured.err
    assert sorted(files.iterdir()) == before


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_an_error(tmp_path, capsys):
    out = tmp_path / "r.json"
    assert main(["bench", "--device", "cuda", "--json", str(out)]) == BAD_INPUT
    assert "no usable CUDA GPU" in capsys.readouterr().err
    assert not out.exists()
