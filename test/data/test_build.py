"""The data set: deterministic, resumable, and every motion in it does what it should teach."""

import json

import numpy as np
import pytest
import torch

from diffh2o_ros.data.build import DatasetError, build_dataset
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.sequence import GRASP_FRAMES, NUM_FRAMES
from diffh2o_ros.geometry.object import exact_signed_distance
from diffh2o_ros.hands.contact import ContactModel
from diffh2o_ros.hands.skeleton import SIDES, wrist_kinematics

NUM = 24


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data") / "set"
    assert build_dataset(folder, NUM, seed=3, workers=2) == NUM
    return folder


@pytest.fixture(scope="module")
def dataset(folder):
    return Dataset(folder)


def shard_arrays(folder):
    with np.load(folder / "shards" / "00000.npz", allow_pickle=False) as shard:
        return {name: shard[name] for name in shard.files}


def test_the_same_seed_gives_the_same_data_whatever_the_workers(folder, tmp_path):
    build_dataset(tmp_path / "again", 4, seed=3, workers=1)
    one, other = shard_arrays(folder), shard_arrays(tmp_path / "again")
    assert one.keys() == other.keys()
    for name, values in one.items():
        np.testing.assert_array_equal(values, other[name])


def test_a_finished_build_is_not_done_again(folder):
    shard = folder / "shards" / "00000.npz"
    before = shard.stat().st_mtime_ns
    seen = []
    build_dataset(folder, NUM, seed=3, workers=1, on_progress=lambda d, n: seen.append((d, n)))
    assert shard.stat().st_mtime_ns == before and seen[-1] == (NUM, NUM)


def test_bad_orders_are_refused(folder, tmp_path):
    with pytest.raises(DatasetError, match="seed 3"):
        build_dataset(folder, NUM, seed=4)
    with pytest.raises(DatasetError, match="at least 1"):
        build_dataset(tmp_path / "none", 0)
    with pytest.raises(DatasetError, match="not a data set"):
        Dataset(tmp_path / "nowhere")
    unfinished = tmp_path / "half"
    unfinished.mkdir()
    header = json.loads((folder / "dataset.json").read_text()) | {"num_sequences": 0}
    (unfinished / "dataset.json").write_text(json.dumps(header))
    with pytest.raises(DatasetError, match="unfinished"):
        Dataset(unfinished)


@pytest.mark.parametrize("index", [0, 7, 15, 23])
def test_motions_are_what_they_should_teach(dataset, index):
    sequence = dataset[index]
    motion, recipe = sequence.motion, sequence.recipe
    side = SIDES.index(recipe.side)
    assert motion.wrist.shape == (NUM_FRAMES, 2, 3)
    assert torch.isfinite(motion.hand_pose).all()

    # The object rests until it is held, and then it moves.
    still = motion.object_position[:GRASP_FRAMES]
    assert still.abs().max() == 0 and motion.object_position.abs().max() > 0.05
    # The hand is fixed to the object from the grasp on.
    held = motion.object_rotation.transpose(-1, -2) @ (
        motion.wrist[:, side] - motion.object_position
    ).unsqueeze(-1)
    hold = held[GRASP_FRAMES - 1 :]
    assert (hold - hold[0]).abs().max() < 1e-5

    # Judged against the exact mesh, not the grid it was made with.
    model = ContactModel(recipe.side)
    rotations, joints = wrist_kinematics(
        motion.wrist[:GRASP_FRAMES, side], motion.rotation[:GRASP_FRAMES, side],
        motion.hand_pose[:GRASP_FRAMES, side], recipe.side,
    )
    spheres, pads, _ = model.place(rotations, joints)
    gap = exact_signed_distance(sequence.mesh, spheres.reshape(-1, 3).double().numpy())
    gap = gap.reshape(spheres.shape[:2]) - model.radius.numpy()
    assert gap[-1].min() > -0.003 and gap.min() > -0.004
    assert gap[: int(0.6 * GRASP_FRAMES)].min() > 0.002  # it does not touch early
    touch = np.abs(exact_signed_distance(sequence.mesh, pads[-1].double().numpy())) < 0.005
    fingers = {n.split("_")[0] for n, t in zip(model.pad_names, touch, strict=True) if t}
    assert "thumb" in fingers and len(fingers - {"thumb", "palm"}) >= 2
    table = sequence.mesh.vertices[:, 2].min()
    assert (spheres[..., 2] - model.radius).min() > table - 0.002


def test_the_stored_distances_are_those_of_the_motion(dataset):
    from diffh2o_ros.motion.features import skeleton_keypoints

    sequence = dataset[5]
    points = skeleton_keypoints(sequence.motion)[GRASP_FRAMES - 1]
    exact = exact_signed_distance(sequence.mesh, points.reshape(-1, 3).double().numpy())
    found = sequence.distances[GRASP_FRAMES - 1].reshape(-1).numpy()
    near = np.abs(exact) < 0.02
    assert near.sum() >= 5
    np.testing.assert_allclose(found[near], exact[near], atol=1.5e-3)


def test_sentences_are_stable_and_name_the_right_hand(dataset):
    for index in range(NUM):
        owner, row = dataset.location(index)
        entry = dataset.objects[owner]
        found = entry.sentences(row, 4)
        assert found == entry.sentences(row, 4) and len(set(found)) == 4
        other = "left" if entry.recipes[row].side == "right" else "right"
        assert not any(f"{other} hand" in s.lower() for s in found)


def test_both_hands_act(dataset):
    sides = {dataset.objects[o].recipes[r].side for o, r in map(dataset.location, range(NUM))}
    assert sides == {"left", "right"}
