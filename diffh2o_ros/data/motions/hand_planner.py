"""Where a hand is throughout a sequence: reach, hold, retreat, or waiting beside."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from diffh2o_ros.data.motions.actions import ObjectPath
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.hand_pose import HandPose, carried
from diffh2o_ros.data.motions.holding import holding
from diffh2o_ros.data.motions.person import Person
from diffh2o_ros.data.motions.reaching import choose_reach, plan_ways
from diffh2o_ros.data.motions.resting import Rest, draw_rest
from diffh2o_ros.data.motions.timing import Timing, draw_leave, draw_reach, reach_seconds
from diffh2o_ros.hands.mirror import mirror


class NoWay(Exception):
    """Every way to the grasp collides with the object or the table."""


class HandPlanner:
    """Plans the ways of one hand of a situation, in the canonical frame.

    Poses and paths that go in and out are those of this side's hand; inside, a left hand is
    planned as the right hand of the mirrored situation.

    Args:
        turn: (3, 3) how the object lies at the start, relative to its own frame.
        pace: of the manner: how much longer than usual its ways take.
    """

    def __init__(
        self,
        thing: GraspedObject,
        side: str,
        turn: np.ndarray,
        person: Person,
        pace: float,
        rng: np.random.Generator,
    ) -> None:
        self._thing, self._turn, self._rng = thing, turn, rng
        self._person, self._pace = person, pace
        self._mirrored = side == "left"
        self._width = float(np.ptp((thing.hull @ turn.T)[:, :2], axis=0).min())

    @cached_property
    def _rest(self) -> Rest:
        """Where the hand is at the start."""
        field = self._thing.field(self._turn, self._mirrored)
        return draw_rest(self._rng, self._thing.support, self._person, field)

    def wait(self, num_frames: int) -> HandPose:
        """Resting, (T, ...)."""
        return self._own(self._rest.path(num_frames))

    def reach(self, grasp: HandPose, path: ObjectPath, num_frames: int) -> HandPose:
        """From rest to a grasp on the object, which waits at the end of its path, (T, ...).

        Args:
            grasp: as it is on the object at the start. Raises NoWay.
        """
        turn = path.rotation[-1]
        end = HandPose(turn @ grasp.wrist, turn @ grasp.rotation, grasp.angles)
        timing = draw_reach(self._rng, num_frames, self._seconds(end, self._rest, self._width))
        return self._way(end, self._rest, path, timing)

    def retreat(self, pose: HandPose, path: ObjectPath, num_frames: int, pause: float) -> HandPose:
        """From a pose on the object at the end of its path to another rest, (T, ...).

        Args:
            pose: of this hand in the last frame that it holds, which is the first of the way.
            pause: frames before the fingers come off. Raises NoWay.
        """
        rest = draw_rest(self._rng, self._thing.support, self._person)
        end = HandPose(pose.wrist - path.position[-1], pose.rotation, pose.angles)
        # To a rest there is no aim.
        timing = draw_leave(self._rng, num_frames, self._seconds(end, rest, np.inf), pause)
        return self._way(end, rest, path, timing)[::-1]

    def hold(
        self, grasp: HandPose, path: ObjectPath, released: bool, amount: float = 1.0
    ) -> HandPose:
        """On the object along its path, adjusting to what it carries.

        Args:
            grasp: as it is on the object at the start.
            released: whether the hand lets go after the last frame, and is as it was by then.
            amount: of all that it adjusts; 0 is a rigid hand.
        """
        field = self._thing.field(self._turn, self._mirrored)
        rng = self._rng.spawn(1)[0]  # what else is drawn stays the same
        support = self._thing.support
        hand = holding(self._own(grasp), path, field, support, released, rng, amount)
        return carried(self._own(hand), path)

    def _own(self, hand: HandPose) -> HandPose:
        """A hand of this side as the right hand that it is planned as, and back."""
        return hand.mirrored() if self._mirrored else hand

    def _seconds(self, end: HandPose, rest: Rest, width: float) -> float:
        way = np.linalg.norm(self._own(end).wrist - rest.pose.wrist)
        return reach_seconds(float(way), width, self._pace, self._rng)

    def _way(self, end: HandPose, rest: Rest, path: ObjectPath, timing: Timing) -> HandPose:
        """From a rest to a hand that is seen from the object's center, as its field is."""
        turn, place = path.rotation[-1], path.position[-1]
        away = HandPose(
            rest.pose.wrist - (mirror(place) if self._mirrored else place),
            rest.pose.rotation,
            rest.pose.angles,
        )
        field = self._thing.field(turn @ self._turn, self._mirrored)
        ways = plan_ways(self._own(end), Rest(away, rest.sway), timing, self._rng)
        found = choose_reach(ways, field, self._thing.support - place[2], timing)
        if found is None:
            raise NoWay
        found = self._own(found)
        return HandPose(found.wrist + place, found.rotation, found.angles)
