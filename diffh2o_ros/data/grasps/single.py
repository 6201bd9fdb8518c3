"""Search for grasps: many starts around an object, one batched descent on the contact energy.

Everything is for the right hand; left-hand grasps are those of the mirrored object.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import roma
import torch
from torch import Tensor

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.contact import ContactModel, ContactWeights
from diffh2o_ros.hands.hold import hold_residual
from diffh2o_ros.hands.skeleton import wrist_kinematics

STYLES = ("power", "precision", "tripod")

#: How much each pad should touch, by style; distal, middle and proximal pads, and the palm.
_STYLE_PADS = {
    "power": {"distal": 1.0, "middle": 0.6, "proximal": 0.4, "palm": 0.25},
    "precision": {"distal": 1.0, "middle": 0.1, "proximal": 0.0, "palm": 0.0},
    "tripod": {"distal": 1.0, "middle": 0.1, "proximal": 0.0, "palm": 0.0},
}
_TRIPOD_FADE = {"ring": 0.25, "little": 0.1}

#: Share of the searches that start at what sticks out of an object.
EDGE_SHARE = 0.4

#: Where the middle of the object should lie at first, relative to the wrist, hand at rest.
_STYLE_CENTRE = {
    "power": (-0.098, -0.038, 0.006),
    "precision": (-0.130, -0.055, 0.018),
    "tripod": (-0.132, -0.055, 0.028),
}


@dataclass(frozen=True)
class GraspLimits:
    """What a grasp must satisfy to enter the data set (metres)."""

    penetration: float = 0.002
    touch: float = 0.004
    near_tip: float = 0.008
    table: float = 0.001
    hold: float = 0.4


@dataclass
class GraspBatch:
    """Right-hand grasps in the object's frame: wrist position, rotation and joint angles."""

    wrist: np.ndarray  #: (N, 3) metres
    rotation: np.ndarray  #: (N, 3, 3)
    angles: np.ndarray  #: (N, D) anatomical degrees of freedom, radians
    style: np.ndarray  #: (N,) index into STYLES

    def __len__(self) -> int:
        return len(self.wrist)

    def __getitem__(self, keep) -> GraspBatch:
        return GraspBatch(
            self.wrist[keep], self.rotation[keep], self.angles[keep], self.style[keep]
        )


def relaxed_angles(names: list[str]) -> np.ndarray:
    """A half-open hand (D,), radians: the start of every search."""
    angles = {"mcp_flexion": 30, "pip_flexion": 35, "dip_flexion": 20}
    thumb = {"thumb_mcp_flexion": 12, "thumb_ip_flexion": 12}
    return np.deg2rad(
        [thumb.get(n, 0 if n.startswith("thumb") else angles.get(n.split("_", 1)[1], 0))
         for n in names]
    )


def _pad_weights(model: ContactModel) -> dict[str, Tensor]:
    weights = {}
    for style, shares in _STYLE_PADS.items():
        row = []
        for name in model.pad_names:
            finger, part = name.split("_")
            value = shares["palm"] if finger == "palm" else shares[part]
            if style == "tripod":
                value *= _TRIPOD_FADE.get(finger, 1.0)
            if name == "thumb_distal":
                value *= 2.0  # the thumb stands against all the others
            row.append(value)
        weights[style] = torch.tensor(row)
    return weights


def _starts(
    mesh: Mesh, count: int, rng: np.random.Generator, names: list[str], low: np.ndarray,
    high: np.ndarray,
) -> GraspBatch:
    """Hands around the object, palm facing its surface, forearm not under the table."""
    triangles = mesh.vertices[mesh.faces]
    cross = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    area = np.linalg.norm(cross, axis=1)
    normals = cross / np.maximum(area, 1e-12)[:, None]
    centres = triangles.mean(1)
    wrist, rotation = [], []
    style = rng.integers(len(STYLES), size=count)
    extent = np.ptp(mesh.vertices, axis=0).min()
    while len(wrist) < count:
        outward = rng.standard_normal(3) * [1, 1, 0.7]
        outward /= np.linalg.norm(outward)
        weight = area
        edge = rng.random() < EDGE_SHARE
        if edge:
            # Rims, handles and ends are a small part of the surface and where people often hold:
            # there the forearm comes from outside and the hand straddles what sticks out.
            outward = np.array([0, 0, 1.0]) if rng.random() < 0.5 else outward
            height = centres @ outward
            weight = area * (height > height.max() - 0.03)
        face = rng.choice(len(area), p=weight / weight.sum())
        a, b = np.sort(rng.random(2))
        point = a * triangles[face, 0] + (b - a) * triangles[face, 1] + (1 - b) * triangles[face, 2]
        palm = normals[face] + 0.25 * rng.standard_normal(3)
        palm /= np.linalg.norm(palm)
        forearm = outward + 0.3 * rng.standard_normal(3) if edge else rng.standard_normal(3)
        forearm -= palm * (forearm @ palm)
        forearm /= np.linalg.norm(forearm)
        if palm[2] < -0.3 or forearm[2] < -0.25:
            continue  # the palm or the forearm would have to come through the table
        turn = np.stack([forearm, palm, np.cross(forearm, palm)], 1)
        depth = min(extent / 2, rng.uniform(0.005, 0.03))
        centre = np.array(_STYLE_CENTRE[STYLES[style[len(wrist)]]]) + 0.008 * rng.standard_normal(3)
        wrist.append(point - palm * depth - turn @ centre)
        rotation.append(turn)
    angles = relaxed_angles(names) + 0.15 * rng.standard_normal((count, len(names)))
    return GraspBatch(np.array(wrist), np.array(rotation), angles.clip(low, high), style)


