"""What counts as a grasp: the exact mesh against the hand's skin, touch, hold, and habit."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache

import numpy as np
import roma
import torch

from diffh2o_ros.contact.hold import hold_residual
from diffh2o_ros.contact.object_field import ObjectField
from diffh2o_ros.contact.terms import distance_and_normal
from diffh2o_ros.data.grasps.grasp_set import KINDS
from diffh2o_ros.data.grasps.hands import Hands
from diffh2o_ros.data.grasps.search import FOREARM
from diffh2o_ros.data.grasps.styles import hand_model
from diffh2o_ros.data.grasps.weight import grip_force
from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.geometry.mass import GRAVITY, mass_of
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.hands.skeleton import rest_joints

TIPS = [4, 8, 12, 16, 20]  # keypoints; the thumb's first
#: Friction coefficient that a grasp may count on: of those that pass with it, most hold in
#: simulation with the true one (see `physics`).
CAREFUL = 0.5


@dataclass(frozen=True)
class GraspLimits:
    """What a grasp must satisfy to enter the data set (meters)."""

    penetration: float = 0.002  #: of the skin's vertices into the exact mesh
    table: float = 0.0005  #: of the skin's vertices below the table
    forearm: float = 0.012  #: of the forearm into object or table
    touch: float = 0.005  #: pads this near the surface touch
    tip: float = 0.010  #: fingertip keypoints this near the surface hold
    lateral_tip: float = 0.014  #: those of a key pinch
    firm: float = 0.003  #: three pads are this near, but for a key pinch
    grip_effort: float = 0.55  #: most `grip_effort`
    hold: float = 0.25  #: `residual`: fraction of the weight that contacts may fail to carry
    hold_tripod: float = 0.12  #: that of three fingers
    hold_light: float = 0.3  #: that of key pinches, and at a rim or handle, of light things
    light: float = 0.15  #: kg
    hold_edge: float = 0.55  #: that of handles and rims, far from what is heavy: simulation decides
    edge_effort: float = 0.9  #: most `grip_effort` there
    self_overlap: float = 0.15  #: square centimeters of finger in finger
    palm_up: float = -0.4  #: lowest z of the back of the hand: it never comes from below
    thumb_down: float = -0.5  #: lowest z of the direction from little finger to index
    hanging: float = 0.85  #: highest z of the forearm in a power grasp: it would hang down


@dataclass
class Contacts:
    """Where N hands touch, in the object's frame, and what is wrong with them."""

    points: np.ndarray  #: (N, P, 3) pads
    normals: np.ndarray  #: (N, P, 3) outward object normals there
    touching: np.ndarray  #: (N, P) bool
    spheres: np.ndarray  #: (N, S, 3) collision spheres
    clear: np.ndarray  #: (N,) bool: collides with nothing, natural
    grips: np.ndarray  #: (N,) bool: thumb and fingers touch as the kind asks

    def __getitem__(self, keep) -> Contacts:
        return Contacts(*(getattr(self, part.name)[keep] for part in fields(self)))

    @staticmethod
    def join(parts: list[Contacts]) -> Contacts:
        return Contacts(
            *(np.concatenate([getattr(p, part.name) for p in parts]) for part in fields(Contacts))
        )


@lru_cache(maxsize=1)
def _skin() -> OpenHand:
    return OpenHand("right")


@torch.no_grad()
def skin_and_tips(hands: Hands) -> tuple[np.ndarray, np.ndarray]:
    """Skin vertices (N, V, 3) and fingertips (N, 5, 3) in the object's frame, thumb's tip first."""
    basis = anatomy.degrees_of_freedom()[1]
    turn = roma.rotmat_to_rotvec(torch.as_tensor(hands.rotation, dtype=torch.float32))
    offset = torch.as_tensor(hands.wrist, dtype=torch.float32) - rest_joints("right")[0]
    out = _skin()(turn, offset, torch.as_tensor(hands.angles @ basis, dtype=torch.float32))
    return (out.vertices.numpy() * hands.signs, out.keypoints[:, TIPS].numpy() * hands.signs)


