import math

import pytest
from mesh_files import (
    ARROW,
    ARROW_FACES,
    ARROW_VOLUME,
    CORNERS,
    QUADS,
    SIZE,
    VOLUME,
    lines,
    moved,
    obj,
)

BOX = obj()
TWO = moved((0.1, 0, 0))
NEGATIVE = lines([[i - 8 for i in face] for face in QUADS], "f ")
REFERENCES = {"v/vt": "/1", "v//vn": "//1", "v/vt/vn": "/1/1", "v/": "/", "negative": "/-1/-1"}


def with_references(end):
    faces = lines([[f"{i + 1}{end}" for i in face] for face in QUADS], "f ")
    return lines(CORNERS, "v ") + "vt 0 0\nvn 0 0 1\n" + faces


@pytest.mark.parametrize(
    "content",
    [
        BOX,
        "\ufeff" + BOX,
        BOX.encode("utf-16"),
        BOX.replace(" ", "\t"),
        BOX.replace("v ", "  v\t").replace("f ", " \t f "),
        BOX.replace("f 1", "  f 1"),  # some of the faces
        BOX.replace("\n", " # side 3, v 1 2 3\n"),
        BOX.replace("f ", "F ").replace("v ", "V "),
        BOX.replace("\n", "\r"),
        BOX.replace("f 1", "fo 1").replace("f 2", " FO\t2"),
        BOX + "\x1a",
        BOX.encode() + b"\0" * 100,
        BOX.replace("\n", "\r\n"),
        BOX.replace("\n", "  \n\n"),
        BOX.rstrip(),
        BOX.replace("f 1 ", "f 1 \\\n"),
        BOX.replace("f 1 ", "f 1 \\  \r\n  "),
        BOX.replace("0.12\n", "0.12 1.0\n").replace(" 0\n", " 0 1.0\n"),
        BOX.replace("0.12\n", "0.12 .5 .5 .5\n"),  # colors of some
        lines(CORNERS, "v ") + NEGATIVE,
        "mtllib C:\\materials\\\no a\ng v f\nusemtl f 1 2 3\ns off\n" + BOX + "l 1 2\np 3\n",
        *map(with_references, REFERENCES.values()),
        "# Größe\n".encode("latin-1") + BOX.encode(),
        "# a comment that goes on \\\n" + BOX,
        BOX.replace("v ", "v +").replace("+-", "-").replace("0.", "00.").replace("0.12", "1.2e-1"),
    ],
)
def test_a_box_is_a_box(measure, content):
    assert measure("a.obj", content) == (pytest.approx(VOLUME), pytest.approx(SIZE))


def test_negative_indices_count_back_from_where_they_stand(measure):
    text = "".join(lines(corners, "v ") + NEGATIVE for corners in (CORNERS, TWO))
    assert measure("a.obj", text) == (pytest.approx(2 * VOLUME), pytest.approx([0.16, 0.08, 0.12]))


def test_faces_may_stand_before_their_vertices(measure):
    text = "".join(sorted(BOX.splitlines(keepends=True), key=lambda line: line[0]))
    assert measure("a.obj", text)[0] == pytest.approx(VOLUME)


def test_blocks_of_a_long_file(measure, monkeypatch):
    monkeypatch.setattr("diffh2o_ros.geometry.formats.text._CHUNK", 100)
    text = "".join(lines(corners, "v ") + NEGATIVE for corners in (CORNERS, TWO))
    assert measure("a.obj", text)[0] == pytest.approx(2 * VOLUME)


@pytest.mark.parametrize("turned", [0, 3, 5])
def test_polygons_that_are_not_convex(measure, turned):
    faces = [face[turned % len(face) :] + face[: turned % len(face)] for face in ARROW_FACES]
    volume, size = measure("a.obj", obj(ARROW, faces))
    assert volume == pytest.approx(ARROW_VOLUME) and size == pytest.approx([0.06, 0.05, 0.02])


@pytest.mark.parametrize("turned", range(4))
def test_quads_that_are_not_convex(measure, turned):
    dart = [(0, 0), (4, 1), (1, 1), (1, 4)]  # the third corner points inwards
    corners = [(0.01 * x, 0.01 * y, z) for z in (0, 0.02) for x, y in dart]
    ends = [(3, 2, 1, 0), (4, 5, 6, 7)]
    ends = [end[turned:] + end[:turned] for end in ends]
    sides = [(i, (i + 1) % 4, (i + 1) % 4 + 4, i + 4) for i in range(4)]
    volume, _ = measure("a.obj", obj(corners, ends + sides))
    assert volume == pytest.approx(0.02 * 1e-4 * 3)


