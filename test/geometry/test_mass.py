"""What an object weighs."""

import numpy as np
import pytest
import trimesh

from diffh2o_ros.geometry.mass import DENSITY, LIGHTEST, mass_of, plausible_mass
from diffh2o_ros.geometry.mesh import Mesh


def test_a_box_weighs_its_volume_wherever_it_is_and_inside_out():
    box = trimesh.creation.box((0.1, 0.08, 0.05))
    for mesh in (
        Mesh(box.vertices, box.faces),
        Mesh(box.vertices + [300.0, 0, 0], box.faces),
        Mesh(box.vertices, box.faces[:, ::-1]),
    ):
        assert plausible_mass(mesh) == pytest.approx(DENSITY * 0.1 * 0.08 * 0.05)
    assert mass_of(Mesh(box.vertices, box.faces))[0] == pytest.approx(DENSITY * 4e-4)


def test_what_has_no_volume_weighs_the_least():
    sheet = np.array([[0, 0, 0], [0.1, 0, 0], [0.1, 0.1, 0], [0, 0.1, 0.0]])
    assert plausible_mass(Mesh(sheet, np.array([[0, 1, 2], [0, 2, 3]]))) == LIGHTEST
