"""What SPIDER reads: names, shapes, rates and frames."""

import json

import numpy as np
import pytest
import trimesh
from scipy.spatial.transform import Rotation

from diffh2o_ros.cli import main
from diffh2o_ros.export.formats.spider import REF_DT, save_spider


def matrices(qpos):
    """(..., 4, 4) of x y z, qw qx qy qz."""
    found = np.tile(np.eye(4), (*qpos.shape[:-1], 1, 1))
    flat = qpos.reshape(-1, 7)
    rotation = Rotation.from_quat(flat[:, 3:], scalar_first=True).as_matrix()
    found[..., :3, :3] = rotation.reshape(*qpos.shape[:-1], 3, 3)
    found[..., :3, 3] = qpos[..., :3]
    return found


@pytest.fixture(scope="module")
def written(can_motion, tmp_path_factory):
    folder = tmp_path_factory.mktemp("spider")
    path = save_spider(can_motion, folder)
    with np.load(path, allow_pickle=False) as file:
        return folder, path, dict(file)


def test_files_lie_where_spider_looks_for_them(written):
    folder, path, _ = written
    task = "lift_the_can_with_the_right_hand_and_put_it_back"
    assert path == folder / f"processed/diffh2o/mano/right/{task}/0/trajectory_keypoints.npz"
    info = json.loads((path.parent.parent / "task_info.json").read_text())
    assert info["task"] == task and info["embodiment_type"] == "right" and info["ref_dt"] == REF_DT
    assert info["left_object_mesh_dir"] is None
    assert (folder / info["right_object_mesh_dir"] / "visual.obj").is_file()


def test_every_frame_is_the_motion_at_its_time(written, can_motion):
    folder, _, arrays = written
    frames = len(arrays["qpos_obj_right"])
    assert (frames - 1) * REF_DT == pytest.approx((can_motion.num_frames - 1) / 30, abs=REF_DT)
    # Every third frame of ours (.1 s) is every fifth of its.
    ours = np.arange(0, can_motion.num_frames, 3)
    theirs = 5 * np.arange(len(ours))
    ours, theirs = ours[theirs < frames], theirs[theirs < frames]
    assert matrices(arrays["qpos_obj_right"][theirs]) == pytest.approx(
        can_motion.object_pose[ours], abs=1e-5
    )
    hand = can_motion.hands["right"]
    assert matrices(arrays["qpos_wrist_right"][theirs]) == pytest.approx(
        hand.wrist_pose[ours], abs=1e-5
    )
    tips = arrays["qpos_finger_right"][theirs]
    assert tips.shape[1:] == (5, 7)
    assert tips[..., :3] == pytest.approx(hand.joints[ours][:, [4, 8, 12, 16, 20]], abs=1e-5)
    mesh = trimesh.load(next(folder.rglob("visual.obj")), process=False)
    assert np.allclose(mesh.vertices, can_motion.object_vertices, atol=1e-6)
    assert len(mesh.faces) == len(can_motion.object_faces)


def test_fingertips_point_where_fingers_do(written, can_motion):
    """At rest fingers point to -x; the last joint's rotation takes that to where the tip is."""
    _, _, arrays = written
    hand = can_motion.hands["right"]
    tips = matrices(arrays["qpos_finger_right"][:1])[0]
    for finger, (tip, before) in enumerate([(8, 7), (12, 11), (16, 15)], 1):
        along = hand.joints[0, tip] - hand.joints[0, before]
        pointing = tips[finger, :3, :3] @ [-1, 0, 0]
        assert pointing @ along / np.linalg.norm(along) > 0.9


def test_contacts_are_where_fingers_hold(written, can_motion):
    _, _, arrays = written
    touches, where = arrays["contact_right"], arrays["contact_pos_right"]
    assert touches.shape == (len(arrays["qpos_obj_right"]), 5) and set(np.unique(touches)) <= {0, 1}
    assert touches[0].sum() == 0 and touches.any(0).sum() >= 2
    low, high = can_motion.object_vertices.min(0), can_motion.object_vertices.max(0)
    held = where[touches.any(0)]
    assert (held > low - 0.015).all() and (held < high + 0.015).all()
    assert not arrays["contact_left"].any() and not arrays["contact_pos_left"].any()


def test_the_idle_side_is_still(written):
    _, _, arrays = written
    assert (arrays["qpos_wrist_left"] == [0, 0, 0, 1, 0, 0, 0]).all()
    assert (arrays["qpos_finger_left"] == [0, 0, 0, 1, 0, 0, 0]).all()
    assert (arrays["qpos_obj_left"] == [0, 0, 0, 1, 0, 0, 0]).all()


def test_retarget_writes_it(can_motion, tmp_path):
    pytest.importorskip("mujoco")
    pytest.importorskip("coacd")
    can_motion.save(tmp_path / "F.npz")
    words = ["retarget", tmp_path / "F.npz", "--robot", "openhand", "--out", tmp_path / "T.npz"]
    assert main([str(w) for w in [*words, "--spider", tmp_path / "S", "--mass", "0.2"]]) == 0
    assert len(list((tmp_path / "S").rglob("trajectory_keypoints.npz"))) == 1
