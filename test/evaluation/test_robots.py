"""`diffh2o evaluate --robot`: the table of what a robot's hands do."""

import json

import numpy as np
import pytest
import trimesh

pytest.importorskip("mujoco")
pytest.importorskip("coacd")

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.evaluation.cases import Case
from diffh2o_ros.evaluation.robot_report import RobotReport
from diffh2o_ros.evaluation.robots import RobotRow
from diffh2o_ros.evaluation.simulated import as_simulated


@pytest.fixture(scope="module")
def meshes(can_motion, tmp_path_factory):
    folder = tmp_path_factory.mktemp("meshes")
    trimesh.Trimesh(can_motion.object_vertices, can_motion.object_faces).export(folder / "can.ply")
    (folder / "broken.ply").write_text("ply")
    return folder


def evaluate(meshes, *more):
    words = ["evaluate", "--meshes", meshes, "--device", "cpu", "--robot", "openhand", *more]
    return main([str(word) for word in words])


def test_a_report_of_lifts(meshes, tmp_path, capsys):
    tasks = tmp_path / "tasks.json"
    task = {"task": "lift the {object} with the {hand} hand", "action": "lift", "hands": ["right"]}
    tasks.write_text(json.dumps([task]))
    out = tmp_path / "report"
    assert evaluate(meshes, "--tasks", tasks, "--protocols", "--out", out) == 0
    said = capsys.readouterr().out
    figures = json.loads((out / "robots.json").read_text())
    rows = {row["case"]["mesh"]: row for row in figures["rows"]}
    assert rows["broken"]["refused"] and rows["broken"]["failure"]
    can = rows["can"]
    assert not can["refused"] and 0 <= can["robustness"] <= 1 and can["seconds"] > 0
    assert can["success"] == (not can["failure"]) and can["done"] in (True, False)
    if can["success"]:  # the object was lifted, then
        assert can["done"] and can["position_error"] < 0.03
    figures_of_can = can["figures"]
    assert figures_of_can["phy"] in (0, 1) and 0 <= figures_of_can["directions"] <= 6
    assert 0 <= figures_of_can["human_displacement_m"] < 0.11
    assert figures_of_can["retargeting_cpu_s"] > 0 and 0 <= figures_of_can["penetration_m"] < 0.01
    assert "six directions (DexGraspBench)" in said and "| lifts, perturbed" in said
    line = next(line for line in said.splitlines() if line.startswith("| all "))
    assert [cell.strip() for cell in line.split("|")][2] == "1"
    assert "broken" in said and figures["about"]["robot"] == "openhand"
    assert (out / "robots.md").read_text().startswith("# Robot hands")
    # Nothing is run again.
    before = (out / "robots.jsonl").read_text()
    more = ("--tasks", tasks, "--out", out, "--resume")
    assert evaluate(meshes, *more, "--protocols") == 0
    assert (out / "robots.jsonl").read_text() == before
    assert evaluate(meshes, *more, "--protocols", "--first-motion") == 2
    assert "was begun with other motions True, not False" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--dataset", "x"], "--robot takes --meshes"),
        (["--refinement", "off"], "judged on refined motions"),
        (["--robot", "opnhand"], "no robot opnhand"),
        (["--map", "nowhere.yml"], "cannot be read"),
    ],
)
def test_what_cannot_be_is_one_line(meshes, capsys, more, says):
    assert evaluate(meshes, *more) == BAD_INPUT
    error = capsys.readouterr().err
    assert says in error and error.count("\n") == 1


def test_flags_of_robots_need_one(meshes, capsys):
    for flag in (["--first-motion"], ["--map", "x.yml"], ["--faithful"], ["--protocols"]):
        assert main(["evaluate", "--meshes", str(meshes), *flag]) == BAD_INPUT
        assert "goes with --robot" in capsys.readouterr().err


def test_a_table_counts_what_was_tried(can_motion):
    def row(mesh, action, hand, **more):
        return RobotRow(Case(mesh, "t", action, hand, 0, True), **more)

    rows = [
        row("a", "lift", "right", success=True, robustness=1.0, first_plan=True, done=True),
        row("a", "lift", "left", robustness=0.5, failure="it fell", done=False),
        row("b", "pass", "left", failure="no grasp", refused=True),
    ]
    report = RobotReport({"robot": "r"}, rows)
    lines = [[c.strip() for c in li.split("|")[1:-1]] for li in report.table().splitlines()[2:]]
    assert lines[0] == ["all", "2", "0.50", "0.75", "0.50", "0.50", "1", "0.0"]
    assert lines[2][:4] == ["pass", "0", "-", "-"] and lines[4][0] == "hand: right"
    kinds = [[c.strip() for c in li.split("|")[1:-1]] for li in report.kinds().splitlines()[2:]]
    assert kinds[0][:4] == ["lifts", "2", "0.50", "0.95"] and kinds[1][2] == "0.75"
    # What was refused is no success.
    assert kinds[3][:3] == ["pass, pour, drink, inspect", "1", "0.00"] and len(kinds) == 4
    assert report.protocols() == ""
    failures = report.failures()
    assert "1 of 2" in failures and "it fell" in failures and "no grasp" in failures
    assert RobotRow.from_dict(json.loads(json.dumps({**vars(rows[0]), "case": vars(rows[0].case)})))


def test_the_simulated_object_in_the_motions_time(can_motion):
    class Found:
        interaction_frames = np.array([0, 0, 1, 3, 3])
        simulated_object_pose = np.tile(np.eye(4), (5, 1, 1))

    Found.simulated_object_pose[:, 2, 3] = [0, 0.1, 0.2, 0.3, 0.4]
    motion = as_simulated(can_motion, Found)
    assert motion.object_pose[:5, 2, 3] == pytest.approx([0.1, 0.2, 0.2, 0.4, 0.4])
