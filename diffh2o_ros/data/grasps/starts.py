"""Where a search starts: hands around an object, placed as people come to things."""

from __future__ import annotations

import numpy as np
import torch
from scipy.spatial import cKDTree

from diffh2o_ros.data.grasps.grasp_set import KINDS
from diffh2o_ros.data.grasps.habits import stature
from diffh2o_ros.data.grasps.hands import Hands
from diffh2o_ros.data.grasps.styles import posture, relaxed_angles
from diffh2o_ros.data.grasps.surface import SAMPLES, Surface
from diffh2o_ros.data.objects import ProceduralObject
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror, signs_of

#: Widest opening (meters) that fingers and thumb pinch; a key pinch takes thinner things.
WIDEST, THICKEST_KEY = 0.09, 0.018
#: Where the middle of what is held lies relative to the wrist in a power grasp, hand at rest.
POWER_CENTER = np.array([-0.098, -0.038, 0.006])
#: z of the way that hands come to what lies so (`stature`), before it is a direction: the mean and
#: the deviation, beside 1 of x and y.
FALL = {"tall": (-0.15, 0.35), "middle": (-0.2, 0.7), "flat": (-0.45, 0.9)}
#: How upright thumbs are in power grasps of what is tall, beside chance.
THUMB_UP = 1.6
#: Hands open so much wider (meters) than what they pinch, and ways tried for every start.
OPENING, TRIES = 0.006, 14
#: Share of all starts that are power grasps.
POWER_SHARE = 0.45
#: Share of the starts sent to the handle, where there is one, and to the rim.
HANDLE_SHARE, RIM_SHARE = 0.5, 0.4
#: A hand comes along a corridor that is free: distances back from the middle of what is held, and
#: the half width of the hand there, meters.
CORRIDOR = np.array([[0.05, 0.012], [0.08, 0.024], [0.12, 0.032], [0.17, 0.035]])


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-9)


