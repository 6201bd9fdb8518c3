"""A robot hand of our own: the MANO skeleton with 21 hinges and limbs of capsules; MJCF and URDF.

It is what the human hand is in simulation, and a robot hand for those who have none. Its root is
the wrist: axes of MANO's rest hand (right: fingers to -x, palm to -y, thumb to +z), origin at the
wrist joint. With `betas` it is as large as the `OpenHand` with the same.
"""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise

import numpy as np

from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import REST_AXIAL
from diffh2o_ros.hands.shape import NUM_BETAS, bone_strains, joint_directions
from diffh2o_ros.hands.sides import check_side
from diffh2o_ros.hands.skeleton import NUM_JOINTS, PARENTS, rest_joints
from diffh2o_ros.retargeting.errors import RobotHandError

DENSITY = 1100.0  #: kg/m3, of soft tissue and bone together
TORQUE, VELOCITY = 2.0, 12.0  #: N m and rad/s that a finger joint can give
DAMPING, ARMATURE = 0.1, 0.0005  #: N m s/rad, kg m2
#: Largest betas for which limbs keep their proportions.
MOST_BETA = 5.0
#: Hinges of a joint, from the palm outwards: abduction before flexion, as knuckles are built.
_ORDER = ("rotation", "abduction", "flexion")


@dataclass(frozen=True)
class Hinge:
    """One degree of freedom: axis (3,) in the hand's rest frame, limits in radians."""

    name: str
    axis: np.ndarray
    low: float
    high: float


@dataclass(frozen=True)
class Limb:
    """A capsule between two points (3,), relative to its joint; radius in meters."""

    start: np.ndarray
    end: np.ndarray
    radius: float

    @property
    def mass(self) -> float:
        """kg."""
        length = np.linalg.norm(self.end - self.start)
        return DENSITY * math.pi * self.radius**2 * (length + 4 / 3 * self.radius)


@dataclass(frozen=True)
class Segment:
    """What moves with one of MANO's joints. offset: (3,) from the parent segment's joint."""

    name: str
    parent: int
    offset: np.ndarray
    hinges: tuple[Hinge, ...]
    limbs: tuple[Limb, ...]


def segments(side: str, betas: Sequence[float] = ()) -> list[Segment]:
    """The 16 segments of a hand, in MANO's order of joints.

    Args:
        betas: up to ten, of `hands.shape`; those left out are 0.

    Raises:
        RobotHandError: betas are no numbers, too many or too large.
    """
    mirror = np.array([-1.0, 1.0, 1.0]) if check_side(side) == "left" else np.ones(3)
    axial = np.array(REST_AXIAL) if side == "left" else np.ones(3)
    amount = _betas(betas)
    strains = bone_strains()
    joints = rest_joints("right").numpy().astype(float)
    moved = joints + np.tensordot(amount, joint_directions(strains), 1)
    strain = np.eye(3) + np.tensordot(amount, strains, 1)
    hinges = _hinges(axial)
    names = _names()
    found = []
    for joint in range(NUM_JOINTS):
        parent = PARENTS[joint]
        offset = moved[joint] - moved[parent] if joint else np.zeros(3)
        limbs = [
            _limb(limb, joints[joint], strain[joint], mirror)
            for limb in anatomy.capsules()
            if limb.joint == joint
        ]
        found.append(
            Segment(names[joint], parent, mirror * offset, tuple(hinges[joint]), tuple(limbs))
        )
    return found


