"""The file that rows are appended to as they are made, so that a run can be gone on with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Generic, TypeVar

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.json_file import parse_json


def digests(files: Mapping[str, Path]) -> dict[str, str]:
    """What is in files that figures depend on, by the same names."""
    return {
        name: f"sha256 {hashlib.sha256(path.read_bytes()).hexdigest()[:16]}"
        for name, path in files.items()
    }


class RowFileError(Diffh2oError):
    """Rows that cannot be added to; the message is one line."""


RowType = TypeVar("RowType")


class RowFile(Generic[RowType]):
    """JSON lines: first the circumstances, then a row, a dataclass, each.

    Args:
        path: the file; it is made where it is not there.
        about: what the figures depend on. Rows of other circumstances are not added to.
        resume: whether rows that are there already are gone on from.
        read: the row that `dataclasses.asdict` gave this of; ValueError, TypeError or KeyError for
            anything else.

    Raises RowFileError for a file that is there without `resume`, one of other circumstances, and
    one that is no such file.

    Attributes:
        rows: all rows so far.
        about: the circumstances of all of them.
    """

    def __init__(
        self,
        path: Path,
        about: Mapping[str, object],
        resume: bool,
        read: Callable[[Mapping[str, object]], RowType] = Row.from_dict,
    ) -> None:
        self._path, self._read_row = path, read
        self.about = json.loads(json.dumps(about))  # as it is when it is read again
        self.rows: list[RowType] = []
        if path.exists():
            if not resume:
                raise RowFileError(
                    f"{path} is there already: go on with --resume, or give another folder"
                )
            self._read()
        # Written anew, so that a line that was cut short is gone.
        with whole_file(path) as partial:
            lines = [{"about": self.about}, *(asdict(row) for row in self.rows)]
            partial.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")

    def append(self, row: RowType) -> None:
        """Adds a row, at once."""
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(row)) + "\n")
        self.rows.append(row)

    def _read(self) -> None:
        try:
            first, *lines = self._path.read_text("utf-8").split("\n")
            before = dict(parse_json(first, nan=True)["about"])
            # What follows the last line break was cut short, or is empty.
            self.rows = [self._read_row(parse_json(line, nan=True)) for line in lines[:-1]]
        except (ValueError, TypeError, KeyError) as error:
            raise RowFileError(f"{self._path} holds no rows of an evaluation: {error}") from error
        for name, value in self.about.items():
            if before.get(name, value) != value:
                raise RowFileError(
                    f"{self._path} was begun with {name} {before[name]}, not {value}: "
                    "give another folder"
                )
        self.about = before | self.about  # where a run is of other networks, those of both
