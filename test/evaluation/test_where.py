"""Where objects are held: marks, annotated grasps and hands, on grasps made for it."""

import json
from dataclasses import replace

import numpy as np
import pytest
import trimesh

from diffh2o_ros.evaluation.cases import Case
from diffh2o_ros.evaluation.judging import Row, beside_people, conduct, with_marks
from diffh2o_ros.evaluation.likeness.traits import GraspPose
from diffh2o_ros.evaluation.marks import Marks, MarksError, marked_figures
from diffh2o_ros.evaluation.where import HumanGrasps, _skin, covered, touched
from diffh2o_ros.evaluation.where_tables import handle_table, mouth_table, one_handed
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.grasp import Grasp

CASE = Case("mug", "pick up the mug", "lift", None, 0, True)
BESIDE, ABOVE = np.array([0.065, 0, 0.04]), np.array([0, 0, 0.11])
TOP = [[x, y, 0.08] for x in (-0.03, 0.03) for y in (-0.03, 0.03)]


@pytest.fixture
def held(simple_interaction):
    """A box (edge 8 cm, its bottom at 0) that is lifted by a ball of a hand at some place."""

    def build(at, **settings):
        path = np.linspace(0, 0.2, 40)[:, None] * [0, 0, 1.0]
        return simple_interaction(path, path + at, **settings)

    return build


def side_of(x):
    """Points all over the side of the box at x."""
    return [[x, y, z] for y in np.linspace(-0.04, 0.04, 9) for z in np.linspace(0, 0.08, 9)]


def test_a_grasp_is_the_handles_if_most_of_its_contact_is_there(held):
    figures = marked_figures(held(BESIDE), Marks("mug", handle=side_of(0.04)))
    assert figures == {"handle_contact": 1, "on_handle": 1}
    assert marked_figures(held(BESIDE), Marks("mug", handle=side_of(-0.04)))["on_handle"] == 0
    assert marked_figures(held(BESIDE), Marks("mug")) == {}
    assert marked_figures(held(4 * BESIDE), Marks("mug", handle=side_of(0.04))) == {}


def test_a_hand_over_the_opening_is_seen(held):
    marks = Marks("mug", rim=TOP, mouth=[0, 0, 0.08], mouth_direction=[0, 0, 1])
    assert marked_figures(held(ABOVE), marks)["over_mouth"] == 1
    assert marked_figures(held(BESIDE), marks)["over_mouth"] == 0
    assert marked_figures(held(ABOVE + [0, 0, 0.2]), marks)["over_mouth"] == 0  # far above
    turned = replace(marks, mouth=[0.04, 0, 0.04], mouth_direction=[1, 0, 0])
    turned = replace(turned, rim=[[0.04, y, z] for y in (-0.03, 0.03) for z in (0.01, 0.07)])
    assert marked_figures(held(BESIDE), turned)["over_mouth"] == 1


def test_marks_lie_beside_their_mesh(tmp_path):
    marks = Marks("mug", ["drink"], side_of(1.0), TOP, [0, 0, 1], [0, 0, 1])
    marks.write(tmp_path / "0001_mug.json")
    assert Marks.beside(tmp_path / "0001_mug.ply") == marks
    assert Marks.beside(tmp_path / "0002_mug.ply") is None
    for wrong in ('{"family": "mug", "hat": 1}', '{"family": "mug", "rim": [[1, 2]]}', "[1]"):
        (tmp_path / "0001_mug.json").write_text(wrong)
        with pytest.raises(MarksError, match="holds no marks of a mesh"):
            Marks.beside(tmp_path / "0001_mug.ply")


def test_tables_are_by_family_and_use(held):
    marks = Marks("mug", [], side_of(0.04), TOP, [0, 0, 0.08], [0, 0, 1])
    held_by_it, covers_it = held(BESIDE), held(ABOVE)
    drinking = replace(CASE, action="drink", task="drink from it")
    rows = [
        with_marks(conduct(held_by_it, CASE), held_by_it, marks),
        with_marks(conduct(covers_it, CASE), covers_it, marks),
        with_marks(conduct(covers_it, drinking), covers_it, marks),
    ]
    lines = [" ".join(line.split()) for line in handle_table({"ours": rows}).splitlines()]
    assert "| mug | pick up, pass | .33 to .46 | 0.500 of 2 |" in lines
    assert "| mug | use | .33 | 0.000 of 1 |" in lines
    assert "1.000 of 1" in mouth_table({"ours": rows}) and handle_table({"ours": []}) == ""


def annotated(y, z, side="right"):
    """A flat hand, its palm down, over a plate."""
    orient = [np.pi / 2, 0, 0]
    return Grasp(side, global_orient=orient, transl=[0, y, z], hand_pose=[0.0] * 45)


PLATE = Mesh(*(lambda box: (box.vertices, box.faces))(trimesh.creation.box((0.4, 0.4, 0.02))))


def test_grasps_through_the_table_are_left_out():
    human = HumanGrasps.of(PLATE, [annotated(0, 0.03), annotated(0, -0.05)])
    assert len(human.poses) == 1
    pose = human.poses[0]
    assert human.is_near(replace(pose)) and not human.is_near(pose)  # not beside itself
    assert human.is_near(replace(pose, palm=(np.array(pose.palm) + [0.045, 0, 0]).tolist()))
    assert not human.is_near(replace(pose, palm=(np.array(pose.palm) + [0.055, 0, 0]).tolist()))
    assert not human.is_near(GraspPose("left", pose.palm, pose.frame))
    for degrees, near in ((40, True), (50, False)):
        turn = trimesh.transformations.rotation_matrix(np.deg2rad(degrees), (0, 0, 1))[:3, :3]
        assert human.is_near(replace(pose, frame=(turn @ pose.frame).tolist())) is near


def test_contact_where_peoples_is():
    human = HumanGrasps.of(PLATE, [annotated(0, 0.025)])
    area = human.areas.any(0)
    assert area.any()
    assert covered(human.points, area, area) == 1
    moved = touched(human.points, _skin(annotated(0.13, 0.025)))
    assert covered(human.points, moved, area) < 0.2
    assert covered(human.points, np.zeros_like(area), area) is None
    assert human.among_themselves == {}


def test_people_are_held_against_one_another():
    human = HumanGrasps.of(PLATE, [annotated(y, 0.025) for y in (0, 0.002, 0.1)])
    assert human.among_themselves["people_near_people"] == pytest.approx(2 / 3)
    assert 0.6 < human.among_themselves["people_contact_of_people"] < 0.95


def test_rows_say_where_hands_are_beside_people(held):
    interaction = held(BESIDE)
    body = Mesh(interaction.object_vertices, interaction.object_faces)
    row = conduct(interaction, CASE)
    human = HumanGrasps.of(body, [annotated(0, 0.3)])  # touches nothing
    assert "contact_of_people" not in beside_people(row, interaction, human).figures


def test_hands_that_nobody_named():
    def row(hands, task="lift the mug", action="lift", size=10.0):
        return Row(replace(CASE, task=task, action=action), {"extent_cm": size}, hands=hands)

    rows = [row(["right"]), row(["left"]), row(["right"]), row(["left", "right"])]
    rows += [row(["left"], task="lift it with your left hand"), row(["left"], action="offhand")]
    rows += [row(["left", "right"], size=30.0), row([])]
    one, right = one_handed(rows)
    assert (one.value, one.count) == (0.75, 4)
    assert (right.value, right.count) == (pytest.approx(2 / 3), 3)
    assert json.dumps(one_handed([])) == "[null, null]"
