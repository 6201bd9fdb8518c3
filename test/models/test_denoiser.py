import dataclasses

import pytest
import torch

from diffh2o_ros.models.conditioning import TextPooling, sinusoidal_embedding
from diffh2o_ros.models.context import context_dim, grasp_context
from diffh2o_ros.models.denoiser import Denoiser, DenoiserConfig
from diffh2o_ros.models.unet import ResidualBlock

SMALL = DenoiserConfig(
    feature_dim=9,
    num_frames=20,
    width=16,
    multipliers=(1, 2, 2),
    embedding_dim=32,
    text_dim=12,
    text_queries=3,
    bps_points=7,
    bps_hidden=16,
)
FOLDED = dataclasses.replace(SMALL, frames_per_token=4, head_width=16, context_dim=10)


def normal(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def inputs(config, batch=3, frames=20):
    mask = torch.ones(batch, 5, dtype=torch.bool)
    mask[0, 2:] = False
    return {
        "x": normal(batch, frames, config.feature_dim),
        "t": torch.tensor([0, 500, 999])[:batch],
        "text_tokens": normal(batch, 5, config.text_dim, seed=1),
        "text_mask": mask,
        "bps": 0.05 * normal(batch, config.bps_points, 3, seed=2),
        "context": normal(batch, frames, config.context_dim, seed=3)
        if config.context_dim
        else None,
    }


def awake(config):
    """A network whose zero-initialized layers are not zero, as after training."""
    model = Denoiser(config)
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
    return model.eval()


@pytest.mark.parametrize("config", [SMALL, FOLDED])
@pytest.mark.parametrize("frames", [20, 50, 13, 4])
def test_any_length_in_same_length_out(config, frames):
    out = awake(config)(**inputs(config, frames=frames))
    assert out.shape == (3, frames, config.feature_dim)
    assert out.isfinite().all()


@pytest.mark.parametrize("config", [SMALL, FOLDED])
def test_every_input_matters_and_only_to_its_own_sample(config):
    model, given = awake(config), inputs(config)
    out = model(**given)
    for name, value in given.items():
        if name == "text_mask" or value is None:
            continue
        changed = value.clone()
        changed[1] = 501 if name == "t" else normal(*value.shape[1:], seed=9)
        other = model(**given | {name: changed})
        assert not torch.allclose(other[1], out[1], atol=1e-4), name
        torch.testing.assert_close(other[[0, 2]], out[[0, 2]], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("config", [SMALL, FOLDED])
def test_every_weight_learns(config):
    model, given = awake(config), inputs(config)
    drop = torch.tensor([True, False, False])
    model(**given, drop=drop, drop_bps=drop).square().mean().backward()
    idle = [
        name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().max() > 0
    ]
    assert idle == []


def test_masked_tokens_do_not_matter():
    model, given = awake(SMALL), inputs(SMALL)
    changed = given["text_tokens"].clone()
    changed[0, 2:] = 100.0
    assert torch.equal(model(**given | {"text_tokens": changed}), model(**given))


def test_dropped_conditions_are_not_seen():
    model, given = awake(SMALL), inputs(SMALL)
    other = inputs(SMALL) | {"text_tokens": normal(3, 5, 12, seed=8)}
    drop = torch.tensor([True, False, True])
    first, second = model(**given, drop=drop), model(**other, drop=drop)
    torch.testing.assert_close(first[[0, 2]], second[[0, 2]])
    assert not torch.allclose(first[1], second[1], atol=1e-4)
    everything = torch.ones(3, dtype=torch.bool)
    bare = model(**given | {"bps": given["bps"] * 2}, drop_bps=everything)
    torch.testing.assert_close(bare, model(**given, drop_bps=everything))


def test_sentence_without_tokens_counts_as_dropped():
    pooling = TextPooling(dim=12, embedding_dim=32, queries=3)
    torch.nn.init.normal_(pooling.null, generator=torch.Generator().manual_seed(0))
    out = pooling(normal(2, 5, 12), torch.tensor([[False] * 5, [True] * 5]))
    torch.testing.assert_close(out[0], pooling.null)
    assert not torch.allclose(out[1], pooling.null)


def test_conditions_can_be_encoded_once():
    model, given = awake(FOLDED), inputs(FOLDED)
    condition = model.condition(given["text_tokens"], given["text_mask"], given["bps"])
    out = model.denoise(given["x"], given["t"], condition, given["context"])
    assert torch.equal(out, model(**given))


def test_new_block_is_the_identity():
    block = ResidualBlock(16, 16, 8)
    x = normal(2, 16, 11)
    assert torch.equal(block(x, normal(2, 8)), x)


def test_folded_network_keeps_fine_detail():
    """White noise over frames passes, though its 36 numbers a token exceed the 16 channels."""
    torch.manual_seed(0)
    model, given = Denoiser(FOLDED), inputs(FOLDED)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for step in range(150):
        x = normal(3, 20, 9, seed=step)
        loss = (model(**given | {"x": x}) - x).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1


def test_timestep_embedding_tells_steps_apart():
    embedding = sinusoidal_embedding(torch.arange(1000), 32)
    assert embedding.shape == (1000, 32)
    distance = torch.cdist(embedding, embedding) + 10 * torch.eye(1000)
    assert distance.min() > 0.1


def test_context_shows_the_grasp_stage_only():
    encoded = normal(2, 8, 3)
    encoded[:, 5:] = torch.nan  # not known yet: must not leak, not even as NaN
    context = grasp_context(encoded, 5)
    assert context.shape == (2, 8, context_dim(3))
    assert torch.equal(context[:, :5, :3], encoded[:, :5])
    assert (context[:, :5, 3] == 1).all() and (context[:, 5:] == 0).all()


def test_context_must_fit():
    with pytest.raises(ValueError, match="takes 10 context features a frame, got none"):
        Denoiser(FOLDED)(**inputs(FOLDED) | {"context": None})
    with pytest.raises(ValueError, match="takes 0 context features a frame, got 4"):
        Denoiser(SMALL)(**inputs(SMALL) | {"context": torch.zeros(3, 20, 4)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"width": 12}, "width must be a multiple of 8"),
        ({"multipliers": ()}, "one positive integer or more"),
        ({"frames_per_token": 3}, "1 or even"),
        ({"feature_dim": 0}, "feature_dim must be at least 1"),
        ({"context_dim": -1}, "must not be negative"),
        ({"embedding_dim": 31}, "must be even"),
    ],
)
def test_impossible_shapes_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(SMALL, **change)
