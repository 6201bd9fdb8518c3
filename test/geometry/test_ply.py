import struct

import numpy as np
import pytest
from mesh_files import (
    ARROW,
    ARROW_FACES,
    ARROW_VOLUME,
    CORNERS,
    QUADS,
    SIZE,
    TRIANGLES,
    VOLUME,
    binary_ply,
    lines,
    ply,
    ply_header,
)

TEXT = ply()
MIXED = [*QUADS[:5], (QUADS[5][0], *QUADS[5][1:3]), (QUADS[5][0], *QUADS[5][2:])]
POINTS = lines(CORNERS)
COLORS = "property uchar red\nproperty uchar green\n"
STRIP = [0, 2, 4, 6, 5, 7, 1, 3, -1, 1, 0, 5, 4, -1, 2, 3, 6, 7, -1, 0, 1, 2, 3, -1]


def rows(faces, before="", after=""):
    return "".join(f"{before}{len(f)} {' '.join(map(str, f))}{after}\n" for f in faces)


def with_elements(before, after, first="", last=""):
    """The box with elements of other kinds around its own."""
    head = ply_header().replace("element vertex", before + "element vertex")
    return head.replace("end_header", after + "end_header") + first + POINTS + rows(QUADS) + last


def binary_with(element, row, before):
    """A binary box with another element before or after its own."""
    head, _, body = binary_ply().partition(b"end_header\n")
    if before:
        head = head.replace(b"element vertex", element + b"element vertex")
        return head + b"end_header\n" + row + body
    return head + element + b"end_header\n" + body + row


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        "\ufeff" + TEXT,
        TEXT.replace(" ", "\t "),
        TEXT.replace("end_header\n", "end_header\n\n\n"),
        TEXT.rstrip(),
        TEXT + "\n\n",
        TEXT + "\x1a",
        TEXT + "made by a program\n",
        TEXT.encode() + b"\0" * 40,
        TEXT.replace("1.0\n", "1.0\ncomment Größe\nobj_info 7\n").encode("latin-1"),
        ply(MIXED),
        ply(TRIANGLES),
        ply([*QUADS, (0, 1), (3,), ()]),
        ply_header(face=COLORS) + POINTS + rows(QUADS, after=" 9 8"),
        TEXT.replace("uchar int vertex_indices", "int int vertex_index"),
        ply_header(extra=COLORS) + lines(CORNERS, end=" 255 0") + rows(QUADS),
        ply_header(vertices=9) + POINTS + "nan nan nan\n" + rows(QUADS),
        ply_header(vertices=9) + POINTS + "-1.#IND inf 1.#QNAN\n" + rows(QUADS),
        ply_header(extra=COLORS.replace("red", "confidence"))
        + lines(CORNERS, end=" 1 0")
        + rows(QUADS),
        ply_header(face="property list uchar float texcoord\n")
        + POINTS
        + rows(QUADS, after=" 3 .1 .2 .3"),
        ply_header().replace(
            "property list", "property uchar k\nproperty list uchar int t\nproperty list"
        )
        + POINTS
        + rows(QUADS, before="7 2 5 6 "),
        with_elements("element camera 1\nproperty float f\n", "", first="35.0\n"),
        with_elements("", "element edge 2\nproperty int a\nproperty int b\n", last="0 1\n1 2\n"),
        with_elements("element m 1\nproperty list uchar int x\n", "", first="2 5 6\n"),
    ],
)
def test_a_text_box_is_a_box(measure, content):
    assert measure("a.ply", content) == (pytest.approx(VOLUME), pytest.approx(SIZE))


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize(("count", "index"), ["Bi", "BI", "bi", "ih", "HH", "BB", "Bd", "II"])
@pytest.mark.parametrize("faces", [TRIANGLES, MIXED])
def test_a_binary_box_is_a_box(measure, order, count, index, faces):
    content = binary_ply(faces, order, count, index)
    assert measure("a.ply", content) == (pytest.approx(VOLUME), pytest.approx(SIZE))


@pytest.mark.parametrize(
    "content",
    [
        binary_ply() + b"\0" * 7,
        binary_ply() + b"some bytes of a program that adds its own",
        binary_ply().replace(b"\n", b"\r\n", 9),
        binary_with(b"element edge 2\nproperty int a\n", struct.pack("<2i", 0, 1), before=False),
        binary_with(b"element cam 1\nproperty double a\n", struct.pack("<d", 1), before=True),
        binary_with(b"element x 2\nproperty list uchar short a\n", b"\x01\0\0\x02\0\0\0\0", True),
        binary_ply(MIXED, after=b"\x09\x08").replace(
            b"end_header", b"property uchar red\nproperty char k\nend_header"
        ),
        binary_ply(after=b"\x02" + struct.pack("<2f", 1, 2)).replace(
            b"end_header", b"property list uchar float texcoord\nend_header"
        ),
        binary_ply(MIXED, after=b"\x01\x07").replace(
            b"end_header", b"property list uchar uchar flags\nend_header"
        ),
        binary_ply().replace(b"element vertex", b"comment Gr\xf6\xdfe\nelement vertex"),
    ],
)
def test_what_else_is_in_a_binary_box(measure, content):
    assert measure("a.ply", content) == (pytest.approx(VOLUME), pytest.approx(SIZE))


