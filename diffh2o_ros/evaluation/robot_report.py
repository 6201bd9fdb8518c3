"""The page of what robots' hands did: rates by action, by kind of task, and beside others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from diffh2o_ros.evaluation.protocols.beside_published import protocol_lines
from diffh2o_ros.evaluation.robots import RobotRow
from diffh2o_ros.markdown import NONE, table, write_page_and_figures

HEAD = ("", "motions", "success", "perturbed", "first plan", "done", "refused", "seconds")
KINDS_HEAD = ("what is asked", "motions", "rate", "goal", "on path throughout", "what counts")
ON_A_PATH = ("pass", "pour", "drink", "inspect")


@dataclass(frozen=True)
class TaskKind:
    """Tasks with a goal of their own: which cases, what counts, in words and of a row."""

    name: str
    goal: float
    what: str
    has: Callable[[RobotRow], bool]
    counts: Callable[[RobotRow], float]


def _lift(row: RobotRow, hands: bool) -> bool:
    return row.case.action == "lift" and (row.case.hand == "both") == hands


_SUCCESS = "success"
KINDS = (
    TaskKind("lifts", 0.95, _SUCCESS, lambda r: _lift(r, False), lambda r: r.success),
    TaskKind(
        "lifts, perturbed", 0.88, "of six times", lambda r: _lift(r, False), lambda r: r.robustness
    ),
    TaskKind(
        "lifts, first plan",
        0.75,
        "the first alone, as it chooses",
        lambda r: _lift(r, False),
        lambda r: r.first_plan,
    ),
    TaskKind(
        "pass, pour, drink, inspect",
        0.85,
        _SUCCESS,
        lambda r: r.case.action in ON_A_PATH,
        lambda r: r.success,
    ),
    TaskKind(
        "place",
        0.70,
        "it stands within 3 cm of where it was to, hands clear",
        lambda r: r.case.action == "place",
        lambda r: r.figures.get("placed", 0.0),
    ),
    TaskKind("two-handed lifts", 0.80, _SUCCESS, lambda r: _lift(r, True), lambda r: r.success),
    TaskKind(
        "hand-overs",
        0.60,
        "success, and the other hand alone has it",
        lambda r: r.case.action == "offhand",
        lambda r: r.success and bool(r.done),
    ),
)


@dataclass(frozen=True)
class RobotReport:
    """about: the circumstances. rows: one of each run."""

    about: Mapping[str, object]
    rows: Sequence[RobotRow]

    def table(self) -> str:
        """A line an action, a hand, and all: success of those that were tried."""
        lines = [_line("all", self.rows)]
        for name in sorted({row.case.action or NONE for row in self.rows}):
            lines.append(_line(name, [r for r in self.rows if (r.case.action or NONE) == name]))
        for hand in sorted({row.case.hand for row in self.rows} - {None}):
            own = [r for r in self.rows if r.case.hand == hand]
            lines.append(_line(f"hand: {hand}", own))
        return table(HEAD, lines)

    def kinds(self) -> str:
        """A line a kind of task with a goal: what was refused counts as failed."""
        lines = []
        for kind in KINDS:
            rows = [row for row in self.rows if kind.has(row)]
            if not rows:
                continue
            rate, path = (
                f"{np.mean(values):.2f}"
                for values in (
                    [kind.counts(row) for row in rows],
                    [row.figures.get("on_path", 0.0) for row in rows],
                )
            )
            lines.append([kind.name, str(len(rows)), rate, f"{kind.goal:.2f}", path, kind.what])
        return table(KINDS_HEAD, lines)

    def figures(self) -> str:
        """Penetrations and times, of all that was tried."""
        rows = [row for row in self.rows if not row.refused]
        seconds = [row.seconds for row in rows]
        lines = [
            _spread(
                "robot in the object at the hold, simulated, mm", _of(rows, "penetration_m", 1e3)
            ),
            _spread("in the planned grasp, mm", _of(rows, "planned_penetration_m", 1e3)),
            _spread("retargeting alone, CPU s", _of(rows, "retargeting_cpu_s", 1.0)),
            _spread("with plans tried and simulated, CPU s", _of(rows, "cpu_s", 1.0)),
            _spread("the same by the clock, s", seconds),
        ]
        return table(("", "median", "mean", "motions"), [line for line in lines if line])

    def protocols(self) -> str:
        """Other people's protocols beside what they published; "" where none was computed."""
        lines = protocol_lines([row for row in self.rows if not row.refused])
        return table(("protocol", "here", "published", "what differs"), lines)

    def failures(self) -> str:
        """Of each object how many motions failed, and what the first of them says."""
        failed = [row for row in self.rows if not row.success]
        first = {row.case.mesh: row.failure for row in reversed(failed)}
        motions = Counter(row.case.mesh for row in self.rows)
        lines = [
            [mesh, f"{count} of {motions[mesh]}", first[mesh]]
            for mesh, count in Counter(row.case.mesh for row in failed).most_common()
        ]
        return table(("object", "failed", "such as"), lines)

    def text(self) -> str:
        """All tables that have lines."""
        parts = (self.table(), self.kinds(), self.figures(), self.protocols(), self.failures())
        return "\n\n".join(part for part in parts if part)

    def markdown(self) -> str:
        """The page."""
        about = "\n".join(f"- {name}: {value}" for name, value in self.about.items())
        return f"# Robot hands\n\n{about}\n\n{self.text()}\n"

    def save(self, folder: Path) -> None:
        """Writes robots.md and robots.json."""
        figures = {"about": dict(self.about), "rows": [asdict(row) for row in self.rows]}
        write_page_and_figures(folder, "robots", self.markdown(), figures)


def _line(name: str, rows: Sequence[RobotRow]) -> list[str]:
    tried = [row for row in rows if not row.refused]
    fractions = [[getattr(row, key) for row in tried] for key in ("success", "robustness")]
    fractions.append([row.first_plan for row in tried])
    fractions.append([row.done for row in tried if row.done is not None])
    means = [f"{np.mean(values):.2f}" if values else NONE for values in fractions]
    seconds = f"{np.median([row.seconds for row in tried]):.1f}" if tried else NONE
    return [name, str(len(tried)), *means, str(len(rows) - len(tried)), seconds]


def _of(rows: Sequence[RobotRow], name: str, unit: float) -> list[float]:
    return [unit * row.figures[name] for row in rows if name in row.figures]


def _spread(name: str, values: Sequence[float]) -> list[str]:
    """A line of a figure; [] without values."""
    if not values:
        return []
    return [name, f"{np.median(values):.1f}", f"{np.mean(values):.1f}", str(len(values))]
