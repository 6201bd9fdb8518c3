import json
from pathlib import Path

import numpy as np
import pytest

from diffh2o_ros.evaluation.mesh_folder import find_meshes, object_name
from diffh2o_ros.evaluation.table import Table, evaluate


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("003_cracker_box", "cracker box"),
        ("065-a_cups", "cups"),
        ("077_rubiks_cube", "rubiks cube"),
        ("mug", "mug"),
        ("my-own_mug", "my own mug"),
        ("3d_printer", "3d printer"),
        ("12", "12"),
    ],
)
def test_objects_are_called_by_their_files(stem, name):
    assert object_name(stem) == name


def test_meshes_of_a_folder(tmp_path):
    for name in ("b.STL", "a.ply", "c.obj", "readme.md", "a.npz"):
        (tmp_path / name).touch()
    assert [p.name for p in find_meshes(tmp_path)] == ["a.ply", "b.STL", "c.obj"]


@pytest.fixture
def table(simple_interaction) -> Table:
    """Three boxes, lifted by 4, 5 and 20 cm, and a file that is none."""
    heights = {"001_low": 0.04, "002_middle": 0.0501, "003_high_up": 0.2}

    def make(mesh: Path, task: str):
        if mesh.stem not in heights:
            raise FileNotFoundError(f"{mesh} holds\nno mesh")
        path = np.linspace((0, 0, 0), (0, 0, heights[mesh.stem]), 10)
        ball = path + np.array([0, 0, 0.108])
        return simple_interaction(path, ball), 1.5 + 10 * heights[mesh.stem]

    files = [Path(f"{name}.ply") for name in (*heights, "004_broken")]
    return evaluate(files, "pick up the {object} now", make, (FileNotFoundError,))


def test_rows_medians_and_counts(table):
    assert [row.task for row in table.rows[:3]] == [
        "pick up the low now", "pick up the middle now", "pick up the high up now"
    ]  # fmt: skip
    assert table.rows[3].error == "004_broken.ply holds no mesh" and not table.rows[3].figures
    assert table.risen == 2 and table.failures == 1
    assert table.medians["rise_m"] == pytest.approx(0.0501)
    assert table.medians["penetration_mm"] == pytest.approx(2, abs=0.01)
    assert table.medians["seconds"] == pytest.approx(2.001)
    assert "joints_mm" in table.medians  # the ball is no hand, so this is large
    assert table.medians["joints_mm"] > 10
    assert table.summary() == "2 of 4 objects rise 5 cm or more; 1 failed"


def test_markdown_has_a_row_a_mesh_and_the_medians(table):
    lines = table.markdown().splitlines()
    assert len(lines) == 2 + 4 + 1
    assert len({len(line) for line in lines}) == 1  # aligned
    assert len({line.count("|") for line in lines}) == 1
    heading, high = ([cell.strip() for cell in lines[i].split("|")] for i in (0, 4))
    assert high[heading.index("object")] == "003_high_up"
    assert high[heading.index("rise cm")] == "20.0"
    assert high[heading.index("floating %")] == "0"
    assert "holds no mesh" in lines[5]
    assert lines[-1].startswith("| **median**")


def test_saved_table_is_markdown_and_json(table, tmp_path):
    table.about = {"seed": 0, "version": "1"}
    table.save(tmp_path)
    content = json.loads((tmp_path / "table.json").read_text())
    assert content["seed"] == 0 and content["risen_5cm"] == 2 and content["failed"] == 1
    assert content["rows"][0]["penetration_mm"] == pytest.approx(2, abs=0.01)
    assert content["rows"][3] == {
        "mesh": "004_broken", "task": "pick up the broken now",
        "error": "004_broken.ply holds no mesh",
    }  # fmt: skip
    text = (tmp_path / "table.md").read_text()
    assert "- seed: 0" in text and table.markdown() in text and table.summary() in text


def test_errors_that_are_not_expected_are_not_hidden():
    def make(mesh, task):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        evaluate([Path("a.ply")], "lift it", make, (FileNotFoundError,))
