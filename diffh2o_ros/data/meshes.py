"""The objects of a data set as mesh files: to judge by where no scans are at hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import trimesh

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.format import SPLITS, DatasetError
from diffh2o_ros.data.marking import marks_of


def write_meshes(dataset: Dataset, split: str, num: int | None, seed: int, out: Path) -> list[Path]:
    """Writes objects of a split as PLY files, each once: meters, z up, as they stand; and, where
    the data set knows them, their marks beside them.

    Args:
        split: one of `SPLITS`. num: how many, drawn at random; None: all.
        out: the folder; a file is named NUMBER_OBJECT.ply, as `evaluation.mesh_folder` reads it.

    Raises:
        DatasetError: the split has no object.
    """
    first: dict[int, int] = {}
    for index, info in enumerate(dataset.infos):
        if info.split == split:
            first.setdefault(info.object_index, index)
    if not first:
        raise DatasetError(f"no object of split '{split}'; splits are {', '.join(SPLITS)}")
    drawn = np.random.default_rng(seed).permutation(sorted(first))[:num]
    out.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in sorted(drawn):
        sequence = dataset[first[number]]
        name = sequence.info.object_name.replace(" ", "_")
        path = out / f"{number:04d}_{name}.ply"
        mesh = trimesh.Trimesh(sequence.mesh.vertices, sequence.mesh.faces, process=False)
        with whole_file(path) as partial:
            partial.write_bytes(mesh.export(file_type="ply"))
        if dataset.header["content"] == "recipes":
            marks_of(*dataset.recipe(first[number])).write(path.with_suffix(".json"))
        paths.append(path)
    return paths
