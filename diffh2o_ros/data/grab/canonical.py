"""From GRAB's world into the canonical frame of this project's data sets."""

from __future__ import annotations

import numpy as np
import torch

from diffh2o_ros.data.grab.files import RigidTrack
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.motion.features import Motion

#: Horizontal meters between hands and object below which that line does not tell where one stands.
_TOO_NEAR = 0.05
#: The object rests on the table: a table farther than this from its lowest point is another one.
_TABLE_GAP = 0.03


def facing(wrists: np.ndarray, towards: np.ndarray) -> np.ndarray:
    """Rotation (3, 3) about the vertical that turns the person's view onto +x.

    The person looks from the middle between the wrists, where they are when the recording starts,
    to the object: with arms at one's sides or spread, that is from one's middle. Where the hands
    are at the object from the start, one looks at right angles to the line from the right wrist to
    the left.

    Args:
        wrists: (2, 3) left and right, at the start; towards: (3,) the object, z up.
    """
    view = (towards - wrists.mean(0))[:2]
    if np.linalg.norm(view) < _TOO_NEAR:
        left = (wrists[0] - wrists[1])[:2]
        view = np.array([left[1], -left[0]])
    c, s = view / max(np.linalg.norm(view), 1e-9)
    return np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])


def canonical(
    motion: Motion, mesh: Mesh, grasp: int, wrists: np.ndarray
) -> tuple[Motion, Mesh, np.ndarray]:
    """The motion in the canonical frame: z up, the person on the -x side, the origin at the center
    of the object's bounding box as it lies at frame `grasp`.

    Until then the object is taken to lie as it does at that frame.

    Args:
        motion: (T, ...) in the world, `object_*` posing `mesh`; wrists: (2, 3) at the very start.

    Returns:
        motion (float32, `object_rotation` relative to the grasp), mesh as it lies at the grasp, and
        `origin` (3,), where the origin is in the world's axes turned about the vertical.
    """
    rotation, position = motion.object_rotation, motion.object_position
    lying = mesh.vertices @ rotation[grasp].numpy().T + position[grasp].numpy()
    turn = facing(wrists, lying.mean(0))
    turned = Mesh(lying @ turn.T, mesh.faces)
    origin = turned.center
    settled = Mesh(turned.vertices - origin, mesh.faces)

    q, o = torch.as_tensor(turn), torch.as_tensor(origin)
    # The point of the mesh that lies at the origin at the grasp, in the mesh's own frame.
    middle = rotation[grasp].T @ (q.T @ o - position[grasp])
    moved = (rotation @ middle + position) @ q.T - o
    relative = q @ rotation @ rotation[grasp].T @ q.T
    moved[: grasp + 1], relative[: grasp + 1] = 0.0, torch.eye(3).to(relative)
    result = Motion(
        wrist=motion.wrist @ q.T - o,
        rotation=q @ motion.rotation,
        hand_pose=motion.hand_pose,
        object_position=moved,
        object_rotation=relative,
    )
    single = Motion(**{name: value.float() for name, value in vars(result).items()})
    return single, settled, origin


def support_height(
    table: RigidTrack | None, points: np.ndarray | None, frame: int, origin: np.ndarray, mesh: Mesh
) -> float:
    """z of the table in the canonical frame: its top, or the lowest point of the object at rest
    where the recording has no table or one that the object does not stand on.

    Args:
        table: its poses, points: (V, 3) of its mesh, frame: when; origin: of the canonical frame;
        mesh: the object in it.
    """
    lowest = float(mesh.bounds[0, 2])
    if table is None or points is None:
        return lowest
    posed = points @ table.rotation[frame].T + table.position[frame]
    top = float(posed[:, 2].max() - origin[2])
    return top if abs(top - lowest) < _TABLE_GAP else lowest
