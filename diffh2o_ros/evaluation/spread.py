"""How much the motions for one request differ, against how much those of the data do."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.evaluation.cases import Case
from diffh2o_ros.evaluation.diversity import hand_paths, path_distance
from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.evaluation.summary import grouped, select
from diffh2o_ros.motion.interaction import Interaction

MOST_PAIRS = 2000


@dataclass(frozen=True)
class Spread:
    """Mean pairwise distances in meters (`evaluation.diversity`)."""

    within: dict[str, float] = field(default_factory=dict)
    """By action: between seeds of one mesh and sentence, mean over meshes."""
    data: dict[str, float] = field(default_factory=dict)
    """By action: between data sequences that share object, action and hand."""
    ratios: tuple[float, ...] = ()
    """Of each mesh and sentence whose action the data knows: distance over the data's."""
    overall: float | None = None
    """Between motions of all meshes and sentences."""
    data_overall: float | None = None
    """Between all sequences of the data."""


def save_hand_paths(out: Path, case: Case, interaction: Interaction) -> None:
    """Keeps in the report's folder what the spread of an evaluation is measured by."""
    with whole_file(_file(out, case)) as partial:
        np.savez_compressed(partial, **hand_paths(interaction))


def measure_spread(
    out: Path, rows: Iterable[Row], refined: bool, data: Mapping[str, object]
) -> Spread:
    """The spread of the free runs of an evaluation.

    Args:
        out: the report's folder, where `save_hand_paths` kept them.
        data: `Recognizer.data_diversity`.
    """
    chosen = select(rows, refined)
    paths = {row.case: _read(_file(out, row.case)) for row in chosen}
    of_data = {str(action): float(d) for action, d in data["sample"].items()}
    within: dict[str, list[float]] = {}
    ratios = []
    for members in grouped(chosen, lambda row: row.case.group).values():
        if len(members) < 2:
            continue
        action = members[0].case.action
        distance = _mean_distance([paths[row.case] for row in members])
        within.setdefault(action or "task", []).append(distance)
        if action in of_data:
            ratios.append(distance / of_data[action])
    return Spread(
        {action: float(np.mean(distances)) for action, distances in within.items()},
        of_data,
        tuple(ratios),
        _mean_distance(list(paths.values())) if len(paths) > 1 else None,
        float(data["overall"]),
    )


def _mean_distance(paths: list[dict[str, np.ndarray]]) -> float:
    """Mean distance of all pairs, or of 2000 of them drawn alike every time."""
    pairs = list(itertools.combinations(range(len(paths)), 2))
    if len(pairs) > MOST_PAIRS:
        drawn = np.random.default_rng(0).choice(len(pairs), MOST_PAIRS, replace=False)
        pairs = [pairs[i] for i in sorted(drawn)]
    return float(np.mean([path_distance(paths[a], paths[b]) for a, b in pairs]))


def _file(out: Path, case: Case) -> Path:
    return out / "hand_paths" / f"{case.name}.npz"


def _read(file: Path) -> dict[str, np.ndarray]:
    with np.load(file, allow_pickle=False) as arrays:
        return {side: arrays[side] for side in arrays.files}
