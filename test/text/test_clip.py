from importlib.util import find_spec

import pytest
import torch

from diffh2o_ros.text.encoder import EncoderError
from diffh2o_ros.text.registry import load_encoder

has_open_clip = pytest.mark.skipif(
    find_spec("open_clip") is None, reason="open_clip, an optional extra, is not installed"
)


@pytest.mark.skipif(find_spec("open_clip") is not None, reason="open_clip is installed")
def test_missing_extra():
    with pytest.raises(EncoderError, match="pip install open_clip_torch"):
        load_encoder("clip")


@pytest.fixture(scope="module")
def encoder():
    from diffh2o_ros.text.encoders.clip import ClipEncoder

    with torch.random.fork_rng():
        torch.manual_seed(0)
        return ClipEncoder(pretrained=None)  # open_clip's own network, untrained


@has_open_clip
def test_the_last_token_is_clips_sentence_embedding(encoder):
    sentences = ["pick up the mug with the right hand", "drink", "Pour it out, slowly; then stop!"]
    embedding = encoder.encode(sentences)
    assert embedding.tokens.shape == (3, int(embedding.mask.sum(1).max()), 512)
    with torch.inference_mode():
        expected = encoder._model.encode_text(encoder._tokenizer(sentences))
    last = embedding.tokens[torch.arange(3), embedding.mask.sum(1) - 1]
    torch.testing.assert_close(last, expected.clone(), atol=1e-4, rtol=1e-4)
    assert (last[0] - last[1]).abs().max() > 0.01


@has_open_clip
def test_padding_and_company_change_nothing(encoder):
    encoder._cache.clear()
    together = encoder.encode(["lift it", "put the bottle back on the table with the left hand"])
    encoder._cache.clear()
    alone = encoder.encode(["lift it"])
    torch.testing.assert_close(
        together.tokens[0][together.mask[0]], alone.tokens[0], atol=1e-4, rtol=1e-4
    )


@has_open_clip
def test_long_sentences_are_cut_as_clip_cuts_them(encoder):
    sentence = "turn the cup " * 50
    embedding = encoder.encode([sentence])
    assert embedding.tokens.shape == (1, encoder.max_tokens, 512) == (1, 77, 512)
    with torch.inference_mode():
        expected = encoder._model.encode_text(encoder._tokenizer([sentence]))
    torch.testing.assert_close(embedding.tokens[0, -1], expected[0].clone(), atol=1e-4, rtol=1e-4)


@has_open_clip
def test_weights_that_cannot_be_had(tmp_path):
    from diffh2o_ros.text.encoders.clip import ClipEncoder

    with pytest.raises(EncoderError, match="cannot be loaded") as error:
        ClipEncoder(pretrained=str(tmp_path / "none.pt"))
    assert "\n" not in str(error.value)
