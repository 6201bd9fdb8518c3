"""Things with a handle to work with, drawn along their length and lying flat: tools, pens, cutlery.

Turned ones are lathed, flat ones skinned over oval sections, branching ones are level sets.
"""

from __future__ import annotations

import numpy as np

from .family import Draw, Family, Params, even_edge, profile_area
from .implicit import block, capsule, drum, join, level_set, rods
from .skin import Surface, fillet, lathe, smooth_curve, superellipse, tube

LYING = ("side",)
FLAT = ("edge",)


def _turned(points, radii, faces: int = 1500) -> Surface:
    profile = fillet(points, radii)
    thick = profile[:, 0].max()
    return lathe(profile, min(even_edge(profile_area(profile), faces), thick / 1.8))


def _flattened(stations: np.ndarray, power: float, caps: tuple[float, float], edge: float) -> Surface:
    """Skin along z over stations (M, 3): height, half width in x, half thickness in y."""
    curve = smooth_curve(stations, 4 * len(stations) + 1)
    curve[:, 1:] = np.maximum(curve[:, 1:], 0.0008)
    path = np.stack([0 * curve[:, 0], 0 * curve[:, 0], curve[:, 0]], axis=1)
    return tube(path, curve[:, 1:], edge, (1, 0, 0), superellipse(power), caps)


def _draw_marker(d: Draw) -> Params:
    radius = d.between(0.0065, 0.0125)
    return {
        "radius": radius,
        "length": d.between(0.095, 0.165),
        "cap": d.between(0.25, 0.4),
        "cap_radius": d.between(1.0, 1.15),
        "tail": d.between(0.6, 0.95),
        "tip": d.between(0.4, 0.95),
        "power": d.between(2.0, 4.0) if d.chance(0.25) else 2.0,
    }


def _marker(p: Params) -> Surface:
    r, h = p["radius"], p["length"]
    split, wide = h * (1 - p["cap"]), r * p["cap_radius"]
    points = [(0, 0), (r * p["tail"], 0), (r, 0.12 * h), (r, split), (wide, split + 0.001)]
    points += [(wide, h - r), (wide * p["tip"], h), (0, h)]
    profile = fillet(points, [0, 0.002, 0.02, 0, 0, 0.01, 0.002, 0])
    return lathe(profile, even_edge(profile_area(profile), 1500), 1.0, superellipse(p["power"]))


def _draw_screwdriver(d: Draw) -> Params:
    return {
        "grip": d.between(0.0105, 0.018),
        "grip_length": d.between(0.07, 0.12),
        "shaft": d.between(0.003, 0.005),
        "shaft_length": d.between(0.05, 0.15),
        "waist": d.between(0.6, 0.95),
    }


def _screwdriver(p: Params) -> Surface:
    r, h, s = p["grip"], p["grip_length"], p["shaft"]
    end = h + p["shaft_length"]
    points = [(0, 0), (0.8 * r, 0), (r, 0.2 * h), (r, 0.55 * h), (r * p["waist"], 0.8 * h)]
    points += [(0.9 * r, 0.93 * h), (0.6 * r, h), (s, h + 0.004), (s, end - 0.01), (0.6 * s, end)]
    points += [(0, end)]
    radii = [0, 0.006, 0.02, 0.02, 0.03, 0.004, 0.003, 0.002, 0.005, 0.001, 0]
    return _turned(points, radii, 1700)


def _draw_flashlight(d: Draw) -> Params:
    radius = d.between(0.011, 0.021)
    return {
        "radius": radius,
        "length": d.between(0.085, 0.22),
        "head": d.between(1.1, 1.75),
        "head_length": d.between(0.02, 0.045),
        "tail": d.between(0.0, 0.006),
    }


def _flashlight(p: Params) -> Surface:
    r, h, head = p["radius"], p["length"], p["radius"] * p["head"]
    start = h - p["head_length"]
    points = [(0, 0), (0.8 * r, 0), (r, p["tail"] + 0.002), (r, start - 0.8 * (head - r) - 0.004)]
    points += [(head, start), (head, h), (head - 0.003, h), (head - 0.005, h - 0.004), (0, h - 0.004)]
    return _turned(points, [0, 0.002, 0.004, 0.01, 0.01, 0.0015, 0, 0, 0], 1700)


def _draw_knife(d: Draw) -> Params:
    return {
        "grip_wide": d.between(0.0095, 0.0155),
        "grip_thick": d.between(0.0065, 0.0105),
        "grip_length": d.between(0.085, 0.125),
        "blade_wide": d.between(0.009, 0.022),
        "blade_thick": d.between(0.0011, 0.0018),
        "blade_length": d.between(0.07, 0.18),
        "butt": d.between(1.0, 1.25),
        "power": d.between(2.2, 3.5),
    }


