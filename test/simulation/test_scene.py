"""The scene of hands and an object: what files say of a hand's inertia is not always so."""

import re

import numpy as np
import pytest

pytest.importorskip("mujoco")

from diffh2o_ros.retargeting.built_in import mjcf, urdf
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.simulation.scene import Physics, scene

CUBE = 0.03 * np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)


def root_of(path):
    """Mass and sorted moments of inertia (3,) that the root of a hand's file has in a scene."""
    hand = RobotHand.read(path)
    model = scene([hand], [CUBE], np.eye(4), -0.03, Physics())
    body = model.body(f"right/{hand.root}")
    return float(body.mass[0]), np.sort(body.inertia)


def test_files_of_one_hand_have_one_inertia(tmp_path):
    found = []
    for name, write in (("a.xml", mjcf), ("a.urdf", urdf)):
        (tmp_path / name).write_text(write("right"))
        found.append(root_of(tmp_path / name))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-3)
    assert found[0][1] == pytest.approx(found[1][1], rel=0.2)


@pytest.mark.parametrize(
    "mass, inertia", [("0.3284988", "1e-6"), ("0.001", "1e-9"), ("0.001", "4e-4")]
)
def test_placeholders_of_the_root_are_not_believed(tmp_path, mass, inertia):
    """A wrist's spring counts in time constants, so that its stiffness is the inertia's."""
    path = tmp_path / "hand.urdf"
    path.write_text(urdf("right"))
    expected = root_of(path)
    head, tail = path.read_text().split("</inertial>", 1)
    head = re.sub(r'mass value="[^"]*"', f'mass value="{mass}"', head)
    head = re.sub(r'i(xx|yy|zz)="[^"]*"', rf'i\1="{inertia}"', head)
    head = re.sub(r'i(xy|xz|yz)="[^"]*"', r'i\1="0"', head)
    path.write_text(head + "</inertial>" + tail)
    found = root_of(path)
    assert 0.5 * expected[0] < found[0] < 1.5 * expected[0]
    assert (found[1] > 0.3 * expected[1]).all() and (found[1] < 3 * expected[1]).all()
