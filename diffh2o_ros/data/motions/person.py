"""The person at the table: where shoulders and face are, and how strained an arm is.

Canonical frame: the person sits on the -x side and faces +x. Everything about arms is written for
the right one; the left is its mirror image. Lengths are those of an average adult (Winter,
Biomechanics and Motor Control of Human Movement, table 4.1, for a stature of 1.7 m).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.hands.mirror import mirror, mirror_wrist

UPPER_ARM, FOREARM = 0.31, 0.25
HEAD_RADIUS = 0.095
#: How far a wrist may be from where the shoulder is when one sits upright: one may lean.
REACH = 0.80
#: Largest comfortable bend of the wrist, and turn of the forearm about its middle position: the
#: palm can face up and a little farther (-100 degrees from thumb-up), and with the shoulder's help
#: the thumb can point down (170).
BEND, ROLL, MIDDLE_ROLL = np.deg2rad([80.0, 135.0, 35.0])
#: Elbows hang, or are raised to the side.
_SWIVELS = np.deg2rad([0.0, 30.0, 60.0, 90.0])


@dataclass(frozen=True)
class Person:
    """Points of a seated person, meters; side +1 is the left (+y)."""

    head: np.ndarray  #: (3,) center
    shoulder: np.ndarray  #: (3,) the right one

    @property
    def mouth(self) -> np.ndarray:
        """(3,) between the lips."""
        return self.head + [0.092, 0.0, -0.055]

    def eye(self, side: str) -> np.ndarray:
        """(3,) a little before the pupil."""
        return self.head + [0.100, 0.032 if side == "left" else -0.032, 0.015]

    def ear(self, side: str) -> np.ndarray:
        """(3,) a little outside the ear."""
        return self.head + [0.0, 0.098 if side == "left" else -0.098, -0.01]


def draw_person(rng: np.random.Generator, support: float) -> Person:
    """Somebody before a table whose top is at z = `support`, the object within easy reach."""
    x, tall = rng.uniform(-0.46, -0.38), rng.uniform(-0.03, 0.04)
    return Person(
        head=np.array([x, 0.0, support + 0.45 + tall]),
        shoulder=np.array([x - 0.04, -0.19, support + 0.22 + tall]),
    )


def strain(
    person: Person, wrist: np.ndarray, rotation: np.ndarray, side: str = "right"
) -> np.ndarray:
    """How far an arm is from comfort (...,): 0 at ease, 1 at the limit of what one would do.

    Wrist bend and forearm roll, each over its limit, for the better of several elbow postures; a
    wrist out of reach counts more the farther it is.

    Args:
        wrist: (..., 3); rotation: (..., 3, 3) of the hand, MANO's global orientation.
    """
    if side == "left":
        wrist, rotation = mirror(wrist), mirror_wrist(rotation)
    offset = wrist - person.shoulder
    distance = np.linalg.norm(offset, axis=-1)
    along = offset / np.maximum(distance, 1e-6)[..., None]
    # Leaning brings the shoulder near enough for a slightly bent elbow.
    span = np.clip(distance, 0.12, 0.96 * (UPPER_ARM + FOREARM))
    foot = (FOREARM**2 - UPPER_ARM**2 + span**2) / (2 * span)
    height = np.sqrt(np.maximum(FOREARM**2 - foot**2, 0.0))
    down = _perpendicular(np.array([-0.3, -0.25, -1.0]), along)
    out = np.cross(down, along)
    out = np.where(out[..., 1:2] > 0, -out, out)  # an elbow is raised outwards
    best = np.full(distance.shape, np.inf)
    for swivel in _SWIVELS:
        aside = np.cos(swivel) * down + np.sin(swivel) * out
        to_elbow = -foot[..., None] * along + height[..., None] * aside
        to_elbow = to_elbow / np.linalg.norm(to_elbow, axis=-1, keepdims=True)
        best = np.minimum(best, _posture(to_elbow, rotation) + 0.1 * swivel / np.pi)
    return best + np.maximum(distance - REACH, 0) / 0.05


def _posture(forearm: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Strain (...,) of a hand on a forearm that runs from the wrist along `forearm` (..., 3)."""
    axis, thumb = rotation[..., :, 0], rotation[..., :, 2]
    bend = np.arccos(np.clip((axis * forearm).sum(-1), -1, 1))
    up = _perpendicular(np.array([0.0, 0.0, 1.0]), forearm)
    inward = np.cross(forearm, up)
    # The hand swung onto the forearm's line, so that only its turn about that line is left.
    turn = np.cross(axis, forearm)
    cosine = (axis * forearm).sum(-1, keepdims=True)
    swung = (
        thumb
        + np.cross(turn, thumb)
        + np.cross(turn, np.cross(turn, thumb)) / np.maximum(1 + cosine, 1e-6)
    )
    roll = np.arctan2((swung * inward).sum(-1), (swung * up).sum(-1))
    return np.hypot(bend / BEND, (roll - MIDDLE_ROLL) / ROLL)


def _perpendicular(wanted: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """Unit vector (..., 3) nearest to `wanted` (3,) at right angles to unit `axis` (..., 3)."""
    found = wanted - axis * (axis @ wanted)[..., None]
    return found / np.maximum(np.linalg.norm(found, axis=-1, keepdims=True), 1e-6)
