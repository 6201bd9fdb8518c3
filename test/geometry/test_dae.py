import pytest
from mesh_files import CORNERS, QUADS, SIZE, TRIANGLES, VOLUME, dae

INPUT = "<input semantic='VERTEX' source='#v' offset='0'/>"
WITH_NORMALS = "<input semantic='NORMAL' source='#p' offset='0'/>" + INPUT.replace("'0'", "'1'")
FLAT = " ".join(str(i) for face in TRIANGLES for i in face)
LATER = "<library_nodes><node id='twice'><translate>.1 0 0</translate>{}</node></library_nodes>"
BOX = "<instance_geometry url='#box'/>"
Z_UP = "<unit meter='1'/><up_axis>Z_UP</up_axis>"


def polylist(faces, count=None):
    sizes = " ".join(str(len(face)) for face in faces)
    text = " ".join(f"0 {i}" for face in faces for i in face)
    count = len(faces) if count is None else count
    return (
        f"<polylist count='{count}'>{WITH_NORMALS}<vcount>{sizes}</vcount><p>{text}</p></polylist>"
    )


def runs(kind, faces):
    text = "".join(f"<p>{' '.join(map(str, face))}</p>" for face in faces)
    return f"<{kind} count='{len(faces)}'>{INPUT}{text}</{kind}>"


@pytest.mark.parametrize(
    "content",
    [
        dae(Z_UP),
        dae("<up_axis> Z_UP </up_axis>"),
        dae(
            "<unit meter='0.01' name='centimeter'/><up_axis>Z_UP</up_axis>",
            corners=[(100 * x, 100 * y, 100 * z) for x, y, z in CORNERS],
        ),
        dae(
            "<unit meter='0,01'/><up_axis>Z_UP</up_axis>",
            corners=[(100 * x, 100 * y, 100 * z) for x, y, z in CORNERS],
        ),
        dae(corners=[(x, z, -y) for x, y, z in CORNERS]),
        dae("<up_axis>Y_UP</up_axis>", corners=[(x, z, -y) for x, y, z in CORNERS]),
        dae("<up_axis>X_UP</up_axis>", corners=[(z, -x, -y) for x, y, z in CORNERS]),
        dae(Z_UP, polylist(QUADS)),
        dae(Z_UP, runs("polygons", QUADS)),
        dae(Z_UP, runs("trifans", QUADS)),
        dae(Z_UP, runs("tristrips", [(a, b, d, c) for a, b, c, d in QUADS])),
        dae(Z_UP, runs("polygons", QUADS[:3]) + polylist(QUADS[3:]) + "<lines count='0'/>"),
        dae(Z_UP).encode("utf-8-sig"),
        dae(Z_UP).replace("utf-8", "utf-16").encode("utf-16"),
        dae(Z_UP).replace("<scene>", "<!-- <scene> -->").replace("</scene>", ""),
        dae(Z_UP).partition("<library_visual")[0] + "</COLLADA>",
        dae(
            Z_UP,
            node="<matrix>0 -1 0 9 1 0 0 9 0 0 1 9 0 0 0 1</matrix><rotate>0 0 2 90</rotate>"
            "<node><translate>1 2 3</translate>" + BOX + "</node>",
        ),
    ],
)
def test_a_box_is_a_box(measure, content):
    assert measure("a.dae", content) == (pytest.approx(VOLUME), pytest.approx(SIZE))


def test_copies_and_their_places(measure):
    mirrored = f"<node><scale>-2 2 2</scale><translate>0 0 .1</translate>{BOX}</node>"
    node = BOX + "<instance_node url='#twice'/>" + mirrored
    content = dae(Z_UP, node=node, more=LATER.format(BOX))
    volume, size = measure("a.dae", content)
    assert volume == pytest.approx((1 + 1 + 8) * VOLUME)
    assert size == pytest.approx([0.06 + 0.13, 0.16, 0.44])


