"""Closed containers: bottles, squeeze bottles, jars, spray bottles; and light bulbs."""

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
from diffh2o_ros.data.objects.implicit import block, capsule, join, level_set, rods
from diffh2o_ros.data.objects.skin import Surface, fillet, lathe, smooth_curve, superellipse


def _draw_bottle(d: Draw) -> Params:
    radius = d.log(0.017, 0.046)
    return {
        "radius": radius,
        "body": round(radius * d.between(1.6, 4.2), 5),
        "shoulder": round(radius * d.between(0.4, 1.8), 5),
        "neck": d.between(0.28, 0.6),
        "neck_length": round(radius * d.between(0.3, 1.4), 5),
        "waist": d.between(-0.05, 0.14) if d.chance(0.5) else 0.0,
        "cap": d.between(1.05, 1.35),
        "cap_length": d.between(0.009, 0.022),
        "squash": d.between(0.55, 1.0) if d.chance(0.3) else 1.0,
        "power": d.between(2.0, 5.0) if d.chance(0.35) else 2.0,
    }


def _bottle(p: Params) -> Surface:
    r, neck = p["radius"], p["neck"] * p["radius"]
    top = p["body"] + p["shoulder"]
    lip = top + p["neck_length"]
    high = lip + p["cap_length"]
    waist = r * (1 - p["waist"])
    points = [(0, 0), (r, 0), (r, 0.2 * p["body"]), (waist, 0.55 * p["body"]), (r, p["body"])]
    points += [(neck, top), (neck, lip), (neck * p["cap"], lip), (neck * p["cap"], high), (0, high)]
    bend = 0.5 * p["shoulder"]
    profile = fillet(points, [0, 0.15 * r, 0.5 * r, r, bend, bend, 0, 0, 0.002, 0])
    edge = min(even_edge(profile_area(profile), 1900), neck / 1.6)
    height = profile[:, 1]
    # The body is oval, the neck and the cap are round.
    squash = p["squash"] + (1 - p["squash"]) * np.clip((height - p["body"]) / p["shoulder"], 0, 1)
    return lathe(profile, edge, squash, superellipse(p["power"]))


def _bottle_anatomy(p: Params) -> Anatomy:
    high = p["body"] + p["shoulder"] + p["neck_length"] + p["cap_length"]
    return working_face("mouth", (0, 0, high), UP)


def _bottle_names(p: Params) -> tuple[str, ...]:
    if p["body"] + p["shoulder"] < 0.1:
        return (
            "shampoo bottle",
            "pill bottle",
            "perfume bottle",
            "small bottle",
            "medicine bottle",
        )
    names = ["water bottle", "plastic bottle", "glass bottle", "juice bottle"]
    if p["neck"] < 0.42:
        names += ["wine bottle", "beer bottle", "oil bottle", "sauce bottle", "ketchup bottle"]
    return tuple(names)


def _draw_squeeze(d: Draw) -> Params:
    """A squeeze bottle as for mustard: broad and flat, a nozzle on a conical shoulder."""
    width = d.between(0.028, 0.052)
    return {
        "radius": width,
        "squash": d.between(0.5, 0.8),
        "body": d.between(0.075, 0.14),
        "belly": d.between(0.85, 1.0),
        "shoulder": d.between(0.012, 0.035),
        "cap": d.between(0.35, 0.6),
        "cap_length": d.between(0.01, 0.025),
        "nozzle": d.between(0.005, 0.009),
        "nozzle_length": d.between(0.008, 0.03),
        "power": d.between(2.0, 3.5),
    }


def _squeeze(p: Params) -> Surface:
    r, cap, nozzle = p["radius"], p["cap"] * p["radius"], p["nozzle"]
    h1 = p["body"]
    h2 = h1 + p["shoulder"]
    h3 = h2 + p["cap_length"]
    h4 = h3 + p["nozzle_length"]
    points = [(0, 0), (r * p["belly"], 0), (r, 0.35 * h1), (r * p["belly"], h1), (cap, h2)]
    points += [(cap, h3), (nozzle, h3 + 0.004), (0.7 * nozzle, h4), (0, h4)]
    profile = fillet(points, [0, 0.12 * r, r, 0.5 * r, 0.2 * r, 0.003, 0.003, 0.002, 0])
    edge = even_edge(profile_area(profile), 2000)
    fraction = np.clip((profile[:, 1] - h1) / p["shoulder"], 0, 1)
    squash = p["squash"] + (1 - p["squash"]) * fraction
    return lathe(profile, edge, squash, superellipse(p["power"]))


