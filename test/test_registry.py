"""A file in the folder of a registry is all that an encoder, a hand or a renderer needs."""

import importlib
import subprocess
import sys
from textwrap import dedent

import numpy as np
import pytest
import torch

from diffh2o_ros.cli import build_parser
from diffh2o_ros.cli.checks import check_hand, check_renderer, check_text
from diffh2o_ros.hands.loading import HANDS, hand_choices, load_hand
from diffh2o_ros.text.encoder import EncoderError
from diffh2o_ros.text.registry import ENCODERS, load_encoder
from diffh2o_ros.viz.backend import RENDERERS
from diffh2o_ros.viz.render import render_frames

LETTERS = """
    import torch
    from diffh2o_ros.text.encoder import CachedEncoder

    class LetterEncoder(CachedEncoder):
        name, dim, max_tokens = "letters", 128, 100

        def __init__(self, device="cpu"):
            super().__init__()

        @staticmethod
        def installed():
            return "ASCII"

        def _tokenize(self, sentence):
            return list(sentence.encode("ascii", "replace"))

        def _embed(self, ids, mask):
            return torch.nn.functional.one_hot(ids, self.dim)
"""
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


@pytest.fixture
def add(tmp_path, monkeypatch):
    """Puts a file into the package of a registry, by one more folder on the package's path."""

    def put(registry, name, code):
        package = importlib.import_module(registry.package)
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
        (tmp_path / f"{name}.py").write_text(dedent(code))
        importlib.invalidate_caches()
        monkeypatch.setitem(sys.modules, f"{registry.package}.{name}", None)
        del sys.modules[f"{registry.package}.{name}"]  # and after the test, whatever is then there

    return put


def choices(command, option):
    """What the command line takes for an option."""
    parser = build_parser()
    for word in command:
        (commands,) = (a for a in parser._actions if hasattr(a, "add_parser"))
        parser = commands.choices[word]
    return parser._option_string_actions[option].choices


def test_an_encoder_is_a_file(add):
    assert ENCODERS.names() == ("minilm", "clip")
    with pytest.raises(EncoderError, match="unknown text encoder 'letters'; known are"):
        load_encoder("letters")
    add(ENCODERS, "letters", LETTERS)
    assert ENCODERS.names() == ("minilm", "clip", "letters")
    assert "letters" in choices(["train", "grasp"], "--text-encoder")
    embedding = load_encoder("letters").encode(["lift", "it"])
    assert embedding.tokens.shape == (2, 4, 128) and embedding.mask.sum(1).tolist() == [4, 2]
    assert embedding.tokens.argmax(-1)[0].tolist() == list(b"lift")
    assert any(f.detail == "letters: ASCII" and f.state == "ok" for f in check_text())


def test_a_hand_is_a_file(add):
    assert hand_choices() == ("auto", "openhand", "mano")
    add(HANDS, "glove", GLOVE)
    assert choices(["synthesize"], "--hand") == ("auto", "openhand", "glove", "mano")
    pose = torch.zeros(3), torch.zeros(3), torch.zeros(45)
    glove, hand = load_hand("glove", "left", None), load_hand("auto", "left", None)
    assert (glove.name, glove.side, hand.name) == ("glove", "left", "openhand")
    torch.testing.assert_close(glove(*pose).vertices, hand(*pose).vertices + 0.001)
    assert any(f.detail.startswith("glove: ") and f.state == "ok" for f in check_hand(None))
    with pytest.raises(ValueError, match="be auto, openhand, glove or mano, not 'mitten'"):
        load_hand("mitten", "left", None)


def test_a_renderer_is_a_file(add, simple_interaction):
    add(RENDERERS, "negative", NEGATIVE)
    assert RENDERERS.names() == ("vtk", "matplotlib", "negative")
    scene = simple_interaction(np.zeros((2, 3)), np.zeros((2, 3)))
    drawn, negative = (
        render_frames(scene, [0], size=64, renderer=name)[0] for name in ("matplotlib", "negative")
    )
    assert (drawn == 255 - negative).all() and drawn.std() > 10
    assert any(f.detail.startswith("negative: ") for f in check_renderer())


def test_a_file_that_holds_no_class_of_its_name(add):
    add(ENCODERS, "words", LETTERS)
    with pytest.raises(TypeError, match=r"words\.py has no class with name = 'words'"):
        load_encoder("words")


def test_a_file_that_cannot_be_imported_is_optional_to_doctor(add):
    add(ENCODERS, "giant", "import a_package_that_nobody_installed")
    (finding,) = (f for f in check_text() if f.detail.startswith("giant"))
    assert finding.state == "optional" and "a_package_that_nobody_installed" in finding.detail


def test_to_know_the_names_imports_nothing_heavy():
    code = (
        "import sys; from diffh2o_ros.cli import build_parser; build_parser(); "
        "print({'torch', 'numpy', 'tokenizers', 'matplotlib'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"
