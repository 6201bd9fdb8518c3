"""The motion of robot hands that do what human ones do, seen to work in simulation or not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.geometry.mass import mass_of
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotHandMotion, RobotTrajectory
from diffh2o_ros.simulation.execution import Executor, HandPlan
from diffh2o_ros.simulation.planning import PERTURBATIONS, Bench, CacheDir, Chosen, Planner
from diffh2o_ros.simulation.scene import Physics


@dataclass(frozen=True)
class SimulationOptions:
    """mass: of the object, kg; by its volume where None. friction: sliding, of everything."""

    mass: float | None = None
    friction: float = 0.9

    def physics(self, mesh: Mesh) -> Physics:
        return Physics(mass=self.mass or mass_of(mesh)[0], friction=self.friction)


def robot_motion(
    motion: Interaction,
    robots: Mapping[str, RobotHand],
    seed: int = 0,
    options: SimulationOptions | None = None,
    check: Callable[[], None] = lambda: None,
    cache_dir: CacheDir = None,
) -> RobotTrajectory:
    """Plans robot hands, chooses by one simulation and scores by another, which chose nothing.

    Args:
        robots: by side, one for each hand that acts.
        seed: of what grasps start from.
        check: called now and then; what it raises ends the work.
        cache_dir: folder that keeps objects' convex parts between processes.

    Raises:
        RobotHandError: a hand has no robot, or one of the other side, or never holds the object.
    """
    options = options or SimulationOptions()
    planner = Planner(motion, robots, np.random.default_rng(seed), check)
    mesh = Mesh(motion.object_vertices, motion.object_faces)
    physics = options.physics(mesh)
    chosen = planner.choose(Bench.choosing(mesh, physics, cache_dir))
    check()
    scoring = Bench.scoring(mesh, physics, cache_dir)
    outcome, verdict = scoring.run(motion, chosen.plans)
    perturbed = []
    for number in range(len(PERTURBATIONS)):
        check()
        perturbed.append(scoring.run(motion, chosen.plans, number)[1].success)
    found = trajectory(motion, chosen.plans, Executor())
    frames = _frames(motion, chosen.plans, Executor())
    return dataclasses.replace(
        found,
        simulated_object_pose=outcome.object_pose[frames],
        success=verdict.success,
        position_error=verdict.position_error,
        rotation_error=verdict.rotation_error,
        robustness=float(np.mean(perturbed)),
        settings=_settings(motion, physics, chosen, verdict.reason, perturbed, seed),
    )


def trajectory(
    motion: Interaction, plans: Sequence[HandPlan], executor: Executor
) -> RobotTrajectory:
    """Plans as commands over time, as an executor gives them."""
    timeline = executor.timeline(motion.num_frames, motion.fps, plans)
    hands = {}
    for number, plan in enumerate(plans):
        path = plan.path[timeline.frame]
        base = np.tile(np.eye(4), (len(path), 1, 1))
        base[:, :3, :3] = Rotation.from_quat(path[:, 3:7], scalar_first=True).as_matrix()
        base[:, :3, 3] = path[:, :3]
        commands = path[:, 7:].copy()
        offset = plan.torque / executor_stiffness(plan)
        commands[:, plan.hand.coupling.free] += timeline.squeeze[:, number, None] * offset
        hands[plan.hand.side] = RobotHandMotion(
            plan.hand.name, plan.hand.joint_names, path[:, 7:], commands, base, base
        )
    vertices, faces = motion.object_vertices, motion.object_faces
    pose = motion.object_pose[timeline.frame]
    table = float((vertices @ pose[0, 2, :3]).min() + pose[0, 2, 3])
    return RobotTrajectory(timeline.time, hands, pose, vertices, faces, table)


def executor_stiffness(plan: HandPlan) -> float:
    """N m/rad of the servos that commands are meant for."""
    return Physics().servo.stiffness


def _frames(motion: Interaction, plans: Sequence[HandPlan], executor: Executor) -> np.ndarray:
    return executor.timeline(motion.num_frames, motion.fps, plans).frame


def _settings(
    motion: Interaction,
    physics: Physics,
    chosen: Chosen,
    reason: str,
    perturbed: Sequence[bool],
    seed: int,
) -> dict:
    timeline = Executor().timeline(motion.num_frames, motion.fps, chosen.plans)
    said = {
        "task": motion.text,
        "fps": motion.fps,
        "mass": physics.mass,
        "friction": physics.friction,
        "stiffness": physics.servo.stiffness,
        "trials": chosen.trials,
        "first_plan_holds": chosen.first,
        "perturbations": {p[0]: bool(ok) for p, ok in zip(PERTURBATIONS, perturbed, strict=True)},
        "seed": seed,
    }
    if reason:
        said["failure"] = reason
    if timeline.slowed > 1.001:
        said["slowed"] = timeline.slowed
    return said
