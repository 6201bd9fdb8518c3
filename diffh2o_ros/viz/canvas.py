"""What all plots have in common."""

from __future__ import annotations

from pathlib import Path

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from diffh2o_ros.atomic import whole_file

#: Of Okabe & Ito, told apart by every eye.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999999", "#F0E442")


def save_png(figure: Figure, path: str | Path) -> None:
    """Writes a PNG, whole or not at all."""
    with whole_file(path) as partial:
        FigureCanvasAgg(figure).print_png(partial)
