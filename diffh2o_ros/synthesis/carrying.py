"""Hands that keep their hold: each on the object while it holds it, free before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.contact.acting_hand import ActingHand, HandRows, flips
from diffh2o_ros.contact.adjusting import adjusted
from diffh2o_ros.contact.clearing import clear_path
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.contact.load import Carry
from diffh2o_ros.contact.settling import Settling
from diffh2o_ros.geometry.rotations import rotmat_to_rotvec, rotvec_to_rotmat
from diffh2o_ros.motion.features import Motion
from diffh2o_ros.synthesis.contact_guidance import ramp
from diffh2o_ros.synthesis.holding import Hold
from diffh2o_ros.synthesis.ranking import grasp_costs
from diffh2o_ros.synthesis.smoothing import lift, smooth_hands
from diffh2o_ros.synthesis.stage import FPS

#: Frames over which a hand comes from its predicted way to its hold, and goes back to it.
BLEND_FRAMES = 16
#: Frames before a hold, and after it, that are cleared of object and table.
CLEARED_FRAMES = 36
#: How fast a hand withdraws, of what the networks draw with `temperature` above 1 and the blending
#: adds to: 1.5 to 2.5 m/s, where the data's does so at .8.
RETREAT_PACE = 0.6
#: How long after it closed a hand's grasp is looked at, in frames.
CLOSED = 6
#: Grasps tried for a hand that takes the object over, about the predicted one: how many, and how
#: far they stray (standard deviations in meters and radians, of wrist and joints).
TAKES, TAKE_TRANSLATION, TAKE_ROTATION, TAKE_FLEXION = 64, 0.02, 0.35, 0.2
#: What a square centimeter of overlap with the giving hand costs: both hold for a moment only.
CLASH = 0.1


@dataclass(frozen=True)
class Carrier:
    """Puts hands onto the object's path.

    Args:
        settling: how a hand that takes the object over settles on it.
        amount: of what hands adjust to what they hold; 0 fixes them to it.
    """

    contact: Contact
    settling: Settling
    grasp_frame: int
    amount: float

    def carry(
        self,
        motion: Motion,
        position: Tensor,
        rotation: Tensor,
        holds: list[Hold],
        acting: Sequence[bool],
        rng: np.random.Generator,
    ) -> Motion:
        """One motion (T, ...) whose hands hold on to the object.

        Args:
            motion: as predicted, the reach up to `grasp_frame` as it shall be.
            position: (T, 3), rotation: (T, 3, 3) of the object, as they shall be.
            acting: (2,) which hands' grasps the reach ends in; others are taken up on the way.
            rng: of what the hands adjust.
        """
        result, free = motion[None], smooth_hands(motion[None])
        grasp = None
        # Two hands steady one another.
        amount = self.amount * (2**-0.5 if all(acting) else 1.0)
        for hold in holds:
            row = HandRows(*torch.tensor([[0], [hold.side]], device=position.device))
            if acting[hold.side]:
                before = row.take(motion[None]).at(slice(0, hold.start))
                grasp = before.at(-1)
            else:
                grasp = self._takeover_grasp(motion, row, hold, grasp)
                approach = row.take(free).at(slice(0, hold.start + 1))
                before = self._led_into(approach, grasp, position, rotation).at(
                    slice(0, hold.start)
                )
            span, released = slice(hold.start, hold.stop), hold.stop < len(position)
            held = self._held(grasp, position[span], rotation[span], released, amount, rng)
            path = [before, held]
            if released:
                # A retreat is an approach played backwards.
                # It leaves the object where this is: networks may let it drift away instead.
                drift = motion.object_position[hold.stop - 1 :] - position[hold.stop - 1 :]
                leaving = row.take(free).at(slice(hold.stop - 1, None))
                leaving = replace(
                    leaving, wrist=leaving.wrist - (drift - drift[0]) * flips(leaving.side)[0]
                )
                approach = _slowed(leaving, RETREAT_PACE)
                approach = approach.at(list(range(approach.wrist.shape[1]))[::-1])
                back = list(range(len(position) - 1, hold.stop - 2, -1))
                retreat = self._led_into(approach, grasp, position[back], rotation[back])
                path.append(
                    retreat.at(list(range(retreat.wrist.shape[1]))[::-1]).at(slice(1, None))
                )
            result = row.put(result, _concatenated(path))
        result = result[0]
        return Motion(result.wrist, result.rotation, result.hand_pose, position, rotation)

    def _held(
        self,
        grasp: ActingHand,
        position: Tensor,
        rotation: Tensor,
        released: bool,
        amount: float,
        rng: np.random.Generator,
    ) -> ActingHand:
        """The hand (1, T, ...) of a grasp (1, ...) relative to an object, along its path (T, ...),
        adjusting to it; see `contact.adjusting`."""
        flip = flips(grasp.side)[0]
        carry = Carry(
            (position * flip).cpu().double().numpy(),
            (flip[:, None] * rotation * flip).cpu().double().numpy(),
            FPS,
            released,
        )
        field, height = self.contact.field(grasp), self.contact.scene.table_height
        hand = adjusted(grasp, field, carry, height, rng, amount)
        return hand.carried_by((position[None], rotation[None]))

    def _led_into(
        self, approach: ActingHand, grasp: ActingHand, position: Tensor, rotation: Tensor
    ) -> ActingHand:
        """The approach (1, T, ...) led into a grasp (1, ...) relative to an object on its path
        (T, ...), or longer, and clear of it. The hand comes to move as the object does: no jerk."""
        frames = approach.wrist.shape[1]
        held = _along(grasp, position[None, :frames], rotation[None, :frames])
        approach = _interpolated(approach, held, ramp(frames, BLEND_FRAMES, approach.wrist))
        near = slice(max(0, frames - CLEARED_FRAMES), frames)
        pose = position[None, near], rotation[None, near]
        cleared = clear_path(self.contact, approach.at(near), pose)
        return self._above_table(_concatenated([approach.at(slice(0, near.start)), cleared]))

    def _above_table(self, approach: ActingHand) -> ActingHand:
        """The approach (1, T, ...) lifted where it would go through the table, but for its end."""
        spheres = self.contact.hand.pose(approach).spheres
        lowest = (spheres[0, ..., 2] - self.contact.model.radius).amin(-1)
        wrist = approach.wrist.clone()
        below = (self.contact.scene.table_height - lowest).clamp_min(0)
        wrist[0, :, 2] += lift(below.flip(0)).flip(0)
        return replace(approach, wrist=wrist)

    def _takeover_grasp(
        self, motion: Motion, row: HandRows, hold: Hold, giver: ActingHand | None
    ) -> ActingHand:
        """The grasp (1, ...), relative to the object, of a hand that takes it over in the air.

        Grasps like the one that was predicted, settled on the surface; the best of them that is
        not where the hand that gives (1, ...) has its fingers.
        """
        frame = min(hold.start + CLOSED, hold.stop - 1)
        meant = (
            row.take(motion[None])
            .at(frame)
            .seen_from((motion.object_position[None, frame], motion.object_rotation[None, frame]))
        )
        contact = self.contact.in_the_air()
        generator = torch.Generator().manual_seed(0)  # the same for every motion
        noise = torch.randn(
            3, TAKES, len(contact.hand.low), generator=generator, dtype=torch.float32
        ).to(meant.wrist)
        noise[:, 0] = 0
        several = meant[torch.zeros(TAKES, dtype=torch.long, device=meant.wrist.device)]
        translation, rotvec = TAKE_TRANSLATION * noise[0, :, :3], TAKE_ROTATION * noise[1, :, :3]
        several = several.moved(translation, rotvec, TAKE_FLEXION * noise[2])
        settled = contact.settle(several, self.settling)
        each = HandRows(torch.arange(TAKES, device=several.side.device), several.side)
        costs = grasp_costs(contact, self.settling, each, settled, None, meant, TAKES)
        if giver is not None:
            spheres = contact.hand.pose(giver).spheres
            spheres = spheres * flips(giver.side, 1) * flips(several.side, 1)
            costs = costs + CLASH * contact.overlap(settled, spheres)
        return settled[costs.argmin()[None]]


def _along(grasp: ActingHand, position: Tensor, rotation: Tensor) -> ActingHand:
    """A grasp (1, ...) relative to the object, along its path (1, T, ...)."""
    still = ActingHand(
        grasp.side, grasp.wrist[:, None], grasp.rotation[:, None], grasp.hand_pose[:, None]
    )
    return still.carried_by((position, rotation))


def _slowed(path: ActingHand, pace: float) -> ActingHand:
    """The beginning of a path (1, T, ...) at a fraction of its speed."""
    place = pace * torch.arange(path.wrist.shape[1]).to(path.wrist)
    before = place.long()
    after = (before + 1).clamp_max(len(place) - 1)
    return _interpolated(path.at(before.tolist()), path.at(after.tolist()), place - before)


def _interpolated(one: ActingHand, other: ActingHand, weight: Tensor) -> ActingHand:
    """From one path (1, T, ...) to another of the same hand, by a share (T,)."""
    rotvec = rotmat_to_rotvec(other.rotation @ one.rotation.transpose(-1, -2))
    return ActingHand(
        one.side,
        torch.lerp(one.wrist, other.wrist, weight[:, None]),
        rotvec_to_rotmat(weight[:, None] * rotvec) @ one.rotation,
        torch.lerp(one.hand_pose, other.hand_pose, weight[:, None]),
    )


def _concatenated(paths: list[ActingHand]) -> ActingHand:
    """Paths (1, T, ...) of one hand, one after the other."""
    return ActingHand(
        paths[0].side,
        *(
            torch.cat([getattr(p, name) for p in paths], 1)
            for name in ("wrist", "rotation", "hand_pose")
        ),
    )
