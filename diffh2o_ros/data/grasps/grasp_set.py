"""The grasps of one object, and how a hand is written in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

KINDS = ("power", "precision", "tripod", "lateral", "support")
"""power: palm and whole fingers; precision, tripod: fingertips; lateral: the thumb against the
side of the index finger; support: a hand that holds only together with the other one."""
WHERE = ("body", "handle", "rim")
APPROACHES = ("side", "top")


@dataclass
class GraspSet:
    """N grasps in the object's mesh frame, moved so that its bounding-box center is the origin."""

    side: np.ndarray  #: (N,) int8, 0 left, 1 right
    wrist: np.ndarray  #: (N, 3) float32 meters
    rotation: np.ndarray  #: (N, 3, 3) float32, MANO global orientation of that side
    angles: np.ndarray  #: (N, D) float32 radians, right-hand convention for both sides
    kind: np.ndarray  #: (N,) int8 index into KINDS
    where: np.ndarray  #: (N,) int8 index into WHERE
    approach: np.ndarray  #: (N,) int8 index into APPROACHES
    pairs: np.ndarray  #: (M, 2) int32 (left, right) that hold the object together
    handovers: np.ndarray  #: (K, 2) int32 (left, right) that each hold it, and fit at once

    def __post_init__(self) -> None:
        for name in ("side", "kind", "where", "approach"):
            setattr(self, name, np.asarray(getattr(self, name), np.int8))
        for name in ("wrist", "rotation", "angles"):
            setattr(self, name, np.asarray(getattr(self, name), np.float32))
        for name in ("pairs", "handovers"):
            setattr(self, name, np.asarray(getattr(self, name), np.int32).reshape(-1, 2))

    def __len__(self) -> int:
        return len(self.wrist)

    @property
    def alone(self) -> np.ndarray:
        """(N,) bool: grasps that hold the object with one hand."""
        return self.kind != KINDS.index("support")

    @staticmethod
    def concatenate(sets: Sequence[GraspSet]) -> GraspSet:
        """One set after another; pairs and hand-overs keep meaning the same grasps."""
        starts = np.cumsum([0] + [len(s) for s in sets])[:-1]
        joined = {}
        for part in fields(GraspSet):
            values = [getattr(s, part.name) for s in sets]
            if part.name in ("pairs", "handovers"):
                values = [v + start for v, start in zip(values, starts, strict=True)]
            joined[part.name] = np.concatenate(values)
        return GraspSet(**joined)
