"""What a family of procedural objects is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from diffh2o_ros.data.objects.anatomy import Anatomy
from diffh2o_ros.data.objects.skin import Surface

HOLD = frozenset({"lift", "place", "pass", "inspect", "rotate"})  # what every object affords
POUR = HOLD | {"pour"}
DRINK = HOLD | {"pour", "drink"}
TOAST = DRINK | {"toast"}
SHAKE = HOLD | {"shake"}
STAMP = HOLD | {"stamp"}
WIPE = HOLD | {"wipe"}
HAMMER = HOLD | {"hammer"}
EAT = HOLD | {"eat"}
CALL = HOLD | {"call"}
LOOK = HOLD | {"look_through"}
AFFORDANCES = TOAST | SHAKE | STAMP | WIPE | HAMMER | EAT | CALL | LOOK | {"offhand", "turn_over"}
NEEDS_UPRIGHT = frozenset({"pour", "drink", "toast"})

Params = dict[str, float | int | str]


class Draw:
    """Random parameters that survive JSON unchanged: floats of five decimals, ints, strings."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng

    def between(self, low: float, high: float) -> float:
        return round(float(self.rng.uniform(low, high)), 5)

    def log(self, low: float, high: float) -> float:
        """Log-uniform: as many small things as large ones."""
        return round(float(np.exp(self.rng.uniform(np.log(low), np.log(high)))), 5)

    def whole(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def chance(self, fraction: float) -> int:
        return int(self.rng.random() < fraction)

    def pick(self, options: Sequence[str]) -> str:
        return options[int(self.rng.integers(len(options)))]


def no_special_names(params: Params) -> tuple[str, ...]:
    return ()


def no_anatomy(params: Params) -> Anatomy:
    return Anatomy()


@dataclass(frozen=True)
class Family:
    """A parametric kind of object.

    Attributes:
        draw: random shape parameters.
        build: the surface they describe, meters, own axis up.
        names: words true of every member.
        special: words one such object may go by, given its parameters; an object has at most one of
            them.
        poses: how it may lie, as keys of POSES.
        warp: strength of the smooth irregularity, 0 to 1.
        anatomy: the member's parts, as drawn.
        affordances: of every member; "offhand" and "turn_over" are told from the finished shape.
    """

    name: str
    draw: Callable[[Draw], Params]
    build: Callable[[Params], Surface]
    names: tuple[str, ...]
    special: Callable[[Params], tuple[str, ...]] = field(default=no_special_names)
    poses: tuple[str, ...] = ("upright",)
    affordances: frozenset[str] = HOLD
    warp: float = 1.0
    anatomy: Callable[[Params], Anatomy] = field(default=no_anatomy)


def even_edge(area: float, faces: int = 2000, most: float = 0.011) -> float:
    """Edge length (m) at which a surface of `area` (m^2) has about so many even triangles."""
    return float(np.clip(np.sqrt(4 * area / (np.sqrt(3) * faces)), 0.0012, most))


def profile_area(profile: np.ndarray, squash: float = 1.0) -> float:
    """Area (m^2) of the body of revolution of a profile (M, 2), about, if squashed."""
    middle = (profile[1:, 0] + profile[:-1, 0]) / 2
    lengths = np.linalg.norm(np.diff(profile, axis=0), axis=1)
    return float(2 * np.pi * (middle * lengths).sum() * (1 + squash) / 2)
