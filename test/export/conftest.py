"""Episodes for what policies learn from: small, with known answers."""

import numpy as np
import pytest

from diffh2o_ros.export.episode import Episode
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory

JOINTS = ["thumb", "index"]


@pytest.fixture
def human_episode(simple_interaction):
    """Builds an episode whose box is `size` times as large and whose hand rises by 1 cm a frame."""

    def build(size=1.0, frames=6, fps=30.0, name="m"):
        rising = np.arange(frames)[:, None] * [0, 0, 0.01]
        interaction = simple_interaction(rising, rising + [0.1, 0, 0.04], fps=fps, subdivisions=1)
        interaction.object_vertices *= np.float32(size)
        return Episode(interaction, None, name)

    return build


@pytest.fixture
def robot_episode(human_episode):
    """Builds an episode with a robot's motion at 100 Hz for half a second: the first joint is at
    the time, its command .1 ahead, the root rotates by 1 rad/s about z."""

    def build(size=1.0, robot="claw", joints=JOINTS, success=True, simulated=True, name="m"):
        human = human_episode(size, name=name)
        times = np.arange(51) / 100
        positions = np.stack([times] + [np.zeros(51)] * (len(joints) - 1), 1)
        base = np.tile(np.eye(4), (51, 1, 1))
        base[:, 0, 0] = base[:, 1, 1] = np.cos(times)
        base[:, 1, 0], base[:, 0, 1] = np.sin(times), -np.sin(times)
        pose = np.tile(np.eye(4), (51, 1, 1))
        pose[:, 2, 3] = times
        seen = {"simulated_positions": positions, "simulated_base_pose": base} if simulated else {}
        hand = RobotHandMotion(
            robot, joints, positions + 1, positions + 0.1, base, base, (0.1, np.inf), **seen
        )
        box = human.interaction
        trajectory = RobotTrajectory(
            times,
            {"right": hand},
            pose + 0,
            box.object_vertices,
            box.object_faces,
            0.0,
            pose if simulated else None,
            success=success if simulated else None,
            settings={"robots": {"right": {"sha256": "ab"}}},
        )
        return Episode(box, trajectory, name)

    return build
