"""Motions as a bag of ROS 2 (rosbag2, MCAP): for `ros2 bag play`, RViz and Foxglove."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from diffh2o_ros.atomic import scratch_folder
from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.ros.bag import Bag
from diffh2o_ros.export.ros.bag_types import bag_types
from diffh2o_ros.export.ros.recording import Recorder, Setting
from diffh2o_ros.printable import shown


class Mcap:
    """One bag, the motions one after another."""

    name = "mcap"
    suffix = ""
    many = True

    @staticmethod
    def installed() -> str:
        if find_spec("rosbags") is None:
            raise ExportError("mcap needs the package rosbags; pip install rosbags")
        return f"bags of ROS 2 {bag_types().distribution.capitalize()}"

    @staticmethod
    def save(episodes: Sequence[Episode], path: Path) -> None:
        save_mcap(episodes, path)


def save_mcap(
    episodes: Sequence[Episode],
    path: str | Path,
    setting: Setting | None = None,
    distribution: str | None = None,
) -> Path:
    """Writes motions as a bag: what the node publishes of them, by the same names (docs/
    export_mcap.md), one after another.

    Args:
        path: of the bag's folder, which must not be there yet. Meshes of robots lie in it, too:
            their descriptions name them by this path.
        setting: by default, what the node has by default.
        distribution: of ROS 2, whose definitions of messages are taken; None for the one that is
            sourced, else Kilted.

    Raises:
        ExportError: rosbags is not installed, the path is taken, or a robot trajectory says nothing
            of its simulation.
        FarError: a motion lies too far from its frame's origin.
        RobotHandError, TrajectoryFileError: a robot that is not there, or has changed.
        OSError: it cannot be written; names the path.
    """
    path = Path(path)
    check_bag(path)
    types = bag_types(distribution)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(path.parent, prefix=".diffh2o_") as scratch:
            folder = scratch / path.name
            with Bag.create(folder, types) as bag:
                ahead = Recorder(bag, types, setting or Setting(), folder, path)
                for sample, episode in enumerate(episodes):
                    ahead.add(episode, sample)
            folder.rename(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(path)) from error
    return path


def check_bag(path: Path) -> None:
    """Refuses, before any work, what `save_mcap` cannot write. Raises ExportError."""
    Mcap.installed()
    if path.exists() or path.is_symlink():
        raise ExportError(f"{shown(path)} is there already: give a folder that is not")
