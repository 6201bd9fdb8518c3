"""The metrics on bodies whose answers are known: a ball of 3 cm radius and a box of 8 cm edge."""

import time

import numpy as np
import pytest
import torch
import trimesh

from diffh2o_ros.evaluation.agreement import joint_disagreement_mm
from diffh2o_ros.evaluation.metrics import interaction_metrics, moving_frames
from diffh2o_ros.evaluation.volume import shared_volumes
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands import skeleton

FPS, TOP, RADIUS = 30.0, 0.08, 0.03
FRAMES = 40


def rising(speed=0.3, frames=FRAMES):
    """(T, 3) a path straight up at `speed` m/s."""
    return np.arange(frames)[:, None] / FPS * np.array([0, 0, speed])


@pytest.mark.parametrize("depth", [0.004, 0.02])
def test_ball_pressed_into_the_top_of_a_rising_box(simple_interaction, depth):
    path = rising()
    metrics = interaction_metrics(
        simple_interaction(path, path + np.array([0, 0, TOP + RADIUS - depth]), subdivisions=4)
    )
    cap = np.pi * depth**2 * (3 * RADIUS - depth) / 3
    zone = min(depth, 0.005) + 0.005  # a sphere's area between two planes goes with their distance
    assert metrics["penetration_mm"] == pytest.approx(1e3 * depth, abs=1e-2)
    assert metrics["interpenetration_cm3"] == pytest.approx(1e6 * cap, rel=0.1)
    assert metrics["contact_ratio"] == pytest.approx(zone / (2 * RADIUS), abs=0.02)
    assert metrics["floating"] == 0
    assert metrics["slip_mm_s"] == pytest.approx(0, abs=1e-2)
    assert metrics["rise_m"] == pytest.approx(0.3 * (FRAMES - 1) / FPS, abs=1e-6)
    assert metrics["wrist_path_m"] == pytest.approx(metrics["rise_m"], abs=1e-5)
    assert metrics["jerk"] == pytest.approx(0, abs=0.1)
    assert metrics["table_mm"] == 0
    assert metrics["moving"] == pytest.approx((FRAMES - 1) / FRAMES)


def test_ball_wholly_inside_is_deep_but_touches_no_surface(simple_interaction):
    path = rising()
    interaction = simple_interaction(path, path + np.array([0, 0, 0.04]), subdivisions=4)
    metrics = interaction_metrics(interaction)
    from_middle = np.abs(interaction.hands["right"].vertices[0] - (0, 0, 0.04)).max(1)
    volume = 4 / 3 * np.pi * RADIUS**3
    assert metrics["penetration_mm"] == pytest.approx(1e3 * (0.04 - from_middle.min()), abs=1e-2)
    assert metrics["interpenetration_cm3"] == pytest.approx(1e6 * volume, rel=0.02)
    assert metrics["contact_ratio"] == 0
    assert metrics["floating"] == 0


def test_fingertips_near_the_surface_are_counted_over_both_hands(simple_interaction):
    path = rising()
    # The tip towards -x is 8 mm off the side of the box.
    beside = path + np.array([0.04 + RADIUS + 0.008, 0, 0.04])
    assert interaction_metrics(simple_interaction(path, beside))["fingers"] == 1
    both = simple_interaction(path, beside, sides=("left", "right"))
    assert interaction_metrics(both)["fingers"] == 2
    farther = path + np.array([0.04 + RADIUS + 0.012, 0, 0.04])
    assert interaction_metrics(simple_interaction(path, farther))["fingers"] == 0


def test_floating_is_the_share_of_moving_frames_without_contact(simple_interaction):
    path = rising()
    ball = path + np.array([0, 0, TOP + RADIUS + 0.004])
    ball[30:] += (0, 0, 0.002)  # 6 mm off: not within 5
    metrics = interaction_metrics(simple_interaction(path, ball))
    assert metrics["floating"] == pytest.approx(10 / 39)
    assert metrics["penetration_mm"] == 0 and metrics["interpenetration_cm3"] == 0


