"""Reaches: from a resting hand to a grasp, opening before it closes, touching nothing early.

All for the right hand; the left hand's are those of the mirrored object. A retreat is a reach
played backwards.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import torch
from scipy.spatial.transform import Rotation

from diffh2o_ros.contact.model import ContactModel
from diffh2o_ros.contact.terms import DistanceField
from diffh2o_ros.data.motions.hand_pose import HandPose
from diffh2o_ros.data.motions.profiles import bezier, minimum_jerk
from diffh2o_ros.hands import anatomy

#: The right hand's collision spheres and pads: all contacts are computed on that side.
MODEL = ContactModel("right")
#: Collision a reach may have before it is thrown away: the grasp itself is allowed 2 mm.
MAX_PENETRATION = 0.003
MAX_TABLE = 0.001
#: Share of the time in which the hand must stay clear of the object, and by how much.
CLEAR_SHARE, CLEARANCE = 0.7, 0.004


def hand_rotation(forearm: np.ndarray, dorsal: np.ndarray) -> np.ndarray:
    """Wrist rotation (3, 3) whose forearm (+x) and back of the hand (+y) point as given."""
    forearm = forearm / np.linalg.norm(forearm)
    dorsal = dorsal - forearm * (dorsal @ forearm)
    dorsal = dorsal / np.linalg.norm(dorsal)
    return np.stack([forearm, dorsal, np.cross(forearm, dorsal)], 1)


def resting_hand(rng: np.random.Generator, support: float) -> HandPose:
    """A relaxed right hand beside the person.

    The person is on the -x side facing +x, so the right hand waits at -x, -y, above the table.
    """
    names, _, low, high = anatomy.degrees_of_freedom()
    wrist = np.array(
        [rng.uniform(-0.44, -0.28), rng.uniform(-0.34, -0.14), support + rng.uniform(0.06, 0.26)]
    )
    forearm = np.array([-0.9, -0.3, -0.05]) + 0.15 * rng.standard_normal(3)
    # From palm down to thumb up.
    dorsal = np.array([0.0, -rng.uniform(0.1, 1.6), 1.0]) + 0.2 * rng.standard_normal(3)
    angles = open_hand(names) + np.deg2rad(8) * rng.standard_normal(len(names))
    flex = np.array(["flexion" in n and not n.startswith("thumb") for n in names])
    angles = angles + flex * np.deg2rad(rng.uniform(0, 20))
    return HandPose(wrist, hand_rotation(forearm, dorsal), angles.clip(low, high))


def open_hand(names: list[str]) -> np.ndarray:
    """Angles (D,) of an open, slightly curved hand, radians."""
    angles = {"mcp_flexion": 8, "pip_flexion": 14, "dip_flexion": 8}
    return np.deg2rad(
        [0.0 if n.startswith("thumb") else angles.get(n.split("_", 1)[1], 0.0) for n in names]
    )


def _approaches(wrist: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Unit directions (K, 3) in which a grasping hand may back away from its object."""
    forearm, dorsal, radial = rotation.T
    up, outward = np.array([0.0, 0.0, 1.0]), wrist / max(np.linalg.norm(wrist), 1e-6)
    directions = np.array(
        [
            forearm + dorsal,
            forearm + 0.4 * dorsal,
            dorsal + 0.4 * forearm,
            dorsal,
            forearm,
            outward,
            up + forearm + dorsal,
            up + dorsal,
            up + forearm,
            up,
            forearm + radial,
        ]
    )
    return directions / np.linalg.norm(directions, axis=1, keepdims=True).clip(1e-6)


def plan_reaches(
    grasp: HandPose, rest: HandPose, rng: np.random.Generator, num_frames: int
) -> HandPose:
    """Candidate reaches (K, T, ...) from a resting hand to one grasp, likeliest first.

    The wrist follows a Bezier curve that ends along the approach, minimum-jerk in time; the
    aperture peaks at about two thirds of the reach (Jeannerod, 1984) and closes at contact.
    """
    names, _, low, high = anatomy.degrees_of_freedom()
    distance, lift = rng.uniform(0.08, 0.13), rng.uniform(0.03, 0.12)
    peak = rng.uniform(0.60, 0.70)
    flexed = np.array(["flexion" in n for n in names])
    fanned = np.where(flexed, open_hand(names), grasp.angles)
    tau = np.arange(num_frames) / (num_frames - 1)
    turn = Rotation.from_matrix(rest.rotation.T @ grasp.rotation).as_rotvec()
    opening = minimum_jerk(tau / peak)[:, None]
    closing = minimum_jerk((tau - peak) / (1 - peak))[:, None]

    paths = []
    for (wideness, raised), arrive in product(
        ((rng.uniform(0.75, 0.95), 0.0), (rng.uniform(0.4, 0.6), 0.06)),
        (1.0, 0.88),  # the hand arrives with the fingers, or a little before they close
    ):
        wide = (grasp.angles + wideness * (fanned - grasp.angles)).clip(low, high)
        angles = rest.angles + opening * (wide - rest.angles) + closing * (grasp.angles - wide)
        fraction = minimum_jerk(tau / (0.85 * arrive))[:, None]
        turned = rest.rotation @ Rotation.from_rotvec(fraction * turn).as_matrix()
        for way in _approaches(grasp.wrist, grasp.rotation):
            over = [0.0, 0.0, raised]
            control = np.stack(
                [
                    rest.wrist,
                    rest.wrist + [0.06, 0.02, lift + raised],
                    grasp.wrist + distance * way + over,
                    grasp.wrist,
                ]
            )
            paths.append(HandPose(bezier(control, minimum_jerk(tau / arrive)), turned, angles))
    return HandPose(*map(np.stack, zip(*(p.parts() for p in paths), strict=True)))


@torch.no_grad()
def choose_reach(candidates: HandPose, field: DistanceField, support: float) -> HandPose | None:
    """The first candidate that collides with neither object nor table, or None.

    Args:
        candidates: of `plan_reaches`, (K, T, ...), in the frame of `field`.
        field: signed distance of the object; support: z of the table.
    """
    # Every other frame will do, counted from the last one, which matters most.
    spheres = MODEL.place(*candidates[:, (candidates.wrist.shape[1] - 1) % 2 :: 2].kinematics())[0]
    gap = field.query(spheres) - MODEL.radius
    early = int(CLEAR_SHARE * gap.shape[1])
    deepest = -gap.amin((1, 2))
    clear = gap[:, :early].amin((1, 2))
    table = (support + MODEL.radius - spheres[..., 2]).amax((1, 2))
    good = (deepest < MAX_PENETRATION) & (clear > CLEARANCE) & (table < MAX_TABLE)
    if not bool(good.any()):
        return None
    best = int(good.float().argmax())
    return candidates[best]
