import dataclasses

import numpy as np
import pytest
from PIL import Image

from diffh2o_ros.viz.shown import Shown
from diffh2o_ros.viz.strip import held_frames, key_frames, render_png


def ink(picture):
    return np.asarray(picture).max(-1) < 140


def test_png_is_a_strip_of_key_frames(interaction, tmp_path):
    assert key_frames(interaction) == [0, 6, 10, 20, 30]
    render_png(interaction, tmp_path / "strip.png", size=100)
    with Image.open(tmp_path / "strip.png") as strip:
        assert strip.size == (500, 200)


def test_a_strip_has_the_size_asked_for(interaction, tmp_path):
    render_png(interaction, tmp_path / "strip.png", 1, size=(613, 101))
    with Image.open(tmp_path / "strip.png") as strip:
        assert strip.size == (613, 101)


def test_close_up_is_of_the_hold_alone(interaction, tmp_path):
    assert held_frames(interaction) == [10, 21, 30]
    render_png(Shown(interaction, close=True), tmp_path / "strip.png", size=100)
    with Image.open(tmp_path / "strip.png") as strip:
        assert strip.size == (300, 200)


def test_motions_are_compared_at_the_same_scale(interaction, tmp_path):
    """The lower one is as large as the upper one, though it sweeps less room; each is captioned."""
    part = dataclasses.replace(
        interaction,
        grasp_frame=0,
        hands={s: _cut(hand, 3) for s, hand in interaction.hands.items()},
        object_pose=interaction.object_pose[:3],
    )
    motions = [Shown(interaction, caption="whole"), Shown(part, caption="its beginning")]
    render_png(motions, tmp_path / "strip.png", 1, size=160)
    picture = np.asarray(Image.open(tmp_path / "strip.png")).astype(int)
    assert picture.shape == (320, 800, 3)
    first, second = picture[:160, :160], picture[160:, :160]
    objects = [(cell[..., 2] - cell[..., 0] > 40).sum() for cell in (first, second)]
    assert objects[0] == pytest.approx(objects[1], rel=0.02)
    for row in (picture[:24], picture[160:184]):
        assert ink(row).any()
    # Of three frames there are fewer moments: what is left of the row stays blank.
    assert np.ptp(picture[160:, 600:].reshape(-1, 3), axis=0).max() == 0


def _cut(hand, frames):
    names = ("global_orient", "transl", "hand_pose", "joints", "vertices")
    return dataclasses.replace(hand, **{name: getattr(hand, name)[:frames] for name in names})


def test_what_has_no_room_leaves_nothing(interaction, tmp_path):
    with pytest.raises(ValueError, match="70x40 pixels are too few for 5 x 2 pictures"):
        render_png(interaction, tmp_path / "strip.png", size=(70, 40))
    assert list(tmp_path.iterdir()) == []