def test_polygons_that_would_take_minutes_are_refused(refusal):
    turns = [i * 2 * math.pi / 12000 for i in range(12000)]
    radii = [0.03 + 0.01 * (i % 2) for i in range(12000)]
    star = [(r * math.cos(t), r * math.sin(t), 0) for r, t in zip(radii, turns, strict=True)]
    assert "12000 corners are not convex" in refusal("a.obj", obj(star, [range(12000)]))
    assert "has 100001 corners" in refusal("a.obj", obj(CORNERS, [[0] * 100_001]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (BOX.replace("f 1 3 7 5", "f 1 3"), "line 13 ('f 1 3') is a face of fewer than 3 corners"),
        (BOX.replace("f 1 ", "f 1 \\\n").replace("f 2 6", "x 2 6"), "line 17 ('x 2 6 8 4')"),
        (BOX.replace("f 1 3 7 5", "f 1 3 7 9"), "vertex 9, but there are 8 vertices"),
        (BOX.replace("f 1 3 7 5", "f 1 3 7 -9"), "there are 8 vertices"),
        (BOX.replace("f 1 3 7 5", "f 0 3 7 5"), "vertex 0, but vertices are counted from 1"),
        (BOX.replace("f 1 3 7 5", "f 1 3 7 5.0"), "'5.0' is not the number of a vertex"),
        (BOX.replace("f 1 3 7 5", "f 1 3 7 1_0"), "'1_0' is not the number of a vertex"),
        (BOX.replace("f 1 3 7 5", "f 1 3 7 " + 5000 * "9"), "is not the number of a vertex"),
        (BOX.replace("f 1 3 7 5", "f 1 3 7 5/1/1/1"), "not like 1, 1/2, 1//3 or 1/2/3"),
        (BOX.replace("f 1 3 7 5", "f 1/a 3 7 5"), "not like 1, 1/2, 1//3 or 1/2/3"),
        (BOX.replace("f 1 3 7 5", "f 1/1 3/1 /1 5/1"), "'' is not the number of a vertex"),
        (BOX.replace("0.12\n", "\n"), "has fewer than 3 coordinates"),
        (BOX.replace("0.12\n", "0,12\n"), "'0,12' is not a number; write numbers with a point"),
        (BOX.replace("0.12\n", "0.1_2\n"), "'0.1_2' is not a number"),
        (BOX.replace("f 1 3 7 5", "ff 1 3 7 5"), "line 13 ('ff 1 3 7 5') is no statement of OBJ"),
        (BOX + "cstype bezier\nsurf 0 1 0 1 1 2 3 4\n", "is part of a curved surface"),
        (BOX + "curv 0 1 1 2\n", "is part of a curved surface"),
        (BOX + "call other.obj\n", "is no statement of OBJ"),
        ("\n".join(f"f {i} {i} {i}" for i in range(1, 9)), "no vertices"),
        (lines(CORNERS, "v "), "no faces"),
        (lines(CORNERS, "v ") + "l 1 2 3\np 1\n", "no faces"),
        (BOX.replace("0.12\n", "nan\n"), "NaN or infinite"),
        (BOX.replace("v -0.03", "v 1e999"), "NaN or infinite"),
    ],
)
def test_what_is_refused(refusal, content, message):
    assert message in refusal("a.obj", content)


@pytest.mark.parametrize("points", [1, 2, 9])
def test_corners_on_a_straight_side_leave_no_gap(measure, points):
    """No vertex of a side may lie on an edge of the cap, or the surface is not closed."""
    square = [(0, 0), (6, 0), (6, 6), (0, 6)]
    outline = [
        (x0 + (x1 - x0) * i / (points + 1), y0 + (y1 - y0) * i / (points + 1))
        for (x0, y0), (x1, y1) in zip(square, square[1:] + square[:1], strict=True)
        for i in range(points + 1)
    ]
    count = len(outline)
    corners = [(0.01 * x, 0.01 * y, z) for z in (0, 0.02) for x, y in outline]
    sides = [(i, (i + 1) % count, (i + 1) % count + count, i + count) for i in range(count)]
    ends = [range(count - 1, -1, -1), range(count, 2 * count)]
    assert measure("a.obj", obj(corners, ends + sides))[0] == pytest.approx(0.06 * 0.06 * 0.02)