def _knife(p: Params) -> Surface:
    w, t, h = p["grip_wide"], p["grip_thick"], p["grip_length"]
    bw, bt, end = p["blade_wide"], p["blade_thick"], p["grip_length"] + p["blade_length"]
    stations = [(0, w * p["butt"], t), (0.3 * h, w, t), (0.6 * h, w, 1.05 * t), (0.95 * h, w, t)]
    stations += [(h + 0.006, 0.9 * bw, bt), (h + 0.02, bw, bt), ((h + end) / 2, bw, bt)]
    stations += [(end - 0.6 * bw, 0.8 * bw, bt), (end, 0.25 * bw, bt)]
    vertices, faces = _flattened(stations, p["power"], (0.8, 0.3), 0.0042)
    # The back of the blade is straight: shift each section so that its right edge lines up.
    height = vertices[:, 2]
    widths = np.interp(height, [s[0] for s in stations], [s[1] for s in stations])
    vertices[:, 0] += np.clip((height - h) / 0.02, 0, 1) * (bw - widths)
    return vertices, faces


def _draw_cutlery(d: Draw) -> Params:
    return {
        "length": d.between(0.14, 0.26),
        "handle_wide": d.between(0.005, 0.011),
        "handle_thick": d.between(0.0025, 0.006),
        "neck": d.between(0.0035, 0.0055),
        "head_wide": d.between(0.014, 0.034),
        "head_long": d.between(0.04, 0.07),
        "head_thick": d.between(0.002, 0.0035),
        "arch": d.between(-0.04, 0.1),
    }


def _cutlery(p: Params) -> Surface:
    end, head = p["length"], p["length"] - p["head_long"]
    w, t, n = p["handle_wide"], p["handle_thick"], p["neck"]
    hw, ht = p["head_wide"], p["head_thick"]
    stations = [(0, w, t), (0.3 * head, w, t), (0.75 * head, max(n, 0.6 * w), max(n * 0.8, 0.8 * t))]
    stations += [(0.96 * head, n, 0.8 * n), (head + 0.3 * p["head_long"], 0.9 * hw, ht)]
    stations += [(head + 0.6 * p["head_long"], hw, ht), (end - 0.004, 0.6 * hw, ht)]
    vertices, faces = _flattened(stations, 2.3, (1.0, 1.0), 0.0042)
    share = vertices[:, 2] / end
    vertices[:, 1] += p["arch"] * end * np.sin(np.pi * np.clip(share, 0, 1)) ** 2
    return vertices, faces


def _draw_brush(d: Draw) -> Params:
    return {
        "grip": d.between(0.0065, 0.0135),
        "grip_length": d.between(0.09, 0.15),
        "flat": d.between(0.7, 1.0),
        "neck": d.between(0.6, 0.95),
        "head_wide": d.between(0.013, 0.038),
        "head_thick": d.between(0.007, 0.014),
        "head_long": d.between(0.04, 0.11),
        "bristles": d.between(0.006, 0.02),
    }


def _brush(p: Params) -> Surface:
    g, h, hw = p["grip"], p["grip_length"], p["head_wide"]
    end, ht = h + p["head_long"], p["head_thick"]
    middle = (h + end) / 2
    handle = rods(
        [(0, 0, 0), (0, 0, 0.5 * h), (0, 0, 0.9 * h), (0, 0, middle)],
        [g, 1.05 * g, p["neck"] * g, p["neck"] * g],
        (1, 1 / p["flat"], 1),
    )
    head = block((0, 0, middle), (hw, ht / 2, p["head_long"] / 2), ht / 2.2)
    depth = p["bristles"]
    tuft = block((0, ht / 2 + depth / 2, middle), (0.82 * hw, 0.7 * depth, 0.44 * p["head_long"]), 0.002)
    wide = max(g, hw)
    field = join([handle, join([head, tuft], 0.002)], 0.012)
    spacing = np.clip(np.cbrt(2 * wide * (ht + depth + g) * end / 7000), 0.0036, 0.0066)
    return level_set(field, (-wide, -max(g, ht), -g), (wide, ht + 1.4 * depth, end), spacing)


