"""All grasps of one object: one hand, the other, both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree

from diffh2o_ros.data.grasps.check import (
    Contacts,
    GraspLimits,
    contacts,
    grip_effort,
    residual,
    true_kinds,
)
from diffh2o_ros.data.grasps.grasp_set import APPROACHES, KINDS, WHERE, GraspSet
from diffh2o_ros.data.grasps.habits import natural
from diffh2o_ros.data.grasps.hands import Hands
from diffh2o_ros.data.grasps.pairs import LARGE, clear_of_one_another, pair_up, support_hands
from diffh2o_ros.data.grasps.physics import HoldResult
from diffh2o_ros.data.grasps.search import FLAT, search
from diffh2o_ros.data.grasps.starts import all_starts
from diffh2o_ros.data.grasps.surface import sample_surface
from diffh2o_ros.data.grasps.trial import HoldTrial
from diffh2o_ros.data.objects import ProceduralObject
from diffh2o_ros.geometry.mass import mass_of
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.mirror import mirror_wrist

STARTS = 352
PLENTY = 24  #: firmest grasps a side and place, from which those that differ are chosen
FIRM = 14.0  #: by how much a hold is less promising (1/e) for the share of the weight it misses
TRIALS = 24  #: grasps a side that are tried in MuJoCo at most
FEW = 2  #: of a handle, so many grasps a side are kept in any case, those that slip least
KEEP, LATERALS, SEEDS = 10, 2, 3  #: grasps a side, key pinches among them, hand-overs among them
#: Pads this near (meters) touch the handle, or the rim.
ON_HANDLE, ON_RIM = 0.010, 0.022
TOP = -0.7  # z of the way from wrist to contact, below which a hand comes from above
MOST_HANDOVERS = 40
SUPPORT = KINDS.index("support")


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
    flat = bool(np.ptp(mesh.vertices[:, 2]) < FLAT)
    surface = sample_surface(thing, sdf, rng)
    hands = search(all_starts(thing, surface, sdf, STARTS, rng), sdf, support, flat)
    touch = contacts(hands, mesh, sdf, limits)
    good = np.flatnonzero(touch.clear & touch.grips)
    hands, touch = hands[good], touch[good]
    hands = replace(hands, kind=true_kinds(hands, touch))
    where, _ = labels(hands, touch, thing)
    ease = natural(hands.rotation, hands.kind, mesh)
    alone, ease = _held(hands, touch, where, ease, mesh, limits)
    trial = HoldTrial(mesh, sdf)
    # Hands that leave room for another one come first.
    seeds = _apart(touch, both_fit(touch, hands, alone))
    kept = np.concatenate(
        [
            _tried(
                hands, where, ease, np.flatnonzero(alone & (hands.left == side)), seeds[:, i], trial
            )
            for i, side in enumerate((True, False))
        ]
    )
    handovers = _some(both_fit(touch[kept], hands[kept], alone[kept]), MOST_HANDOVERS, rng)
    parts, touches, pairs = [hands[kept]], [touch[kept]], np.zeros((0, 2), np.int32)
    if np.ptp(mesh.vertices, axis=0).max() > LARGE:
        # What one hand holds not well enough may do for two.
        weak = np.concatenate(
            [
                _spread(hands, where, ease, np.flatnonzero(~alone & (hands.left == side)), KEEP)
                for side in (True, False)
            ]
        )
        flat, flat_touch = support_hands(thing, surface, sdf, limits, rng)
        parts += [replace(hands[weak], kind=np.full(len(weak), SUPPORT)), flat]
        touches += [touch[weak], flat_touch]
        both, both_touch = Hands.join(parts), Contacts.join(touches)
        on_handle = labels(both, both_touch, thing)[0] == WHERE.index("handle")
        pairs = pair_up(both, both_touch, on_handle, mesh, rng)
    hands, touch = Hands.join(parts), Contacts.join(touches)
    # Hands that hold with another one only stay where a pair uses them.
    used = np.union1d(np.arange(len(kept)), pairs)
    number = np.searchsorted(used, np.arange(len(hands)))
    hands, touch = hands[used], touch[used]
    where, approach = labels(hands, touch, thing)
    return _grasp_set(hands, where, approach, number[pairs], handovers, mesh)


def _held(
    hands: Hands,
    touch: Contacts,
    where: np.ndarray,
    ease: np.ndarray,
    mesh: Mesh,
    limits: GraspLimits,
) -> tuple[np.ndarray, np.ndarray]:
    """Which hands (N,) hold the object by themselves, and how promising they are (N,): natural and
    firm. Where there are plenty, only the most promising count.

    Args:
        where: (N,) each touches, of `labels`; ease: (N,) of `natural`.
    """
    most = np.where(hands.kind == KINDS.index("tripod"), limits.hold_tripod, limits.hold)
    if mass_of(mesh)[0] < limits.light:
        light = (hands.kind == KINDS.index("lateral")) | (where != WHERE.index("body"))
        most = np.where(light, limits.hold_light, most)
    edge = where != WHERE.index("body")
    most = np.where(edge, limits.hold_edge, most)
    effort = np.where(edge, limits.edge_effort, limits.grip_effort)
    missed = np.array([residual([touch[[i]]], mesh) for i in range(len(hands))])
    promise = ease * np.exp(-FIRM * missed)
    alone = missed < most
    alone[alone] = [grip_effort([touch[[i]]], mesh) < effort[i] for i in np.flatnonzero(alone)]
    for place in range(len(WHERE)):
        for side in (True, False):
            plenty = np.flatnonzero(alone & (hands.left == side) & (where == place))
            alone[plenty[np.argsort(-promise[plenty], kind="stable")[PLENTY:]]] = False
    return alone, promise


def labels(hands: Hands, touch: Contacts, thing: ProceduralObject) -> tuple[np.ndarray, np.ndarray]:
    """Where each hand touches and from where it comes: indices (N,) into WHERE and APPROACHES."""
    where = np.zeros(len(hands), int)
    for name, region, reach in (("rim", thing.rim, ON_RIM), ("handle", thing.handle, ON_HANDLE)):
        if region is None or not len(hands):
            continue
        near = cKDTree(region.points).query(touch.points, distance_upper_bound=reach)[0] < reach
        fraction = (near & touch.touching).sum(1) / touch.touching.sum(1).clip(1)
        where[fraction >= 0.5] = WHERE.index(name)
    weight = touch.touching[..., None] / touch.touching.sum(1).clip(1)[:, None, None]
    way = (touch.points * weight).sum(1) - hands.wrist * hands.signs[:, 0]
    way = way / np.linalg.norm(way, axis=1, keepdims=True).clip(1e-9)
    return where, np.where(way[:, 2] < TOP, APPROACHES.index("top"), APPROACHES.index("side"))


def both_fit(touch: Contacts, hands: Hands, allowed: np.ndarray) -> np.ndarray:
    """Every (left, right) of the allowed hands that stay clear of one another: indices (K, 2)."""
    return np.array(
        [
            (i, j)
            for i in np.flatnonzero(hands.left & allowed)
            for j in np.flatnonzero(~hands.left & allowed)
            if clear_of_one_another(touch.spheres[i], touch.spheres[j])
        ],
        np.int32,
    ).reshape(-1, 2)


def _apart(touch: Contacts, pairs: np.ndarray) -> np.ndarray:
    """Up to SEEDS of the pairs, farthest apart first, every hand in one of them at most."""
    middle = touch.spheres.mean(1)
    gap = np.linalg.norm(middle[pairs[:, 0]] - middle[pairs[:, 1]], axis=1)
    chosen: list[tuple[int, int]] = []
    for left, right in pairs[np.argsort(-gap, kind="stable")].tolist():
        if len(chosen) < SEEDS and all(left != a and right != b for a, b in chosen):
            chosen.append((left, right))
    return np.array(chosen, int).reshape(-1, 2)


def _tried(
    hands: Hands,
    where: np.ndarray,
    ease: np.ndarray,
    among: np.ndarray,
    first: np.ndarray,
    trial: HoldTrial,
) -> np.ndarray:
    """Up to KEEP of the indices `among`, as `_spread` chooses them, that hold in simulation.

    On a handle too thin to be simulated well, FEW that slip least stay although they do not.
    """
    tried: dict[int, HoldResult] = {}
    while True:
        left = np.array([i for i in among if i not in tried or tried[i].held], int)
        seeds = [i for i in first if i not in tried or tried[i].held]
        chosen = _spread(hands, where, ease, left, KEEP, seeds).tolist()
        new = [i for i in chosen if i not in tried][: TRIALS - len(tried)]
        if not new:
            break
        tried |= {i: trial(hands, i) for i in new}
    kept = [i for i in chosen if i in tried]
    handles = [i for i in tried if where[i] == WHERE.index("handle") and i not in kept]
    missing = max(0, FEW - sum(where[i] == WHERE.index("handle") for i in kept))
    kept += sorted(handles, key=lambda i: tried[i].drift)[:missing]
    return np.array(sorted(kept), int)


def _spread(
    hands: Hands,
    where: np.ndarray,
    ease: np.ndarray,
    among: np.ndarray,
    keep: int,
    first: Sequence[int] = (),
) -> np.ndarray:
    """Up to `keep` of the indices `among`: those `first`, then the farthest from what is chosen in
    place, direction, kind and what is held, the more natural (`ease`, (N,)) the sooner. Few of them
    are key pinches."""
    place = np.concatenate(
        [
            hands.wrist / 0.03,
            0.7 * hands.rotation.reshape(-1, 9),
            2.0 * np.eye(5)[hands.kind],
            2.0 * np.eye(len(WHERE))[where],
        ],
        1,
    )
    lateral = hands.kind == KINDS.index("lateral")
    chosen, gap = list(first), np.full(len(hands), 10.0)
    for i in chosen:
        gap = np.minimum(gap, np.linalg.norm(place - place[i], axis=1))
    while len(chosen) < keep:
        full = lateral[chosen].sum() >= LATERALS if chosen else False
        left = np.setdiff1d(among[~lateral[among]] if full else among, chosen)
        if not len(left):
            break
        chosen.append(int(left[(gap * ease)[left].argmax()]))
        gap = np.minimum(gap, np.linalg.norm(place - place[chosen[-1]], axis=1))
    return np.sort(np.array(chosen, int))


def _some(rows: np.ndarray, most: int, rng: np.random.Generator) -> np.ndarray:
    if len(rows) <= most:
        return rows
    return rows[np.sort(rng.choice(len(rows), most, replace=False))]


def _grasp_set(
    hands: Hands,
    where: np.ndarray,
    approach: np.ndarray,
    pairs: np.ndarray,
    handovers: np.ndarray,
    mesh: Mesh,
) -> GraspSet:
    """From each hand's own world to the object's frame, its center at the origin."""
    mirrored = hands.left[:, None, None]
    return GraspSet(
        side=np.where(hands.left, 0, 1),
        wrist=hands.wrist * hands.signs[:, 0] - mesh.center,
        rotation=np.where(mirrored, mirror_wrist(hands.rotation), hands.rotation),
        angles=hands.angles,
        kind=hands.kind,
        where=where,
        approach=approach,
        pairs=pairs,
        handovers=handovers,
    )
