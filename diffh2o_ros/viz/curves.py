"""Learning curves: what `diffh2o train` wrote to F.csv, as a picture."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from diffh2o_ros.viz.canvas import save_png
from diffh2o_ros.viz.errors import RenderError

SIZE, DPI = (11.0, 4.2), 120  # inches


@dataclass(frozen=True)
class Curve:
    """Losses of one training run, one entry a validation."""

    name: str
    steps: np.ndarray  #: (N,)
    hours: np.ndarray  #: (N,)
    training: np.ndarray  #: (N,) mean squared error since the entry before
    validation: np.ndarray  #: (N,) the same of the held-out split; NaN where there is none

    @staticmethod
    def load(path: str | Path) -> Curve:
        """Reads the CSV file of a run. Raises RenderError where it is none or has no rows yet."""
        path = Path(path)
        if not path.is_file():
            raise RenderError(f"no learning curve at {path}: give the .csv beside a checkpoint")
        try:
            with path.open(newline="") as file:
                rows = list(csv.DictReader(file))
            step, seconds, training, validation = (
                np.array([float(row[name]) for row in rows])
                for name in ("step", "seconds", "mse", "validation_mse")
            )
        except (KeyError, TypeError, ValueError, csv.Error) as error:
            raise RenderError(f"{path} is not a learning curve of 'diffh2o train'") from error
        if not rows:
            raise RenderError(f"{path} is empty so far: the run has not validated yet")
        name = f"{path.resolve().parent.name}/{path.stem}"
        return Curve(name, step, seconds / 3600, training, validation)


def plot_curves(curves: Sequence[Curve], path: str | Path) -> None:
    """Writes a PNG: errors on a logarithmic scale, against steps and against hours.

    A thin line is a run's training error, a thick one in the same color its validation error
    with the moving average of the weights.
    """
    figure = Figure(SIZE, dpi=DPI, layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for number, curve in enumerate(curves):
        color = f"C{number % 10}"
        for axes, along in ((left, curve.steps), (right, curve.hours)):
            axes.plot(along, curve.training, color=color, linewidth=0.8, marker=".")
            axes.plot(along, curve.validation, color=color, linewidth=2, marker=".")
        left.plot([], [], color=color, linewidth=0.8, label=f"{curve.name}: training")
        last = curve.validation[-1]
        left.plot([], [], color=color, linewidth=2, label=f"{curve.name}: validation, {last:.3g}")
    left.set(xlabel="steps", ylabel="mean squared error, normalized features", yscale="log")
    right.set(xlabel="hours")
    for axes in (left, right):
        axes.grid(which="both", alpha=0.25)
        axes.set_xlim(left=0)
    left.legend(fontsize="small")
    save_png(figure, path)