def _draw_hammer(d: Draw) -> Params:
    return {
        "grip": d.between(0.0105, 0.0165),
        "oval": d.between(0.68, 0.95),
        "length": d.between(0.17, 0.33),
        "neck": d.between(0.6, 0.9),
        "face": d.between(0.0105, 0.021),
        "head": d.between(0.075, 0.125),
        "kind": d.pick(("claw", "ball", "mallet", "wedge")),
    }


def _hammer(p: Params) -> Surface:
    g, h, face, head = p["grip"], p["length"], p["face"], p["head"]
    high = h - face
    handle = rods(
        [(0, 0, 0), (0, 0, 0.3 * h), (0, 0, 0.62 * h), (0, 0, high)],
        [g, 1.05 * g, p["neck"] * g, p["neck"] * g],
        (1, 1 / p["oval"], 1),
    )
    front, back = 0.45 * head, 0.55 * head
    parts = [drum((-0.1 * head, 0, high), (front, 0, high), face, 0.003)]
    if p["kind"] == "mallet":
        face = 1.25 * face
        parts = [drum((-0.5 * head, 0, high), (0.5 * head, 0, high), face, 0.004)]
    elif p["kind"] == "ball":
        parts.append(capsule((0, 0, high), (-0.8 * back, 0, high), 0.7 * face, 0.9 * face))
    else:
        drop = 0.022 if p["kind"] == "claw" else 0.004
        arc = smooth_curve([(0, 0, high), (-0.5 * back, 0, high + 0.002), (-back, 0, high - drop)], 6)
        parts.append(rods(arc, np.linspace(0.8 * face, 0.0065, 6), (1, 0.75, 1)))
    field = join([handle, join(parts, 0.006)], 0.006)
    low = (-max(back, head / 2) - 0.012, -1.4 * face - 0.002, -g)
    high_corner = (head / 2 + 0.006, 1.4 * face + 0.002, high + 1.3 * face)
    return level_set(field, low, high_corner, 0.0045 if h < 0.26 else 0.0054)


def _draw_drill(d: Draw) -> Params:
    return {
        "body": d.between(0.02, 0.031),
        "length": d.between(0.11, 0.185),
        "chuck": d.between(0.012, 0.02),
        "chuck_length": d.between(0.02, 0.05),
        "grip": d.between(0.0145, 0.021),
        "grip_deep": d.between(1.1, 1.5),
        "grip_length": d.between(0.085, 0.125),
        "lean": d.between(-0.05, 0.35),
        "place": d.between(0.25, 0.6),
        "base": d.between(0.018, 0.04),
        "base_wide": d.between(1.1, 1.9),
    }


def _drill(p: Params) -> Surface:
    """An L or T: a barrel along x with a chuck, a grip below it, a battery as its foot."""
    r, long, grip = p["body"], p["length"], p["grip"]
    z = p["grip_length"] + r + p["base"]
    back, front = -p["place"] * long, (1 - p["place"]) * long
    tip = front + p["chuck_length"]
    foot_x = -p["lean"] * p["grip_length"]
    foot = (foot_x, 0, p["base"] / 2)
    deep = grip * p["grip_deep"]
    barrel = drum((back, 0, z), (front, 0, z), r, 0.35 * r)
    nose = capsule((front - 0.004, 0, z), (tip - 0.7 * p["chuck"], 0, z), p["chuck"], 0.7 * p["chuck"])
    handle = rods(
        [(0, 0, z), (foot_x * 0.5, 0, z / 2), foot], [grip, grip, 1.05 * grip], (grip / deep, 1, 1)
    )
    base = block(foot, (deep * p["base_wide"], grip * 1.35, p["base"] / 2), 0.006)
    field = join([barrel, handle, nose, base], 0.008)
    low = (min(back, foot_x - deep * p["base_wide"]), -max(r, 1.4 * grip), -0.002)
    high = (max(tip, foot_x + deep * p["base_wide"]), max(r, 1.4 * grip), z + r)
    return level_set(field, low, high, 0.0064)


def _draw_clamp(d: Draw) -> Params:
    """A spring clamp: two arms crossing at a pivot, jaws at one end, grips at the other."""
    return {
        "jaw": d.between(0.04, 0.08),
        "grip": d.between(0.05, 0.1),
        "open": d.between(0.25, 0.65),
        "mouth": d.between(0.004, 0.02),
        "thick": d.between(0.0055, 0.0085),
        "deep": d.between(1.0, 2.1),
        "pivot": d.between(0.007, 0.012),
        "arch": d.between(0.1, 0.35),
    }


