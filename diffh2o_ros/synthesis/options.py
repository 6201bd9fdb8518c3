"""What can be chosen about a synthesis, each thing once: its name, default, limits or choices, and
what it is. The library, the command line, the node and the evaluation read it here.

Imports nothing heavy, for help texts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from diffh2o_ros.errors import OptionError
from diffh2o_ros.geometry.completion_methods import COMPLETION_METHODS, NONE
from diffh2o_ros.geometry.table import (
    BELOW_TABLE,
    DROP_TABLE,
    UNDER_OBJECT,
    Table,
    TableError,
    check_table,
)
from diffh2o_ros.hands.loading import AUTO, hand_choices

#: Of one command or message; the library takes any number.
MOST_SAMPLES = 32
#: Denoising steps of a stage: as many as in training.
MOST_STEPS = 1000
#: How hands hold.
COMPLIANT, RIGID = HOLDS = ("compliant", "rigid")
LARGEST_SEED = 2**63 - 1
#: Grasps tried for one motion.
MOST_CANDIDATES = 1024


@dataclass(frozen=True)
class Option:
    """What an option is, beside its name and default."""

    help: str
    low: int | None = None  #: the least that a number may be
    high: int | None = None  #: and the most
    #: Asked for when they are needed: hands are files of a folder.
    choices: Callable[[], tuple[str, ...]] = tuple
    otherwise: str = ""  #: the default in words, where it is None
    error: type[OptionError] = OptionError


def _about(*values: Any, **named: Any) -> dict[str, Option]:
    return {"option": Option(*values, **named)}


@dataclass(frozen=True)
class SynthesizerOptions:
    """What a `Synthesizer` is made with; `Synthesizer(**vars(options))`. What the machine has of it
    (a device, files) is seen when it is made."""

    device: str = field(
        default="auto",
        metadata=_about(
            "where the networks run: cpu, cuda, cuda:N, or auto, CUDA if there is any; one that is "
            "asked for and missing is an error"
        ),
    )
    hand: str = field(
        default=AUTO,
        metadata=_about(
            "the parametric hand; auto: MANO if its folder is given, else the embedded one",
            choices=hand_choices,
        ),
    )
    weights: str | Path | None = field(
        default=None,
        metadata=_about(
            "folder with grasp.safetensors and interaction.safetensors",
            otherwise="those in the package",
        ),
    )
    mano_dir: str | Path | None = field(
        default=None, metadata=_about("folder with MANO_RIGHT.pkl, MANO_LEFT.pkl", otherwise="none")
    )
    cache_dir: str | Path | None = field(
        default=None,
        metadata=_about(
            "folder in which prepared meshes are kept from run to run", otherwise="in memory only"
        ),
    )


@dataclass(frozen=True)
class RequestOptions:
    """What a request may say beside its object, task and target grasp.

    Raises:
        OptionError: a number out of range, or a word that is no choice; TableError, where it is
            about the table.
    """

    num_samples: int = field(default=1, metadata=_about("how many different motions", low=1))
    seed: int = field(
        default=0, metadata=_about("the same seed gives the same result", low=0, high=LARGEST_SEED)
    )
    steps: int | None = field(
        default=None,
        metadata=_about(
            "denoising steps of either stage", low=1, high=MOST_STEPS, otherwise="the library's"
        ),
    )
    refine: bool = field(default=True, metadata=_about("refine contacts after the networks"))
    ranked: bool = field(
        default=False,
        metadata=_about(
            "the best different grasps of one batch, best first, instead of independent samples"
        ),
    )
    complete: str = field(
        default=NONE,
        metadata=_about(
            "where a side of the mesh is missing, as in one view of a depth camera: complete it "
            "with its convex hull or its mirror image",
            choices=lambda: COMPLETION_METHODS,
        ),
    )
    table: Table = field(
        default=UNDER_OBJECT,
        metadata=_about(
            "what the object stands on: under_object, a plane through its lowest point; a number, "
            "the z of a table in meters; none, held up in the air"
        ),
    )
    below_table: str = field(
        default=DROP_TABLE,
        metadata=_about(
            "what becomes of a target grasp more than 1 cm below the table: drop_table, followed "
            "without a table; refuse, an error; lift, moved up until clear",
            choices=lambda: BELOW_TABLE,
            error=TableError,
        ),
    )
    hold: str = field(
        default=COMPLIANT,
        metadata=_about(
            "how a hand holds: compliant, it adjusts to what it carries, as people's do; rigid, it "
            "is fixed to the object, as a robot's",
            choices=lambda: HOLDS,
        ),
    )
    verify: bool = field(
        default=False,
        metadata=_about(
            "carry motions out in simulation, and give another grasp where the hand does not hold "
            "the object (seconds; needs MuJoCo and CoACD)"
        ),
    )

    def __post_init__(self) -> None:
        for f in fields(self):
            _check(f.name, getattr(self, f.name), f.default, f.metadata["option"])
        check_table(self.table)

    def check_ranked(self, num_candidates: int) -> None:
        """Raises OptionError where more samples are to be ranked than grasps are tried at once."""
        if self.ranked and self.num_samples > num_candidates:
            raise OptionError(
                f"num_samples is {self.num_samples}, but only {num_candidates} grasps are tried at "
                "once: ask for fewer, or for samples that are not ranked"
            )


def option(of: type, name: str) -> tuple[Any, Option]:
    """The default of an option of either kind, and what it is."""
    (found,) = (f for f in fields(of) if f.name == name)
    return found.default, found.metadata["option"]


def _check(name: str, value: Any, default: Any, about: Option) -> None:
    """Raises the option's error for a number out of its range and for a word that is no choice."""
    low, high, choices = about.low, about.high, about.choices()
    if choices and value not in choices:
        raise about.error(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    if low is None or (value is None and default is None):
        return
    if high is None and not low <= value:
        raise about.error(f"{name} must be at least {low}, not {value}")
    if high is not None and not low <= value <= high:
        raise about.error(f"{name} must be {low} to {high}, not {value}")