def mjcf(side: str, betas: Sequence[float] = ()) -> str:
    """The hand as MJCF, its root `wrist` fixed; see `segments`."""
    root = ElementTree.Element("mujoco", model=f"openhand_{side}")
    ElementTree.SubElement(root, "compiler", angle="radian", autolimits="true")
    world = ElementTree.SubElement(root, "worldbody")
    actuators = ElementTree.Element("actuator")
    bodies: list[ElementTree.Element] = []
    for segment in segments(side, betas):
        holder = bodies[segment.parent] if bodies else world
        body = ElementTree.SubElement(holder, "body", name=segment.name, pos=_text(segment.offset))
        bodies.append(body)
        for hinge in segment.hinges:
            limits = _text((hinge.low, hinge.high))
            ElementTree.SubElement(
                body, "joint", name=hinge.name, axis=_text(hinge.axis), range=limits,
                damping=str(DAMPING), armature=str(ARMATURE),
                actuatorfrcrange=_text((-TORQUE, TORQUE)),
            )  # fmt: skip
            ElementTree.SubElement(
                actuators, "position", name=hinge.name, joint=hinge.name, kp="5", ctrlrange=limits,
                forcerange=_text((-TORQUE, TORQUE)),
            )  # fmt: skip
        for limb in segment.limbs:
            ElementTree.SubElement(
                body, "geom", type="capsule", fromto=_text((limb.start, limb.end)),
                size=_text(limb.radius), density=str(DENSITY),
            )  # fmt: skip
    root.append(_neighbors())
    root.append(actuators)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode")


def urdf(side: str, betas: Sequence[float] = ()) -> str:
    """The hand as URDF, its root link `wrist`; see `segments`. URDF has no capsules: each is a
    cylinder and two spheres. Joints with several hinges have links without extent between them."""
    root = ElementTree.Element("robot", name=f"openhand_{side}")
    found = segments(side, betas)
    for segment in found:
        above = found[segment.parent].name if segment.hinges else None
        for number, hinge in enumerate(segment.hinges):
            last = number == len(segment.hinges) - 1
            link = segment.name if last else f"{hinge.name}_link"
            _urdf_link(root, link, segment.limbs if last else ())
            _urdf_joint(root, hinge, above, link, segment.offset if number == 0 else np.zeros(3))
            above = link
        if not segment.hinges:
            _urdf_link(root, segment.name, segment.limbs)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode")


def _betas(betas: Sequence[float]) -> np.ndarray:
    try:
        given = np.asarray(betas, float).ravel()
    except (TypeError, ValueError):
        given = np.full(1, np.nan)
    if len(given) > NUM_BETAS or not (np.abs(given) <= MOST_BETA).all():
        raise RobotHandError(
            f"betas must be up to {NUM_BETAS} numbers from -{MOST_BETA:g} to {MOST_BETA:g}"
        )
    return np.pad(given, (0, NUM_BETAS - len(given)))


def _names() -> list[str]:
    """Of the segments: wrist, then thumb_cmc, index_mcp and so on."""
    names = ["wrist"] * NUM_JOINTS
    for finger, first in anatomy.FINGERS.items():
        ends = ("cmc", "mcp", "ip") if finger == "thumb" else ("mcp", "pip", "dip")
        for number, end in enumerate(ends):
            names[first + number] = f"{finger}_{end}"
    return names


def _hinges(axial: np.ndarray) -> list[list[Hinge]]:
    """Of each joint, from the palm outwards."""
    found: list[list[Hinge]] = [[] for _ in range(NUM_JOINTS)]
    for name, row, low, high in zip(*anatomy.degrees_of_freedom(), strict=True):
        axes = row.reshape(-1, 3)
        (joint,) = np.flatnonzero(np.abs(axes).any(1))
        found[joint + 1].append(Hinge(name, axial * axes[joint], float(low), float(high)))
    return [sorted(of, key=lambda h: _ORDER.index(h.name.split("_")[-1])) for of in found]


def _limb(limb: anatomy.Capsule, joint: np.ndarray, strain: np.ndarray, mirror: np.ndarray) -> Limb:
    """A capsule strained about its joint; as thick as strained across, in the mean."""
    start, end = (mirror * (strain @ (point - joint)) for point in (limb.start, limb.end))
    along = limb.end - limb.start
    along = along / np.linalg.norm(along)
    across = (np.trace(strain) - along @ strain @ along) / 2
    return Limb(start, end, across * 0.5 * (limb.start_radius + limb.end_radius))


