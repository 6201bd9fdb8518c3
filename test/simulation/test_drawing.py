"""Robot hands for pictures and films."""

from dataclasses import replace

import numpy as np
import pytest
import trimesh

pytest.importorskip("mujoco")

from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory
from diffh2o_ros.simulation.drawing import drawable

SECONDS = 1.0


@pytest.fixture(scope="module")
def planned(openhand):
    """The base moves by half a meter and turns by 90 degrees; in the end the fingers close."""
    times = np.linspace(0, SECONDS, 61)
    base = np.tile(np.eye(4), (61, 1, 1))
    base[:, :3, 3] = times[:, None] * [0.5, 0, 0] + [0, 0, 1]
    for pose, time in zip(base, times, strict=True):
        pose[:3, :3] = trimesh.transformations.rotation_matrix(time * np.pi / 2, (0, 0, 1))[:3, :3]
    joints = np.tile(openhand.neutral[7:], (61, 1))
    joints[31:] = openhand.limits[:, 1]
    hand = RobotHandMotion(
        "openhand", openhand.joint_names, joints, joints, base, base, (0.5, np.inf)
    )
    box = trimesh.creation.box((0.1, 0.1, 0.1))
    pose = np.tile(np.eye(4), (61, 1, 1))
    pose[:, 2, 3] = 0.3 * times
    return RobotTrajectory(times, {"right": hand}, pose, box.vertices, box.faces, -0.05)


def local(interaction, planned, frame):
    """Vertices of the hand at a frame, in its root's frame."""
    row = round(frame / interaction.fps * 60)
    pose = planned.hands["right"].base_pose[row]
    vertices = interaction.hands["right"].vertices[frame]
    return (vertices - pose[:3, 3]) @ pose[:3, :3]


def test_the_surface_moves_with_the_base_and_the_fingers(openhand, planned):
    shown = drawable(planned, {"right": openhand}, "lift").interaction
    assert shown.fps == 30 and shown.num_frames == 30 and shown.text == "lift"
    assert shown.grasp_frame == 15
    first = local(shown, planned, 0)
    for frame in (1, 7, 15):
        assert np.abs(local(shown, planned, frame) - first).max() < 1e-4
    bent = np.linalg.norm(local(shown, planned, 20) - first, axis=1)
    assert bent.max() > 0.03 and bent.min() < 1e-4


def test_the_surface_is_the_robot_s(openhand, planned):
    """Every one of its points is on a shape of the robot, and all of these are there."""
    shown = drawable(planned, {"right": openhand}, "lift").interaction.hands["right"]
    openhand.forward(np.concatenate([[0, 0, 1, 1, 0, 0, 0], openhand.neutral[7:]]))
    points = openhand.world(*openhand.points)
    assert shown.vertices[0].min(0) == pytest.approx(points.min(0), abs=1e-4)
    assert shown.vertices[0].max(0) == pytest.approx(points.max(0), abs=1e-4)
    bodies = trimesh.Trimesh(shown.vertices[0], shown.faces, process=False).split()
    assert len(bodies) == 16 and all(body.volume > 0 for body in bodies)


def test_what_was_simulated_is_shown_where_there_is_any(openhand, planned):
    robots = {"right": openhand}
    before = drawable(planned, robots, "lift").interaction
    aside, up = np.eye(4), np.eye(4)
    aside[1, 3], up[2, 3] = 0.2, 0.1
    hand = planned.hands["right"]
    hand = replace(
        hand, simulated_positions=hand.positions, simulated_base_pose=aside @ hand.base_pose
    )
    simulated = replace(
        planned, hands={"right": hand}, simulated_object_pose=up @ planned.object_pose
    )
    after = drawable(simulated, robots, "lift").interaction
    moved = after.hands["right"].vertices - before.hands["right"].vertices
    assert np.abs(moved - [0, 0.2, 0]).max() < 1e-5
    wanted = before.object_pose[:, :3, 3] + [0, 0, 0.1]
    assert after.object_pose[:, :3, 3] == pytest.approx(wanted, abs=1e-6)
    assert before.object_pose[15, 2, 3] == pytest.approx(0.15, abs=1e-6)
