"""Hands by name: each is a file in `hands/parametric`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from diffh2o_ros.errors import OptionError
from diffh2o_ros.registry import Registry

if TYPE_CHECKING:
    from torch import Tensor

    from diffh2o_ros.hands.output import HandOutput

HANDS = Registry("diffh2o_ros.hands.parametric", default="openhand")
AUTO = "auto"


class Hand(Protocol):
    """A parametric hand on the skeleton of MANO, for one side: a `torch.nn.Module`.

    Attributes:
        name: that of its file.
        side: "right" or "left".
        faces: (F, 3) int64 triangles, normals outward.
    """

    name: str
    side: str
    faces: Tensor

    @classmethod
    def load(cls, side: str, model_dir: str | Path | None) -> Hand:
        """The hand of one side; `model_dir` holds its files, if it needs any."""
        ...

    @staticmethod
    def installed(model_dir: str | Path | None) -> str:
        """What of it is installed here, for `diffh2o doctor`.

        Raises:
            ValueError: what is not, then "; " and how to get it.
        """
        ...

    def __call__(
        self, global_orient: Tensor, transl: Tensor, hand_pose: Tensor, betas: Tensor | None = None
    ) -> HandOutput:
        """Poses the hand: see `OpenHand.forward`."""
        ...


def hand_choices() -> tuple[str, ...]:
    """What may be asked for: "auto", and the hands by name."""
    return (AUTO, *HANDS.names())


def load_hand(name: str, side: str, mano_dir: str | Path | None) -> Hand:
    """A hand by name; "auto" is MANO where there is a `mano_dir`, else OpenHand.

    Args:
        name: one of `hand_choices()`.
        side: "right" or "left".
        mano_dir: folder of MANO's files, or of those of another hand that needs any.

    Raises:
        ManoError: files of MANO are not there.
        OptionError: another name.
    """
    *others, last = hand_choices()
    if name not in (*others, last):
        raise OptionError(f"hand must be {', '.join(others)} or {last}, not {name!r}")
    if name == AUTO:
        name = HANDS.default if mano_dir is None else "mano"
    return HANDS.load(name).load(side, mano_dir)
