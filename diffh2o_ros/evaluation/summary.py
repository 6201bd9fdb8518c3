"""Medians and fractions over the rows of an evaluation, and the goals they are held against."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

import numpy as np

from diffh2o_ros.evaluation.cases import FREE
from diffh2o_ros.evaluation.judging import COMPATIBLE, Row


@dataclass(frozen=True)
class Figure:
    """A median or mean with the 10 and 90 % quantiles, or a fraction of cases, which has none."""

    value: float
    low: float | None
    high: float | None
    count: int  #: cases it is taken over

    @classmethod
    def median(cls, values: Sequence[float]) -> Figure | None:
        """The median and quantiles of some values; None of none."""
        if not len(values):
            return None
        low, middle, high = np.quantile(np.asarray(values, float), (0.1, 0.5, 0.9)).tolist()
        return cls(middle, low, high, len(values))

    @classmethod
    def mean(cls, values: Sequence[float]) -> Figure | None:
        """The mean and quantiles of some values; None of none."""
        found = cls.median(values)
        return found and replace(found, value=float(np.mean(values)))

    @classmethod
    def rate(cls, verdicts: Sequence[float]) -> Figure | None:
        """The fraction of verdicts, 0 or 1, that are 1; None of none."""
        return cls(float(np.mean(verdicts)), None, None, len(verdicts)) if verdicts else None


@dataclass(frozen=True)
class Measure:
    """How a figure of rows is called, shown and judged."""

    name: str  #: in `Row.figures`
    heading: str
    unit: str = ""
    decimals: int = 2
    is_rate: bool = False
    goal: float | None = None
    at_most: bool = True  #: whether the goal is a largest value; else a smallest
    published: str = ""  #: DiffH2O's own figure, on its own data

    def over(self, rows: Iterable[Row]) -> Figure | None:
        """The figure over those rows that have it."""
        values = [row.figures[self.name] for row in rows if self.name in row.figures]
        return Figure.rate(values) if self.is_rate else Figure.median(values)

    def met(self, figure: Figure) -> bool | None:
        """Whether a figure meets the goal; None without a goal."""
        if self.goal is None:
            return None
        return figure.value <= self.goal if self.at_most else figure.value >= self.goal


def _rate(name: str, heading: str, goal: float, published: str = "") -> Measure:
    """Of how many cases something is true."""
    return Measure(name, heading, is_rate=True, goal=goal, at_most=False, published=published)


#: Figures of free runs, strict protocol.
STRICT = (
    Measure("penetration_mm", "penetration", "mm", 1, goal=2.5, published="7.9 mm deep"),
    Measure(
        "interpenetration_cm3", "interpenetration", "cm3", 2, goal=1.0, published="6.0-9.0 cm3"
    ),
    Measure(
        "contact_ratio", "contact ratio", "", 3, goal=0.08, at_most=False, published=".064-.086"
    ),
    Measure("fingers", "fingers", "", 1, goal=3, at_most=False),
    Measure("floating", "floating", "", 3, goal=0.02),
    Measure("slip_mm_s", "slip", "mm/s", 1, goal=20),
    Measure("seam", "seam", "", 2, goal=1.5, published="wrist .23 m/s at the seam"),
    Measure("jerk", "jerk", "m/s3", 1),
    Measure("table_mm", "table", "mm", 1, goal=3),
)
VERDICTS = (
    _rate("success", "task success", 0.90),
    _rate("hand_choice", "hand choice from text", 0.95, ".865"),
    _rate("recognition", "action recognition", 0.90, ".875"),
)
#: Figures of runs guided by a whole annotated grasp.
GUIDED = (
    Measure("grasp_error_m", "grasp error", "m", 4, goal=0.02, published=".12 m"),
    _rate("hand_choice", "hand choice under guidance", 1.0, ".87"),
)
DIVERSITY = Measure(
    "diversity", "sample diversity, against the data's", goal=0.7, at_most=False, published=".9+"
)
#: The paper-compatible protocol.
PAPER = (
    Measure(COMPATIBLE + "depth_mm", "penetration depth", "mm", 1, published="7.9"),
    Measure(COMPATIBLE + "volume_cm3", "interpenetration volume", "cm3", 2, published="6.0-9.0"),
    Measure(COMPATIBLE + "contact_ratio", "contact ratio", "", 3, published=".064-.086"),
    Measure(COMPATIBLE + "penetrating", "frames with penetration", "", 2),
)
TARGETS = (
    Measure("grasp_error_m", "keypoints", "m", 4),
    Measure("wrist_error_mm", "wrist", "mm", 1),
    Measure("wrist_error_deg", "wrist", "degrees", 1),
    Measure("tip_error_mm", "fingertips", "mm", 1),
    Measure("hand_choice", "hand choice", is_rate=True),
    Measure("penetration_mm", "penetration", "mm", 1),
    Measure("contact_ratio", "contact ratio", "", 3),
)


def select(rows: Iterable[Row], refined: bool, kind: str = FREE) -> list[Row]:
    """The rows with figures of one kind of run, refined or not; targets that were answered as
    incompatible are not among them."""
    return [
        row
        for row in rows
        if row.case.refined == refined
        and row.case.kind == kind
        and row.figures
        and row.refused is None
    ]


Key = TypeVar("Key", bound=Hashable)


def grouped(rows: Iterable[Row], key: Callable[[Row], Key]) -> dict[Key, list[Row]]:
    """Rows by a key, in the order in which the keys first come."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def task_name(row: Row) -> str:
    """What tables call a row's task: its action, where it is known."""
    return row.case.action or "task"


def mesh_name(row: Row) -> str:
    return row.case.mesh


def stages(rows: Iterable[Row]) -> dict[str, Figure]:
    """Seconds by stage of the synthesis, in the order of the stages, `total` last."""
    spent: dict[str, list[float]] = {}
    for row in rows:
        for stage, seconds in row.seconds.items():
            spent.setdefault(stage, []).append(seconds)
    ordered = sorted(spent, key=lambda stage: stage == "total")
    return {stage: figure for stage in ordered if (figure := Figure.median(spent[stage]))}


def figures_by_name(measures: Iterable[Measure], rows: Iterable[Row]) -> dict[str, object]:
    """Figures of several measures, for JSON."""
    rows = list(rows)
    found = {measure.name: measure.over(rows) for measure in measures}
    return {name: asdict(figure) for name, figure in found.items() if figure is not None}
