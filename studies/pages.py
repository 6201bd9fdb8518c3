"""What a study leaves behind: a page of tables, plots and all figures as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from matplotlib.figure import Figure as Canvas

from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.evaluation.summary import Measure, figures_by_name
from diffh2o_ros.evaluation.tables import heading
from diffh2o_ros.markdown import write_page_and_figures
from diffh2o_ros.viz.canvas import COLORS, save_png
from studies.common import TrialRow

COLUMNS = 4
DPI = 110

Groups = Mapping[str, Sequence[Row]]
"""Rows by what a table or plot calls them."""


def group(results: Sequence[TrialRow], **wanted: object) -> list[Row]:
    """Rows of the results with this `variant`, `value` and `refined`, as far as they are given."""
    return [
        result.row
        for result in results
        if all(
            wanted.get(name, found) == found
            for name, found in (
                ("variant", result.variant),
                ("value", result.value),
                ("refined", result.row.case.refined),
            )
        )
    ]


def draw_curves(
    path: Path,
    series: Mapping[str, Mapping[float, Sequence[Row]]],
    measures: Sequence[Measure],
    xlabel: str,
    log: bool = False,
) -> None:
    """Plots each measure over what was varied: a line a series, shaded from 10 to 90 %."""
    canvas, panels = _grid(measures)
    for measure, axes in zip(measures, panels, strict=True):
        for color, (name, by_value) in zip(COLORS, series.items(), strict=False):
            points = {x: measure.over(rows) for x, rows in sorted(by_value.items())}
            points = {x: figure for x, figure in points.items() if figure is not None}
            if not points:
                continue
            figures = list(points.values())
            axes.plot(
                list(points),
                [f.value for f in figures],
                color=color,
                marker="o",
                markersize=3,
                label=name,
            )
            if not measure.is_rate:
                axes.fill_between(
                    list(points),
                    [f.low for f in figures],
                    [f.high for f in figures],
                    color=color,
                    alpha=0.15,
                    linewidth=0,
                )
        if measure.goal is not None:
            axes.axhline(measure.goal, color="0.4", linestyle="--", linewidth=0.8)
        axes.set(title=heading(measure), xlabel=xlabel)
        if log:
            ticks = sorted({x for by_value in series.values() for x in by_value})
            axes.set_xscale("log")
            axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
            axes.minorticks_off()
    panels[0].legend(fontsize="small")
    save_png(canvas, path)


def draw_variants(path: Path, series: Mapping[str, Groups], measures: Sequence[Measure]) -> None:
    """Plots each measure of each variant: a point a series, a line from 10 to 90 %."""
    names = list(dict.fromkeys(name for groups in series.values() for name in groups))
    canvas, panels = _grid(measures, height=0.6 + 0.28 * len(names))
    for panel, (measure, axes) in enumerate(zip(measures, panels, strict=True)):
        for number, (color, (label, groups)) in enumerate(
            zip(COLORS, series.items(), strict=False)
        ):
            points = {name: measure.over(rows) for name, rows in groups.items()}
            points = {name: figure for name, figure in points.items() if figure is not None}
            rows = [names.index(name) + 0.18 * (number - 0.5) for name in points]
            figures = list(points.values())
            axes.plot([f.value for f in figures], rows, "o", color=color, markersize=4, label=label)
            if not measure.is_rate:
                axes.hlines(
                    rows,
                    [f.low for f in figures],
                    [f.high for f in figures],
                    color=color,
                    alpha=0.5,
                )
        if measure.goal is not None:
            axes.axvline(measure.goal, color="0.4", linestyle="--", linewidth=0.8)
        axes.set(title=heading(measure), ylim=(len(names) - 0.5, -0.5))
        shown = names if panel % COLUMNS == 0 else [""] * len(names)
        axes.set_yticks(range(len(names)), shown, fontsize="small")
    panels[0].legend(fontsize="x-small")
    save_png(canvas, path)


def _grid(measures: Sequence[Measure], height: float = 2.6):
    """A canvas and one pair of axes for each measure."""
    lines = -(-len(measures) // COLUMNS)
    canvas = Canvas(figsize=(4.0 * COLUMNS, height * lines), dpi=DPI, layout="constrained")
    panels = list(canvas.subplots(lines, COLUMNS, squeeze=False).flat)
    for axes in panels:
        axes.grid(alpha=0.25)
    for axes in panels[len(measures) :]:
        axes.remove()
    return canvas, panels[: len(measures)]


def save_page(
    out: Path,
    name: str,
    page: str,
    about: Mapping[str, object],
    results: Sequence[TrialRow],
    measures: Sequence[Measure],
) -> None:
    """Writes out/NAME.md and out/NAME.json, and prints the page."""
    conditions = dict.fromkeys((r.variant, r.value, r.row.case.refined) for r in results)
    figures = []
    for variant, value, refined in conditions:
        rows = group(results, variant=variant, value=value, refined=refined)
        figures.append(
            {
                "variant": variant,
                "value": value,
                "refined": refined,
                "runs": len(rows),
                "figures": figures_by_name(measures, rows),
            }
        )
    content = {"about": about, "figures": figures, "results": [asdict(r) for r in results]}
    write_page_and_figures(out, name, page, content)
    print(page)
