"""Curves: the time of a whole request against faces, frames, samples and steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from diffh2o_ros.bench.effort import Effort
from diffh2o_ros.bench.growth import exponent
from diffh2o_ros.bench.library import Library, RequestTimings

#: What each curve is drawn against, in words.
AXES = {
    "faces": "faces of an object not seen before",
    "frames": "frames that the interaction stage makes",
    "samples": "samples in one request",
    "steps": "sampling steps of either stage",
}
OnPoint = Callable[[str, int, int], None]
"""(curve, point, points)"""


def measure_curves(library: Library, effort: Effort, on_point: OnPoint) -> dict[str, dict]:
    """Every curve, for JSON: points with their timings, and the exponents of the growth.

    Faces, frames and steps are of requests without a target; samples, as those who ask for many
    have one, with it.
    """

    def timed(of: Library = library, guided: bool = False, seen: bool = True, **more: object):
        counts = {"warm_up": effort.warm_up, "limit": effort.limit}
        return of.timed(effort.curve_repeats, guided=guided, seen=seen, **counts, **more)

    measured = {
        "faces": (effort.faces, lambda faces: timed(seen=False, faces=faces)),
        "frames": (effort.frames, lambda frames: timed(library.with_frames(frames))),
        "samples": (effort.samples, lambda samples: timed(guided=True, num_samples=samples)),
        "steps": (effort.steps, lambda steps: timed(steps=steps)),
    }
    return {
        name: _curve(name, sizes, run, effort, on_point) for name, (sizes, run) in measured.items()
    }


def _curve(
    name: str,
    sizes: Sequence[int],
    run: Callable[[int], RequestTimings],
    effort: Effort,
    on_point: OnPoint,
) -> dict[str, object]:
    points: list[dict] = []
    left_out: list[dict] = []
    for number, size in enumerate(sizes):
        on_point(name, number, len(sizes))
        expected = 0.0
        if points:  # at worst in proportion
            expected = points[-1]["total"]["median"] * size / points[-1]["at"]
        if expected > effort.longest:
            left_out.append({"at": size, "expected": round(expected, 1)})
            continue
        points.append({"at": size, **run(size)})
    times = {
        "request": {point["at"]: point["total"]["median"] for point in points},
        "intake": {point["at"]: point["stages"]["intake"]["median"] for point in points},
    }
    powers = {part: exponent(seconds) for part, seconds in times.items()}
    return {
        "against": AXES[name],
        "points": points,
        "left_out": left_out,
        "exponents": {part: None if p is None else round(p, 3) for part, p in powers.items()},
    }
