"""Requests of which the mesh comes as arrays: all else is as rclpy has it."""

import ctypes

import numpy as np
import pytest
from rclpy.serialization import deserialize_message, serialize_message

from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.nodes import array_meshes
from diffh2o_ros.nodes.array_meshes import ArrayMesh, synthesize_type
from diffh2o_ros.nodes.conversions import grasp_message, mesh_arrays, mesh_message
from diffh2o_ros.srv import Synthesize


@pytest.mark.parametrize(("vertices", "faces"), [(0, 0), (3, 1), (500, 1000), (7, 0), (0, 7)])
def test_a_request_arrives_whole(vertices, faces):
    rng = np.random.default_rng(vertices)
    mesh = rng.normal(size=(vertices, 3)), rng.integers(0, 2**32, (faces, 3))
    grasp = Grasp("left", rng.normal(size=3), rng.normal(size=3), rng.normal(size=45))
    request = Synthesize.Request(
        mesh=mesh_message(*mesh),
        task="pick it up" * 20,
        grasps=[grasp_message(grasp)],
        num_samples=3,
        seed=2**40,
        steps=9,
        with_vertices=True,
    )
    request.header.frame_id = "a frame with a name longer than most"
    request.header.stamp.sec, request.header.stamp.nanosec = -3, 999
    wire = serialize_message(request)
    found = deserialize_message(wire, synthesize_type().Request)
    assert isinstance(found.mesh, ArrayMesh)
    for array, given in zip(mesh_arrays(found.mesh), mesh, strict=True):
        assert np.array_equal(array, given)
    usual = deserialize_message(wire, Synthesize.Request)
    for field in Synthesize.Request.get_fields_and_field_types():
        if field != "mesh":
            assert getattr(found, field) == getattr(usual, field)


def test_the_mesh_outlives_the_message():
    kept = []
    for i in range(50):
        mesh = np.full((1000, 3), float(i)), np.full((1000, 3), i)
        wire = serialize_message(Synthesize.Request(mesh=mesh_message(*mesh)))
        kept.append(deserialize_message(wire, synthesize_type().Request).mesh)
    for i, mesh in enumerate(kept):
        assert (mesh.vertices == i).all() and (mesh.triangles == i).all()


class _LongerSequence(ctypes.Structure):
    """As a distribution might have it in which a sequence says more about itself."""

    _fields_ = [*array_meshes._Sequence._fields_, ("is_buffer", ctypes.c_bool)]
    rows = array_meshes._Sequence.rows


class _OtherHead(ctypes.Structure):
    _fields_ = [
        (name, _LongerSequence if kind is array_meshes._Sequence else kind)
        for name, kind in array_meshes._Head._fields_
    ]
    sizes = array_meshes._Head.sizes


@pytest.mark.parametrize(
    ("of", "name", "other"),
    [
        (array_meshes, "_Head", _OtherHead),
        (array_meshes, "_Head", None),
        (array_meshes._Sequence, "rows", lambda self, dtype: np.zeros((self.size, 3), dtype)),
    ],
    ids=["sizes", "nothing", "content"],
)
def test_a_layout_that_is_another_one_is_noticed_and_not_relied_on(monkeypatch, of, name, other):
    """Then requests are read as rclpy does it, and the log says so."""
    monkeypatch.setattr(of, name, other)
    said = []
    assert synthesize_type(said.append) is Synthesize
    assert len(said) == 1 and "take longer" in said[0]


def test_nothing_is_said_of_the_layout_that_is_known():
    said = []
    assert synthesize_type(said.append) is not Synthesize and not said
