"""Ways of the hand from a rest to a grasp: low and straight where nothing is in between.

All for the right hand; the left hand's are those of the mirrored object. A hand that leaves goes
such a way backwards, with times of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.contact.terms import DistanceField
from diffh2o_ros.data.motions.hand_pose import HandPose
from diffh2o_ros.data.motions.profiles import bezier, ramp, skewed
from diffh2o_ros.data.motions.resting import HIGH, LOW, MODEL, NAMES, Rest
from diffh2o_ros.data.motions.timing import FINGERS, Timing
from diffh2o_ros.hands.skeleton import FINGERS as JOINTS

#: Collision a reach may have before it is thrown away: the grasp itself is allowed 2 mm.
MAX_PENETRATION = 0.003
MAX_TABLE = 0.0008
#: Frames before the first contact until which the hand must stay clear of the object, and by how
#: much, meters.
CLEAR_BEFORE, CLEARANCE = 8, 0.007
#: Share of its closing that a finger does after it has come to the object: it tightens.
TIGHTENS = 0.08
#: Paths looked at in one go; mostly one of the first is free.
AT_ONCE = 4
#: Lifts over the straight line, meters: the higher, the less natural.
LIFTS = (0.0, 0.05, 0.11)
#: How far, in lengths of the way, paths bow to the side, and how far a first movement aims beside
#: (x, y, z): standard deviations.
BOW, STRAY = 0.19, (0.095, 0.095, 0.035)
#: How far fingers stretch on the way by themselves, degrees of their base joint: all alike, and
#: each (standard deviations); shares of their other joints.
PLAY, OWN_PLAY, PLAYS = 12.0, 2.5, {"mcp_flexion": 1.0, "pip_flexion": 0.7, "dip_flexion": 0.3}

_FLEXED = np.array(["flexion" in name for name in NAMES])
#: Angles of the joint at which a finger starts.
_BASE = np.array([name.endswith("mcp_flexion") and "thumb" not in name for name in NAMES])
_BASE |= np.array([name == "thumb_cmc_flexion" for name in NAMES])
#: Which finger each angle (D,) is of.
_OWNER = np.array([FINGERS.index(name.split("_")[0]) for name in NAMES])
#: Collision spheres of each finger, and of the palm.
_PARTS = [
    torch.nonzero(
        (MODEL.sphere_joint > 0) & ((MODEL.sphere_joint - 1) // 3 == (JOINTS[finger] - 1) // 3)
    )[:, 0]
    for finger in FINGERS
]
_PARTS.append(torch.nonzero(MODEL.sphere_joint == 0)[:, 0])


def open_hand() -> np.ndarray:
    """Angles (D,) of an open, slightly curved hand, radians."""
    angles = {"mcp_flexion": 8, "pip_flexion": 14, "dip_flexion": 8}
    return np.deg2rad(
        [0.0 if n.startswith("thumb") else angles.get(n.split("_", 1)[1], 0.0) for n in NAMES]
    )


def _approaches(wrist: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Unit directions (K, 3) in which a grasping hand may back away from its object."""
    forearm, dorsal, radial = rotation.T
    up, outward = np.array([0.0, 0.0, 1.0]), wrist / max(np.linalg.norm(wrist), 1e-6)
    level = np.array([1.0, 1.0, 0.0])
    directions = np.array(
        [
            forearm * level + 0.15 * up,
            (forearm + outward) * level + 0.25 * up,
            forearm,
            forearm + 0.4 * dorsal,
            forearm + dorsal,
            dorsal + 0.4 * forearm,
            dorsal,
            outward,
            forearm + radial,
            up + forearm,
            up + forearm + dorsal,
            up + dorsal,
            up,
        ]
    )
    return directions / np.linalg.norm(directions, axis=1, keepdims=True).clip(1e-6)


