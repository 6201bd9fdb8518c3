"""Reads GRAB's sequence files without running what they hold.

`grab/s1/mug_drink_1.npz` is an archive of pickled dictionaries, as NumPy stores object arrays. Here
the archive is opened by hand, arrays of numbers are read as such and the others go through the
restricted unpickler. What is used (conventions as in GRAB's documentation and viewer):

- `rhand`, `lhand`: `params` with `global_orient` (T,3), `transl` (T,3), `fullpose` (T,45), MANO's
  parameters for the subject's own template `vtemp`, a path. GRAB poses them with
  flat_hand_mean=True, so `fullpose` is absolute, as everywhere in this project.
- `object`, `table`: `params` with `global_orient` (T,3), `transl` (T,3), and the path of a mesh. A
  vertex, a row, is posed as `v @ R + t`: the rotation is the transpose of the usual one.
- `contact`: `object` (T, vertices of the object), the part of the body that touches each; 0 none.
- `framerate`, `n_frames`, `obj_name`, `sbj_id`, `gender`.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.restricted_pickle import DAMAGE, RefusedError, RestrictedUnpickler

#: Labels of `contact` that are a hand: the hand itself, and its fifteen phalanges.
CONTACT_LABELS = {"left": (21, *range(26, 41)), "right": (22, *range(41, 56))}

_MOST_BYTES = 1 << 31  # of one member, unpacked
_MEMBERS = ("lhand", "rhand", "object")


class Unusable(ValueError):
    """A sequence that cannot be imported.

    Args:
        reason: the same words for all of a kind, for the summary; detail: about this one.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason


@dataclass(frozen=True)
class HandTrack:
    """One hand's MANO parameters, T frames."""

    orient: np.ndarray  #: (T, 3) axis-angle about rest joint 0
    transl: np.ndarray  #: (T, 3) meters
    pose: np.ndarray  #: (T, 45) axis-angle, absolute
    template: str | None  #: path of the subject's hand, relative to GRAB's folder


@dataclass(frozen=True)
class RigidTrack:
    """A rigid body in the usual convention: a point p of its mesh is at R p + t."""

    rotation: np.ndarray  #: (T, 3, 3)
    position: np.ndarray  #: (T, 3) meters
    mesh: str  #: path relative to GRAB's folder


@dataclass(frozen=True)
class Recording:
    """One GRAB sequence, T frames, in GRAB's world: meters, z up."""

    name: str  #: `s1/mug_drink_1`
    subject: str
    thing: str  #: GRAB's name of the object
    action: str  #: GRAB's, from the file's name
    fps: float
    hands: dict[str, HandTrack]
    object: RigidTrack
    table: RigidTrack | None
    touching: np.ndarray | None  #: (T, 2) bool, left and right, from `contact` if it is there


def read_recording(path: Path) -> Recording:
    """Reads one sequence.

    Raises:
        Unusable: the file is damaged, lacks something, holds numbers that are not finite, or asks
            to run code.
    """
    content = _read_members(path)
    for name in _MEMBERS:
        if not isinstance(content.get(name), dict):
            raise Unusable("something is missing", f"no {name}")
    frames = _frames(content)
    subject = path.parent.name
    thing, action = _names(path.stem)
    gender = content.get("gender")
    hands = {}
    for side in SIDES:
        params, template = _params(content, f"{side[0]}hand"), content[f"{side[0]}hand"]
        hands[side] = HandTrack(
            *(
                _array(params, f"{side[0]}hand", key, frames, width)
                for key, width in (("global_orient", 3), ("transl", 3), ("fullpose", 45))
            ),
            template=_text(template.get("vtemp"))
            or f"tools/subject_meshes/{gender}/{subject}_{side[0]}hand.ply",
        )
    return Recording(
        name=f"{subject}/{path.stem}",
        subject=subject,
        thing=thing,
        action=action,
        fps=_framerate(content),
        hands=hands,
        object=_rigid(content, "object", "object_mesh", thing, frames),
        table=_rigid(content, "table", "table_mesh", "table", frames)
        if isinstance(content.get("table"), dict)
        else None,
        touching=_touching(content.get("contact"), frames),
    )


