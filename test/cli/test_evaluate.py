"""`evaluate` through the real library, with networks that nobody trained."""

import json

import pytest

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.evaluation.cases import noise_seed
from diffh2o_ros.motion.interaction import Interaction

TASK = "pick up the {object} with the {hand} hand"


@pytest.fixture
def run(untrained, box):
    """Runs `evaluate` on the folder of the box with one step of the untrained networks."""

    def command(*words):
        flags = ["--meshes", box.parent, "--weights", untrained, "--steps", 1]
        return main(["evaluate", *map(str, [*flags, *words])])

    return command


@pytest.fixture
def tasks(tmp_path):
    file = tmp_path / "tasks.json"
    file.write_text(json.dumps([{"task": TASK, "action": "lift", "hands": ["right", "left"]}]))
    return file


@pytest.fixture
def grasps(tmp_path):
    """Two grasps of the box: one in reach, one a meter off."""
    file = tmp_path / "grasps.json"
    entries = [
        {"global_orient": [0, 0, 0], "transl": [x, 0, 0], "hand_pose": [0.0] * 45, "taxonomy": 1}
        for x in (0.0, 1.0)
    ]
    file.write_text(json.dumps({"007_tea_box": entries, "another": entries}))
    return file


def test_a_report_of_every_run(run, box, tasks, grasps, tmp_path, capsys):
    (box.parent / "broken.stl").write_text("solid nothing\nendsolid nothing\n")
    out = tmp_path / "out"
    words = ["--tasks", tasks, "--seeds", 2, "--grasps", grasps, "--out", out, "--keep"]
    assert run(*words) == 1  # one of two meshes is broken
    printed = capsys.readouterr().out
    assert "penetration" in printed and "4 runs failed" in printed and "report.md" in printed

    content = json.loads((out / "report.json").read_text())
    rows = content["rows"]
    assert len(rows) == 2 * 2 * 2 + 2 * 2
    assert sum(row["error"] is not None for row in rows) == 4
    free = [r for r in rows if r["figures"] and r["case"]["kind"] == "free"]
    first, second = (noise_seed(seed, box.stem, TASK) for seed in (0, 1))
    assert [(r["case"]["seed"], r["case"]["refined"]) for r in free] == [
        (first, True),
        (first, False),
        (second, True),
        (second, False),
    ]
    for row in free:
        figures = row["figures"]
        assert row["case"]["task"] == "pick up the tea box with the right hand"
        assert figures["joints_mm"] < 1 and figures["penetration_mm"] >= 0
        assert figures["compatible_depth_mm"] >= 0 and row["seconds"]["total"] > 0
        assert {figures[n] for n in ("success", "hand_choice", "recognition")} <= {0, 1}
    guided = [row for row in rows if row["case"]["kind"] == "full"]
    assert [row["case"]["grasp"] for row in guided] == [0, 0, 1, 1]
    assert all("out of reach" in row["refused"] for row in guided[2:])
    assert all(row["figures"]["grasp_error_m"] > 0 for row in guided[:2])
    assert content["about"]["steps"] == 1
    assert "## By mesh" in (out / "report.md").read_text()
    assert {"metrics.png", "verdicts.png", "time.png"} <= {path.name for path in out.iterdir()}
    kept = [Interaction.load(file) for file in (out / "interactions").iterdir()]
    assert len(kept) == 4 + 2


def test_a_run_is_gone_on_with_and_in_several_processes(run, tasks, tmp_path, capsys):
    out = tmp_path / "out"
    words = ["--tasks", tasks, "--refinement", "off", "--out", out]
    assert run(*words) == 0
    first = (out / "rows.jsonl").read_text()
    assert run(*words) == BAD_INPUT
    assert "--resume" in capsys.readouterr().err.splitlines()[-1]
    assert run(*words, "--resume", "--seeds", 3, "--jobs", 2) == 0
    lines = (out / "rows.jsonl").read_text().splitlines()
    assert "\n".join(lines[:2]) + "\n" == first
    seeds = [json.loads(line)["case"]["seed"] for line in lines[1:]]
    assert len(seeds) == len(set(seeds)) == 3
    rows = json.loads((out / "report.json").read_text())["rows"]  # in order, however they came
    (order,) = {tuple(r["case"]["seed"] for r in rows)}
    assert order[0] == seeds[0] and sorted(order) == sorted(seeds)
    assert run(*words, "--resume", "--steps", 2) == BAD_INPUT
    assert "begun with steps 1, not 2" in capsys.readouterr().err.splitlines()[-1]


def test_without_a_folder_the_goals_are_printed_and_nothing_is_left(run, tmp_path, capsys):
    before = sorted(tmp_path.rglob("*"))
    assert run("--task", "lift the {object}", "--refinement", "on") == 0
    printed = capsys.readouterr().out
    assert "| metric" in printed and "report.md" not in printed
    assert "without refinement" not in printed
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--keep"], "--keep needs --out"),
        (["--resume"], "--resume needs --out"),
        (["--tasks", "a", "--task", "b"], "not allowed with"),
        (["--tasks", "nowhere.json"], "nowhere.json: No such file"),
        (["--task", "lift the {mug}"], "no use for {mug}"),
        (["--grasp-kinds", "full,half"], "'half' is none of full, wrist, fingertips"),
        (["--seeds", "0"], "is not from 1 to"),
        (["--no-refine"], "unrecognized arguments"),
        (["--recognizer", "nowhere.safetensors"], "nowhere.safetensors"),
    ],
)
def test_bad_input_is_one_line(run, words, message, capsys):
    assert run(*words) == BAD_INPUT
    captured = capsys.readouterr()
    assert captured.err.startswith("diffh2o: error: ") and captured.err.count("\n") == 1
    assert message in captured.err


def test_meshes_that_share_a_name_and_grasps_of_other_meshes(run, box, grasps, capsys):
    grasps.write_text(json.dumps({"another": []}))
    assert run("--grasps", grasps) == BAD_INPUT
    assert "has no grasp for any mesh" in capsys.readouterr().err
    (box.parent / "007_tea_box.stl").write_text("")
    assert run() == BAD_INPUT
    assert "share a name" in capsys.readouterr().err
