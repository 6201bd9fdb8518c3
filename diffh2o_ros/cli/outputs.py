"""Where results go: names of several samples, and whether they can be written at all."""

from __future__ import annotations

import os
from pathlib import Path

from diffh2o_ros.cli.failures import CommandError


def check_file(path: Path, flag: str, *suffixes: str) -> None:
    """Refuses an output file that could not be written, before the work is done.

    Raises CommandError for a wrong ending, a folder in its place, and a place that cannot be
    written to. Makes nothing.
    """
    if path.suffix.lower() not in suffixes:
        raise CommandError(f"{flag} must end in {' or '.join(suffixes)}, not {path.name!r}")
    if path.is_dir():
        raise CommandError(f"{flag} {path} is a folder: give the name of a file")
    check_folder(path.parent, flag)


def check_folder(path: Path, flag: str) -> None:
    """Refuses an output folder that is none or could not be made or written to."""
    there = path
    while not there.exists() and there != there.parent:
        there = there.parent
    if not there.is_dir():
        raise CommandError(f"cannot write {flag}: {there} is not a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise CommandError(f"cannot write {flag}: no permission in {there}")


def numbered(path: Path, count: int) -> list[Path]:
    """`path` itself for one sample; F_000.npz, F_001.npz ... for more."""
    if count == 1:
        return [path]
    return [path.with_name(f"{path.stem}_{i:03d}{path.suffix}") for i in range(count)]
