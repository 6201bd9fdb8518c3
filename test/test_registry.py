"""A file in the folder of a registry is all that an encoder, a hand or a renderer needs."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from diffh2o_ros.cli import BAD_INPUT, main
from diffh2o_ros.cli.checks import check_hand, check_renderer, check_text
from diffh2o_ros.hands.loading import HANDS, hand_choices, load_hand
from diffh2o_ros.text.encoder import EncoderError
from diffh2o_ros.text.registry import ENCODERS, load_encoder
from diffh2o_ros.viz.backend import RENDERERS
from diffh2o_ros.viz.render import render_frames

GLOVE = """
    from diffh2o_ros.hands.parametric.openhand import OpenHand

    class Glove(OpenHand):
        name = "glove"

        def forward(self, *pose):
            posed = super().forward(*pose)
            return posed._replace(vertices=posed.vertices + 0.001)
"""
NEGATIVE = """
    from diffh2o_ros.viz.renderers.matplotlib import PainterRenderer

    class NegativeRenderer(PainterRenderer):
        name = "negative"

        def draw(self, frame):
            return 255 - super().draw(frame)
"""


def refusal(capsys, *words):
    """What the command says of the last of the words, which is no choice."""
    assert main(list(words)) == BAD_INPUT
    return capsys.readouterr().err.replace("'", "")


def test_an_encoder_is_a_file(add_letter_encoder, capsys):
    assert ENCODERS.names() == ("minilm", "clip")
    with pytest.raises(EncoderError, match="unknown text encoder 'letters'; known are"):
        load_encoder("letters")
    add_letter_encoder()
    assert ENCODERS.names() == ("minilm", "clip", "letters")
    said = refusal(capsys, "train", "grasp", "--text-encoder", "words")
    assert "choose from minilm, clip, letters)" in said
    embedding = load_encoder("letters").encode(["lift", "it"])
    assert embedding.tokens.shape == (2, 4, 128) and embedding.mask.sum(1).tolist() == [4, 2]
    assert embedding.tokens.argmax(-1)[0].tolist() == list(b"lift")
    assert any(f.detail == "letters: ASCII" and f.state == "ok" for f in check_text())


def test_a_hand_is_a_file(add_to_registry, capsys):
    assert hand_choices() == ("auto", "openhand", "mano")
    add_to_registry(HANDS, "glove", GLOVE)
    said = refusal(capsys, "synthesize", "--hand", "mitten")
    assert "choose from auto, openhand, glove, mano)" in said
    pose = torch.zeros(3), torch.zeros(3), torch.zeros(45)
    glove, hand = load_hand("glove", "left", None), load_hand("auto", "left", None)
    assert (glove.name, glove.side, hand.name) == ("glove", "left", "openhand")
    torch.testing.assert_close(glove(*pose).vertices, hand(*pose).vertices + 0.001)
    assert any(f.detail.startswith("glove: ") and f.state == "ok" for f in check_hand(None))
    with pytest.raises(ValueError, match="be auto, openhand, glove or mano, not 'mitten'"):
        load_hand("mitten", "left", None)


def test_a_renderer_is_a_file(add_to_registry, simple_interaction):
    add_to_registry(RENDERERS, "negative", NEGATIVE)
    assert RENDERERS.names() == ("vtk", "matplotlib", "negative")
    scene = simple_interaction(np.zeros((2, 3)), np.zeros((2, 3)))
    drawn, negative = (
        render_frames(scene, [0], size=64, renderer=name)[0] for name in ("matplotlib", "negative")
    )
    assert (drawn == 255 - negative).all() and drawn.std() > 10
    assert any(f.detail.startswith("negative: ") for f in check_renderer())


def test_a_file_that_holds_no_class_of_its_name(add_letter_encoder):
    add_letter_encoder("words")
    with pytest.raises(TypeError, match=r"words\.py has no class with name = 'words'"):
        load_encoder("words")


def test_a_file_that_cannot_be_imported_is_optional_to_doctor(add_to_registry):
    add_to_registry(ENCODERS, "giant", "import a_package_that_nobody_installed")
    (finding,) = (f for f in check_text() if f.detail.startswith("giant"))
    assert finding.state == "optional" and "a_package_that_nobody_installed" in finding.detail


def test_to_know_the_names_imports_nothing_heavy():
    code = (
        "import sys; from diffh2o_ros.cli import build_parser; build_parser(); "
        "print({'torch', 'numpy', 'tokenizers', 'matplotlib'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"
