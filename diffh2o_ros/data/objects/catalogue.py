"""All families, and how one object is drawn from them and rebuilt from its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from diffh2o_ros.geometry.mesh import Mesh

from . import bottles, fruit, handled, rounds, slender, solids, tools, toys, vessels
from .family import Draw, Family
from .shaping import POSES, settle, warp

_ROOMS = (solids, rounds, bottles, vessels, handled, slender, tools, fruit, toys)
_BY_NAME: dict[str, Family] = {family.name: family for room in _ROOMS for family in room.FAMILIES}
FAMILIES: tuple[str, ...] = tuple(_BY_NAME)


@dataclass(frozen=True)
class ProceduralObject:
    """One object at rest: z up, standing on z = 0, bounding box centred on x = y = 0, metres.

    family and params are its recipe (JSON-able). name and synonyms are words true of it. up (3,) is
    where its own upper side (a vessel's mouth) points as it lies. affordances: actions it allows.
    """

    family: str
    params: dict[str, Any]
    name: str
    synonyms: tuple[str, ...]
    mesh: Mesh
    affordances: frozenset[str]
    up: tuple[float, float, float]


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
    vertices, faces = kind.build(dict(params))
    vertices = warp(
        vertices, *(params[f"warp_{k}"] for k in ("taper", "bend", "turn", "ripple", "phase"))
    )
    c, s = np.cos(params["roll"]), np.sin(params["roll"])
    turn = POSES[params["pose"]] @ np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    turn = settle(vertices @ turn.T, faces) @ turn
    vertices = vertices @ turn.T
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    vertices = vertices - [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]]
    up = turn[:, 2]
    lying = up[2] < 0.9
    name = params["name"]
    words = (*kind.names, *(f"{size} {kind.names[0]}" for size in _size_words(high - low)))
    return ProceduralObject(
        family=kind.name,
        params=dict(params),
        name=name,
        synonyms=tuple(word for word in words if word != name),
        mesh=Mesh(vertices, faces),
        affordances=kind.affordances - {"pour", "drink"} if lying else kind.affordances,
        up=tuple(float(round(x, 9)) for x in up),
    )


def _size_words(extents: np.ndarray) -> tuple[str, ...]:
    """Words for size that hold for an object of these extents (3,), metres, as it lies."""
    length, height = max(extents[:2]), extents[2]
    largest, smallest = max(extents), min(extents)
    rules = {
        "small": largest < 0.07,
        "large": largest > 0.2 and np.prod(extents) > 1e-3,
        "tall": height > 0.15 and height > 2 * length,
        "long": length > 0.18 and length > 4 * np.median(extents),
        "flat": height < 0.035 and height < 0.3 * np.median(extents),
        "thin": largest > 6 * np.median(extents) and smallest < 0.03,
    }
    return tuple(word for word, holds in rules.items() if holds)


def _family(name: str) -> Family:
    if name not in _BY_NAME:
        raise ValueError(f"no object family '{name}'; known: {', '.join(FAMILIES)}")
    return _BY_NAME[name]
