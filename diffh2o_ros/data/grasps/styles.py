"""What each kind of grasp is: which pads should touch, and the posture a search starts from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.bodies import HandBodies
from diffh2o_ros.contact.descent import descend
from diffh2o_ros.contact.model import ContactModel
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.skeleton import rest_joints, wrist_kinematics

#: How much each pad should touch, by kind: distal, middle and proximal ones, palm, and the radial
#: side of the index finger.
_PADS = {
    "power": {"distal": 1.0, "middle": 0.6, "proximal": 0.4, "palm": 0.25},
    "precision": {"distal": 1.0, "middle": 0.1},
    "tripod": {"distal": 1.0, "middle": 0.1},
    "lateral": {"thumb_distal": 2.0, "index_radial2": 1.0, "index_radial3": 1.0},
    "support": {"distal": 1.0, "middle": 0.8, "proximal": 0.6, "palm": 0.8},
}
#: The other fingers of a tripod, and the thumb, which stands against all of them or beside.
_FADE = {
    ("tripod", "ring"): 0.25,
    ("tripod", "little"): 0.05,
    ("precision", "little"): 0.4,
    ("support", "thumb"): 0.8,
}
_THUMB = 2.0

#: Fingers that stand against the thumb's pad in each kind that pinches, by pad, and the openings
#: (meters) for which a posture is worked out.
_OPPOSING = {
    "precision": {"index_distal": 0.35, "middle_distal": 0.4, "ring_distal": 0.25},
    "tripod": {"index_distal": 0.5, "middle_distal": 0.5},
    "lateral": {"index_radial2": 0.5, "index_radial3": 0.5},
}
_APERTURES = {
    "precision": (0.006, 0.018, 0.035, 0.055, 0.08),
    "tripod": (0.006, 0.018, 0.035, 0.055),
    "lateral": (0.002, 0.008, 0.016),
}
#: Steps of the descent that works it out, and radians a step.
_POSTURE_STEPS, _POSTURE_RATE = 250, 0.03


def radial_pads() -> list[anatomy.Pad]:
    """The side of the index finger that faces the thumb: its middle and distal phalanx."""
    chain, radii = anatomy.finger_chain("index"), anatomy.FINGER_RADII["index"]
    found = []
    for bone in (1, 2):
        direction = chain[bone + 1] - chain[bone]
        direction = direction / np.linalg.norm(direction)
        # Turned a little to the palm, where the skin is soft.
        facing = np.array([0.0, -0.35, 0.94])
        normal = facing - direction * (facing @ direction)
        normal = normal / np.linalg.norm(normal)
        point = 0.5 * (chain[bone] + chain[bone + 1])
        radius = 0.5 * (radii[bone] + radii[bone + 1])
        found.append(
            anatomy.Pad(f"index_radial{bone + 1}", 1 + bone, point + radius * normal, normal)
        )
    return found


def tip_pads() -> list[anatomy.Pad]:
    """The ends of the fingers, half way between their pads and their tips: for what lies flat."""
    found = []
    names = [pad.name for pad in anatomy.pads()]
    for finger, radii in anatomy.FINGER_RADII.items():
        chain = anatomy.finger_chain(finger)
        bone = chain[3] - chain[2]
        direction = bone / np.linalg.norm(bone)
        pad = anatomy.pads()[names.index(f"{finger}_distal")]
        normal = (direction + pad.normal) / np.sqrt(2)
        point = chain[3] - radii[3] * direction + radii[3] * normal
        found.append(anatomy.Pad(f"{finger}_tip", pad.joint, point, normal))
    return found


@lru_cache(maxsize=2)
def hand_model(side: str = "right") -> ContactModel:
    """Spheres and pads of a hand, radial pads of its index finger and fingertips among them."""
    return ContactModel(side, extra=radial_pads() + tip_pads())


@lru_cache(maxsize=1)
def hand_bodies() -> HandBodies:
    """The right hand's spheres, pads as `hand_model` has them, and what its fingers can do."""
    return HandBodies("cpu", radial_pads() + tip_pads())


def relaxed_angles(kind: str = "power") -> np.ndarray:
    """Joint angles (D,), radians, that a hand of this kind tends to where nothing else decides."""
    bend = {
        "power": (32, 30, 14),
        "precision": (40, 24, 11),
        "tripod": (40, 26, 12),
        "lateral": (45, 55, 24),
        "support": (8, 12, 8),
    }[kind]
    flexion = dict(zip(("mcp_flexion", "pip_flexion", "dip_flexion"), bend, strict=True))
    names = anatomy.degrees_of_freedom()[0]
    angles = np.array(
        [0.0 if n.startswith("thumb") else flexion.get(n.split("_", 1)[1], 0.0) for n in names]
    )
    if kind != "support":
        for name in ("thumb_mcp_flexion", "thumb_ip_flexion"):
            angles[names.index(name)] = 12
    if kind == "tripod":  # fingers that do not take part are bent out of the way
        for name in ("ring_pip_flexion", "little_pip_flexion"):
            angles[names.index(name)] = 45
    return np.deg2rad(angles)


