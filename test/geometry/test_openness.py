"""Whether a side is missing: told for what one view gives, never for a whole object."""

from pathlib import Path

import numpy as np
import pytest
import trimesh

from diffh2o_ros.data.objects import catalog
from diffh2o_ros.geometry.intake import check_mesh
from diffh2o_ros.geometry.openness import DIRECTIONS, WEIGHTS, view

MUG = Path(__file__).parents[2] / "assets" / "mug.ply"
FAMILIES = ("box", "bottle", "hammer", "phone", "cup", "teapot", "banana", "plate")
VIEWS = ((-1, 0, 0.7), (-0.7, 0.7, 0.5), (0, -1, 0.2))


@pytest.fixture(scope="module", params=("mug", *FAMILIES))
def thing(request):
    if request.param == "mug":
        return check_mesh(*(lambda m: (m.vertices, m.faces))(trimesh.load(MUG)))
    return catalog.sample_object(np.random.default_rng(1), request.param).mesh


def missing(vertices, faces):
    seen = view(check_mesh(vertices, faces))
    return None if seen is None else seen.missing


def test_directions_are_even():
    assert WEIGHTS.sum() == pytest.approx(1)
    moments = np.einsum("n,ni,nj->ij", WEIGHTS, DIRECTIONS, DIRECTIONS)
    np.testing.assert_allclose(moments, np.eye(3) / 3, atol=1e-9)


def test_nothing_is_missing_of_a_whole_object_with_noise_or_random_holes(thing):
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.002, thing.vertices.shape)
    gone = rng.uniform(size=len(thing.faces)) < 0.2
    for vertices, faces in (
        (thing.vertices, thing.faces),
        (thing.vertices + noise / np.sqrt(3), thing.faces),
        (thing.vertices, thing.faces[~gone]),
        (thing.vertices + noise / np.sqrt(3), thing.faces[~gone]),
    ):
        assert missing(vertices, faces) is None


@pytest.mark.parametrize("towards", VIEWS)
def test_the_far_side_is_missing_of_what_one_view_gives(one_view, thing, towards, request):
    for noise in (0.0, 0.001):
        found = missing(*one_view(thing, towards, noise=noise))
        assert found is not None
        if "plate" not in request.node.name:  # seen from above, it is a shallow bowl open there
            assert found @ towards < 0.3 * np.linalg.norm(towards)


def test_seen_from_above_the_lower_side_is_missing(one_view):
    for name in ("box", "bottle", "hammer", "banana"):
        thing = catalog.sample_object(np.random.default_rng(1), name).mesh
        assert missing(*one_view(thing, (0, 0, 1)))[2] < -0.9


def test_winding_away_from_the_camera_changes_nothing(one_view):
    box = trimesh.creation.box((0.06, 0.08, 0.12)).subdivide().subdivide()
    vertices, faces = one_view(box, (-1, 0.3, 0.8))
    np.testing.assert_allclose(missing(vertices, faces), missing(vertices, faces[:, ::-1]))


def test_the_share_is_that_of_what_is_seen():
    ball = trimesh.creation.icosphere(4, 0.05)
    half = ball.faces[ball.triangles_center[:, 0] < 0]
    seen = view(check_mesh(ball.vertices, half))
    # From an angle a to its axis, the hollow side shows pi r^2 cos(a) of its back, and any side
    # pi r^2 (1 + cos(a)) / 2 in all.
    assert seen.back_fraction == pytest.approx(1 / 3, abs=0.02)
    np.testing.assert_allclose(seen.missing, [1, 0, 0], atol=0.02)


def test_the_bottom_that_a_turntable_hides_is_missing():
    can = trimesh.creation.cylinder(0.033, 0.1, sections=60)
    open_below = can.faces[can.triangles_center[:, 2] > -0.049]
    np.testing.assert_allclose(missing(can.vertices, open_below), [0, 0, -1], atol=0.1)


@pytest.mark.parametrize("shape", ["bowl", "cup", "box"])
def test_what_opens_upwards_by_nature_lacks_nothing(shape):
    if shape == "bowl":
        whole = trimesh.creation.icosphere(4, 0.07)
        faces = whole.faces[whole.triangles_center[:, 2] < 0]
    elif shape == "cup":
        whole = trimesh.creation.cylinder(0.035, 0.1, sections=60)
        faces = whole.faces[whole.triangles_center[:, 2] < 0.049]
    else:
        whole = trimesh.creation.box((0.1, 0.15, 0.08)).subdivide()
        faces = whole.faces[whole.triangles_center[:, 2] < 0.039]
    assert missing(whole.vertices, faces) is None
    assert missing(whole.vertices, faces[:, ::-1]) is None
