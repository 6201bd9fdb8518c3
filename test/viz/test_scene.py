import numpy as np
import pytest
import trimesh

from diffh2o_ros.viz.scene import VIEW_ANGLE, VIEWS, RenderScene, vertex_normals


@pytest.fixture
def lifted(simple_interaction):
    """A ball comes from -x, and the box it touches is carried up by 30 cm within half a second."""
    up = np.clip(np.arange(80) - 40, 0, 15)[:, None] / 15 * np.array([0, 0, 0.3])
    reach = np.clip(40 - np.arange(80), 0, None)[:, None] / 40 * np.array([-0.4, 0, 0.1])
    return simple_interaction(up, up + reach + np.array([-0.07, 0, 0.04]), grasp_frame=40)


def test_normals_of_a_ball_point_outward():
    ball = trimesh.creation.icosphere(subdivisions=3, radius=0.05)
    normals = vertex_normals(ball.vertices, ball.faces)
    np.testing.assert_allclose(normals, ball.vertices / 0.05, atol=0.015)


@pytest.mark.parametrize("view", VIEWS)
def test_the_camera_keeps_the_action_and_the_table_below_it_in_the_picture(lifted, view):
    scene = RenderScene(lifted)
    limit = np.tan(np.deg2rad(VIEW_ANGLE / 2))
    for frame in range(0, 80, 5):
        camera = scene.camera(frame, view)
        sight = camera.target - camera.position
        sight = sight / np.linalg.norm(sight)
        stood = scene.posed(lifted.object_vertices, 0).mean(0) * (1, 1, 0)
        points = np.concatenate(
            [
                scene.hands[0].vertices[frame],
                scene.posed(lifted.object_vertices, frame),
                stood[None],
            ]
        )
        offset = points - camera.position
        depth = offset @ sight
        across = np.linalg.norm(offset - depth[:, None] * sight, axis=1) / depth
        assert across.max() < limit


def test_the_camera_moves_smoothly(lifted):
    scene = RenderScene(lifted)
    eyes = np.stack([scene.camera(frame, "front").position for frame in range(80)])
    assert np.linalg.norm(np.diff(eyes, 2, axis=0), axis=1).max() < 2e-3


def test_cameras_face_the_person_and_see_the_palm_of_either_hand(simple_interaction):
    path = np.zeros((3, 3))
    for sides, sign in ((("right",), 1), (("left",), -1), (("left", "right"), 1)):
        scene = RenderScene(simple_interaction(path, path + np.array([0, 0, 0.1]), sides=sides))
        front, side = scene.camera(0, "front"), scene.camera(0, "side")
        assert (front.position - front.target)[0] > 0
        assert np.sign((side.position - side.target)[1]) == sign
    with pytest.raises(ValueError, match="view must be one of front, side, not 'top'"):
        scene.camera(0, "top")


def test_the_table_is_the_support_plane_and_dark_where_something_stands(simple_interaction):
    path = np.linspace((0, 0, 0.5), (0, 0, 1.0), 3)
    scene = RenderScene(simple_interaction(path, path + np.array([0, 0, 5.0])))
    assert scene.table.height == pytest.approx(0.5)
    middle = len(scene.table.axis_x) // 2
    standing, lifted = (scene.table_colors(frame)[middle, middle] for frame in (0, 2))
    bare = scene.table.shade[middle, middle]
    assert standing.max() < 0.75 * bare.min()  # below the box
    np.testing.assert_allclose(lifted, bare, atol=0.03)  # its faint shadow has moved away
