"""Where results go: names of several samples, and whether they can be written at all."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from diffh2o_ros.cli.failures import CommandError
from diffh2o_ros.printable import shown

if TYPE_CHECKING:
    from diffh2o_ros.motion.interaction import Interaction


def check_file(path: Path, flag: str, *suffixes: str, count: int = 1) -> None:
    """Refuses an output file that could not be written, before the work is done.

    Raises CommandError for a wrong ending, a folder or a device in its place, a name that is too
    long, and a place that cannot be written to; `count`: for as many samples. Makes nothing.
    """
    if path.suffix.lower() not in suffixes:
        raise CommandError(f"{flag} must end in {' or '.join(suffixes)}, not {shown(path.name)!r}")
    check_folder(path.parent, flag)
    for file in numbered(path, count):
        try:
            file.lstat()
        except FileNotFoundError:
            continue
        except OSError as error:  # its name is too long
            raise CommandError(f"cannot write {flag} {shown(file)}: {error.strerror}") from error
        if file.is_dir():
            raise CommandError(f"{flag} {shown(file)} is a folder: give the name of a file")
        if file.exists() and not file.is_file():
            raise CommandError(f"{flag} {shown(file)} is a device or a pipe, not a file")


def check_folder(path: Path, flag: str) -> None:
    """Refuses an output folder that is none or could not be made or written to."""
    there = path
    try:
        while not there.exists() and there != there.parent:
            there = there.parent
        longest = os.pathconf(there, "PC_NAME_MAX")
    except OSError as error:
        raise CommandError(f"cannot write {flag} {shown(path)}: {error.strerror}") from error
    if not there.is_dir():
        raise CommandError(f"cannot write {flag}: {shown(there)} is not a folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise CommandError(f"cannot write {flag}: no permission in {shown(there)}")
    try:  # permissions do not tell of a full or a strange file system
        TemporaryFile(dir=there).close()
    except OSError as error:
        raise CommandError(f"cannot write {flag} in {shown(there)}: {error.strerror}") from error
    if any(len(os.fsencode(part)) > longest for part in path.parts):
        raise CommandError(f"cannot write {flag} {shown(path)}: a name in it is too long")


def numbered(path: Path, count: int) -> list[Path]:
    """`path` itself for one sample; F_000.npz, F_001.npz ... for more."""
    if count == 1:
        return [path]
    return [path.with_name(f"{path.stem}_{i:03d}{path.suffix}") for i in range(count)]


def save_all(
    interactions: Sequence[Interaction],
    files: Sequence[Path],
    slim: bool = False,
    mano_dir: Path | None = None,
) -> None:
    """Writes each interaction to its file, `slim` as in `Interaction.save`. CommandError where one
    cannot be, which names those that are there already."""
    for done, (interaction, file) in enumerate(zip(interactions, files, strict=True)):
        try:
            interaction.save(file, slim, mano_dir)
        except OSError as error:
            written = ", ".join(shown(path) for path in files[:done]) or "nothing"
            raise CommandError(
                f"cannot write {shown(file)}: {error.strerror or error}; written: {written}"
            ) from error
