"""Two hands at one object: both sides of what is large, and what one hand gives to the other."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from diffh2o_ros.data.grasps.check import Contacts, GraspLimits, contacts, residual
from diffh2o_ros.data.grasps.grasp_set import KINDS
from diffh2o_ros.data.grasps.hands import Hands
from diffh2o_ros.data.grasps.search import WEIGHTS, Plan, search
from diffh2o_ros.data.grasps.styles import hand_model, relaxed_angles
from diffh2o_ros.data.grasps.surface import Surface
from diffh2o_ros.data.objects import ProceduralObject
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands.mirror import signs_of

#: Gap (meters) between the spheres of two hands.
APART = 0.003
#: Objects at least this large (meters) are held with two hands, too.
LARGE = 0.14
#: Pairs of open hands that a search starts from, and how their palms lie: where the middle of an
#: open hand touches, relative to the wrist, and how far its surface starts above the object.
SUPPORTS = 28
SUPPORT_CENTER = np.array([-0.105, -0.016, -0.004])
SUPPORT_PLAN = Plan(steps=110, sift=0, keep=1.0)
#: Distance between opposite sides that two open hands press, meters.
SPAN = (0.06, 0.45)
#: Most pairs tried for their hold, and most kept.
TRIED, KEPT = 48, 8
#: What contacts of both hands may fail to carry.
HOLD = 0.15
UP = np.array([0.0, 0.0, 1.0])


def clear_of_one_another(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether the collision spheres (S, 3) of two hands stay apart."""
    radius = hand_model().radius.numpy()
    return bool((cdist(first, second) - radius[:, None] - radius).min() > APART)


def support_starts(surface: Surface, count: int, rng: np.random.Generator) -> Hands:
    """Open hands on opposite sides, left and right in turn (2 * count, fewer without such sides).

    Fingers point away from the person, or down; thumbs are up.
    """
    level = np.flatnonzero(np.abs(surface.normals[:, 2]) < 0.45)
    rows: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for _ in range(3 * count if len(level) else 0):
        left = rng.choice(level)
        across = surface.normals[left] * [1, 1, 0]
        across /= np.linalg.norm(across)
        away = surface.points[left] - surface.points[level]
        span = away @ across
        aside = np.linalg.norm(away - span[:, None] * across, axis=1)
        facing = (surface.normals[level] @ across < -0.75) & (span > SPAN[0]) & (span < SPAN[1])
        fits = np.flatnonzero(facing & (aside < 0.04))
        if not len(fits):
            continue
        right = level[rng.choice(fits)]
        tilt = rng.uniform(-0.2, 1.3)
        ahead = np.cos(tilt) * np.cross(across, UP) - np.sin(tilt) * UP
        rows += [(surface.points[i], surface.normals[i], ahead) for i in (left, right)]
        if len(rows) == 2 * count:
            break
    points, normals, ahead = np.array(rows).reshape(-1, 3, 3).transpose(1, 0, 2)
    is_left = np.arange(len(points)) % 2 == 0
    signs = signs_of(is_left)
    points, normals, ahead = points * signs, normals * signs, ahead * signs
    ahead = ahead - normals * (ahead * normals).sum(1, keepdims=True)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True).clip(1e-6)
    rotation = np.stack([-ahead, normals, np.cross(-ahead, normals)], 2)
    wrist = points + 0.004 * normals - rotation @ SUPPORT_CENTER
    return Hands(
        wrist,
        rotation,
        np.repeat(relaxed_angles("support")[None], len(points), 0),
        np.full(len(points), KINDS.index("support")),
        is_left,
    )


def support_hands(
    thing: ProceduralObject,
    surface: Surface,
    sdf: SignedDistanceGrid,
    limits: GraspLimits,
    rng: np.random.Generator,
) -> tuple[Hands, Contacts]:
    """Open hands that lie against a side of the object and collide with nothing."""
    begin = support_starts(surface, SUPPORTS, rng)
    support = float(thing.mesh.vertices[:, 2].min())
    # One open hand cannot balance what it presses: the other one does.
    weights = WEIGHTS._replace(closure=0.0)
    hands = search(begin, sdf, support, False, SUPPORT_PLAN, weights) if len(begin) else begin
    touch = contacts(hands, thing.mesh, sdf, limits)
    keep = touch.clear & touch.grips
    return hands[keep], touch[keep]


def pair_up(
    hands: Hands, touch: Contacts, on_handle: np.ndarray, mesh: Mesh, rng: np.random.Generator
) -> np.ndarray:
    """Pairs (M, 2) of (left, right) indices that hold the object together, spread apart.

    Two hands that are each on a handle, by `on_handle` (N,), come first.
    """
    weight = touch.touching[..., None] / touch.touching.sum(1).clip(1)[:, None, None]
    middle = (touch.points * weight).sum(1)
    palm = -hands.rotation[:, :, 1] * hands.signs[:, 0]
    forearm = hands.rotation[:, :, 0] * hands.signs[:, 0]
    open_hand = hands.kind == KINDS.index("support")
    found = []
    for left in np.flatnonzero(hands.left):
        across = middle[left] - middle[~hands.left]
        flat = np.linalg.norm(across[:, :2], axis=1)
        unit = across / np.linalg.norm(across, axis=1, keepdims=True).clip(1e-6)
        for right, apart, m in zip(np.flatnonzero(~hands.left), flat, unit, strict=True):
            if apart < 0.06 or not _natural(m, forearm[left], forearm[right]):
                continue
            facing = float(palm[left] @ palm[right])
            if facing > (-0.5 if open_hand[left] or open_hand[right] else 0.3):
                continue
            if clear_of_one_another(touch.spheres[left], touch.spheres[right]):
                found.append((left, right))
    order = rng.permutation(len(found)).tolist()
    order.sort(key=lambda k: not on_handle[list(found[k])].all())  # stable: chance decides the rest
    held = [
        found[k]
        for k in order[:TRIED]
        if residual([touch[[found[k][0]]], touch[[found[k][1]]]], mesh) < HOLD
    ]
    return _few(np.array(held, np.int32).reshape(-1, 2))


def _natural(across: np.ndarray, left_arm: np.ndarray, right_arm: np.ndarray) -> bool:
    """Whether a person could stand so: arms from their side, or outside, and not crossed.

    Args:
        across: (3,) unit, from the right hand's contacts to the left hand's; the arms: (3,) unit,
            from the wrist to the elbow.
    """
    ahead = np.cross(across, UP)
    ahead = ahead / max(np.linalg.norm(ahead), 1e-6)
    return (
        left_arm @ ahead < 0.3
        and right_arm @ ahead < 0.3
        and left_arm @ across > -0.5
        and right_arm @ across < 0.5
    )


def _few(pairs: np.ndarray) -> np.ndarray:
    """Up to KEPT pairs, each hand used as seldom as possible."""
    used: dict[int, int] = {}
    left = list(map(tuple, pairs.tolist()))
    chosen = []
    while left and len(chosen) < KEPT:
        best = min(left, key=lambda pair: used.get(pair[0], 0) + used.get(pair[1], 0))
        left.remove(best)
        chosen.append(best)
        for hand in best:
            used[hand] = used.get(hand, 0) + 1
    return np.array(chosen, np.int32).reshape(-1, 2)