def search(
    mesh: Mesh,
    sdf: SignedDistanceGrid,
    rng: np.random.Generator,
    *,
    starts: int = 160,
    steps: int = 180,
    limits: GraspLimits | None = None,
    keep: int = 16,
) -> GraspBatch:
    """Valid right-hand grasps of an object that rests on z = min z of its mesh.

    Args:
        mesh: the object, metres, z up.
        sdf: its signed distance.
        rng: source of all randomness.
        starts: hands optimised at once; steps: of Adam.
        limits: what counts as valid; keep: at most this many grasps, spread apart.

    Returns:
        0 to `keep` grasps, in the mesh's frame.
    """
    limits = limits or GraspLimits()
    model = ContactModel("right")
    names, basis, low, high = anatomy.degrees_of_freedom()
    begin = _starts(mesh, starts, rng, names, low, high)
    support = float(mesh.vertices[:, 2].min())
    by_style = _pad_weights(model)
    weight = torch.stack([by_style[STYLES[s]] for s in begin.style])

    basis_t, low_t, high_t = (torch.as_tensor(a, dtype=torch.float32) for a in (basis, low, high))
    prior = torch.as_tensor(relaxed_angles(names), dtype=torch.float32)
    stiff = torch.tensor([0.3 if "abduction" in n or "rotation" in n else 0.03 for n in names])
    pip = [i for i, n in enumerate(names) if n.endswith("pip_flexion")]
    dip = [i for i, n in enumerate(names) if n.endswith("dip_flexion")]
    start_rotation = torch.as_tensor(begin.rotation, dtype=torch.float32)
    wrist = torch.as_tensor(begin.wrist, dtype=torch.float32).requires_grad_()
    turn = torch.zeros(starts, 3, requires_grad=True)
    angles = torch.as_tensor(begin.angles, dtype=torch.float32).requires_grad_()
    optimiser = torch.optim.Adam(
        [{"params": wrist, "lr": 0.003}, {"params": turn, "lr": 0.03},
         {"params": angles, "lr": 0.04}]
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps, eta_min=0.0)
    weights = ContactWeights()
    for _ in range(steps):
        optimiser.zero_grad()
        rotation = start_rotation @ roma.rotvec_to_rotmat(turn)
        rotations, joints = wrist_kinematics(wrist, rotation, angles @ basis_t, "right")
        state = model.energy(
            rotations, joints, sdf, weight, weights, support, clearance=0.0003
        )
        habit = (stiff * (angles - prior) ** 2).sum(-1)
        coupled = ((angles[:, dip] - 0.66 * angles[:, pip]) ** 2).sum(-1)
        (state.energy + habit + 0.2 * coupled).sum().backward()
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            angles.copy_(torch.minimum(torch.maximum(angles, low_t), high_t))
    with torch.no_grad():
        found = GraspBatch(
            wrist.numpy().copy(),
            (start_rotation @ roma.rotvec_to_rotmat(turn)).numpy(),
            angles.numpy().copy(),
            begin.style,
        )
    valid = np.flatnonzero(check(found, mesh, sdf, model, limits))
    return found[_spread(found, valid, keep)]


@torch.no_grad()
def check(
    grasps: GraspBatch, mesh: Mesh, sdf: SignedDistanceGrid, model: ContactModel,
    limits: GraspLimits,
) -> np.ndarray:
    """Which grasps (N,) bool touch with thumb and two fingers, collide with nothing and hold."""
    _, basis, _, _ = anatomy.degrees_of_freedom()
    pose = torch.as_tensor(grasps.angles @ basis, dtype=torch.float32)
    rotations, joints = wrist_kinematics(
        torch.as_tensor(grasps.wrist, dtype=torch.float32),
        torch.as_tensor(grasps.rotation, dtype=torch.float32), pose, "right",
    )
    support = float(mesh.vertices[:, 2].min())
    ones = torch.ones(len(grasps), len(model.pad_names))
    state = model.energy(rotations, joints, sdf, ones, ContactWeights(), support)
    alone = model.self_penetration(model.place(rotations, joints)[0]).numpy()
    distance = state.pad_distance.abs().numpy()
    touching = distance < limits.touch
    finger = np.array([n.split("_")[0] for n in model.pad_names])
    by_finger = {f: touching[:, finger == f].any(1) for f in anatomy.FINGER_RADII}
    others = sum(by_finger[f].astype(int) for f in anatomy.FINGER_RADII if f != "thumb")
    near = (distance[:, model.tips] < limits.near_tip).sum(1)
    valid = (
        (state.penetration.numpy() < limits.penetration)
        & (state.table.numpy() < limits.table)
        & (alone < 0.15)
        & by_finger["thumb"] & (others >= 2) & (near >= 3)
    )
    centre = 0.5 * (mesh.vertices.min(0) + mesh.vertices.max(0))
    lever = float(np.ptp(mesh.vertices, axis=0).max())
    for i in np.flatnonzero(valid):
        contact = touching[i]
        residual = hold_residual(
            state.pads[i].numpy()[contact], state.pad_normal[i].numpy()[contact], centre, lever
        )
        valid[i] = residual < limits.hold
    return valid


def _spread(grasps: GraspBatch, valid: np.ndarray, keep: int) -> np.ndarray:
    """Up to `keep` of the valid indices, farthest first in wrist position and direction."""
    if len(valid) <= keep:
        return valid
    place = np.concatenate(
        [grasps.wrist[valid] / 0.05, grasps.rotation[valid].reshape(len(valid), 9)], 1
    )
    chosen = [0]
    gap = np.linalg.norm(place - place[0], axis=1)
    while len(chosen) < keep:
        chosen.append(int(gap.argmax()))
        gap = np.minimum(gap, np.linalg.norm(place - place[chosen[-1]], axis=1))
    return valid[np.sort(chosen)]
