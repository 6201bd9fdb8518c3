"""Our own robot hand beside the human hand that it stands for."""

import numpy as np
import pytest
import torch

pytest.importorskip("mujoco")

from diffh2o_ros.hands.parametric.openhand import OpenHand
from diffh2o_ros.hands.skeleton import NUM_JOINTS
from diffh2o_ros.retargeting.built_in import mjcf, segments, urdf
from diffh2o_ros.retargeting.errors import RobotHandError
from diffh2o_ros.retargeting.links import Links
from diffh2o_ros.retargeting.robot_file import read_robot


@pytest.mark.parametrize("side", ["right", "left"])
@pytest.mark.parametrize("betas", [(), (1.0, -2.0, 0.5, 1.0, 0.0, 0.0, 1.5)])
@pytest.mark.parametrize("write", [mjcf, urdf])
def test_its_joints_are_where_the_hand_has_them(tmp_path, side, betas, write):
    path = tmp_path / "hand.xml"
    path.write_text(write(side, betas))
    model = read_robot(path).compile()
    links = Links.of(model)
    values = torch.zeros(1, 10)
    values[0, : len(betas)] = torch.tensor(betas)
    output = OpenHand(side)(torch.zeros(1, 3), torch.zeros(1, 3), torch.zeros(1, 45), values)
    joints = output.joints[0, :NUM_JOINTS].double().numpy()
    names = [segment.name for segment in segments(side, betas)]
    found = np.stack([links.data.xpos[model.body(name).id] for name in names])
    assert found - found[0] == pytest.approx(joints - joints[0], abs=1e-5)
    assert model.njnt == 21 and 0.3 < sum(model.body_mass) < 1.0


def test_both_files_are_one_hand(tmp_path):
    """The same joints, limits and tips wherever the joints are."""
    models = []
    for name, write in (("a.xml", mjcf), ("a.urdf", urdf)):
        (tmp_path / name).write_text(write("left", [2.0]))
        models.append(read_robot(tmp_path / name).compile())
    angles = {models[0].joint(j).name: j / 20 for j in range(21)}
    ends = []
    for model in models:
        positions = np.zeros(model.nq)
        for name, angle in angles.items():
            joint = model.joint(name)
            low, high = joint.range
            positions[joint.qposadr[0]] = low + angle * (high - low)
        links = Links.of(model, positions)
        ends.append([links.data.xpos[model.body(f"{f}_dip").id] for f in ("index", "little")])
    assert ends[0] == pytest.approx(np.array(ends[1]), abs=1e-6)


@pytest.mark.parametrize("betas", [[6.0], [float("nan")], [0.0] * 11, ["wide"]])
def test_betas_that_are_none(betas):
    with pytest.raises(RobotHandError, match="betas must be up to 10 numbers"):
        mjcf("right", betas)