def test_a_skin_is_read_as_bound_and_told(measure):
    controller = (
        "<library_controllers><controller id='c'><skin source='#box'>"
        "<bind_shape_matrix>2 0 0 0 0 2 0 0 0 0 2 0 0 0 0 1</bind_shape_matrix></skin>"
        "</controller></library_controllers>"
    )
    told = []
    node = "<scale>9 9 9</scale><instance_controller url='#c'/>"
    content = dae(Z_UP, node=node, more=controller)
    assert measure("a.dae", content, on_note=told.append)[0] == pytest.approx(8 * VOLUME)
    assert len(told) == 1 and "as bound, not as posed" in told[0]


def test_unit_and_axis_are_told(measure):
    told = []
    corners = [(100 * x, 100 * z, -100 * y) for x, y, z in CORNERS]
    measure("a.dae", dae("<unit meter='.01'/>", corners=corners), on_note=told.append)
    assert len(told) == 2 and "unit is 0.01 m" in told[0] and "y is up" in told[1]


def test_lookat(measure):
    node = "<lookat>1 1 1  1 1 0  0 1 0</lookat>" + BOX
    assert measure("a.dae", dae(Z_UP, node=node))[1] == pytest.approx(SIZE)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (dae(Z_UP)[:900], "it is no whole XML"),
        (dae(Z_UP).replace("count='12'", "count='13'"), "'triangles' of it declares 13"),
        (dae(Z_UP).replace(FLAT, FLAT[:-2]), "'triangles' of it declares 12"),
        (dae(Z_UP).replace(FLAT, FLAT[:-1] + "9"), "a vertex that is not there: 8 are"),
        (dae(Z_UP).replace(FLAT, FLAT[:-1] + "x"), "'x' is not the number of a vertex"),
        (dae(Z_UP, polylist(QUADS, 7)), "'polylist' of it declares 7"),
        (dae(Z_UP).replace('count="24"', 'count="27"'), "declares 27 numbers and holds 24"),
        (dae(Z_UP).replace('count="8"', 'count="4000000000"'), "fewer numbers than its accessor"),
        (dae(Z_UP).replace("0.12", "tall"), "'tall' is not a number"),
        (dae(Z_UP).replace("'#v'", "'#w'"), "refers to '#w', which is not there"),
        (dae(Z_UP, node="<instance_geometry url='other.dae#box'/>"), "in another file"),
        (dae(Z_UP, node="<instance_node url='#n'/>"), "stand for themselves"),
        (dae(Z_UP, node="<skew>1 0 0 0 1 0 0</skew>" + BOX), "a node of it is skewed"),
        (dae(Z_UP, node="<matrix>1 2</matrix>" + BOX), "'matrix' of it has 2 numbers, not 16"),
        (dae("<up_axis>W_UP</up_axis>"), "its up_axis is 'W_UP'"),
        (dae("<unit meter='0'/>"), "its unit is '0' m"),
        (dae(Z_UP).replace("<mesh>", "<spline>").replace("</mesh>", "</spline>"), "is a spline"),
        (
            dae(
                Z_UP,
                runs("polygons", QUADS).replace(
                    "</polygons>", "<ph><p>0 1 2</p><h>1 2 3</h></ph></polygons>"
                ),
            ),
            "polygons with holes",
        ),
        (dae(Z_UP).replace("<COLLADA", "<!DOCTYPE x [<!ENTITY a 'b'>]><COLLADA"), "document type"),
        (dae(Z_UP, node=""), "no faces in its scene: if it holds a mesh, export it as a part"),
        (dae(Z_UP).replace("COLLADA", "collection"), "it is an XML file (of 'collection')"),
    ],
)
def test_what_is_refused(refusal, content, message):
    assert message in refusal("a.dae", content)


def test_nodes_that_stand_for_many_are_refused_soon(refusal):
    bomb = "".join(
        f"<node id='b{i}'>{f'''<instance_node url='#b{i + 1}'/>''' * 10 if i < 9 else BOX}</node>"
        for i in range(10)
    )
    content = dae(
        Z_UP, node="<instance_node url='#b0'/>", more=f"<library_nodes>{bomb}</library_nodes>"
    )
    assert "too many" in refusal("a.dae", content)