def _paths(grasp: HandPose, start: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Control points (K, 4, 3) of wrist paths, the most natural first: straight and low before
    bent, steep or lifted.

    People's paths rise by .3 to 15 % of their length, so the straight one has a bow.
    """
    chord = grasp.wrist - start
    length = max(np.linalg.norm(chord), 1e-6)
    aside = np.cross(chord, [0, 0, 1.0]) / length
    bow = length * (np.array([0, 0, rng.uniform(-0.01, 0.09)]) + rng.normal(0, BOW) * aside)
    near = np.clip(rng.uniform(0.24, 0.36) * length, 0.06, 0.14)
    back = -chord / length
    ways = np.stack([back, *_approaches(grasp.wrist, grasp.rotation)])
    steep = np.rad2deg(np.arcsin(np.clip(ways[:, 2], -1, 1))) - 15
    turned = np.arccos(np.clip(ways @ back, -1, 1)) / np.pi
    cost = turned + np.maximum(steep, 0) / 60
    points, costs = [], []
    for lift in LIFTS:
        over = bow + [0, 0, lift]
        leave = np.broadcast_to(start + chord / 3 + over, ways.shape)
        ends = np.broadcast_to(grasp.wrist, ways.shape)
        arrive = ends + near * ways + over
        points.append(np.stack([np.broadcast_to(start, ways.shape), leave, arrive, ends], 1))
        costs.append(cost + lift / 0.08)
    return np.concatenate(points)[np.argsort(np.concatenate(costs), kind="stable")]


@dataclass
class Ways:
    """Candidate ways of T frames to one grasp: wrists may go along K paths, most natural first, and
    every finger may close in S styles, whatever the others do."""

    wrist: np.ndarray  #: (K, T, 3)
    rotation: np.ndarray  #: (T, 3, 3)
    angles: np.ndarray  #: (S, T, D)

    def take(self, path: int, styles: np.ndarray) -> HandPose:
        """The way along one path, each finger in a style of its own (5,)."""
        angles = self.angles[styles[_OWNER], :, np.arange(len(NAMES))].T
        return HandPose(self.wrist[path], self.rotation, angles)


def plan_ways(grasp: HandPose, rest: Rest, timing: Timing, rng: np.random.Generator) -> list[Ways]:
    """Ways from a rest to a grasp: the wrist is there before the fingers, or comes with them.

    The wrist follows a Bezier curve; the fingers open to what the object needs, or a little
    farther, by two thirds of the way (Jeannerod, 1984), and close one after another.
    """
    frames = np.arange(timing.frames, dtype=float)
    points = _paths(grasp, rest.pose.wrist, rng)
    spin = Rotation.from_matrix(rest.pose.rotation.T @ grasp.rotation).as_rotvec()
    turn_share = rng.uniform(0.82, 1.0)
    angles = _closings(grasp.angles, rest.pose.angles, timing, rng)
    strays = _stray(np.linalg.norm(grasp.wrist - rest.pose.wrist), timing, rng)
    ways = []
    for arrive in (timing.arrive, timing.last - 0.5):
        tau = (frames - timing.start) / (arrive - timing.start)
        along = skewed(tau, timing.half, timing.order)
        turned = skewed(tau / turn_share, timing.half, timing.order)
        rotation = rest.pose.rotation @ Rotation.from_rotvec(turned[:, None] * spin).as_matrix()
        base = HandPose(np.zeros((len(frames), 3)), rotation, angles)
        swayed = rest.swayed(base, 1 - along)
        wrist = bezier(points, along) + swayed.wrist + strays
        ways.append(Ways(wrist, swayed.rotation, swayed.angles))
    return ways


def _stray(length: float, timing: Timing, rng: np.random.Generator) -> np.ndarray:
    """Offsets (T, 3) of a first movement that aims a little beside, and a second that corrects
    it (Woodworth, 1899; Meyer et al., 1988)."""
    span = timing.arrive - timing.start
    frames = np.arange(timing.frames, dtype=float)
    first, second, end = timing.start + span * np.array(
        [rng.uniform(0.5, 0.65), rng.uniform(0.4, 0.55), rng.uniform(0.85, 0.98)]
    )
    aims = length * rng.normal(0, STRAY)
    aims[2] = abs(aims[2])  # below the way there is a table
    return (ramp(frames, timing.start, first) - ramp(frames, second, end))[:, None] * aims


def _play(timing: Timing, rng: np.random.Generator) -> np.ndarray:
    """Offsets (T, D) of fingers that stretch on the way, mostly together, and come back: a hand
    that moves is never only on its way from one posture to another."""
    frames = np.arange(timing.frames, dtype=float)
    span = timing.contact - timing.start
    times = timing.start + span * np.array(
        [rng.uniform(0.0, 0.15), rng.uniform(0.3, 0.5), rng.uniform(0.7, 0.95)]
    )
    course = ramp(frames, times[0], times[1]) - ramp(frames, times[1], times[2])
    each = -abs(rng.normal(0, PLAY)) + rng.normal(0, OWN_PLAY, len(FINGERS))
    share = [0.0 if n.startswith("thumb") else PLAYS.get(n.split("_", 1)[1], 0.0) for n in NAMES]
    return course[:, None] * np.deg2rad(each)[_OWNER] * share


def _closings(
    grasp: np.ndarray, rest: np.ndarray, timing: Timing, rng: np.random.Generator
) -> np.ndarray:
    """Angles (S, T, D): from the rest to an open hand and on to the grasp, in several styles.

    As it comes; wide open, and later; the base joint stretched until the finger is curled; curled
    last.
    """
    each = rng.uniform(0.75, 1.25, len(FINGERS))[_OWNER]
    wideness = rng.uniform(0.7, 1.1)
    fanned = np.where(_FLEXED, open_hand(), grasp)
    start, end = timing.closing
    late = np.maximum(start, timing.contact - 3), np.full(len(NAMES), timing.last - 0.5)
    middle = 0.5 * (start + end)
    curl = np.where(_BASE, middle, start), np.where(_BASE, end, 0.4 * start + 0.6 * end)
    over = np.where(_BASE, start, middle), np.where(_BASE, middle, end)
    styles = [
        (wideness * each, 0.0, (start, end)),
        (0.95, 0.0, late),
        (wideness, np.deg2rad(22), curl),
        (0.95, 0.0, over),
    ]
    frames = np.arange(timing.frames, dtype=float)
    opened = ramp(frames, *timing.opening)
    played = _play(timing, rng)
    found = []
    for wide, stretched, (begin, done) in styles:
        target = (grasp + wide * (fanned - grasp) - stretched * _BASE).clip(LOW, HIGH)
        tightened = ramp(frames, 0.5 * (begin + done), np.full(len(NAMES), float(timing.last)))
        closed = (1 - TIGHTENS) * ramp(frames, begin, done) + TIGHTENS * tightened
        angles = rest + opened * (target - rest) + closed * (grasp - target)
        found.append(np.clip(angles + played, np.minimum(angles, LOW), np.maximum(angles, HIGH)))
    return np.stack(found)


@torch.no_grad()
def choose_reach(
    ways: list[Ways], field: DistanceField, support: float, timing: Timing
) -> HandPose | None:
    """The most natural way that collides with neither object nor table, or None.

    Args:
        ways: of `plan_ways`, in the frame of `field`.
        field: signed distance of the object; support: z of the table.
    """
    begin = max(int(min(timing.start, timing.opening.min())), 0)
    moving = np.arange(begin, timing.frames)
    early = int((moving < int(timing.contact) - CLEAR_BEFORE).sum())
    hands = [_spheres_about_wrist(each, moving) for each in ways]
    for first in range(0, len(ways[0].wrist), AT_ONCE):
        for each, spheres in zip(ways, hands, strict=True):
            wrist = torch.as_tensor(each.wrist[first : first + AT_ONCE, moving]).float()
            # (K, S, T, 6, P): by finger, thumb first, and the palm.
            placed = spheres + wrist[:, None, :, None]
            free = placed[..., 2] - MODEL.radius > support - MAX_TABLE
            gap = field.query(placed) - MODEL.radius
            free &= gap > -MAX_PENETRATION
            free[:, :, :early] &= gap[:, :, :early] > CLEARANCE
            free = free.all(2)
            parts = torch.stack([free[..., part].all(-1) for part in _PARTS], -1)
            good = parts.any(1).all(-1)  # every part has a style
            if bool(good.any()):
                path = int(good.float().argmax())
                styles = parts[path, :, : len(FINGERS)].float().argmax(0).numpy()
                return each.take(first + path, styles)
    return None


def _spheres_about_wrist(ways: Ways, frames: np.ndarray) -> torch.Tensor:
    """Collision spheres (S, T, P, 3) in every style, wrist at the origin."""
    angles = ways.angles[:, frames]
    shape = angles.shape[:2]
    rotation = np.broadcast_to(ways.rotation[frames], (*shape, 3, 3))
    return MODEL.place(*HandPose(np.zeros((*shape, 3)), rotation, angles).kinematics())[0]
