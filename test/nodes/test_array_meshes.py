"""Requests of which the mesh comes as arrays: all else is as rclpy has it."""

import numpy as np
import pytest
from rclpy.serialization import deserialize_message, serialize_message

from diffh2o_ros.motion.grasp import Grasp
from diffh2o_ros.nodes.array_meshes import synthesize_type
from diffh2o_ros.nodes.conversions import grasp_message, mesh_arrays, mesh_message
from diffh2o_ros.srv import Synthesize


@pytest.mark.parametrize(("vertices", "faces"), [(0, 0), (3, 1), (500, 1000), (7, 0), (0, 7)])
def test_a_request_arrives_whole(vertices, faces):
    rng = np.random.default_rng(vertices)
    mesh = rng.normal(size=(vertices, 3)), rng.integers(0, 2**32, (faces, 3))
    grasp = Grasp("left", rng.normal(size=3), rng.normal(size=3), rng.normal(size=45))
    request = Synthesize.Request(
        mesh=mesh_message(*mesh), task="pick it up" * 20, grasps=[grasp_message(grasp)],
        num_samples=3, seed=2**40, steps=9, with_vertices=True,
    )  # fmt: skip
    request.header.frame_id = "a frame with a name longer than most"
    request.header.stamp.sec, request.header.stamp.nanosec = -3, 999
    wire = serialize_message(request)
    found = deserialize_message(wire, synthesize_type().Request)
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
