"""The report of an evaluation: everything as JSON, and as Markdown what one wants to know first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from diffh2o_ros.evaluation.beside import Beside
from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.evaluation.spread import Spread
from diffh2o_ros.evaluation.summary import (
    DIVERSITY,
    GUIDED,
    PAPER,
    STRICT,
    TARGETS,
    VERDICTS,
    Figure,
    Measure,
    figures_by_name,
    grouped,
    mesh_name,
    select,
    stages,
    task_name,
)
from diffh2o_ros.evaluation.tables import (
    goal,
    heading,
    measure_table,
    median_and_range,
    value_and_range,
)
from diffh2o_ros.evaluation.targets import KINDS
from diffh2o_ros.markdown import NONE, table, write_page_and_figures

NAMES = {True: "with refinement", False: "without refinement"}


@dataclass(frozen=True)
class EvaluationReport:
    """What an evaluation found.

    Attributes:
        about: the circumstances; rows: one for each run; spreads: by whether refined.
        plots: names of pictures that lie beside the report. data: rows of a data set's sequences.
    """

    about: Mapping[str, object]
    rows: Sequence[Row]
    spreads: Mapping[bool, Spread]
    plots: Sequence[str] = field(default_factory=list)
    data: Sequence[Row] = ()

    @property
    def failures(self) -> list[Row]:
        """Rows of runs that gave an error."""
        return [row for row in self.rows if row.error is not None]

    @property
    def _refinements(self) -> list[bool]:
        return [r for r in (True, False) if any(row.case.refined == r for row in self.rows)]

    @property
    def _beside(self) -> Beside:
        groups = {NAMES[r]: select(self.rows, r) for r in self._refinements}
        return Beside(groups | ({"data": self.data} if self.data else {}))

    def goals(self) -> str:
        """The table of goals: figures of the default settings, and without refinement beside."""
        shown = self._refinements
        headings = ["metric", f"figure, {NAMES[shown[0]]}", "goal", "met"]
        headings += [NAMES[other] for other in shown[1:]] + ["DiffH2O, on its own data"]
        lines = []
        for measure, found in self._goal_figures():
            figure = found[shown[0]]
            met = None if figure is None else measure.met(figure)
            lines.append(
                [
                    measure.heading,
                    value_and_range(measure, figure),
                    goal(measure),
                    {True: "yes", False: "**no**", None: NONE}[met],
                    *(value_and_range(measure, found[other]) for other in shown[1:]),
                    measure.published,
                ]
            )
        return table(headings, lines)

    def markdown(self) -> str:
        """The whole summary."""
        free = {refined: select(self.rows, refined) for refined in self._refinements}
        best = free[self._refinements[0]]
        about = {k: v for k, v in self.about.items() if not isinstance(v, dict)}
        settings = self.about.get("settings", {})
        about |= {k: v for k, v in settings.items() if not isinstance(v, dict) and k != "num_steps"}
        parts = ["# Evaluation", _list(about), self._counts()]
        name = NAMES[self._refinements[0]]
        errors = {row.case.name: row.error for row in self.failures}
        for title, note, body in (
            ("Goals", STRICT_NOTE, self.goals()),
            ("Paper-compatible protocol", PAPER_NOTE, self._paper(free)),
            (f"By task, {name}", MEDIANS_NOTE, self._by(best, task_name, "task")),
            (f"By mesh, {name}", MEDIANS_NOTE, self._by(best, mesh_name, "mesh")),
            *self._beside.sections(),
            ("Recognition", RECOGNITION_NOTE, _confusion(best)),
            ("Target grasps", TARGET_NOTE, self._targets()),
            ("Diversity", DIVERSITY_NOTE, self._diversity()),
            ("Time", TIME_NOTE, self._time()),
            ("Errors", "These runs gave no figures.", _list(errors)),
        ):
            if body:
                parts += [f"## {title}", note, body]
        parts += [f"![{Path(plot).stem}]({plot})" for plot in self.plots]
        return "\n\n".join(parts) + "\n"

    def as_dict(self) -> dict[str, object]:
        """Everything, for JSON."""
        summary: dict[str, object] = {}
        for refined in self._refinements:
            rows = select(self.rows, refined)
            measures = (*STRICT, *VERDICTS, *PAPER)
            summary[NAMES[refined]] = {
                "all": figures_by_name(measures, rows),
                **{
                    name: {k: figures_by_name(measures, v) for k, v in grouped(rows, key).items()}
                    for name, key in (("by task", task_name), ("by mesh", mesh_name))
                },
                "targets": {
                    kind: figures_by_name(TARGETS, select(self.rows, refined, kind))
                    for kind in KINDS
                },
                "diversity": asdict(self.spreads[refined]),
                "seconds": {name: asdict(f) for name, f in stages(rows).items()},
            }
        goals = []
        for measure, found in self._goal_figures():
            figure = found[self._refinements[0]]
            goals.append(
                {
                    "metric": measure.heading,
                    "goal": measure.goal,
                    "at_most": measure.at_most,
                    "figure": None if figure is None else asdict(figure),
                    "met": None if figure is None else measure.met(figure),
                }
            )
        return {
            "about": dict(self.about),
            "goals": goals,
            "summary": summary,
            "beside": self._beside.as_dict(),
            "rows": [asdict(row) for row in self.rows],
        }

    def save(self, folder: Path) -> None:
        """Writes report.md and report.json into a folder."""
        write_page_and_figures(folder, "report", self.markdown(), self.as_dict())

    def _goal_figures(self) -> Iterable[tuple[Measure, dict[bool, Figure | None]]]:
        """Every measure with a goal, and its figures with and without refinement."""
        for measure in (*STRICT, *VERDICTS):
            if measure.goal is not None:
                yield measure, {r: measure.over(select(self.rows, r)) for r in NAMES}
        for measure in GUIDED:
            yield measure, {r: measure.over(select(self.rows, r, "full")) for r in NAMES}
        ratios = {r: self.spreads[r].ratios if r in self.spreads else () for r in NAMES}
        # The data's own figure is a mean of distances, and so is this.
        yield DIVERSITY, {r: Figure.mean(found) for r, found in ratios.items()}

    def _counts(self) -> str:
        free = sum(row.case.grasp is None for row in self.rows)
        refused = sum(row.refused is not None for row in self.rows)
        text = f"{free} free runs and {len(self.rows) - free} guided by a target grasp"
        if refused:
            text += f", {refused} of them answered as incompatible"
        return text + (f"; {len(self.failures)} runs failed." if self.failures else ".")

    def _by(self, rows: list[Row], key: Callable[[Row], str], first: str) -> str:
        groups = {**grouped(rows, key), "**all**": rows}
        return measure_table(first, groups, (*STRICT, *VERDICTS))

    def _paper(self, free: Mapping[bool, list[Row]]) -> str:
        lines = [
            [measure.heading]
            + [value_and_range(measure, measure.over(rows)) for rows in free.values()]
            + [measure.published]
            for measure in PAPER
        ]
        return table(["metric", *(NAMES[r] for r in free), "DiffH2O, on its own data"], lines)

    def _targets(self) -> str:
        lines = []
        for kind in KINDS:
            for refined in self._refinements:
                rows = select(self.rows, refined, kind)
                of_kind = [r for r in self.rows if (r.case.kind, r.case.refined) == (kind, refined)]
                if of_kind:
                    refused = sum(row.refused is not None for row in of_kind)
                    cells = [value_and_range(measure, measure.over(rows)) for measure in TARGETS]
                    counts = [str(len(of_kind)), str(refused)]
                    everything = value_and_range(TARGETS[0], TARGETS[0].over(of_kind))
                    lines.append([kind, NAMES[refined], *counts, *cells, everything])
        headings = ["target", "", "runs", "incompatible", *map(heading, TARGETS)]
        headings.append("keypoints (m), incompatible ones too")
        return table(headings, lines)

    def _diversity(self) -> str:
        spread = self.spreads[self._refinements[0]]
        found = {name: (own, spread.data.get(name)) for name, own in spread.within.items()}
        if spread.overall is not None:
            found["**overall**"] = spread.overall, spread.data_overall
        lines = []
        for name, (own, data) in found.items():
            ratio = [NONE, NONE] if data is None else [f"{data:.3f}", f"{own / data:.2f}"]
            lines.append([name, f"{own:.3f}", *ratio])
        return table(["action", "motions, m", "data, m", "ratio"], lines)

    def _time(self) -> str:
        found = {refined: stages(select(self.rows, refined)) for refined in self._refinements}
        names = dict.fromkeys(name for group in found.values() for name in group)
        lines = [
            [name.replace("_", " ")]
            + [median_and_range(group.get(name), 2) for group in found.values()]
            for name in names
        ]
        return table(["stage", *(NAMES[refined] for refined in found)], lines)


def _confusion(rows: list[Row]) -> str:
    judged = [row for row in rows if "recognition" in row.figures]
    lines = []
    for asked, group in grouped(judged, task_name).items():
        counts = Counter(row.recognized for row in group).most_common()
        lines.append([asked, ", ".join(f"{name} {count}" for name, count in counts)])
    return table(["asked for", "recognized as"], lines)


def _list(items: Mapping[str, object]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in items.items())


STRICT_NOTE = """\
Strict protocol: exact mesh queries over the frames, from the grasp frame on, in which the object
moves (more than 1 cm/s or .2 rad/s). Medians, of diversity the mean, with their 10 to 90 % range;
verdicts as fractions of the runs that are judged. Every figure is defined in docs/evaluation.md."""
PAPER_NOTE = """\
15 frames from the grasp frame to the last, the object as voxels of 5 mm, contact counted only in
frames with penetration. Published figures are of other objects and motions, so they show the order
of magnitude and no more."""
MEDIANS_NOTE = "Medians, and fractions of the runs that are judged."
TIME_NOTE = """\
Seconds of a run: medians with their 10 to 90 % range. With --jobs, as many share the machine."""
RECOGNITION_NOTE = "How often each asked-for action was recognized as which."
TARGET_NOTE = """\
Distance of the last frame of the reach to the annotated grasp, in the object's frame, whatever part
of it was given. Targets that were answered as incompatible with the object are counted apart."""
DIVERSITY_NOTE = """\
Mean distance of the hands' keypoints between motions for one mesh and sentence, and between data
sequences of one object, action and hand; overall: between all motions, and all sequences."""
