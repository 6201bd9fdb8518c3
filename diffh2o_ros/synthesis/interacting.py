"""The interaction stage: what becomes of the object and the hands once it is grasped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import HandRows, flips
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.diffusion.imputing import Impute
from diffh2o_ros.models.context import grasp_context
from diffh2o_ros.motion.features import Motion, from_features, keypoint_distances, to_features
from diffh2o_ros.synthesis.carrying import Carrier
from diffh2o_ros.synthesis.contact_guidance import tip_distance
from diffh2o_ros.synthesis.holding import Hold, find_holds
from diffh2o_ros.synthesis.object_path import Ground, object_path, put_down
from diffh2o_ros.synthesis.options import RIGID
from diffh2o_ros.synthesis.reaching import Reaches
from diffh2o_ros.synthesis.request import Request
from diffh2o_ros.synthesis.smoothing import joined_hands
from diffh2o_ros.synthesis.stage import Stage
from diffh2o_ros.synthesis.threads import in_parts

#: An object let go of higher above the table than this is not let go of (meters).
HIGHEST_RELEASE = 0.06
#: Frames a hand needs to withdraw; one that lets go later holds on to the end.
LEAST_RETREAT = 20
#: An object that still moves farther than this stays in somebody's hand (meters).
STAYS = 0.05
#: A motion is over where in the REST_FRAMES frames that follow nothing moves farther than this
#: (meters, radians); these frames are kept. The last few of all are not looked at: there the
#: convolutions see padding.
STILL, STILL_ROTATION, REST_FRAMES, END_FRAMES = 0.035, 0.25, 20, 6
#: Hands that have put the object down have withdrawn when they are so far from where they let go
#: (meters) and slower than this (meters a frame); that many more frames are kept.
WITHDRAWN, WAITING, WAITING_FRAMES = 0.2, 0.006, 10


@dataclass(frozen=True)
class Course:
    """One motion in the canonical frame, and who holds the object when."""

    motion: Motion  #: (T, ...)
    holds: list[Hold]


def sample_interactions(
    stage: Stage, request: Request, reaches: Reaches, generators: Sequence[torch.Generator]
) -> Motion:
    """Whole motions (B, T, ...): the given reaches, then what the network makes of them."""
    reach, scene, settings = reaches.motion, request.scene, request.settings
    frames = reach.wrist.shape[1]
    distances = keypoint_distances(reach, scene.sdf)
    known = to_features(reach, distances, stage.codec.basis, "interaction")
    noise = settings.temperature * stage.noise(generators, settings.num_frames)
    values = noise.new_zeros(noise.shape)
    values[:, :frames] = stage.codec.encode(known)
    mask = noise.new_zeros(noise.shape[1], 1)
    mask[:frames] = 1
    context = grasp_context(values, frames) if stage.model.config.context_dim else None
    # Of a single motion, the two passes of text guidance are what can be shared.
    threads = request.threads if len(noise) == 1 else 1

    def sample(part: slice) -> Tensor:
        return stage.run(
            noise[part],
            request.text,
            scene.bps,
            settings.num_steps,
            guidance_scale=settings.interaction_guidance_scale,
            guidance_until=settings.interaction_guidance_until,
            method="dpm++",
            timestep_spacing=settings.timestep_spacing,
            context=None if context is None else context[part],
            edit_x0=[Impute(values[part], mask)] if settings.imputing else [],
            on_step=request.reporter("interaction", part),
            threads=threads,
        )

    x0 = torch.cat(in_parts(sample, len(noise), request.threads))
    if not settings.imputing:  # the motion begins with the reach all the same
        x0 = Impute(values, mask)(x0, 1.0, settings.num_steps)
    motion = from_features(stage.codec.decode(x0), stage.codec.basis)
    # The pose basis and the orthonormal rotations round what was imputed.
    for name in ("wrist", "rotation", "hand_pose"):
        getattr(motion, name)[:, :frames] = getattr(reach, name)
    return motion


def courses(
    motion: Motion,
    reaches: Reaches,
    request: Request,
    contact: Contact,
    rngs: Sequence[np.random.Generator],
) -> list[Course]:
    """Sampled motions (B, T, ...) as they go: each hand keeps its hold on the object, what is put
    down lies on the table, and the rest at the end is cut off.

    Without refinement the motion stays as it was sampled.

    Args:
        rngs: of each motion, for how its hands adjust to what they hold.
    """
    scene, frames = contact.scene, reaches.motion.wrist.shape[1]
    tips = tip_distance(keypoint_distances(motion, scene.sdf)).cpu().numpy()
    acting = reaches.acting.cpu().numpy()
    for case, hands in zip(tips, acting, strict=True):
        if int(hands @ (1, 2)) in request.hands:
            case[:, ~hands] = np.inf  # no other hand takes over where the sentence lets none
    stays = staying(motion)
    all_holds = [
        find_holds(*case, frames, rest) for *case, rest in zip(tips, acting, stays, strict=True)
    ]
    if not request.refine:
        return [
            Course(trimmed(motion[i], frames, holds), holds) for i, holds in enumerate(all_holds)
        ]
    ground = Ground(scene.mesh.vertices, contact.scene.table_height)
    motion = joined_hands(motion, frames)
    body = carried_points(contact, reaches)
    position, rotation = object_path(
        motion, frames, body, contact.scene.table_height, request.on_table
    )
    amount = 0.0 if request.hold == RIGID else 1.0
    carrier = Carrier(contact, request.settings.refined, frames, amount)
    found = []
    for i, holds in enumerate(all_holds):
        path = position[i], rotation[i]
        stop = max(hold.stop for hold in holds)
        if stop < len(path[0]):
            release = _low_enough(path, stop, ground)
            if release is not None:
                path = put_down(*path, release - 1, ground)
            until = len(path[0]) if release is None else release
            holds = [h if h.stop < stop else Hold(h.side, h.start, until) for h in holds]
        whole = carrier.carry(motion[i], *path, holds, acting[i], rngs[i])
        found.append(Course(trimmed(whole, frames, holds), holds))
    return found


def _low_enough(path: tuple[Tensor, Tensor], stop: int, ground: Ground) -> int | None:
    """The first frame from `stop` on, with time left to withdraw, before which the object on its
    path (T, 3), (T, 3, 3) is near the table."""
    for frame in range(stop, len(path[0]) - LEAST_RETREAT + 1):
        position, rotation = (part[frame - 1].cpu().double().numpy() for part in path)
        if ground.height(position, rotation) < HIGHEST_RELEASE:
            return frame
    return None


def staying(motion: Motion) -> np.ndarray:
    """From which frames on (B, T) the object of motions (B, T, ...) stays where it is."""
    position = motion.object_position[:, :-END_FRAMES]
    away = torch.cdist(position, position).triu().amax(-1) < STAYS
    return torch.nn.functional.pad(away, (0, END_FRAMES), value=True).cpu().numpy()


def trimmed(motion: Motion, grasp_frame: int, holds: list[Hold]) -> Motion:
    """The motion (T, ...) without the rest at its end: sequences are of different lengths, and the
    networks were taught to rest until the last frame. What they wander meanwhile is no motion, and
    nothing is left to be done by hands that have put the object down and withdrawn."""
    frames = len(motion.wrist) - END_FRAMES
    sides = [hold.side for hold in holds]
    points = torch.cat([motion.wrist[:, sides], motion.object_position[:, None]], 1)[:frames]
    away = (points[REST_FRAMES:] - points[:-REST_FRAMES]).norm(dim=-1).amax(1)
    rotations = motion.object_rotation[:frames].flatten(1)
    angle = (rotations[REST_FRAMES:] - rotations[:-REST_FRAMES]).norm(dim=-1)
    # |R1 - R2| in the Frobenius norm is 2 sqrt(2) sin(angle / 2).
    moves = ((away > STILL) | (angle > 2**0.5 * STILL_ROTATION)).nonzero()
    still = int(moves[-1]) if len(moves) else 0
    end = max(still, grasp_frame) + REST_FRAMES + 1
    last = max(holds, key=lambda hold: hold.stop)
    if last.stop < frames:
        wrists = motion.wrist[last.stop - 1 : frames, last.side]
        away = (wrists[1:] - wrists[0]).norm(dim=-1)
        back = ((away > WITHDRAWN) & (wrists.diff(dim=0).norm(dim=-1) < WAITING)).nonzero()
        if len(back):
            end = min(end, last.stop + int(back[0]) + WAITING_FRAMES)
    return motion[:end]


def carried_points(contact: Contact, reaches: Reaches) -> list[Tensor]:
    """Points (P, 3) about the object's center of object and hands, for each motion: what the table
    stops when it comes down. The hands' are the lowest points of their spheres."""
    rows = HandRows.of(reaches.acting)
    grasp = rows.take(reaches.motion).at(-1)
    spheres = contact.hand.pose(grasp).spheres
    spheres = spheres * flips(grasp.side, 1)
    below = torch.zeros_like(spheres)
    below[..., 2] = contact.model.radius
    vertices = torch.tensor(contact.scene.mesh.vertices, dtype=torch.float32).to(spheres)
    hands = (spheres - below).split(torch.bincount(rows.sample).tolist())
    return [torch.cat([vertices, hand.flatten(0, 1)]) for hand in hands]
