"""STL, binary and text: every facet that is there, of all solids."""

from __future__ import annotations

import re

import numpy as np

from diffh2o_ros.geometry.formats import text as texts
from diffh2o_ros.geometry.formats.polygons import triangulate
from diffh2o_ros.geometry.formats.raw import RawMesh
from diffh2o_ros.geometry.mesh import Mesh, MeshError

_HEAD, _FACET = 84, 50
_RECORD = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
# What stands for a number of facets that was not known when the header was written.
_UNKNOWN = (0xFFFFFFFF, 0x7FFFFFFF)
_WORDS = (b"", b"facet", b"outer", b"vertex", b"endloop", b"endfacet", b"solid", b"endsolid")
_FACET_LINE, _OUTER, _VERTEX, _ENDLOOP, _ENDFACET, _SOLID, _ENDSOLID = range(1, len(_WORDS))
_MAY_FOLLOW = np.zeros((len(_WORDS), len(_WORDS)), bool)
_MAY_FOLLOW[_FACET_LINE, _OUTER] = _MAY_FOLLOW[_OUTER, [_VERTEX, _ENDLOOP]] = True
_MAY_FOLLOW[_VERTEX, [_VERTEX, _ENDLOOP]] = _MAY_FOLLOW[_ENDLOOP, _ENDFACET] = True
for _before in (_ENDFACET, _SOLID, _ENDSOLID):
    _MAY_FOLLOW[_before, [_FACET_LINE, _SOLID, _ENDSOLID]] = True
_TWO_WORDS = re.compile(rb"^([ \t]*end)[ \t]+(?=loop|facet|solid)", re.IGNORECASE | re.MULTILINE)
# Facets in one line, as some programs write them. A name may hold any of these words.
_IN_ONE_LINE = re.compile(rb"\bfacet\b[^\n]*\bouter[ \t]+loop\b", re.IGNORECASE)
_BREAK = re.compile(
    rb"[ \t]+(?=facet[ \t]+normal\b|outer[ \t]+loop\b|vertex[ \t]+[-+.\dni]|"
    rb"end[ \t]?(?:loop|facet|solid)\b)",
    re.IGNORECASE,
)
_CUT = "the file is cut short; copy it again"


def read_stl(data: bytes) -> RawMesh:
    """Every facet of every solid, each with vertices of its own; raises MeshError."""
    if _is_binary(data):
        return _binary(data)
    text = texts.plain(data)
    return _ascii(_BREAK.sub(b"\n", text) if _IN_ONE_LINE.search(text) else text)


def _is_binary(data: bytes) -> bool:
    """Binary files may begin with "solid", too, and the header of text files may be anything."""
    if _HEAD < len(data) == _HEAD + _FACET * _declared(data, 0):
        return True
    start = texts.plain(data[:4096])
    begun = re.search(rb"^\s*(solid|facet)\b", start, re.IGNORECASE | re.MULTILINE)
    return b"\0" in start or begun is None


def _declared(data: bytes, at: int) -> int:
    return int.from_bytes(data[at + 80 : at + _HEAD], "little")


def _binary(data: bytes) -> RawMesh:
    """One solid, or several written one after another."""
    parts, notes, at = [], [], 0
    while at == 0 or _plausible(data, at + _HEAD):
        count, left = _declared(data, at), len(data) - at - _HEAD
        if count * _FACET > left:
            if at and _plausible(data, at):
                break
            if at == 0 and (left < 0 or (left >= _FACET and not _plausible(data, _HEAD))):
                raise MeshError("it begins neither with 'solid' nor with the header of binary STL")
            if count not in _UNKNOWN or left % _FACET:
                held = max(left, 0) // _FACET
                raise MeshError(f"it declares {count} facets and holds {held}: {_CUT}")
            count = left // _FACET
        end = at + _HEAD + count * _FACET
        more, odd = divmod(len(data) - end, _FACET)
        if more and not odd and _plausible(data, end):
            notes.append(f"the header declares {count} facets, {more} more follow: all were read")
            count, end = count + more, len(data)
        parts.append(np.frombuffer(data, _RECORD, count, at + _HEAD)["corners"])
        at = end
    if _plausible(data, at):
        raise MeshError(f"facets follow its declared end, after {at} bytes; write it anew")
    corners = np.concatenate(parts).reshape(-1, 3).astype(np.float64)
    return RawMesh(corners, np.arange(len(corners)).reshape(-1, 3), notes=tuple(notes))


