"""A table of figures over many meshes: one row each, medians below."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.evaluation.agreement import joint_disagreement_mm
from diffh2o_ros.evaluation.mesh_folder import object_name
from diffh2o_ros.evaluation.metrics import interaction_metrics
from diffh2o_ros.motion.interaction import Interaction

RISEN = 0.05  # metres
SECONDS, JOINTS = "seconds", "joints_mm"

#: Columns of the printed table: heading, name of the figure, decimals.
COLUMNS = (
    ("penetration mm", "penetration_mm", 1),
    ("volume cm3", "interpenetration_cm3", 2),
    ("contact %", "contact_ratio", 0),
    ("fingers", "fingers", 1),
    ("floating %", "floating", 0),
    ("slip mm/s", "slip_mm_s", 1),
    ("seam", "seam", 2),
    ("jerk m/s3", "jerk", 1),
    ("table mm", "table_mm", 1),
    ("rise cm", "rise_m", 1),
    ("joints mm", JOINTS, 3),
    ("seconds", SECONDS, 1),
)
_SCALE = {"contact_ratio": 100.0, "floating": 100.0, "rise_m": 100.0}


@dataclass
class Row:
    """What one mesh gave: its figures, or why there are none."""

    mesh: str
    task: str
    figures: dict[str, float] = field(default_factory=dict)
    error: str | None = None


@dataclass
class Table:
    """Rows in the order of the meshes, and the circumstances under which they came about."""

    rows: list[Row]
    about: dict[str, object] = field(default_factory=dict)

    @property
    def medians(self) -> dict[str, float]:
        """The median of each figure over the rows that have it."""
        names = dict.fromkeys(name for row in self.rows for name in row.figures)
        return {
            name: statistics.median(r.figures[name] for r in self.rows if name in r.figures)
            for name in names
        }

    @property
    def risen(self) -> int:
        """How many objects rose by 5 cm or more."""
        return sum(row.figures.get("rise_m", 0.0) >= RISEN for row in self.rows)

    @property
    def failures(self) -> int:
        return sum(row.error is not None for row in self.rows)

    def summary(self) -> str:
        """One line: how many objects rose and how many failed."""
        line = f"{self.risen} of {len(self.rows)} objects rise 5 cm or more"
        return line + (f"; {self.failures} failed" if self.failures else "")

    def markdown(self) -> str:
        """The table in Markdown, aligned so that it reads as plain text, too."""
        lines = [["object", *(heading for heading, _, _ in COLUMNS)]]
        for row in self.rows:
            cells = [row.error or "failed"] if row.error else _cells(row.figures)
            lines.append([row.mesh, *cells, *[""] * (len(COLUMNS) - len(cells))])
        lines.append(["**median**", *_cells(self.medians)])
        widths = [max(len(line[i]) for line in lines) for i in range(len(COLUMNS) + 1)]
        text = [
            "| " + " | ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            ) + " |"
            for line in lines
        ]  # fmt: skip
        rule = "|" + "|".join("-" * (w + 1) + (":" if i else "-") for i, w in enumerate(widths))
        return "\n".join([text[0], rule + "|", *text[1:]])

    def as_dict(self) -> dict[str, object]:
        """Everything, for JSON."""
        return {
            **self.about,
            "objects": len(self.rows),
            "risen_5cm": self.risen,
            "failed": self.failures,
            "medians": self.medians,
            "rows": [
                {"mesh": r.mesh, "task": r.task, **({"error": r.error} if r.error else r.figures)}
                for r in self.rows
            ],
        }

    def save(self, folder: Path) -> None:
        """Writes table.md and table.json into a folder."""
        about = "\n".join(f"- {name}: {value}" for name, value in self.about.items())
        with whole_file(folder / "table.md") as partial:
            partial.write_text(f"{about}\n\n{self.markdown()}\n\n{self.summary()}\n", "utf-8")
        with whole_file(folder / "table.json") as partial:
            partial.write_text(json.dumps(self.as_dict(), indent=2) + "\n", "utf-8")


def figures_of(interaction: Interaction, seconds: float) -> dict[str, float]:
    """The figures of one row: the metrics, the joints' agreement, the time it took to make."""
    figures = {**interaction_metrics(interaction), SECONDS: seconds}
    disagreement = joint_disagreement_mm(interaction)
    if disagreement is not None:
        figures[JOINTS] = disagreement
    return figures


def evaluate(
    meshes: Iterable[Path],
    task: str,
    make: Callable[[Path, str], tuple[Interaction, float]],
    expected: tuple[type[Exception], ...],
    on_row: Callable[[Row], None] | None = None,
) -> Table:
    """Makes and judges one interaction a mesh.

    Args:
        task: a sentence, in which {object} stands for the name of the mesh.
        make: from mesh file and sentence to the interaction and the seconds it took.
        expected: errors of `make` that cost their row and not the table.
        on_row: called with every row as soon as it is there.
    """
    rows = []
    for mesh in meshes:
        row = Row(mesh.stem, task.replace("{object}", object_name(mesh.stem)))
        try:
            row.figures = figures_of(*make(mesh, row.task))
        except expected as error:
            row.error = " ".join(str(error).split())
        rows.append(row)
        if on_row is not None:
            on_row(row)
    return Table(rows)


def _cells(figures: dict[str, float]) -> list[str]:
    return [
        f"{figures[name] * _SCALE.get(name, 1.0):.{decimals}f}" if name in figures else "-"
        for _, name, decimals in COLUMNS
    ]
