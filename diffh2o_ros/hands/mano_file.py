"""Reads the hand model files that the MANO project distributes, without running what they hold.

The official ``MANO_RIGHT.pkl`` and ``MANO_LEFT.pkl`` are Python 2 pickles of NumPy arrays, SciPy
sparse matrices and objects of chumpy, a package that no longer installs. A pickle may call any
function there is; this reader knows the few that such a file needs and refuses all others. The
same arrays in an ``.npz`` are read as well.
"""

from __future__ import annotations

import copyreg
from pathlib import Path

import numpy as np
import scipy.sparse

from diffh2o_ros.errors import Diffh2oError
from diffh2o_ros.restricted_pickle import DAMAGE, RefusedError, RestrictedUnpickler

NUM_VERTICES = 778
SHAPES = {
    "v_template": (NUM_VERTICES, 3),
    "shapedirs": (NUM_VERTICES, 3, 10),
    "posedirs": (NUM_VERTICES, 3, 135),
    "J_regressor": (16, NUM_VERTICES),
    "kintree_table": (2, 16),
    "weights": (NUM_VERTICES, 16),
    "f": (1538, 3),
    "hands_components": (45, 45),
    "hands_mean": (45,),
}
"""What a model file holds: name and shape of every array."""

_SOURCE = (
    "register at https://mano.is.tue.mpg.de (non-commercial license), download "
    "'Models & Code' and give the folder that holds MANO_RIGHT.pkl and MANO_LEFT.pkl"
)
# In the folder itself, where smplx keeps them, and where the official archive unpacks them.
_FOLDERS = (".", "mano", "models", "mano_v1_2/models")


class ManoError(Diffh2oError):
    """MANO cannot be used; the message is one line that says what is missing."""


def find_mano_file(model_dir: str | Path | None, side: str) -> Path:
    """The model file of a hand, ``MANO_RIGHT`` or ``MANO_LEFT`` with ``.pkl`` or ``.npz``.

    Raises:
        ManoError: there is none; the message tells where to get it.
    """
    if model_dir is None:
        raise ManoError(f"MANO needs its model files: {_SOURCE}")
    folder = Path(model_dir).expanduser()
    if not folder.is_dir():
        raise ManoError(f"MANO folder {folder} does not exist: {_SOURCE}")
    for place in _FOLDERS:
        for suffix in (".npz", ".pkl"):
            path = folder / place / f"MANO_{side.upper()}{suffix}"
            if path.is_file():
                return path
    raise ManoError(f"{folder} holds no MANO_{side.upper()}.pkl: {_SOURCE}")


def read_mano_file(path: str | Path) -> dict[str, np.ndarray]:
    """The arrays of a model file, named and shaped as in :data:`SHAPES`, numbers as float64.

    Raises:
        ManoError: the file is damaged, lacks an array, or asks for code that MANO does not.
    """
    path = Path(path)
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as data:
                content = {name: data[name] for name in data.files}
        else:
            with path.open("rb") as file:
                content = _ManoUnpickler(file, encoding="latin1").load()
        missing = [name for name in SHAPES if name not in content]
        if missing:
            raise ManoError(f"lacks {missing[0]}; it is not a MANO hand model")
        arrays = {name: _to_array(content[name]) for name in SHAPES}
    except (ManoError, RefusedError) as error:
        raise ManoError(f"{path} {error}") from error
    except DAMAGE as error:
        raise ManoError(f"{path} is damaged or not a MANO hand model; copy it again") from error
    # The official shape space has ten directions; files of other makers may hold more.
    arrays["shapedirs"] = arrays["shapedirs"][..., :10]
    for name, shape in SHAPES.items():
        if arrays[name].shape != shape:
            raise ManoError(
                f"{path} is not a MANO hand model: {name} has shape {arrays[name].shape}, "
                f"not {shape}"
            )
    return arrays


class _Record:
    """Stands in for an object of another package: keeps its attributes, does nothing."""

    def __new__(cls, *_arguments):
        return super().__new__(cls)

    def __setstate__(self, state: dict) -> None:
        if not isinstance(state, dict):
            raise ManoError(f"holds a {type(self).__name__} of an unknown kind")
        self.attributes = state


class _Chumpy(_Record):
    """chumpy.Ch, an array under ``x``, or chumpy's Select, some entries of another under ``a``."""

    def array(self) -> np.ndarray:
        if "x" in self.attributes:
            return _to_array(self.attributes["x"])
        if {"a", "idxs"} <= self.attributes.keys():
            chosen = _to_array(self.attributes["a"]).ravel()[_to_array(self.attributes["idxs"])]
            return chosen.reshape(self.attributes.get("preferred_shape", chosen.shape))
        raise ManoError("holds a chumpy expression that MANO's files do not")


class _Sparse(_Record):
    """A compressed sparse matrix of SciPy, of whichever version."""

    kind: type

    def array(self) -> np.ndarray:
        state = self.attributes
        shape = state.get("_shape", state.get("shape"))
        return self.kind((state["data"], state["indices"], state["indptr"]), shape).toarray()


class _SparseColumns(_Sparse):
    kind = scipy.sparse.csc_matrix


class _SparseRows(_Sparse):
    kind = scipy.sparse.csr_matrix


_SPARSE = {
    "csc_matrix": _SparseColumns,
    "csc_array": _SparseColumns,
    "csr_matrix": _SparseRows,
    "csr_array": _SparseRows,
}


_NEUTRAL = {
    ("copy_reg", "_reconstructor"): copyreg._reconstructor,
    ("copyreg", "_reconstructor"): copyreg._reconstructor,
    ("__builtin__", "object"): object,
    ("builtins", "object"): object,
    ("__builtin__", "set"): set,
    ("builtins", "set"): set,
}


class _ManoUnpickler(RestrictedUnpickler):
    """Finds the names that a MANO file needs, and no others."""

    def allowed(self, module: str, name: str) -> object | None:
        if module.partition(".")[0] == "chumpy":
            return _Chumpy
        if module.startswith("scipy.sparse") and name in _SPARSE:
            return _SPARSE[name]
        return _NEUTRAL.get((module, name)) or super().allowed(module, name)


def _to_array(value: object) -> np.ndarray:
    if isinstance(value, (_Chumpy, _Sparse)):
        value = value.array()
    array = np.asarray(value)
    if array.dtype.kind not in "fiu":
        raise ManoError(f"holds {array.dtype} where MANO has numbers")
    return array.astype(np.float64 if array.dtype.kind == "f" else np.int64)
