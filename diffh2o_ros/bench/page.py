"""The results page: what runs on several machines found, with plots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from diffh2o_ros.bench.plots import draw_plots
from diffh2o_ros.bench.report import report
from diffh2o_ros.bench.results import Results
from diffh2o_ros.markdown import write_page

PAGE = "README.md"


def draw_page(runs: Sequence[Results], names: Sequence[str], folder: Path) -> list[Path]:
    """Writes the page and its plots into a folder; returns what was written.

    Args:
        names: of the result files that the runs were read from, "" for one that has none.
    """
    plots = draw_plots(runs, folder)
    parts = [INTRODUCTION, *(f"![{CAPTIONS[plot]}]({plot})" for plot in plots)]
    for run, name in zip(runs, names, strict=True):
        text = report(run, level=2)
        parts.append(f"{text}\nAll figures: [{name}]({name})" if name else text)
    write_page(folder / PAGE, "\n\n".join(part.strip() for part in parts) + "\n")
    return [folder / name for name in (PAGE, *plots)]


CAPTIONS = {
    "stages.png": "Where the time of a request goes",
    "curves.png": "Time against faces, frames, samples and steps; throughput; the published size",
}
INTRODUCTION = """\
# How fast it is

`make bench` measures all of this on your machine (`make bench ARGS=--quick` for a look; without
ROS `diffh2o bench`); `diffh2o bench --page docs/bench docs/bench/*.json` draws this page from the
result files beside it. Nothing else should run meanwhile.

Times are medians after a warm-up, with the 10 to 90 % range in brackets where there are several.
Dashed lines in the plots are what proportion would be. A fitted exponent may lie 0.05 above the
goal and still meet it: that is what noise does to the fit."""
