"""What a human hand is made of and can do: limb radii, degrees of freedom and their ranges.

All geometry is that of the right hand at rest (fingers to -x, palm to -y, thumb to +z), meters.
The mesh of `OpenHand`, the collision spheres and the contact pads are all drawn from the capsules
here, so they agree with one another.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from diffh2o_ros.hands.skeleton import _REST, _TIPS, FINGERS, POSE_DIM

_JOINTS = np.array(_REST)


@dataclass(frozen=True)
class Capsule:
    """A rounded cone from `start` to `end` (3,), radii in meters, that moves with `joint`."""

    joint: int
    start: np.ndarray
    end: np.ndarray
    start_radius: float
    end_radius: float


#: Radii at the three joints of each finger and at the center of its tip, meters. Half the
#: breadths of adult fingers (proximal 18-21 mm, distal 14-17 mm).
FINGER_RADII = {
    "thumb": (0.0120, 0.0105, 0.0094, 0.0080),
    "index": (0.0100, 0.0088, 0.0078, 0.0066),
    "middle": (0.0102, 0.0090, 0.0080, 0.0068),
    "ring": (0.0098, 0.0085, 0.0075, 0.0064),
    "little": (0.0088, 0.0076, 0.0067, 0.0057),
}

#: Carpal end of each metacarpal and the radius there.
_CARPALS = {
    "index": ((0.078, 0.004, 0.019), 0.0125),
    "middle": ((0.080, 0.005, 0.008), 0.0130),
    "ring": ((0.080, 0.004, -0.003), 0.0130),
    "little": ((0.078, 0.001, -0.013), 0.0125),
}

#: The direction the pad of the thumb faces at rest; it follows the thumb's flexion.
_THUMB_PAD = np.array([-0.38, -0.51, -0.77]) / np.linalg.norm([-0.38, -0.51, -0.77])
_FINGER_PAD = np.array([0.0, -1.0, 0.0])


def finger_chain(finger: str) -> np.ndarray:
    """Rest positions (4, 3) of a finger's three joints and its tip."""
    first = FINGERS[finger]
    joints = _JOINTS[first : first + 3]
    return np.concatenate([joints, joints[-1:] + np.array([_TIPS[finger]])])


def capsules() -> list[Capsule]:
    """The limbs of the hand: finger phalanges, metacarpals, thenar, hypothenar and wrist."""
    limbs = []
    for finger, first in FINGERS.items():
        chain, radii = finger_chain(finger), FINGER_RADII[finger]
        distal = chain[3] - chain[2]
        # The last capsule ends a radius short of the tip, so that its cap ends at the tip.
        chain[3] = chain[2] + distal * (1 - radii[3] / np.linalg.norm(distal))
        for i in range(3):
            limbs.append(Capsule(first + i, chain[i], chain[i + 1], radii[i], radii[i + 1]))
    for finger, (base, radius) in _CARPALS.items():
        knuckle = _JOINTS[FINGERS[finger]]
        limbs.append(Capsule(0, np.array(base), knuckle, radius, FINGER_RADII[finger][0] + 0.001))
    wrist = _JOINTS[0]
    # The muscles: two of the thenar (at rest on the wrist, and on the thumb it bends), hypothenar,
    # and the adductor that spans the thumb's web.
    limbs.append(Capsule(0, wrist + np.array([-0.006, -0.006, 0.010]), _JOINTS[13], 0.0150, 0.0135))
    limbs.append(
        Capsule(
            13,
            _JOINTS[13] + np.array([-0.002, -0.003, -0.001]),
            np.array([0.0565, -0.0105, 0.0480]),
            0.0130,
            0.0115,
        )
    )
    limbs.append(
        Capsule(
            0, np.array([0.074, -0.006, -0.016]), np.array([0.042, -0.007, -0.034]), 0.0130, 0.0110
        )
    )
    limbs.append(
        Capsule(
            0, np.array([0.062, -0.007, 0.038]), np.array([0.046, -0.005, 0.038]), 0.0105, 0.0075
        )
    )
    for z in (-0.010, 0.010):
        limbs.append(
            Capsule(
                0,
                wrist + np.array([0.028, 0.0, z]),
                wrist + np.array([-0.008, 0.0, z]),
                0.0165,
                0.0155,
            )
        )
    return limbs


@dataclass(frozen=True)
class Pad:
    """A palmar contact patch: surface point (3,) and outward normal (3,), moving with `joint`."""

    name: str
    joint: int
    point: np.ndarray
    normal: np.ndarray


def _palm_surface(inside: np.ndarray) -> np.ndarray:
    """Where the palmar ray from a point (3,) inside the palm leaves the limbs of the palm."""
    reach = 0.0
    for limb in capsules():
        for s in np.linspace(0, 1, 50) if limb.joint == 0 else ():
            offset = (1 - s) * limb.start + s * limb.end - inside
            depth = offset @ _FINGER_PAD
            radius = (1 - s) * limb.start_radius + s * limb.end_radius
            squared = radius**2 - offset @ offset + depth**2
            reach = max(reach, depth + np.sqrt(squared) if squared > 0 else 0.0)
    return inside + reach * _FINGER_PAD


