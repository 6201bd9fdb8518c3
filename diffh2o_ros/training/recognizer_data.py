"""What the recognizer is trained on: gross motions of a data set with their actions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from diffh2o_ros.data.format import DatasetError, SequenceInfo
from diffh2o_ros.motion.gross_motion import CHANNELS, GrossMotion, mirrored_channels

#: An action with fewer training sequences is no class.
FEWEST = 20
_ROWS_AT_ONCE = 256
# Ranges of what variation draws: frames cut off at the start and end, frames of rest at the end,
# speed, size of the object's path; and standard deviations in meters, of the grip (where a wrist
# holds), of what a wrist trembles, and of how far object and hands wander together within so many
# frames; the rotation wanders too, by so much in its entries for every meter.
_CUT, _REST, _SPEED, _SIZE = 8, 40, (0.8, 1.25), (0.93, 1.07)
_GRIP, _TREMOR = 0.015, 0.0007
_WANDER = {3: 0.001, 6: 0.002, 12: 0.005, 25: 0.010}
_ROTATION_WANDER = 6.0
#: Widths of box filters. Wider ones would wipe out shaking.
_SMOOTHING = (1, 1, 3, 5)


@dataclass(frozen=True)
class LabeledMotions:
    """N sequences whose action is a class."""

    motion: Tensor  #: (N, T, 17) `GrossMotion.channels`, filled up with the last frame
    lengths: Tensor  #: (N,) int64, real frames
    labels: np.ndarray  #: (N,) index into `actions`
    seen: np.ndarray  #: (N,) bool: for training
    actions: tuple[str, ...]  #: the classes, sorted

    @classmethod
    def of(
        cls, features: np.ndarray, infos: Sequence[SequenceInfo], fewest: int = FEWEST
    ) -> LabeledMotions:
        """Of features (N, T, 117), in memory or mapped, and what is known of the sequences.

        Raises DatasetError where fewer than two actions have `fewest` training sequences.
        """
        counts = Counter(info.action for info in infos if info.split == "train")
        actions = tuple(sorted(name for name, count in counts.items() if count >= fewest))
        if len(actions) < 2:
            raise DatasetError(
                f"only {len(actions)} actions have {fewest} or more training sequences: a "
                "recognizer needs two, build a larger data set"
            )
        rows = np.array([row for row, info in enumerate(infos) if info.action in actions])
        motion = torch.empty(len(rows), features.shape[1], CHANNELS)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            part = slice(start, start + _ROWS_AT_ONCE)
            read = torch.from_numpy(np.asarray(features[rows[part]], np.float32))
            motion[part] = GrossMotion.from_features(read).channels()
        return cls(
            motion=motion,
            lengths=torch.tensor([infos[row].num_frames for row in rows]),
            labels=np.array([actions.index(infos[row].action) for row in rows]),
            seen=np.array([infos[row].split == "train" for row in rows]),
            actions=actions,
        )

    def units(self) -> tuple[Tensor, Tensor]:
        """Mean and standard deviation (17,) of the channels over the training frames."""
        rows = torch.from_numpy(self.seen)
        real = torch.arange(self.motion.shape[1]) < self.lengths[rows, None]
        frames = self.motion[rows][real].double()
        return frames.mean(0).float(), frames.std(0).clamp_min(1e-2).float()

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """A batch for training: motions (B, T', 17), lengths (B,) and labels (B,).

        Rare actions are drawn more often than they occur, frequent ones less: as the square root
        of their number. Motions are varied, since the network will judge generated ones.
        """
        rows = np.flatnonzero(self.seen)
        weight = 1 / np.sqrt(np.bincount(self.labels[rows], minlength=len(self.actions)))
        chance = weight[self.labels[rows]]
        chosen = rng.choice(rows, size=count, p=chance / chance.sum())
        motion, lengths = varied(self.motion[chosen], self.lengths[chosen], rng)
        return motion, lengths, torch.from_numpy(self.labels[chosen])


def varied(motion: Tensor, lengths: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Motions (B, T, 17) of lengths (B,) as they might also have been done, and their lengths.

    Half of them mirrored, all begun and ended a little earlier or later, faster or slower, wider
    or narrower, held elsewhere, more or less steady, and some smoothed. Planned motions are
    steadier than generated ones: without the wandering, every lift that is not straight would pass
    for shaking.
    """
    count = len(motion)
    swap = torch.from_numpy(rng.random(count) < 0.5)[:, None, None]
    motion = torch.where(swap, mirrored_channels(motion), motion)
    motion, lengths = _retimed(motion, lengths, rng)
    width = int(rng.choice(_SMOOTHING))
    filled = torch.nn.functional.pad(motion.mT, (width // 2, width // 2), mode="replicate")
    motion = torch.nn.functional.avg_pool1d(filled, width, stride=1).mT

    position, rotation, wrist, acts = motion.split((3, 6, 6, 2), -1)
    size = _uniform(rng, _SIZE, (count, 1, 1))
    unsteady = _uniform(rng, (0.0, 1.5), (count, 1, 1))
    frames = motion.shape[1]
    offset = (size - 1) * position + unsteady * _wander(rng, count, frames, 3)
    wrist = wrist.unflatten(-1, (2, 3)) + offset.unsqueeze(-2)
    wrist = wrist + _normal(rng, _GRIP, (count, 1, 2, 3))
    wrist = wrist + unsteady.unsqueeze(-1) * _normal(rng, _TREMOR, tuple(wrist.shape))
    position = position + offset
    rotation = rotation + _ROTATION_WANDER * unsteady * _wander(rng, count, frames, 6)
    wrist = (wrist * acts.unsqueeze(-1)).flatten(-2)
    return torch.cat([position, rotation, wrist, acts], -1), lengths


def _retimed(motion: Tensor, lengths: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Motions from another start to another end at another speed."""
    count = len(motion)
    first = torch.from_numpy(rng.integers(0, _CUT + 1, count))
    last = lengths - 1 - torch.from_numpy(rng.integers(0, _CUT + 1, count))
    rest = torch.from_numpy(rng.integers(0, _REST + 1, count) * (rng.random(count) < 0.5))
    speed = _uniform(rng, _SPEED, (count,))
    found = ((last - first) / speed).long() + 1 + rest
    times = first[:, None] + torch.arange(int(found.max())) * speed[:, None]
    times = torch.minimum(times, last[:, None].float())
    low = times.long()
    high = torch.minimum(low + 1, last[:, None])
    rows = torch.arange(count)[:, None]
    fraction = (times - low).unsqueeze(-1)
    return torch.lerp(motion[rows, low], motion[rows, high], fraction), found


def _wander(rng: np.random.Generator, count: int, frames: int, channels: int) -> Tensor:
    """(count, frames, channels): random, slow and wide as well as quick and narrow."""
    total = torch.zeros(count, channels, frames)
    for every, scale in _WANDER.items():
        knots = _normal(rng, scale, (count, channels, frames // every + 2))
        total += torch.nn.functional.interpolate(knots, frames, mode="linear", align_corners=True)
    return total.mT


def _normal(rng: np.random.Generator, scale: float, shape: tuple[int, ...]) -> Tensor:
    return torch.from_numpy(scale * rng.standard_normal(shape, np.float32))


def _uniform(rng: np.random.Generator, span: tuple[float, float], shape: tuple[int, ...]) -> Tensor:
    return torch.from_numpy(rng.uniform(*span, shape).astype(np.float32))
