"""A denoiser as one graph: the same numbers, whichever way they are reached."""

import dataclasses
import gc
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from diffh2o_ros.models.denoiser import Denoiser, DenoiserConfig
from diffh2o_ros.models.graph import DenoiserGraph

PLAIN = DenoiserConfig(feature_dim=9, num_frames=20, width=16, embedding_dim=32, text_dim=12)
FOLDED = DenoiserConfig(
    feature_dim=9,
    num_frames=20,
    width=16,
    embedding_dim=32,
    text_dim=12,
    frames_per_token=4,
    head_width=16,
    context_dim=10,
)


def awake(config, seed=0):
    """A network of which no block is the identity, as new ones are."""
    torch.manual_seed(seed)
    model = Denoiser(config)
    for weight in model.parameters():
        torch.nn.init.normal_(weight, std=0.3 / max(1, weight[0].numel()) ** 0.5)
    return model


def inputs(config, rows, frames=20):
    generator = torch.Generator().manual_seed(rows)

    def normal(*shape):
        return torch.randn(*shape, generator=generator)

    given = [normal(rows, frames, config.feature_dim), torch.full((rows,), 500)]
    given.append(normal(rows, config.embedding_dim))
    if config.context_dim:
        given.append(normal(rows, frames, config.context_dim))
    return given


@pytest.mark.parametrize("config", [PLAIN, FOLDED])
def test_it_gives_what_the_network_gives(config):
    model = awake(config).frozen("cpu")
    graph = DenoiserGraph(model)
    for rows, frames in ((2, 20), (1, 20), (5, 20), (2, 23), (1, 23)):
        given = inputs(config, rows, frames)
        assert torch.equal(graph(*given), model.denoise(*given))


@pytest.mark.parametrize("config", [PLAIN, FOLDED])
def test_frozen_it_computes_as_in_training(config):
    model, given = awake(config), inputs(config, 3)
    with torch.no_grad():
        trained = model.denoise(*given)
        assert trained.abs().mean() > 0.01
        frozen = model.frozen("cpu").denoise(*given)
        torch.testing.assert_close(frozen, trained, rtol=1e-4, atol=1e-5)
        alone = [part[1:2] for part in given]
        torch.testing.assert_close(model.denoise(*alone), trained[1:2], rtol=1e-4, atol=1e-5)


def test_gradients_are_those_of_the_network():
    model, given = awake(FOLDED), inputs(FOLDED, 2)

    def slope(denoise):
        x = given[0].clone().requires_grad_()
        return torch.autograd.grad(denoise(x, *given[1:]).square().sum(), x)[0]

    trained = slope(model.denoise)
    frozen = slope(DenoiserGraph(model.frozen("cpu")))
    assert trained.abs().mean() > 1e-3
    torch.testing.assert_close(frozen, trained, rtol=1e-3, atol=1e-4)


def test_networks_of_one_shape_share_what_is_recorded_but_not_their_weights():
    given = inputs(FOLDED, 2)
    models = [awake(FOLDED, seed).frozen("cpu") for seed in (0, 1)]
    found = [DenoiserGraph(model)(*given) for model in models]
    assert not torch.allclose(*found)
    for rows, model in zip(found, models, strict=True):
        assert torch.equal(rows, model.denoise(*given))


def test_weights_go_with_the_network():
    model = awake(dataclasses.replace(FOLDED, embedding_dim=64)).frozen("cpu")
    DenoiserGraph(model)(*inputs(model.config, 2))
    kept = [weakref.ref(weight) for weight in model.parameters()]
    del model
    gc.collect()
    assert not any(weight() is not None for weight in kept)


def test_threads_may_share_it():
    model = awake(FOLDED).frozen("cpu")
    graph = DenoiserGraph(model)
    cases = [inputs(FOLDED, rows, frames) for rows in (1, 2, 3, 4) for frames in (20, 24)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda given: graph(*given), cases))
    for given, rows in zip(cases, found, strict=True):
        assert torch.equal(rows, model.denoise(*given))
