"""Motions as a LeRobot data set, version 3.0 (docs/export_learning.md)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from diffh2o_ros.export.data_card import data_card
from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.meshes import write_mesh
from diffh2o_ros.export.parquet import ChunkedTable, EpisodeTable, array_of, write_tasks
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
from diffh2o_ros.export.whole_folder import whole_folder

VERSION = "v3.0"
CHUNK_FILES = 1000  #: files in a chunk
FILE_PATH = "chunk-{chunk_index:03d}/file-{file_index:03d}"


class LeRobot:
    """Motions as a LeRobot v3.0 data set: robots' where there are any, else humans'."""

    name = "lerobot"
    suffix = ""
    many = True

    @staticmethod
    def installed() -> str:
        try:
            import pyarrow.parquet
        except ImportError:
            raise ExportError("lerobot needs the package pyarrow; pip install pyarrow") from None
        return f"v3.0, pyarrow {pyarrow.__version__}"

    @staticmethod
    def save(episodes: Sequence[Episode], path: Path) -> None:
        save_lerobot(episodes, path)


def save_lerobot(
    episodes: Sequence[Episode],
    folder: str | Path,
    *,
    fps: int | None = None,
    splits: Sequence[float] = FRACTIONS,
    file_size_mb: float = 100,
) -> None:
    """Writes a LeRobot v3.0 data set, whole or not at all.

    Episodes are gone through three times and not kept: a sequence that loads them when it is asked
    needs the memory of one. They are put in the order train, val, test.

    Args:
        episodes: all human, or all of the same robot.
        folder: a new one.
        fps: rows a second, to which motions are resampled; None takes the interactions' own.
        splits: fractions of objects in train, val and test.
        file_size_mb: of a parquet file, uncompressed.

    Raises:
        ExportError: one line; episodes that do not belong in one data set, a folder that is taken,
            or pyarrow is not installed.
    """
    LeRobot.installed()
    layout = common_layout(episodes, fps)
    if layout.fps != round(layout.fps):
        raise ExportError(
            f"lerobot counts whole frames a second, not {layout.fps}: resample, such as by fps=30"
        )
    ids = [object_id(episode) for episode in episodes]
    found = split_by_object(ids, splits)
    with whole_folder(folder) as whole:
        _write(whole, episodes, layout, ids, found, file_size_mb)


def _write(
    folder: Path,
    episodes: Sequence[Episode],
    layout: StepLayout,
    ids: list[str],
    splits: dict[str, list[int]],
    size_mb: float,
) -> None:
    for name in ("data", "meta/episodes", "meshes"):
        (folder / name).mkdir(parents=True)
    features = _features(layout)
    tasks: dict[str, int] = {}
    statistics = {name: RunningStatistics() for name in features}
    limits = size_mb, CHUNK_FILES
    listed, start = [], 0
    schemas = _schemas(features)
    with (
        ChunkedTable(folder / "data", schemas[0], *limits) as data,
        EpisodeTable(folder / "meta/episodes", schemas[1], *limits) as meta,
    ):
        for number, source in enumerate(index for part in splits.values() for index in part):
            episode = episodes[source]
            task = tasks.setdefault(episode.interaction.text, len(tasks))
            columns = _columns(steps_of(episode, layout), layout, number, start, task)
            table = _table(columns, schemas[0])
            chunk, file = data.place(table)
            data.write(table)
            row = {
                "episode_index": number,
                "tasks": [episode.interaction.text],
                "length": len(table),
                "data/chunk_index": chunk,
                "data/file_index": file,
                "dataset_from_index": start,
                "dataset_to_index": start + len(table),
                "object_id": ids[source],
            }
            meta.add(row | _episode_statistics(columns, statistics))
            mesh = write_mesh(folder / "meshes", ids[source], episode.interaction)
            listed.append(_listed(episode, number, mesh, ids[source]))
            start += len(table)
    write_tasks(folder / "meta/tasks.parquet", list(tasks))
    info = _info(layout, features, splits, start, len(tasks), size_mb)
    for name, value in (
        ("meta/info.json", info),
        ("meta/stats.json", {name: found.result() for name, found in statistics.items()}),
        ("meshes/episodes.json", listed),
    ):
        (folder / name).write_text(json.dumps(value, indent=1) + "\n", "utf-8")
    (folder / "README.md").write_text(data_card(layout, info, list(tasks)), "utf-8")


def _features(layout: StepLayout) -> dict[str, dict]:
    """What info.json says of each column."""

    def feature(dtype: str, names: Sequence[str] | None = None) -> dict:
        shape = [1 if names is None else len(names)]
        return {"dtype": dtype, "shape": shape, "names": names and list(names)}

    found = {
        "observation.state": feature("float32", layout.state_names),
        "observation.environment_state": feature("float32", POSE_NAMES),
        "action": feature("float32", layout.state_names),
    }
    if layout.kind == "robot":
        found |= {"next.reward": feature("float32"), "next.success": feature("bool")}
    found |= {"next.done": feature("bool"), "timestamp": feature("float32")}
    indices = ("frame_index", "episode_index", "index", "task_index")
    return found | {name: feature("int64") for name in indices}


def _schemas(features: dict[str, dict]) -> tuple:
    """pyarrow.Schema of the rows of frames, and of those of episodes."""
    import pyarrow as pa

    types = {"float32": pa.float32(), "int64": pa.int64(), "bool": pa.bool_()}
    frames = pa.schema(
        (name, types[f["dtype"]] if f["names"] is None else pa.list_(types["float32"], *f["shape"]))
        for name, f in features.items()
    )
    episode = [("episode_index", pa.int64()), ("tasks", pa.list_(pa.string()))]
    for name in (
        "length",
        "data/chunk_index",
        "data/file_index",
        "dataset_from_index",
        "dataset_to_index",
        "meta/episodes/chunk_index",
        "meta/episodes/file_index",
    ):
        episode.append((name, pa.int64()))
    episode.append(("object_id", pa.string()))
    one = RunningStatistics()
    one.add(np.zeros((1, 1)))
    for name in features:
        for kind in one.result():
            number = pa.int64() if kind == "count" else pa.float64()
            episode.append((f"stats/{name}/{kind}", pa.list_(number)))
    return frames, pa.schema(episode)


def _columns(
    steps: Steps, layout: StepLayout, number: int, start: int, task: int
) -> dict[str, np.ndarray]:
    count = len(steps.state)
    last = np.arange(count) == count - 1
    found = {
        "observation.state": steps.state,
        "observation.environment_state": steps.object_pose,
        "action": steps.action,
    }
    if layout.kind == "robot":
        success = last & bool(steps.success)
        found |= {"next.reward": success.astype(np.float32), "next.success": success}
    return found | {
        "next.done": last,
        "timestamp": (np.arange(count) / layout.fps).astype(np.float32),
        "frame_index": np.arange(count),
        "episode_index": np.full(count, number),
        "index": start + np.arange(count),
        "task_index": np.full(count, task),
    }


def _table(columns: dict[str, np.ndarray], schema):
    import pyarrow

    arrays = [array_of(columns[name]) for name in schema.names]
    return pyarrow.Table.from_arrays(arrays, schema=schema)


def _episode_statistics(
    columns: dict[str, np.ndarray], all_episodes: dict[str, RunningStatistics]
) -> dict[str, list]:
    """Of one episode, as the row of an episode has them; they are added to those of all."""
    found = {}
    for name, values in columns.items():
        rows = values.reshape(len(values), -1)
        all_episodes[name].add(rows)
        own = RunningStatistics()
        own.add(rows)
        found |= {f"stats/{name}/{kind}": value for kind, value in own.result().items()}
    return found


def _listed(episode: Episode, number: int, mesh: str, name: str) -> dict:
    betas = {side: hand.betas.tolist() for side, hand in episode.interaction.hands.items()}
    found = {"episode_index": number, "name": episode.name, "object_id": name, "mesh": mesh}
    if episode.robot is None:
        return found | {"betas": betas}
    verdict = ("success", "position_error", "rotation_error", "robustness", "table_height")
    return found | {field: getattr(episode.robot, field) for field in verdict}


def _info(
    layout: StepLayout,
    features: dict[str, dict],
    splits: dict[str, list[int]],
    frames: int,
    tasks: int,
    size_mb: float,
) -> dict:
    ranges, start = {}, 0
    for name, indices in splits.items():
        ranges[name] = f"{start}:{start + len(indices)}"
        start += len(indices)
    return {
        "codebase_version": VERSION,
        "robot_type": layout.robot,
        "total_episodes": start,
        "total_frames": frames,
        "total_tasks": tasks,
        "chunks_size": CHUNK_FILES,
        "data_files_size_in_mb": size_mb,
        "video_files_size_in_mb": 200,
        "fps": round(layout.fps),
        "splits": ranges,
        "data_path": f"data/{FILE_PATH}.parquet",
        "video_path": None,
        "features": features,
        "diffh2o": json.loads(layout_json(layout)),
    }
