"""The service whose requests bring their mesh as arrays.

rclpy makes a Python object of every vertex and triangle of a message, .1 s for a scan of 16,000
faces: as much as a stage of the networks. Here the two sequences are copied out of the C message
before rclpy turns the rest of it into Python. The type is the same on the wire.

How C messages are laid out is no promise of ROS: it is tried before it is relied on.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from geometry_msgs.msg import Point
from rclpy.serialization import deserialize_message, serialize_message
from shape_msgs.msg import MeshTriangle

from diffh2o_ros.srv import Synthesize


@dataclass(frozen=True)
class ArrayMesh:
    """The fields of shape_msgs/Mesh: vertices (V, 3) float64, triangles (F, 3) uint32."""

    vertices: np.ndarray
    triangles: np.ndarray


class _Sequence(ctypes.Structure):
    """A sequence, or a string, as rosidl_runtime_c has it."""

    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("capacity", ctypes.c_size_t)]

    def rows(self, dtype: type) -> np.ndarray:
        """A copy of it, of elements of three numbers each."""
        size = self.size * 3 * np.dtype(dtype).itemsize
        data = ctypes.string_at(self.data, size) if size else b""
        return np.frombuffer(data, dtype).reshape(-1, 3)


class _Head(ctypes.Structure):
    """What a request begins with: std_msgs/Header header, shape_msgs/Mesh mesh."""

    _fields_ = [
        ("sec", ctypes.c_int32),
        ("nanosec", ctypes.c_uint32),
        ("frame_id", _Sequence),
        ("triangles", _Sequence),
        ("vertices", _Sequence),
    ]

    @property
    def sizes(self) -> tuple[int, ...]:
        """All of it that can be read without following a pointer."""
        return (self.sec, self.nanosec, self.frame_id.size, self.triangles.size, self.vertices.size)


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


def synthesize_type(warn: Callable[[str], None] = lambda text: None) -> type:
    """srv/Synthesize for `create_service`: `mesh` of its requests is an ArrayMesh.

    Where a request that is known does not come through so, `warn` is told, and it is the plain
    type.
    """
    try:
        converting = _with_converter(_convert)
        _try(converting)
    except Exception as error:  # whatever another rclpy does otherwise
        warn(
            f"requests with large meshes take longer to read, up to .1 s: {type(error).__name__}: "
            f"{error}"
        )
        return Synthesize
    return converting


def _with_converter(converter: ctypes._CFuncPtr) -> type:
    global _of_rclpy
    Synthesize.__class__.__import_type_support__()
    kind = type(Synthesize.Request)
    _of_rclpy = _Converter(_pointer_in(kind._CONVERT_TO_PY, None))
    capsule = _capsule_of(ctypes.cast(converter, ctypes.c_void_p), None, None)
    converting = type(kind)("ConvertingRequest", (kind,), {"_CONVERT_TO_PY": capsule})
    request = converting("Request", (Synthesize.Request,), {"__slots__": ()})
    return type(Synthesize)("Synthesize", (Synthesize,), {"Request": request})


def _try(converting: type) -> None:
    """Raises RuntimeError unless a request comes through `converting` as through rclpy."""
    request = Synthesize.Request(task="pick it up", num_samples=3, seed=2**40)
    request.header.frame_id = "a frame"
    request.header.stamp.sec, request.header.stamp.nanosec = -7, 11
    vertices = np.arange(15.0).reshape(5, 3) / 7
    triangles = np.arange(9, dtype=np.uint32).reshape(3, 3)
    request.mesh.vertices = [Point(x=x, y=y, z=z) for x, y, z in vertices.tolist()]
    request.mesh.triangles = [MeshTriangle(vertex_indices=row) for row in triangles]
    wire = serialize_message(request)

    # A layout that is another one has no pointers where they are looked for: sizes first.
    seen = []

    @_Converter
    def look(message: int) -> Synthesize.Request:
        with suppress(Exception):  # raised here, it would end the process
            seen.append(_Head.from_address(message).sizes)
        return _of_rclpy(message)

    deserialize_message(wire, _with_converter(look).Request)
    if seen != [(-7, 11, len("a frame"), 3, 5)]:
        raise RuntimeError("the C message is laid out in another way")
    found = deserialize_message(wire, converting.Request)
    usual = deserialize_message(wire, Synthesize.Request)
    others = [name for name in Synthesize.Request.get_fields_and_field_types() if name != "mesh"]
    if not (
        np.array_equal(found.mesh.vertices, vertices)
        and np.array_equal(found.mesh.triangles, triangles)
        and all(getattr(found, name) == getattr(usual, name) for name in others)
    ):
        raise RuntimeError("a request that is known came through changed")