def test_figures_are_over_the_moving_frames_of_the_interaction_stage(simple_interaction):
    path = np.zeros((FRAMES, 3))
    path[20:] = rising(frames=20)
    ball = path + np.array([0, 0, TOP + RADIUS - 0.004])
    ball[:20] -= (0, 0, 0.01)  # deeper while nothing moves
    interaction = simple_interaction(path, ball, grasp_frame=10)
    np.testing.assert_array_equal(moving_frames(interaction), np.arange(21, 40))
    metrics = interaction_metrics(interaction)
    assert metrics["penetration_mm"] == pytest.approx(4, abs=1e-2)
    assert metrics["moving"] == pytest.approx(19 / 30)


def test_an_object_that_never_moves_is_judged_over_the_whole_stage(simple_interaction):
    path = np.zeros((FRAMES, 3))
    ball = path + np.array([0, 0, TOP + RADIUS - 0.004])
    ball[:10] += (0, 0, 0.5)
    metrics = interaction_metrics(simple_interaction(path, ball, grasp_frame=10))
    assert metrics["moving"] == 0 and metrics["rise_m"] == 0 and metrics["floating"] == 0
    assert metrics["penetration_mm"] == pytest.approx(4, abs=1e-2)


def test_speed_thresholds_of_motion(simple_interaction):
    ball = np.zeros((FRAMES, 3)) + np.array([0, 0, 0.2])
    assert len(moving_frames(simple_interaction(rising(0.009), ball))) == 0
    assert len(moving_frames(simple_interaction(rising(0.011), ball))) == FRAMES - 1
    for turn, expected in ((0.19, 0), (0.21, FRAMES - 1)):
        turning = simple_interaction(np.zeros((FRAMES, 3)), ball)
        angle = np.arange(FRAMES) / FPS * turn
        turning.object_pose[:, 0, 0] = turning.object_pose[:, 1, 1] = np.cos(angle)
        turning.object_pose[:, 1, 0] = np.sin(angle)
        turning.object_pose[:, 0, 1] = -np.sin(angle)
        assert len(moving_frames(turning)) == expected


def test_slip_is_the_wrist_speed_in_the_frame_of_a_turning_object(simple_interaction):
    path = rising()
    drift = np.arange(FRAMES)[:, None] / FPS * np.array([0.06, 0, 0])
    drift = drift - drift.mean(0)
    interaction = simple_interaction(path, path + drift + np.array([0, 0, TOP + RADIUS]))
    assert interaction_metrics(interaction)["slip_mm_s"] == pytest.approx(60, abs=0.1)
    # Turned rigidly with its hand, the same motion slips as much and sinks as deep.
    turn = trimesh.transformations.rotation_matrix(0.7, (1, 2, 3))
    interaction.object_pose = (turn @ interaction.object_pose).astype(np.float32)
    hand = interaction.hands["right"]
    hand.vertices = (hand.vertices @ turn[:3, :3].T).astype(np.float32)
    hand.joints = (hand.joints @ turn[:3, :3].T).astype(np.float32)
    assert interaction_metrics(interaction)["slip_mm_s"] == pytest.approx(60, abs=0.1)


def test_slip_is_that_of_the_hand_that_touches(simple_interaction):
    path = rising()
    ball = path + np.array([0, 0, TOP + RADIUS])
    interaction = simple_interaction(path, ball, sides=("left", "right"))
    leaving = rising(1.0) + np.array([0.2, 0, 0])
    hand = interaction.hands["left"]
    hand.vertices, hand.joints = hand.vertices + leaving[:, None], hand.joints + leaving[:, None]
    assert interaction_metrics(interaction)["slip_mm_s"] == pytest.approx(0, abs=1e-2)


def test_seam_is_the_speed_across_the_boundary_over_the_usual_one(simple_interaction):
    steps = np.full(FRAMES - 1, 0.004)
    steps[19] = 0.02  # from frame 19 to the grasp frame, 20
    way = np.concatenate([[0], np.cumsum(steps)])
    wrist = np.stack([way, np.zeros(FRAMES), np.full(FRAMES, 0.3)], axis=1)
    path = rising()

    def seam(wrist, grasp_frame):
        return interaction_metrics(simple_interaction(path, wrist, grasp_frame))["seam"]

    assert seam(wrist, 20) == pytest.approx(5, rel=1e-3)
    assert seam(wrist, 25) == pytest.approx(1, rel=1e-3)
    still = np.zeros((FRAMES, 3)) + np.array([0, 0, 0.3])
    assert seam(still, 20) == 0
    still[20:] += (0.001, 0, 0)  # 3 cm/s for one step, against the floor of 1 cm/s
    assert seam(still, 20) == pytest.approx(3, rel=1e-3)


