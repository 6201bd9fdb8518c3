import dataclasses
from itertools import pairwise

import numpy as np
import pytest
import torch

from diffh2o_ros.diffusion.sampler import sampling_steps
from diffh2o_ros.training.arrays import TRAIN, VALIDATION, TrainingArrays
from diffh2o_ros.training.batches import batch_rows, draw


def test_batch_gives_the_rows_and_one_of_their_sentences(make_arrays):
    arrays, indices = make_arrays(), np.array([7, 3, 3, 50])
    batch = arrays.batch(indices, np.random.default_rng(0))
    assert batch["features"].dtype == torch.float32
    np.testing.assert_array_equal(batch["features"].numpy(), arrays.features[indices])
    np.testing.assert_array_equal(batch["bps"].numpy(), arrays.bps[indices])
    assert batch["text_mask"].any(dim=0).all(), "no column is padding for all"
    for row, sentences in enumerate(arrays.text_index[indices]):
        tokens, mask = batch["text_tokens"][row].numpy(), batch["text_mask"][row].numpy()
        start = arrays.token_start
        stored = [arrays.tokens[start[s] : start[s + 1]] for s in sentences]
        assert any(np.array_equal(tokens[mask], own) for own in stored)
        assert not tokens[~mask].any() and not np.diff(mask.astype(int)).clip(min=0).any()


def test_all_sentences_are_drawn(make_arrays):
    arrays, rng = make_arrays(), np.random.default_rng(0)
    lengths = {int(arrays.batch(np.array([1]), rng)["text_mask"].sum()) for _ in range(40)}
    assert lengths == {int(np.diff(arrays.token_start)[s]) for s in arrays.text_index[1]}


def test_saved_arrays_are_mapped_back(make_arrays, tmp_path):
    arrays = make_arrays()
    arrays.save(tmp_path / "arrays")
    loaded = TrainingArrays.load(tmp_path / "arrays")
    assert isinstance(loaded.features, np.memmap)
    for field in dataclasses.fields(arrays):
        np.testing.assert_array_equal(getattr(loaded, field.name), getattr(arrays, field.name))
    (tmp_path / "arrays" / "bps.npy").unlink()
    with pytest.raises(ValueError, match=r"no bps\.npy in"):
        TrainingArrays.load(tmp_path / "arrays")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"features": np.zeros((60, 50))}, "features must have 3 axes, has 2"),
        ({"bps": np.zeros((59, 1024, 3))}, "bps has 59 rows for 60 sequences"),
        ({"token_start": np.array([0, 3, 7, 12, 15])}, "does not cut the 16 tokens"),
        ({"token_start": np.array([0, 3, 3, 12, 16])}, "does not cut the 16 tokens"),
        ({"text_index": np.full((60, 2), 4)}, "outside the 4 sentences"),
        ({"split": np.ones(60)}, "no sequence is marked for training"),
    ],
)
def test_arrays_that_do_not_fit_are_named(make_arrays, change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(make_arrays(), **change)


def test_splits_are_disjoint(make_arrays):
    arrays = make_arrays()
    train, validation = arrays.rows(TRAIN), arrays.rows(VALIDATION)
    assert len(train) == 48 and len(validation) == 12
    assert not set(train) & set(validation)


def test_passes_visit_every_row_once_in_changing_order():
    rows = np.arange(100, 110)
    seen = np.concatenate([batch_rows(rows, step, 4, seed=3) for step in range(5)])
    first, second = seen[:10], seen[10:]
    assert set(first) == set(second) == set(rows)
    assert list(first) != list(second)


def test_a_batch_may_be_larger_than_the_data():
    batch = batch_rows(np.arange(3), 0, 8, seed=0)
    assert len(batch) == 8 and set(batch) == {0, 1, 2}


def test_draws_depend_on_seed_and_step_alone():
    def key(seed, step):
        draws = draw((4, 5, 2), 1000, 0.5, 0.5, seed, step)
        return draws.noise, draws.t, draws.rng.integers(1000)

    for a, b in zip(key(1, 2), key(1, 2), strict=True):
        assert np.array_equal(a, b)
    for other in (key(1, 3), key(2, 2)):
        assert not torch.equal(other[0], key(1, 2)[0])


def test_diffusion_steps_cover_the_range_evenly():
    draws = [draw((8, 1, 1), 1000, 0.3, 0.1, 0, step) for step in range(300)]
    t = torch.stack([d.t for d in draws])
    assert ((t // 125).sort(dim=1).values == torch.arange(8)).all()
    assert t.min() < 5 and t.max() > 994
    assert 0.25 < torch.stack([d.drop_text for d in draws]).float().mean() < 0.35
    assert 0.07 < torch.stack([d.drop_bps for d in draws]).float().mean() < 0.13


def test_diffusion_steps_are_drawn_as_densely_as_the_sampler_takes_them():
    t = torch.stack([draw((8, 1, 1), 1000, 0.3, 0.1, 0, step, 2.0).t for step in range(500)])
    taken = sampling_steps(1000, 5, 2.0)  # equally many lie between two that follow one another
    for noisier, cleaner in pairwise(taken):
        assert ((t <= noisier) & (t > cleaner)).float().mean().item() == pytest.approx(
            0.2, abs=0.01
        )
