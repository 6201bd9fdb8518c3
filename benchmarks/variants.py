"""The method with one idea of it left out or replaced."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from benchmarks.common import Judge, Result, Setup, Trial
from benchmarks.networks import load_stage
from diffh2o_ros.contact.contact import Contact
from diffh2o_ros.evaluation.cases import FREE
from diffh2o_ros.evaluation.targets import read_grasps
from diffh2o_ros.motion.features import Motion, from_features
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.contact_guidance import acting_sides, last_distances
from diffh2o_ros.synthesis.interacting import courses
from diffh2o_ros.synthesis.reaching import Reaches, choose_reaches
from diffh2o_ros.synthesis.request import Request
from diffh2o_ros.synthesis.smoothing import smooth_hands
from diffh2o_ros.synthesis.stage import Stage
from diffh2o_ros.synthesis.synthesizer import Synthesizer


@dataclass(frozen=True)
class Variant:
    """Which networks make a motion, and how. Networks are names in `networks.NETWORKS`."""

    says: str  #: in tables
    grasp: str = "grasp"
    interaction: str = "interaction"
    contact_guidance: bool = True
    imputing: bool = True
    one_stage: bool = False
    grasp_guidance: bool = True  #: where a trial has a target

    @property
    def networks(self) -> tuple[str, str]:
        return self.grasp, self.interaction


VARIANTS = {
    "ours": Variant("ours"),
    "no_contact": Variant("ours, no contact guidance", contact_guidance=False),
    "one_stage": Variant(
        "one stage, no contact guidance",
        interaction="whole",
        contact_guidance=False,
        one_stage=True,
    ),
    "imputing_alone": Variant("imputing, no context", interaction="interaction_plain"),
    "context_alone": Variant("context, no imputing", imputing=False),
    "neither": Variant(
        "neither context nor imputing", interaction="interaction_plain", imputing=False
    ),
    "no_distances": Variant(
        "no distance features", grasp="grasp_nodist", interaction="interaction_nodist"
    ),
    "no_distances_no_contact": Variant(
        "no distance features, no contact guidance",
        grasp="grasp_nodist",
        interaction="interaction_nodist",
        contact_guidance=False,
    ),
    "object_relative": Variant("hands seen from the object", interaction="interaction_relative"),
    "guided": Variant("with grasp guidance"),
    "unguided": Variant("without", grasp_guidance=False),
}

#: Variants that are tried on targets, not on tasks.
GUIDED = ("guided", "unguided")

#: What is held against what: title, variants, what there is to know about it.
IDEAS = (
    (
        "Two stages or one",
        ("no_contact", "one_stage"),
        "One network makes whole motions in one go; it was given as much training as both stages "
        "together, and as many candidates, ranked alike. Contact guidance, which needs a reach of "
        "its own, is off for both.",
    ),
    (
        "Imputing and context",
        ("ours", "imputing_alone", "context_alone", "neither"),
        "The reach is dictated to the interaction stage while it samples (imputing, as in the "
        "paper), shown to it clean in extra channels (context), both (ours) or neither: then the "
        "motion goes on from the reach as it may.",
    ),
    (
        "Contact guidance",
        ("ours", "no_contact"),
        "The grasp is held to the object's true surface while it is sampled, or not.",
    ),
    (
        "Distance features",
        ("ours", "no_distances", "no_contact", "no_distances_no_contact"),
        "The networks see and predict the distances from joints to object, or do without.",
    ),
    (
        "The frame",
        ("ours", "object_relative"),
        "Hands in the canonical frame, or seen from the object as it lies in every single frame.",
    ),
)
GUIDANCE = (
    "Grasp guidance",
    GUIDED,
    "The annotated grasp is given as a target or not; the error is measured to it either way.",
)


class Unimputed(Stage):
    """A stage that samples freely; what would be imputed is set in when it is done."""

    def run(self, *arguments, edit_x0=(), **options) -> Tensor:
        x0 = super().run(*arguments, **options)
        for edit in edit_x0:
            x0 = edit(x0, 1.0, 0)
        return x0


class OneStage(Synthesizer):
    """A synthesizer whose interaction stage makes whole motions, the reach included.

    Candidates are ranked and refined by their reaches as those of two stages are. One sample a
    request.
    """

    _whole: Motion

    def _reach(
        self, request: Request, contact: Contact, seed: int, samples: range, ranked: int | None
    ) -> Reaches:
        with self._timed("interaction_stage"):
            stage = self.interaction_stage
            generators = [
                torch.Generator().manual_seed(1000 * seed + i)
                for i in range(self.settings.num_candidates)
            ]
            noise = self.settings.temperature * stage.noise(generators)
            x0 = stage.run(
                noise,
                request.text,
                request.geometry.bps,
                request.steps or self.settings.num_steps,
                guidance_scale=self.settings.guidance_scale,
                method="dpm++",
                timestep_spacing=self.settings.timestep_spacing,
            )
            motions = from_features(stage.codec.decode(x0), stage.codec.basis)
        with self._timed("refinement"):
            reach = smooth_hands(motions[:, : self.grasp_frame])
            acting = acting_sides(last_distances(reach, request.geometry))
            reaches = choose_reaches(
                reach, acting, request, contact, self.settings, 1, best_of_all=False
            )
        self._whole = motions[reaches.chosen]
        return reaches

    def _interact(
        self, request: Request, contact: Contact, reaches: Reaches, seed: int, samples: range
    ) -> list[Interaction]:
        motion = self._whole
        for name in ("wrist", "rotation", "hand_pose"):
            getattr(motion, name)[:, : self.grasp_frame] = getattr(reaches.motion, name)
        with self._timed("refinement"):
            found = courses(motion, reaches, request, contact, self.settings)
        with self._timed("assembly"):
            return [self._assembled(request, course) for course in found]


class Worker:
    """Runs trials whose variant is one of VARIANTS, with the networks of a folder."""

    def __init__(self, shared: Setup) -> None:
        self._shared = shared
        self._judge = Judge(shared)
        self._grasps = {} if shared.grasps is None else read_grasps(shared.grasps)
        self._ready: dict[str, Synthesizer] = {}

    def __call__(self, trial: Trial) -> Result:
        variant, case = VARIANTS[trial.variant], trial.case
        target = None if case.kind == FREE else self._grasps[case.mesh][case.grasp]
        if trial.variant not in self._ready:
            self._ready[trial.variant] = self._synthesizer(variant)
        return self._judge.result(
            trial,
            self._ready[trial.variant],
            self._judge.meshes[case.mesh],
            target if variant.grasp_guidance else None,
            target,
        )

    def _synthesizer(self, variant: Variant) -> Synthesizer:
        made = copy.copy(self._one if variant.one_stage else self._two)
        made.settings = replace(self._shared.settings, contact_guidance=variant.contact_guidance)
        made.grasp_stage, made.interaction_stage = self._stages(variant.networks, made.device)
        if not variant.imputing:
            made.interaction_stage = Unimputed(**vars(made.interaction_stage))
        return made

    def _stages(self, names: Sequence[str], device: torch.device) -> list[Stage]:
        return [load_stage(self._shared.weights, name, device) for name in names]

    @cached_property
    def _two(self) -> Synthesizer:
        return self._made(Synthesizer)

    @cached_property
    def _one(self) -> OneStage:
        return self._made(OneStage)

    def _made(self, kind: type[Synthesizer]) -> Synthesizer:
        shared = self._shared
        return kind(
            shared.device,
            "openhand",
            shared.weights,
            cache_dir=shared.out / "geometry",
            settings=shared.settings,
        )