def pad_weights(kind: str, flat: bool = False) -> Tensor:
    """(P,) how much each pad of `hand_model` should touch; what lies `flat` is pinched by tips."""
    shares, row = _PADS[kind], []
    if flat and kind in ("precision", "tripod"):
        shares = {"tip": 1.0, "distal": 0.2}
    for name in hand_model().pad_names:
        finger, part = name.split("_")
        value = shares.get(name, shares.get("palm" if finger == "palm" else part, 0.0))
        if name in ("thumb_distal", "thumb_tip") and kind not in ("lateral", "support"):
            value *= _THUMB
        row.append(value * _FADE.get((kind, finger), 1.0))
    return torch.tensor(row)


@dataclass(frozen=True)
class Posture:
    """A hand that pinches nothing: K openings, in the frame of a right wrist.

    Attributes:
        aperture: (K,) meters between thumb and fingers.
        angles: (K, D).
        middle: (K, 3) between them, relative to the wrist.
        frame: (K, 3, 3) columns: from the fingers to the thumb, from the wrist to the middle
            (square to the first), and what makes it right-handed.
    """

    aperture: np.ndarray
    angles: np.ndarray
    middle: np.ndarray
    frame: np.ndarray

    def nearest(self, aperture: float) -> np.ndarray:
        """The frame (3, 3) of the opening next to `aperture`."""
        return self.frame[int(np.abs(self.aperture - aperture).argmin())]

    def place(
        self, aperture: float, middle: np.ndarray, opposition: np.ndarray, ahead: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Wrist (3,), rotation (3, 3) and angles (D,) of the nearest opening, put at a place.

        Args:
            middle: (3,) of what is pinched; opposition: (3,) unit, from its fingers' side to its
                thumb's; ahead: (3,) unit, square to it, the way the hand comes.
        """
        k = int(np.abs(self.aperture - aperture).argmin())
        world = np.stack([opposition, ahead, np.cross(opposition, ahead)], 1)
        rotation = world @ self.frame[k].T
        return middle - rotation @ self.middle[k], rotation, self.angles[k]


@lru_cache(maxsize=8)
def posture(kind: str) -> Posture:
    """The postures of a pinching kind: thumb and finger pads face each other at an aperture."""
    model = hand_model()
    names, basis, low, high = (
        a if isinstance(a, list) else torch.as_tensor(a, dtype=torch.float32)
        for a in anatomy.degrees_of_freedom()
    )
    aperture = torch.tensor(_APERTURES[kind])
    thumb = model.pad_names.index("thumb_distal")
    fingers = [model.pad_names.index(n) for n in _OPPOSING[kind]]
    fraction = torch.tensor(list(_OPPOSING[kind].values()))
    prior = torch.as_tensor(relaxed_angles(kind), dtype=torch.float32)
    angles = prior.repeat(len(aperture), 1).requires_grad_()
    wrist = rest_joints("right")[0].expand(len(aperture), 3)
    upright = torch.eye(3).expand(len(aperture), 3, 3)

    def pinch() -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        rotations, joints = wrist_kinematics(wrist, upright, angles @ basis, "right")
        spheres, pads, normals = model.place(rotations, joints)
        finger = (fraction[:, None] * pads[:, fingers]).sum(1)
        across = pads[:, thumb] - finger
        return spheres, normals, 0.5 * (pads[:, thumb] + finger), across, pads

    stiff = torch.tensor([4.0 if "dip" in n or "ip_" in n[6:] else 1.0 for n in names])

    def energy(step: int) -> Tensor:
        # From wide to narrow: closing in one go, fingers curl up behind the thumb.
        wanted = aperture.clamp_min(0.09 * (1 - 1.6 * step / _POSTURE_STEPS))
        spheres, normals, _, across, pads = pinch()
        width = across.norm(dim=-1)
        unit = across / width[:, None].clamp_min(1e-4)
        facing = 1 + (normals[:, thumb] * unit).sum(-1)
        facing = facing + (fraction * (1 - (normals[:, fingers] * unit[:, None]).sum(-1))).sum(-1)
        uneven = pads[:, fingers] - pads[:, fingers].mean(1, keepdim=True)
        level = (uneven * unit[:, None]).sum(-1)
        return (
            3 * ((width - wanted) * 100) ** 2
            + 8 * facing
            + (level * 100).square().sum(-1)
            + 0.6 * (stiff * (angles - prior) ** 2).sum(-1)
            + 2 * model.self_penetration(spheres)
        )

    def confine() -> None:
        angles.copy_(torch.minimum(torch.maximum(angles, low), high))

    descend(energy, [(angles, _POSTURE_RATE)], np.ones(_POSTURE_STEPS), confine)
    with torch.no_grad():
        _, _, middle, across, _ = pinch()
        middle = (middle - wrist).numpy().astype(float)
        first = across.numpy().astype(float)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = middle - first * (middle * first).sum(1, keepdims=True)
    second /= np.linalg.norm(second, axis=1, keepdims=True)
    frame = np.stack([first, second, np.cross(first, second)], 2)
    return Posture(aperture.numpy(), angles.detach().numpy().astype(float), middle, frame)
