"""Open vessels turned as thin shells: bowls, cups, glasses, vases, plates."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import Anatomy, between, open_top
from diffh2o_ros.data.objects.family import (
    POUR,
    TOAST,
    Draw,
    Family,
    Params,
    even_edge,
    profile_area,
)
from diffh2o_ros.data.objects.skin import Surface, even_points, fillet, lathe, smooth_curve


def shell_profile(outer: np.ndarray, wall: float, floor: float) -> np.ndarray:
    """Profile of an open vessel: `outer` (M, 2), dense, from the axis up to the rim, and back down
    the inside at distance `wall`, closed by a floor `floor` meters above the lowest point.
    """
    ahead = np.gradient(outer, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    inward = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    inner = outer + wall * inward
    reach = outer[:, 0].max()
    above = (inner[:, 1] > outer[:, 1].min() + floor) & (inner[:, 0] > 0.05 * reach)
    start = len(outer) - int(np.argmin(above[::-1]))
    inner = inner[start:]
    middle = (outer[-1] + inner[-1]) / 2
    angle = np.linspace(0, np.pi, 5)[1:-1, None]
    rim = middle + np.cos(angle) * (outer[-1] - middle) + np.sin(angle) * wall / 2 * ahead[-1]
    foot = [[0.0, inner[0, 1]]]
    return np.concatenate([outer, rim, inner[::-1], foot])


def dense(points, radii, step: float = 0.002) -> np.ndarray:
    """Filleted polyline (M, 2) with points every `step` meters."""
    return even_points(fillet(points, radii), step)


def thin(profile: np.ndarray, edge: float, sag: float = 0.0004) -> np.ndarray:
    """Drop points of a dense profile that are closer than `edge` where it is nearly straight."""
    keep = [0]
    for index in range(1, len(profile) - 1):
        start = profile[keep[-1]]
        chord = profile[index + 1] - start
        length = np.linalg.norm(chord)
        between = profile[keep[-1] + 1 : index + 1] - start
        gap = np.abs(between[:, 0] * chord[1] - between[:, 1] * chord[0]) / max(length, 1e-9)
        if length > edge or gap.max() > sag:
            keep.append(index)
    return profile[keep + [len(profile) - 1]]


def turn_shell(
    outer: np.ndarray, wall: float, floor: float, faces: int = 2700, most: float = 0.011
) -> Surface:
    profile = shell_profile(outer, wall, floor)
    edge = even_edge(profile_area(profile), faces, most)
    return lathe(thin(profile, edge), edge)


def _draw_bowl(d: Draw) -> Params:
    radius = d.between(0.045, 0.095)
    return {
        "radius": radius,
        "height": round(radius * d.between(0.45, 1.0), 5),
        "foot": d.between(0.35, 0.6),
        "power": d.between(1.6, 3.0),
        "wall": d.between(0.0022, 0.005),
        "flare": d.between(0.0, 0.08),
    }


def bowl_outer(p: Params) -> np.ndarray:
    r, h, foot = p["radius"], p["height"], p["foot"] * p["radius"]
    fraction = np.linspace(0, 1, 60)
    side = foot + (r - foot) * (1 - (1 - fraction) ** p["power"]) ** (1 / p["power"])
    side += p["flare"] * r * fraction**4
    wall = np.stack([side, h * fraction], axis=1)
    flat = np.stack([np.linspace(0, foot, 16)[:-1], np.zeros(15)], axis=1)
    return np.concatenate([flat, wall])


def _bowl(p: Params) -> Surface:
    return turn_shell(bowl_outer(p), p["wall"], p["wall"] * 1.2)


def _draw_cup(d: Draw) -> Params:
    top = d.between(0.027, 0.048)
    return {
        "top": top,
        "bottom": round(top * d.between(0.62, 1.02), 5),
        "height": round(top * d.between(1.5, 3.3), 5),
        "belly": d.between(-0.08, 0.12),
        "corner": d.between(0.1, 0.6),
        "wall": d.between(0.002, 0.0045),
    }


def cup_outer(p: Params) -> np.ndarray:
    a, b, h = p["bottom"], p["top"], p["height"]
    middle = (a + b) / 2 * (1 + p["belly"])
    points = [(0, 0), (a, 0), (middle, 0.5 * h), (b, h)]
    return dense(points, [0, p["corner"] * a, 2 * h, 0])


def _cup(p: Params) -> Surface:
    return turn_shell(cup_outer(p), p["wall"], p["wall"] * 1.3)


def _draw_wine_glass(d: Draw) -> Params:
    bowl = d.between(0.028, 0.045)
    return {
        "bowl": bowl,
        "rim": d.between(0.7, 1.0),
        "bowl_height": round(bowl * d.between(1.5, 2.8), 5),
        "stem": d.between(0.0042, 0.007),
        "stem_length": d.between(0.05, 0.1),
        "foot": d.between(0.028, 0.04),
        "wall": d.between(0.002, 0.003),
    }


def _draw_goblet(d: Draw) -> Params:
    """A drinking cup of metal or wood: a short, thick stem and a broad foot."""
    bowl = d.between(0.03, 0.043)
    return {
        "bowl": bowl,
        "rim": d.between(0.9, 1.1),
        "bowl_height": round(bowl * d.between(1.4, 2.2), 5),
        "stem": d.between(0.008, 0.013),
        "stem_length": d.between(0.035, 0.06),
        "foot": d.between(0.03, 0.042),
        "wall": d.between(0.003, 0.0045),
    }


def _wine_glass(p: Params) -> Surface:
    stem, foot, low = p["stem"], p["foot"], p["stem_length"]
    base = fillet(
        [(0, 0), (foot, 0), (foot, 0.003), (1.6 * stem, 0.007), (stem, 0.02), (stem, low)],
        [0, 0.001, 0.001, 0.01, 0.03, 0],
    )
    r, h = p["bowl"], p["bowl_height"]
    outer = smooth_curve(
        [(stem, low), (0.62 * r, low + 0.12 * h), (r, low + 0.45 * h), (r * p["rim"], low + h)], 48
    )
    floor = low + 0.1 * h
    profile = shell_profile(outer, p["wall"], floor - low)
    profile = np.concatenate([base[:-1], profile])
    edge = even_edge(profile_area(profile), 2800)
    return lathe(thin(profile, edge), edge)


def _draw_vase(d: Draw) -> Params:
    belly = d.between(0.03, 0.06)
    return {
        "belly": belly,
        "foot": d.between(0.45, 0.85),
        "neck": d.between(0.4, 0.8),
        "mouth": d.between(0.6, 1.0),
        "height": round(belly * d.between(2.2, 4.2), 5),
        "wall": d.between(0.003, 0.0055),
    }


def _vase(p: Params) -> Surface:
    r, h = p["belly"], p["height"]
    knots = [(p["foot"], 0.0), (1.0, 0.38), (p["neck"], 0.8), (p["mouth"], 1.0)]
    side = smooth_curve([(r * a, h * b) for a, b in knots], 56)
    flat = np.stack([np.linspace(0, r * p["foot"], 14)[:-1], np.zeros(13)], axis=1)
    return turn_shell(np.concatenate([flat, side]), p["wall"], 1.5 * p["wall"])


def _draw_plate(d: Draw) -> Params:
    radius = d.between(0.06, 0.115)
    return {
        "radius": radius,
        "height": round(radius * d.between(0.14, 0.3), 5),
        "foot": d.between(0.5, 0.7),
        "wall": d.between(0.003, 0.005),
    }


def _plate(p: Params) -> Surface:
    r, h, foot = p["radius"], p["height"], p["foot"] * p["radius"]
    outer = dense(
        [(0, 0), (foot, 0), (0.5 * (r + foot), 0.6 * h), (r, h)], [0, 0.1 * r, 0.4 * r, 0]
    )
    return turn_shell(outer, p["wall"], p["wall"])


def _plate_anatomy(p: Params) -> Anatomy:
    high = between(2, p["height"] - 0.004)
    return Anatomy(rim=lambda x: high(x) & (np.hypot(x[:, 0], x[:, 1]) > p["radius"] - 0.008))


FAMILIES = (
    Family(
        "bowl",
        _draw_bowl,
        _bowl,
        ("bowl",),
        lambda p: ("soup bowl", "cereal bowl", "salad bowl", "rice bowl", "mixing bowl", "dish"),
        ("upright", "upright", "upright", "inverted"),
        POUR,
        warp=0.3,
        anatomy=lambda p: open_top(p["height"]),
    ),
    Family(
        "cup",
        _draw_cup,
        _cup,
        ("cup",),
        lambda p: ("plastic cup", "paper cup", "tumbler", "glass", "drinking glass", "beaker"),
        ("upright", "upright", "upright", "inverted", "side"),
        TOAST,
        warp=0.3,
        anatomy=lambda p: open_top(p["height"]),
    ),
    Family(
        "wine_glass",
        _draw_wine_glass,
        _wine_glass,
        ("wine glass", "glass"),
        lambda p: ("wineglass", "stemmed glass", "champagne glass"),
        affordances=TOAST,
        warp=0.3,
        anatomy=lambda p: open_top(p["stem_length"] + p["bowl_height"]),
    ),
    Family(
        "goblet",
        _draw_goblet,
        _wine_glass,
        ("goblet",),
        lambda p: ("chalice", "metal cup", "drinking cup"),
        affordances=TOAST,
        warp=0.3,
        anatomy=lambda p: open_top(p["stem_length"] + p["bowl_height"]),
    ),
    Family(
        "vase",
        _draw_vase,
        _vase,
        ("vase",),
        lambda p: ("flower vase", "urn", "pottery vase", "ceramic vase"),
        affordances=POUR,
        warp=0.5,
        anatomy=lambda p: open_top(p["height"]),
    ),
    Family(
        "plate",
        _draw_plate,
        _plate,
        ("plate", "dish"),
        lambda p: ("dinner plate", "saucer", "soup plate"),
        warp=0.2,
        anatomy=_plate_anatomy,
    ),
)
