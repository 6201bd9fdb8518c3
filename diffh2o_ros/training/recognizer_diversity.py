"""How much the motions of a data set differ: what generated motions are measured against."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

import numpy as np
import torch

from diffh2o_ros.data.format import SequenceInfo
from diffh2o_ros.evaluation.diversity import path_distance
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.features import from_features, predicted_distances, skeleton_keypoints
from diffh2o_ros.motion.gross_motion import acting_hands
from diffh2o_ros.motion.pose_basis import PoseBasis

#: Pairs that are compared: of each action, and of the whole data set.
PAIRS_PER_ACTION, OVERALL_PAIRS = 80, 400

Pair = tuple[int, int]


def data_diversity(
    features: np.ndarray, infos: Sequence[SequenceInfo], basis: PoseBasis, seed: int = 0
) -> dict:
    """Mean distances of `evaluation.diversity` in meters, over random pairs of sequences.

    Args:
        features: (N, T, 117), in memory or mapped; infos: N, in the same order.

    Returns:
        "sample": by action, pairs that share object, action and hand (absent without any);
        "overall": any two sequences.
    """
    rng = np.random.default_rng(seed)

    @lru_cache(maxsize=64)
    def paths(row: int) -> dict[str, np.ndarray]:
        return _hand_paths(features[row, : infos[row].num_frames], basis)

    sample = {}
    for action, pairs in sorted(_alike(infos).items()):
        chosen = rng.permutation(len(pairs))[:PAIRS_PER_ACTION]
        sample[action] = _mean_distance([pairs[i] for i in np.sort(chosen)], paths)
    drawn = rng.integers(len(infos), size=(OVERALL_PAIRS, 2)).tolist()
    return {"sample": sample, "overall": _mean_distance([p for p in drawn if p[0] != p[1]], paths)}


def _alike(infos: Sequence[SequenceInfo]) -> dict[str, list[Pair]]:
    """By action, the pairs that share object, action and hand."""
    groups = defaultdict(list)
    for row, info in enumerate(infos):
        groups[info.action, info.object_index, info.hand].append(row)
    pairs = defaultdict(list)
    for (action, _, _), rows in groups.items():
        pairs[action] += itertools.combinations(rows, 2)
    return {action: found for action, found in pairs.items() if found}


def _mean_distance(
    pairs: Iterable[Sequence[int]], paths: Callable[[int], dict[str, np.ndarray]]
) -> float:
    return float(np.mean([path_distance(paths(a), paths(b)) for a, b in pairs]))


def _hand_paths(features: np.ndarray, basis: PoseBasis) -> dict[str, np.ndarray]:
    """Keypoints (T, 21, 3) of the acting hands in features (T, 117), by side."""
    read = torch.from_numpy(np.asarray(features, np.float32))
    points = skeleton_keypoints(from_features(read, basis)).numpy()
    acts = acting_hands(predicted_distances(read)).tolist()
    return {side: points[:, i] for i, side in enumerate(SIDES) if acts[i]}
