"""Tables of measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from diffh2o_ros.evaluation.judging import Row
from diffh2o_ros.evaluation.summary import Figure, Measure
from diffh2o_ros.markdown import NONE, table


def measure_table(
    first: str, groups: Mapping[str, Sequence[Row]], measures: Sequence[Measure]
) -> str:
    """Medians or fractions of groups of rows, without ranges; what no group has is left out.

    Args:
        first: heading of the groups' names.
    """
    found = {name: [measure.over(rows) for measure in measures] for name, rows in groups.items()}
    shown = [i for i in range(len(measures)) if any(row[i] for row in found.values())]
    lines = [
        [name, str(len(groups[name])), *(value(measures[i], row[i]) for i in shown)]
        for name, row in found.items()
    ]
    return table([first, "runs", *(heading(measures[i]) for i in shown)], lines)


def heading(measure: Measure) -> str:
    """`penetration (mm)`"""
    return f"{measure.heading} ({measure.unit})" if measure.unit else measure.heading


def value(measure: Measure, figure: Figure | None) -> str:
    """`1.2`"""
    return NONE if figure is None else f"{figure.value:.{measure.decimals}f}"


def value_and_range(measure: Measure, figure: Figure | None) -> str:
    """`1.2 mm (0.3 to 2.4)` or `0.930 of 112`"""
    if figure is None:
        return NONE
    if measure.is_rate:
        return f"{figure.value:.3f} of {figure.count}"
    return median_and_range(figure, measure.decimals, measure.unit)


def median_and_range(figure: Figure | None, decimals: int, unit: str = "") -> str:
    """`1.2 mm (0.3 to 2.4)`"""
    if figure is None:
        return NONE
    unit = f" {unit}" if unit else ""
    low, high = f"{figure.low:.{decimals}f}", f"{figure.high:.{decimals}f}"
    return f"{figure.value:.{decimals}f}{unit} ({low} to {high})"


def goal(measure: Measure) -> str:
    """`<= 2.5 mm`"""
    unit = f" {measure.unit}" if measure.unit else ""
    return f"{'<=' if measure.at_most else '>='} {measure.goal:g}{unit}"
