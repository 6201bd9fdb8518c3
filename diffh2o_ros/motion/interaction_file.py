"""The interaction file: arrays of an interaction by name, whole or slim, and back."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from diffh2o_ros.atomic import whole_file
from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.hand_motion import HAND_FIELDS, HandMotion
from diffh2o_ros.motion.slim_hand import SLIM_FIELDS, SlimHandError, slim_arrays, whole_hand
from diffh2o_ros.npz_file import read_npz
from diffh2o_ros.printable import shown

if TYPE_CHECKING:
    from diffh2o_ros.motion.interaction import Interaction

_OBJECT_FIELDS = ("object_pose", "object_vertices", "object_faces")


class InteractionFileError(Diffh2oError):
    """An interaction file that is missing, damaged or not one, or one that cannot be written as
    asked. The message is one line."""


def write_interaction(
    interaction: Interaction, path: str | Path, slim: bool, mano_dir: str | Path | None
) -> None:
    """See `Interaction.save`."""
    sides = [side for side in SIDES if side in interaction.hands]
    arrays = {
        "fps": np.float64(interaction.fps),
        "text": np.array(interaction.text, dtype=np.str_),
        "grasp_frame": np.int64(interaction.grasp_frame),
        "hand_sides": np.array(sides, dtype=np.str_),
        **{name: getattr(interaction, name) for name in _OBJECT_FIELDS},
        "quality_names": np.array(list(interaction.quality), dtype=np.str_),
        "quality_values": np.array(list(interaction.quality.values()), dtype=np.float64),
        "warnings": np.array(interaction.warnings, dtype=np.str_),
        "warning_codes": np.array(interaction.warning_codes, dtype=np.int64),
    }
    for side in sides:
        hand = interaction.hands[side]
        if slim:
            fields = _told_by_parameters(hand, mano_dir)
        else:
            fields = {name: getattr(hand, name) for name in HAND_FIELDS}
        arrays |= {f"{side}_{name}": values for name, values in fields.items()}
    with whole_file(path) as partial, open(partial, "wb") as file:
        if slim:
            small = np.uint16 if len(interaction.object_vertices) <= 2**16 else np.int32
            arrays["object_faces"] = interaction.object_faces.astype(small)
            _save_smallest(file, arrays)
        else:
            np.savez_compressed(file, **arrays)


def _told_by_parameters(hand: HandMotion, mano_dir: str | Path | None) -> dict[str, np.ndarray]:
    try:
        return slim_arrays(hand, mano_dir)
    except SlimHandError as error:
        raise InteractionFileError(str(error)) from error


def _save_smallest(file: Any, arrays: Mapping[str, Any]) -> None:
    """What `np.savez_compressed` does, with LZMA: a fifth smaller, and `np.load` reads it too."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as archive:
        for name, values in arrays.items():
            with archive.open(f"{name}.npy", "w") as entry:
                np.lib.format.write_array(entry, np.asanyarray(values), allow_pickle=False)


def read_interaction(
    path: str | Path, mano_dir: str | Path | None, made: Callable[..., Interaction]
) -> Interaction:
    """See `Interaction.load`.

    Args:
        made: of the fields of an interaction, the interaction.
    """
    arrays = read_npz(path, "an interaction file", InteractionFileError)
    try:
        return made(**_fields(arrays, mano_dir))
    except KeyError as error:
        raise InteractionFileError(
            f"{shown(path)} is not an interaction file: it holds no {error.args[0]!r}"
        ) from error
    except SlimHandError as error:
        raise InteractionFileError(f"{shown(path)} cannot be read: {error}") from error
    except (ValueError, TypeError) as error:
        raise InteractionFileError(
            f"{shown(path)} is no valid interaction file: {error}"
        ) from error


def _fields(arrays: Mapping[str, np.ndarray], mano_dir: str | Path | None) -> dict[str, Any]:
    hands = {}
    for side in np.atleast_1d(arrays["hand_sides"]):
        side = str(side)
        if side not in SIDES:
            raise ValueError(f"hand_sides must name 'left' or 'right', not {side!r}")
        if f"{side}_model" in arrays:
            fields = {name: arrays[f"{side}_{name}"] for name in SLIM_FIELDS}
            hands[side] = whole_hand(side, fields, mano_dir)
        else:
            hands[side] = HandMotion(side, **{n: arrays[f"{side}_{n}"] for n in HAND_FIELDS})
    names = arrays.get("quality_names", np.empty(0, np.str_))
    values = arrays.get("quality_values", np.empty(0))
    if names.shape != values.shape:
        raise ValueError(f"{names.size} quality_names but {values.size} quality_values")
    return {
        "fps": _scalar("fps", arrays["fps"]),
        "text": str(arrays["text"]),
        "grasp_frame": int(_scalar("grasp_frame", arrays["grasp_frame"])),
        "hands": hands,
        **{name: arrays[name] for name in _OBJECT_FIELDS},
        "quality": dict(zip(names.tolist(), values.tolist(), strict=True)),
        "warnings": _list("warnings", arrays, "U", "lines of text"),
        "warning_codes": _list("warning_codes", arrays, "iu", "integers"),
    }


def _list(name: str, arrays: Mapping[str, np.ndarray], kinds: str, words: str) -> list:
    """A (n,) array that older files do not have."""
    values = arrays.get(name, np.empty(0, kinds[0]))
    if values.ndim != 1 or values.dtype.kind not in kinds:
        raise ValueError(f"{name} must be {words}, one row")
    return values.tolist()


def _scalar(name: str, value: np.ndarray) -> float:
    """The single number an array holds."""
    if value.size != 1 or value.dtype.kind not in "fiu":
        raise ValueError(f"{name} must be one number")
    return float(value.reshape(()))