def _clamp(p: Params) -> Surface:
    jaw, grip, t = p["jaw"], p["grip"], p["thick"]
    spread, bow = p["open"] * grip, p["arch"] * jaw
    flatten = (1, 1 / p["deep"], 1)
    arms = []
    for s in (-1, 1):
        curve = smooth_curve(
            [(s * (p["mouth"] / 2 + t), 0, jaw), (s * (bow + t), 0, 0.5 * jaw), (s * 1.2 * t, 0, 0)]
            + [(s * 0.55 * spread, 0, -0.5 * grip), (s * spread, 0, -grip)],
            8,
        )
        arms.append(rods(curve, np.linspace(t, 1.1 * t, 8), flatten))
    deep = t * p["deep"]
    pin = drum((0, -1.15 * deep, 0), (0, 1.15 * deep, 0), p["pivot"] + t, 0.003)
    wide = max(spread, bow, p["mouth"] / 2 + t) + 2 * t
    field = join([*arms, pin], 0.004)
    low, high = (-wide, -1.2 * deep - 0.002, -grip - 2 * t), (wide, 1.2 * deep + 0.002, jaw + 2 * t)
    return level_set(field, low, high, 0.0045)


def _draw_scissors(d: Draw) -> Params:
    return {
        "blade": d.between(0.06, 0.11),
        "shank": d.between(0.035, 0.06),
        "open": d.between(0.05, 0.4),
        "ring": d.between(0.012, 0.017),
        "long": d.between(1.0, 1.6),
        "thick": d.between(0.0042, 0.006),
        "wide": d.between(1.2, 2.0),
    }


def _scissors(p: Params) -> Surface:
    """Two blades crossed at a pivot with a loop for the fingers on each shank."""
    t, blade, shank = p["thick"], p["blade"], p["shank"]
    half, ring = p["open"] / 2, p["ring"] + p["thick"]
    turn = np.linspace(0, 2 * np.pi, 13)
    parts = []
    for s in (-1, 1):
        c, sn = np.cos(half), s * np.sin(half)
        tip = np.array([blade * sn, 0, blade * c])
        joint = np.array([-(shank * sn + s * 0.5 * ring), 0, -shank * c])
        parts.append(rods([(0, 0, 0), tip], [p["wide"] * t, 0.7 * t], (1, 0.9, 1)))
        parts.append(rods([(0, 0, 0), joint], t, (1, 0.9, 1)))
        centre = joint + [-s * 0.55 * ring, 0, -0.75 * ring * p["long"]]
        loop = np.stack(
            [centre[0] + ring * np.cos(turn), 0 * turn, centre[2] + ring * p["long"] * np.sin(turn)],
            axis=1,
        )
        parts.append(rods(loop, t, (1, 0.9, 1)))
    pin = drum((0, -1.5 * t, 0), (0, 1.5 * t, 0), 1.6 * t, 0.002)
    wide = max(blade * np.sin(half) + 2 * t, shank * np.sin(half) + 2.6 * ring + 2 * t)
    low = (-wide, -1.6 * t, -shank - 2 * ring * p["long"] - 2 * t)
    return level_set(join([*parts, pin], 0.002), low, (wide, 1.6 * t, blade + t), 0.0041)


def _draw_wrench(d: Draw) -> Params:
    return {
        "length": d.between(0.12, 0.24),
        "wide": d.between(0.007, 0.012),
        "thick": d.between(0.0045, 0.0075),
        "head": d.between(0.014, 0.023),
        "jaw": d.between(0.4, 0.6),
        "tail": d.between(0.0, 1.0),
    }


def _wrench(p: Params) -> Surface:
    """An open-ended spanner; its other end is round or a second, smaller jaw."""
    half, thick, head = p["length"] / 2, p["thick"], p["head"]
    parts = [block((0, 0, 0), (p["wide"], 0.85 * thick, half), 0.8 * thick)]
    cuts = []
    for s, size in ((1, head), (-1, head * (0.75 if p["tail"] > 0.4 else 0.6))):
        parts.append(drum((0, -thick, s * half), (0, thick, s * half), size, 0.0025))
        if s > 0 or p["tail"] > 0.4:
            mouth = (0, 0, s * (half + 0.75 * size))
            cuts.append(block(mouth, (p["jaw"] * size, 3 * thick, 0.8 * size), 0.002))
    body, hole = join(parts, 0.006), join(cuts, 0.0)
    low = (-head, -thick, -half - head)
    spacing = max(0.0031, 0.62 * thick)
    return level_set(lambda x: np.maximum(body(x), -hole(x)), low, (head, thick, half + head), spacing)


