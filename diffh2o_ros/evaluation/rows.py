"""The file that rows are appended to as they are made, so that a run can be gone on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.json_file import parse_json


class RowFileError(Diffh2oError):
    """Rows that cannot be added to; the message is one line."""


class RowFile:
    """JSON lines: first the circumstances, then a row each.

    Args:
        path: the file; it is made where it is not there.
        about: what the figures depend on. Rows of other circumstances are not added to.
        resume: whether rows that are there already are gone on from.

    Raises RowFileError for a file that is there without `resume`, one of other circumstances, and
    one that is no such file.

    Attributes:
        rows: all rows so far.
    """

    def __init__(self, path: Path, about: Mapping[str, object], resume: bool) -> None:
        self._path = path
        self.rows: list[Row] = []
        if path.exists():
            if not resume:
                raise RowFileError(
                    f"{path} is there already: go on with --resume, or give another folder"
                )
            self._read(about)
        # Written anew, so that a line that was cut short is gone.
        with whole_file(path) as partial:
            lines = [{"about": dict(about)}, *(row.as_dict() for row in self.rows)]
            partial.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")

    def append(self, row: Row) -> None:
        """Adds a row, at once."""
        with open(self._path, "a", encoding="utf-8") as file:
            file.write(json.dumps(row.as_dict()) + "\n")
        self.rows.append(row)

    def _read(self, about: Mapping[str, object]) -> None:
        try:
            first, *lines = self._path.read_text("utf-8").split("\n")
            before = dict(parse_json(first, nan=True)["about"])
            # What follows the last line break was cut short, or is empty.
            self.rows = [Row.from_dict(parse_json(line, nan=True)) for line in lines[:-1]]
        except (ValueError, TypeError, KeyError) as error:
            raise RowFileError(f"{self._path} holds no rows of a benchmark: {error}") from error
        names = [n for n in {**before, **about} if before.get(n) != about.get(n)]
        if names:
            name = names[0]
            raise RowFileError(
                f"{self._path} was begun with {name} {before.get(name)}, not {about.get(name)}: "
                "give another folder"
            )
