import numpy as np
import pytest
from PIL import Image

from diffh2o_ros.viz.film import film, render_gif, render_mp4
from diffh2o_ros.viz.shown import Shown


def test_gif_plays_in_real_time_and_stays_small(interaction, tmp_path):
    file, seen = tmp_path / "new" / "film.gif", []
    render_gif(interaction, file, size=120, on_progress=lambda *done: seen.append(done))
    with Image.open(file) as film:
        assert film.size == (240, 120)
        assert 10 < film.n_frames <= 16  # one second at 15 a second; those that are alike are one
        lengths = []
        for frame in range(film.n_frames):
            film.seek(frame)
            lengths.append(film.info["duration"])
    assert sum(lengths[:-1]) == 1000
    assert lengths[-1] > 500
    assert seen[0] == (1, 16) and seen[-1] == (16, 16)
    assert [p.name for p in file.parent.iterdir()] == ["film.gif"]


def test_gif_that_is_canceled_leaves_nothing(interaction, tmp_path):
    def cancel(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render_gif(interaction, tmp_path / "film.gif", views=("side",), size=64, on_progress=cancel)
    assert list(tmp_path.iterdir()) == []


def test_long_tasks_are_cut_to_the_picture(interaction, tmp_path):
    interaction.text = "lift the box and then " * 40
    render_gif(interaction, tmp_path / "film.gif", views=1, size=200)
    with Image.open(tmp_path / "film.gif") as film:
        line = np.asarray(film.convert("RGB"))[:24]
    ink = np.argwhere(line.max(-1) < 140)
    assert len(ink) and 100 < ink[:, 1].max() < 195


def test_mp4_has_every_frame(interaction, tmp_path):
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    render_mp4(interaction, tmp_path / "film.mp4", size=96)
    assert ffmpeg.count_frames_and_secs(str(tmp_path / "film.mp4"))[0] == 31


def test_films_have_the_size_asked_for(interaction, tmp_path):
    render_gif(interaction, tmp_path / "film.gif", size=(205, 90), fps=3)
    with Image.open(tmp_path / "film.gif") as picture:
        assert picture.size == (205, 90)
    ffmpeg = pytest.importorskip("imageio_ffmpeg")
    render_mp4(interaction, tmp_path / "film.mp4", size=(206, 90))
    assert next(ffmpeg.read_frames(str(tmp_path / "film.mp4")))["size"] == (206, 90)


def test_the_camera_of_a_film_stands_still(interaction, tmp_path):
    """Where nothing moves pixels stay as they are: what flickers would make a GIF large."""
    with film(interaction, 1, 15, 120) as (picture, count):
        first, last = (np.asarray(picture(i)).astype(int) for i in (0, count - 1))
    assert (np.abs(first - last).max(-1) == 0).mean() > 0.5


def test_films_side_by_side_begin_together_and_the_shorter_waits(
    interaction, simple_interaction, tmp_path
):
    still = simple_interaction(np.zeros((4, 3)), np.full((4, 3), (0.0, 0, 0.11)))
    with film([still, Shown(interaction, caption="b")], 1, 15, (161, 80)) as (picture, count):
        assert count == 16
        pictures = [np.asarray(picture(i)).astype(int) for i in (2, 15)]
    assert pictures[0].shape == (80, 161, 3)
    changed = np.abs(pictures[0] - pictures[1]).max(-1) > 8
    assert not changed[:, :80].any() and changed[:, 80:].any()


def test_a_film_is_the_same_every_time(interaction, tmp_path):
    for name in ("a.gif", "b.gif"):
        render_gif(Shown(interaction, contacts=True), tmp_path / name, size=64, fps=5)
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


def test_films_that_cannot_be(interaction, tmp_path):
    with pytest.raises(ValueError, match="1 to 50 frames a second"):
        render_gif(interaction, tmp_path / "film.gif", fps=0)
    with pytest.raises(ValueError, match="at least one view"):
        render_gif(interaction, tmp_path / "film.gif", views=0)
    with pytest.raises(ValueError, match="even width and height, not 101x75: give 102x76"):
        render_mp4(interaction, tmp_path / "film.mp4", size=(101, 75))
    assert list(tmp_path.iterdir()) == []
