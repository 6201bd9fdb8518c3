"""One GRAB recording as a sequence of this project: motion, object, and what is said of it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import numpy as np
import torch

from diffh2o_ros.data.format import GRASP_FRAMES, SequenceInfo
from diffh2o_ros.data.grab.annotations import Annotations
from diffh2o_ros.data.grab.canonical import canonical, support_height
from diffh2o_ros.data.grab.files import Recording
from diffh2o_ros.data.grab.models import GrabModels
from diffh2o_ros.data.grab.names import (
    action_of,
    deed_of,
    family_of,
    hands_named,
    object_names,
    plain_sentences,
    swap_sides,
    tells_hands,
)
from diffh2o_ros.data.grab.resting import rested
from diffh2o_ros.data.grab.segments import Segments, segment
from diffh2o_ros.data.grab.world import near, resampled, world_motion
from diffh2o_ros.data.sentences import sentences
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.hands.mirror import mirror
from diffh2o_ros.motion.features import Motion

#: The subject that is kept from training, as is usual: its objects are known, it is not.
UNSEEN_SUBJECTS = ("s10",)
SENTENCES, HELD_OUT_SENTENCES = 6, 2


@dataclass(frozen=True)
class Example:
    """What `FramesWriter` writes, see `data.format.Sequence`."""

    info: SequenceInfo
    motion: Motion
    mesh: Mesh
    support: float
    held: torch.Tensor
    names_hands: bool  #: composed sentences may name the hand
    annotated: bool  #: its sentences are people's own
    overruled: bool  #: people's sentences name a hand that is not seen to hold the object


def convert(
    recording: Recording, models: GrabModels, object_index: int, annotations: Annotations | None
) -> Example:
    """Cuts a recording, brings it into the canonical frame and describes it.

    Raises Unusable where that makes no sense.
    """
    mesh = models.object_mesh(recording.object.mesh)
    world = world_motion(recording, models)
    touching = near(world, mesh) if recording.touching is None else recording.touching
    low, high = mesh.bounds
    box = np.array([[(low, high)[i >> k & 1][k] for k in range(3)] for i in range(8)])
    corners = box @ recording.object.rotation.transpose(0, 2, 1)
    corners = corners + recording.object.position[:, None]
    cut = segment(corners, touching, recording.fps)

    times = np.concatenate([cut.reach, cut.interaction])
    motion, lying, origin = canonical(
        resampled(world, times), mesh, GRASP_FRAMES - 1, world.wrist[0].numpy()
    )
    motion = rested(motion, cut.held)
    table = recording.table
    support = support_height(
        table, models.table_points(table.mesh) if table else None, cut.grasp, origin, lying
    )
    written = annotations.of(recording.name) if annotations else ()
    acting = {"left", "right"} if cut.hand == "both" else {cut.hand}
    # They tell of the whole recording, of which the end may be cut off.
    true = tuple(text for text in written if hands_named(text) <= acting)
    info = _describe(recording, cut, object_index, true)
    # One hand after the other is neither one nor both, unless the action says so.
    names_hands = info.hand != "both" or cut.together
    return Example(
        info=info if true else _with_sentences(info, names_hands),
        motion=motion,
        mesh=lying,
        support=support,
        held=torch.as_tensor(cut.held),
        names_hands=names_hands,
        annotated=bool(true),
        overruled=bool(written) and not true,
    )


def mirror_image(example: Example) -> Example:
    """The example in a mirror that swaps left and right."""
    info = example.info
    hand = {"left": "right", "right": "left", "both": "both"}[info.hand]
    info = replace(info, name=f"{info.name}_mirrored", hand=hand)
    if example.annotated:
        info = replace(info, sentences=tuple(swap_sides(text) for text in info.sentences))
    else:
        info = _with_sentences(info, example.names_hands)
    mesh = example.mesh
    return replace(
        example,
        info=info,
        motion=example.motion.mirrored(),
        mesh=Mesh(mirror(mesh.vertices), mesh.faces[:, ::-1]),
        held=example.held.flip(-1),
    )


def _describe(
    recording: Recording, cut: Segments, object_index: int, written: tuple[str, ...]
) -> SequenceInfo:
    action = action_of(recording.thing, recording.action)
    if action == "offhand" and cut.hand != "both":
        action = "lift"  # the other hand takes it after the last frame that is kept
    return SequenceInfo(
        name=recording.name,
        source="grab",
        family=family_of(recording.thing),
        object_name=recording.thing,
        object_index=object_index,
        action=action or recording.action,
        hand=cut.first if action == "offhand" else cut.hand,
        manner=None,
        direction=None,
        put_back=cut.put_back,
        kind=None,
        where=None,
        split="unseen_instance" if recording.subject in UNSEEN_SUBJECTS else "train",
        num_frames=len(cut.held),
        sentences=written,
        held_out_sentences=(),
    )


def _with_sentences(info: SequenceInfo, names_hands: bool) -> SequenceInfo:
    """The info with composed sentences, always the same ones for the same sequence."""
    names = object_names(info.object_name)
    rng = np.random.default_rng(zlib.crc32(info.name.encode()))
    known = action_of(info.object_name, info.action) is not None

    def compose(count: int, split: str) -> tuple[str, ...]:
        # Most sentences name the hand: where none may, many are composed and few remain.
        wanted = count if names_hands else 10 * count
        told = sentences(
            info.action, info.hand, names, None, None, rng, wanted, split, put_back=info.put_back
        )
        return tuple(text for text in told if names_hands or not tells_hands(text, names))[:count]

    if known:
        return replace(
            info,
            sentences=compose(SENTENCES, "train"),
            held_out_sentences=compose(HELD_OUT_SENTENCES, "held_out"),
        )
    told = plain_sentences(deed_of(info.object_name, info.action), names, info.hand)
    kept = tuple(text for text in told if names_hands or not tells_hands(text, names))
    return replace(info, sentences=kept)
