"""Hands by name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from diffh2o_ros.errors import OptionError
from diffh2o_ros.hands.open_hand import OpenHand

if TYPE_CHECKING:
    from diffh2o_ros.hands.mano_hand import ManoHand


def load_hand(name: str, side: str, mano_dir: str | Path | None) -> OpenHand | ManoHand:
    """The hand "openhand" or "mano"; "auto" is MANO where there is a `mano_dir`, else OpenHand.

    Raises ManoError for files of MANO that are not there, OptionError for another name.
    """
    if name not in ("auto", "openhand", "mano"):
        raise OptionError(f"hand must be auto, openhand or mano, not {name!r}")
    if name == "mano" or (name == "auto" and mano_dir is not None):
        from diffh2o_ros.hands.mano_hand import ManoHand  # smplx is an optional extra

        return ManoHand(mano_dir, side)
    return OpenHand(side)
