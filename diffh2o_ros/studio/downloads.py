"""Motions to be taken away: every format that they can be exported to, as one file to be saved."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path

from diffh2o_ros.atomic import scratch_folder
from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.export.format import FORMATS, export, load_format

#: The library's own files, and what they are called here.
MOTION, SLIM, ROBOT = "npz", "npz slim", "npz of the robot"
#: What a name of a file to be saved may hold, and how much of it.
_ODD, _LONGEST = re.compile(r"[^A-Za-z0-9._-]+"), 60


def formats() -> tuple[str, ...]:
    """What can be chosen."""
    return (MOTION, SLIM, ROBOT, *FORMATS.names())


def packed(
    episodes: Sequence[Episode], format: str, name: str, mano_dir: Path | None = None
) -> tuple[str, bytes]:
    """The name and the content of the file of these motions: a zip archive where they are several
    files.

    Args:
        format: one of `formats`.
        name: what the file should be called, without its suffix.
        mano_dir: folder of MANO's files, which slim files of MANO hands need.

    Raises:
        ExportError, InteractionFileError: one line; the format cannot hold this, or is not
            installed.
    """
    name = _ODD.sub("_", name).strip("._")[:_LONGEST] or "motion"
    with scratch_folder() as scratch:
        folder = scratch / name
        folder.mkdir()
        _write(episodes, format, folder, name, mano_dir)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if len(files) == 1 and files[0].parent == folder:
            return files[0].name, files[0].read_bytes()
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as written:
            for path in files:
                written.write(path, path.relative_to(scratch))
        return f"{name}.zip", archive.getvalue()


def _write(
    episodes: Sequence[Episode], format: str, folder: Path, name: str, mano_dir: Path | None
) -> None:
    names = [name] if len(episodes) == 1 else [f"{name}_{i:03d}" for i in range(len(episodes))]
    if format == ROBOT:
        done = [(e.robot, n) for e, n in zip(episodes, names, strict=True) if e.robot is not None]
        if not done:
            raise ExportError("no robot does this motion yet: simulate it first")
        for robot, called in done:
            robot.save(folder / f"{called}.robot.npz")
        return
    if format in (MOTION, SLIM):
        for episode, called in zip(episodes, names, strict=True):
            slim = format == SLIM
            episode.interaction.save(folder / f"{called}.npz", slim=slim, mano_dir=mano_dir)
        return
    writer = load_format(format)
    if writer.many or len(episodes) == 1:
        # A folder of the format lies beside nothing else.
        export(episodes, format, folder / f"{name}{writer.suffix or '_' + format}")
        return
    for episode, called in zip(episodes, names, strict=True):
        export([episode], format, folder / f"{called}{writer.suffix}")
