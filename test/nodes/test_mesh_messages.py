"""Meshes as messages: flat ones in requests, shape_msgs/Mesh as perception publishes it."""

import array

import numpy as np
import pytest
import trimesh
from rclpy.serialization import deserialize_message, serialize_message
from shape_msgs.msg import Mesh as ShapeMesh

from diffh2o_ros.export.ros.precision import FarError
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.mesh import MeshError
from diffh2o_ros.msg import TriangleMesh
from diffh2o_ros.nodes.mesh_messages import mesh_message, read_mesh, shape_message
from diffh2o_ros.srv import Synthesize

BOX = trimesh.creation.box((0.06, 0.06, 0.10))


@pytest.mark.parametrize("writes", [mesh_message, shape_message])
@pytest.mark.parametrize(("vertices", "faces"), [(0, 0), (3, 1), (500, 1000), (7, 0), (0, 7)])
def test_a_mesh_survives_the_wire(writes, vertices, faces):
    rng = np.random.default_rng(vertices)
    mesh = rng.normal(size=(vertices, 3)), rng.integers(0, 2**32, (faces, 3))
    message = writes(*mesh)
    back = read_mesh(deserialize_message(serialize_message(message), type(message)))
    assert back[0].shape == (vertices, 3) and back[1].shape == (faces, 3)
    exact = mesh[0] if writes is shape_message else mesh[0].astype(np.float32)
    np.testing.assert_array_equal(back[0], exact)
    np.testing.assert_array_equal(back[1], mesh[1])


def test_what_was_read_outlives_its_message_and_is_its_own():
    request = Synthesize.Request(mesh=mesh_message(BOX.vertices, BOX.faces))
    vertices, faces = read_mesh(request.mesh)
    request.mesh.vertices[0] = 7.0
    del request
    vertices[1] += 1.0
    np.testing.assert_allclose(vertices[0], BOX.vertices[0], atol=1e-7)
    np.testing.assert_array_equal(faces, BOX.faces)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"vertices": array.array("f", [0.0] * 25)}, "mesh vertices must hold rows of 3 .* not 25"),
        ({"triangles": array.array("I", [0] * 35)}, "mesh triangles must hold rows of 3 .* not 35"),
        ({"triangles": array.array("I", [0, 1, 8] * 12)}, "refer to vertex 8"),
        ({"vertices": array.array("f", [float("nan")] * 24)}, "NaN or infinite"),
        ({"vertices": array.array("f")}, "empty"),
        ({"triangles": array.array("I")}, "no faces"),
    ],
)
def test_a_mesh_that_cannot_be_is_named_in_one_line(change, says):
    good = mesh_message(BOX.vertices, BOX.faces)
    fields = {"vertices": good.vertices, "triangles": good.triangles} | change
    with pytest.raises(MeshError, match=says) as caught:
        check_mesh(*read_mesh(TriangleMesh(**fields)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("writes", [mesh_message, shape_message])
def test_how_far_away_a_mesh_may_lie(writes):
    """Where single precision no longer holds it to .03 mm it is refused for that, however much of
    it rounding has left, and not for the size that rounding has made of it."""
    for far in (0.0, 499.0):
        vertices, faces = read_mesh(writes(BOX.vertices + [far, 0.0, 0.0], BOX.faces))
        np.testing.assert_allclose(vertices - [far, 0, 0], BOX.vertices, atol=1.6e-5)
        assert len(check_mesh(vertices, faces).faces) == 12
    for far in (501.0, 1e5, 1e8, 1e10, 1e20):
        with pytest.raises(FarError, match="within 500 m, or about its own center"):
            read_mesh(writes(BOX.vertices + [far, 0.0, 0.0], BOX.faces))


@pytest.mark.parametrize("astray", [1e4, 1e30, np.inf, np.nan])
def test_a_vertex_astray_is_not_taken_for_a_mesh_far_away(astray):
    vertices = np.array(BOX.vertices)
    vertices[3, 1] = astray
    with pytest.raises(MeshError) as caught:
        check_mesh(*read_mesh(mesh_message(vertices, BOX.faces)))
    assert "single precision" not in str(caught.value)


def test_the_empty_message_is_an_empty_mesh():
    for message in (TriangleMesh(), ShapeMesh()):
        vertices, faces = read_mesh(message)
        assert vertices.shape == (0, 3) and faces.shape == (0, 3)
