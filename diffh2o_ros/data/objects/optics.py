"""Things one looks through: cameras, binoculars, telescopes, magnifiers, glasses, tubes."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import UP, Anatomy, between, working_face
from diffh2o_ros.data.objects.family import LOOK, Draw, Family, Params, even_edge, profile_area
from diffh2o_ros.data.objects.implicit import block, drum, join, level_set, rods
from diffh2o_ros.data.objects.joining import solid, surface_of
from diffh2o_ros.data.objects.skin import Surface, fillet, lathe, superellipse, tube
from diffh2o_ros.data.objects.slender import FLAT, LYING


def _draw_camera(d: Draw) -> Params:
    return {
        "wide": d.between(0.085, 0.14),
        "tall": d.between(0.05, 0.085),
        "deep": d.between(0.024, 0.045),
        "lens": d.between(0.35, 0.46),
        "lens_long": d.between(0.01, 0.06),
        "place": d.between(-0.12, 0.12),
        "hump": d.between(0.006, 0.018),
        "rounding": d.between(0.004, 0.011),
    }


def _camera(p: Params) -> Surface:
    w, h, deep = p["wide"] / 2, p["tall"] / 2, p["deep"] / 2
    r = p["lens"] * p["tall"]
    x = p["place"] * w
    body = block((0, 0, 0), (w, deep, h), p["rounding"])
    lens = drum((x, 0, 0), (x, deep + p["lens_long"], 0), r, 0.003)
    hump = block((x, 0, h), (0.35 * w, 0.8 * deep, p["hump"]), 0.004)
    field = join([body, lens, hump], 0.004)
    high = (w, deep + p["lens_long"], h + p["hump"])
    return level_set(field, (-w, -deep, -h), high, max(0.0048, p["wide"] / 21))


def _camera_anatomy(p: Params) -> Anatomy:
    """One looks through the finder at the middle of the back."""
    return working_face("eye", (p["place"] * p["wide"] / 2, -p["deep"] / 2, 0), (0, 1, 0))


def _draw_binoculars(d: Draw) -> Params:
    return {
        "apart": d.between(0.029, 0.036),
        "length": d.between(0.09, 0.15),
        "front": d.between(0.02, 0.03),
        "eye": d.between(0.014, 0.019),
        "bridge": d.between(0.008, 0.013),
        "slope": d.between(0.35, 0.6),
    }


def _binoculars(p: Params) -> Surface:
    """Two barrels along y, wide in front, joined by a bridge; the eyepieces behind."""
    half, split = p["length"] / 2, (p["slope"] - 0.5) * p["length"]
    parts = []
    for s in (-1, 1):
        eye_x, front_x = s * p["apart"], s * max(p["apart"], p["front"] + 0.003)
        parts.append(drum((eye_x, -half, 0), (eye_x, split + 0.01, 0), p["eye"], 0.002))
        parts.append(drum((front_x, split, 0), (front_x, half, 0), p["front"], 0.003))
    wide = max(p["apart"], p["front"] + 0.003)
    parts.append(block((0, 0.1 * half, 0), (wide, 0.42 * half, p["bridge"]), 0.006))
    corner = np.array([wide + p["front"], half, p["front"]])
    return level_set(join(parts, 0.006), -corner, corner, 0.0058)


def _binoculars_anatomy(p: Params) -> Anatomy:
    """The eyes' place is the middle between the eyepieces."""
    return working_face("eyes", (0, -p["length"] / 2, 0), (0, 1, 0))


def _draw_telescope(d: Draw) -> Params:
    radius = d.between(0.017, 0.028)
    return {
        "radius": radius,
        "length": d.between(0.15, 0.3),
        "steps": d.whole(2, 3),
        "eye": d.between(0.55, 0.75),
        "brim": d.between(0.001, 0.003),
    }


