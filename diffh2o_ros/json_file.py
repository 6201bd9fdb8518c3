"""JSON that users give, read strictly: what it says is taken whole, or refused in one line.

Python's own reader takes more than JSON (NaN, a name twice) and raises more than a JSONDecodeError
(for integers of thousands of digits, for deep nesting).
"""

from __future__ import annotations

import codecs
import json
import math
import stat
from pathlib import Path
from typing import NoReturn

LARGEST_FILE = 16 * 2**20  # bytes
_LONGEST_NUMBER = 400  # characters: a double needs no more than 309 digits


def read_json(
    path: str | Path,
    what: str,
    error: type[ValueError],
    largest: int = LARGEST_FILE,
    nan: bool = False,
) -> object:
    """The content of a JSON file in UTF-8, or in UTF-16 or 32, with or without a byte order mark.

    Args:
        what: what the file is, as in "grasp file".
        error: the kind that is raised, in one line that names the file, for all that cannot be
            read: no regular file, more than `largest` bytes, not JSON.
        nan: see `parse_json`.
    """
    where = f"{what} {path}"
    try:
        kind = Path(path).stat()
        if stat.S_ISDIR(kind.st_mode):
            raise error(f"{where} is a folder: give a JSON file")
        if not stat.S_ISREG(kind.st_mode):  # a pipe may never end, or never begin
            raise error(f"{where} is a pipe or a device: write it to a file first")
        if kind.st_size > largest:
            raise error(f"{where} has {kind.st_size} bytes: the most is {largest}")
        content = Path(path).read_bytes()
    except OSError as reason:
        raise error(f"cannot read {where}: {reason.strerror}") from reason
    except ValueError as reason:  # a path with a null byte; or our own
        raise reason if isinstance(reason, error) else error(f"cannot read {where}") from reason
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        raise error(f"{where} is empty")
    try:
        return parse_json(content.decode(json.detect_encoding(content)), nan)
    except ValueError as reason:  # a UnicodeDecodeError is one
        raise error(f"{where} is not JSON: {reason}") from reason


def parse_json(text: str, nan: bool = False) -> object:
    """The content of a JSON text.

    Args:
        nan: take NaN and Infinity, which are not JSON but are what Python writes.

    Raises ValueError, in one line, also for a number that no double can hold, a name that an object
    has twice, and nesting too deep to follow.
    """
    constant = float if nan else _no_constant
    try:
        return json.loads(
            text,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=constant,
            object_pairs_hook=_object,
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _integer(text: str) -> int:
    _number(text)
    return int(text)


def _number(text: str) -> float:
    short = text if len(text) <= 20 else f"{text[:12]}... ({len(text)} characters)"
    if len(text) > _LONGEST_NUMBER or not math.isfinite(float(text)):
        raise ValueError(f"the number {short} is too large")
    return float(text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"it holds {name}, which is no number")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"an object has {twice!r} twice")
    return content