def test_jerk_of_a_cubic_path(simple_interaction):
    seconds = np.arange(FRAMES)[:, None] / FPS
    ball = 0.5 * seconds**3 * np.array([0, 0, 1]) + np.array([0, 0, 0.2])
    metrics = interaction_metrics(simple_interaction(rising(), ball))
    assert metrics["jerk"] == pytest.approx(3, rel=0.02)


def test_table_is_how_far_a_hand_dips_below_where_the_object_stands(simple_interaction):
    path = rising()
    ball = path + np.array([0.2, 0, 0.5])
    ball[5] = (0.2, 0, RADIUS - 0.007)
    metrics = interaction_metrics(simple_interaction(path, ball, grasp_frame=10))
    assert metrics["table_mm"] == pytest.approx(7, abs=0.01)


def test_rise_is_that_of_the_lowest_point(simple_interaction):
    """A box that only tips over an edge lifts its center, but does not leave the table."""
    interaction = simple_interaction(np.zeros((2, 3)), np.full((2, 3), 0.3))
    edge = (0.04, 0, 0)
    tipped = trimesh.transformations.rotation_matrix(np.pi / 4, (0, 1, 0), edge)
    interaction.object_pose[1] = tipped
    assert interaction_metrics(interaction)["rise_m"] == pytest.approx(0, abs=1e-6)


def test_shared_volume_of_two_boxes_and_of_none():
    box = trimesh.creation.box((0.05, 0.06, 0.07))
    moved = np.stack([box.vertices + s for s in ((0.02, 0, 0), (0.051, 0, 0), (1, 0, 0))])
    body = Mesh(box.vertices, box.faces)
    volumes = shared_volumes(body, moved, box.faces)
    np.testing.assert_allclose(volumes, [0.03 * 0.06 * 0.07, 0, 0], rtol=0.05)
    assert shared_volumes(body, moved[2:], box.faces) == [0]


def test_joints_of_the_published_skeleton_agree_and_others_do_not(simple_interaction):
    wrist = rising() + np.array([0, 0, 0.2])
    interaction = simple_interaction(rising(), wrist, sides=("left", "right"))
    generator = np.random.default_rng(3)
    for side, hand in interaction.hands.items():
        hand.global_orient = generator.normal(size=(FRAMES, 3)).astype(np.float32)
        hand.hand_pose = (0.4 * generator.normal(size=(FRAMES, 45))).astype(np.float32)
        pose = [torch.from_numpy(p) for p in (hand.global_orient, hand.transl, hand.hand_pose)]
        rotations, joints = skeleton.forward_kinematics(skeleton.rest_joints(side), *pose)
        hand.joints = skeleton.keypoints(joints, rotations, skeleton.tip_offsets(side)).numpy()
    assert joint_disagreement_mm(interaction) < 1e-3
    interaction.hands["left"].joints[7, 11] += (0.003, 0, 0)
    assert joint_disagreement_mm(interaction) == pytest.approx(3, abs=0.01)
    for hand in interaction.hands.values():
        hand.betas = np.full(10, 0.5, np.float32)
    assert joint_disagreement_mm(interaction) is None


def test_metrics_of_a_full_sequence_take_seconds(simple_interaction):
    """160 frames, a hand of 2,562 vertices, an object of 20,480 faces."""
    path = rising(0.1, 160)
    interaction = simple_interaction(path, path + np.array([0, 0, 0.07]), 50, subdivisions=4)
    dense = trimesh.creation.icosphere(subdivisions=5, radius=0.06)
    interaction.object_vertices = dense.vertices.astype(np.float32)
    interaction.object_faces = dense.faces.astype(np.int32)
    start = time.perf_counter()
    metrics = interaction_metrics(interaction)
    assert time.perf_counter() - start < 20
    assert metrics["penetration_mm"] == pytest.approx(20, abs=0.1)
