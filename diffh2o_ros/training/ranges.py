"""The sizes and shapes of the objects that training sees: what a checkpoint can be asked about."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.shape import shape_descriptors


def shape_ranges(dataset: Dataset) -> dict[str, dict[str, float]]:
    """Range of each shape descriptor over the objects of the training split.

    Returns {descriptor: {"min", "p01", "p99", "max"}}, the percentiles over objects.
    """
    first: dict[int, int] = {}
    for index, info in enumerate(dataset.infos):
        if info.split == "train":
            first.setdefault(info.object_index, index)
    found = [shape_descriptors(_mesh(dataset, index)) for index in sorted(first.values())]
    ranges = {}
    for name in found[0]:
        values = np.array([descriptors[name] for descriptors in found])
        low, high = np.percentile(values, (1, 99))
        extremes = {"min": values.min(), "p01": low, "p99": high, "max": values.max()}
        ranges[name] = {key: float(value) for key, value in extremes.items()}
    return ranges


def _mesh(dataset: Dataset, index: int) -> Mesh:
    """The object of a sequence, rotated about the vertical at most."""
    if dataset.header["content"] == "recipes":  # no motion has to be computed for it
        return dataset.recipe(index)[1].thing.mesh
    return dataset[index].mesh
