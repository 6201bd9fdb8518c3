"""robomimic's layout as h5py reads it; docs/export_learning.md says how robomimic was tried."""

import json
import sys

import numpy as np
import pytest

from diffh2o_ros.cli import main
from diffh2o_ros.export.episode import ExportError
from diffh2o_ros.export.format import export
from diffh2o_ros.export.formats.hdf5 import save_hdf5

h5py = pytest.importorskip("h5py")


@pytest.fixture
def robots(robot_episode, tmp_path):
    """12 episodes of 6 objects, every second one a success; the open file."""
    episodes = [
        robot_episode(1 + index // 2, success=index % 2 == 0, name=f"m{index}")
        for index in range(12)
    ]
    export(episodes, "hdf5", tmp_path / "set.hdf5")
    with h5py.File(tmp_path / "set.hdf5") as file:
        yield file


def test_demos_are_as_robomimic_reads_them(robots):
    data = robots["data"]
    assert data.attrs["total"] == 192
    environment = json.loads(data.attrs["env_args"])
    assert environment["env_name"] == "diffh2o" and environment["env_kwargs"]["robot"] == "claw"
    assert list(data.attrs["state_names"][:2]) == ["right.thumb", "right.index"]
    assert sorted(data) == sorted(f"demo_{index}" for index in range(12))
    for demo in data.values():
        assert demo.attrs["num_samples"] == 16 and demo.attrs["task"] == "lift the box"
        assert demo["actions"].shape == demo["obs/state"].shape == (16, 11)
        assert demo["obs/object"].shape == (16, 9) and demo["actions"].dtype == np.float32
        assert demo["dones"][:].tolist() == [0] * 15 + [1]
        succeeded = int(demo.attrs["name"][1:]) % 2 == 0
        assert demo.attrs["success"] == succeeded
        assert demo["rewards"][:].tolist() == [0] * 15 + [succeeded]


def test_rows_are_the_motions(robots):
    demo = robots["data/demo_3"]
    times = np.arange(16) / 30
    assert demo["obs/state"][:, 0] == pytest.approx(times, abs=1e-6)
    assert demo["actions"][:, 0] == pytest.approx(times + 0.1, abs=1e-6)
    assert demo["obs/object"][:, 2] == pytest.approx(times, abs=1e-6)
    for part in ("state", "object"):
        assert (demo[f"next_obs/{part}"][:-1] == demo[f"obs/{part}"][1:]).all()
    found = robots["statistics/actions"]
    rows = np.concatenate([demo["actions"][:] for demo in robots["data"].values()])
    assert found["mean"][:] == pytest.approx(rows.mean(0), abs=1e-6)


def test_masks_hold_each_object_in_one(robots):
    masks = {name: [demo.decode() for demo in mask] for name, mask in robots["mask"].items()}
    assert "train" in masks and set(masks) <= {"train", "valid", "test"}
    assert sorted(demo for demos in masks.values() for demo in demos) == sorted(robots["data"])
    apart = [{robots["data"][d].attrs["object_id"] for d in demos} for demos in masks.values()]
    assert sum(map(len, apart)) == len(set.union(*apart)) == len(robots["meshes"]) == 6


def test_meshes_are_there_once(robots):
    for demo in robots["data"].values():
        mesh = robots["meshes"][demo.attrs["object_id"]]
        size = 1 + int(demo.attrs["name"][1:]) // 2
        assert np.ptp(mesh["vertices"][:], axis=0) == pytest.approx([0.08 * size] * 3)
        assert mesh["faces"].shape == (12, 3)


def test_human_hands(human_episode, tmp_path):
    save_hdf5([human_episode()], tmp_path / "set.hdf5", fps=60)
    with h5py.File(tmp_path / "set.hdf5") as file:
        demo = file["data/demo_0"]
        assert demo["actions"].shape == (11, 104) and demo.attrs["right_betas"].shape == (10,)
        assert (demo["actions"][:-1] == demo["obs/state"][1:]).all()
        assert "success" not in demo.attrs and list(file["mask/train"]) == [b"demo_0"]


def test_nothing_is_left_of_what_fails(human_episode, robot_episode, tmp_path):
    (tmp_path / "set.hdf5").write_text("mine")
    with pytest.raises(ExportError, match="differ in kind"):
        save_hdf5([human_episode(), robot_episode()], tmp_path / "set.hdf5")
    with pytest.raises(ExportError, match="sum to 1"):
        save_hdf5([human_episode()], tmp_path / "set.hdf5", splits=(1, 1, 1))
    assert (tmp_path / "set.hdf5").read_text() == "mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "set.hdf5"]


def test_without_h5py(human_episode, monkeypatch, tmp_path, capsys):
    human_episode().interaction.save(tmp_path / "F.npz")
    monkeypatch.setitem(sys.modules, "h5py", None)
    words = ["export", tmp_path / "F.npz", "--to", "hdf5", "--out", tmp_path / "set.hdf5"]
    assert main([str(word) for word in words]) == 2
    said = capsys.readouterr().err
    assert "pip install h5py" in said and said.count("\n") == 1
