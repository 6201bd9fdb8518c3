"""One procedural sequence: a recipe of a few numbers, and the motion it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch

from diffh2o_ros.data.format import GRASP_FRAMES, MAX_FRAMES
from diffh2o_ros.data.motions.actions import (
    ACTIONS,
    HAND_OVER,
    MOST_STRAIN,
    PACES,
    Infeasible,
    ObjectPath,
    Situation,
    plan,
)
from diffh2o_ros.data.motions.actions.handover import plan_handover
from diffh2o_ros.data.motions.clearance import is_clear
from diffh2o_ros.data.motions.grasped import GraspedObject
from diffh2o_ros.data.motions.hand_planner import HandPlanner, NoWay
from diffh2o_ros.data.motions.hand_pose import HandPose, carried
from diffh2o_ros.data.motions.person import draw_person
from diffh2o_ros.data.objects import Part
from diffh2o_ros.hands import anatomy
from diffh2o_ros.hands.mirror import mirror_pose
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.features import Motion, keypoint_distances

#: Frames a retreat is given, and the wait before it.
RETREAT = (30, 44)
PAUSE = (1, 8)


@dataclass(frozen=True)
class SequenceRecipe:
    """Everything a sequence is computed from, besides its object and grasps.

    Hand-overs are from the right hand to the left; `mirrored` shows the situation in the mirror
    that swaps left and right.
    """

    object_index: int
    left: int  #: row of the left hand's grasp, -1 for none
    right: int  #: row of the right hand's
    yaw: float  #: radians the object is turned about the vertical before the hands come
    action: str
    manner: str | None
    direction: str | None  #: the word that is true of the motion before it is mirrored
    put_back: bool
    mirrored: bool
    seed: int
    count: int | None = None  #: how often what is repeated is done: shakes, blows, strokes


@dataclass
class PlannedMotion:
    """A motion with its contacts, in the canonical frame; see `Sequence`."""

    motion: Motion
    distances: torch.Tensor
    held: torch.Tensor


def start_turn(recipe: SequenceRecipe) -> np.ndarray:
    """Rotation (3, 3) from the object's own frame to how it lies at the start."""
    return yaw_matrix(recipe.yaw)


def yaw_matrix(yaw: float) -> np.ndarray:
    """Rotation (3, 3) about +z."""
    c, s = np.cos(yaw), np.sin(yaw)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def planned_motion(recipe: SequenceRecipe, thing: GraspedObject) -> PlannedMotion | None:
    """The motion of a recipe, always the same, or None where it cannot be done: an arm would be
    strained, or hands, object and table would collide."""
    rng = np.random.default_rng(recipe.seed)
    turn = start_turn(recipe)
    rows = {"left": recipe.left, "right": recipe.right}
    holds = {side: thing.hold(row, turn) for side, row in rows.items() if row >= 0}
    person, pace = draw_person(rng, thing.support), PACES[recipe.manner]
    planners = {side: HandPlanner(thing, side, turn, person, pace, rng) for side in SIDES}
    situation = Situation(
        person=person,
        support=thing.support,
        hull=thing.hull @ turn.T,
        parts={name: Part(turn @ p.point, turn @ p.direction) for name, p in thing.parts.items()},
        holds={side: (hand.wrist, hand.rotation) for side, hand in holds.items()},
        side="right" if recipe.right >= 0 else "left",
        mouth_radius=thing.mouth_radius,
    )
    try:
        if recipe.action == HAND_OVER:
            path, hands, held = plan_handover(situation, recipe.manner, holds, planners, rng)
            _check_strain(situation, holds, path, held)
        else:
            path, hands, held = _action(situation, recipe, holds, planners, rng)
    except (Infeasible, NoWay):
        return None
    if not is_clear(thing, turn, path, hands, held):
        return None
    return _assembled(recipe, thing, turn, path, hands, held)


