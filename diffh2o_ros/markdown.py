"""Pages and tables that read as plain text, too."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from diffh2o_ros.atomic import whole_file

#: A cell that there is nothing to say in.
NONE = "-"


def table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """An aligned table; "" without lines."""
    if not lines:
        return ""
    widths = [max(map(len, column)) for column in zip(headings, *lines, strict=True)]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |"
        for line in (headings, rule, *lines)
    )


def write_page(path: Path, text: str) -> None:
    """Writes a page, whole or not at all; what is no text in it (bytes of file names) as \\xNN."""
    with whole_file(path) as partial:
        partial.write_text(text, "utf-8", "backslashreplace")


def write_page_and_figures(folder: Path, name: str, text: str, figures: object) -> None:
    """Writes NAME.md, and NAME.json with all that it was made from, into a folder."""
    write_page(folder / f"{name}.md", text)
    with whole_file(folder / f"{name}.json") as partial:
        partial.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