@pytest.mark.parametrize(
    "content", [ply(ARROW_FACES, ARROW), binary_ply(ARROW_FACES, corners=ARROW)]
)
def test_polygons_that_are_not_convex(measure, content):
    assert measure("a.ply", content)[0] == pytest.approx(ARROW_VOLUME)


@pytest.mark.parametrize("kind", ["ascii", "binary_little_endian"])
def test_triangle_strips_are_read(measure, kind):
    header = ply_header(kind, faces=1).replace("element face", "element tristrips")
    text = POINTS + f"{len(STRIP)} {' '.join(map(str, STRIP))}\n"
    numbers = struct.pack("<24f", *np.ravel(CORNERS)) + struct.pack(
        f"<i{len(STRIP)}i", len(STRIP), *STRIP
    )
    header = header.replace("uchar int", "int int")
    content = header.encode() + (text.encode() if kind == "ascii" else numbers)
    assert measure("a.ply", content) == (pytest.approx(VOLUME), pytest.approx(SIZE))


def test_blocks_of_a_long_file(measure, monkeypatch):
    monkeypatch.setattr("diffh2o_ros.geometry.formats.text._CHUNK", 40)
    assert measure("a.ply", ply(MIXED))[0] == pytest.approx(VOLUME)


@pytest.mark.parametrize(
    "content", [TEXT.encode(), ply(MIXED).encode(), binary_ply(), binary_ply(MIXED, ">")]
)
@pytest.mark.parametrize("share", [0.03, 0.2, 0.5, 0.7, 0.8, 0.9, 0.97])
def test_a_cut_is_told(refusal, content, share):
    body = content.index(b"end_header")
    text = refusal("a.ply", content[: int(share * len(content))])
    cut = "is cut short" in text or "header" in text
    assert cut if share * len(content) > body else "cut short" in text or "PLY" in text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (TEXT.replace("face 6", "face 7"), "declares 7 rows of 'face' and 6 are there"),
        (TEXT.replace("face 6", "face 5"), "more faces follow the 5 that its header declares"),
        (TEXT.replace("face 6", "face 4000000000"), "declares 4000000000 rows"),
        (TEXT.replace("vertex 8", "vertex 4000000000"), "no whole row of 'vertex'"),
        (TEXT.replace("vertex 8", "vertex 7"), "no whole row of 'face'"),
        (TEXT.replace("face 6", "face -6"), "line 7 of its header"),
        (TEXT.replace("0.12\n", "0.12 1\n", 1), "no whole row of 'vertex'"),
        (TEXT.replace("4 1 5 7 3", "4 1 5 7"), "the file is cut short"),
        (TEXT.replace("4 0 1 3 2", "4 0 1 3"), "line 18 ('4 0 1 3') is no whole row of 'face'"),
        (TEXT.replace("4 0 1 3 2", "3 0 1 3 2"), "a number is missing or one too many"),
        (TEXT.replace("4 0 1 3 2", "-4 0 1 3 2"), "is no whole row of 'face'"),
        (TEXT.replace("4 0 1 3 2", "4 0 1 3 8"), "vertex 8, but there are 8 vertices"),
        (TEXT.replace("4 0 1 3 2", "4 0 1 3 -1"), "vertex -1, but there are 8 vertices"),
        (TEXT.replace("4 0 1 3 2", "4 0 1 3 1e300"), "no integer"),
        (TEXT.replace("4 0 1 3 2", "4 0 1 3 0.5"), "no integer"),
        (TEXT.replace("4 0 1 3 2", "nan 0 1 3 2"), "is no whole row of 'face'"),
        (TEXT.replace("0.12\n", "nan\n"), "NaN or infinite"),
        (TEXT.replace("0.12\n", "0,12\n"), "'0,12' is not a number; write numbers with a point"),
        (TEXT.replace("float x", "float a"), "its vertices have no x, y and z"),
        (TEXT.replace("float x", "half x"), "is not PLY"),
        (
            TEXT.replace("vertex_indices", "texcoord").replace(
                "end_header", "property list int int more\nend_header"
            ),
            "has no list of vertex indices",
        ),
        (TEXT.replace("format ascii", "format zip"), "is not PLY"),
        (TEXT.replace("format ascii 1.0\n", ""), "does not say 'format ascii'"),
        (TEXT.replace("end_header", "end"), "line 9 of its header"),
        (TEXT.replace("uchar int", "float int"), "a list has no float number"),
        (TEXT.replace("element face", "element polygon"), "'polygon' is a surface of a kind"),
        (TEXT.replace("element face", "element vertex"), "an element twice"),
        (ply_header(faces=0) + POINTS, "no faces; a point cloud must be meshed"),
        (binary_ply().replace(b"face 12", b"face 13"), "declares 13 rows of 'face' and 12"),
        (binary_ply().replace(b"face 12", b"face 11"), "more faces follow the 11"),
        (binary_ply(MIXED).replace(b"face 7", b"face 6"), "more faces follow the 6"),
        (binary_ply().replace(b"face 12", b"face 4000000000"), "declares 4000000000 rows"),
        (binary_ply().replace(b"vertex 8", b"vertex 4000000000"), "declares 4000000000 rows"),
        (binary_ply(count="b").replace(b"\x03\0\0\0\0", b"\xfd\0\0\0\0"), "negative count"),
        (binary_ply([*TRIANGLES, (0, 1, 8)]), "vertex 8, but there are 8 vertices"),
    ],
)
def test_what_is_refused(refusal, content, message):
    assert message in refusal("a.ply", content)
