"""The procedural data set: deterministic, resumable, and every motion in it keeps its promises."""

import json

import numpy as np
import pytest
import torch

from diffh2o_ros.data.build import build_dataset, family_of, grasped_object
from diffh2o_ros.data.checks import faults
from diffh2o_ros.data.dataset import Dataset
from diffh2o_ros.data.describing import describe
from diffh2o_ros.data.drawing import draw_sequences
from diffh2o_ros.data.format import GRASP_FRAMES, MAX_FRAMES, DatasetError, interaction_of
from diffh2o_ros.data.motions.actions import HAND_OVER
from diffh2o_ros.data.objects import FAMILIES
from diffh2o_ros.data.splits import UNSEEN_FAMILIES, Splits
from diffh2o_ros.evaluation.metrics import interaction_metrics
from diffh2o_ros.geometry.distance import exact_signed_distance
from diffh2o_ros.hands.sides import SIDES
from diffh2o_ros.motion.features import skeleton_keypoints

NUM = 24  # as conftest.py builds them


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
    header = json.loads((folder / "dataset.json").read_text())
    for change, complaint in (
        ({"num_sequences": 0}, "unfinished"),
        ({"format": 1}, "format 1"),
        ({"num_sequences": 10**6}, "shards are missing"),
        ({"content": "pickles"}, "pickles"),
    ):
        spoilt = tmp_path / next(iter(change))
        spoilt.mkdir(exist_ok=True)
        (spoilt / "dataset.json").write_text(json.dumps(header | change))
        with pytest.raises(DatasetError, match=complaint):
            Dataset(spoilt)


def test_a_damaged_shard_is_reported(folder, tmp_path):
    (tmp_path / "shards").mkdir()
    (tmp_path / "dataset.json").write_bytes((folder / "dataset.json").read_bytes())
    whole = (folder / "shards" / "00000.npz").read_bytes()
    (tmp_path / "shards" / "00000.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatasetError, match="damaged"):
        Dataset(tmp_path)


def test_every_sequence_keeps_its_promises(dataset):
    for index in range(0, NUM, 3):
        sequence = dataset[index]
        assert list(faults(sequence)) == []
        assert GRASP_FRAMES < sequence.info.num_frames <= MAX_FRAMES
        figures = interaction_metrics(interaction_of(sequence))
        assert figures["penetration_mm"] < 3 and figures["table_mm"] < 1
        assert figures["floating"] == 0 and figures["seam"] < 1.3 and figures["slip_mm_s"] < 40
        # Open hands that press from both sides need no thumbs.
        assert figures["thumb"] > 0.5 or sequence.info.hand == "both"
        assert figures["fingers"] >= 2


@pytest.mark.parametrize("family", ["mug", "hammer", "phone"])
def test_objects_are_used_as_what_they_are(family):
    index = next(i for i in range(1000) if family_of(i) == family)
    thing = grasped_object(3, index)
    actions = set()
    for number, (recipe, planned) in enumerate(draw_sequences(3, index, thing)):
        info = describe(str(number), recipe, planned, thing, Splits(3))
        assert info.action in thing.thing.affordances
        assert info.hand in ("left", "right", "both") and len(set(info.sentences)) > 1
        held = planned.held.any(0)
        sides = {side for side, acts in zip(SIDES, held.tolist(), strict=True) if acts}
        if info.action == HAND_OVER:
            assert sides == set(SIDES)
            first = [int(planned.held[:, i].float().argmax()) for i in range(2)]
            assert SIDES[int(np.argmin(first))] == info.hand
            assert bool(planned.held.all(1).any())  # both have it for a moment
        else:
            assert sides == (set(SIDES) if info.hand == "both" else {info.hand})
        if info.put_back:
            assert float(planned.motion.object_position[-1].norm()) < 1e-6
        actions.add(info.action)
    assert len(actions) >= 2  # drawn at random, and of grasps that rounding decides on


def test_the_stored_distances_are_those_of_the_motion(dataset):
    sequence = dataset[5]
    points = skeleton_keypoints(sequence.motion)[GRASP_FRAMES - 1]
    exact = exact_signed_distance(sequence.mesh, points.reshape(-1, 3).double().numpy())
    found = sequence.distances[GRASP_FRAMES - 1].reshape(-1).numpy()
    near = np.abs(exact) < 0.02
    assert near.sum() >= 5
    np.testing.assert_allclose(found[near], exact[near], atol=1.5e-3)


def test_a_sequence_is_always_the_same(folder, dataset):
    again = Dataset(folder)[7].motion
    for name, values in vars(dataset[7].motion).items():
        assert torch.equal(values, getattr(again, name))


def test_every_round_holds_all_families():
    assert {family_of(i) for i in range(240)} == set(FAMILIES)
    assert len({family_of(i) for i in range(40)}) > 25


def test_splits_keep_objects_apart_and_are_written_down(dataset):
    splits = Splits(3)
    assert dataset.header["splits"]["unseen_families"] == list(UNSEEN_FAMILIES)
    assert set(UNSEEN_FAMILIES) <= set(FAMILIES)
    for info in dataset.infos:
        assert info.split == splits.of(info.family, info.object_index)
    found = [splits.of("box", i) for i in range(1000)]
    assert 20 < found.count("unseen_instance") < 90 and "unseen_family" not in found
    assert {splits.of(UNSEEN_FAMILIES[0], i) for i in range(50)} == {"unseen_family"}
    assert found != [Splits(4).of("box", i) for i in range(1000)]
