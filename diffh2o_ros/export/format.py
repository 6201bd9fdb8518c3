"""Formats that motions can be exported to, by name: each a file in `export/formats`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from diffh2o_ros.export.episode import Episode, ExportError
from diffh2o_ros.registry import Registry

FORMATS = Registry("diffh2o_ros.export.formats", default="html")


class ExportFormat(Protocol):
    """Writes episodes."""

    name: str
    suffix: str
    """Of the file it writes, such as ".glb"; "" where it writes a folder."""
    many: bool
    """Whether it holds several episodes."""

    @staticmethod
    def installed() -> str:
        """How it writes here, for `diffh2o doctor`.

        Raises:
            ExportError: why it cannot, then "; " and how to mend it.
        """

    @staticmethod
    def save(episodes: Sequence[Episode], path: Path) -> None:
        """Writes episodes, whole or not at all.

        Raises:
            ExportError: one line; what the format cannot hold, or a folder that is taken.
        """


def export(episodes: Sequence[Episode], format: str, path: str | Path) -> None:
    """Writes episodes in the format of this name.

    Raises:
        ExportError: one line; no such format, what it needs is not installed, or it cannot hold
            what is given.
    """
    writer = load_format(format)
    writer.installed()
    if not episodes:
        raise ExportError("there is no motion to export")
    if len(episodes) > 1 and not writer.many:
        raise ExportError(f"{format} holds one motion, not {len(episodes)}: export them one by one")
    writer.save(episodes, Path(path))


def load_format(name: str) -> type[ExportFormat]:
    """The class of a format. Raises ExportError where there is none of this name."""
    if name not in FORMATS.names():
        raise ExportError(f"format must be one of {', '.join(FORMATS.names())}, not {name!r}")
    return FORMATS.load(name)
