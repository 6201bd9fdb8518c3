"""Bodies are what lies apart: not every shell of a mesh is one."""

from pathlib import Path

import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry.bodies import bodies
from diffh2o_ros.geometry.intake import check_mesh

MUG = Path(__file__).parents[2] / "assets" / "mug.ply"


def count(*parts):
    whole = trimesh.util.concatenate(parts)
    return len(bodies(check_mesh(whole.vertices, whole.faces)))


def box(*sides, at=(0, 0, 0)):
    return trimesh.creation.box(sides).apply_translation(at)


def ball(radius, at=(0, 0, 0)):
    return trimesh.creation.icosphere(2, radius).apply_translation(at)


BLOCK = box(0.06, 0.08, 0.12)


@pytest.mark.parametrize(
    "parts",
    [
        (BLOCK,),
        (BLOCK, box(0.03, 0.03, 0.03, at=(0.045, 0.011, 0.013))),  # touches along a face
        (BLOCK, box(0.03, 0.03, 0.03, at=(0.0455, 0.011, 0.013))),  # half a millimeter from it
        (BLOCK, box(0.3, 0.01, 0.01)),  # runs through it
        (ball(0.05), ball(0.03)),  # within it
        (ball(0.05), trimesh.Trimesh(ball(0.045).vertices, ball(0.045).faces[:, ::-1]), ball(0.01)),
        (
            trimesh.creation.cylinder(0.04, 0.1),
            trimesh.creation.torus(0.03, 0.005)
            .apply_transform(trimesh.transformations.rotation_matrix(1.57, (1, 0, 0)))
            .apply_translation((0.05, 0, 0)),
        ),  # a mug's handle
        (trimesh.load(MUG),),
    ],
)
def test_shells_that_belong_together_are_one_body(parts):
    assert count(*parts) == 1


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        ((BLOCK, ball(0.002, at=(0, 0, 0.3))), 2),
        ((BLOCK, box(0.03, 0.03, 0.03, at=(0.049, 0.011, 0.013))), 2),  # 4 mm from it
        ((BLOCK, *(ball(0.002, at=(0.1, 0.012 * i, 0)) for i in range(66))), 67),
        ((ball(0.02), ball(0.02, at=(0.05, 0, 0)), ball(0.01, at=(0.2, 0, 0))), 3),
    ],
)
def test_bodies_with_a_gap_between_them_are_counted(parts, number):
    assert count(*parts) == number


def test_the_largest_comes_first_with_its_box():
    whole = trimesh.util.concatenate([ball(0.003, at=(0, 0, 0.3)), BLOCK])
    found = bodies(check_mesh(whole.vertices, whole.faces))
    np.testing.assert_allclose(found[0], BLOCK.bounds, atol=1e-9)
    np.testing.assert_allclose(found[1].mean(0), [0, 0, 0.3], atol=1e-9)


def test_faces_that_share_no_vertex_and_faces_gone_at_random_are_one_body():
    whole = trimesh.creation.icosphere(5, 0.05)
    rng = np.random.default_rng(0)
    corners = whole.triangles.reshape(-1, 3) + rng.normal(0, 1e-5, (3 * len(whole.faces), 3))
    torn = trimesh.Trimesh(corners, np.arange(len(corners)).reshape(-1, 3), process=False)
    assert count(torn) == 1
    kept = rng.uniform(size=len(whole.faces)) > 0.2
    assert count(trimesh.Trimesh(whole.vertices, whole.faces[kept], process=False)) == 1