def _read_members(path: Path) -> dict[str, object]:
    try:
        with zipfile.ZipFile(path) as archive:
            return {
                info.filename.removesuffix(".npy"): _read_member(archive, info)
                for info in archive.infolist()
            }
    except RefusedError as error:
        raise Unusable("refused", str(error)) from error
    except DAMAGE as error:
        raise Unusable("damaged", "cut short or not a GRAB sequence; copy it again") from error


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> object:
    """An array, or the single object of an object array."""
    if info.file_size > _MOST_BYTES:
        raise RefusedError(f"{info.filename} unpacks to more than 2 GiB")
    with archive.open(info) as file:
        version = np.lib.format.read_magic(file)
        read_header = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read_header(file)
        if dtype.hasobject:
            array = np.asarray(RestrictedUnpickler(file, encoding="latin1").load(), dtype=object)
            return array.item() if shape == () else array
    with archive.open(info) as file:
        array = np.lib.format.read_array(file, allow_pickle=False)
    return array.item() if array.shape == () else array


def _names(stem: str) -> tuple[str, str]:
    """Object and action of `mug_drink_1`, `camera_lift`, `waterbottle_open_1_Retake`."""
    match = re.fullmatch(r"([^_]+)_(.+?)(_\d+)?(_retake)?", stem, re.IGNORECASE)
    if match is None:
        raise Unusable("unknown name", f"{stem} is not OBJECT_ACTION_NUMBER")
    return match[1].lower(), match[2].lower()


def _params(content: dict, member: str) -> dict:
    params = content[member].get("params")
    if not isinstance(params, dict):
        raise Unusable("something is missing", f"no params of {member}")
    return params


def _array(params: dict, member: str, key: str, frames: int, width: int) -> np.ndarray:
    """An array (frames, width) of finite float64."""
    if key not in params:
        raise Unusable("something is missing", f"no {key} of {member}")
    try:
        array = np.asarray(params[key], dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Unusable("damaged", f"{key} of {member} are not numbers") from error
    if array.shape != (frames, width):
        raise Unusable("damaged", f"{key} of {member} has shape {array.shape}")
    if not np.isfinite(array).all():
        raise Unusable("NaN or infinite numbers", f"{key} of {member}")
    return array


def _rigid(content: dict, member: str, mesh: str, name: str, frames: int) -> RigidTrack:
    params = _params(content, member)
    turn = Rotation.from_rotvec(_array(params, member, "global_orient", frames, 3)).as_matrix()
    return RigidTrack(
        rotation=turn.transpose(0, 2, 1),
        position=_array(params, member, "transl", frames, 3),
        mesh=_text(content[member].get(mesh)) or f"tools/object_meshes/contact_meshes/{name}.ply",
    )


def _frames(content: dict) -> int:
    transl = np.asarray(_params(content, "object").get("transl", ()))
    if transl.ndim != 2 or len(transl) == 0:
        raise Unusable("something is missing", "no transl of object")
    return len(transl)


def _framerate(content: dict) -> float:
    rate = content.get("framerate", 120.0)
    if not isinstance(rate, (int, float, np.number)) or not 1.0 <= rate <= 1000.0:
        raise Unusable("damaged", "framerate is no number of frames a second")
    return float(rate)


def _touching(contact: object, frames: int) -> np.ndarray | None:
    """(T, 2) whether each hand touches the object, None where the file does not tell."""
    labels = contact.get("object") if isinstance(contact, dict) else None
    if not isinstance(labels, np.ndarray) or labels.ndim != 2 or len(labels) != frames:
        return None
    return np.stack([np.isin(labels, CONTACT_LABELS[side]).any(1) for side in SIDES], 1)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
