import numpy as np
import pytest
import trimesh

from diffh2o_ros.viz.camera import HEADROOM, MARGIN, VIEW_ANGLE, VIEWS
from diffh2o_ros.viz.render import same_scale
from diffh2o_ros.viz.scene import RenderScene
from diffh2o_ros.viz.shown import Shown
from diffh2o_ros.viz.surface import vertex_normals


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


def in_picture(points, camera, aspect):
    """Where points (N, 3) are in a picture, (N, 2): -1..1 from edge to edge."""
    sight, right, up = camera.axes()
    offset = points - camera.position
    half = np.tan(np.deg2rad(VIEW_ANGLE / 2))
    flat = np.stack([offset @ right / aspect, offset @ up], 1)
    return flat / (half * (offset @ sight)[:, None])


@pytest.mark.parametrize("aspect", [0.4, 1.0, 2.5])
@pytest.mark.parametrize("view", VIEWS)
def test_the_camera_keeps_the_whole_motion_in_the_picture_and_is_no_farther(lifted, view, aspect):
    scene = RenderScene(lifted)
    cameras = [scene.camera(frame, view, aspect) for frame in range(80)]
    seen = []
    for frame, camera in enumerate(cameras):
        placed = scene.posed(lifted.object_vertices, frame)
        points = np.concatenate([scene.hands[0].vertices[frame], placed])
        seen.append(np.abs(in_picture(points, camera, aspect)).max(0))
    assert (np.ptp([camera.position for camera in cameras], axis=0) == 0).all()
    most = np.max(seen, axis=0)
    room = 1 - np.array([MARGIN, HEADROOM])
    assert (most < room + 0.02).all()
    assert (most > room - 0.02).any()


@pytest.mark.parametrize("view", VIEWS)
def test_close_up_the_hold_fills_the_picture_and_the_camera_goes_with_it(lifted, view):
    scene = RenderScene(Shown(lifted, close=True))
    for frame in (45, 50, 54):
        camera = scene.camera(frame, view)
        held = np.concatenate(
            [scene.hands[0].vertices[frame], scene.posed(lifted.object_vertices, frame)]
        )
        assert 0.7 < np.abs(in_picture(held, camera, 1.0)).max() < 1
    way = scene.camera(54, view).position - scene.camera(45, view).position
    np.testing.assert_allclose(way, lifted.object_pose[54, :3, 3] - lifted.object_pose[45, :3, 3])


def test_scenes_at_the_same_scale_have_their_cameras_equally_far(lifted, simple_interaction):
    still = np.zeros((2, 3))
    scenes = [RenderScene(lifted), RenderScene(simple_interaction(still, still + (0, 0, 0.1)))]
    apart = [np.linalg.norm(s.camera(0, "front").position) for s in scenes]
    assert apart[0] > 1.3 * apart[1]
    for scene in scenes:
        scene._cameras.clear()
    same_scale(scenes)
    one, other = (scene.camera(0, "front").position for scene in scenes)
    np.testing.assert_allclose(one, other)


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


def test_a_table_elsewhere_or_none(simple_interaction):
    motion = simple_interaction(np.zeros((2, 3)), np.zeros((2, 3)))
    assert RenderScene(Shown(motion, table=-0.2)).table.height == -0.2
    assert RenderScene(Shown(motion, table="none")).table is None