def _neighbors() -> ElementTree.Element:
    """Limbs that overlap at rest do not collide: of one finger, and of neighbors at knuckles."""
    contact = ElementTree.Element("contact")
    names = _names()
    pairs = []
    for first in anatomy.FINGERS.values():
        pairs += [(0, first), (0, first + 1), (first, first + 2)]
    bases = [anatomy.FINGERS[f] for f in ("thumb", "index", "middle", "ring", "little")]
    pairs += list(pairwise(bases))
    for a, b in pairs:
        ElementTree.SubElement(contact, "exclude", body1=names[a], body2=names[b])
    return contact


def _urdf_link(root: ElementTree.Element, name: str, limbs: Sequence[Limb]) -> None:
    link = ElementTree.SubElement(root, "link", name=name)
    mass = sum(limb.mass for limb in limbs) or 1e-4
    center = sum(limb.mass * (limb.start + limb.end) / 2 for limb in limbs) / mass
    inertial = ElementTree.SubElement(link, "inertial")
    ElementTree.SubElement(inertial, "origin", xyz=_text(center * np.ones(3)))
    ElementTree.SubElement(inertial, "mass", value=_text(mass))
    inertia = _inertia(limbs, center) if limbs else 1e-8 * np.eye(3)
    moments = {
        f"i{a}{b}": _text(inertia[i, j])
        for (i, a), (j, b) in combinations_with_replacement(enumerate("xyz"), 2)
    }
    ElementTree.SubElement(inertial, "inertia", moments)
    for limb in limbs:
        along = limb.end - limb.start
        middle, length = (limb.start + limb.end) / 2, np.linalg.norm(along)
        shapes = [(middle, "cylinder", {"length": _text(length), "radius": _text(limb.radius)})]
        shapes += [(p, "sphere", {"radius": _text(limb.radius)}) for p in (limb.start, limb.end)]
        for tag in ("visual", "collision"):
            for at, kind, sizes in shapes:
                shape = ElementTree.SubElement(link, tag)
                ElementTree.SubElement(shape, "origin", xyz=_text(at), rpy=_text(_rpy(along)))
                geometry = ElementTree.SubElement(shape, "geometry")
                ElementTree.SubElement(geometry, kind, sizes)


def _inertia(limbs: Sequence[Limb], center: np.ndarray) -> np.ndarray:
    """(3, 3) of limbs about a center, kg m2: of each a rod's and a ball's, and Steiner's part."""
    total = np.zeros((3, 3))
    for limb in limbs:
        along, arm = limb.end - limb.start, (limb.start + limb.end) / 2 - center
        total += 0.4 * limb.mass * limb.radius**2 * np.eye(3)
        for vector, factor in ((along, limb.mass / 12), (arm, limb.mass)):
            total += factor * (vector @ vector * np.eye(3) - np.outer(vector, vector))
    return total


def _urdf_joint(
    root: ElementTree.Element, hinge: Hinge, parent: str, child: str, offset: np.ndarray
) -> None:
    joint = ElementTree.SubElement(root, "joint", name=hinge.name, type="revolute")
    ElementTree.SubElement(joint, "parent", link=parent)
    ElementTree.SubElement(joint, "child", link=child)
    ElementTree.SubElement(joint, "origin", xyz=_text(offset), rpy="0 0 0")
    ElementTree.SubElement(joint, "axis", xyz=_text(hinge.axis))
    ElementTree.SubElement(
        joint, "limit", lower=_text(hinge.low), upper=_text(hinge.high), effort=_text(TORQUE),
        velocity=_text(VELOCITY),
    )  # fmt: skip
    ElementTree.SubElement(joint, "dynamics", damping=str(DAMPING), friction="0")


def _rpy(along: np.ndarray) -> tuple[float, float, float]:
    """Roll, pitch and yaw that turn z to the direction `along` (3,)."""
    x, y, z = along
    return 0.0, math.atan2(math.hypot(x, y), z), math.atan2(y, x)


def _text(values) -> str:
    return " ".join(f"{v:.7g}" for v in np.ravel(values))
