"""A robot hand as a chain of links that move about one joint each: what tf and URDF speak of."""

from __future__ import annotations

from dataclasses import dataclass

import mujoco
import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.retargeting.robot_hand import RobotHand


@dataclass(frozen=True, eq=False)
class ChainLink:
    """A link and how it moves against the one above.

    Attributes:
        name: of the body; of one joint of several, where it has no extent.
        parent: the link above, None of the root.
        origin: (4, 4) of it in the link above where its joint stands at 0.
        joint: number of its joint among the hand's N, None where it is fixed.
        axis: (3,) along or about which it moves, in its own frame.
        slides: along the axis instead of about it.
        body: the body whose shapes it carries, None of a link without extent.
    """

    name: str
    parent: str | None
    origin: np.ndarray
    joint: int | None = None
    axis: np.ndarray | None = None
    slides: bool = False
    body: int | None = None

    def pose(self, position: float) -> np.ndarray:
        """(4, 4) in the link above, its joint at a position, rad or m."""
        if self.joint is None:
            return self.origin
        moved = np.eye(4)
        if self.slides:
            moved[:3, 3] = position * self.axis
        else:
            moved[:3, :3] = Rotation.from_rotvec(position * self.axis).as_matrix()
        return self.origin @ moved


def links_of(robot: RobotHand) -> list[ChainLink]:
    """The links of a hand, those above before those below; the first one floats.

    A body with several joints has a link without extent for each but the last; where a joint lies
    off its body's origin, for that one, too: URDF and tf know links that turn about their own
    origin alone.
    """
    model = robot.model
    root = int(model.jnt_bodyid[0])
    found = [ChainLink(model.body(root).name, None, np.eye(4), body=root)]
    for body in range(root + 1, model.nbody):
        name, parent = model.body(body).name, model.body(model.body_parentid[body]).name
        origin = _transform(model.body_pos[body], model.body_quat[body])
        first = int(model.body_jntadr[body])
        joints = range(first, first + int(model.body_jntnum[body])) if first >= 0 else range(0)
        for joint in joints:
            anchor = model.jnt_pos[joint]
            whole = joint == joints[-1] and not anchor.any()
            link = name if whole else f"{model.joint(joint).name}_link"
            moving = _moving(model, joint, link, parent, origin @ _transform(anchor))
            found.append(_carrying(moving, body) if whole else moving)
            parent, origin = link, _transform(-anchor)
        if found[-1].name != name:
            found.append(ChainLink(name, parent, origin, body=body))
    return found


def _moving(
    model: mujoco.MjModel, joint: int, name: str, parent: str, origin: np.ndarray
) -> ChainLink:
    """The link that a joint moves. MuJoCo's joints stand where the file has their bodies at their
    reference positions, URDF's at 0."""
    slides = model.jnt_type[joint] == mujoco.mjtJoint.mjJNT_SLIDE
    axis = model.jnt_axis[joint].copy()
    still = ChainLink(name, parent, origin, joint - 1, axis, slides)
    reference = float(model.qpos0[model.jnt_qposadr[joint]])
    return ChainLink(name, parent, still.pose(-reference), joint - 1, axis, slides)


def _carrying(link: ChainLink, body: int) -> ChainLink:
    return ChainLink(**vars(link) | {"body": body})


def _transform(position: np.ndarray, quaternion: np.ndarray | None = None) -> np.ndarray:
    found = np.eye(4)
    found[:3, 3] = position
    if quaternion is not None:
        found[:3, :3] = Rotation.from_quat(quaternion, scalar_first=True).as_matrix()
    return found
