"""Six-direction hold, of DexGraspBench: whether a robot hand keeps hold of an object that is pulled
at from six sides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import mujoco
import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.evaluation.protocols.grasp_state import GraspMoment
from diffh2o_ros.retargeting.poses import configuration_of
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.bench import Bench
from diffh2o_ros.simulation.scene import OBJECT, TARGET, root_joint, scene

#: kg; sliding friction; newtons a kilogram of the object; seconds a direction.
MASS, FRICTION, FORCE, SECONDS = 0.1, 0.6, 10.0, 2.0
#: The object may move by less than this meanwhile (meters, radians).
MOVED, TURNED = 0.05, np.deg2rad(15.0)
#: Seconds until anything pulls, and between two looks at the object.
SETTLE, LOOK = 0.2, 0.1


def directions_held(
    trajectory: RobotTrajectory, robots: Mapping[str, RobotHand], bench: Bench
) -> int:
    """From how many of the six sides a force of 10 times its mass does not move the object by 5 cm
    or 15 degrees in 2 s; a grasp succeeds where all six do not.

    Hands and object are taken as they were simulated once the fingers had pressed. Then the object
    weighs 100 g, table and gravity are gone, wrists stand still and fingers go on pressing.

    Args:
        trajectory: simulated.
        bench: whose parts of the object, time step and servos are used.
    """
    row = GraspMoment.of(trajectory).squeezed
    start = trajectory.simulated_object_pose[row].astype(float)
    start[:3, 3] += start[:3, :3] @ trajectory.object_center
    model, data = _held(trajectory, robots, bench, row, start)
    body, joint = model.body(OBJECT).id, model.joint(OBJECT).qposadr[0]
    mujoco.mj_step(model, data, round(SETTLE / model.opt.timestep))
    settled = data.qpos.copy(), data.qvel.copy()
    held = 0
    for side in np.concatenate([np.eye(3), -np.eye(3)]):
        data.qpos[:], data.qvel[:] = settled
        data.xfrc_applied[body, :3] = FORCE * MASS * side
        for _ in range(round(SECONDS / LOOK)):
            mujoco.mj_step(model, data, round(LOOK / model.opt.timestep))
            stays = _stays(data.qpos[joint : joint + 7], start)
            if not stays:
                break
        held += stays
    return held


def _held(
    trajectory: RobotTrajectory,
    robots: Mapping[str, RobotHand],
    bench: Bench,
    row: int,
    start: np.ndarray,
) -> tuple[mujoco.MjModel, mujoco.MjData]:
    """Hands as they were simulated in a row, and the object's middle at `start` (4, 4)."""
    hands = [robots[side] for side in trajectory.hands]
    physics = replace(bench.physics, mass=MASS, friction=FRICTION)
    parts = [part - trajectory.object_center for part in bench.parts]
    model = scene(hands, parts, start, None, physics)
    model.opt.gravity[:] = 0
    data = mujoco.MjData(model)
    for side, motion in trajectory.hands.items():
        placed = configuration_of(
            motion.simulated_base_pose[row].astype(float), motion.simulated_positions[row]
        )
        root = model.joint(root_joint(side)).qposadr[0]
        data.qpos[root : root + 7] = placed[:7]
        mocap = model.body(f"{side}/{TARGET}").mocapid[0]
        data.mocap_pos[mocap], data.mocap_quat[mocap] = placed[:3], placed[3:7]
        model.eq_solref[model.equality(f"{side}/{TARGET}").id, 0] = bench.spring.stiff
        for name, position in zip(motion.joint_names, placed[7:], strict=True):
            data.qpos[model.joint(f"{side}/{name}").qposadr[0]] = position
        for number in robots[side].coupling.free:
            name = f"{side}/{motion.joint_names[number]}"
            data.ctrl[model.actuator(name).id] = motion.commands[row, number]
    return model, data


def _stays(state: np.ndarray, start: np.ndarray) -> bool:
    """Whether an object's position and quaternion (7,) are those of a pose (4, 4)."""
    turned = Rotation.from_matrix(start[:3, :3]).inv() * Rotation.from_quat(
        state[3:7], scalar_first=True
    )
    return bool(np.linalg.norm(state[:3] - start[:3, 3]) < MOVED and turned.magnitude() < TURNED)
