"""Hands that rest: many postures and places, and never quite still.

All for the right hand; the left hand's are those of the mirrored situation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation

from diffh2o_ros.contact.model import ContactModel
from diffh2o_ros.contact.terms import DistanceField
from diffh2o_ros.data.format import MAX_FRAMES
from diffh2o_ros.data.motions.hand_pose import HandPose
from diffh2o_ros.data.motions.person import Person, strain
from diffh2o_ros.data.motions.profiles import ramp, wander
from diffh2o_ros.hands import anatomy

#: The right hand's collision spheres and pads: all contacts are computed on that side.
MODEL = ContactModel("right")
NAMES, _, LOW, HIGH = anatomy.degrees_of_freedom()
#: Rests that are weighed; the first one that is free and easy is taken.
TRIES = 12
#: Least distance of a resting hand from object, and from the table under it, meters.
APART, ABOVE = 0.05, 0.0015
#: Share of rests on the table, and of hands that shift while they wait.
ON_TABLE, SHIFTS = 0.85, 0.6
#: How far a waiting hand sways: millimeters, and degrees of wrist and fingers.
SWAY = (1.3, 0.8, 1.2)

#: Postures: flexion in degrees of MCP, PIP and DIP from closed to open, and how often.
_POSTURES = {
    "relaxed": ((26, 34, 16), 0.46),
    "flat": ((3, 6, 3), 0.2),
    "curved": ((12, 22, 12), 0.2),
    "fist": ((58, 72, 36), 0.08),
    "pointing": ((52, 68, 34), 0.06),
}


@dataclass
class Rest:
    """A resting hand and how it sways."""

    pose: HandPose
    sway: np.ndarray  #: (MAX_FRAMES, 6 + D) offsets: wrist, meters; turn, rotvec; angles

    def swayed(self, base: HandPose, weight: np.ndarray) -> HandPose:
        """A path (T,), or several fingers' (S, T), with the sway on it, weighted (T,)."""
        offset = weight[:, None] * self.sway[: len(weight)]
        turn = Rotation.from_rotvec(offset[:, 3:6]).as_matrix()
        angles = (base.angles + offset[:, 6:]).clip(LOW, HIGH)
        return HandPose(base.wrist + offset[:, :3], base.rotation @ turn, angles)

    def path(self, num_frames: int) -> HandPose:
        """The hand while it waits, (T, ...)."""
        held = HandPose(*(np.repeat(a[None], num_frames, 0) for a in self.pose.parts()))
        return self.swayed(held, np.ones(num_frames))


def hand_rotation(forearm: np.ndarray, dorsal: np.ndarray) -> np.ndarray:
    """Wrist rotation (3, 3) whose forearm (+x) and back of the hand (+y) point as given."""
    forearm = forearm / np.linalg.norm(forearm)
    dorsal = dorsal - forearm * (dorsal @ forearm)
    dorsal = dorsal / np.linalg.norm(dorsal)
    return np.stack([forearm, dorsal, np.cross(forearm, dorsal)], 1)


@torch.no_grad()
def draw_rest(
    rng: np.random.Generator, support: float, person: Person, field: DistanceField | None = None
) -> Rest:
    """A right hand that waits beside the object, on the table or above it.

    Args:
        support: z of the table. field: of the object, from which it stays away.
    """
    poses, on_table = zip(*(_draw_pose(rng, support) for _ in range(TRIES)), strict=True)
    tried = HandPose(*map(np.stack, zip(*(p.parts() for p in poses), strict=True)))
    spheres = MODEL.place(*tried.kinematics())[0]
    lowest = (spheres[..., 2] - MODEL.radius).amin(1).double().numpy()
    drop = np.where(on_table, support - lowest, np.maximum(support - lowest, 0.0))
    tried.wrist[:, 2] += drop
    spheres[..., 2] += torch.as_tensor(drop[:, None], dtype=torch.float32)
    cost = strain(person, tried.wrist, tried.rotation)
    cost = cost + MODEL.self_penetration(spheres).double().numpy()
    if field is not None:
        near = (field.query(spheres) - MODEL.radius).amin(1).double().numpy()
        cost = cost + 100 * np.maximum(APART - near, 0.0)
    easy = np.flatnonzero(cost < 0.9)
    chosen = int(easy[0]) if len(easy) else int(cost.argmin())
    return _raised(Rest(tried[chosen], _draw_sway(rng)), support, on_table[chosen])


