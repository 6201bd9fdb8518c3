import numpy as np
import pytest
import trimesh
from builtin_interfaces.msg import Time
from visualization_msgs.msg import Marker

from diffh2o_ros.nodes.markers import ENOUGH_TRIANGLES, Film


@pytest.fixture
def interaction(simple_interaction):
    path = np.linspace([0.0, 0.0, 0.0], [0.1, 0.0, 0.2], 10)
    return simple_interaction(path, path + [0.0, 0.0, 0.11])


def by_namespace(message):
    return {marker.ns: marker for marker in message.markers}


def corners(marker):
    return np.array([(p.x, p.y, p.z) for p in marker.points])


def test_a_frame_shows_hand_object_and_paths_where_they_are(interaction):
    markers = by_namespace(Film(interaction, "table").frame(7, Time(sec=3)))
    assert set(markers) == {"object", "right", "object_path", "right_path"}
    for marker in markers.values():
        assert (marker.header.frame_id, marker.header.stamp.sec) == ("table", 3)
    place = markers["object"].pose.position
    np.testing.assert_allclose([place.x, place.y, place.z], interaction.object_pose[7, :3, 3])
    hand = interaction.hands["right"]
    np.testing.assert_allclose(
        corners(markers["right"]), hand.vertices[7][hand.faces].reshape(-1, 3)
    )
    np.testing.assert_allclose(corners(markers["right_path"]), hand.joints[:, 0])
    assert markers["right"].type == Marker.TRIANGLE_LIST
    assert markers["right_path"].type == Marker.LINE_STRIP


def test_a_fine_mesh_is_thinned_out(interaction):
    ball = trimesh.creation.icosphere(subdivisions=5, radius=0.05)
    assert len(ball.faces) > ENOUGH_TRIANGLES
    interaction.object_vertices, interaction.object_faces = ball.vertices, ball.faces
    points = corners(by_namespace(Film(interaction, "table").frame(0, Time()))["object"])
    assert 0.5 * ENOUGH_TRIANGLES < len(points) / 3 <= ENOUGH_TRIANGLES
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 0.05, atol=0.002)