def pads() -> list[Pad]:
    """The 17 palmar pads: distal and middle of all fingers, proximal of four, three of the palm."""
    found = []
    for finger, first in FINGERS.items():
        chain, radii = finger_chain(finger), FINGER_RADII[finger]
        facing = _THUMB_PAD if finger == "thumb" else _FINGER_PAD
        segments = (("distal", 2, 0.58), ("middle", 1, 0.5), ("proximal", 0, 0.5))
        for name, i, along in segments[: 2 if finger == "thumb" else 3]:
            bone = chain[i + 1] - chain[i]
            direction = bone / np.linalg.norm(bone)
            normal = facing - direction * (facing @ direction)
            normal = normal / np.linalg.norm(normal)
            radius = (1 - along) * radii[i] + along * radii[i + 1]
            point = chain[i] + along * bone + radius * normal
            found.append(Pad(f"{finger}_{name}", first + i, point, normal))
    for name, finger, along in (
        ("palm_index", "index", 0.85),
        ("palm_middle", "middle", 0.6),
        ("palm_little", "little", 0.6),
    ):
        base = np.array(_CARPALS[finger][0])
        inside = (1 - along) * base + along * _JOINTS[FINGERS[finger]]
        found.append(Pad(name, 0, _palm_surface(inside), _FINGER_PAD))
    return found


def spheres() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Collision spheres that fill the capsules.

    Returns:
        joints (S,) int, rest centers (S, 3) and radii (S,) meters.
    """
    joints, centers, radii = [], [], []
    for limb in capsules():
        length = np.linalg.norm(limb.end - limb.start)
        steps = np.linspace(0, 1, max(2, int(np.ceil(length / 0.010)) + 1))
        # Where the next bone of the finger starts at this one's end, that end is its sphere.
        shared = limb.joint > 0 and limb.joint % 3 != 0
        for s in steps[:-1] if shared else steps:
            joints.append(limb.joint)
            centers.append((1 - s) * limb.start + s * limb.end)
            radii.append((1 - s) * limb.start_radius + s * limb.end_radius)
    return np.array(joints), np.array(centers), np.array(radii)


# ---------------------------------------------------------------------------------------------
# Degrees of freedom: 4 a finger (MCP flexion and abduction, PIP, DIP), 5 for the thumb.

_ABDUCTION_AXIS = np.array([0.0, 1.0, 0.0])

#: Range of each finger's abduction about +y, degrees; positive turns towards the thumb. The
#: published rest pose already spreads the little finger by 26 degrees from the ring finger, so its
#: range leans towards closing.
_ABDUCTION_RANGE = {"index": (-18, 18), "middle": (-18, 18), "ring": (-18, 18), "little": (-8, 28)}


def _unit(vector: np.ndarray) -> np.ndarray:
    return vector / np.linalg.norm(vector)


def _flexion_axis(bone: np.ndarray, facing: np.ndarray) -> np.ndarray:
    """Unit axis (3,) about which a bone turns towards the side it faces.

    A hinge stands square to its bone, so flexed fingers converge on the scaphoid as ours do,
    though the rest pose spreads them; for the middle finger this is +z within 10 degrees.
    """
    return _unit(np.cross(bone, facing))


def degrees_of_freedom() -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Anatomical degrees of freedom of the fingers.

    Flexion of the fingers and of the thumb's MCP and IP joints follows usual clinical ranges: MCP
    to 90 degrees, PIP to 110, DIP to 80; thumb MCP to 60, IP to 80. Abduction is counted from the
    spread rest pose. The thumb's CMC ranges are about this rest pose and these axes, not clinical
    angles; they let its pad meet those of the index, middle and ring fingers.

    Returns:
        names (D,), `basis` (D, 45) so that hand_pose = angles @ basis (right hand), and the
        lower and upper bounds (D,) of the angles, radians.
    """
    names, rows, bounds = [], [], []

    def add(name: str, joint: int, axis: np.ndarray, low: float, high: float) -> None:
        row = np.zeros(POSE_DIM)
        row[3 * (joint - 1) : 3 * joint] = axis
        names.append(name)
        rows.append(row)
        bounds.append((np.deg2rad(low), np.deg2rad(high)))

    for finger, first in FINGERS.items():
        bones = np.diff(finger_chain(finger), axis=0)
        if finger == "thumb":
            bone, flexion = _unit(bones[2]), _flexion_axis(bones[2], _THUMB_PAD)
            add("thumb_cmc_flexion", first, flexion, -20, 50)
            add("thumb_cmc_abduction", first, np.cross(bone, flexion), -45, 45)
            add("thumb_cmc_rotation", first, bone, -45, 45)
            add("thumb_mcp_flexion", first + 1, flexion, -10, 60)
            add("thumb_ip_flexion", first + 2, flexion, -15, 80)
        else:
            mcp, pip, dip = (_flexion_axis(bone, _FINGER_PAD) for bone in bones)
            add(f"{finger}_mcp_flexion", first, mcp, -20, 90)
            add(f"{finger}_mcp_abduction", first, _ABDUCTION_AXIS, *_ABDUCTION_RANGE[finger])
            add(f"{finger}_pip_flexion", first + 1, pip, 0, 110)
            add(f"{finger}_dip_flexion", first + 2, dip, 0, 80)
    low, high = np.array(bounds).T
    return names, np.array(rows), low, high
