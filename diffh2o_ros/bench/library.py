"""Requests through the library: whole ones, with a target grasp and without, and their stages."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from diffh2o_ros.bench.objects import FAMILIAR, SCAN_FACES, lumpy_object
from diffh2o_ros.bench.timing import Timing, timing_of
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.synthesizer import Synthesizer

TASK = "pick up the object with the right hand"
TRIES = 10

Arrays = tuple[np.ndarray, np.ndarray]
"""Vertices (V, 3), meters, and faces (F, 3)."""


class NoTarget(RuntimeError):
    """No grasp was found that fits: the networks are not what they should be."""


RequestTimings = dict[str, Timing | dict[str, Timing]]
"""Of a request that was made several times: `total`, and `stages` by name."""


class Library:
    """A synthesizer, warm, and objects for it; its first request is answered already."""

    def __init__(
        self, synthesizer: Synthesizer, steps: int | None = None, target: Grasp | None = None
    ) -> None:
        """
        Args:
            steps: of both stages in every request, None for the library's own.
            target: that fits the objects; None: it is sought.
        """
        self.synthesizer, self._steps = synthesizer, steps
        self.familiar = lumpy_object(SCAN_FACES, FAMILIAR)
        self.target = target or fitting_grasp(synthesizer, self.familiar)
        self._seeds = itertools.count(FAMILIAR + 1)

    def timed(
        self,
        repeats: int,
        *,
        guided: bool,
        seen: bool,
        faces: int = SCAN_FACES,
        warm_up: int = 1,
        limit: float = float("inf"),
        **more: object,
    ) -> RequestTimings:
        """Refined requests, each of its own seed.

        Args:
            repeats: how often, after `warm_up` runs that do not count if there are others.
            guided: by a target grasp that fits.
            seen: of the familiar object, not of new ones, which no cache has seen.
            faces: of new objects. limit: seconds after which it is not repeated.
            more: of `Synthesizer.synthesize`: steps, num_samples ...
        """

        def mesh() -> Arrays:
            return self.familiar if seen else lumpy_object(faces, next(self._seeds))

        grasp = self.target if guided else None
        options = {"steps": self._steps, **more}
        runs = list(itertools.islice(self._runs(mesh, grasp, limit, options), warm_up + repeats))
        runs = runs[warm_up:] or runs
        names = dict.fromkeys(name for run in runs for name in run)
        stages = {name: timing_of([run.get(name, 0.0) for run in runs]) for name in names}
        return {"total": stages.pop("total"), "stages": stages}

    def with_frames(self, frames: int) -> Library:
        """The same for motions of up to `frames` frames, whatever the networks were trained on."""
        synthesizer = self.synthesizer
        settings = replace(synthesizer.settings, num_frames=frames)
        other = Synthesizer(str(synthesizer.device), settings=settings, models=synthesizer.models)
        return Library(other, self._steps, self.target)

    def _runs(
        self, mesh: Callable[[], Arrays], grasp: Grasp | None, limit: float, options: dict
    ) -> Iterator[Mapping[str, float]]:
        spent, refused = 0.0, 0
        for seed in itertools.count():
            given = mesh()
            found = self.synthesizer.synthesize(given, TASK, grasp, seed=seed, **options)
            if grasp is not None and not was_guided(found):
                refused += 1
                if refused > TRIES:
                    raise NoTarget(f"{refused} targets in a row were left aside")
                continue
            yield found.timings
            spent += found.timings["total"]
            if spent > limit:
                return


def fitting_grasp(synthesizer: Synthesizer, mesh: Arrays) -> Grasp:
    """A grasp that the synthesizer accepts as target for an object: one of its own.

    Raises NoTarget.
    """
    for seed in range(TRIES):
        grasp = grasp_of(synthesizer.synthesize(mesh, TASK, seed=seed)[0])
        if was_guided(synthesizer.synthesize(mesh, TASK, grasp, seed=seed)):
            return grasp
    raise NoTarget(f"none of {TRIES} generated grasps was accepted as a target")


def grasp_of(interaction: Interaction) -> Grasp:
    """How an interaction's first hand holds the object at the last frame of the reach."""
    hand = next(iter(interaction.hands.values()))
    at = interaction.grasp_frame - 1
    return Grasp(hand.side, hand.global_orient[at], hand.transl[at], hand.hand_pose[at])


def was_guided(found: Sequence[Interaction]) -> bool:
    """Whether the target was pulled to: its error is then among the figures of the result."""
    return "target_error_m" in found[0].quality
