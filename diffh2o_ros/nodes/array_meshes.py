"""The service whose requests bring their mesh as arrays.

rclpy makes a Python object of every vertex and triangle of a message, .1 s for a scan of 16,000
faces: as much as a stage of the networks. Here the two sequences are copied out of the C message
before rclpy turns the rest of it into Python. The type is the same on the wire.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np

from diffh2o_ros.srv import Synthesize


@dataclass(frozen=True)
class ArrayMesh:
    """The fields of shape_msgs/Mesh: vertices (V, 3) float64, triangles (F, 3) uint32."""

    vertices: np.ndarray
    triangles: np.ndarray


class _Sequence(ctypes.Structure):
    """A sequence, or a string, as rosidl_runtime_c has it."""

    _fields_ = [
        ("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("capacity", ctypes.c_size_t)
    ]  # fmt: skip

    def rows(self, dtype: type) -> np.ndarray:
        """A copy of it, of elements of three numbers each."""
        size = self.size * 3 * np.dtype(dtype).itemsize
        data = ctypes.string_at(self.data, size) if size else b""
        return np.frombuffer(data, dtype).reshape(-1, 3)


class _Head(ctypes.Structure):
    """What a request begins with: std_msgs/Header header, shape_msgs/Mesh mesh."""

    _fields_ = [
        ("sec", ctypes.c_int32), ("nanosec", ctypes.c_uint32), ("frame_id", _Sequence),
        ("triangles", _Sequence), ("vertices", _Sequence),
    ]  # fmt: skip


#: From a C message to a new Python object; of every message class, rclpy calls the one in the
#: capsule `_CONVERT_TO_PY` of its metaclass.
_Converter = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p)
_pointer_in = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
_capsule_of = ctypes.PYFUNCTYPE(
    ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p
)(("PyCapsule_New", ctypes.pythonapi))

_of_rclpy: ctypes._CFuncPtr | None = None


@_Converter
def _convert(message: int) -> Synthesize.Request:
    head = _Head.from_address(message)
    mesh = ArrayMesh(head.vertices.rows(np.float64), head.triangles.rows(np.uint32))
    sizes = head.vertices.size, head.triangles.size
    head.vertices.size = head.triangles.size = 0
    try:
        request = _of_rclpy(message)
    finally:
        head.vertices.size, head.triangles.size = sizes
    request._mesh = mesh  # not through the setter, which may be told to check types
    return request


def synthesize_type() -> type:
    """srv/Synthesize for `create_service`: `mesh` of its requests is an ArrayMesh."""
    global _of_rclpy
    fields = list(Synthesize.Request.get_fields_and_field_types().items())
    if fields[:2] != [("header", "std_msgs/Header"), ("mesh", "shape_msgs/Mesh")]:
        raise RuntimeError("requests begin with something else: `_Head` must be as the .srv file")
    Synthesize.__class__.__import_type_support__()
    kind = type(Synthesize.Request)
    _of_rclpy = _Converter(_pointer_in(kind._CONVERT_TO_PY, None))
    capsule = _capsule_of(ctypes.cast(_convert, ctypes.c_void_p), None, None)
    converting = type(kind)("ConvertingRequest", (kind,), {"_CONVERT_TO_PY": capsule})
    request = converting("Request", (Synthesize.Request,), {"__slots__": ()})
    return type(Synthesize)("Synthesize", (Synthesize,), {"Request": request})