def _squeeze_anatomy(p: Params) -> Anatomy:
    high = p["body"] + p["shoulder"] + p["cap_length"] + p["nozzle_length"]
    return working_face("mouth", (0, 0, high), UP)


def _draw_jar(d: Draw) -> Params:
    radius = d.between(0.022, 0.05)
    return {
        "radius": radius,
        "height": round(radius * d.between(1.3, 3.4), 5),
        "neck": d.between(0.7, 0.95),
        "lid": d.between(1.03, 1.12),
        "lid_height": d.between(0.01, 0.022),
        "belly": d.between(0.0, 0.12),
        "power": d.between(2.5, 4.0) if d.chance(0.3) else 2.0,
    }


def _jar(p: Params) -> Surface:
    r, h = p["radius"], p["height"]
    neck, lid = r * p["neck"], r * p["neck"] * p["lid"]
    low = r * (1 - p["belly"])
    points = [(0, 0), (low, 0), (r, 0.45 * h), (r, 0.8 * h), (neck, 0.93 * h), (neck, h)]
    points += [(lid, h), (lid, h + p["lid_height"]), (0, h + p["lid_height"])]
    profile = fillet(points, [0, 0.15 * r, r, 0.3 * r, 0.1 * r, 0, 0, 0.003, 0])
    edge = even_edge(profile_area(profile), 1900)
    return lathe(profile, edge, section=superellipse(p["power"]))


def _draw_bulb(d: Draw) -> Params:
    radius = d.between(0.022, 0.042)
    return {
        "radius": radius,
        "base": d.between(0.35, 0.55),
        "base_length": d.between(0.018, 0.03),
        "taper": d.between(0.6, 1.5),
    }


def _bulb(p: Params) -> Surface:
    r, base, h0 = p["radius"], p["base"] * p["radius"], p["base_length"]
    top = h0 + p["taper"] * r
    angle = np.linspace(0.1, np.pi / 2, 12)
    dome = np.stack([r * np.cos(angle), top + r * np.sin(angle)], axis=1)
    dome[-1, 0] = 0
    start = fillet([(0, 0), (base, 0), (base, h0), tuple(dome[0])], [0, 0.25 * base, 0.5 * r, 0])
    profile = np.concatenate([start[:-1], dome])
    return lathe(profile, even_edge(profile_area(profile), 1700))


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


def _spray_anatomy(p: Params) -> Anatomy:
    """The neck under the trigger, where the hand that sprays lies."""
    return Anatomy(handle=between(2, 0.78 * p["body"], p["body"] + p["neck_length"]))


FAMILIES = (
    Family(
        "bottle",
        _draw_bottle,
        _bottle,
        ("bottle",),
        _bottle_names,
        ("upright", "upright", "upright", "side"),
        TOAST | SHAKE,
        warp=0.5,
        anatomy=_bottle_anatomy,
    ),
    Family(
        "squeeze_bottle",
        _draw_squeeze,
        _squeeze,
        ("bottle", "squeeze bottle"),
        lambda p: ("mustard bottle", "ketchup bottle", "sauce bottle", "lotion bottle"),
        ("upright", "upright", "side", "edge"),
        POUR | SHAKE,
        warp=0.4,
        anatomy=_squeeze_anatomy,
    ),
    Family(
        "jar",
        _draw_jar,
        _jar,
        ("jar", "container"),
        lambda p: ("jam jar", "honey jar", "cookie jar", "pickle jar", "spice jar", "pot of cream"),
        ("upright", "upright", "side"),
        SHAKE,
        warp=0.4,
    ),
    Family(
        "bulb",
        _draw_bulb,
        _bulb,
        ("bulb", "light bulb"),
        lambda p: ("lamp bulb", "lamp"),
        ("side",),
        warp=0.3,
    ),
    Family(
        "spray_bottle",
        _draw_spray,
        _spray,
        ("spray bottle", "bottle"),
        lambda p: ("windex bottle", "cleaner bottle", "bottle of cleaner", "cleaning spray"),
        ("upright", "upright", "edge"),
        affordances=SHAKE,
        warp=0.3,
        anatomy=_spray_anatomy,
    ),
)
