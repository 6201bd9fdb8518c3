"""The plots of an evaluation, as PNG files beside its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch

from diffh2o_ros.evaluation.cases import FREE
from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.evaluation.report import NAMES
from diffh2o_ros.evaluation.summary import (
    STRICT,
    TARGETS,
    VERDICTS,
    Measure,
    grouped,
    mesh_name,
    select,
    stages,
    task_name,
)
from diffh2o_ros.evaluation.tables import heading
from diffh2o_ros.evaluation.targets import KINDS
from diffh2o_ros.viz.canvas import COLORS as PALETTE
from diffh2o_ros.viz.canvas import save_png

COLORS = {True: PALETTE[0], False: PALETTE[1]}
OFFSET = {True: -0.2, False: 0.2}  #: of what is drawn beside one another
GOAL_COLOR = PALETTE[5]
DOTS_PER_INCH = 120
JITTER = 0.09  # of the distance between two groups


def draw_charts(rows: Sequence[Row], folder: Path) -> list[str]:
    """Writes the plots that the rows have figures for; returns their names."""
    drawn = {
        "metrics.png": _metrics(rows),
        "verdicts.png": _verdicts(rows),
        "time.png": _time(rows),
        "targets.png": _targets(rows),
    }
    for name, canvas in drawn.items():
        if canvas is not None:
            save_png(canvas, folder / name)
    return [name for name, canvas in drawn.items() if canvas is not None]


def _refinements(rows: Sequence[Row]) -> list[bool]:
    return [refined for refined in NAMES if any(r.case.refined == refined for r in rows)]


def _metrics(rows: Sequence[Row]) -> Canvas | None:
    """Every strict figure by task."""
    tasks = list(grouped([r for refined in NAMES for r in select(rows, refined)], task_name))
    if not tasks:
        return None
    canvas = Canvas(figsize=(13, 10), dpi=DOTS_PER_INCH, layout="constrained")
    for axes, measure in zip(canvas.subplots(3, 3).flat, STRICT, strict=True):
        _draw_measure(axes, rows, FREE, task_name, tasks, measure)
    canvas.suptitle("Strict protocol, one point a run; boxes: quartiles, whiskers: 10 to 90 %")
    _legend(canvas, rows)
    return canvas


def _targets(rows: Sequence[Row]) -> Canvas | None:
    """Errors of guided runs by mesh, for each kind of target."""
    kinds = [kind for kind in KINDS if any(select(rows, r, kind) for r in NAMES)]
    if not kinds:
        return None
    measures = {"full": TARGETS[0], "wrist": TARGETS[1], "fingertips": TARGETS[3]}
    canvas = Canvas(figsize=(13, 3.8 * len(kinds)), dpi=DOTS_PER_INCH, layout="constrained")
    panels = canvas.subplots(len(kinds), 1, squeeze=False)[:, 0]
    for axes, kind in zip(panels, kinds, strict=True):
        meshes = list(grouped([x for r in NAMES for x in select(rows, r, kind)], mesh_name))
        _draw_measure(axes, rows, kind, mesh_name, meshes, measures[kind])
        axes.set_title(f"Targets: {kind}")
        for tick in axes.get_xticklabels():
            tick.set(rotation=30, ha="right")
    _legend(canvas, rows)
    return canvas


def _draw_measure(
    axes: Axes,
    rows: Sequence[Row],
    kind: str,
    key: Callable[[Row], str],
    names: Sequence[str],
    measure: Measure,
) -> None:
    """A box and a point for each run, group by group; left with refinement, right without."""
    for refined in _refinements(rows):
        groups, color = grouped(select(rows, refined, kind), key), COLORS[refined]
        for number, name in enumerate(names):
            found = [row.figures.get(measure.name) for row in groups.get(name, [])]
            values = [value for value in found if value is not None]
            if not values:
                continue
            x = number + OFFSET[refined]
            axes.boxplot(
                values,
                positions=[x],
                widths=0.3,
                whis=(10, 90),
                showfliers=False,
                manage_ticks=False,
                medianprops={"color": "black", "linewidth": 1.5},
                **{f"{part}props": {"color": color} for part in ("box", "whisker", "cap")},
            )
            # Spread evenly, not at random, so that the same rows give the same picture.
            aside = JITTER * np.cos(np.arange(len(values)) * np.pi * (3 - 5**0.5))
            axes.scatter(x + aside, values, 9, color, alpha=0.55, linewidths=0)
    _label(axes, names, measure)


def _label(axes: Axes, names: Sequence[str], measure: Measure) -> None:
    axes.set_ylabel(heading(measure))
    axes.set_xticks(range(len(names)), names)
    # Figures may all be 0, or far below the goal: both are to be seen.
    least = max(1.15 * (measure.goal or 0), 10.0**-measure.decimals)
    axes.set_ylim(0, max(axes.get_ylim()[1], least))
    axes.grid(axis="y", alpha=0.3)
    if measure.goal is not None:
        axes.axhline(measure.goal, color=GOAL_COLOR, linestyle="--", linewidth=1)
        side = "at most" if measure.at_most else "at least"
        axes.annotate(
            f"goal: {side} {measure.goal:g}",
            (1, measure.goal),
            xycoords=("axes fraction", "data"),
            ha="right",
            va="bottom",
            color=GOAL_COLOR,
            fontsize=8,
        )


def _verdicts(rows: Sequence[Row]) -> Canvas | None:
    """Fractions of runs that did what was asked, by task."""
    chosen = [row for refined in NAMES for row in select(rows, refined)]
    measures = [m for m in VERDICTS if any(m.name in row.figures for row in chosen)]
    if not measures:
        return None
    tasks = list(grouped(chosen, task_name))
    canvas = Canvas(figsize=(4.6 * len(measures), 4), dpi=DOTS_PER_INCH, layout="constrained")
    panels = canvas.subplots(1, len(measures), squeeze=False)[0]
    for axes, measure in zip(panels, measures, strict=True):
        for refined in _refinements(rows):
            groups = grouped(select(rows, refined), task_name)
            for number, task in enumerate(tasks):
                figure = measure.over(groups.get(task, []))
                if figure is not None:
                    axes.bar(number + OFFSET[refined], figure.value, 0.36, color=COLORS[refined])
        _label(axes, tasks, measure)
        axes.set_ylabel("fraction of runs")
        axes.set_title(measure.heading)
        axes.set_ylim(0, 1.05)
    _legend(canvas, rows)
    return canvas


def _time(rows: Sequence[Row]) -> Canvas | None:
    """Median seconds of every stage, with the range of 10 to 90 %."""
    found = {refined: stages(select(rows, refined)) for refined in _refinements(rows)}
    names = list(dict.fromkeys(name for group in found.values() for name in group))
    if not names:
        return None
    canvas = Canvas(figsize=(8, 0.55 * len(names) + 1.6), dpi=DOTS_PER_INCH, layout="constrained")
    axes = canvas.subplots()
    for refined, group in found.items():
        for name, figure in group.items():
            y = names.index(name) + OFFSET[refined]
            error = [[figure.value - figure.low], [figure.high - figure.value]]
            axes.barh(y, figure.value, 0.36, color=COLORS[refined])
            axes.errorbar(figure.value, y, xerr=error, color="black", capsize=2, linewidth=1)
    axes.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    axes.invert_yaxis()
    axes.set_xlabel("seconds a run (median; bars: 10 to 90 %)")
    axes.grid(axis="x", alpha=0.3)
    _legend(canvas, rows)
    return canvas


def _legend(canvas: Canvas, rows: Sequence[Row]) -> None:
    handles = [Patch(color=COLORS[r], label=NAMES[r]) for r in _refinements(rows)]
    canvas.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False)
