"""Toys put together from rounded primitives."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.family import Draw, Family, Params
from diffh2o_ros.data.objects.implicit import block, capsule, drum, ellipsoid, join, level_set, rods
from diffh2o_ros.data.objects.skin import Surface


def _draw_car(d: Draw) -> Params:
    return {
        "length": d.between(0.06, 0.16),
        "wide": d.between(0.36, 0.5),
        "tall": d.between(0.13, 0.19),
        "cabin": d.between(0.35, 0.65),
        "cabin_tall": d.between(0.09, 0.17),
        "place": d.between(-0.15, 0.1),
        "wheel": d.between(0.085, 0.12),
    }


def _car(p: Params) -> Surface:
    long = p["length"]
    half = np.array([0.5, p["wide"] / 2, p["tall"] / 2]) * long
    wheel = p["wheel"] * long
    z = wheel + 0.5 * half[2]
    body = block((0, 0, z), half, 0.45 * half[2])
    top = z + half[2] + p["cabin_tall"] * long / 2
    size = (p["cabin"] * long / 2, 0.85 * half[1], 0.75 * p["cabin_tall"] * long)
    cabin = block((p["place"] * long, 0, top - 0.2 * size[2]), size, 0.6 * size[2])
    wheels = [
        drum(
            (x, s * (half[1] - 0.08 * long), wheel),
            (x, s * 1.08 * half[1], wheel),
            wheel,
            0.1 * wheel,
        )
        for x in (-0.31 * long, 0.31 * long)
        for s in (-1, 1)
    ]
    field = join([join([body, cabin], 0.05 * long), *wheels], 0.01 * long)
    corner = (0.5 * long, 1.1 * half[1], 0)
    return level_set(
        field, (-corner[0], -corner[1], 0), (corner[0], corner[1], top + size[2]), long / 32
    )


def _draw_plane(d: Draw) -> Params:
    return {
        "length": d.between(0.1, 0.19),
        "body": d.between(0.06, 0.095),
        "span": d.between(0.7, 1.1),
        "sweep": d.between(0.0, 0.25),
        "chord": d.between(0.1, 0.16),
        "tail": d.between(0.25, 0.4),
        "thick": d.between(0.024, 0.032),
    }


def _plane(p: Params) -> Surface:
    long = p["length"]
    t, body = p["thick"] * long, p["body"] * long
    hull = capsule((-0.45 * long, 0, 0), (0.42 * long, 0, 0), 0.7 * body, body)
    flatten = (t / (p["chord"] * long), 1, 1)
    span, sweep = p["span"] * long / 2, p["sweep"] * long
    wing = rods(
        [(-sweep, -span, 0), (0.08 * long, 0, 0), (-sweep, span, 0)], [0.9 * t, t, 0.9 * t], flatten
    )
    back = -0.43 * long
    reach = p["tail"] * long / 2
    tail = rods([(back, -reach, 0), (back + 0.03, 0, 0), (back, reach, 0)], 0.85 * t, (0.4, 1, 1))
    fin = rods([(back + 0.03, 0, 0), (back - 0.01, 0, 0.19 * long)], 0.85 * t, (0.4, 1, 1))
    low = (min(-0.5 * long, back - 0.02) - 3 * t, -span - t, -body)
    high = (0.55 * long, span + t, max(body, 0.2 * long + t))
    return level_set(join([hull, wing, tail, fin], 0.012), low, high, max(0.0028, 0.027 * long))


def _draw_train(d: Draw) -> Params:
    return {
        "length": d.between(0.075, 0.15),
        "wide": d.between(0.32, 0.42),
        "boiler": d.between(0.13, 0.18),
        "cab": d.between(0.28, 0.4),
        "cab_tall": d.between(0.4, 0.55),
        "wheel": d.between(0.07, 0.1),
        "stack": d.between(0.12, 0.22),
    }


def _train(p: Params) -> Surface:
    """An engine: a frame on wheels, a boiler with a chimney, a cab."""
    long = p["length"]
    half, wheel, r = p["wide"] * long / 2, p["wheel"] * long, p["boiler"] * long
    deck, cab = 1.6 * wheel, p["cab"] * long / 2
    frame = block((0, 0, deck), (long / 2, 0.85 * half, 0.055 * long), 0.02 * long)
    boiler = drum((-0.2 * long, 0, deck + r), (0.47 * long, 0, deck + r), r, 0.02 * long)
    top = deck + p["cab_tall"] * long
    house = block(
        (cab - long / 2, 0, (deck + top) / 2), (cab, half, (top - deck) / 2), 0.025 * long
    )
    high = deck + 2 * r + p["stack"] * long
    stack = capsule((0.32 * long, 0, deck + r), (0.32 * long, 0, high), 0.06 * long, 0.075 * long)
    wheels = [
        drum((x * long, s * 0.6 * half, wheel), (x * long, s * half, wheel), wheel, 0.1 * wheel)
        for x in (-0.33, 0.0, 0.33)
        for s in (-1, 1)
    ]
    field = join([join([frame, boiler, house, stack], 0.02 * long), *wheels], 0.008 * long)
    peak = max(top, high + 0.08 * long)
    return level_set(field, (-long / 2, -half, 0), (long / 2, half, peak), long / 27)


def _draw_animal(d: Draw) -> Params:
    return {
        "length": d.between(0.05, 0.11),
        "fat": d.between(0.26, 0.42),
        "leg": d.between(0.25, 0.6),
        "leg_thick": d.between(0.085, 0.14),
        "neck": d.between(0.1, 0.55),
        "head": d.between(0.17, 0.27),
        "snout": d.between(0.1, 0.3),
        "ears": d.between(0.05, 0.25),
        "tail": d.between(0.1, 0.4),
    }


def _animal(p: Params) -> Surface:
    """A body on four legs with a head, two ears and a tail."""
    s = p["length"]
    fat, leg = p["fat"] * s, p["leg_thick"] * s
    up = p["leg"] * s + 0.6 * fat
    body = capsule((-0.42 * s, 0, up), (0.35 * s, 0, up), 0.92 * fat, fat)
    legs = [
        capsule((x * s, y * 0.6 * fat, up), (1.1 * x * s, y * 0.75 * fat, leg), 1.2 * leg, leg)
        for x in (-0.42, 0.38)
        for y in (-1, 1)
    ]
    head = np.array([0.62 * s + 0.2 * p["neck"] * s, 0, up + 0.35 * fat + p["neck"] * s])
    skull = capsule(head, head + [p["snout"] * s, 0, -0.05 * s], p["head"] * s, 0.6 * p["head"] * s)
    neck = capsule((0.35 * s, 0, up + 0.2 * fat), head, 0.62 * fat, 0.75 * p["head"] * s)
    size = p["head"] * s
    ears = [
        capsule(
            head + [-0.2 * size, y * 0.6 * size, 0.6 * size],
            head + [-0.4 * size, y * 0.95 * size, 0.8 * size + p["ears"] * s],
            0.4 * size,
            0.3 * size,
        )
        for y in (-1, 1)
    ]
    rump = np.array([-0.42 * s - 0.8 * fat, 0, up + 0.3 * fat])
    tail = capsule(
        rump + [0.3 * fat, 0, 0],
        rump + [-0.5 * p["tail"] * s, 0, p["tail"] * s],
        0.09 * s,
        0.07 * s,
    )
    field = join([body, *legs, neck, skull, *ears, tail], 0.09 * s)
    wide = max(fat, size, 0.75 * fat + leg) + 0.1 * s
    low = (rump[0] - 0.6 * p["tail"] * s - 0.1 * s, -wide, -0.02 * s)
    top = max(head[2] + 1.4 * size + p["ears"] * s, rump[2] + p["tail"] * s + 0.1 * s)
    high = (head[0] + size + p["snout"] * s, wide, top)
    trunk = 4 * np.pi * fat**2 + 2 * np.pi * fat * 0.77 * s
    spacing = max(0.064 * s, np.cbrt(np.prod(np.subtract(high, low)) / 31000), np.sqrt(trunk / 900))
    return level_set(field, low, high, spacing)


def _draw_pig(d: Draw) -> Params:
    """A fat animal on short legs: a money box."""
    return {
        "length": d.between(0.05, 0.085),
        "fat": d.between(0.55, 0.68),
        "leg": d.between(0.3, 0.42),
        "leg_thick": d.between(0.12, 0.15),
        "neck": d.between(-0.08, 0.05),
        "head": d.between(0.32, 0.4),
        "snout": d.between(0.22, 0.32),
        "ears": d.between(0.05, 0.12),
        "tail": d.between(0.1, 0.16),
    }


def _draw_duck(d: Draw) -> Params:
    return {
        "length": d.between(0.03, 0.055),
        "wide": d.between(0.7, 0.9),
        "tall": d.between(0.65, 0.85),
        "head": d.between(0.45, 0.62),
        "beak": d.between(0.15, 0.3),
        "tail": d.between(0.2, 0.5),
    }


def _duck(p: Params) -> Surface:
    s = p["length"]
    w, t, r = p["wide"] * s, p["tall"] * s, p["head"] * s
    body = ellipsoid((0, 0, 0), (s, w, t))
    head = np.array([0.5 * s, 0, 0.75 * t + 0.6 * r])
    skull = ellipsoid(head, (r, 0.95 * r, r))
    beak = block(head + [r, 0, -0.15 * r], (0.1 * s + p["beak"] * s, 0.5 * r, 0.14 * s), 0.1 * s)
    tail = capsule((-0.7 * s, 0, 0.2 * t), (-1.05 * s, 0, (0.4 + p["tail"]) * t), 0.3 * s, 0.14 * s)
    foot = drum((0, 0, -t), (0, 0, -0.7 * t), 0.55 * w, 0.1 * t)
    field = join([body, skull, tail, beak, foot], 0.2 * s)
    low = (-1.3 * s, -1.05 * w, -1.05 * t)
    high = (head[0] + r + 0.6 * s, 1.05 * w, max(head[2] + r, (0.6 + p["tail"]) * t))
    return level_set(field, low, high, 0.1 * s)


FAMILIES = (
    Family(
        "toy_car",
        _draw_car,
        _car,
        ("toy car", "car", "toy"),
        lambda p: ("model car", "toy vehicle", "toy automobile"),
        warp=0.2,
    ),
    Family(
        "aeroplane",
        _draw_plane,
        _plane,
        ("toy airplane", "airplane", "toy plane"),
        lambda p: ("aeroplane", "model airplane", "plane", "toy aeroplane"),
        warp=0.2,
    ),
    Family(
        "toy_train",
        _draw_train,
        _train,
        ("toy train", "train"),
        lambda p: ("toy locomotive", "toy engine", "model train"),
        warp=0.1,
    ),
    Family(
        "toy_animal",
        _draw_animal,
        _animal,
        ("toy animal", "toy", "figurine"),
        lambda p: ("animal figure", "toy dog", "toy pig" if p["neck"] < 0.3 else "toy horse"),
        ("upright", "upright", "edge"),
        warp=0.3,
    ),
    Family(
        "piggy_bank",
        _draw_pig,
        _animal,
        ("piggy bank", "toy pig"),
        lambda p: ("money box", "coin bank", "pig"),
        warp=0.2,
    ),
    Family(
        "duck",
        _draw_duck,
        _duck,
        ("duck", "toy duck"),
        lambda p: ("rubber duck", "toy bird", "bird"),
        warp=0.3,
    ),
)
