"""The method in one stage: a network that makes whole motions, the reach included."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import torch

from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.geometry.mesh_like import MeshLike
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.features import Motion, from_features
from diffh2o_ros.motion.posing import interaction_from_motion
from diffh2o_ros.synthesis.asked import (
    conditioning_text,
    grasping_hands,
    hand_warnings,
    wording_warnings,
)
from diffh2o_ros.synthesis.contact_guidance import acting_sides, last_distances
from diffh2o_ros.synthesis.intake import take_in
from diffh2o_ros.synthesis.interacting import courses
from diffh2o_ros.synthesis.options import RequestOptions
from diffh2o_ros.synthesis.reaching import choose_reaches
from diffh2o_ros.synthesis.request import Request
from diffh2o_ros.synthesis.result import Result, Stopwatch
from diffh2o_ros.synthesis.smoothing import smooth_hands
from diffh2o_ros.synthesis.stage import FPS
from diffh2o_ros.synthesis.synthesizer import Synthesizer
from diffh2o_ros.synthesis.threads import apart
from diffh2o_ros.text.wording import read_wording


@dataclass(frozen=True)
class OneStage:
    """Makes whole motions with the interaction stage of a synthesizer.

    Candidates are ranked and refined by their reaches, as those of two stages are.
    """

    synthesizer: Synthesizer

    def synthesize(
        self,
        mesh: MeshLike,
        task: str,
        target: None = None,
        *,
        seed: int,
        steps: int | None,
        refine: bool,
    ) -> Result:
        """One interaction, as of `Synthesizer.synthesize`; one stage takes no target."""
        settings = self.synthesizer.settings
        if steps is not None:
            settings = replace(settings, num_steps=steps)
        return apart(lambda _: self._answer(mesh, task, seed, settings, refine))

    def _answer(self, mesh, task, seed, settings, refine) -> Result:
        begin = time.perf_counter()
        models, device = self.synthesizer.models, self.synthesizer.device
        watch, wording = Stopwatch(device), read_wording(task)
        with watch.time("intake"):
            ranges = models.grasp_stage.shape_ranges
            given = take_in(mesh, None, RequestOptions(), device, None, ranges)
        with watch.time("text"):
            text = models.text.encode([conditioning_text(wording, None)])
        request = Request(
            given.scene, text, None, None, grasping_hands(wording, None), settings, refine
        )
        contact, frames = Contact(given.scene), models.grasp_frame
        with watch.time("interaction_stage"):
            motions = self._sampled(request, seed)
        with watch.time("refinement"):
            reach = smooth_hands(motions[:, :frames])
            acting = acting_sides(last_distances(reach, given.scene))
            reaches = choose_reaches(
                models.grasp_stage, reach, acting, request, contact, 1, best_of_all=False
            )
            motion = motions[reaches.chosen]
            for name in ("wrist", "rotation", "hand_pose"):
                getattr(motion, name)[:, :frames] = getattr(reaches.motion, name)
            rngs = [np.random.default_rng((seed, 0))]
            (course,) = courses(motion, reaches, request, contact, rngs)
        with watch.time("assembly"):
            sides = [SIDES[side] for side in sorted({hold.side for hold in course.holds})]
            interaction = interaction_from_motion(
                course.motion.to("cpu"),
                given.scene.placed_mesh,
                {side: models.hands[side] for side in sides},
                text=wording.task,
                grasp_frame=frames,
                fps=FPS,
            )
        warnings = [
            *given.warnings,
            *wording_warnings(wording, None),
            *hand_warnings(wording, None, [interaction]),
        ]
        timings = {**watch.seconds, "total": time.perf_counter() - begin}
        return Result((interaction,), timings).warned(warnings)

    def _sampled(self, request: Request, seed: int) -> Motion:
        """Candidates (B, T, ...), whole motions."""
        stage, settings = self.synthesizer.models.interaction_stage, request.settings
        generators = [
            torch.Generator().manual_seed(1000 * seed + i) for i in range(settings.num_candidates)
        ]
        x0 = stage.run(
            settings.temperature * stage.noise(generators),
            request.text,
            request.scene.bps,
            settings.num_steps,
            guidance_scale=settings.guidance_scale,
            method="dpm++",
            timestep_spacing=settings.timestep_spacing,
        )
        return from_features(stage.codec.decode(x0), stage.codec.basis)
