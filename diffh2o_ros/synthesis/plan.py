"""From a scene, a sentence and a target grasp to interactions: the whole method, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch

from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.geometry.pose import translation
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.motion.posing import interaction_from_motion
from diffh2o_ros.synthesis.asked import (
    conditioning_text,
    grasping_hands,
    hand_warnings,
    wording_warnings,
)
from diffh2o_ros.synthesis.compatibility import fitted
from diffh2o_ros.synthesis.interacting import Course, courses, sample_interactions
from diffh2o_ros.synthesis.judging import judge_grasps, judge_holds
from diffh2o_ros.synthesis.options import RequestOptions
from diffh2o_ros.synthesis.reaching import Reaches, choose_reaches, sample_reaches
from diffh2o_ros.synthesis.request import Request
from diffh2o_ros.synthesis.result import Result, Stopwatch
from diffh2o_ros.synthesis.settings import SynthesisSettings
from diffh2o_ros.synthesis.stage import FPS, Stage, generator_of
from diffh2o_ros.synthesis.threads import Report
from diffh2o_ros.synthesis.warning import ResultWarning
from diffh2o_ros.text.encoder import TextEncoder
from diffh2o_ros.text.wording import Wording

#: The candidate's number from which a sample's interaction stage draws, apart from all reaches'.
_INTERACTION = 2**32
#: Times as many candidates are tried where a target names fingertips alone: they can be reached
#: from several sides, and some of them are blocked.
OPEN_WRIST = 2


@dataclass(frozen=True)
class Models:
    """What a motion is made with.

    Attributes:
        grasp_stage, interaction_stage: the networks.
        text: the encoder that they were trained with.
        hands: the parametric hand of either side.
    """

    grasp_stage: Stage
    interaction_stage: Stage
    text: TextEncoder
    hands: Mapping[str, torch.nn.Module]

    @property
    def grasp_frame(self) -> int:
        """First frame of the interaction stage."""
        return self.grasp_stage.model.config.num_frames


def plan(
    models: Models,
    scene: Scene,
    task: Wording,
    target: Grasp | None,
    options: RequestOptions,
    settings: SynthesisSettings,
    *,
    threads: int = 1,
    report: Report | None = None,
) -> Result:
    """Interactions of hands with the object of a scene.

    Args:
        models: the networks and hands.
        scene: the object and its table, in the canonical frame.
        task: the sentence, read.
        target: a grasp in the request's frame.
        options: how many, of which seed, refined or not, and what becomes of a target below the
            table; what they say of the mesh and the table, the scene has.
        settings: how samples are drawn.
        threads: that share the work on a CPU.
        report: is told how far it is.

    Raises:
        GraspError: the target is out of reach, or below a table where that is refused.
        CheckpointError: the networks diverge.
    """
    watch = Stopwatch(scene.bps.device)
    if target is not None:
        target = target.moved(translation(-scene.origin))
    with watch.time("intake"):
        relaxed = models.grasp_stage.codec.basis.mean
        fit = fitted(target, relaxed, Contact(scene), settings.refined, options.below_table)
    warnings = [*fit.warnings, *wording_warnings(task, fit.side)]
    with watch.time("text"):
        text = models.text.encode([conditioning_text(task, fit.side)])
    if options.steps is not None:
        settings = replace(settings, num_steps=options.steps)
    request = Request(
        scene=fit.contact.scene,
        text=text,
        target=fit.target,
        side=fit.side,
        hands=grasping_hands(task, fit.side),
        settings=settings,
        refine=options.refine,
        hold=options.hold,
        on_table=task.on_table,
        threads=threads,
        report=report or Report(),
    )
    planner = _Planner(models, request, fit.contact, task.task, options.seed, watch)
    interactions = []
    for samples, reaches in planner.reaches(options.num_samples, options.ranked):
        found, said = planner.interact(reaches, samples)
        interactions += found
        warnings += said
    warnings += hand_warnings(task, fit.side, interactions)
    return Result(tuple(interactions), watch.seconds).warned(warnings)


@dataclass(frozen=True)
class _Planner:
    """Both stages of one request, batch by batch."""

    models: Models
    request: Request
    contact: Contact
    task: str
    seed: int
    watch: Stopwatch

    def reaches(self, num_samples: int, ranked: bool) -> Iterator[tuple[range, Reaches]]:
        """The best reach of each sample, as many samples at once as `settings.chunk`; ranked, the
        best different ones of the first sample's candidates."""
        chunk = self.request.settings.chunk
        best = self._reach(range(1), num_samples) if ranked else None
        for first in range(0, num_samples, chunk):
            samples = range(first, min(first + chunk, num_samples))
            if best is None:
                yield samples, self._reach(samples, None)
            else:
                yield samples, best[samples.start : samples.stop]

    def _reach(self, samples: range, ranked: int | None) -> Reaches:
        """The best reach of each sample, or the `ranked` best ones of the only sample."""
        settings = self.request.settings
        candidates = settings.num_candidates
        target = self.request.target
        if target is not None:
            several = settings.num_targeted * (OPEN_WRIST if target.leaves_wrist_open else 1)
            candidates = max(min(several, candidates), ranked or 1)
        generators = [generator_of(self.seed, i, c) for i in samples for c in range(candidates)]
        with self.watch.time("grasp_stage"):
            motion, acting = sample_reaches(
                self.models.grasp_stage, self.request, self.contact, generators
            )
        with self.watch.time("refinement"):
            return choose_reaches(
                self.models.grasp_stage,
                motion,
                acting,
                self.request,
                self.contact,
                ranked or len(samples),
                best_of_all=ranked is not None,
            )

    def interact(
        self, reaches: Reaches, samples: range
    ) -> tuple[list[Interaction], list[ResultWarning]]:
        """What becomes of the reaches, and what is to be warned of; `samples` are their numbers."""
        generators = [generator_of(self.seed, i, _INTERACTION) for i in samples]
        with self.watch.time("interaction_stage"):
            motion = sample_interactions(
                self.models.interaction_stage, self.request, reaches, generators
            )
        with self.watch.time("refinement"):
            rngs = [np.random.default_rng((self.seed, i)) for i in samples]
            found = courses(motion, reaches, self.request, self.contact, rngs)
        with self.watch.time("assembly"):
            interactions = [self._assembled(course) for course in found]
            scene, target = self.request.scene, self.request.target
            warnings = judge_grasps(scene, target, reaches, interactions, samples)
            for interaction, course, sample in zip(interactions, found, samples, strict=True):
                warnings += judge_holds(scene, interaction, course, sample)
        return interactions, warnings

    def _assembled(self, course: Course) -> Interaction:
        sides = [SIDES[side] for side in sorted({hold.side for hold in course.holds})]
        return interaction_from_motion(
            course.motion.to("cpu"),
            self.request.scene.placed_mesh,
            {side: self.models.hands[side] for side in sides},
            text=self.task,
            grasp_frame=self.models.grasp_frame,
            fps=FPS,
        )
