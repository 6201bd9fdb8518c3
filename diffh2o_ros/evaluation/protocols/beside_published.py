"""What protocols gave here beside what was published, and what differs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.evaluation.protocols.fixed_hand import FREE_FALL
from diffh2o_ros.evaluation.robots import RobotRow

SIDES_PULLED = 6


@dataclass(frozen=True)
class PublishedProtocol:
    """A line: of which rows, how the values of a figure become one, what others have and how what
    was done here differs from what they did."""

    name: str
    figure: str
    summary: Callable[[np.ndarray], str]
    published: str
    differs: str
    has: Callable[[RobotRow], bool] = lambda row: True


def _rate(values: np.ndarray) -> str:
    return f"{values.mean():.2f}"


def _centimeters(values: np.ndarray) -> str:
    return f"{100 * np.median(values):.1f} cm median, {100 * values.mean():.1f} mean"


def _all_sides(values: np.ndarray) -> str:
    return f"{(values == SIDES_PULLED).mean():.2f}; {values.mean():.1f} of 6 sides"


def _hands(count: int) -> Callable[[RobotRow], bool]:
    return lambda row: row.figures.get("hands") == count


_FALL = f"free fall {100 * FREE_FALL:.1f} cm"
_TRACKER = "theirs are learned trackers of recorded motion in Isaac Gym, and hand errors count, too"
PROTOCOLS = (
    PublishedProtocol(
        "lift (FlowHOI, app. H): over 5 cm",
        "lifted",
        _rate,
        "recordings .77, FlowHOI .56, DiffH2O .33, LatentHOI .28",
        "Allegro and a learned tracker in Isaac Gym there; open-loop commands in MuJoCo here",
    ),
    PublishedProtocol(
        "tracking (ManipTrans): mean within 3 cm, 30 degrees; one hand",
        "maniptrans",
        _rate,
        ".58",
        _TRACKER,
        _hands(1),
    ),
    PublishedProtocol(
        "the same, two hands",
        "maniptrans",
        _rate,
        ".40",
        "as above; two hands, one object",
        _hands(2),
    ),
    PublishedProtocol(
        "tracking (SPIDER): mean within 10 cm, .5 rad",
        "spider",
        _rate,
        "-",
        "planned by its own simulator there; open-loop commands here",
    ),
    PublishedProtocol(
        "Phy (LatentHOI), the human motion",
        "phy",
        _rate,
        "recordings .96, LatentHOI .96, FlowHOI .91, DiffH2O .89",
        "their motions on GRAB's objects; frames in which the object moves, 21 keypoints",
    ),
    PublishedProtocol(
        "displacement (GraspTTA), the human hand",
        "human_displacement_m",
        _centimeters,
        _FALL,
        "Bullet and the skin's whole mesh there; MuJoCo and a convex part a bone here",
    ),
    PublishedProtocol(
        "displacement (GraspTTA), the robot's grasp",
        "robot_displacement_m",
        _centimeters,
        _FALL,
        "meant for human hands; the robot's collision shapes here, before it squeezes",
    ),
    PublishedProtocol(
        "six directions (DexGraspBench): all held",
        "directions",
        _all_sides,
        "-",
        "their own objects, hands and squeeze; our forces of the hold here",
    ),
)


def protocol_lines(rows: Sequence[RobotRow]) -> list[list[str]]:
    """A line a protocol that rows have figures of."""
    lines = []
    for protocol in PROTOCOLS:
        values = [
            row.figures[protocol.figure]
            for row in rows
            if protocol.figure in row.figures and protocol.has(row)
        ]
        if values:
            here = f"{protocol.summary(np.array(values))} ({len(values)})"
            lines.append([protocol.name, here, protocol.published, protocol.differs])
    return lines
