"""Sentences that people wrote for GRAB's sequences, from a CSV file the user has.

Two columns, the sequence and a sentence about it, with or without the header `sequence,text`. A
sequence is named `s1/mug_drink_1` or, as in the file that came with DiffH2O, `s1_mug_drink_1`;
GRAB's `lift` may be called `pick_all` as there. A sequence may have several rows.
"""

from __future__ import annotations

import csv
from pathlib import Path

from diffh2o_ros.data.grab.models import GrabError


class Annotations:
    """The sentences of a CSV file, by sequence.

    Raises:
        GrabError: a row is not a sequence and a sentence, or the file is not text.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._sentences: dict[str, list[str]] = {}
        try:
            with path.open(newline="", encoding="utf-8-sig") as file:
                for number, row in enumerate(csv.reader(file), start=1):
                    self._add(path, number, row)
        except (UnicodeDecodeError, csv.Error) as error:
            raise GrabError(f"{path} is not a CSV file in UTF-8: {error}") from error

    def _add(self, path: Path, number: int, row: list[str]) -> None:
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells == ["sequence", "text"]):
            return
        if len(cells) != 2 or not all(cells):
            raise GrabError(
                f"{path}, row {number}: two columns are needed, sequence and text, as in "
                's1/mug_drink_1,"The person drinks from the mug."'
            )
        self._sentences.setdefault(_key(cells[0]), []).append(cells[1])

    def __len__(self) -> int:
        """The number of sequences that have sentences."""
        return len(self._sentences)

    def of(self, name: str) -> tuple[str, ...]:
        """The sentences of a sequence, none where the file has none."""
        return tuple(self._sentences.get(_key(name), ()))


def _key(name: str) -> str:
    name = name.lower().removesuffix(".npz").replace("/", "_")
    return name.replace("_pick_all", "_lift")