def _square(v: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """The part of v (..., 3) square to the unit axis, as a unit vector."""
    return _unit(v - axis * (v * axis).sum(-1, keepdims=True))


def _free(
    sdf: SignedDistanceGrid, middle: np.ndarray, ahead: np.ndarray, support: float
) -> np.ndarray:
    """How free (N,) the way of a hand is that comes along `ahead` (N, 3); below 0 it collides."""
    places = middle[:, None] - ahead[:, None] * CORRIDOR[None, :, :1]
    room = sdf.query(torch.as_tensor(places, dtype=torch.float32)).numpy() - CORRIDOR[:, 1]
    table = places[..., 2] - support - 0.8 * CORRIDOR[:, 1]
    return np.minimum(room, table).min(1)


def pinch_starts(
    surface: Surface,
    thing: ProceduralObject,
    sdf: SignedDistanceGrid,
    kinds: np.ndarray,
    left: np.ndarray,
    rng: np.random.Generator,
) -> Hands:
    """Hands whose thumb and fingers straddle the object where it is thin enough for them."""
    low = thing.mesh.vertices[:, 2].min()
    lateral = kinds == KINDS.index("lateral")
    chosen = np.empty(len(kinds), int)
    for key in (False, True):
        mine = np.flatnonzero(lateral == key)
        thin = surface.thickness < (THICKEST_KEY if key else WIDEST)
        if not len(mine):
            continue
        for _, indices, weight in _sent(surface, thin, mine, rng):
            chosen[indices] = rng.choice(SAMPLES, size=len(indices), p=weight)
    normal, thickness = surface.normals[chosen], surface.thickness[chosen]
    middle = surface.points[chosen] - normal * thickness[:, None] / 2
    frames = np.stack(
        [posture(KINDS[k]).nearest(t + OPENING) for k, t in zip(kinds, thickness, strict=True)]
    )
    fall = FALL[stature(thing.mesh)]
    best = np.full(len(kinds), -np.inf)
    ahead, opposition = np.zeros_like(normal), np.zeros_like(normal)
    for _ in range(TRIES):
        # The thumb on either side, but on top of what lies flat.
        sign = np.where(rng.random(len(kinds)) < 0.5, 1.0, -1.0)
        across = normal * np.where(np.abs(normal[:, 2]) > 0.6, np.sign(normal[:, 2]), sign)[:, None]
        way = _square(
            rng.standard_normal((len(kinds), 3)) * [1, 1, fall[1]] + [0, 0, fall[0]], across
        )
        # z of the forearm, the back and the thumb's side of a hand put so.
        third = np.where(left, -1.0, 1.0) * np.cross(across, way)[:, 2]
        upright = np.einsum("nij,nj->ni", frames, np.stack([across[:, 2], way[:, 2], third], 1))
        score = _score(_free(sdf, middle, way, low), upright, rng)
        better = score > best
        best = np.where(better, score, best)
        ahead[better], opposition[better] = way[better], across[better]
    wrist, rotation, angles = [], [], []
    for i, kind in enumerate(kinds):
        flip = mirror if left[i] else np.asarray
        placed = posture(KINDS[kind]).place(
            thickness[i] + OPENING, flip(middle[i]), flip(opposition[i]), flip(ahead[i])
        )
        for values, value in zip((wrist, rotation, angles), placed, strict=True):
            values.append(value)
    return Hands(np.array(wrist), np.array(rotation), np.array(angles), kinds, left)


def _score(room: np.ndarray, upright: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How well a hand may start: free of the object, neither palm nor thumb nor forearm wrong way
    round; among good ones chance decides.

    Args:
        room: (...) meters of `_free`; upright: (..., 3) z of forearm, back and thumb's side.
    """
    wrong = (
        np.maximum(-0.2 - upright[..., 1], 0)
        + np.maximum(-0.25 - upright[..., 2], 0)
        + np.maximum(-0.3 - upright[..., 0], 0)
    )
    return np.minimum(room, 0.01) - 0.1 * wrong + 0.004 * rng.random(room.shape)


def _sent(surface: Surface, allowed: np.ndarray, indices: np.ndarray, rng: np.random.Generator):
    """Splits starts between handle, rim and everything: name, indices, weights (S,) of each."""
    draw = rng.random(len(indices))
    handle = HANDLE_SHARE if (surface.on_handle & allowed).any() else 0.0
    rim = RIM_SHARE if (surface.on_rim & allowed).any() else 0.0
    for name, part, mask in (
        ("handle", draw < handle, surface.on_handle),
        ("rim", (draw >= handle) & (draw < handle + rim), surface.on_rim),
        ("body", draw >= handle + rim, np.ones_like(allowed)),
    ):
        if part.any():
            weight = (mask & allowed).astype(float)
            yield name, indices[part], weight / weight.sum()


def power_starts(
    surface: Surface,
    thing: ProceduralObject,
    sdf: SignedDistanceGrid,
    left: np.ndarray,
    rng: np.random.Generator,
) -> Hands:
    """Palms that face the surface; on a handle the fingers close around its axis."""
    low = thing.mesh.vertices[:, 2].min()
    count = len(left)
    half = 0.5 * np.ptp(thing.mesh.vertices, axis=0).min()
    palms = np.empty((count, TRIES, 3))
    forearms = np.empty((count, TRIES, 3))
    points = np.empty((count, 3))
    depth = np.minimum(half, rng.uniform(0.005, 0.03, count))
    tall = stature(thing.mesh) == "tall"
    everywhere = np.abs(surface.normals[:, 2]) < 0.6 if tall else np.ones(SAMPLES, bool)
    for name, indices, weight in _sent(surface, everywhere, np.arange(count), rng):
        chosen = rng.choice(SAMPLES, size=len(indices), p=weight)
        points[indices] = surface.points[chosen]
        noise = rng.standard_normal((len(indices), TRIES, 3))
        if name == "handle":
            axis, outward, middle = _handle_axes(surface, points[indices], thing)
            points[indices] = middle
            axis *= np.where(axis[:, 2] < -0.2, -1.0, 1.0)[:, None]  # thumb up
            flat = (np.abs(axis[:, 2]) < 0.5) & (rng.random(len(indices)) < 0.5)
            axis *= np.where(flat, -1.0, 1.0)[:, None]
            axis = _unit(axis[:, None] + 0.2 * noise)
            palm = _square(
                1.5 * outward[:, None] + [0, 0, 0.3] + 0.7 * rng.standard_normal(noise.shape), axis
            )
            # Left hands see the mirror image: the same thumb direction turns about.
            hand = np.where(left[indices], -1.0, 1.0)[:, None, None]
            palms[indices], forearms[indices] = palm, hand * np.cross(palm, axis)
            depth[indices] = rng.uniform(-0.008, 0.004, len(indices))
        else:
            palms[indices], forearms[indices] = _facing(
                surface.normals[chosen], left[indices], tall, rng
            )
    room = np.stack(
        [
            _free(sdf, points + 0.04 * palms[:, k], -_unit(forearms[:, k] + 0.5 * palms[:, k]), low)
            for k in range(TRIES)
        ],
        1,
    )
    third = np.where(left, -1.0, 1.0)[:, None] * np.cross(forearms, palms)[..., 2]
    upright = np.stack([forearms[..., 2], palms[..., 2], third], -1)
    best = _score(room, upright, rng).argmax(1)
    palm, forearm = (v[np.arange(count), best] for v in (palms, forearms))
    signs = signs_of(left)
    palm, forearm, points = palm * signs, forearm * signs, points * signs
    rotation = np.stack([forearm, palm, np.cross(forearm, palm)], 2)
    center = POWER_CENTER + 0.008 * rng.standard_normal((count, 3))
    wrist = points - palm * depth[:, None] - (rotation @ center[:, :, None])[..., 0]
    kinds = np.full(count, KINDS.index("power"))
    angles = np.repeat(relaxed_angles("power")[None], count, 0)
    return Hands(wrist, rotation, angles, kinds, left)


def _facing(
    normals: np.ndarray, left: np.ndarray, tall: bool, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Backs of hands (N, TRIES, 3) whose palms face a surface of normals (N, 3), and forearms; of
    what is tall, forearms are near the horizontal and thumbs up."""
    shape = (len(normals), TRIES, 3)
    palm = _unit(normals[:, None] + 0.25 * rng.standard_normal(shape))
    wanted = rng.standard_normal(shape)
    if tall:
        hand = np.where(left, -1.0, 1.0)[:, None, None]
        wanted += THUMB_UP * hand * np.cross(palm, [0.0, 0.0, 1.0])
    else:
        wanted += [0, 0, 0.4]
    return palm, _square(wanted, palm)


def _handle_axes(
    surface: Surface, points: np.ndarray, thing: ProceduralObject
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of the handle near each point (N, 3): its axis, the way out from the object, its middle."""
    handle = surface.points[surface.on_handle]
    tree = cKDTree(handle)
    axes, middles = np.empty_like(points), np.empty_like(points)
    for i, near in enumerate(tree.query_ball_point(points, 0.024)):
        patch = handle[near]
        middles[i] = patch.mean(0)
        axes[i] = np.linalg.svd(patch - middles[i], full_matrices=False)[2][0]
    low, high = thing.mesh.bounds
    outward = _unit(middles - 0.5 * (low + high))
    return axes, outward, middles


def all_starts(
    thing: ProceduralObject,
    surface: Surface,
    sdf: SignedDistanceGrid,
    count: int,
    rng: np.random.Generator,
) -> Hands:
    """`count` hands around an object, left and right in turn, all kinds but `support`."""
    shares = {"precision": 0.42, "tripod": 0.28, "lateral": 0.3}
    for kind, widest in (("lateral", THICKEST_KEY), ("precision", WIDEST), ("tripod", WIDEST)):
        if (surface.thickness < widest).mean() < 0.01:
            shares.pop(kind)
    power = round(count * (POWER_SHARE if shares else 1.0) / 2) * 2
    parts = [power_starts(surface, thing, sdf, np.arange(power) % 2 == 1, rng)]
    if shares:
        names, weights = list(shares), np.array(list(shares.values()))
        kinds = rng.choice(
            [KINDS.index(n) for n in names], size=count - power, p=weights / weights.sum()
        )
        left = np.arange(count - power) % 2 == 1
        parts.append(pinch_starts(surface, thing, sdf, kinds, left, rng))
    hands = Hands.join(parts)
    _, _, low, high = anatomy.degrees_of_freedom()
    noise = 0.1 * rng.standard_normal(hands.angles.shape)
    hands.angles = (hands.angles + noise).clip(low, high)
    return hands
