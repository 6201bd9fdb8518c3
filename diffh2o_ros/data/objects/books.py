"""Books and what lies about like them."""

from __future__ import annotations

import numpy as np

from diffh2o_ros.data.objects.box import box_grid
from diffh2o_ros.data.objects.family import Draw, Family, Params, even_edge
from diffh2o_ros.data.objects.skin import Surface


def _draw_book(d: Draw) -> Params:
    x = d.between(0.085, 0.17)
    return {
        "x": x,
        "y": round(x * d.between(1.25, 1.6), 5),
        "z": d.between(0.014, 0.05),
        "cover": d.between(0.0018, 0.0035),
        "overhang": d.between(0.002, 0.0045),
        "spine": d.between(0.0, 0.5),
    }


def _book(p: Params) -> Surface:
    """Two covers and a rounded spine (at -x) around a block of pages that stands back."""
    half = np.array([p["x"], p["y"], p["z"]]) / 2
    cover, over = p["cover"], p["overhang"]
    edge = even_edge(2 * p["x"] * p["y"] + 2 * p["z"] * (p["x"] + p["y"]), 1500)
    flat = [np.linspace(-e, e, max(round(2 * e / edge), 4) + 1) for e in half[:2]]
    inner = half[2] - cover
    pages = np.linspace(-inner, inner, max(round(2 * inner / edge), 2) + 1)
    step = 0.0004  # the covers' edges are this much slanted, to keep every face a real one
    rise = np.concatenate([[-half[2], -inner - step], pages, [inner + step, half[2]]])
    vertices, faces = box_grid([*flat, rise])
    x, y, z = vertices.T.copy()
    within = np.abs(z) <= inner + 1e-9
    x = np.where(within & (x > half[0] - 1e-9), x - over, x)
    y = np.where(within & (np.abs(y) > half[1] - 1e-9), y - over * np.sign(y), y)
    bulge = p["spine"] * half[2] * np.sqrt(np.clip(1 - (z / half[2]) ** 2, 0, 1))
    x = np.where(vertices[:, 0] < -half[0] + 1e-9, x - bulge, x)
    return np.stack([x, y, z], axis=1), faces


def _book_names(p: Params) -> tuple[str, ...]:
    if p["z"] > 0.03:
        return ("thick book", "novel", "dictionary", "hardcover book")
    return ("notebook", "novel", "hardcover book", "thin book" if p["z"] < 0.02 else "diary")


FAMILIES = (Family("book", _draw_book, _book, ("book",), _book_names, warp=0.15),)
