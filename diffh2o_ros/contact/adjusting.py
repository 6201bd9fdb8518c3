"""A hand that holds adjusts to what it carries: it rolls about the object, its contacts stay.

Fingertips that stay where they are leave the wrist free to move a little, and each joint as the
wrist and the other joints demand. So the wrist, and each finger, follow what load and unrest make
of them (`contact.load`) as far as contacts let them: damped least squares in wrist and joints,
with what touches held to its point of the surface and the rest kept out of it. Few frames a second
are solved, all at once, and blended by a cubic B-spline, since nothing here is fast: what holds at
these frames holds between them, for contacts are all but linear in so small a motion.
"""

from __future__ import annotations

import numpy as np
from scipy.interpolate import BSpline
from scipy.ndimage import gaussian_filter1d, minimum_filter1d

from diffh2o_ros.contact.acting_hand import ActingHand
from diffh2o_ros.contact.bodies import HandBodies
from diffh2o_ros.contact.grip import TOUCHES, Grip, TablePlane
from diffh2o_ros.contact.load import Carry, drive
from diffh2o_ros.contact.object_field import ObjectField

#: Frames between two that are solved; holds shorter than LEAST frames stay as they are.
STRIDE, LEAST = 3, 12
#: Each is solved by itself, and where a joint comes to its end, not quite like the next one: they
#: are evened out (a standard deviation, in solved frames).
EVEN = 0.8
#: What an adjustment may not exceed: meters deeper than the grasp in the object, in the table,
#: meters that a finger that touches lifts off, the most that its tip may slip, meters a second: on
#: average it slips a quarter as fast.
DEEPER, SUNK, OFF, SLIP = 0.0004, 0.0002, 0.0010, 0.022
#: How often one that does is made smaller before the hand is left as it was; how often only about
#: the moments at which it does, and how far about them, seconds.
TRIES, LOCAL, AROUND = 6, 4, 0.55
#: How differently lively hands are: standard deviation of the logarithm.
LIVELY = 0.25
#: Frames are checked one in so many: nothing here is fast.
EVERY = 2


def adjusted(
    grasp: ActingHand,
    field: ObjectField,
    carry: Carry,
    table_height: float,
    rng: np.random.Generator,
    amount: float = 1.0,
) -> ActingHand:
    """A hand (1, T, ...) that holds an object, relative to it.

    Args:
        grasp: (1, ...) relative to the object, which is at rest at the origin of its frame.
        field: the object as this hand meets it there.
        carry: where the object goes, T frames.
        table_height: z of the table, in the frame of `carry`; minus infinity for none.
        amount: of all motion; 0 is a rigid hand.
    """
    frames = len(carry.position)
    still = ActingHand(
        grasp.side,
        grasp.wrist[:, None].expand(1, frames, 3),
        grasp.rotation[:, None].expand(1, frames, 3, 3),
        grasp.hand_pose[:, None].expand(1, frames, 45),
    )
    if frames < LEAST or amount == 0:
        return still
    grip = Grip(HandBodies.on(grasp.wrist.device), grasp, field)
    if not len(grip.contact):
        return still
    lively = np.exp(LIVELY * rng.standard_normal())
    target = drive(carry, grip.middle, grip.touching, rng, amount * lively)
    knots = np.linspace(0, frames - 1, round((frames - 1) / STRIDE) + 1).round().astype(int)
    table = TablePlane(carry.rotation[:, 2], carry.position[:, 2] - table_height)
    moves = gaussian_filter1d(grip.follow(target[knots], table[knots]), EVEN, 0, mode="nearest")
    moves *= (target[knots] != 0).any(
        1, keepdims=True
    )  # what is not to move yet, or any more, rests
    moves = blend(frames, len(knots)) @ moves
    moves = _permitted(grip, moves, table, carry.fps)
    return still.moved(*(part[None] for part in grip.moved(moves)))


def _permitted(grip: Grip, moves: np.ndarray, table: TablePlane, fps: float) -> np.ndarray:
    """The moves (T, 6 + D), made smaller about the moments at which something is exceeded, so that
    a tight one does not freeze the rest; if that does not do, smaller everywhere."""
    around = max(round(AROUND * fps), 1)
    for tried in range(TRIES):
        share = 1 / np.maximum(1.0, np.max(excess(grip, moves, table, fps), 0))
        if share.min() == 1:
            return moves
        share = np.where(share < 1, 0.95 * share, 1.0)
        if tried < LOCAL:
            # Smoothed no farther than the least value was spread: nowhere more than allowed.
            share = minimum_filter1d(np.repeat(share, EVERY)[: len(moves)], 2 * around + 1)
            share = gaussian_filter1d(share, around / 2, truncate=2.0, mode="nearest")[:, None]
        else:
            share = share.min()
        moves = share * moves
    return np.zeros_like(moves)


def excess(grip: Grip, moves: np.ndarray, table: TablePlane, fps: float) -> np.ndarray:
    """Depth in object and table, distance and slip of moves (T, 6 + D), each as a share of what it
    may be at most, (4, T / EVERY)."""
    moves, table, fps = moves[::EVERY], table[::EVERY], fps / EVERY
    start, posed = grip.start, grip.posed(moves)
    before, gaps = grip.gaps(start.spheres), grip.gaps(posed.spheres)
    deeper = np.minimum(before.min(), 0) - gaps.min(1)
    low = (table.above(points.spheres) - grip.radius for points in (start, posed))
    before_low, low = (height.min(1) for height in low)
    sunk = np.minimum(before_low, 0) - low
    near = np.stack([gaps[:, own].min(1) for own in grip.fingers], 1)
    near0 = np.array([max(before[:, own].min(), 0) for own in grip.fingers])
    off = (near - near0)[:, grip.touching].max(1, initial=0)
    speed = np.linalg.norm(np.diff(posed.tips, axis=0), axis=-1) * fps
    speed = (speed * ((near[1:] < TOUCHES) | grip.touching)).max(1)
    speed = np.maximum(np.append(speed, 0), np.append(0, speed))  # of the steps to and from a frame
    return np.stack([deeper / DEEPER, sunk / SUNK, off / OFF, speed / SLIP])


def blend(frames: int, knots: int) -> np.ndarray:
    """(T, K): a uniform cubic B-spline from the first frame to the last; beyond either end its
    control points stay the same."""
    basis = BSpline(np.arange(-3, knots + 5) - 1.0, np.eye(knots + 4), 3)
    weights = basis(np.linspace(0, knots - 1, frames))
    inner = weights[:, 2:-2].copy()
    inner[:, 0] += weights[:, :2].sum(1)
    inner[:, -1] += weights[:, -2:].sum(1)
    return inner
