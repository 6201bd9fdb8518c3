import numpy as np
import pytest

from diffh2o_ros.viz import backend
from diffh2o_ros.viz.palette import BACKGROUND
from diffh2o_ros.viz.render import render_frames
from diffh2o_ros.viz.renderers import vtk
from diffh2o_ros.viz.shown import Shown

needs_vtk = pytest.mark.skipif(
    backend.working_renderer() != "vtk", reason="VTK cannot draw on this machine"
)
both_renderers = pytest.mark.parametrize(
    "renderer", ["matplotlib", pytest.param("vtk", marks=needs_vtk)]
)


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


@both_renderers
def test_pictures_of_any_size(interaction, renderer):
    for size, views in (((301, 120), ("front", "side")), ((90, 200), ("side",))):
        (picture,) = render_frames(interaction, [12], views, size=size, renderer=renderer)
        assert picture.shape == (size[1], size[0], 3)
        for view in np.array_split(picture, len(views), axis=1):
            for find in (is_object, is_hand):
                seen = np.argwhere(find(view))
                assert len(seen) > 20
                # Nothing is cut off at an edge.
                assert seen.min() > 0 and (seen.max(0) < np.array(view.shape[:2]) - 1).all()


@both_renderers
def test_without_a_table_there_is_nothing_below(interaction, renderer):
    (with_table, without, lower) = (
        render_frames(Shown(interaction, table=t), [12], "side", size=96, renderer=renderer)[0]
        for t in ("under_object", "none", -0.3)
    )
    blank = np.round(255 * BACKGROUND)
    bare = np.abs(without.astype(float) - blank).max(-1) < 3
    assert bare[-5:].all() and not (np.abs(with_table.astype(float) - blank).max(-1) < 3)[-5:].any()
    assert np.abs(lower.astype(int) - with_table).mean() > 1


@both_renderers
def test_contacts_are_orange_and_seen_through_the_hand(simple_interaction, renderer):
    touching = simple_interaction(np.zeros((2, 3)), np.full((2, 3), (0, 0.065, 0.05)))

    def orange(picture):
        red, green, blue = (picture[..., i].astype(int) for i in range(3))
        return (red - blue > 115) & (red - green > 75)

    plain, colored = (
        render_frames(Shown(touching, contacts=c), [1], "side", size=160, renderer=renderer)[0]
        for c in (False, True)
    )
    assert not orange(plain).any()
    assert orange(colored).sum() > 20
    assert is_object(colored).sum() > is_object(plain).sum() / 2


@needs_vtk
def test_both_renderers_show_the_same_contacts(interaction):
    shown = Shown(interaction, contacts=True, close=True)
    ours, theirs = (
        render_frames(shown, [20], "front", size=200, renderer=renderer)[0].astype(int)
        for renderer in ("matplotlib", "vtk")
    )
    assert np.abs(ours - theirs).mean() < 5


def test_requests_that_cannot_be_drawn(interaction):
    with pytest.raises(ValueError, match="frame 31 is outside the 31 frames"):
        render_frames(interaction, [31])
    with pytest.raises(ValueError, match="view must be one of"):
        render_frames(interaction, [0], "top")
    with pytest.raises(ValueError, match="a picture needs at least one view"):
        render_frames(interaction, [0], ())
    with pytest.raises(ValueError, match="renderer must be one of"):
        render_frames(interaction, [0], renderer="blender")
    with pytest.raises(ValueError, match=r"20x100 pixels are too few for 2 x 1 pictures: .* 32x16"):
        render_frames(interaction, [0], ("front", "side"), size=(20, 100))


def test_a_vtk_that_takes_its_process_down_is_found_out_in_another(monkeypatch):
    monkeypatch.setattr(vtk, "_PROBE", "import os; os.abort()")
    backend.working_renderer.cache_clear()
    assert backend.working_renderer() == "matplotlib"
    backend.working_renderer.cache_clear()
