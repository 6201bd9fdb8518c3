"""What keyboards, word processors and web pages make of plain letters."""

import pytest

from diffh2o_ros.text.typography import plain


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("pick up the mug", "pick up the mug"),
        ("don\u2019t tilt it", "don't tilt it"),
        ("don\u00b4t, don`t", "don't, don't"),
        ("don`t", "don't"),
        ("left\u2011hand", "left-hand"),
        ("lift it\u2014gently", "lift it - gently"),
        ("\uff4c\uff45\uff46\uff54 hand", "left hand"),
        ("le\u200bft\u00a0ha\u00adnd\ufeff", "left hand"),
        ("\u202bleft\u202c hand", "left hand"),
        ("li\ufb01t", "lifit"),
        ("cafe\u0301 \u3000 cup", "caf\u00e9 cup"),
        ("Gie\u00dfe den Becher aus, \u5012\u6c34!", "Gie\u00dfe den Becher aus, \u5012\u6c34!"),
    ],
)
def test_plain(typed, expected):
    assert plain(typed) == expected