@torch.no_grad()
def contacts(hands: Hands, mesh: Mesh, sdf: SignedDistanceGrid, limits: GraspLimits) -> Contacts:
    """Judges a batch; the exact mesh is asked only about hands that look well on the grid."""
    model, acting = hand_model(), hands.acting()
    field = ObjectField(sdf, acting.side)
    rotations, joints = acting.kinematics()
    spheres, pads, _ = model.place(rotations, joints)
    distance, normal = distance_and_normal(field, pads)
    distance = distance.abs().numpy()
    support = float(mesh.vertices[:, 2].min())
    rough = (model.radius - field.query(spheres)).amax(-1).numpy()
    under = (support + model.radius - spheres[..., 2]).amax(-1).numpy()
    behind, radius = torch.tensor(FOREARM).T
    arm = joints[:, :1] + behind[:, None] * rotations[:, 0, None, :, 0]
    beyond = torch.maximum(radius - field.query(arm), support + radius - arm[..., 2])
    clear = (
        (rough < 2 * limits.penetration)
        & (under < limits.table + 0.001)
        & (beyond.amax(-1).numpy() < limits.forearm)
        & (model.self_penetration(spheres).numpy() < limits.self_overlap)
        & (hands.rotation[:, 2, 1] > limits.palm_up)
        & (hands.rotation[:, 2, 2] > limits.thumb_down)
        & ((hands.rotation[:, 2, 0] < limits.hanging) | (hands.kind != KINDS.index("power")))
    )
    grips = _pads_grip(hands, distance, limits)
    ask = np.flatnonzero(clear & grips)
    if len(ask):
        clear[ask], grips[ask] = _exact(hands[ask], mesh, sdf, support, limits)
    return Contacts(
        pads.numpy() * hands.signs,
        normal.numpy() * hands.signs,
        distance < limits.touch,
        spheres.numpy() * hands.signs,
        clear,
        grips,
    )


def _pads_grip(hands: Hands, distance: np.ndarray, limits: GraspLimits) -> np.ndarray:
    """Which hands (N,) touch as their kind asks, by the distances (N, P) of their pads."""
    names, touching = hand_model().pad_names, distance < limits.touch
    finger = np.array([n.split("_")[0] for n in names])
    radial = np.array(["radial" in n for n in names])
    by_finger = {f: (touching & ~radial)[:, finger == f].any(1) for f in anatomy.FINGER_RADII}
    others = sum(by_finger[f].astype(int) for f in anatomy.FINGER_RADII if f != "thumb")
    firm = (distance < limits.firm).sum(1) >= 3
    thumb = touching[:, names.index("thumb_distal")]
    palm = (touching & (finger == "palm")).any(1)
    return np.select(
        [hands.kind == KINDS.index("lateral"), hands.kind == KINDS.index("support")],
        [thumb & touching[:, radial].any(1), palm | (others >= 3)],
        by_finger["thumb"] & (others >= 2) & firm,
    )


def true_kinds(hands: Hands, touch: Contacts) -> np.ndarray:
    """Kinds (N,) of what was found: a power grasp that only fingertips reach is a precision one."""
    palmar = ["palm" in n or "proximal" in n for n in hand_model().pad_names]
    tips_only = (hands.kind == KINDS.index("power")) & ~touch.touching[:, palmar].any(1)
    return np.where(tips_only, KINDS.index("precision"), hands.kind)


def _exact(
    hands: Hands, mesh: Mesh, sdf: SignedDistanceGrid, support: float, limits: GraspLimits
) -> tuple[np.ndarray, np.ndarray]:
    """Which hands stay outside the exact mesh and table, and which have their fingertips on it."""
    skin, tips = skin_and_tips(hands)
    near = sdf.query(torch.as_tensor(skin, dtype=torch.float32)).numpy() < 0.003
    depth = np.zeros(len(hands))
    owner = np.nonzero(near)[0]
    np.maximum.at(depth, owner, -exact_signed_distance(mesh, skin[near]))
    clear = (depth < limits.penetration) & (skin[..., 2].min(1) > support - limits.table)
    gap = np.abs(exact_signed_distance(mesh, tips.reshape(-1, 3))).reshape(-1, 5)
    lateral = hands.kind == KINDS.index("lateral")
    held = gap < np.where(lateral, limits.lateral_tip, limits.tip)[:, None]
    fewest = np.select([lateral, hands.kind == KINDS.index("support")], [2, 0], 3)
    thumb = held[:, 0] | (hands.kind == KINDS.index("support"))
    return clear, thumb & (held.sum(1) >= fewest)


def residual(touch: list[Contacts], mesh: Mesh) -> float:
    """`hold_residual` of one or more single hands (rows of Contacts) together, with care."""
    points, normals = _touched(touch)
    lever = float(np.ptp(mesh.vertices, axis=0).max())
    return hold_residual(points, normals, mass_of(mesh)[1], lever, friction=CAREFUL)


def grip_effort(touch: list[Contacts], mesh: Mesh) -> float:
    """`hold_residual` with little friction, short levers, and pushes as dear as they are to a
    person's grip: near 1 where a hand would hold the object with great effort only."""
    mass, center, _ = mass_of(mesh)
    lever = min(float(np.ptp(mesh.vertices, axis=0).max()), 0.08)
    effort = mass * GRAVITY / grip_force(mass)
    points, normals = _touched(touch)
    return hold_residual(points, normals, center, lever, friction=0.8 * CAREFUL, effort=effort)


def _touched(touch: list[Contacts]) -> tuple[np.ndarray, np.ndarray]:
    return (
        np.concatenate([c.points[c.touching] for c in touch]),
        np.concatenate([c.normals[c.touching] for c in touch]),
    )
