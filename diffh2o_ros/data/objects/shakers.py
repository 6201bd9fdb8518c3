"""Things to shake: salt shakers, pepper mills, rattles, bells, flasks."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import UP, Anatomy, between, working_face
from diffh2o_ros.data.objects.family import (
    POUR,
    SHAKE,
    TOAST,
    Draw,
    Family,
    Params,
    even_edge,
    profile_area,
)
from diffh2o_ros.data.objects.skin import (
    Surface,
    fillet,
    lathe,
    polygon,
    smooth_curve,
    superellipse,
)
from diffh2o_ros.data.objects.vessels import shell_profile, thin


def _draw_salt(d: Draw) -> Params:
    radius = d.between(0.015, 0.026)
    return {
        "radius": radius,
        "height": round(radius * d.between(2.4, 4.2), 5),
        "waist": d.between(0.7, 1.0),
        "cap": d.between(0.6, 0.95),
        "cap_height": d.between(0.012, 0.022),
        "sides": (0, 0, 4, 6, 8)[d.whole(0, 4)],
    }


def _salt(p: Params) -> Surface:
    """A waisted body and a domed cap with the holes in it."""
    r, top, cap = p["radius"], p["height"] - p["cap_height"], p["cap"] * p["radius"]
    points = [(0, 0), (r, 0), (p["waist"] * r, 0.6 * top), (cap * 0.94, top), (cap, top + 0.001)]
    points += [(cap, p["height"] - 0.4 * cap), (0.7 * cap, p["height"]), (0, p["height"])]
    profile = fillet(points, [0, 0.002, 2 * r, 0.002, 0, 0.3 * cap, 0.4 * cap, 0])
    section = polygon(p["sides"], 0.35) if p["sides"] else superellipse()
    edge = even_edge(profile_area(profile), 1900)
    return lathe(profile, edge, section=section, multiple=p["sides"] or 1)


def _draw_mill(d: Draw) -> Params:
    radius = d.between(0.022, 0.03)
    return {
        "radius": radius,
        "height": d.between(0.13, 0.26),
        "waist": d.between(0.6, 0.8),
        "head": d.between(0.8, 1.0),
        "knob": d.between(0.005, 0.009),
    }


def _mill(p: Params) -> Surface:
    r, h, head = p["radius"], p["height"], p["head"] * p["radius"]
    split = h - 1.78 * head - 1.4 * p["knob"]
    knots = [(r, 0.0), (r, 0.12 * h), (p["waist"] * r, 0.45 * h), (0.75 * r, split)]
    body = smooth_curve(knots, 24)
    dome = smooth_curve(
        [(0.6 * head, split + 0.003), (head, split + 0.8 * head), (0.55 * head, split + 1.6 * head)]
        + [(0.8 * p["knob"], split + 1.75 * head)],
        16,
    )
    knob = fillet(
        [(p["knob"], h - 1.2 * p["knob"]), (p["knob"], h), (0, h)], [0, 0.5 * p["knob"], 0]
    )
    profile = np.concatenate([[[0, 0]], body, dome, knob])
    profile[:, 1] = np.maximum(profile[:, 1], 0)
    return lathe(profile, even_edge(profile_area(profile), 1900))


def _draw_rattle(d: Draw) -> Params:
    ball = d.between(0.024, 0.04)
    return {
        "ball": ball,
        "tall": d.between(0.95, 1.4),
        "grip": d.between(0.008, 0.012),
        "grip_length": d.between(0.085, 0.13),
        "pommel": d.between(1.1, 1.5),
    }


def _rattle(p: Params) -> Surface:
    r, g, h = p["ball"], p["grip"], p["grip_length"]
    center = h + 0.9 * p["tall"] * r
    angle = np.linspace(-1.1, np.pi / 2, 20)
    ball = np.stack([r * np.cos(angle), center + p["tall"] * r * np.sin(angle)], axis=1)
    ball[-1, 0] = 0
    grip = fillet(
        [(0, 0), (p["pommel"] * g, 0), (p["pommel"] * g, 0.014), (0.85 * g, 0.02), (g, 0.6 * h)]
        + [(0.8 * g, 0.95 * h), tuple(ball[0])],
        [0, 0.005, 0.005, 0.01, 0.03, 0.01, 0],
    )
    profile = np.concatenate([grip[:-1], ball])
    return lathe(profile, min(even_edge(profile_area(profile), 1900), g / 1.6))


def _draw_bell(d: Draw) -> Params:
    mouth = d.between(0.03, 0.048)
    return {
        "mouth": mouth,
        "bell": round(mouth * d.between(1.2, 1.7), 5),
        "crown": d.between(0.4, 0.55),
        "wall": d.between(0.003, 0.0045),
        "grip": d.between(0.008, 0.012),
        "grip_length": d.between(0.07, 0.11),
    }


def _bell(p: Params) -> Surface:
    """An open bell, mouth down, and a turned handle on it; drawn upside down, then turned."""
    r, tall, g, h = p["mouth"], p["bell"], p["grip"], p["grip_length"]
    grip = fillet(
        [(0, 0), (1.1 * g, 0), (1.1 * g, 0.3 * h), (0.75 * g, 0.7 * h), (0.8 * g, h)],
        [0, 0.8 * g, 0.05, 0.04, 0],
    )
    crown = p["crown"] * r
    outer = smooth_curve(
        [(0.8 * g, h), (crown, h + 0.12 * tall), (1.25 * crown, h + 0.55 * tall), (r, h + tall)], 40
    )
    profile = np.concatenate([grip[:-1], shell_profile(outer, p["wall"], 0.22 * tall)])
    edge = even_edge(profile_area(profile), 2600)
    vertices, faces = lathe(thin(profile, edge), edge)
    return vertices * [1, -1, -1] + [0, 0, h + tall], faces


def _draw_flask(d: Draw) -> Params:
    radius = d.between(0.03, 0.042)
    return {
        "radius": radius,
        "height": d.between(0.17, 0.27),
        "shoulder": d.between(0.75, 1.0),
        "cup": d.between(0.2, 0.35),
        "step": d.between(0.001, 0.003),
    }


def _flask(p: Params) -> Surface:
    """A straight body with a cup screwed on for a lid."""
    r, h, s = p["radius"], p["height"], p["step"]
    neck, low = p["shoulder"] * r, h * (1 - p["cup"])
    points = [(0, 0), (r, 0), (r, low - 1.2 * (r - neck) - 0.004), (neck - s, low - 0.002)]
    points += [(neck - s, low), (neck, low + 0.001), (0.94 * neck, h), (0, h)]
    profile = fillet(points, [0, 0.004, 0.02, 0.003, 0, 0, 0.006, 0])
    return lathe(profile, even_edge(profile_area(profile), 1900))


def _opens_on_top(p: Params) -> Anatomy:
    return working_face("mouth", (0, 0, p["height"]), UP)


FAMILIES = (
    Family(
        "salt_shaker",
        _draw_salt,
        _salt,
        ("salt shaker", "shaker"),
        lambda p: ("pepper shaker", "sugar shaker", "spice shaker"),
        affordances=SHAKE | POUR,
        warp=0.2,
        anatomy=_opens_on_top,
    ),
    Family(
        "pepper_mill",
        _draw_mill,
        _mill,
        ("pepper mill", "pepper grinder"),
        lambda p: ("salt mill", "wooden pepper mill"),
        ("upright", "upright", "side"),
        SHAKE,
        warp=0.2,
    ),
    Family(
        "rattle",
        _draw_rattle,
        _rattle,
        ("rattle", "maraca"),
        lambda p: ("baby rattle", "toy rattle") if p["ball"] < 0.03 else ("rumba shaker",),
        ("side",),
        SHAKE,
        warp=0.3,
        anatomy=lambda p: Anatomy(handle=between(2, high=0.95 * p["grip_length"])),
    ),
    Family(
        "bell",
        _draw_bell,
        _bell,
        ("bell", "handbell"),
        lambda p: ("hand bell", "dinner bell", "school bell"),
        affordances=SHAKE,
        warp=0.1,
        anatomy=lambda p: Anatomy(handle=between(2, p["bell"] + 0.002)),
    ),
    Family(
        "flask",
        _draw_flask,
        _flask,
        ("flask", "thermos"),
        lambda p: ("thermos flask", "vacuum flask", "drinking flask"),
        ("upright", "upright", "side"),
        TOAST | SHAKE,
        warp=0.1,
        anatomy=_opens_on_top,
    ),
)
