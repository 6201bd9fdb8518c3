"""The likeness of many motions to people's, as figures and as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.evaluation.likeness.reference import LEVELS, people
from diffh2o_ros.evaluation.likeness.traits import Traits, grasp_pairs, start_spread
from diffh2o_ros.markdown import NONE, table

#: What figures should come to, in their unit: lowest and highest median.
GOALS: dict[str, tuple[float, float]] = {
    "reach: correlation of finger closing speeds": (0.3, 0.65),
    "reach: approach elevation, last 8 cm deg (down = -90)": (-25, 0),
    "reach: height of path over chord / distance": (-np.inf, 0.09),
    "reach: reach duration s": (0.75, 1.1),
    "hold: finger angle std while holding, 1 s, deg": (1, 4),
    "hold: fingertip slip in object frame mm/s": (-np.inf, 8),
}
MEAN = "mean distance to people"
START, APART, TURNED = "start posture std, deg", "two grasps apart, mm", "two grasps apart, deg"
SUMMARY_GOALS: dict[str, tuple[float, float]] = {
    MEAN: (-np.inf, 0.35),
    START: (10, np.inf),
    APART: (65, np.inf),
    TURNED: (45, np.inf),
}
#: What people have there: start postures over all motions, grasps of one object by two of them.
SUMMARY_PEOPLE = {START: 14.0, APART: 80.0, TURNED: 60.0}


@dataclass(frozen=True)
class Likeness:
    """How many motions compare with people's.

    Attributes:
        quantiles: by people's figure, of ours at `LEVELS`; counts: reaches or holds; distances:
            Wasserstein-1 in people's interquartile ranges. Figures that no motion has are absent.
        summary: `MEAN` over the figures, `START`, `APART` and `TURNED`, where they are known.
    """

    quantiles: Mapping[str, tuple[float, ...]]
    counts: Mapping[str, int]
    distances: Mapping[str, float]
    summary: Mapping[str, float]

    @classmethod
    def of(cls, groups: Iterable[Sequence[Traits]]) -> Likeness:
        """Of motions; those of one group are with one object."""
        groups = [list(group) for group in groups]
        traits = [motion for group in groups for motion in group]
        found = {name: [v for t in traits for v in t.figures.get(name, ())] for name in people()}
        found = {name: values for name, values in found.items() if values}
        distances = {name: people()[name].distance(values) for name, values in found.items()}
        pairs = list(grasp_pairs(groups))
        summary = {
            MEAN: float(np.mean(list(distances.values()))) if distances else None,
            START: start_spread(traits),
            APART: float(np.median([mm for mm, _ in pairs])) if pairs else None,
            TURNED: float(np.median([deg for _, deg in pairs])) if pairs else None,
        }
        return cls(
            {name: tuple(np.quantile(v, LEVELS).tolist()) for name, v in found.items()},
            {name: len(values) for name, values in found.items()},
            distances,
            {name: value for name, value in summary.items() if value is not None},
        )

    def as_dict(self) -> dict[str, object]:
        """For JSON."""
        return {
            "figures": {
                name: {
                    "quantiles": list(self.quantiles[name]),
                    "count": self.counts[name],
                    "distance": self.distances[name],
                    "people": list(people()[name].quantiles),
                }
                for name in self.quantiles
            },
            "summary": dict(self.summary),
        }


def likeness_table(found: Mapping[str, Likeness]) -> str:
    """Every figure beside people's.

    Args:
        found: what is compared, by what it is called ("ours", "data").
    """
    found = {name: likeness for name, likeness in found.items() if likeness.quantiles}
    if not found:
        return ""
    headings = ["figure", "people"]
    for name in found:
        headings += [name, "distance", "n"]
    lines = []
    for name, figure in people().items():
        line = [name, _quantiles(figure.quantiles)]
        for likeness in found.values():
            if name in likeness.quantiles:
                ours = _quantiles(likeness.quantiles[name])
                count = str(likeness.counts[name])
                line += [ours, f"{likeness.distances[name]:.2f}", count]
            else:
                line += [NONE, NONE, "0"]
        lines.append(line)
    return table(headings, lines)


def likeness_goals(found: Mapping[str, Likeness]) -> list[list[str]]:
    """Lines of what has a goal: name, goal, people, then for each its figure and whether it is
    met."""
    lines = []
    for name, bounds in (*SUMMARY_GOALS.items(), *GOALS.items()):
        theirs = people()[name].median if name in GOALS else SUMMARY_PEOPLE.get(name)
        shown = name.removeprefix("reach: ").removeprefix("hold: ")
        line = [shown, said(bounds), NONE if theirs is None else f"{theirs:.3g}"]
        for likeness in found.values():
            known = likeness.summary.get(name)
            if name in likeness.quantiles:
                known = likeness.quantiles[name][2]
            met = known is not None and bounds[0] <= known <= bounds[1]
            line += [NONE] * 2 if known is None else [f"{known:.3g}", "yes" if met else "**no**"]
        lines.append(line)
    return lines


def goals_table(found: Mapping[str, Likeness]) -> str:
    """`likeness_goals` as a table."""
    headings = ["figure (medians)", "goal", "people"]
    for name in found:
        headings += [name, "met"]
    return table(headings, likeness_goals(found)) if found else ""


def said(bounds: tuple[float, float]) -> str:
    """`<= 0.09`, `0.3 to 0.65`"""
    low, high = bounds
    if np.isinf(low):
        return f"<= {high:g}"
    return f">= {low:g}" if np.isinf(high) else f"{low:g} to {high:g}"


def _quantiles(values: Sequence[float]) -> str:
    low, middle, high = values[0], values[2], values[-1]
    return f"{middle:.3g} ({low:.3g} to {high:.3g})"
