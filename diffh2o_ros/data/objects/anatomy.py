"""Where an object is held and where it works: its parts, its handle, its rim."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

MOST_POINTS = 240  # of a region: enough to tell a grasp's place, few enough to search quickly

Vector = Sequence[float]
Zone = Callable[[np.ndarray], np.ndarray]  # points (N, 3) of a surface -> which are in it (N,) bool


@dataclass(frozen=True)
class Part:
    """A place where the object works: a point (3,), meters, and a unit direction (3,).

    The direction points out of the object; that of an eye is where one looks to, away from the eye.
    """

    point: np.ndarray
    direction: np.ndarray


@dataclass(frozen=True)
class Region:
    """A handle or a rim: points (N, 3) on its surface, meters."""

    points: np.ndarray


@dataclass(frozen=True)
class Anatomy:
    """What a family says of one member, in the frame it is drawn in (meters, own axis up).

    Attributes:
        parts: name -> (point, direction), any length.
        handle, rim: zones of the surface; what is in both is the handle's.
        also: actions this member affords beyond those of its family.
    """

    parts: Mapping[str, tuple[Vector, Vector]] = field(default_factory=lambda: MappingProxyType({}))
    handle: Zone | None = None
    rim: Zone | None = None
    also: frozenset[str] = frozenset()


UP, DOWN = (0.0, 0.0, 1.0), (0.0, 0.0, -1.0)


def region_of(
    zone: Zone | None, drawn: np.ndarray, final: np.ndarray, without: Zone | None = None
) -> Region | None:
    """The zone's vertices: chosen as drawn (V, 3), placed as they lie now (V, 3)."""
    if zone is None:
        return None
    chosen = zone(drawn) if without is None else zone(drawn) & ~without(drawn)
    inside = np.flatnonzero(chosen)
    if len(inside) > MOST_POINTS:
        inside = inside[np.linspace(0, len(inside) - 1, MOST_POINTS).round().astype(int)]
    return Region(final[inside])


def between(axis: int, low: float = -np.inf, high: float = np.inf) -> Zone:
    """The slice of the body between two planes across an axis (0, 1, 2)."""
    return lambda points: (points[:, axis] > low) & (points[:, axis] < high)


def all_of(*zones: Zone) -> Zone:
    return lambda points: np.all([zone(points) for zone in zones], axis=0)


def off_the_wall(side: np.ndarray, gap: float = 0.004) -> Zone:
    """What stands off a turned wall `side` (M, 2: radius, rising height) towards +x: an ear."""

    def zone(points):
        wall = np.interp(points[:, 2], side[:, 1], side[:, 0])
        return (np.hypot(points[:, 0], points[:, 1]) > wall + gap) & (points[:, 0] > 0)

    return zone


def open_top(height: float, lip: float = 0.004) -> Anatomy:
    """An open vessel about its own axis whose rim lies at `height`."""
    return Anatomy({"mouth": ((0, 0, height), UP)}, rim=between(2, height - lip))


def working_face(kind: str, point: Vector, direction: Vector, also: Sequence[str] = ()) -> Anatomy:
    """A body of which one place matters."""
    return Anatomy({kind: (point, direction)}, also=frozenset(also))