def _draw_pose(rng: np.random.Generator, support: float) -> tuple[HandPose, bool]:
    """A resting hand, and whether it is to lie on the table: its height is not yet that."""
    on_table = bool(rng.random() < ON_TABLE)
    wrist = np.array([rng.uniform(-0.46, -0.26), rng.uniform(-0.38, -0.08), support])
    forearm = np.array([-0.9, -0.3, -0.05]) + 0.18 * rng.standard_normal(3)
    # From palm down to thumb up.
    roll = rng.choice([rng.uniform(-10, 25), rng.uniform(60, 95), rng.uniform(-10, 95)])
    if on_table:
        forearm[2] = rng.uniform(-0.05, 0.2)
    else:
        wrist[2] += rng.uniform(0.03, 0.14)
    roll = np.deg2rad(roll)
    dorsal = np.array([0.0, -np.sin(roll), np.cos(roll)]) + 0.12 * rng.standard_normal(3)
    # A fist is not held up in the air.
    kinds = tuple(_POSTURES) if on_table else ("relaxed", "flat", "curved")
    return HandPose(wrist, hand_rotation(forearm, dorsal), draw_posture(rng, kinds)), on_table


def draw_posture(rng: np.random.Generator, kinds: Sequence[str] = tuple(_POSTURES)) -> np.ndarray:
    """Angles (D,) of a hand that does nothing, one of some kinds, radians."""
    weights = np.array([_POSTURES[kind][1] for kind in kinds])
    kind = kinds[rng.choice(len(kinds), p=weights / weights.sum())]
    usual = dict(zip(("mcp", "pip", "dip"), _POSTURES[kind][0], strict=True))
    closed = rng.uniform(0.7, 1.3)
    # Towards the little finger a hand at ease is more closed.
    slope = rng.normal(0.06, 0.08)
    angles = np.zeros(len(NAMES))
    for i, name in enumerate(NAMES):
        finger, joint, kind_of = name.split("_")
        if finger == "thumb":
            angles[i] = rng.normal(*_thumb(joint, kind_of, kind))
        elif kind_of == "abduction":
            angles[i] = rng.normal(0, 4)
        else:
            rank = ("index", "middle", "ring", "little").index(finger)
            straight = kind == "pointing" and finger == "index"
            flexion = usual[joint] * closed * (1 + slope * (rank - 1.5))
            angles[i] = (0.15 if straight else 1.0) * flexion + rng.normal(0, 7)
    return np.deg2rad(angles).clip(LOW, HIGH)


def _thumb(joint: str, axis: str, posture: str) -> tuple[float, float]:
    """Mean and standard deviation of an angle of the thumb, degrees."""
    bent = posture in ("fist", "pointing")
    if joint == "cmc":
        return {"flexion": (8.0, 9.0), "abduction": (0.0, 11.0), "rotation": (0.0, 9.0)}[axis]
    return (20.0 if bent else 8.0, 10.0) if joint == "mcp" else (25.0 if bent else 12.0, 12.0)


def _draw_sway(rng: np.random.Generator) -> np.ndarray:
    """(MAX_FRAMES, 6 + D): wander, and now and then another place and posture nearby."""
    millimeters, degrees, bend = SWAY
    scale = np.r_[[1e-3 * millimeters] * 3, np.deg2rad([degrees] * 3 + [bend] * len(NAMES))]
    # Fingers move together, mostly.
    noise = wander(rng, len(scale) + 1, MAX_FRAMES)
    noise, common = noise[:, :-1], noise[:, -1:]
    flexed = np.array([name.endswith("flexion") for name in NAMES])
    noise[:, 6:][:, flexed] = 0.6 * noise[:, 6:][:, flexed] + 0.8 * common
    sway = scale * noise
    if rng.random() < SHIFTS:
        start = rng.uniform(30, 0.7 * MAX_FRAMES)
        along = ramp(np.arange(MAX_FRAMES), start, start + rng.uniform(25, 70))
        shift = np.r_[
            rng.uniform([-0.04, -0.05, 0.0], [0.0, 0.01, 0.03]),
            np.deg2rad(5) * rng.standard_normal(3),
            np.deg2rad(7) * rng.standard_normal() * flexed,
        ]
        shift[6:] += np.deg2rad(4) * rng.standard_normal(len(NAMES))
        sway = sway + along[:, None] * shift
    return sway


def _raised(rest: Rest, support: float, on_table: bool) -> Rest:
    """The rest so that its sway stays off the table: lifted as a whole, or, where the hand is to
    lie on it, lying there all the time."""
    frames = np.r_[0 : MAX_FRAMES - 1 : 6, MAX_FRAMES - 1]
    spheres = MODEL.place(*rest.path(MAX_FRAMES)[frames].kinematics())[0]
    lowest = (spheres[..., 2] - MODEL.radius).amin(1).double().numpy()
    pose, sway = rest.pose, rest.sway
    up = support + ABOVE - lowest
    if on_table:
        sway = sway.copy()
        sway[:, 2] += CubicSpline(frames, up - up[0])(np.arange(MAX_FRAMES))
        rise = up[0]
    else:
        rise = max(up.max(), 0.0)
    return Rest(HandPose(pose.wrist + [0, 0, rise], pose.rotation, pose.angles), sway)
