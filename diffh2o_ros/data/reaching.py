"""Reaches: from a resting hand to a grasp, opening before it closes, touching nothing early."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import roma
import torch
from torch import Tensor

from diffh2o_ros.data.profiles import bezier, minimum_jerk
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.contact import ContactModel, DistanceField
from diffh2o_ros.hands.skeleton import wrist_kinematics

#: Collision a reach may have before it is thrown away: the grasp itself is allowed 2 mm.
MAX_PENETRATION = 0.003
MAX_TABLE = 0.001
#: Share of the time in which the hand must stay clear of the object, and by how much.
CLEAR_SHARE, CLEARANCE = 0.7, 0.004


@dataclass
class HandPath:
    """A right hand over T frames: wrist (T, 3), rotation (T, 3, 3), joint angles (T, D)."""

    wrist: np.ndarray
    rotation: np.ndarray
    angles: np.ndarray


def _orient(forearm: np.ndarray, dorsal: np.ndarray) -> np.ndarray:
    """Wrist rotation (3, 3) whose forearm (+x) and back of the hand (+y) point as given."""
    forearm = forearm / np.linalg.norm(forearm)
    dorsal = dorsal - forearm * (dorsal @ forearm)
    dorsal = dorsal / np.linalg.norm(dorsal)
    return np.stack([forearm, dorsal, np.cross(forearm, dorsal)], 1)


def resting_hand(
    rng: np.random.Generator, support: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A relaxed right hand beside the person: wrist (3,), rotation (3, 3), angles (D,).

    The person is on the -x side facing +x, so the right hand waits at -x, -y, above the table.
    """
    names, _, low, high = anatomy.degrees_of_freedom()
    wrist = np.array([
        rng.uniform(-0.46, -0.32), rng.uniform(-0.32, -0.14), support + rng.uniform(0.10, 0.26)
    ])
    forearm = np.array([-0.9, -0.3, -0.05]) + 0.15 * rng.standard_normal(3)
    dorsal = np.array([0.0, -0.45, 1.0]) + 0.2 * rng.standard_normal(3)
    angles = open_hand(names) + np.deg2rad(8) * rng.standard_normal(len(names))
    flex = np.array(["flexion" in n and not n.startswith("thumb") for n in names])
    angles = angles + flex * np.deg2rad(rng.uniform(0, 20))
    return wrist, _orient(forearm, dorsal), angles.clip(low, high)


def open_hand(names: list[str]) -> np.ndarray:
    """Angles (D,) of an open, slightly curved hand, radians."""
    angles = {"mcp_flexion": 8, "pip_flexion": 14, "dip_flexion": 8}
    return np.deg2rad(
        [0.0 if n.startswith("thumb") else angles.get(n.split("_", 1)[1], 0.0) for n in names]
    )


def _approaches(wrist: np.ndarray, rotation: np.ndarray) -> np.ndarray:
    """Unit directions (K, 3) in which a grasping hand may back away from its object."""
    forearm, dorsal, up = rotation[:, 0], rotation[:, 1], np.array([0.0, 0.0, 1.0])
    outward = wrist / max(np.linalg.norm(wrist), 1e-6)
    directions = np.array([
        forearm + dorsal, forearm + 0.4 * dorsal, dorsal + 0.4 * forearm, dorsal, forearm,
        outward, up + forearm + dorsal, up + dorsal, up,
    ])
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)


def plan_reaches(
    grasp_wrist: np.ndarray, grasp_rotation: np.ndarray, grasp_angles: np.ndarray,
    rng: np.random.Generator, support: float, num_frames: int,
) -> HandPath:
    """Candidate reaches (K, T, ...) to one grasp, from one resting hand, likeliest first.

    The wrist follows a Bezier curve that ends along the approach, minimum-jerk in time; the
    aperture peaks at about two thirds of the reach (Jeannerod, 1984) and closes at contact.
    """
    names, _, low, high = anatomy.degrees_of_freedom()
    start_wrist, start_rotation, start_angles = resting_hand(rng, support)
    distance, lift = rng.uniform(0.08, 0.13), rng.uniform(0.03, 0.12)
    peak = rng.uniform(0.60, 0.70)
    flexed = np.array(["flexion" in n for n in names])
    fanned = np.where(flexed, open_hand(names), grasp_angles)
    wide = (grasp_angles + rng.uniform(0.75, 0.95) * (fanned - grasp_angles)).clip(low, high)

    tau = np.arange(num_frames) / (num_frames - 1)
    ways = _approaches(grasp_wrist, grasp_rotation)
    ways = np.concatenate([ways, ways])
    # Two timings: the hand arrives with the fingers, or a little before they close.
    arrival = np.repeat([1.0, 0.88], len(ways) // 2)
    paths, turns = [], []
    for way, arrive in zip(ways, arrival, strict=True):
        control = np.stack([
            start_wrist, start_wrist + [0.06, 0.02, lift], grasp_wrist + distance * way, grasp_wrist
        ])
        paths.append(bezier(control, minimum_jerk(tau / arrive)))
        turns.append(minimum_jerk(tau / (0.85 * arrive)))
    difference = roma.rotmat_to_rotvec(
        torch.as_tensor(start_rotation.T @ grasp_rotation)
    ).numpy()
    turned = roma.rotvec_to_rotmat(torch.as_tensor(np.stack(turns)[..., None] * difference)).numpy()
    opening = minimum_jerk(tau / peak)[:, None]
    closing = minimum_jerk((tau - peak) / (1 - peak))[:, None]
    angles = start_angles + opening * (wide - start_angles) + closing * (grasp_angles - wide)
    count = len(ways)
    return HandPath(
        np.stack(paths), start_rotation @ turned, np.repeat(angles[None], count, axis=0)
    )


@torch.no_grad()
def choose_reach(
    candidates: HandPath, field: DistanceField, support: float, model: ContactModel
) -> HandPath | None:
    """The first candidate that collides with neither object nor table, or None.

    Args:
        candidates: of `plan_reaches`, (K, T, ...), in the frame of `field`.
        field: signed distance of the object; support: z of the table.
    """
    _, basis, _, _ = anatomy.degrees_of_freedom()

    def tensor(array) -> Tensor:
        return torch.as_tensor(array, dtype=torch.float32)

    rotations, joints = wrist_kinematics(
        tensor(candidates.wrist), tensor(candidates.rotation), tensor(candidates.angles @ basis),
        "right",
    )
    spheres, _, _ = model.place(rotations, joints)
    gap = field.query(spheres) - model.radius
    frames = gap.shape[1]
    early = int(CLEAR_SHARE * frames)
    deepest = -gap.amin((1, 2))
    clear = gap[:, :early].amin((1, 2))
    table = (support + model.radius - spheres[..., 2]).amax((1, 2))
    good = (deepest < MAX_PENETRATION) & (clear > CLEARANCE) & (table < MAX_TABLE)
    if not bool(good.any()):
        return None
    best = int(good.float().argmax())
    return HandPath(candidates.wrist[best], candidates.rotation[best], candidates.angles[best])
