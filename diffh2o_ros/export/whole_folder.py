"""Folders that are written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diffh2o_ros.atomic import scratch_folder
from diffh2o_ros.export.episode import ExportError
from diffh2o_ros.printable import shown


@contextmanager
def whole_folder(path: str | Path) -> Iterator[Path]:
    """Yields a new folder beside `path`; it becomes `path` when the block ends well.

    Raises:
        ExportError: `path` is taken.
        OSError: it cannot be written.
    """
    path = Path(path).absolute()
    if os.path.lexists(path):
        raise ExportError(f"{shown(path)} is taken: name a folder that is not there yet")
    path.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(beside=path.parent, prefix=".diffh2o-") as scratch:
        partial = scratch / "whole"
        partial.mkdir()
        yield partial
        os.rename(partial, path)
