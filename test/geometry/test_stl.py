import pytest
from mesh_files import (
    ARROW,
    ARROW_FACES,
    ARROW_VOLUME,
    CORNERS,
    QUADS,
    SIZE,
    VOLUME,
    ascii_stl,
    binary_stl,
    facet,
    moved,
)

TEXT, BINARY = ascii_stl(), binary_stl()
BESIDE = moved((0.1, 0, 0))


@pytest.mark.parametrize(
    "content",
    [
        TEXT,
        BINARY,
        "\ufeff" + TEXT,
        TEXT.encode("utf-16"),
        TEXT.upper(),
        TEXT + "\x1a",
        TEXT.encode() + b"\0" * 100,
        TEXT.replace("\n", "\r"),
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", " \n\n").replace(" ", "\t"),
        "\n  " + TEXT,
        ascii_stl("facet normal 0 0 0 vertex 1 2 3"),
        ascii_stl("Größe, vertex"),
        ascii_stl(""),
        ascii_stl(end=""),
        ascii_stl(end="end solid"),
        TEXT.rstrip(),
        ascii_stl(normal="-1.#IND 1.#QNAN -1.#INF"),
        ascii_stl(normal="nan nan nan"),
        TEXT.replace("normal 0 0 0", ""),
        TEXT.replace("endloop", "end loop").replace("endfacet", "end facet"),
        TEXT.partition("\n")[2],  # no line that says solid
        ascii_stl(faces=QUADS),
        TEXT.replace("\n", " "),
        TEXT.replace("\n", " ").replace("facet normal", "\nfacet normal"),
        binary_stl(b"solid box"),
        binary_stl(b"solid facet normal outer loop vertex"),
        binary_stl(b"COLOR=\xff\0\0\0"),
        binary_stl(b"<unnamed>"),
        binary_stl(b"BLENDER"),
        BINARY + b"\0" * 11,
        BINARY + b"\0" * 512,
        BINARY + b"trailing words of some program " * 9,
        binary_stl(b"solid box") + b"\r\n",
        binary_stl(count=0),
        binary_stl(count=0xFFFFFFFF),
        binary_stl(count=5),
    ],
)
def test_a_box_is_a_box(measure, content):
    assert measure("a.stl", content) == (pytest.approx(VOLUME), pytest.approx(SIZE))


@pytest.mark.parametrize(
    "content",
    [
        TEXT + ascii_stl("b", corners=BESIDE),
        TEXT.replace("endsolid box\n", "") + ascii_stl("b", corners=BESIDE, end=""),
        BINARY + binary_stl(b"solid b", corners=BESIDE),
    ],
)
def test_all_solids_are_read(measure, content):
    volume, size = measure("a.stl", content)
    assert volume == pytest.approx(2 * VOLUME) and size == pytest.approx([0.16, 0.08, 0.12])


def test_blocks_of_a_long_file(measure, monkeypatch):
    monkeypatch.setattr("diffh2o_ros.geometry.formats.text._CHUNK", 100)
    assert measure("a.stl", TEXT)[0] == pytest.approx(VOLUME)


def test_loops_that_are_not_convex(measure):
    volume, _ = measure("a.stl", ascii_stl(faces=ARROW_FACES, corners=ARROW))
    assert volume == pytest.approx(ARROW_VOLUME)


@pytest.mark.parametrize(
    ("solid", "line"), [(s, n) for s in range(3) for n in range(1, 12) if (s, n) != (0, 1)]
)
def test_a_cut_in_any_solid_at_any_line_is_told(refusal, solid, line):
    parts = [ascii_stl(n, corners=moved((0.1 * i, 0, 0))) for i, n in enumerate("abc")]
    kept = "\n".join(parts[solid].splitlines()[:-line])
    text = refusal("a.stl", "".join(parts[:solid]) + kept + "\n")
    assert "cut short" in text or (solid == 0 and "open side" in text)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.65, 0.8, 0.99])
@pytest.mark.parametrize("content", [TEXT.encode(), BINARY, BINARY + binary_stl(corners=BESIDE)])
def test_a_cut_anywhere_is_told(refusal, content, share):
    assert "a.stl cannot be read as STL" in refusal("a.stl", content[: int(share * len(content))])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (binary_stl(count=13), "it declares 13 facets and holds 12: the file is cut short"),
        (binary_stl(count=4_000_000_000), "it declares 4000000000 facets and holds 12"),
        (binary_stl(count=6) + b"abc", "facets follow its declared end"),
        (TEXT.replace("endloop", "", 1), "in line 8, endfacet follows vertex"),
        (TEXT.replace("endfacet", "", 1), "in line 9, facet follows endloop"),
        (TEXT.replace("outer loop", "", 1), "in line 4, vertex follows facet"),
        (TEXT.replace("vertex", "vertx", 1), "line 4 ('vertx -0.03 -0.04 0') is no line of text"),
        (TEXT.replace("vertex -0.03 -0.04 0\n", "vertex -0.03 0\n", 1), "is not complete"),
        (TEXT.replace("0.12\n", "0.12 7\n", 1), "has a word too many"),
        (TEXT.replace("0.12\n", "0,12\n"), "'0,12' is not a number; write numbers with a point"),
        (TEXT.replace("0.12\n", "1.#IND\n"), "NaN or infinite"),
        (f"solid a\n{facet(CORNERS[:2])}endsolid", "the facet of line 3 has 2 vertices"),
        (TEXT.replace("\n", " ")[:-90], "the file is cut short"),
        ("solid nothing\nendsolid nothing\n", "no faces"),
        (binary_stl(faces=[]), "no faces"),
        (TEXT.replace("  outer loop", "  color 1 0 0\n  outer loop"), "is no line of text STL"),
        (TEXT.replace("endsolid", "endso"), "is no line of text STL: the file is cut short"),
        (BINARY[:90], "declares 12 facets"),
        (b"\x01\x02" * 500, "begins neither with 'solid'"),
        (b"1 2 3\n4 5 6\n", "begins neither with 'solid'"),
        ("; of some program\n" + TEXT, "line 1 ('; of some program') is no line of text STL"),
    ],
)
def test_what_is_refused(refusal, content, message):
    assert message in refusal("a.stl", content)


def test_the_number_of_facets_of_a_wrong_header_is_told(measure):
    told = []
    measure("a.stl", binary_stl(count=5), on_note=told.append)
    assert len(told) == 1 and "declares 5 facets, 7 more follow: all were read" in told[0]
