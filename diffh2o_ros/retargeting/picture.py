"""What was understood of a robot hand, as a picture: fingers in colors, pads, the palm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import trimesh
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from diffh2o_ros.retargeting.anatomy import HandAnatomy
from diffh2o_ros.retargeting.links import Links
from diffh2o_ros.viz.canvas import COLORS, save_png

SIZE, DPI = (11.0, 5.6), 110  # inches
REST_COLOR = "#b8b8b8"
ARROW = 0.25  #: length of a pad's arrow, of the hand's


def draw_hand(links: Links, hand: HandAnatomy, title: str, path: str | Path) -> None:
    """Writes a PNG of a hand from its palm's side and from beside its thumb."""
    figure = Figure(SIZE, dpi=DPI)
    points = np.concatenate([links.surface(link) for link in links.points])
    middle, reach = (points.max(0) + points.min(0)) / 2, np.ptp(points, axis=0).max() / 2
    normal = links.data.xmat[hand.palm].reshape(3, 3) @ hand.normal
    for number, (label, view) in enumerate((("palm", normal), ("thumb", _thumb(links, hand)))):
        axes = figure.add_subplot(1, 2, number + 1, projection="3d")
        _draw(axes, links, hand, reach)
        x, y, z = view
        axes.view_init(
            elev=np.degrees(np.arctan2(z, np.hypot(x, y))), azim=np.degrees(np.arctan2(y, x))
        )
        limits = np.stack([middle - reach, middle + reach]).T
        axes.set(xlim=limits[0], ylim=limits[1], zlim=limits[2], title=f"from the {label}'s side")
        axes.set_box_aspect((1, 1, 1), zoom=1.25)
        axes.set_axis_off()
    figure.suptitle(title)
    handles = figure.axes[0].get_legend_handles_labels()
    figure.legend(*handles, loc="lower center", ncols=7, frameon=False)
    save_png(figure, path)


def _thumb(links: Links, hand: HandAnatomy) -> np.ndarray:
    """The direction (3,) from the middle of the other fingers to the thumb, where both begin."""
    base = {name: links.data.xanchor[finger.joints[0]] for name, finger in hand.fingers.items()}
    others = np.mean([at for name, at in base.items() if name != "thumb"], axis=0)
    return base["thumb"] - others


def _draw(axes, links: Links, hand: HandAnatomy, reach: float) -> None:
    color = dict.fromkeys(links.points, REST_COLOR)
    for finger, own in zip(hand.fingers.values(), COLORS, strict=False):
        color |= dict.fromkeys(finger.links, own)
    for link in links.points:
        hull = trimesh.convex.convex_hull(links.surface(link))
        faces = Poly3DCollection(
            hull.triangles, facecolors=color[link], edgecolors="none", alpha=0.55
        )
        axes.add_collection3d(faces)
    for (name, finger), own in zip(hand.fingers.items(), COLORS, strict=False):
        tip = finger.links[-1]
        pad = links.world(tip, finger.pad[None])[0]
        facing = links.data.xmat[tip].reshape(3, 3) @ finger.normal * ARROW * reach
        axes.scatter(*pad, color=own, s=30, label=name, depthshade=False)
        axes.quiver(*pad, *facing, color="black", linewidth=1.2)
