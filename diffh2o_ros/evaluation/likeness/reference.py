"""People's figures, and how far the distribution of a figure is from theirs.

`reference.json` holds quantiles and says where they are from. They are for judging alone: nothing
is trained on them, or fitted to them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np

LEVELS = (0.10, 0.25, 0.50, 0.75, 0.90)  #: of the quantiles that are known
#: Shares of the motions at which quantiles are compared: what is rarer than 10 % is not known.
_BETWEEN = np.linspace(LEVELS[0], LEVELS[-1], 81)
FARTHEST = 5.0  #: a figure counts at most this much in the mean over all


@dataclass(frozen=True)
class HumanFigure:
    """The distribution of one figure over people's reaches or holds."""

    name: str
    quantiles: tuple[float, ...]  #: at `LEVELS`, in the unit that the name says
    count: int  #: reaches or holds it was measured on

    @property
    def median(self) -> float:
        return self.quantiles[2]

    @property
    def interquartile(self) -> float:
        """Distance of the quartiles."""
        return self.quantiles[3] - self.quantiles[1]

    def distance(self, values: Sequence[float]) -> float:
        """Wasserstein-1 distance of a sample's distribution to people's, over their interquartile
        range; at most `FARTHEST`.

        It is the mean distance of the two quantile functions between 10 and 90 %, people's linear
        between the quantiles that are known.
        """
        ours = np.quantile(np.asarray(values, float), _BETWEEN)
        theirs = np.interp(_BETWEEN, LEVELS, self.quantiles)
        return min(float(np.abs(ours - theirs).mean()) / self.interquartile, FARTHEST)


@cache
def people() -> dict[str, HumanFigure]:
    """People's figures by name."""
    content = json.loads(resources.files(__package__).joinpath("reference.json").read_text("utf-8"))
    names = ("q10", "q25", "median", "q75", "q90")
    return {
        name: HumanFigure(name, tuple(float(entry[q]) for q in names), int(entry["n"]))
        for name, entry in content["figures"].items()
    }
