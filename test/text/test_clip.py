from fractions import Fraction
from importlib.util import find_spec

import pytest
import torch
from safetensors.torch import save_file

from diffh2o_ros.data.build import build_dataset
from diffh2o_ros.text.encoder import EncoderError
from diffh2o_ros.text.registry import load_encoder
from diffh2o_ros.training.prepare import text_probe

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
@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("none.pt", None, "there is no such file"),
        ("cut.safetensors", "cut", "cannot be loaded"),
        ("cut.pt", "cut", "cannot be loaded"),
        ("other.safetensors", "other", "not of the architecture ViT-B-32-quickgelu"),
        ("code.pt", "code", "pickled objects, which could run code"),
    ],
)
def test_a_file_of_weights_that_is_none(name, kind, message, tmp_path, monkeypatch):
    path = tmp_path / name
    if kind == "cut":
        path.write_bytes(b"PK\3\4 and nothing more")
    elif kind == "other":
        save_file({"positional_embedding": torch.zeros(3, 4)}, path)
    elif kind == "code":
        torch.save({"state_dict": Fraction(1, 2)}, path)
    monkeypatch.setenv("DIFFH2O_CLIP", str(path))
    with pytest.raises(EncoderError, match=message) as error:
        load_encoder("clip")
    assert "\n" not in str(error.value) and "DIFFH2O_CLIP" in str(error.value)


@has_open_clip
def test_the_users_file_is_read(tmp_path, monkeypatch):
    import open_clip

    path = tmp_path / "clip.safetensors"
    model = open_clip.create_model("ViT-B-32-quickgelu", pretrained=None)
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, path)
    monkeypatch.setenv("DIFFH2O_CLIP", str(path))
    encoder = load_encoder("clip")
    embedding = encoder.encode(["lift the mug"])
    with torch.inference_mode():
        expected = model.eval().encode_text(encoder._tokenizer(["lift the mug"]))
    torch.testing.assert_close(embedding.tokens[0, -1], expected[0].clone(), atol=1e-4, rtol=1e-4)


@has_open_clip
def test_arrays_and_networks_know_whose_weights_they_were_made_with(tmp_path, monkeypatch):
    import open_clip

    for name in ("one", "other"):
        model = open_clip.create_model("ViT-B-32-quickgelu", pretrained=None)
        state = {key: value.contiguous() for key, value in model.state_dict().items()}
        save_file(state, tmp_path / f"{name}.safetensors")
    build_dataset(tmp_path / "data", 4, workers=1)

    monkeypatch.setenv("DIFFH2O_CLIP", str(tmp_path / "one.safetensors"))
    known = text_probe(tmp_path / "data", "clip")
    assert text_probe(tmp_path / "data", "clip") == known
    monkeypatch.setenv("DIFFH2O_CLIP", str(tmp_path / "other.safetensors"))
    with pytest.raises(EncoderError, match=r"arrays-clip-4 .* other weights .*DIFFH2O_CLIP"):
        text_probe(tmp_path / "data", "clip")


@has_open_clip
@pytest.mark.skipif(find_spec("transformers") is None, reason="transformers is not installed")
def test_every_token_is_that_of_another_implementation(encoder):
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    config = CLIPTextConfig(hidden_act="quick_gelu", projection_dim=512, eos_token_id=49407)
    other = CLIPTextModelWithProjection(config).eval()
    other.load_state_dict(_as_transformers(encoder._model.state_dict()), strict=False)
    sentence = "slowly shake the bottle three times with the left hand"
    ids = torch.tensor([encoder._tokenize(sentence)])
    with torch.inference_mode():
        hidden = other.text_model(input_ids=ids).last_hidden_state
        expected = other.text_projection(hidden)[0].clone()
    found = encoder.encode([sentence]).tokens[0]
    assert found.std() > 0.01
    torch.testing.assert_close(found, expected, atol=1e-4, rtol=1e-3)


def _as_transformers(state):
    """open_clip's text tower in the names of transformers' CLIPTextModelWithProjection."""
    renamed = {
        "text_model.embeddings.token_embedding.weight": state["token_embedding.weight"],
        "text_model.embeddings.position_embedding.weight": state["positional_embedding"],
        "text_projection.weight": state["text_projection"].T,
    }
    for kind in ("weight", "bias"):
        renamed[f"text_model.final_layer_norm.{kind}"] = state[f"ln_final.{kind}"]
        for layer in range(12):
            ours = f"transformer.resblocks.{layer}."
            theirs = f"text_model.encoder.layers.{layer}."
            parts = state[f"{ours}attn.in_proj_{kind}"].chunk(3)
            for name, part in zip("qkv", parts, strict=True):
                renamed[f"{theirs}self_attn.{name}_proj.{kind}"] = part
            for there, here in (
                ("self_attn.out_proj", "attn.out_proj"),
                ("layer_norm1", "ln_1"),
                ("layer_norm2", "ln_2"),
                ("mlp.fc1", "mlp.c_fc"),
                ("mlp.fc2", "mlp.c_proj"),
            ):
                renamed[f"{theirs}{there}.{kind}"] = state[f"{ours}{here}.{kind}"]
    return renamed


@has_open_clip
def test_weights_that_cannot_be_had(tmp_path):
    from diffh2o_ros.text.encoders.clip import ClipEncoder

    with pytest.raises(EncoderError, match="cannot be loaded") as error:
        ClipEncoder(pretrained=str(tmp_path / "none.pt"))
    assert "\n" not in str(error.value)
