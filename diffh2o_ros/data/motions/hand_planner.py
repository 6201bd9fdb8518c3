"""Where a hand is throughout a sequence: reach, hold, retreat, or waiting beside."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.motions.actions import ObjectPath
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.hand_pose import HandPose
from diffh2o_ros.data.motions.reaching import choose_reach, plan_reaches, resting_hand


class NoWay(Exception):
    """Every way to the grasp collides with the object or the table."""


class HandPlanner:
    """Plans the ways of one hand of a situation, in the canonical frame.

    Poses and paths that go in and out are those of this side's hand; inside, a left hand is
    planned as the right hand of the mirrored situation.

    Args:
        turn: (3, 3) how the object lies at the start, relative to its own frame.
    """

    def __init__(
        self, thing: GraspedObject, side: str, turn: np.ndarray, rng: np.random.Generator
    ) -> None:
        self._thing, self._turn, self._rng = thing, turn, rng
        self._mirrored = side == "left"
        self.rest = self._draw_rest()

    def reach(self, grasp: HandPose, path: ObjectPath, num_frames: int) -> HandPose:
        """From rest to a grasp on the object, which waits at the end of its path.

        Args:
            grasp: as it is on the object at the start. Raises NoWay.
        """
        return self._way(self.rest, grasp, path, num_frames)

    def retreat(self, grasp: HandPose, path: ObjectPath, num_frames: int) -> HandPose:
        """From a grasp on the object at the end of its path to another rest. Raises NoWay."""
        return self._way(self._draw_rest(), grasp, path, num_frames)[::-1]

    def _draw_rest(self) -> HandPose:
        rest = resting_hand(self._rng, self._thing.support)
        return rest.mirrored() if self._mirrored else rest

    def _way(self, rest: HandPose, grasp: HandPose, path: ObjectPath, num_frames: int) -> HandPose:
        turn, place = path.rotation[-1], path.position[-1]
        # Seen from the object's center, as the field and the approaches are.
        start = HandPose(rest.wrist - place, rest.rotation, rest.angles)
        end = HandPose(turn @ grasp.wrist, turn @ grasp.rotation, grasp.angles)
        if self._mirrored:
            start, end = start.mirrored(), end.mirrored()
        field = self._thing.field(turn @ self._turn, self._mirrored)
        candidates = plan_reaches(end, start, self._rng, num_frames)
        found = choose_reach(candidates, field, self._thing.support - place[2])
        if found is None:
            raise NoWay
        if self._mirrored:
            found = found.mirrored()
        return HandPose(found.wrist + place, found.rotation, found.angles)