def _action(
    situation: Situation,
    recipe: SequenceRecipe,
    holds: Mapping[str, HandPose],
    planners: Mapping[str, HandPlanner],
    rng: np.random.Generator,
) -> tuple[ObjectPath, dict[str, HandPose], np.ndarray]:
    """Object path (T,), hands (T,) and held (T, 2) of one or two hands that do the same."""
    released = recipe.put_back or ACTIONS[recipe.action].settles
    back, pause = (round(float(rng.uniform(*span))) for span in (RETREAT, PAUSE))
    after = back + pause if released else 0
    way = plan(
        recipe.action,
        recipe.manner,
        recipe.direction,
        recipe.put_back,
        situation,
        rng,
        MAX_FRAMES - GRASP_FRAMES - after,
        recipe.count,
    )
    path = way.path()
    rest = ObjectPath.rest(GRASP_FRAMES)
    frames = GRASP_FRAMES + len(path) + after
    whole = rest + path + path.stay(after)
    held = np.zeros((frames, 2), bool)
    held[GRASP_FRAMES : GRASP_FRAMES + len(path)] = [side in holds for side in SIDES]
    _check_strain(situation, holds, whole, held)
    hands = {side: planners[side].reach(hold, rest, GRASP_FRAMES) for side, hold in holds.items()}
    for side, hold in holds.items():
        if released:
            # It begins with the frame that the hold ends with.
            last = carried(hold, path[-1:])[-1]
            leaves = planners[side].retreat(last, path, after + 1, pause)[1:]
        # Two hands steady one another.
        hands[side] += planners[side].hold(hold, path, released, amount=len(holds) ** -0.5)
        if released:
            hands[side] += leaves
    for side in SIDES:
        if side not in holds:
            hands[side] = planners[side].wait(frames)
    return whole, hands, held


def _check_strain(
    situation: Situation, holds: Mapping[str, HandPose], path: ObjectPath, held: np.ndarray
) -> None:
    """Raises Infeasible if an arm that holds the object is twisted or stretched as arms are not."""
    for side, hand in holds.items():
        frames = np.flatnonzero(held[:, SIDES.index(side)])[::4]
        hold = {side: (hand.wrist, hand.rotation)}
        if situation.strain(path.position[frames], path.rotation[frames], hold).max() > MOST_STRAIN:
            raise Infeasible


def _assembled(
    recipe: SequenceRecipe,
    thing: GraspedObject,
    turn: np.ndarray,
    path: ObjectPath,
    hands: Mapping[str, HandPose],
    held: np.ndarray,
) -> PlannedMotion:
    """The motion as tensors, mirrored where the recipe says so, with its distances."""
    _, basis, _, _ = anatomy.degrees_of_freedom()

    def tensor(array: np.ndarray) -> torch.Tensor:
        return torch.as_tensor(np.ascontiguousarray(array), dtype=torch.float32)

    def both(name: str) -> torch.Tensor:
        return torch.stack([tensor(getattr(hands[side], name)) for side in SIDES], 1)

    poses = both("angles") @ tensor(basis)
    planned = Motion(
        wrist=both("wrist"),
        rotation=both("rotation"),
        hand_pose=torch.stack([mirror_pose(poses[:, 0]), poses[:, 1]], 1),
        object_position=tensor(path.position),
        # Of the object in its own frame, as its distance field is.
        object_rotation=tensor(path.rotation @ turn),
    )
    distances = keypoint_distances(planned, thing.sdf)
    # Planned about the center of the object in its own frame; the canonical frame is about the
    # center of the object as it lies.
    center = thing.lying_center(turn)
    motion = replace(
        planned,
        wrist=planned.wrist - tensor(center),
        object_rotation=tensor(path.rotation),
        object_position=tensor(path.position + path.rotation @ center - center),
    )
    contacts = torch.from_numpy(held)
    if recipe.mirrored:
        motion, distances, contacts = motion.mirrored(), distances.flip(-2), contacts.flip(-1)
    return PlannedMotion(motion, distances, contacts)


_SWAPPED = {
    "left": "right",
    "right": "left",
    "clockwise": "counterclockwise",
    "counterclockwise": "clockwise",
}


def swap_word(word: str | None) -> str | None:
    """A side or direction as it is in the mirror that swaps left and right."""
    return _SWAPPED.get(word, word)
