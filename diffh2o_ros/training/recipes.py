"""Recipes: everything that decides what a training run makes, by name.

`shipped` is for the checkpoints in the package, on two CPU cores in a few hours (their card says
which commit and data made them); `tiny` is for trying the machinery out.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from diffh2o_ros.data.format import MAX_FRAMES
from diffh2o_ros.diffusion.prediction import check_prediction
from diffh2o_ros.errors import OptionError
from diffh2o_ros.models.context import context_dim
from diffh2o_ros.models.denoiser import DenoiserConfig

STAGES = ("grasp", "interaction")


@dataclass(frozen=True)
class Recipe:
    """One stage's network and how it is trained. Raises OptionError when it makes no sense.

    The learning rate warms up over `warmup_steps` and falls to 0 as a half cosine over the
    budget. The paper trains for days at a constant 1e-4; an hour wants a higher start and that
    end.
    """

    stage: str  #: "grasp" or "interaction"
    network: DenoiserConfig
    #: how many training steps, unless the run is told otherwise
    steps: int = dataclasses.field(default=10_000, compare=False)
    prediction: str = "x0"  #: or "epsilon", "v" or "x0_skip", see `diffusion.prediction`
    grasp_frame: int = 50  #: first frame of the interaction stage
    emphasis: float = 10.0  #: weight of where wrists and object are, see `motion.codec`
    pre_emphasis: float = 0.0  #: of the features along time, see `motion.codec`
    backward: bool = False  #: whether that runs from the last frame to the first
    num_diffusion_steps: int = 1000
    timestep_spacing: float = 1.0  #: of the steps that are drawn, see `batches.draw`
    batch_size: int = 64
    learning_rate: float = 1e-3
    warmup_steps: int = 200
    text_pretraining: int = 0  #: steps of `text_pretraining` before all others
    weight_decay: float = 0.01
    gradient_clip: float = 1.0
    ema_decay: float = 0.999
    drop_text: float = 0.1  #: probability of training without the sentence
    drop_bps: float = 0.1  #: probability of training without the object
    snr_clamp: tuple[float, float] | None = None  #: see `objective.loss_weight`
    velocity_weight: float = 0.0  #: of the squared error of x0's frame-to-frame changes
    integral_weight: float = 0.0  #: of that of what innovations add up to, with pre-emphasis
    validate_every: int = 500  #: steps between validations, log rows and saves
    validation_batches: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        if self.stage not in STAGES:
            raise OptionError(f"stage must be one of {', '.join(STAGES)}, not {self.stage!r}")
        check_prediction(self.prediction)
        if self.snr_clamp is not None:
            object.__setattr__(self, "snr_clamp", tuple(self.snr_clamp))
            low, high = self.snr_clamp
            if not 0 <= low < high:
                raise OptionError(f"snr_clamp must be (low, high), 0 <= low < high: {low}, {high}")
        if self.velocity_weight and self.prediction == "epsilon":
            raise OptionError("velocity_weight needs a prediction of x0 or v: noise has no speed")
        if self.timestep_spacing < 1:
            raise OptionError(f"timestep_spacing must be at least 1, is {self.timestep_spacing}")
        if not 0 <= self.pre_emphasis < 1:
            raise OptionError(f"pre_emphasis must be in [0, 1), is {self.pre_emphasis}")
        if self.network.context_dim not in (0, context_dim(self.network.feature_dim)):
            raise OptionError(
                f"context_dim must be 0 or {context_dim(self.network.feature_dim)}, "
                f"is {self.network.context_dim}"
            )
        for name in ("drop_text", "drop_bps"):
            if not 0 <= getattr(self, name) < 1:
                raise OptionError(f"{name} must be in [0, 1), is {getattr(self, name)}")
        for name in ("batch_size", "learning_rate", "validate_every", "num_diffusion_steps"):
            if getattr(self, name) <= 0:
                raise OptionError(f"{name} must be positive, is {getattr(self, name)}")

    def as_dict(self) -> dict:
        """Plain numbers, strings and lists, for JSON."""
        return dataclasses.asdict(self)

    @staticmethod
    def from_dict(values: dict) -> Recipe:
        """What `as_dict` gave, through JSON or not; fields it did not know have their defaults."""
        return Recipe(**values | {"network": DenoiserConfig(**values["network"])})


_TINY = {"width": 16, "multipliers": (1, 2), "embedding_dim": 32, "bps_hidden": 32}
_TINY_RUN = {
    "batch_size": 8,
    "warmup_steps": 5,
    "validate_every": 10,
    "validation_batches": 1,
    "steps": 20,
}

#: What keeps the dynamics of a motion (studies/oscillation.py): innovations in place of frames, x_t
#: carried through where it is almost clean, most steps where a shake is decided. Without it fingers
#: close as one, too, and every reach takes its time.
_DYNAMICS = {
    "prediction": "x0_skip",
    "pre_emphasis": 0.97,
    "integral_weight": 1.0,
    "timestep_spacing": 2.0,
}

RECIPES: dict[str, dict[str, Recipe]] = {
    "shipped": {
        "grasp": Recipe(
            "grasp",
            DenoiserConfig(feature_dim=108, num_frames=50, width=96),
            batch_size=32,
            emphasis=4.0,
            **_DYNAMICS,
            backward=True,  # from the grasp, which has to be exact
            text_pretraining=2_000,
            steps=16_000,
        ),
        "interaction": Recipe(
            "interaction",
            DenoiserConfig(
                feature_dim=117,
                num_frames=MAX_FRAMES,
                width=96,
                frames_per_token=4,
                context_dim=context_dim(117),
            ),
            batch_size=32,
            emphasis=4.0,
            **_DYNAMICS,
            text_pretraining=3_000,
            steps=10_000,
        ),
    },
    "tiny": {
        "grasp": Recipe(
            "grasp", DenoiserConfig(feature_dim=108, num_frames=50, **_TINY), **_TINY_RUN
        ),
        "interaction": Recipe(
            "interaction",
            DenoiserConfig(
                feature_dim=117,
                num_frames=MAX_FRAMES,
                frames_per_token=4,
                head_width=16,
                context_dim=context_dim(117),
                **_TINY,
            ),
            **_DYNAMICS,
            **_TINY_RUN,
        ),
    },
}


def recipe(stage: str, name: str) -> Recipe:
    """The recipe `name` for `stage`; OptionError when there is none."""
    if name not in RECIPES:
        raise OptionError(f"no recipe {name!r}: choose one of {', '.join(RECIPES)}")
    if stage not in STAGES:
        raise OptionError(f"no stage {stage!r}: choose one of {', '.join(STAGES)}")
    return RECIPES[name][stage]
