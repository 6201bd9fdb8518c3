"""What every sequence of a data set promises; `diffh2o dataset validate` checks it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from diffh2o_ros.contact.model import ContactModel
from diffh2o_ros.data.format import FPS, GRASP_FRAMES, Sequence
from diffh2o_ros.data.motions.actions import ACTIONS, HAND_OVER
from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror_pose
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.hands.skeleton import TIP_KEYPOINTS, keypoints, tip_offsets, wrist_kinematics
from diffh2o_ros.text.wording import read_wording

#: Depths in meters that a procedural motion may have: spheres in the object, in the table.
OBJECT, TABLE = 0.004, 0.0015
#: How far a wrist may drift on what its hand holds, meters; how fast a fingertip may slip, meters a
#: second; how fast a wrist may be, meters a frame.
DRIFT, SLIP, STEP = 0.03, 0.025, 0.1
#: Distance within which a fingertip touches, meters.
TIP_CONTACT = 0.006
#: How far the object's center may lie from the origin, meters.
CENTER = 1e-5
#: An object moves if it does so by more than this in a frame, meters and radians.
MOVES, TURNS = 3e-4, 3e-3
RANGE = np.deg2rad(1.0)
CHECKED_FRAMES = 16


def faults(sequence: Sequence) -> Iterator[str]:
    """One line for each promise the sequence breaks: format and words for all, contacts and
    collisions for the procedural ones."""
    yield from _shapes(sequence)
    yield from _words(sequence)
    yield from _object(sequence)
    if sequence.info.source == "procedural":
        yield from _hold(sequence)
        yield from _joints(sequence)
        yield from _collisions(sequence)


def _shapes(sequence: Sequence) -> Iterator[str]:
    motion, frames = sequence.motion, sequence.info.num_frames
    shapes = {
        "wrist": (frames, 2, 3),
        "rotation": (frames, 2, 3, 3),
        "hand_pose": (frames, 2, 45),
        "object_position": (frames, 3),
        "object_rotation": (frames, 3, 3),
    }
    for name, shape in shapes.items():
        values = getattr(motion, name)
        if tuple(values.shape) != shape:
            yield f"{name} has shape {tuple(values.shape)}, not {shape}"
        elif not bool(torch.isfinite(values).all()):
            yield f"{name} holds NaN or infinite numbers"
    for name in ("rotation", "object_rotation"):
        turns = getattr(motion, name)
        gap = (turns @ turns.transpose(-1, -2) - torch.eye(3)).abs().max()
        if not gap < 1e-3:
            yield f"{name} is no rotation"
    off = float(np.abs(sequence.mesh.center).max())
    if off > CENTER:
        yield f"the object's center is {1000 * off:.1f} mm off the origin"
    if tuple(sequence.distances.shape) != (frames, 2, 21):
        yield f"distances have shape {tuple(sequence.distances.shape)}"
    if tuple(sequence.held.shape) != (frames, 2) or not bool(sequence.held.any()):
        yield "no hand holds the object"
    step = (motion.wrist[1:] - motion.wrist[:-1]).norm(dim=-1).max()
    if not step < STEP:
        yield f"a wrist jumps by {1000 * float(step):.0f} mm"


def _words(sequence: Sequence) -> Iterator[str]:
    info = sequence.info
    if info.source == "procedural" and info.action not in (*ACTIONS, HAND_OVER):
        yield f"unknown action {info.action!r}"
    if not info.sentences:
        yield "there is no sentence"
    if not set(info.sentences).isdisjoint(info.held_out_sentences):
        yield "a held-out sentence is among those for training"
    acting = frozenset(SIDES if info.action == HAND_OVER else sequence.active)
    hand = {"both": set(SIDES)}.get(info.hand, {info.hand})
    if info.action != HAND_OVER and hand != set(sequence.active):
        yield f"said to be done by {info.hand}, held by {sorted(sequence.active)}"
    for sentence in (*info.sentences, *info.held_out_sentences):
        if acting not in read_wording(sentence).hands:
            yield f"names a hand that does not act: {sentence!r}"


def _object(sequence: Sequence) -> Iterator[str]:
    """The object moves only while it is held."""
    motion = sequence.motion
    offset = (motion.object_position[1:] - motion.object_position[:-1]).norm(dim=-1)
    turn = (motion.object_rotation[1:] - motion.object_rotation[:-1]).flatten(1).norm(dim=-1)
    moves = (offset > MOVES) | (turn > TURNS)
    held = sequence.held[1:].any(1) & sequence.held[:-1].any(1)
    alone = moves & ~held
    if bool(alone.any()):
        yield f"the object moves at frame {int(alone.nonzero()[0, 0]) + 1}, where no hand holds it"
    if bool(sequence.held[: GRASP_FRAMES - 1].any()):
        yield "a hand holds the object before the reach has ended"


def _hold(sequence: Sequence) -> Iterator[str]:
    """A hand that holds the object adjusts to it: its fingertips stay where they touch."""
    motion = sequence.motion
    away = motion.wrist - motion.object_position[:, None]
    local = away @ motion.object_rotation
    for i, side in enumerate(SIDES):
        held = local[sequence.held[:, i], i]
        if len(held):
            drift = (held - held[0]).norm(dim=-1).max()
            if drift > DRIFT:
                yield f"the {side} hand slips by {1000 * float(drift):.1f} mm"
        slip = fingertip_slip(sequence, i)
        if slip > SLIP:
            yield f"a fingertip of the {side} hand slips at {1000 * slip:.1f} mm/s"


def fingertip_slip(sequence: Sequence, side: int) -> float:
    """Speed of the fastest of a hand's fingertips along the object that it holds, of those that
    touch it, meters a second."""
    motion, tips = sequence.motion, list(TIP_KEYPOINTS)
    pose = motion.wrist[:, side], motion.rotation[:, side], motion.hand_pose[:, side]
    rotations, joints = wrist_kinematics(*pose, SIDES[side])
    points = keypoints(joints, rotations, tip_offsets(SIDES[side]))[:, tips]
    local = (points - motion.object_position[:, None]) @ motion.object_rotation
    speed = FPS * (local[1:] - local[:-1]).norm(dim=-1)
    held = sequence.held[1:, side] & sequence.held[:-1, side]
    touching = (sequence.distances[:, side][:, tips].abs() < TIP_CONTACT)[1:]
    return float((speed * touching)[held].amax()) if bool(held.any()) else 0.0


def _joints(sequence: Sequence) -> Iterator[str]:
    angles = joint_angles(sequence)
    names, _, low, high = anatomy.degrees_of_freedom()
    beyond = np.maximum(low - angles, angles - high).max((0, 1))
    for i in np.flatnonzero(beyond > RANGE):
        yield f"{names[i]} is {np.rad2deg(beyond[i]):.0f} degrees out of its range"


def joint_angles(sequence: Sequence) -> np.ndarray:
    """Anatomical angles (T, 2, D) of both hands, radians: least squares on our axes."""
    _, basis, _, _ = anatomy.degrees_of_freedom()
    left, right = sequence.motion.hand_pose.unbind(1)
    pose = torch.stack([mirror_pose(left), right], 1).numpy()
    return pose @ np.linalg.pinv(basis)


@torch.no_grad()
def _collisions(sequence: Sequence) -> Iterator[str]:
    motion, frames = sequence.motion, sequence.info.num_frames
    chosen = np.unique(np.linspace(0, frames - 1, CHECKED_FRAMES).round().astype(int))
    for i, side in enumerate(SIDES):
        model = ContactModel(side)
        spheres = model.place(
            *wrist_kinematics(
                motion.wrist[:, i], motion.rotation[:, i], motion.hand_pose[:, i], side
            )
        )[0]
        below = float((sequence.support + model.radius - spheres[..., 2]).max())
        if below > TABLE:
            yield f"the {side} hand is {1000 * below:.1f} mm in the table"
        away = spheres[chosen] - motion.object_position[chosen, None]
        local = (away @ motion.object_rotation[chosen]).double().numpy()
        low, high = sequence.mesh.bounds
        near = ((local > low - 0.03) & (local < high + 0.03)).all(-1)
        if not near.any():
            continue
        radius = np.broadcast_to(model.radius.numpy(), near.shape)[near]
        depth = float((radius - exact_signed_distance(sequence.mesh, local[near])).max())
        if depth > OBJECT:
            yield f"the {side} hand is {1000 * depth:.1f} mm in the object"
    low = (sequence.mesh.vertices @ motion.object_rotation[:, 2].double().numpy().T).min(0)
    low = float((low + motion.object_position[:, 2].double().numpy()).min())
    if low < sequence.support - TABLE:
        yield f"the object is {1000 * (sequence.support - low):.1f} mm in the table"
