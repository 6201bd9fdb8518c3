"""A batch of hands, all written as right ones: left hands grasp the mirror image of the object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.skeleton import wrist_kinematics

#: The mirror that swaps left and right, and that of a hand at rest.
FLIP = np.diag([1.0, -1.0, 1.0])
HAND_FLIP = np.diag([-1.0, 1.0, 1.0])


@dataclass
class Hands:
    """N right hands; those with `left` stand in the mirrored world (y -> -y)."""

    wrist: np.ndarray  #: (N, 3) meters
    rotation: np.ndarray  #: (N, 3, 3)
    angles: np.ndarray  #: (N, D) radians
    kind: np.ndarray  #: (N,) index into KINDS
    left: np.ndarray  #: (N,) bool

    def __len__(self) -> int:
        return len(self.wrist)

    def __getitem__(self, keep) -> Hands:
        return Hands(
            self.wrist[keep],
            self.rotation[keep],
            self.angles[keep],
            self.kind[keep],
            self.left[keep],
        )

    @staticmethod
    def join(parts: list[Hands]) -> Hands:
        return Hands(
            *(
                np.concatenate([getattr(p, name) for p in parts])
                for name in ("wrist", "rotation", "angles", "kind", "left")
            )
        )

    def skeleton(self) -> tuple[Tensor, Tensor]:
        """Rotations (N, 16, 3, 3) and joints (N, 16, 3)."""
        basis = anatomy.degrees_of_freedom()[1]
        return wrist_kinematics(
            torch.as_tensor(self.wrist, dtype=torch.float32),
            torch.as_tensor(self.rotation, dtype=torch.float32),
            torch.as_tensor(self.angles @ basis, dtype=torch.float32),
            "right",
        )

    @property
    def signs(self) -> np.ndarray:
        """(N, 1, 3) what turns points of a hand's own world into the object's."""
        return np.where(self.left[:, None, None], [1.0, -1.0, 1.0], 1.0)


class MirroredField:
    """The distance field as each hand of a batch sees it: left hands see its mirror image."""

    def __init__(self, sdf: SignedDistanceGrid, left: np.ndarray) -> None:
        self._sdf = sdf
        signs = np.where(np.asarray(left)[:, None], [1.0, -1.0, 1.0], 1.0)
        self._signs = torch.as_tensor(signs, dtype=torch.float32)

    def query(self, points: Tensor) -> Tensor:
        """Signed distances (N, ...) at points (N, ..., 3), meters."""
        shape = (len(self._signs),) + (1,) * (points.dim() - 2) + (3,)
        return self._sdf.query(points * self._signs.reshape(shape))
