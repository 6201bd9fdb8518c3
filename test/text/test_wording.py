import numpy as np
import pytest

from diffh2o_ros.data.language.phrases import PHRASES
from diffh2o_ros.data.sentences import sentences
from diffh2o_ros.text.wording import names_action, names_hands, only_hand


@pytest.mark.parametrize(
    ("task", "hand"),
    [
        ("Lift it with your Left hand", "left"),
        ("the right palm presses it", "right"),
        ("pick it up with the left", "left"),
        ("right-hand grasp of the mug", "right"),
        ("take it with the left hand and give it to the right hand", None),
        ("lift it with both hands, left hand first", None),
        ("push it to the left", None),
    ],
)
def test_the_one_hand_that_is_named(task, hand):
    assert only_hand(task) == hand
    assert names_hands(task) == (hand is not None or "hand" in task)


def test_training_sentences_have_an_action():
    rng = np.random.default_rng(0)
    told = [
        sentence
        for action in PHRASES
        for sentence in sentences(action, "right", ["mug"], "slowly", None, rng, 40)
    ]
    missed = [sentence for sentence in told if not names_action(sentence)]
    assert len(told) > 500 and len(missed) <= 0.01 * len(told), missed[:10]


def test_every_action_s_phrases_have_one():
    for action, templates in PHRASES.items():
        plain = [t.text.replace("{", "").replace("}", "").replace("_", " ") for t in templates]
        assert np.mean([names_action(text) for text in plain]) > 0.95, action


@pytest.mark.parametrize(
    "task", ["the box is blue", "Heb die Schachtel hoch", "with the left hand", "mug", "dance"]
)
def test_nothing_to_do(task):
    assert not names_action(task)