def _telescope(p: Params) -> Surface:
    """Tubes drawn out of one another, the eyepiece at the bottom of the drawing."""
    r, steps = p["radius"], p["steps"]
    radii = r * np.linspace(p["eye"], 1, steps)
    points = [(0, 0), (radii[0] + 0.003, 0), (radii[0] + 0.003, 0.008), (radii[0], 0.009)]
    for k in range(1, steps):
        z = k * p["length"] / steps
        points += [(radii[k - 1], z), (radii[k] + p["brim"], z + 0.001)]
        points += [(radii[k] + p["brim"], z + 0.008), (radii[k], z + 0.009)]
    end = p["length"]
    points += [(r, end - 0.015), (1.1 * r, end - 0.012), (1.1 * r, end), (0.95 * r, end)]
    points += [(0.93 * r, end - 0.004), (0, end - 0.004)]
    profile = fillet(points, 0.001)
    return lathe(profile, even_edge(profile_area(profile), 1900))


def _draw_tube(d: Draw) -> Params:
    radius = d.log(0.014, 0.035)
    return {
        "radius": radius,
        "wall": d.between(0.0025, 0.005),
        "length": d.between(max(0.06, 2.5 * radius), 0.28),
    }


def _tube(p: Params) -> Surface:
    """An open pipe: a long rectangle turned about the axis."""
    middle, half = p["radius"] - p["wall"] / 2, p["length"] / 2
    edge = even_edge(4 * np.pi * middle * p["length"], 2800)
    count = max(20, round(2 * np.pi * middle / edge))
    angle = np.arange(count) * 2 * np.pi / count
    path = np.stack([middle * np.cos(angle), middle * np.sin(angle), 0 * angle + half], axis=1)
    # A rounded rectangle, walked at the same pace on its long sides and around its short ones.
    side = np.linspace(-1, 1, max(round(p["length"] / edge), 8) + 1)
    section = np.concatenate(
        [
            np.stack([side, np.full_like(side, 1.0)], axis=1),
            [[1.0 + 0.25 * p["wall"] / half, 0.0]],
            np.stack([-side, np.full_like(side, -1.0)], axis=1),
            [[-1.0 - 0.25 * p["wall"] / half, 0.0]],
        ]
    )[::-1]
    return tube(path, np.array([half, p["wall"] / 2]), edge, UP, section, closed=True)


def _draw_magnifier(d: Draw) -> Params:
    return {
        "lens": d.between(0.026, 0.045),
        "frame": d.between(0.0042, 0.006),
        "thick": d.between(0.005, 0.007),
        "handle": d.between(0.07, 0.12),
        "grip": d.between(0.0065, 0.01),
    }


def _magnifier(p: Params) -> Surface:
    """A lens in a round frame in the xz plane, on a handle along z."""
    r, frame, h = p["lens"], p["frame"], p["handle"]
    z = h + r
    angle = np.arange(40) * 2 * np.pi / 40
    path = np.stack([r * np.cos(angle), 0 * angle, z - r * np.sin(angle)], axis=1)
    ring = tube(path, frame, 0.0042, closed=True)
    profile = fillet([(0, -0.5), (0.6, -0.46), (1, -0.3), (1, 0.3), (0.6, 0.46), (0, 0.5)], 0)
    vertices, faces = lathe(profile * [r, p["thick"]], even_edge(7 * r * r, 900))
    lens = (vertices[:, [0, 2, 1]] * [1, -1, 1] + [0, 0, z], faces)
    line = np.linspace(0, h - 0.3 * frame, 16)
    rod = np.stack([0 * line, 0 * line, line], axis=1)
    swell = p["grip"] * (0.72 + 0.28 * np.cos(np.pi * (line / h - 0.35)))
    handle = tube(rod, swell[:, None] * np.ones(2), 0.0045, caps=(0.8, 0))
    return surface_of(solid(ring) + solid(lens) + solid(handle))


def _magnifier_anatomy(p: Params) -> Anatomy:
    center = (0, p["thick"] / 2, p["handle"] + p["lens"])
    return Anatomy({"eye": (center, (0, -1, 0))}, between(2, high=0.95 * p["handle"]))