def _draw_spray(d: Draw) -> Params:
    radius = d.between(0.026, 0.042)
    return {
        "radius": radius,
        "flat": d.between(0.65, 1.0),
        "body": d.between(0.1, 0.16),
        "neck": d.between(0.013, 0.018),
        "neck_length": d.between(0.035, 0.055),
        "head": d.between(0.06, 0.095),
        "trigger": d.between(0.03, 0.05),
    }


def _spray(p: Params) -> Surface:
    r, h, n = p["radius"], p["body"], p["neck"]
    top = h + p["neck_length"]
    nose = 0.62 * p["head"]
    bottle = block((0, 0, h / 2), (r, r * p["flat"], h / 2), 0.5 * r * p["flat"])
    neck = capsule((0, 0, h - 0.02), (0, 0, top), n)
    head = block((nose - p["head"] / 2, 0, top), (p["head"] / 2, 0.9 * n, 0.95 * n), 0.007)
    reach = 0.55 * p["head"]
    trigger = rods(
        smooth_curve(
            [(0.5 * reach, 0, top), (reach - 0.004, 0, top - 0.5 * p["trigger"])]
            + [(reach, 0, top - p["trigger"])],
            6,
        ),
        0.0062,
    )
    field = join([bottle, neck, head, trigger], 0.008)
    low = (-max(r, p["head"] - nose) - 0.002, -r, -0.002)
    return level_set(field, low, (max(r, nose, reach + 0.007), r, top + n), 0.0058)


FAMILIES = (
    Family(
        "marker",
        _draw_marker,
        _marker,
        ("marker", "pen"),
        lambda p: ("felt-tip pen", "whiteboard marker", "highlighter", "ballpoint pen", "large marker"),
        LYING,
        warp=0.3,
    ),
    Family(
        "screwdriver",
        _draw_screwdriver,
        _screwdriver,
        ("screwdriver",),
        lambda p: ("flathead screwdriver", "phillips screwdriver", "awl"),
        LYING,
        warp=0.2,
    ),
    Family(
        "flashlight",
        _draw_flashlight,
        _flashlight,
        ("flashlight", "torch"),
        lambda p: ("torch light", "hand lamp", "pocket torch"),
        ("side", "side", "inverted"),
        warp=0.2,
    ),
    Family(
        "knife",
        _draw_knife,
        _knife,
        ("knife",),
        lambda p: ("kitchen knife", "table knife", "butter knife", "paring knife", "chef's knife"),
        FLAT,
        warp=0.3,
    ),
    Family(
        "cutlery",
        _draw_cutlery,
        _cutlery,
        ("spoon", "spatula"),
        lambda p: ("tablespoon", "wooden spoon", "ladle", "paint scraper", "serving spoon"),
        FLAT,
        warp=0.3,
    ),
    Family(
        "brush",
        _draw_brush,
        _brush,
        ("brush",),
        lambda p: ("hairbrush", "scrubbing brush", "paintbrush", "toothbrush", "dish brush"),
        FLAT,
        warp=0.3,
    ),
    Family(
        "hammer",
        _draw_hammer,
        _hammer,
        ("hammer",),
        lambda p: ("mallet", "wooden mallet")
        if p["kind"] == "mallet"
        else ("claw hammer",)
        if p["kind"] == "claw"
        else ("small hammer", "tack hammer"),
        FLAT,
        warp=0.2,
    ),
    Family(
        "drill",
        _draw_drill,
        _drill,
        ("drill", "power drill"),
        lambda p: ("cordless drill", "electric drill", "drill machine", "electric screwdriver"),
        ("edge", "edge", "upright"),
        warp=0.2,
    ),
    Family(
        "clamp",
        _draw_clamp,
        _clamp,
        ("clamp", "spring clamp"),
        lambda p: ("medium clamp", "large clamp", "clip", "pliers", "tongs"),
        FLAT,
        warp=0.3,
    ),
    Family(
        "scissors",
        _draw_scissors,
        _scissors,
        ("scissors", "pair of scissors"),
        lambda p: ("shears", "paper scissors", "kitchen scissors"),
        FLAT,
        warp=0.2,
    ),
    Family(
        "wrench",
        _draw_wrench,
        _wrench,
        ("wrench", "spanner"),
        lambda p: ("open-end wrench", "adjustable wrench"),
        FLAT,
        warp=0.2,
    ),
    Family(
        "spray_bottle",
        _draw_spray,
        _spray,
        ("spray bottle", "bottle"),
        lambda p: ("windex bottle", "cleaner bottle", "bottle of cleaner", "cleaning spray"),
        ("upright", "upright", "edge"),
        warp=0.3,
    ),
)
