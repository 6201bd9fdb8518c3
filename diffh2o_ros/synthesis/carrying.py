"""Hands that keep their hold: each fixed to the object while it holds it, free before and after."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from diffh2o_ros.motion.features import Motion
from diffh2o_ros.synthesis.acting_hand import ActingHand, HandRows
from diffh2o_ros.synthesis.clearing import clear_path
from diffh2o_ros.synthesis.contact_guidance import carry_correction
from diffh2o_ros.synthesis.holding import Hold
from diffh2o_ros.synthesis.settling import Settler, Settling
from diffh2o_ros.synthesis.smoothing import smooth_hands

#: Frames over which a hand comes from its predicted way to its hold, and goes back to it.
BLEND_FRAMES = 16
#: Frames before a hold, and after it, that are cleared of object and table.
CLEARED_FRAMES = 36
#: How long after it closed a hand's grasp is looked at, in frames.
CLOSED = 6


@dataclass(frozen=True)
class Carrier:
    """Puts hands onto the object's path.

    Args:
        settling: how a hand that takes the object over settles on it.
    """

    settler: Settler
    settling: Settling
    grasp_frame: int

    def carry(
        self, motion: Motion, position: Tensor, rotation: Tensor, holds: list[Hold]
    ) -> Motion:
        """One motion (T, ...) whose hands hold on to the object.

        Args:
            motion: as predicted, the reach up to `grasp_frame` as it shall be.
            position: (T, 3), rotation: (T, 3, 3) of the object, as they shall be.
        """
        result, free = motion[None], smooth_hands(motion[None])
        for hold in holds:
            row = HandRows(*torch.tensor([[0], [hold.side]], device=position.device))
            if hold.start == self.grasp_frame:
                before = row.take(motion[None]).at(slice(0, hold.start))
                grasp = before.at(-1)
            else:
                grasp = self._taken(motion, row, position, rotation, hold)
                way = row.take(free).at(slice(0, hold.start + 1))
                arrived = grasp.carried_by((position[None, hold.start], rotation[None, hold.start]))
                before = self._led(way, arrived, position, rotation).at(slice(0, hold.start))
            span = slice(hold.start, hold.stop)
            path = [before, _along(grasp, position[None, span], rotation[None, span])]
            if hold.stop < len(position):
                # A retreat is an approach played backwards.
                way = row.take(free).at(slice(hold.stop - 1, None))
                way = way.at(list(range(way.wrist.shape[1]))[::-1])
                back = range(len(position) - 1, hold.stop - 2, -1)
                held = path[-1].at(-1)
                led = self._led(way, held, position[list(back)], rotation[list(back)])
                path.append(led.at(list(range(led.wrist.shape[1]))[::-1]).at(slice(1, None)))
            result = row.put(result, _joined(path))
        result = result[0]
        return Motion(result.wrist, result.rotation, result.hand_pose, position, rotation)

    def _led(
        self, way: ActingHand, end: ActingHand, position: Tensor, rotation: Tensor
    ) -> ActingHand:
        """The way (1, T, ...) led to `end` (1, ...) and clear of an object on its path (T, ...)."""
        way = carry_correction(way, way.at(-1), end, BLEND_FRAMES)
        near = slice(max(0, way.wrist.shape[1] - CLEARED_FRAMES), way.wrist.shape[1])
        pose = position[None, : way.wrist.shape[1]][:, near], rotation[None, near]
        cleared = clear_path(self.settler, way.at(near), pose)
        return _joined([way.at(slice(0, near.start)), cleared])

    def _taken(
        self, motion: Motion, row: HandRows, position: Tensor, rotation: Tensor, hold: Hold
    ) -> ActingHand:
        """The grasp (1, ...), relative to the object, of a hand that takes it over in the air.

        As it was meant on the predicted object, settled where the object really is.
        """
        frame = min(hold.start + CLOSED, hold.stop - 1)
        meant = row.take(motion[None]).at(frame).seen_from(
            (motion.object_position[None, frame], motion.object_rotation[None, frame])
        )
        pose = position[None, frame], rotation[None, frame]
        return self.settler.settle(meant.carried_by(pose), self.settling, pose=pose).seen_from(pose)


def _along(grasp: ActingHand, position: Tensor, rotation: Tensor) -> ActingHand:
    """A grasp (1, ...) relative to the object, along its path (1, T, ...)."""
    still = ActingHand(
        grasp.side, grasp.wrist[:, None], grasp.rotation[:, None], grasp.hand_pose[:, None]
    )
    return still.carried_by((position, rotation))


def _joined(paths: list[ActingHand]) -> ActingHand:
    """Paths (1, T, ...) of one hand, one after the other."""
    return ActingHand(
        paths[0].side,
        *(torch.cat([getattr(p, name) for p in paths], 1)
          for name in ("wrist", "rotation", "hand_pose")),
    )  # fmt: skip
