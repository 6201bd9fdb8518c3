"""Motions as one HDF5 file in robomimic's layout (docs/export_learning.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.splits import FRACTIONS, object_id, split_by_object
from diffh2o_ros.export.statistics import RunningStatistics
from diffh2o_ros.export.steps import (
    POSE_NAMES,
    StepLayout,
    Steps,
    common_layout,
    layout_json,
    steps_of,
)

#: robomimic's names of our splits.
MASKS = {"train": "train", "val": "valid", "test": "test"}
GYM = 2  #: robomimic's number of the kind of environment, which Isaac Lab writes too


class Hdf5:
    """Motions in robomimic's HDF5 layout: robots' where there are any, else humans'."""

    name = "hdf5"
    suffix = ".hdf5"
    many = True

    @staticmethod
    def installed() -> str:
        try:
            import h5py
        except ImportError:
            raise ExportError("hdf5 needs the package h5py; pip install h5py") from None
        return f"robomimic's layout, h5py {h5py.__version__}"

    @staticmethod
    def save(episodes: Sequence[Episode], path: Path) -> None:
        save_hdf5(episodes, path)


def save_hdf5(
    episodes: Sequence[Episode],
    path: str | Path,
    *,
    fps: float | None = None,
    splits: Sequence[float] = FRACTIONS,
) -> None:
    """Writes an HDF5 file in robomimic's layout, whole or not at all.

    Episodes are gone through three times and not kept: a sequence that loads them when it is asked
    needs the memory of one. They are put in the order train, valid, test.

    Args:
        episodes: all human, or all of the same robot.
        fps: rows a second, to which motions are resampled; None takes the interactions' own.
        splits: fractions of objects in train, valid and test.

    Raises:
        ExportError: one line; episodes that do not belong in one data set, or h5py is not
            installed.
        OSError: the file cannot be written.
    """
    Hdf5.installed()
    import h5py

    layout = common_layout(episodes, fps)
    ids = [object_id(episode) for episode in episodes]
    found = split_by_object(ids, splits)
    with whole_file(path) as partial, h5py.File(partial, "w") as file:
        _write(file, episodes, layout, ids, found)


def _write(
    file, episodes: Sequence[Episode], layout: StepLayout, ids: list[str], splits: dict
) -> None:
    data, number, total = file.create_group("data"), 0, 0
    statistics = {name: RunningStatistics() for name in ("actions", "obs/state", "obs/object")}
    for split, indices in splits.items():
        names = []
        for index in indices:
            episode, names = episodes[index], [*names, f"demo_{number}"]
            steps = steps_of(episode, layout)
            _write_demo(data.create_group(names[-1]), episode, steps, ids[index])
            for name, rows in zip(
                statistics, (steps.action, steps.state, steps.object_pose), strict=True
            ):
                statistics[name].add(rows)
            _write_mesh(file, ids[index], episode)
            number, total = number + 1, total + len(steps.state)
        file[f"mask/{MASKS[split]}"] = np.array(names, "S")
    data.attrs["total"] = total
    kwargs = json.loads(layout_json(layout))
    data.attrs["env_args"] = json.dumps({"env_name": "diffh2o", "type": GYM, "env_kwargs": kwargs})
    for name, columns in (("state", layout.state_names), ("object", POSE_NAMES)):
        data.attrs[f"{name}_names"] = list(columns)
    for name, found in statistics.items():
        for kind, values in found.result().items():
            file[f"statistics/{name}/{kind}"] = values


def _write_demo(demo, episode: Episode, steps: Steps, name: str) -> None:
    count = len(steps.state)
    last = np.arange(count) == count - 1
    rows = {
        "actions": steps.action,
        "rewards": (last & bool(steps.success)).astype(np.float32),
        "dones": last.astype(np.int64),
    }
    for part, values in (("state", steps.state), ("object", steps.object_pose)):
        rows[f"obs/{part}"] = values
        rows[f"next_obs/{part}"] = np.concatenate([values[1:], values[-1:]])
    for key, values in rows.items():
        demo.create_dataset(key, data=values, compression="gzip", shuffle=True)
    demo.attrs["num_samples"] = count
    demo.attrs["task"] = episode.interaction.text
    demo.attrs["name"] = episode.name
    demo.attrs["object_id"] = name
    if steps.success is not None:
        demo.attrs["success"] = bool(steps.success)
    if episode.robot is None:
        for side, hand in episode.interaction.hands.items():
            demo.attrs[f"{side}_betas"] = hand.betas
    else:
        demo.attrs["table_height"] = episode.robot.table_height


def _write_mesh(file, name: str, episode: Episode) -> None:
    """Where it is not there yet: vertices (V, 3) m, in the mesh's own frame, and faces (F, 3)."""
    if f"meshes/{name}" in file:
        return
    for part in ("vertices", "faces"):
        values = getattr(episode.interaction, f"object_{part}")
        file.create_dataset(f"meshes/{name}/{part}", data=values, compression="gzip", shuffle=True)
