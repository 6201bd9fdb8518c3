import array

import numpy as np
import pytest
from geometry_msgs.msg import Point, Pose, Quaternion
from scipy.spatial.transform import Rotation
from std_msgs.msg import Header

from diffh2o_ros.hands.skeleton import rest_joints
from diffh2o_ros.motion.grasp import Grasp, GraspError
from diffh2o_ros.msg import HandGrasp
from diffh2o_ros.nodes import from_messages, to_messages


@pytest.fixture
def interaction(simple_interaction):
    """Two hands, and an object that rises and turns."""
    time = np.linspace(0, 1, 12)
    path = np.stack([0.1 * time, 0 * time, 0.2 * time], -1)
    motion = simple_interaction(path, path + [0.0, 0.0, 0.11], 4, ("left", "right"))
    turns = Rotation.from_euler("xyz", np.stack([time, -2 * time, 0.5 * time], -1)).as_matrix()
    motion.object_pose[:, :3, :3] = turns
    for hand in motion.hands.values():
        hand.hand_pose[:] = np.linspace(-1, 1, hand.hand_pose.size).reshape(-1, 45)
        hand.betas[:] = np.linspace(-2, 2, 10)
    return motion


def message_of(interaction, with_vertices=True):
    header = Header(frame_id="table")
    return to_messages.interaction_message(interaction, header, 7, 2, with_vertices)


def test_interaction_survives_the_way_out_and_in(interaction):
    interaction.warnings, interaction.warning_codes = ["a guess"], [10305]
    message = message_of(interaction)
    back = from_messages.interaction_from_message(message)
    assert (message.seed, message.sample, message.num_frames) == (7, 2, 12)
    assert (back.fps, back.text, back.grasp_frame) == (30.0, "lift the box", 4)
    np.testing.assert_allclose(back.object_pose, interaction.object_pose, atol=1e-6)
    np.testing.assert_array_equal(back.object_vertices, interaction.object_vertices)
    np.testing.assert_array_equal(back.object_faces, interaction.object_faces)
    assert back.quality == {"penetration_mm": 1.5}
    assert (back.warnings, back.warning_codes) == (["a guess"], [10305])
    assert list(back.hands) == ["left", "right"]
    for side, hand in interaction.hands.items():
        for name in (
            "global_orient",
            "transl",
            "hand_pose",
            "betas",
            "joints",
            "vertices",
            "faces",
        ):
            np.testing.assert_array_equal(getattr(back.hands[side], name), getattr(hand, name))


def test_frame_is_named_in_every_header(interaction):
    message = message_of(interaction)
    for part in (message, message.object, *message.hands):
        assert part.header.frame_id == "table"


def test_flat_fields_are_row_major(interaction):
    hand = message_of(interaction).hands[1]
    pose = interaction.hands["right"].hand_pose
    keypoints = interaction.hands["right"].joints
    assert hand.hand_pose[3 * 45 + 17] == pose[3, 17]
    assert hand.keypoints[(5 * 21 + 8) * 3 + 2] == keypoints[5, 8, 2]


def test_without_vertices_everything_else_is_there(interaction):
    message = message_of(interaction, with_vertices=False)
    for part in (message.object, *message.hands):
        assert len(part.vertices) == 0 and len(part.triangles) == 0
    assert len(message.hands[0].keypoints) == 12 * 21 * 3
    with pytest.raises(ValueError, match="vertices"):
        from_messages.interaction_from_message(message)


def test_grasps_survive_the_way_out_and_in():
    whole = Grasp("left", [0.1, 0.2, 0.3], [0.0, 0.1, 0.2], np.linspace(-0.5, 0.5, 45))
    wrist = Grasp("right", [0.1, 0.2, 0.3], [0.0, 0.1, 0.2])
    for grasp in (whole, wrist):
        back = from_messages.grasp_from_message(to_messages.grasp_message(grasp))
        assert (back.side, back.wrist_only) == (grasp.side, grasp.wrist_only)
        np.testing.assert_array_equal(back.global_orient, grasp.global_orient)
        np.testing.assert_array_equal(back.transl, grasp.transl)
    np.testing.assert_array_equal(
        from_messages.grasp_from_message(to_messages.grasp_message(whole)).hand_pose,
        whole.hand_pose,
    )
    tips = Grasp("left", fingertips=[[0.1, 0.2, 0.3], None, [0.0, 0.1, 0.2], None, None])
    back = from_messages.grasp_from_message(to_messages.grasp_message(tips))
    assert back.side == "left"
    np.testing.assert_array_equal(back.fingertips, tips.fingertips)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"side": ""}, "side"),
        ({"hand_pose": array.array("f", [0.0] * 44)}, "45"),
        ({"hand_pose": array.array("f")}, "45"),
        ({"hand_pose": array.array("f", [float("nan")] * 45)}, "NaN"),
        ({"transl": [0.0, float("inf"), 0.0]}, "transl"),
        ({"wrist_only": True}, "wrist_only"),
        ({"fingertips": array.array("f", [0.1] * 14)}, "fingertips must hold rows of 3"),
        ({"fingertips": array.array("f", [0.1] * 12)}, "5 points"),
        ({"fingertips": array.array("f", [float("nan")] * 15)}, "one finger or more"),
    ],
)
def test_bad_grasps_are_refused(change, says):
    good = {"side": "right", "hand_pose": array.array("f", [0.0] * 45)}
    with pytest.raises(GraspError, match=says):
        from_messages.grasp_from_message(HandGrasp(**(good | change)))


@pytest.mark.parametrize("side", ["left", "right"])
def test_grasp_pose_is_where_the_wrist_is(side):
    turn = Rotation.from_euler("xyz", [0.3, -0.4, 1.0])
    x, y, z, w = turn.as_quat()
    pose = Pose(position=Point(x=0.1, y=0.2, z=0.3), orientation=Quaternion(x=x, y=y, z=z, w=w))
    grasp = from_messages.grasp_of_wrist(from_messages.pose_matrix(pose), side)
    wrist = rest_joints(side)[0].numpy() + grasp.transl
    np.testing.assert_allclose(wrist, [0.1, 0.2, 0.3], atol=1e-7)
    np.testing.assert_allclose(grasp.global_orient, turn.as_rotvec(), atol=1e-6)
    assert grasp.wrist_only


@pytest.mark.parametrize("w", [0.0, 0.5, float("nan")])
def test_grasp_pose_needs_a_unit_quaternion(w):
    with pytest.raises(GraspError, match="unit quaternion"):
        from_messages.pose_matrix(Pose(orientation=Quaternion(w=w)))


def test_durations():
    made = to_messages.duration(2.25)
    assert (made.sec, made.nanosec) == (2, 250_000_000)
    almost = to_messages.duration(1.9999999999)
    assert (almost.sec, almost.nanosec) == (2, 0)