def _draw_glasses(d: Draw) -> Params:
    return {
        "wide": d.between(0.02, 0.027),
        "tall": d.between(0.75, 1.0),
        "bridge": d.between(0.007, 0.012),
        "temple": d.between(0.1, 0.135),
        "thick": d.between(0.0028, 0.0036),
        "hook": d.between(0.01, 0.022),
        "power": d.between(2.0, 3.5),
    }


def _glasses(p: Params) -> Surface:
    """Two rims in the xz plane and two temples back along -y."""
    w, t, long = p["wide"], p["thick"], p["temple"]
    ring = superellipse(p["power"])[::6]
    ring = np.concatenate([ring, ring[:1]])
    parts = []
    for s in (-1, 1):
        x = s * (p["bridge"] + w)
        out = s * (p["bridge"] + 2 * w)
        loop = np.stack([x + w * ring[:, 0], 0 * ring[:, 0], p["tall"] * w * ring[:, 1]], axis=1)
        parts.append(rods(loop, t))
        knots = [(out, 0, 0.3 * w), (out + s * 0.004, -0.006, 0.35 * w)]
        knots += [(out + s * 0.004, -0.8 * long, 0.35 * w)]
        knots += [(out + s * 0.002, -long, 0.35 * w - p["hook"])]
        parts.append(rods(np.array(knots), t))
    parts.append(rods(np.array([(-p["bridge"], 0, 0.2 * w), (p["bridge"], 0, 0.2 * w)]), t))
    wide = p["bridge"] + 2 * w + 0.004 + t
    low = (-wide, -long - t, min(-p["tall"] * w, 0.35 * w - p["hook"]) - t)
    return level_set(join(parts, 0.002), low, (wide, t, p["tall"] * w + t), 0.0034)


def _glasses_anatomy(p: Params) -> Anatomy:
    back = (0, -p["thick"], 0.2 * p["wide"])
    return working_face("eyes", back, (0, 1, 0))


FAMILIES = (
    Family(
        "camera",
        _draw_camera,
        _camera,
        ("camera",),
        lambda p: ("digital camera", "photo camera", "compact camera"),
        warp=0.2,
        affordances=LOOK,
        anatomy=_camera_anatomy,
    ),
    Family(
        "binoculars",
        _draw_binoculars,
        _binoculars,
        ("binoculars", "pair of binoculars"),
        lambda p: ("field glasses", "field binoculars"),
        affordances=LOOK,
        warp=0.1,
        anatomy=_binoculars_anatomy,
    ),
    Family(
        "telescope",
        _draw_telescope,
        _telescope,
        ("telescope", "spyglass"),
        lambda p: ("small telescope", "pocket telescope") if p["length"] < 0.2 else ("monocular",),
        LYING,
        LOOK,
        warp=0.1,
        anatomy=lambda p: working_face("eye", (0, 0, 0), UP),
    ),
    Family(
        "tube",
        _draw_tube,
        _tube,
        ("tube", "pipe"),
        lambda p: ("cardboard tube", "paper tube", "hollow tube", "piece of pipe"),
        ("side", "side", "upright"),
        LOOK,
        warp=0.1,
        anatomy=lambda p: working_face("eye", (0, 0, 0), UP),
    ),
    Family(
        "magnifier",
        _draw_magnifier,
        _magnifier,
        ("magnifying glass", "magnifier"),
        lambda p: ("reading glass", "hand lens"),
        FLAT,
        LOOK,
        warp=0.1,
        anatomy=_magnifier_anatomy,
    ),
    Family(
        "glasses",
        _draw_glasses,
        _glasses,
        ("glasses", "eyeglasses"),
        lambda p: ("spectacles", "pair of glasses", "reading glasses"),
        affordances=LOOK,
        warp=0.1,
        anatomy=_glasses_anatomy,
    ),
)
