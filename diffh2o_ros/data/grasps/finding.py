"""All grasps of one object: one hand, the other, both."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from diffh2o_ros.data.objects import ProceduralObject
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid

from .check import Contacts, GraspLimits, contacts, residual
from .grasp_set import APPROACHES, WHERE, GraspSet
from .hands import FLIP, HAND_FLIP, Hands
from .pairs import clear_of_one_another
from .search import descend
from .starts import all_starts

STARTS = 288
KEEP = 10  # a side
#: Pads this near (metres) touch the handle, or the rim.
ON_HANDLE, ON_RIM = 0.010, 0.018
TOP = -0.7  # z of the way from wrist to contact, below which a hand comes from above
MOST_HANDOVERS = 40


def find_grasps(
    thing: ProceduralObject, sdf: SignedDistanceGrid, rng: np.random.Generator
) -> GraspSet:
    """Grasps of an object that rests on the table (z = lowest vertex of its mesh).

    Args:
        thing: the object; sdf: of its mesh; rng: source of all randomness.

    Returns:
        Up to KEEP grasps a side, spread over kinds and places; pairs that hold it with both
        hands; hand-overs. It may be empty.
    """
    mesh, limits = thing.mesh, GraspLimits()
    support = float(mesh.vertices[:, 2].min())
    hands = descend(all_starts(thing, sdf, STARTS, rng), sdf, support)
    touch = contacts(hands, mesh, sdf, limits)
    valid = np.flatnonzero(touch.clear & touch.grips)
    valid = valid[[residual([touch[[i]]], mesh) < limits.hold for i in valid]]
    hands, touch = hands[valid], touch[valid]
    where, approach = labels(hands, touch, thing)
    kept = np.concatenate([
        np.flatnonzero(hands.left == side)[_spread(hands[hands.left == side],
                                                  where[hands.left == side], KEEP)]
        for side in (True, False)
    ])
    hands, touch, where, approach = hands[kept], touch[kept], where[kept], approach[kept]
    left, right = np.flatnonzero(hands.left), np.flatnonzero(~hands.left)
    both = [(i, j) for i in left for j in right
            if clear_of_one_another(touch.spheres[i], touch.spheres[j])]
    handovers = _some(np.array(both, np.int32).reshape(-1, 2), MOST_HANDOVERS, rng)
    return _grasp_set(hands, where, approach, np.zeros((0, 2)), handovers, mesh)


def labels(
    hands: Hands, touch: Contacts, thing: ProceduralObject
) -> tuple[np.ndarray, np.ndarray]:
    """Where each hand touches and from where it comes: indices (N,) into WHERE and APPROACHES."""
    where = np.zeros(len(hands), int)
    for name, region, reach in (("rim", thing.rim, ON_RIM), ("handle", thing.handle, ON_HANDLE)):
        if region is None or not len(hands):
            continue
        near = cKDTree(region.points).query(
            touch.points, distance_upper_bound=reach
        )[0] < reach  # fmt: skip
        share = (near & touch.touching).sum(1) / touch.touching.sum(1).clip(1)
        where[share > 0.5] = WHERE.index(name)
    weight = touch.touching[..., None] / touch.touching.sum(1).clip(1)[:, None, None]
    way = (touch.points * weight).sum(1) - hands.wrist * hands.signs[:, 0]
    way = way / np.linalg.norm(way, axis=1, keepdims=True).clip(1e-9)
    return where, np.where(way[:, 2] < TOP, APPROACHES.index("top"), APPROACHES.index("side"))


def _spread(hands: Hands, where: np.ndarray, keep: int) -> np.ndarray:
    """Up to `keep` indices, farthest first in place, direction, kind and what is held."""
    if len(hands) <= keep:
        return np.arange(len(hands))
    place = np.concatenate([
        hands.wrist / 0.05, hands.rotation.reshape(-1, 9),
        2.0 * np.eye(5)[hands.kind], 2.0 * np.eye(len(WHERE))[where],
    ], 1)  # fmt: skip
    chosen = [0]
    gap = np.linalg.norm(place - place[0], axis=1)
    while len(chosen) < keep:
        chosen.append(int(gap.argmax()))
        gap = np.minimum(gap, np.linalg.norm(place - place[chosen[-1]], axis=1))
    return np.sort(chosen)


def _some(rows: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    if len(rows) <= most:
        return rows
    return rows[np.sort(rng.choice(len(rows), most, replace=False))]


def _grasp_set(
    hands: Hands, where: np.ndarray, approach: np.ndarray, pairs: np.ndarray,
    handovers: np.ndarray, mesh: Mesh,
) -> GraspSet:
    """From each hand's own world to the object's frame, its centre at the origin."""
    mirrored = hands.left[:, None, None]
    return GraspSet(
        side=np.where(hands.left, 0, 1),
        wrist=hands.wrist * hands.signs[:, 0] - mesh.center,
        rotation=np.where(mirrored, FLIP @ hands.rotation @ HAND_FLIP, hands.rotation),
        angles=hands.angles, kind=hands.kind, where=where, approach=approach,
        pairs=pairs, handovers=handovers,
    )
