"""Which weights an encoder has is seen in what it makes of a sentence."""

import pytest
import torch

from diffh2o_ros.text.encoder import EncoderError, TextEncoder
from diffh2o_ros.text.probe import check_probe, probe


class Letters(TextEncoder):
    """An embedding of each letter, from weights that a user might have trained."""

    name, dim, max_tokens = "letters", 24, 99
    brings_weights, remedy = True, "name the other file"

    def __init__(self, weights):
        super().__init__()
        self._weights = weights

    def _tokenize(self, sentence):
        return [ord(letter) % 64 for letter in sentence]

    def _embed(self, ids, mask):
        return self._weights[ids]


@pytest.fixture
def weights():
    return torch.randn(64, 24, generator=torch.Generator().manual_seed(0))


def test_the_same_weights_in_another_precision_are_the_same(weights):
    known = probe(Letters(weights))
    check_probe(Letters(weights), known, "grasp.safetensors")
    check_probe(Letters(weights.half().float()), known, "grasp.safetensors")


@pytest.mark.parametrize("change", [0.0, -1.0, 1.1, float("nan")])
def test_other_weights_are_said_in_one_line(weights, change):
    with pytest.raises(EncoderError, match=r"^grasp.* other weights .* letters .*: name the other"):
        check_probe(Letters(change * weights), probe(Letters(weights)), "grasp.safetensors")


def test_a_probe_of_another_kind_is_not_taken(weights):
    with pytest.raises(EncoderError, match="other weights"):
        check_probe(Letters(weights), [1.0, 2.0], "grasp.safetensors")


def test_an_encoder_that_has_its_weights_is_not_asked(weights):
    encoder = Letters(weights)
    encoder.brings_weights = False
    check_probe(encoder, [], "grasp.safetensors")
