import numpy as np
import pytest
import trimesh
from builtin_interfaces.msg import Time
from visualization_msgs.msg import Marker

from diffh2o_ros.export.ros.film import CONTACT_REACH, ENOUGH_TRIANGLES, Film
from diffh2o_ros.nodes.to_messages import MESSAGES


@pytest.fixture
def interaction(simple_interaction):
    path = np.linspace([0.0, 0.0, 0.0], [0.1, 0.0, 0.2], 10)
    return simple_interaction(path, path + [0.0, 0.0, 0.11])


def by_namespace(message):
    return {marker.ns: marker for marker in message.markers}


def corners(marker):
    return np.array([(p.x, p.y, p.z) for p in marker.points])


def test_scene_and_frame_show_everything_where_it_is(interaction):
    film = Film(MESSAGES, interaction, "table")
    scene = film.scene(None)
    assert scene.markers[0].action == Marker.DELETEALL, "what was shown before goes"
    markers = by_namespace(film.frame(7, Time(sec=3), None))
    markers |= {marker.ns: marker for marker in scene.markers[1:]}
    assert set(markers) == {"object", "right", "right_contacts", "object_path", "right_path"}
    for name, marker in markers.items():
        stamp = 0 if name.endswith("_path") else 3
        assert (marker.header.frame_id, marker.header.stamp.sec) == ("table", stamp)
    place = markers["object"].pose.position
    np.testing.assert_allclose([place.x, place.y, place.z], interaction.object_pose[7, :3, 3])
    hand = interaction.hands["right"]
    np.testing.assert_allclose(
        corners(markers["right"]), hand.vertices[7][hand.faces].reshape(-1, 3)
    )
    np.testing.assert_allclose(corners(markers["right_path"]), hand.joints[:, 0])
    assert markers["right"].type == Marker.TRIANGLE_LIST
    assert markers["right_path"].type == Marker.LINE_STRIP


def test_where_tf_moves_the_object_its_mesh_is_sent_once(interaction):
    film = Film(MESSAGES, interaction, "table")
    scene = by_namespace(film.scene("node/object"))
    assert scene["object"].frame_locked and scene["object"].header.frame_id == "node/object"
    assert len(scene["object"].points) == interaction.object_faces.size
    assert scene["object"].header.stamp.sec == 0, "the latest tf is meant"
    assert "object" not in by_namespace(film.frame(7, Time(), "node/object"))


def test_contacts_lie_on_the_object_and_redden_as_it_is_touched(interaction):
    hand = interaction.hands["right"]
    pose = interaction.object_pose[5]
    surface = interaction.object_vertices.astype(float) @ pose[:3, :3].T + pose[:3, 3]
    away = np.array([0.0, 0.0, 1.0])
    top = surface[surface[:, 2].argmax()]
    heights = np.linspace(0.0, 0.03, len(hand.vertices[5]))
    hand.vertices[5] = top + heights[:, None] * away
    marker = by_namespace(Film(MESSAGES, interaction, "table").frame(5, Time(), None))[
        "right_contacts"
    ]
    np.testing.assert_allclose(corners(marker), np.tile(top, (len(marker.points), 1)), atol=1e-6)
    redness = [color.r - color.b for color in marker.colors]
    assert len(redness) == len(marker.points) == (heights[::4] < CONTACT_REACH).sum()
    assert redness == sorted(redness, reverse=True) and redness[0] > 0.7 > 0 > redness[-1]
    hand.vertices[5] += away
    marker = by_namespace(Film(MESSAGES, interaction, "table").frame(5, Time(), None))[
        "right_contacts"
    ]
    assert marker.action == Marker.DELETE


def test_the_target_is_a_ghost(interaction):
    corner = np.eye(3)
    film = Film(MESSAGES, interaction, "table", (corner, np.array([[0, 1, 2]])))
    ghost = by_namespace(film.scene(None))["target"]
    np.testing.assert_allclose(corners(ghost), corner)
    assert ghost.color.a < 0.5


def test_a_fine_mesh_is_thinned_out(interaction):
    ball = trimesh.creation.icosphere(subdivisions=5, radius=0.05)
    assert len(ball.faces) > ENOUGH_TRIANGLES
    interaction.object_vertices, interaction.object_faces = ball.vertices, ball.faces
    points = corners(
        by_namespace(Film(MESSAGES, interaction, "table").frame(0, Time(), None))["object"]
    )
    assert 0.5 * ENOUGH_TRIANGLES < len(points) / 3 <= ENOUGH_TRIANGLES
    np.testing.assert_allclose(np.linalg.norm(points, axis=1), 0.05, atol=0.002)
