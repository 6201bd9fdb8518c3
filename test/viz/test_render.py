import numpy as np
import pytest
from PIL import Image

from diffh2o_ros.viz import backend
from diffh2o_ros.viz.render import key_frames, render_frames, render_gif, render_mp4, render_png
from diffh2o_ros.viz.renderers import vtk

needs_vtk = pytest.mark.skipif(
    backend.working_renderer() != "vtk", reason="VTK cannot draw on this machine"
)
both_renderers = pytest.mark.parametrize(
    "renderer", ["matplotlib", pytest.param("vtk", marks=needs_vtk)]
)


@pytest.fixture
def interaction(simple_interaction):
    up = np.clip(np.arange(31) - 10, 0, None)[:, None] / 20 * np.array([0, 0, 0.2])
    return simple_interaction(up, up + np.array([-0.06, 0, 0.05]), grasp_frame=10)


def is_object(picture):
    """Where a picture shows the object: much more blue than red."""
    return picture[..., 2].astype(int) - picture[..., 0] > 40


def is_hand(picture):
    return picture[..., 0].astype(int) - picture[..., 2] > 40


def middle(mask):
    return np.argwhere(mask).mean(0)


@both_renderers
def test_frames_show_the_hand_and_the_object_where_they_are(interaction, renderer):
    first, last = render_frames(interaction, [0, 30], "side", size=160, renderer=renderer)
    assert first.shape == last.shape == (160, 160, 3) and first.dtype == np.uint8
    for picture in (first, last):
        assert 150 < is_object(picture).sum() < 15000
        # The camera looks along -y, so -x, where the hand is, lies to the right of the picture.
        assert middle(is_hand(picture))[1] > middle(is_object(picture))[1]
    below_first = 160 - np.argwhere(is_object(first))[:, 0].max()
    below_last = 160 - np.argwhere(is_object(last))[:, 0].max()
    assert below_last > below_first + 20  # it has risen above the table


@both_renderers
def test_a_hand_that_moves_is_drawn_anew(simple_interaction, renderer):
    """VTK draws a copy of a smoothly shaded mesh unless told otherwise: it would stand still."""
    still = np.zeros((2, 3))
    ball = np.array([[-0.1, 0, 0.11], [0.1, 0, 0.11]])
    pictures = render_frames(
        simple_interaction(still, ball), [0, 1], "side", size=160, renderer=renderer
    )
    assert middle(is_hand(pictures[0]))[1] > middle(is_hand(pictures[1]))[1] + 40


@needs_vtk
def test_both_renderers_draw_the_same_scene(interaction):
    ours, theirs = (
        render_frames(interaction, [5], "side", size=200, renderer=renderer)[0]
        for renderer in ("matplotlib", "vtk")
    )
    for find in (is_object, is_hand):
        both = (find(ours) & find(theirs)).sum() / (find(ours) | find(theirs)).sum()
        assert both > 0.85
    assert np.abs(ours.astype(int) - theirs).mean() < 4


def test_views_are_drawn_side_by_side(interaction):
    (both,) = render_frames(interaction, [12], ("front", "side"), size=96)
    (front,) = render_frames(interaction, [12], "front", size=96)
    assert both.shape == (96, 192, 3)
    assert np.abs(both[:, :96].astype(int) - front).mean() < 1


def test_gif_plays_in_real_time_and_stays_small(interaction, tmp_path):
    file, seen = tmp_path / "new" / "film.gif", []
    render_gif(interaction, file, size=120, on_progress=lambda *done: seen.append(done))
    with Image.open(file) as film:
        assert film.size == (240, 120)
        assert film.n_frames == 16  # one second at 15 a second, both ends
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


def test_png_is_a_strip_of_key_frames(interaction, tmp_path):
    assert key_frames(interaction) == [0, 6, 10, 20, 30]
    render_png(interaction, tmp_path / "strip.png", size=100)
    with Image.open(tmp_path / "strip.png") as strip:
        assert strip.size == (500, 200)


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


def test_requests_that_cannot_be_drawn(interaction, tmp_path):
    with pytest.raises(ValueError, match="frame 31 is outside the 31 frames"):
        render_frames(interaction, [31])
    with pytest.raises(ValueError, match="view must be one of"):
        render_frames(interaction, [0], "top")
    with pytest.raises(ValueError, match="renderer must be one of"):
        render_frames(interaction, [0], renderer="blender")
    with pytest.raises(ValueError, match="1 to 50 frames a second"):
        render_gif(interaction, tmp_path / "film.gif", fps=0)
    with pytest.raises(ValueError, match="at least one view"):
        render_gif(interaction, tmp_path / "film.gif", views=0)
    assert list(tmp_path.iterdir()) == []


def test_a_vtk_that_takes_its_process_down_is_found_out_in_another(monkeypatch):
    monkeypatch.setattr(vtk, "_PROBE", "import os; os.abort()")
    backend.working_renderer.cache_clear()
    assert backend.working_renderer() == "matplotlib"
    backend.working_renderer.cache_clear()
