"""The stages that a request's own timings do not tell apart: intake in parts, and text."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from functools import cache

from diffh2o_ros.bench.effort import Effort
from diffh2o_ros.bench.library import TASK
from diffh2o_ros.bench.objects import lumpy_object
from diffh2o_ros.bench.timing import Timing, measure
from diffh2o_ros.geometry.bps import basis_point_set
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.synthesis.synthesizer import Synthesizer


def intake_parts(faces: int, effort: Effort) -> dict[str, Timing]:
    """Repair, signed distance grid and basis point set of a scan of so many faces."""
    how = {"warm_up": effort.warm_up, "limit": effort.limit}
    repeats = effort.curve_repeats

    def scan(number: int) -> tuple:
        return lumpy_object(faces, number)

    @cache
    def mesh(number: int) -> Mesh:
        return check_mesh(*scan(number))

    return {
        "repair": measure(lambda arrays: check_mesh(*arrays), repeats, prepare=scan, **how),
        "grid": measure(SignedDistanceGrid.from_mesh, repeats, prepare=mesh, **how),
        "basis point set": measure(
            lambda m: basis_point_set(m.vertices, m.faces, m.center), repeats, prepare=mesh, **how
        ),
    }


def text_parts(synthesizer: Synthesizer, effort: Effort) -> dict[str, Timing]:
    """The sentence encoder on sentences that are new, and on one that it knows."""
    number = itertools.count()

    def encode(sentence: str) -> object:
        return synthesizer.models.text.encode([sentence])

    def timed(sentence: Callable[[int], str]) -> Timing:
        return measure(encode, effort.repeats, prepare=sentence, device=str(synthesizer.device))

    return {
        "new sentence": timed(lambda _: f"carry object {next(number)} with the left hand"),
        "known sentence": timed(lambda _: TASK),
    }
