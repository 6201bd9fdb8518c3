"""What a sentence says is done on the table."""

import pytest

from diffh2o_ros.text.table_words import PRESS, WIPE
from diffh2o_ros.text.wording import read_wording


@pytest.mark.parametrize(
    "task",
    [
        "wipe the table with the sponge",
        "rub the table with the eraser in the left hand",
        "run the sponge back and forth over the table",
        "slide the box to and fro over the table",
        "pick up the cloth and clean the desk with it",
        "Move the brush back and forth on the table, then put it back.",
    ],
)
def test_wiping(task):
    assert read_wording(task).on_table == WIPE


@pytest.mark.parametrize(
    "task",
    [
        "stamp with the cube in the right hand",
        "press the stamp onto the table twice",
        "push the block down onto the table",
        "take the can and press it down",
        "take the stamp and stamp with it",
    ],
)
def test_pressing(task):
    assert read_wording(task).on_table == PRESS


@pytest.mark.parametrize(
    "task",
    [
        "lift the sponge",
        "pick up the stamp with the right hand",
        "take the brush",
        "take the small stamp and lift it",
        "shake the can back and forth",
        "push the box to the left",
        "hammer on the table",
        "place the eraser on the table",
        "drink from the mug",
        "wave the flag to and fro",
    ],
)
def test_what_is_done_elsewhere(task):
    assert read_wording(task).on_table is None
