"""What one motion adds to the likeness of many: its figures, its start and its grasps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from diffh2o_ros.evaluation.likeness.holds import hold_figures, hold_windows
from diffh2o_ros.evaluation.likeness.observed import FPS, ObservedHand, flexion
from diffh2o_ros.evaluation.likeness.reaches import PALM, Reach, find_reach, reach_figures
from diffh2o_ros.motion.interaction import SIDES, Interaction

SHORTEST = 10  # frames of a motion that says something


@dataclass(frozen=True)
class GraspPose:
    """Where a hand is on an object when this moves off, about the object's center in its axes."""

    side: str
    palm: list[float]
    """(3,) middle of wrist and MCPs, meters."""
    frame: list[list[float]]
    """(3, 3) columns: along the hand, across it, out of the palm."""


@dataclass
class Traits:
    """What one motion has, in plain numbers; of several reaches and holds, several."""

    figures: dict[str, list[float]] = field(default_factory=dict)
    """By the names of people's figures."""
    starts: list[list[float]] = field(default_factory=list)
    """Flexion of the 15 finger joints where a reach starts, degrees, of each hand."""
    grasps: list[GraspPose] = field(default_factory=list)
    """Of each hand that reached."""

    @classmethod
    def of(cls, interaction: Interaction) -> Traits:
        """The traits of an interaction; of one of a few frames, none."""
        traits = cls()
        if interaction.num_frames * FPS < SHORTEST * interaction.fps:
            return traits
        for side in SIDES:
            if side in interaction.hands:
                traits._add(ObservedHand.of(interaction, side))
        return traits

    @classmethod
    def from_dict(cls, content: Mapping[str, object]) -> Traits:
        """What `dataclasses.asdict` gave this of. Raises TypeError for anything else."""
        return cls(**{**content, "grasps": [GraspPose(**g) for g in content["grasps"]]})

    def _add(self, track: ObservedHand) -> None:
        found = [hold_figures(track, frames) for frames in hold_windows(track)]
        reach = find_reach(track)
        if reach is not None:
            found.append(reach_figures(track, reach))
            self.starts.append(flexion(track.points[reach.start]).ravel().round(2).tolist())
            self.grasps.append(_grasp(track, reach))
        for figures in found:
            for name, value in figures.items():
                self.figures.setdefault(name, []).append(float(value))


def _grasp(track: ObservedHand, reach: Reach) -> GraspPose:
    frame = reach.contact if reach.lift_off is None else reach.lift_off
    turn = track.rotation[frame].T
    palm = turn @ (track.points[frame, PALM].mean(0) - track.center[frame])
    return GraspPose(track.side, palm.tolist(), (turn @ track.palm_frame[frame]).tolist())


def start_spread(traits: list[Traits]) -> float | None:
    """Standard deviation of the start postures of many motions, mean over 15 joints, degrees."""
    starts = np.array([start for motion in traits for start in motion.starts])
    return float(starts.std(0).mean()) if len(starts) > 1 else None


def grasp_distances(a: GraspPose, b: GraspPose) -> tuple[float, float]:
    """Distance of the palms in millimeters and angle between them in degrees."""
    apart = 1e3 * float(np.linalg.norm(np.subtract(a.palm, b.palm)))
    cosine = (np.sum(np.multiply(a.frame, b.frame)) - 1) / 2
    return apart, float(np.rad2deg(np.arccos(np.clip(cosine, -1, 1))))


def grasp_pairs(groups: list[list[Traits]]) -> Iterator[tuple[float, float]]:
    """Distances of every two grasps with the same hand by different motions of one group (of one
    object)."""
    for motions in groups:
        for at, first in enumerate(motions):
            for second in motions[at + 1 :]:
                for a in first.grasps:
                    yield from (grasp_distances(a, b) for b in second.grasps if a.side == b.side)
