"""Things with a working face below: stamps, irons, sponges, cloths, erasers, scrubbing brushes."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.anatomy import DOWN, Anatomy, between, working_face
from diffh2o_ros.data.objects.box import rounded_box
from diffh2o_ros.data.objects.family import (
    STAMP,
    WIPE,
    Draw,
    Family,
    Params,
    even_edge,
    profile_area,
)
from diffh2o_ros.data.objects.implicit import block, join, level_set, rods
from diffh2o_ros.data.objects.joining import solid, surface_of
from diffh2o_ros.data.objects.skin import (
    DENSE,
    Surface,
    fillet,
    lathe,
    skin,
    smooth_curve,
    superellipse,
    tube,
)


def _draw_stamp(d: Draw) -> Params:
    base = d.between(0.013, 0.03)
    return {
        "base": base,
        "base_thick": d.between(0.008, 0.018),
        "power": d.between(3.0, 8.0) if d.chance(0.6) else 2.0,
        "squash": d.between(0.5, 1.0),
        "neck": d.between(0.006, 0.009),
        "neck_length": d.between(0.008, 0.025),
        "knob": d.between(0.011, 0.017),
        "knob_length": d.between(0.026, 0.045),
    }


def _stamp(p: Params) -> Surface:
    """A plate with a turned knob on it."""
    base, thick, neck, knob = p["base"], p["base_thick"], p["neck"], p["knob"]
    low = thick + p["neck_length"]
    top = low + p["knob_length"]
    points = [(0, 0), (base, 0), (base, thick), (neck, thick + 0.002), (0.95 * neck, low)]
    points += [(knob, low + 0.4 * (top - low)), (knob, top - 0.4 * knob), (0.5 * knob, top)]
    points += [(0, top)]
    profile = fillet(points, [0, 0.001, 0.002, 0.004, 0.005, 0.02, 0.01, 0.01, 0])
    vertices, faces = lathe(profile, min(even_edge(profile_area(profile), 1900), neck / 1.8))
    # The plate is squared and oblong, the knob stays round.
    fraction = np.clip((thick + 0.0015 - vertices[:, 2]) / 0.0015, 0, 1)
    angle = np.arctan2(vertices[:, 1], vertices[:, 0])
    power = p["power"]
    grow = (np.abs(np.cos(angle)) ** power + np.abs(np.sin(angle)) ** power) ** (-1 / power)
    grow = 1 + fraction * (grow - 1)
    squash = 1 + fraction * (p["squash"] - 1) * (base > 1.4 * neck / p["squash"])
    return vertices * np.stack([grow, grow * squash, np.ones_like(grow)], axis=1), faces


def _stamp_anatomy(p: Params) -> Anatomy:
    return Anatomy({"sole": ((0, 0, 0), DOWN)}, between(2, p["base_thick"] + 0.004))


def _draw_iron(d: Draw) -> Params:
    return {
        "length": d.between(0.16, 0.22),
        "wide": d.between(0.085, 0.11),
        "tall": d.between(0.035, 0.05),
        "point": d.between(0.5, 0.9),
        "gap": d.between(0.03, 0.042),
        "thick": d.between(0.018, 0.026),
        "grip_wide": d.between(0.022, 0.03),
    }


def _iron(p: Params) -> Surface:
    """A pointed sole, a body rising from it, an arched handle along it."""
    angle = np.linspace(0, 2 * np.pi, DENSE, endpoint=False)
    drop = np.stack([np.cos(angle), np.sin(angle) * np.sin(angle / 2) ** p["point"]], axis=1)
    half = np.array([p["length"] / 2, p["wide"] / 2 / drop[:, 1].max()])
    tall, top = p["tall"], p["tall"] + p["gap"] + p["thick"] / 2
    stations = fillet([(0, 0), (1, 0), (1, 0.01), (0.86, 0.012), (0.6, tall), (0, tall)], 0.002)
    scale, height = stations.T
    edge = even_edge(2.4 * p["length"] * p["wide"], 2000)
    pieces = [
        np.linspace(0, 1, max(round(g / edge), 1), endpoint=False)
        for g in np.linalg.norm(np.diff(stations * [half[0], 1], axis=0), axis=1)
    ]
    place = np.concatenate([k + piece for k, piece in enumerate(pieces)] + [[len(pieces)]])
    scale = np.interp(place, np.arange(len(stations)), scale)
    height = np.interp(place, np.arange(len(stations)), height)
    none = np.zeros_like(scale)
    body = skin(
        np.stack([none - 0.1 * half[0] * (1 - scale), none, height], axis=1),
        np.stack([scale * half[0], none, none], axis=1),
        np.stack([none, scale * half[1], none], axis=1),
        edge,
        drop,
    )
    x = 0.5 * half[0]
    plane = smooth_curve(
        [(-1.2 * x, tall - 0.008), (-1.25 * x, tall + 0.5 * p["gap"]), (-0.8 * x, top)]
        + [(0.25 * x, top + 0.003), (0.75 * x, tall + 0.5 * p["gap"]), (0.8 * x, tall - 0.008)],
        36,
    )
    path = np.stack([plane[:, 0], 0 * plane[:, 0], plane[:, 1]], axis=1)
    widths = np.array([p["grip_wide"], p["thick"]]) / 2
    handle = tube(path, widths, 0.007, section=superellipse(2.5), caps=(0, 0))
    return surface_of(solid(body) + solid(handle))


def _iron_anatomy(p: Params) -> Anatomy:
    return Anatomy({"sole": ((0, 0, 0), DOWN)}, between(2, p["tall"] + 0.004))


def _draw_sponge(d: Draw) -> Params:
    return {
        "x": d.between(0.075, 0.13),
        "y": d.between(0.05, 0.085),
        "z": d.between(0.02, 0.045),
        "rounding": d.between(0.002, 0.008),
        "waist": d.between(0.0, 0.14),
    }


def _sponge(p: Params) -> Surface:
    x, y, z = p["x"], p["y"], p["z"]
    edge = even_edge(2 * (x * y + y * z + z * x), 1700)
    vertices, faces = rounded_box((x, y, z), p["rounding"], edge)
    vertices[:, 1] *= 1 - p["waist"] * np.cos(np.pi * vertices[:, 0] / x) ** 2
    return vertices, faces


def _draw_cloth(d: Draw) -> Params:
    return {
        "x": d.between(0.05, 0.08),
        "y": d.between(0.035, 0.055),
        "z": d.between(0.008, 0.018),
        "power": d.between(3.5, 7.0),
        "folds": d.whole(1, 3),
        "phase": d.between(0.0, 6.28),
    }


def _cloth(p: Params) -> Surface:
    """A cloth folded to a soft slab: flat below, wavy above, frayed in plan."""
    x, y, z = p["x"], p["y"], p["z"]
    profile = fillet([(0, 0), (x, 0), (x, z), (0, z)], [0, 0.3 * z, 0.6 * z, 0])
    edge = even_edge(profile_area(profile, y / x), 2200)
    vertices, faces = lathe(profile, edge, y / x, superellipse(p["power"]))
    u, v, w = vertices.T / np.array([[x], [y], [z]])
    wave = np.sin(p["folds"] * np.pi * u + p["phase"]) * np.cos(2.2 * v - p["phase"])
    vertices[:, 2] *= 1 + 0.16 * w * wave
    vertices[:, :2] *= (1 + 0.03 * np.sin(9 * w + 2 * u - v + p["phase"]))[:, None]
    return vertices, faces


def _draw_eraser(d: Draw) -> Params:
    return {
        "x": d.between(0.09, 0.15),
        "y": d.between(0.042, 0.06),
        "z": d.between(0.024, 0.042),
        "felt": d.between(0.3, 0.5),
        "draw": d.between(0.08, 0.25),
    }


def _eraser(p: Params) -> Surface:
    """A felt pad and a grip on it that is drawn in at its sides."""
    x, y, z = p["x"], p["y"], p["z"]
    edge = even_edge(2 * (x * y + y * z + z * x), 1900)
    vertices, faces = rounded_box((x, y, z), 0.0025, min(edge, z / 6))
    high = vertices[:, 2] / z + 0.5
    step = np.clip((high - p["felt"]) / 0.16, 0, 1) * (1 - 0.6 * np.clip(high - p["felt"], 0, 1))
    vertices[:, 1] *= 1 - p["draw"] * step
    vertices[:, 0] *= 1 - 0.5 * p["draw"] * step
    return vertices, faces


def _draw_scrubber(d: Draw) -> Params:
    return {
        "x": d.between(0.05, 0.085),
        "y": d.between(0.022, 0.034),
        "bristles": d.between(0.014, 0.026),
        "back": d.between(0.012, 0.02),
        "gap": d.between(0.026, 0.036) if d.chance(0.5) else 0.0,
        "thick": d.between(0.008, 0.011),
    }


def _scrubber(p: Params) -> Surface:
    """A block of bristles under a back, with an arched handle or without."""
    x, y, low = p["x"], p["y"], p["bristles"]
    top = low + p["back"]
    tuft = block((0, 0, low / 2 + 0.002), (0.92 * x, 0.86 * y, low / 2 + 0.002), 0.002)
    back = block((0, 0, (low + top) / 2), (x, y, p["back"] / 2), 0.48 * p["back"])
    parts, high = [tuft, back], top
    if p["gap"] > 0:
        high = top + p["gap"] + 2 * p["thick"]
        mid = top + p["gap"] + p["thick"]
        arch = [(-0.85 * x, 0, top - 0.004), (-0.72 * x, 0, top + 0.7 * p["gap"])]
        arch += [(-0.45 * x, 0, mid), (0.45 * x, 0, mid), (0.72 * x, 0, top + 0.7 * p["gap"])]
        arch += [(0.85 * x, 0, top - 0.004)]
        parts.append(rods(np.array(arch), p["thick"], (1, 0.8, 1)))
    spacing = 0.0052 if p["gap"] > 0 else 0.0042
    return level_set(join(parts, 0.003), (-x, -y, 0), (x, y, high), spacing)


def _scrubber_anatomy(p: Params) -> Anatomy:
    top = p["bristles"] + p["back"]
    return Anatomy({"sole": ((0, 0, 0), DOWN)}, between(2, top + 0.003) if p["gap"] > 0 else None)


def _flat_below(p: Params) -> Anatomy:
    return working_face("sole", (0, 0, -p["z"] / 2), DOWN)


FAMILIES = (
    Family(
        "stamp",
        _draw_stamp,
        _stamp,
        ("stamp", "rubber stamp"),
        lambda p: ("hand stamp", "wooden stamp", "ink stamp", "office stamp"),
        affordances=STAMP,
        warp=0.2,
        anatomy=_stamp_anatomy,
    ),
    Family(
        "iron",
        _draw_iron,
        _iron,
        ("iron", "clothes iron"),
        lambda p: ("steam iron", "electric iron", "flat iron"),
        affordances=STAMP,
        warp=0.1,
        anatomy=_iron_anatomy,
    ),
    Family(
        "sponge",
        _draw_sponge,
        _sponge,
        ("sponge",),
        lambda p: ("dish sponge", "cleaning sponge", "kitchen sponge", "scouring pad"),
        affordances=WIPE | STAMP,
        warp=0.4,
        anatomy=_flat_below,
    ),
    Family(
        "cloth",
        _draw_cloth,
        _cloth,
        ("cloth", "folded cloth"),
        lambda p: ("dish cloth", "cleaning rag", "rag", "folded towel", "napkin"),
        affordances=WIPE,
        warp=0.5,
        anatomy=lambda p: working_face("sole", (0, 0, 0), DOWN),
    ),
    Family(
        "eraser",
        _draw_eraser,
        _eraser,
        ("eraser", "board eraser"),
        lambda p: ("chalkboard eraser", "whiteboard eraser", "board wiper", "blackboard eraser"),
        affordances=WIPE | STAMP,
        warp=0.2,
        anatomy=_flat_below,
    ),
    Family(
        "scrubbing_brush",
        _draw_scrubber,
        _scrubber,
        ("scrubbing brush", "brush"),
        lambda p: (
            ("floor brush", "scrub brush")
            if p["gap"] > 0
            else ("clothes brush", "shoe brush", "hand brush")
        ),
        affordances=WIPE,
        warp=0.2,
        anatomy=_scrubber_anatomy,
    ),
)
