"""A data set's own sequences under the judges of generated motions."""

import json

import numpy as np
import pytest

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.data.judging import dataset_rows
from diffh2o_ros.hands.mirror import mirror


@pytest.fixture(scope="module")
def rows(dataset):
    return dataset_rows(dataset, None, 0, workers=1)


def test_the_datas_sequences_do_what_they_say(dataset, rows):
    done = [row.figures["success"] for row in rows]
    assert len(rows) == len(dataset) and np.mean(done) >= 0.95
    assert all(row.case.action in row.passes for row in rows if row.figures["success"])
    assert all(row.traits is not None and row.traits.grasps for row in rows)
    shakes = [row for row in rows if row.case.action in ("shake", "wipe")]
    assert all(row.figures["oscillation_cm"] > 1 for row in shakes)


def test_grasps_are_those_of_the_object_however_it_lies(dataset, rows):
    """The palm is where the object's own grasp has it, turned and mirrored as sequences are."""
    mirrored = set()
    for row in rows:
        recipe, thing = dataset.recipe(row.case.seed)
        if recipe.action == "offhand":
            continue
        mirrored.add(recipe.mirrored)
        for grasp in row.traits.grasps:
            hold = thing.hold(getattr(recipe, grasp.side), np.eye(3))
            right = hold if grasp.side == "right" else hold.mirrored()
            palm = right.kinematics()[1][[0, 1, 4, 7, 10]].mean(0).numpy()  # wrist and MCPs
            expected = palm if grasp.side == "right" else mirror(palm)
            np.testing.assert_allclose(grasp.palm, expected, atol=0.004)
    assert mirrored == {True, False}


def test_a_data_set_is_judged_by_the_command(folder, dataset, tmp_path, capsys):
    out = tmp_path / "report"
    assert main(["evaluate", "--dataset", str(folder), "--num", "4", "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    for title in ("Actions done", "Likeness to people", "What the judges say of the data"):
        assert f"## {title}" in printed
    content = json.loads((out / "report.json").read_text())
    assert len(content["rows"]) == 4 and "mean distance" in json.dumps(content["beside"])
    assert "# 4 sequences" in (out / "report.md").read_text()


def test_without_anything_to_judge_it_says_so(capsys):
    assert main(["evaluate"]) == BAD_INPUT
    assert "give --meshes, --dataset or both" in capsys.readouterr().err
    assert main(["evaluate", "--dataset", "nowhere"]) == BAD_INPUT
    assert "not a data set" in capsys.readouterr().err
