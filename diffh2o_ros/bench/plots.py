"""The plots of the results page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import Patch
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullFormatter, NullLocator

from diffh2o_ros.bench.machine import machine_name
from diffh2o_ros.bench.report import CONDITIONS, DEVICES
from diffh2o_ros.bench.results import Results
from diffh2o_ros.bench.tables import duration, size
from diffh2o_ros.viz.canvas import COLORS, save_png

DPI = 110
GUIDE = "0.6"
PANELS = ("faces", "frames", "samples", "steps")


def draw_plots(runs: Sequence[Results], folder: Path) -> list[str]:
    """Writes the plots of some runs; returns their names."""
    drawn = {"stages.png": _stages(runs), "curves.png": _curves(runs)}
    for name, canvas in drawn.items():
        save_png(canvas, folder / name)
    return list(drawn)


def _series(runs: Sequence[Results]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every device of every run, with its name."""
    for run in runs:
        for device, found in run.devices.items():
            machine = machine_name({**run.machine, "gpu": None})
            name = run.machine["gpu"] if device == "cuda" else machine
            yield f"{DEVICES[device]}: {name}", found


def _stages(runs: Sequence[Results]) -> Canvas:
    """Where the time of a request goes: a stacked bar for each kind of request."""
    series = list(_series(runs))
    canvas = Canvas(figsize=(9, 1.1 + 2.1 * len(series)), dpi=DPI, layout="constrained")
    panels = canvas.subplots(len(series), 1, squeeze=False)[:, 0]
    names = dict.fromkeys(
        stage
        for _, found in series
        for request in found["requests"].values()
        for stage in request["stages"]
    )
    colors = dict(zip([*names, "outside"], COLORS * 2, strict=False))
    for axes, (title, found) in zip(panels, series, strict=True):
        for row, condition in enumerate(CONDITIONS):
            for stage, left, width in _bar(found, condition):
                bars = axes.barh(row, width, left=left, height=0.7, color=colors[stage])
            axes.bar_label(bars, [duration(left + width)], padding=4, fontsize=9)
        axes.set_yticks(range(len(CONDITIONS)), CONDITIONS)
        axes.invert_yaxis()
        axes.margins(x=0.12)
        axes.set(title=title, xlabel="seconds of a request (medians of the stages)")
        axes.grid(axis="x", alpha=0.3)
    handles = [
        (Patch(color=color), "messages, DDS" if name == "outside" else name.replace("_", " "))
        for name, color in colors.items()
    ]
    canvas.legend(*zip(*handles, strict=True), loc="outside lower center", ncols=4, frameon=False)
    return canvas


def _bar(found: dict[str, Any], condition: str) -> Iterator[tuple[str, float, float]]:
    """The parts of a bar: stage, where it begins and how long it is, seconds."""
    names = found["requests"][condition]["stages"]
    timings = found["service"].get("requests", {}).get(condition)
    if timings is None:  # no ROS 2: the library's
        timings = names
    parts = {name: timings[name]["median"] for name in (*names, "outside") if name in timings}
    left = 0.0
    for name, width in parts.items():
        yield name, left, width
        left += width


def _curves(runs: Sequence[Results]) -> Canvas:
    """Time against everything that may grow, throughput, and the published size."""
    series = list(_series(runs))
    canvas = Canvas(figsize=(13, 7.4), dpi=DPI, layout="constrained")
    panels = list(canvas.subplots(2, 3).flat)
    for axes, name in zip(panels, PANELS, strict=False):
        for color, (title, found) in zip(COLORS * 9, series, strict=False):
            _draw_curve(axes, found["curves"][name], color, title)
            if name == "faces":
                _draw_intake(axes, found["curves"][name], color)
        _as_logarithms(axes, _sizes(series, name))
        axes.set(title=f"Time against {name}", xlabel=name, ylabel="seconds a request")
        axes.legend(fontsize=7)
    for color, (title, found) in zip(COLORS * 9, series, strict=False):
        points = found["curves"]["samples"]["points"]
        rates = [p["at"] / p["total"]["median"] for p in points]
        panels[4].plot([p["at"] for p in points], rates, "o-", color=color, label=title)
    _as_logarithms(panels[4], _sizes(series, "samples"))
    panels[4].set(title="Throughput", xlabel="samples in one request", ylabel="samples a second")
    _draw_published(panels[5], series)
    return canvas


def _sizes(series: Sequence[tuple[str, dict[str, Any]]], curve: str) -> list[int]:
    """Every size that a curve was measured at."""
    return [point["at"] for _, found in series for point in found["curves"][curve]["points"]]


def _draw_curve(axes: Axes, curve: dict[str, Any], color: str, title: str) -> None:
    points = curve["points"]
    if not points:
        return
    sizes = [point["at"] for point in points]
    medians = [point["total"]["median"] for point in points]
    label = title + _power(curve, "request")
    axes.plot(sizes, medians, "o-", color=color, label=label, markersize=4)
    low, high = ([p["total"][bound] for p in points] for bound in ("low", "high"))
    axes.fill_between(sizes, low, high, color=color, alpha=0.2, linewidth=0)
    # What proportion would be, from the largest size down.
    guide = [medians[-1] * s / sizes[-1] for s in sizes]
    shown = [(s, g) for s, g in zip(sizes, guide, strict=True) if g > min(medians) / 3]
    axes.plot(*zip(*shown, strict=True), color=GUIDE, linestyle="--", linewidth=1)


def _draw_intake(axes: Axes, curve: dict[str, Any], color: str) -> None:
    """The time of the intake, which alone grows with faces."""
    sizes = [point["at"] for point in curve["points"]]
    medians = [point["stages"]["intake"]["median"] for point in curve["points"]]
    label = "its intake" + _power(curve, "intake")
    axes.plot(sizes, medians, "s:", color=color, label=label, markersize=3, linewidth=1)


def _power(curve: dict[str, Any], part: str) -> str:
    power = curve["exponents"][part]
    return "" if power is None else f", power {power:.2f}"


def _draw_published(axes: Axes, series: Sequence[tuple[str, dict[str, Any]]]) -> None:
    """One sample at the published size and steps, and a request of ours."""
    labels = []
    for number, (color, (_, found)) in enumerate(zip(COLORS * 9, series, strict=False)):
        for kind, hatch in (("unguided", None), ("guided", "//")):
            published = found["published"]["seconds"][kind]
            own = found["requests"][f"{kind}, seen"]["total"]["median"]
            for what, seconds in (("published size", published), ("ours", own)):
                row = len(labels)
                labels.append(f"{what}, {kind}")
                bars = axes.barh(row, seconds, color=color, hatch=hatch, edgecolor="white")
                axes.bar_label(bars, [duration(seconds)], padding=3, fontsize=8)
        if number < len(series) - 1:
            axes.axhline(len(labels) - 0.5, color=GUIDE, linewidth=0.8)
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.margins(x=0.25)
    axes.set(title="One sample, same machine, same run", xlabel="seconds")
    axes.grid(axis="x", alpha=0.3)


def _as_logarithms(axes: Axes, sizes: Iterable[int]) -> None:
    """Logarithmic axes, marked at the sizes that were measured and at 1, 2, 5, 10 ..."""
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(FixedLocator(sorted(set(sizes))))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: size(round(value))))
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(labelsize=8)
    axes.grid(alpha=0.3)
