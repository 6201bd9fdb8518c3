"""Wavefront OBJ: `v` and `f` statements, wherever they stand and whatever stands between."""

from __future__ import annotations

import re

import numpy as np

from diffh2o_ros.geometry.formats import text as texts
from diffh2o_ros.geometry.formats.polygons import triangulate
from diffh2o_ros.geometry.formats.raw import RawMesh
from diffh2o_ros.geometry.mesh import MeshError

# Statements that say nothing about a surface: materials, groups, normals, lines and points,
# settings of curves, and what belongs into a material file and is at times found here.
_HARMLESS = frozenset(
    b"vt vn vp vc g o s mg usemtl mtllib usemap maplib lod bevel c_interp d_interp shadow_obj "
    b"trace_obj p l cstype deg bmat step con newmtl ka kd ks ke ns ni d tr tf illum map_ka map_kd "
    b"map_ks map_ke map_d map_bump bump disp refl norm pr pm ps".split()
)
_CURVED = frozenset(
    b"curv curv2 surf parm trim hole scrv sp end ctech stech bzp bsp cdc cdp res".split()
)
# A backslash before a new statement ends a folder's name, not a line that goes on.
_CONTINUED = re.compile(rb"^(?:[^\n]*\\[ \t]*\n(?=[ \t]*[-+.\d]))+[^\n]*", re.MULTILINE)
_FO = re.compile(rb"^([ \t]*)fo(?=[ \t])", re.IGNORECASE | re.MULTILINE)
_OF_REFERENCES = b"0123456789+-/ \t\n\v\f"


def read_obj(data: bytes) -> RawMesh:
    """Vertices in the file's order and all its faces as triangles; raises MeshError."""
    text = texts.plain(data)
    if b"#" in text:
        text = re.sub(rb"#[^\n]*", b"", text)
    if b"\\" in text:
        text = _CONTINUED.sub(_in_one_line, text)
    vertices, sizes, corners, seen = [], [], [], 0
    for lines in texts.in_lines(text):
        if lines.starting(b"fo").any():  # an older name of f
            lines = texts.measured(_FO.sub(rb"\1f ", lines.text), lines.first)
        is_vertex, is_face = _statements(lines)
        vertices.append(_vertices(lines, is_vertex))
        before = seen + np.cumsum(is_vertex)[is_face]
        sizes.append(lines.counts[is_face] - 1)
        corners.append(_corners(lines, is_face, sizes[-1], before))
        seen += len(vertices[-1])
    if not vertices or seen == 0:
        raise MeshError("it has no vertices ('v' lines)")
    vertices, sizes, corners = map(np.concatenate, (vertices, sizes, corners))
    if len(corners) and (corners.min() < 0 or corners.max() >= seen):
        wrong = corners[(corners < 0) | (corners >= seen)][0]
        raise MeshError(
            f"a face refers to vertex {wrong + 1}, but there are {seen} vertices, counted from 1; "
            "it may be cut short: copy it again"
        )
    return RawMesh(vertices, triangulate(vertices, sizes, corners))


def _in_one_line(found: re.Match) -> bytes:
    """Lines that go on as one, with empty ones after it: numbers of lines stay as they are."""
    parts = re.split(rb"\\[ \t]*\n", found[0])
    return b" ".join(parts) + b"\n" * (len(parts) - 1)


def _statements(lines: texts.Lines) -> tuple[np.ndarray, np.ndarray]:
    """(L,) bool each: the lines that hold a vertex, and a face. All others are known by name."""
    is_vertex, is_face = lines.starting(b"v"), lines.starting(b"f")
    other = (lines.counts > 0) & ~is_vertex & ~is_face
    while other.any():
        at = other.argmax()
        word = lines.text[lines.heads[at] : lines.ends[at]].split(None, 1)[0].lower()
        if word in _CURVED:
            raise lines.error(at, "is part of a curved surface; export the object as polygons")
        if word not in _HARMLESS:
            raise lines.error(at, "is no statement of OBJ; mend it, or put # before it")
        other &= ~lines.starting(word)
    return is_vertex, is_face


def _vertices(lines: texts.Lines, chosen: np.ndarray) -> np.ndarray:
    """(V, 3) the first three numbers of vertex lines: a weight or a color may come after."""
    counts = lines.counts[chosen] - 1
    if (counts < 3).any():
        at = np.flatnonzero(chosen)[counts < 3][0]
        raise lines.error(at, "has fewer than 3 coordinates")
    numbers = texts.floats(lines.part(chosen, without=1))
    return numbers[(np.cumsum(counts) - counts)[:, None] + np.arange(3)]


def _corners(
    lines: texts.Lines, chosen: np.ndarray, sizes: np.ndarray, before: np.ndarray
) -> np.ndarray:
    """(N,) vertex indices, from 0, of all corners of face lines: (F,) `sizes` each, and (F,)
    `before` vertices above it, which negative ones count back from."""
    if (sizes < 3).any():
        at = np.flatnonzero(chosen)[sizes < 3][0]
        raise lines.error(at, "is a face of fewer than 3 corners; the file may be cut short")
    text = lines.part(chosen, without=1)
    words = text.split()
    if b"/" in text:
        if text.translate(None, _OF_REFERENCES) or any(w.count(b"/") > 2 for w in words):
            raise MeshError("a face has a corner that is not like 1, 1/2, 1//3 or 1/2/3")
        words = [word.partition(b"/")[0] for word in words]
    corners = texts.integers(words)
    if (corners == 0).any():
        raise MeshError("a face refers to vertex 0, but vertices are counted from 1")
    return np.where(corners < 0, np.repeat(before, sizes) + corners, corners - 1)
