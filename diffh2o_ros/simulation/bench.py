"""What trajectories are carried out in: a model of the object, physics, what carries the hands."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.trajectory import RobotTrajectory
from diffh2o_ros.simulation.convex_parts import Decomposition, convex_parts
from diffh2o_ros.simulation.execution import Execution, WristSpring, execute
from diffh2o_ros.simulation.scene import Physics, Servo, scene

CacheDir = str | os.PathLike | None


@dataclass(frozen=True)
class Change:
    """What a trajectory does not know of: friction instead of the scene's, times the mass, how far
    the object lies from where it should, x and y in meters."""

    name: str
    friction: float | None = None
    heavier: float = 1.0
    displaced: tuple[float, float] = (0.0, 0.0)


#: An object that is farther off than this (meters) is not waited for where plans are chosen.
LOST = 0.08
#: What robustness is the fraction of.
PERTURBATIONS = (
    Change("friction .6", friction=0.6),
    Change("twice the mass", heavier=2.0),
    Change("5 mm along x", displaced=(0.005, 0.0)),
    Change("5 mm along -x", displaced=(-0.005, 0.0)),
    Change("5 mm along y", displaced=(0.0, 0.005)),
    Change("5 mm along -y", displaced=(0.0, -0.005)),
)


@dataclass(frozen=True)
class Bench:
    """parts: corners (N, 3) of the object's convex parts, in its frame. give_up: see `execute`."""

    parts: Sequence[np.ndarray]
    physics: Physics
    spring: WristSpring = field(default_factory=WristSpring)
    give_up: float = np.inf

    @staticmethod
    def choosing(mesh: Mesh, physics: Physics, cache_dir: CacheDir = None) -> Bench:
        """The one that trajectories are chosen with."""
        return Bench(convex_parts(mesh, Decomposition(), cache_dir), physics, give_up=LOST)

    @staticmethod
    def scoring(mesh: Mesh, physics: Physics, cache_dir: CacheDir = None) -> Bench:
        """The one that they are scored with and that chose nothing: half the time step, another
        decomposition, other servos and springs."""
        finer = Decomposition(threshold=0.05, surface=40, seed=1)
        own = replace(physics, timestep=physics.timestep / 2, servo=Servo(8.0, 0.4))
        return Bench(convex_parts(mesh, finer, cache_dir), own, WristSpring(compliant=0.035))

    def run(
        self,
        trajectory: RobotTrajectory,
        robots: Mapping[str, RobotHand],
        change: Change | None = None,
    ) -> Execution:
        """An execution, under a change or as planned."""
        physics, start = self.physics, trajectory.object_pose[0].astype(float)
        if change is not None:
            friction = physics.friction if change.friction is None else change.friction
            physics = replace(physics, friction=friction, mass=change.heavier * physics.mass)
            start[:2, 3] += change.displaced
        hands = [robots[side] for side in trajectory.hands]
        # The body's origin is the object's center, wherever the mesh has its own.
        to_center = np.eye(4)
        to_center[:3, 3] = trajectory.object_center
        parts = [part - to_center[:3, 3] for part in self.parts]
        model = scene(hands, parts, start @ to_center, trajectory.table_height, physics)
        planned = trajectory.object_pose.astype(float) @ to_center
        outcome = execute(model, trajectory, robots, self.spring, planned, self.give_up)
        return replace(outcome, object_pose=outcome.object_pose @ np.linalg.inv(to_center))
