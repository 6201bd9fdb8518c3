"""A robot hand that floats: its kinematics, its limits and the points of its surface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import mujoco
import numpy as np

from diffh2o_ros.printable import shown
from diffh2o_ros.retargeting.anatomy import HandAnatomy, infer
from diffh2o_ros.retargeting.coupling import JointCoupling, coupling_of
from diffh2o_ros.retargeting.floating import float_hand, strip
from diffh2o_ros.retargeting.links import Links
from diffh2o_ros.retargeting.mapping import HandMapping
from diffh2o_ros.retargeting.robot_file import read_robot, velocity_limits

#: ObjectSurface points that are kept clear of things.
CLEARED_POINTS = 350
#: Where a joint that has no limits is kept (radians or meters).
UNLIMITED = 2 * np.pi
#: The speed of joints whose files say nothing of it, rad/s or m/s.
VELOCITY = 2 * np.pi
#: How far fingers are bent at the start, of their way from straight to closed.
BENT = 0.25


@dataclass(frozen=True, eq=False)
class RobotHand:
    """A hand whose root floats freely.

    A configuration is (7 + N,): position and quaternion (w x y z) of the root, then the N joints in
    the file's order. A displacement is (6 + K,): of the root, as MuJoCo differentiates a free
    joint, and of the K joints that nothing else moves.

    Attributes:
        name: what messages call it.
        spec: the floating hand without actuators; model: of that.
        anatomy: its fingers.
        coupling: which joints follow others.
        velocities: (N,) largest speed of each joint, rad/s or m/s.
        sha256: of the file; of the model, where it is of no file.
        file: that it was read from.
    """

    name: str
    spec: mujoco.MjSpec
    model: mujoco.MjModel
    anatomy: HandAnatomy
    coupling: JointCoupling
    velocities: np.ndarray
    sha256: str
    file: Path | None = None

    @staticmethod
    def read(path: str | Path, mapping: HandMapping | None = None) -> RobotHand:
        """The hand in a file, MJCF or URDF. Raises RobotHandError, one line."""
        hand = RobotHand.of(read_robot(path), str(path), velocity_limits(path), mapping)
        digest = sha256(Path(path).read_bytes()).hexdigest()
        return replace(hand, sha256=digest, file=Path(path))

    @staticmethod
    def of(
        spec: mujoco.MjSpec,
        name: str,
        velocities: Mapping[str, float] | None = None,
        mapping: HandMapping | None = None,
    ) -> RobotHand:
        """The hand of a specification, which is changed. What is above the palm moves with it.

        Args:
            velocities: largest speeds of joints, by name; VELOCITY of others.
            mapping: what of it is thumb, finger and palm, and which joints move; inferred else.
        """
        floating = float_hand(spec, name, mapping)
        strip(floating)
        model = floating.compile()
        anatomy = infer(Links.of(model), shown(name), mapping)
        names = [model.joint(j).name for j in range(1, model.njnt)]
        speeds = np.array([(velocities or {}).get(name, VELOCITY) for name in names])
        digest = sha256(floating.to_xml().encode()).hexdigest()
        coupling = coupling_of(model, shown(name))
        return RobotHand(name, floating, model, anatomy, coupling, speeds, digest)

    @property
    def side(self) -> str:
        return self.anatomy.side

    @property
    def root(self) -> str:
        """The body that floats."""
        return self.model.body(int(self.model.jnt_bodyid[0])).name

    @cached_property
    def data(self) -> mujoco.MjData:
        """What `forward` computes in."""
        return mujoco.MjData(self.model)

    @property
    def joint_names(self) -> list[str]:
        """Of the N joints."""
        return [self.model.joint(j).name for j in range(1, self.model.njnt)]

    @property
    def num_displacements(self) -> int:
        """6 + K."""
        return 6 + self.coupling.matrix.shape[1]

    @cached_property
    def limits(self) -> np.ndarray:
        """(N, 2) lowest and highest joint positions, rad or m."""
        limited = self.model.jnt_limited[1:].astype(bool)
        free = np.array([-UNLIMITED, UNLIMITED])
        return np.where(limited[:, None], self.model.jnt_range[1:], free)

    @cached_property
    def efforts(self) -> np.ndarray:
        """(N,) largest torque or force of each joint, N m or N; infinite where none is given."""
        limited = self.model.jnt_actfrclimited[1:].astype(bool)
        return np.where(limited, np.abs(self.model.jnt_actfrcrange[1:]).min(1), np.inf)

    @cached_property
    def touching_at_rest(self) -> list[tuple[str, str]]:
        """Pairs of bodies whose collision shapes overlap as the hand is at rest: these would push
        each other away for ever."""
        data = mujoco.MjData(self.model)
        found = set()
        for configuration in (self.model.qpos0, self.neutral):
            data.qpos[:] = configuration
            mujoco.mj_forward(self.model, data)
            bodies = self.model.geom_bodyid[data.contact.geom]
            found |= {tuple(sorted(map(int, pair))) for pair in bodies}
        return [tuple(self.model.body(b).name for b in pair) for pair in sorted(found)]

    @cached_property
    def neutral(self) -> np.ndarray:
        """(7 + N,) the hand at the origin, its fingers bent a little."""
        low, high = self.limits.T
        joints = np.clip(np.zeros_like(low), low, high)
        for finger in self.anatomy.fingers.values():
            for joint, sense in zip(finger.joints, finger.closing, strict=True):
                end = {1: high, -1: low, 0: joints}[sense][joint - 1]
                joints[joint - 1] += BENT * (end - joints[joint - 1])
        return self.clipped(np.concatenate([[0, 0, 0, 1, 0, 0, 0], joints]))

    @cached_property
    def points(self) -> tuple[np.ndarray, np.ndarray]:
        """Surface points (P, 3), each in the frame of its link, and the links (P,)."""
        found = Links.of(self.model, self.neutral).points
        return np.concatenate(list(found.values())), np.repeat(
            list(found), [len(points) for points in found.values()]
        )

    @cached_property
    def cleared(self) -> np.ndarray:
        """Indices of some `points`, evenly spread."""
        links = Links.of(self.model, self.neutral)
        return farthest_points(
            np.concatenate(list(map(links.surface, links.points))), CLEARED_POINTS
        )

    def forward(self, configuration: np.ndarray) -> None:
        """Poses all links."""
        self.data.qpos[:] = configuration
        mujoco.mj_kinematics(self.model, self.data)
        mujoco.mj_comPos(self.model, self.data)

    def world(self, points: np.ndarray, links: np.ndarray) -> np.ndarray:
        """Points (P, 3) of links (P,) in the world, as last posed by `forward`."""
        rotation = self.data.xmat[links].reshape(-1, 3, 3)
        return np.einsum("pij,pj->pi", rotation, points) + self.data.xpos[links]

    def directions(self, vectors: np.ndarray, links: np.ndarray) -> np.ndarray:
        """Vectors (P, 3) of links (P,) in the world."""
        return np.einsum("pij,pj->pi", self.data.xmat[links].reshape(-1, 3, 3), vectors)

    def jacobian(self, points: np.ndarray, links: np.ndarray) -> np.ndarray:
        """Of world points (P, 3) on links (P,) by a displacement: (P, 3, 6 + K)."""
        translation, rotation = np.zeros((2, 3, self.model.nv))
        found = np.empty((len(points), 3, self.model.nv))
        for link in set(links.tolist()):
            rows = links == link
            mujoco.mj_jac(self.model, self.data, translation, rotation, self.data.xpos[link], link)
            arm = points[rows] - self.data.xpos[link]
            # A point's velocity is that of the link's origin and w x arm = -arm x w.
            found[rows] = translation - skew(arm) @ rotation
        return self._reduced(found)

    def angular_jacobian(self, link: int) -> np.ndarray:
        """(3, 6 + K) angular velocity of a link by a displacement."""
        translation, rotation = np.zeros((2, 3, self.model.nv))
        mujoco.mj_jac(self.model, self.data, translation, rotation, self.data.xpos[link], link)
        return self._reduced(rotation)

    def displaced(self, configuration: np.ndarray, by: np.ndarray) -> np.ndarray:
        """A configuration moved by a displacement (6 + K,), within limits."""
        moved = np.array(configuration, float)
        full = np.concatenate([by[:6], self.coupling.matrix @ by[6:]])
        mujoco.mj_integratePos(self.model, moved, full, 1.0)
        return self.clipped(moved)

    def displacement(self, to: np.ndarray, start: np.ndarray) -> np.ndarray:
        """The displacement (6 + K,) from one configuration to another."""
        full = np.zeros(self.model.nv)
        mujoco.mj_differentiatePos(self.model, full, 1.0, start, to)
        return np.concatenate([full[:6], full[6:][self.coupling.free]])

    def clipped(self, configuration: np.ndarray) -> np.ndarray:
        """A configuration with joints within limits and followers where they belong."""
        clipped = np.array(configuration, float)
        low, high = self.limits.T
        free = np.clip(clipped[7:], low, high)[self.coupling.free]
        clipped[7:] = np.clip(self.coupling.matrix @ free + self.coupling.offset, low, high)
        clipped[3:7] /= np.linalg.norm(clipped[3:7])
        return clipped

    def _reduced(self, jacobian: np.ndarray) -> np.ndarray:
        return np.concatenate([jacobian[..., :6], jacobian[..., 6:] @ self.coupling.matrix], -1)


def skew(vectors: np.ndarray) -> np.ndarray:
    """Matrices (P, 3, 3) whose products with others are the cross products of vectors (P, 3)."""
    found = np.zeros((len(vectors), 3, 3))
    x, y, z = vectors.T
    found[:, 0, 1], found[:, 0, 2], found[:, 1, 2] = -z, y, -x
    return found - found.transpose(0, 2, 1)


def farthest_points(points: np.ndarray, count: int) -> np.ndarray:
    """Indices (count,) of points (P, 3) of which each is farthest from those before it."""
    chosen = [0]
    away = np.linalg.norm(points - points[0], axis=1)
    while len(chosen) < min(count, len(points)):
        chosen.append(int(away.argmax()))
        away = np.minimum(away, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return np.array(chosen)