def _plausible(data: bytes, at: int) -> bool:
    """Whether facets begin there: in one of the first, numbers of ordinary size and three
    different corners. Text, zeros and noise hardly look so."""
    count = min(8, (len(data) - at) // _FACET)
    if count <= 0:
        return False
    corners = np.frombuffer(data, _RECORD, count, at)["corners"].astype(np.float64)
    sizes = np.abs(corners)
    ordinary = ((sizes == 0) | (sizes > 1e-30)) & (sizes < 1e12)
    apart = (corners != np.roll(corners, 1, axis=1)).any(axis=2)
    return bool((ordinary.all(axis=(1, 2)) & apart.all(axis=1)).any())


def _ascii(text: bytes) -> RawMesh:
    numbers, kinds, rows = [], [], []
    for lines in texts.in_lines(text):
        if lines.starting(b"end").any():
            lines = texts.measured(_TWO_WORDS.sub(rb"\1", lines.text), lines.first)
        kind = _kinds(lines)
        numbers.append(texts.floats(lines.part(kind == _VERTEX, without=len("vertex"))))
        filled = np.flatnonzero(kind)
        kinds.append(kind[filled])
        rows.append(lines.first + filled)
    if not kinds:
        raise MeshError("it is empty")
    kinds, rows = np.concatenate(kinds), np.concatenate(rows)
    _check_order(kinds, rows)
    vertices = np.concatenate(numbers).reshape(-1, 3)
    opened = np.flatnonzero(kinds == _OUTER)
    sizes = np.flatnonzero(kinds == _ENDLOOP) - opened - 1
    if len(sizes) and sizes.min() < 3:
        row = rows[opened[sizes.argmin()]]
        raise MeshError(f"the facet of line {row} has {sizes.min()} vertices; write the file anew")
    faces = triangulate(vertices, sizes, np.arange(len(vertices)))
    _check_end(vertices, faces, kinds)
    return RawMesh(vertices, faces)


def _kinds(lines: texts.Lines) -> np.ndarray:
    """(L,) what each line is, by its first word; 0 if it is empty."""
    kinds = np.zeros(len(lines.counts), np.uint8)
    for kind, word in enumerate(_WORDS[1:], 1):
        kinds[lines.starting(word)] = kind
    for at in np.flatnonzero((lines.counts > 0) & (kinds == 0)):
        word = lines.text[lines.heads[at] : lines.ends[at]].lower().split(None, 1)[0]
        last = lines.ends[at] + 1 == len(lines.text)
        cut = last and any(whole.startswith(word) for whole in _WORDS)
        mend = _CUT if cut else "write it anew, as binary STL"
        raise lines.error(at, f"is no line of text STL: {mend}")
    wrong = (kinds == _VERTEX) & (lines.counts != 4)
    wrong |= (kinds == _OUTER) & (lines.counts != 2)
    wrong |= (kinds == _FACET_LINE) & (lines.counts > 5)
    for at in np.flatnonzero(wrong):
        cut = lines.counts[at] < 4
        raise lines.error(at, f"is not complete: {_CUT}" if cut else "has a word too many")
    return kinds


def _check_order(kinds: np.ndarray, rows: np.ndarray) -> None:
    """A facet is a loop, a loop is vertices, and all of it is closed again."""
    wrong = ~_MAY_FOLLOW[kinds[:-1], kinds[1:]]
    if wrong.any():
        at = wrong.argmax()
        before, after = (_WORDS[kinds[i]].decode() for i in (at, at + 1))
        raise MeshError(f"in line {rows[at + 1]}, {after} follows {before}: write the file anew")
    if kinds[0] not in (_SOLID, _FACET_LINE) or kinds[-1] not in (_SOLID, _ENDFACET, _ENDSOLID):
        raise MeshError(f"its last facet is not complete: {_CUT}")


def _check_end(vertices: np.ndarray, faces: np.ndarray, kinds: np.ndarray) -> None:
    """Where the end of a solid is not marked, whether anything is missing."""
    opened, closed = np.count_nonzero(kinds == _SOLID), np.count_nonzero(kinds == _ENDSOLID)
    if closed >= max(opened, 1):
        return
    if closed:
        raise MeshError(f"{opened} solids begin and {closed} end: {_CUT}")
    # Some programs leave out every endsolid. A file that was cut has a surface with a hole.
    _, same = np.unique(vertices.astype(np.float32), axis=0, return_inverse=True)
    if not Mesh(vertices, same.reshape(-1)[faces]).is_closed:
        raise MeshError(
            f"it has no 'endsolid', and its surface has an open side: {_CUT}, or add that line"
        )
