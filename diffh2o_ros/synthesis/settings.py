"""What can be tuned about a synthesis without training anything anew."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from diffh2o_ros.contact.energy import ContactWeights
from diffh2o_ros.contact.settling import Settling
from diffh2o_ros.errors import OptionError
from diffh2o_ros.synthesis.options import MOST_CANDIDATES, MOST_STEPS

_POLISH = Settling(
    steps=90,
    translation_rate=0.001,
    rotation_rate=0.012,
    flexion_rate=0.02,
    hold=0.02,
    clearance=0.0008,
    weights=ContactWeights(penetration=12.0),
)


@dataclass(frozen=True)
class SynthesisSettings:
    """Defaults of a `Synthesizer`. Raises OptionError for values out of range."""

    num_steps: int = 8  #: sampling steps of each stage; the fewest that lose nothing (docs/studies)
    num_candidates: int = 24  #: grasps tried for each sample; the best is returned
    likelihood: float = 0.0  #: cost of the network's error in finding a candidate again
    cost_margin: float = 1.0  #: candidates so near to the best one are as good
    num_targeted: int = 4  #: at most, where a target leaves less open
    guidance_scale: float = 1.5  #: classifier-free guidance of the reach by the sentence; 1: none
    guidance_until: int = (
        850  #: diffusion step down to which the sentence guides (docs/bench/log.md)
    )
    #: The same of the interaction stage, at all steps: how large and fast a shake is, is decided
    #: late.
    interaction_guidance_scale: float = 2.5
    interaction_guidance_until: int = 0
    timestep_spacing: float = (
        2.0  #: of the sampling steps where the noise is strong, `diffusion.sampler`
    )
    temperature: float = 1.5
    """Of the noise that the interaction stage starts from. Above 1 it makes up for the spread that
    a small network, classifier-free guidance and few steps take from what samples do."""
    contact_guidance: bool = True  #: hold the reach to the true surface while it is sampled
    contact_start: float = 0.12  #: fraction of the grasp stage after which contact guides it
    guided: Settling = field(default=Settling(steps=12))  #: at each guided step
    refined: Settling = field(default=_POLISH)  #: the last polish
    #: The last polish of a grasp that is pulled to a target, which holds it instead of its start.
    targeted: Settling = field(default=replace(_POLISH, hold=0.0))
    #: The same where a target names fingertips alone, which are pulled to more strongly.
    fingertips: Settling = field(
        default=replace(_POLISH, hold=0.0, weights=ContactWeights(penetration=60.0, table=60.0))
    )
    target_pull: float = 1.0  #: how strongly a target grasp holds against contact
    imputing: bool = True  #: dictate the reach to the interaction stage while it samples
    num_frames: int | None = None
    """Most frames of a motion; default as many as in training. Convolutions take any number."""
    chunk: int = 8  #: samples drawn at once; more wait their turn, so memory stays bounded

    def __post_init__(self) -> None:
        if not 1 <= self.num_steps <= MOST_STEPS:
            raise OptionError(f"num_steps must be 1 to {MOST_STEPS}, not {self.num_steps}")
        for name in ("guidance_until", "interaction_guidance_until", "likelihood", "cost_margin"):
            if getattr(self, name) < 0:
                raise OptionError(f"{name} must be at least 0, not {getattr(self, name)}")
        for name in ("num_candidates", "num_targeted"):
            number = getattr(self, name)
            if not 1 <= number <= MOST_CANDIDATES:
                raise OptionError(f"{name} must be 1 to {MOST_CANDIDATES}, not {number}")
        for name in ("guidance_scale", "interaction_guidance_scale"):
            if not 0 <= getattr(self, name) <= 20:
                raise OptionError(f"{name} must be 0 to 20, not {getattr(self, name)}")
        if not 0 <= self.temperature <= 3:
            raise OptionError(f"temperature must be 0 to 3, not {self.temperature}")
        if not 1 <= self.timestep_spacing <= 10:
            raise OptionError(f"timestep_spacing must be 1 to 10, not {self.timestep_spacing}")
        if self.chunk < 1:
            raise OptionError(f"chunk must be at least 1, not {self.chunk}")
