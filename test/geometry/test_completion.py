"""The side that nobody saw, completed: nearer to what is really there than leaving it open."""

import numpy as np
import pytest
import trimesh

from diffh2o_ros.data.objects import catalog
from diffh2o_ros.geometry.completion import completed
from diffh2o_ros.geometry.distance import closest_points, inside
from diffh2o_ros.geometry.intake import check_mesh

#: Views from which each way should work, and the least overlap with what is really there. Of round
#: things the last bit before they turn out of sight is not seen: less of them comes back.
CASES = [
    ("can", "hull", (-1, 0, 0.7), 0.85),
    ("can", "mirror", (-1, 0, 0.7), 0.85),
    ("can", "mirror", (0, -1, 0.1), 0.6),
    ("ball", "mirror", (0, 0, 1), 0.5),
    ("ball", "hull", (-0.6, -0.6, 0.45), 0.5),
    ("ball", "mirror", (-0.6, -0.6, 0.45), 0.5),
    ("box", "hull", (-1, 0, 0.7), 0.85),
    ("box", "mirror", (-1, 0, 0.7), 0.8),
    ("box", "hull", (-0.6, -0.6, 0.45), 0.85),
    ("hammer", "hull", (-1, 0, 0.7), 0.5),
]


def make(name):
    if name == "can":
        return trimesh.creation.cylinder(0.033, 0.1, sections=60)
    if name == "ball":
        return trimesh.creation.icosphere(4, 0.04)
    if name == "box":
        return trimesh.creation.box((0.06, 0.16, 0.2)).subdivide()
    return catalog.sample_object(np.random.default_rng(1), name).mesh


def overlap(one, other):
    """Volume of what two meshes share over that of both."""
    low = np.minimum(one.bounds[0], other.bounds[0])
    high = np.maximum(one.bounds[1], other.bounds[1])
    points = np.random.default_rng(0).uniform(low, high, (4000, 3))
    a, b = inside(one, points), inside(other, points)
    return (a & b).sum() / (a | b).sum()


@pytest.mark.parametrize(("name", "way", "towards", "least"), CASES)
def test_what_is_completed_is_closed_and_like_what_is_there(one_view, name, way, towards, least):
    whole = make(name)
    whole = check_mesh(whole.vertices, whole.faces)
    part = check_mesh(*one_view(whole, towards, noise=0.0003))
    found = completed(part, way)
    assert found.mesh.is_closed and 0.1 < found.made_up < 0.9
    assert overlap(found.mesh, whole) > max(least, overlap(part, whole) + 0.1)
    # What was seen stays where it was, to half a cell.
    assert np.percentile(closest_points(found.mesh, part.vertices[::10])[0], 90) < 0.002


@pytest.mark.parametrize("way", ["none", "hull", "mirror"])
def test_what_is_whole_or_was_not_asked_for_stays_as_it_is(one_view, way):
    ball = make("ball")
    assert completed(check_mesh(ball.vertices, ball.faces), way) is None
    bowl = ball.faces[ball.triangles_center[:, 2] < 0]
    assert completed(check_mesh(ball.vertices, bowl), way) is None
    front = one_view(make("box"), (-1, 0, 0))  # one face: how deep it is, nobody knows
    assert completed(check_mesh(*front), way) is None
    assert completed(check_mesh(*one_view(ball, (1, 0, 0))), "none") is None


def test_it_does_not_hang_on_where_the_object_stands(one_view):
    vertices, faces = one_view(make("can"), (-1, 0, 0.7))
    here, there = (
        completed(check_mesh(vertices + shift, faces).centered, "mirror").mesh
        for shift in (0, np.array([1e5, -2e5, 3.0]))
    )
    np.testing.assert_allclose(here.bounds, there.bounds, atol=1e-4)
