"""The method with one idea of it left out or replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from diffh2o_ros.evaluation.running import Setup
from diffh2o_ros.synthesis.device import choose_device
from diffh2o_ros.synthesis.result import Result
from diffh2o_ros.synthesis.synthesizer import load_models
from studies.common import Judge, Trial, TrialRow
from studies.networks import load_stage
from studies.one_stage import OneStage


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


class VariantRunner:
    """Runs trials whose variant is one of VARIANTS, with the networks of a folder."""

    def __init__(self, shared: Setup) -> None:
        self._shared, self._judge = shared, Judge(shared)
        self._device = choose_device(shared.options.device)
        self._models = load_models(shared.options.weights, self._device, shared.options.hand, None)
        self._ready: dict[str, Callable[..., Result]] = {}

    def __call__(self, trial: Trial) -> TrialRow:
        variant, case = VARIANTS[trial.variant], trial.case
        annotated = self._judge.annotated(case)
        if trial.variant not in self._ready:
            self._ready[trial.variant] = self._synthesize(variant)
        return self._judge.row(
            trial,
            self._ready[trial.variant],
            self._judge.mesh(case),
            target=annotated if variant.grasp_guidance else None,
            wanted=annotated,
        )

    def _synthesize(self, variant: Variant) -> Callable[..., Result]:
        settings = replace(
            self._shared.settings,
            contact_guidance=variant.contact_guidance,
            imputing=variant.imputing,
        )
        grasp, interaction = (
            load_stage(self._shared.options.weights, name, self._device)
            for name in variant.networks
        )
        models = replace(self._models, grasp_stage=grasp, interaction_stage=interaction)
        synthesizer = replace(self._shared, settings=settings).synthesizer(models)
        return OneStage(synthesizer).synthesize if variant.one_stage else synthesizer.synthesize
