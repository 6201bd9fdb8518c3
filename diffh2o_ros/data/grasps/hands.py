"""A batch of hands, all written as right ones: left hands grasp the mirror image of the object."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from diffh2o_ros.contact.acting_hand import ActingHand
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import signs_of
from diffh2o_ros.hands.sides import LEFT, RIGHT


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

    def acting(self) -> ActingHand:
        """The same hands as the contact energy takes them, float32."""
        basis = anatomy.degrees_of_freedom()[1]
        return ActingHand(
            torch.as_tensor(np.where(self.left, LEFT, RIGHT)),
            torch.as_tensor(self.wrist, dtype=torch.float32),
            torch.as_tensor(self.rotation, dtype=torch.float32),
            torch.as_tensor(self.angles @ basis, dtype=torch.float32),
        )

    @property
    def signs(self) -> np.ndarray:
        """(N, 1, 3) what turns points of a hand's own world into the object's."""
        return signs_of(self.left)[:, None]
