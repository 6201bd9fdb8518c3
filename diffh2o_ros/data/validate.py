"""Checks a data set, sequence by sequence, on all cores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from diffh2o_ros.data.checks import faults
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.format import DatasetError
from diffh2o_ros.workers import in_processes


def sample(dataset: Dataset, num: int | None, seed: int) -> list[list[int]]:
    """Up to `num` random indices (None: all), those of one shard together, all ascending."""
    order = np.random.default_rng(seed).permutation(len(dataset))
    chosen = set(order[:num].tolist())
    groups = [[i for i in rows if i in chosen] for rows in dataset.shards()]
    return [rows for rows in groups if rows]


def validate(
    dataset: Dataset,
    num: int | None = None,
    seed: int = 0,
    workers: int | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> list[str]:
    """One line for each fault found in `num` random sequences (None: in all), and in the whole.

    Args:
        on_progress: called with (checked, total).
    """
    found = list(_whole(dataset))
    jobs = [(dataset.folder, rows) for rows in sample(dataset, num, seed)]
    total, done = sum(len(rows) for _, rows in jobs), 0
    for (_, rows), lines in zip(jobs, in_processes(_check, jobs, workers), strict=True):
        found += lines
        done += len(rows)
        if on_progress:
            on_progress(done, total)
    return found


def _whole(dataset: Dataset):
    """Faults that no single sequence shows."""
    for name, count in Counter(info.name for info in dataset.infos).items():
        if count > 1:
            yield f"{name}: {count} sequences of this name"
    splits: dict[int, set[str]] = {}
    for info in dataset.infos:
        splits.setdefault(info.object_index, set()).add(info.split)
    for index, names in splits.items():
        if len(names) > 1:
            yield f"object {index} is in several splits: {', '.join(sorted(names))}"


def _check(job: tuple[Path, list[int]]) -> list[str]:
    folder, rows = job
    dataset = Dataset(folder)
    lines = []
    for row in rows:
        name = dataset.infos[row].name
        try:
            lines += [f"{name}: {fault}" for fault in faults(dataset[row])]
        except DatasetError as error:
            lines.append(f"{name}: {error}")
    return lines
