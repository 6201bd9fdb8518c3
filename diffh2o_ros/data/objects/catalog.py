"""All families, and how one object is drawn from them and rebuilt from its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from diffh2o_ros.data.objects import (
    books,
    bottles,
    desk,
    food,
    fruit,
    gadgets,
    handled,
    large,
    optics,
    pads,
    phones,
    pourers,
    rounds,
    shakers,
    slender,
    small,
    solids,
    strikers,
    tools,
    toys,
    two_handled,
    vessels,
)
from diffh2o_ros.data.objects.anatomy import Part, Region, region_of
from diffh2o_ros.data.objects.family import HOLD, NEEDS_UPRIGHT, Draw, Family
from diffh2o_ros.data.objects.naming import size_words
from diffh2o_ros.data.objects.shaping import POSES, Warp, settle, stands_upside_down
from diffh2o_ros.errors import OptionError
from diffh2o_ros.geometry.mesh import Mesh

_ROOMS = (
    *(solids, rounds, bottles, vessels, handled, pourers, large, two_handled, small, books),
    *(slender, tools, strikers, pads, optics, phones, shakers, gadgets, desk, fruit, food, toys),
)
_BY_NAME: dict[str, Family] = {family.name: family for room in _ROOMS for family in room.FAMILIES}
FAMILIES: tuple[str, ...] = tuple(_BY_NAME)
#: What every member of a family affords beyond what any object does.
USES: dict[str, frozenset[str]] = {f.name: f.affordances - HOLD for f in _BY_NAME.values()}


@dataclass(frozen=True)
class ProceduralObject:
    """One object at rest: z up, standing on z = 0, bounding box centered on x = y = 0, meters.

    family and params are its recipe (JSON-able). name and synonyms are words true of it. up (3,) is
    where its own upper side (a vessel's mouth) points as it lies. affordances: actions it allows.

    parts, where it works, as it lies: "mouth" (center of the opening), "spout" (lip it pours over,
    direction the way it pours), "head" (center of a hammer's striking face), "sole" (center of the
    face that wipes or stamps), "eye" (brought to the eye; direction where one looks to) or "eyes"
    (the middle of two), "ear" (the face held to the ear), "bite" (where one bites). handle, rim:
    surface points of its handle and of the rim of an open vessel or plate.
    """

    family: str
    params: dict[str, Any]
    name: str
    synonyms: tuple[str, ...]
    mesh: Mesh
    affordances: frozenset[str]
    up: tuple[float, float, float]
    parts: dict[str, Part] = field(default_factory=dict)
    handle: Region | None = None
    rim: Region | None = None


def sample_object(rng: np.random.Generator, family: str | None = None) -> ProceduralObject:
    """Draw a random object of the family, or of any family if none is named."""
    draw = Draw(rng)
    kind = _family(draw.pick(FAMILIES) if family is None else family)
    params = kind.draw(draw)
    special = kind.special(params)
    params["name"] = draw.pick(special if special and draw.chance(0.6) else kind.names)
    params["pose"] = draw.pick(kind.poses)
    params["roll"] = draw.between(0.0, 2 * np.pi) if params["pose"] == "side" else 0.0
    strength = kind.warp if draw.chance(0.6) else 0.0
    for name, most in (("taper", 0.14), ("bend", 0.05), ("turn", 0.25), ("ripple", 0.035)):
        params[f"warp_{name}"] = round(strength * draw.between(-most, most), 5)
    params["warp_phase"] = draw.between(0.0, 2 * np.pi)
    return build_object(kind.name, params)


def build_object(family: str, params: Mapping[str, Any]) -> ProceduralObject:
    """Rebuild the object of a recipe: the same parameters give the same mesh, bit for bit."""
    kind = _family(family)
    params = dict(params)
    drawn, faces = kind.build(params)
    anatomy = kind.anatomy(params)
    warp = Warp(
        drawn.min(axis=0),
        drawn.max(axis=0),
        *(params[f"warp_{k}"] for k in ("taper", "bend", "turn", "ripple", "phase")),
    )
    warped = warp(drawn)
    c, s = np.cos(params["roll"]), np.sin(params["roll"])
    rotation = POSES[params["pose"]] @ np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    rotation = settle(warped @ rotation.T, faces) @ rotation
    vertices = warped @ rotation.T
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    floor = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]])
    vertices = vertices - floor

    parts = {}
    for place, (point, direction) in anatomy.parts.items():
        point = np.asarray(point, dtype=float)
        out = rotation @ warp.normal(point, np.asarray(direction, dtype=float))
        parts[place] = Part(rotation @ warp(point[None])[0] - floor, out)
    handle = region_of(anatomy.handle, drawn, vertices)
    rim = region_of(anatomy.rim, drawn, vertices, without=anatomy.handle)

    affordances = kind.affordances | anatomy.also
    if rotation[2, 2] < 0.9:
        affordances -= NEEDS_UPRIGHT
    if "sole" not in parts or parts["sole"].direction[2] > -0.9:
        affordances -= {"stamp"}
    if _fits_one_hand(high - low, held_at_edge=handle is not None or rim is not None):
        affordances |= {"offhand"}
    if stands_upside_down(vertices, faces):
        affordances |= {"turn_over"}

    name = params["name"]
    words = (*kind.names, *(f"{size} {kind.names[0]}" for size in size_words(high - low)))
    return ProceduralObject(
        family=kind.name,
        params=params,
        name=name,
        synonyms=tuple(word for word in words if word != name),
        mesh=Mesh(vertices, faces),
        affordances=affordances,
        up=tuple(float(round(x, 9)) for x in rotation[:, 2]),
        parts=parts,
        handle=handle,
        rim=rim,
    )


def _fits_one_hand(extents: np.ndarray, held_at_edge: bool) -> bool:
    """Whether one hand can hold an object of these extents (3,), meters."""
    if np.prod(extents) > 4e-3 or extents.max() > 0.34:
        return False
    return bool(held_at_edge or extents.min() < 0.085)


def _family(name: str) -> Family:
    if name not in _BY_NAME:
        raise OptionError(f"no object family '{name}'; known: {', '.join(FAMILIES)}")
    return _BY_NAME[name]
