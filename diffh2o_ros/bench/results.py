"""The file of a run: JSON that names its machine, and is read again to draw the page.

    machine      `bench.machine`
    settings     quick; steps of both stages, null for the library's own; those of the library
    help         timing of `diffh2o --help`
    devices      by "cpu", "cuda":
      requests       "guided, unseen" ... : total and stages
      intake         by faces: repair, grid, basis point set
      text           new sentence, known sentence
      published      `bench.published`
      floor          `bench.floor`
      curves         faces, frames, samples, steps: points, left_out, exponents
      first_answer   seconds and memory of a fresh process
      service        `bench.service`, or {"unmeasured": why}

A timing is {"median", "low", "high", "count"}, seconds; low and high are the 10th and the 90th
percentile.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.json_file import read_json

FORMAT, VERSION = "diffh2o_ros.bench", 1
SECTIONS = ("requests", "intake", "text", "published", "floor", "curves", "first_answer", "service")


class ResultError(Diffh2oError):
    """A result file that cannot be used; the message is one line that says why."""


@dataclass
class Results:
    """What a run of `diffh2o bench` found."""

    machine: dict[str, Any]
    settings: dict[str, Any]
    help: dict[str, float] = field(default_factory=dict)
    devices: dict[str, dict[str, Any]] = field(default_factory=dict)

    def find(self, *path: str) -> Any:
        """What lies at a path of names, such as "cpu", "requests", "guided, seen"; None where
        there is nothing."""
        found: Any = self.devices
        for name in path:
            if not isinstance(found, dict) or name not in found:
                return None
            found = found[name]
        return found

    def save(self, path: Path) -> None:
        """Writes the file, whole or not at all."""
        content = {"format": FORMAT, "version": VERSION, **asdict(self)}
        with whole_file(path) as partial:
            partial.write_text(json.dumps(content, indent=1) + "\n", "utf-8")

    @staticmethod
    def load(path: Path) -> Results:
        """Reads what `save` wrote. Raises ResultError for any other file."""
        content = read_json(path, "result file", ResultError, nan=True)
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ResultError(f"{path} is no result of a bench: make one with diffh2o bench --json")
        if content.get("version") != VERSION:
            raise ResultError(
                f"{path} has format version {content.get('version')}, this program reads "
                f"{VERSION}: measure anew"
            )
        names = ("machine", "settings", "help", "devices")
        parts = {name: content.get(name) for name in names}
        damaged = [name for name in names if not isinstance(parts[name], dict)]
        for device, sections in (parts["devices"] or {}).items() if not damaged else ():
            damaged += [f"{device} {name}" for name in SECTIONS if name not in sections]
        if damaged:
            raise ResultError(f"{path} lacks {damaged[0]}: measure anew")
        return Results(**parts)
