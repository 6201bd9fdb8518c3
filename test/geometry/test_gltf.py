import base64
import json
import struct

import numpy as np
import pytest
import trimesh
from mesh_files import CORNERS, SIZE, TRIANGLES, VOLUME, glb, gltf, gltf_parts

# The box of the other tests, as a program with y up would write it.
UPRIGHT = [(x, z, -y) for x, y, z in CORNERS]
STRIP = [0, 2, 1, 3, 5, 7, 4, 6, 0, 2]
STRIPS = [STRIP, [0, 1, 4, 5], [2, 6, 3, 7]]


def is_the_box(found):
    assert found == (pytest.approx(VOLUME), pytest.approx(SIZE))


@pytest.mark.parametrize(("name", "write"), [("a.glb", glb), ("a.gltf", gltf), ("a.gltf", glb)])
def test_y_is_turned_up_and_told(measure, name, write):
    told = []
    is_the_box(measure(name, write(corners=UPRIGHT), on_note=told.append))
    assert len(told) == 1 and "y is up in this file" in told[0] and "up=z" in told[0]


@pytest.mark.parametrize(
    ("up", "size"), [("z", SIZE), ("y", [0.06, 0.12, 0.08]), ("x", [0.08, 0.12, 0.06])]
)
def test_who_asks_for_an_axis_is_told_nothing(measure, up, size):
    told = []
    assert measure("a.glb", glb(), up=up, on_note=told.append)[1] == pytest.approx(size)
    assert told == []


def test_what_a_program_exports(measure):
    box = trimesh.creation.box(SIZE)
    assert measure("a.glb", box.export(file_type="glb"), up="z")[1] == pytest.approx(SIZE)


def test_extensions_of_how_it_looks_do_not_matter(measure):
    names = ["KHR_materials_unlit", "KHR_technique_webgl", "MSFT_texture_dds", "KHR_xmp_json_ld"]
    is_the_box(measure("a.gltf", gltf(extensionsRequired=names), up="z"))


def test_nodes_place_a_mesh_and_its_copies(measure):
    half = np.sqrt(0.5)
    nodes = [
        {"children": [1, 2], "translation": [5, 0, 0], "scale": [2, 2, 2]},
        {"mesh": 0, "rotation": [0, 0, half, half]},
        {"mesh": 0, "matrix": [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, -1, 0, 0.1, 0, 0, 1]},  # mirrored
        {"mesh": 0},  # in no scene
    ]
    volume, size = measure("a.glb", glb(nodes=nodes), up="z")
    assert volume == pytest.approx(2 * 8 * VOLUME)
    assert size == pytest.approx([2 * (0.04 + 0.1 + 0.03), 0.16, 0.48])


def test_a_mesh_that_no_node_places_is_read(measure):
    is_the_box(measure("a.glb", glb(nodes=[], scenes=[], scene=None), up="z"))


def test_the_default_of_several_scenes_is_read_and_told(measure):
    told = []
    content = glb(scenes=[{"nodes": []}, {"nodes": [0]}], scene=1)
    is_the_box(measure("a.glb", content, up="z", on_note=told.append))
    assert "holds 2 scenes" in told[0]


@pytest.mark.parametrize("mode", ["strip", "fan", "plain"])
def test_triangles_of_every_kind(measure, mode):
    if mode == "plain":  # without indices
        corners = [CORNERS[i] for face in TRIANGLES for i in face]
        primitives = [{"attributes": {"POSITION": 0}}]
        content = glb(corners=corners, meshes=[{"primitives": primitives}])
        is_the_box(measure("a.glb", content, up="z"))
        return
    runs = STRIPS if mode == "strip" else [[0, 1, 3, 2, 6, 4, 5, 1], [7, 5, 4, 6, 2, 3, 1, 5]]
    document, _ = gltf_parts()
    accessors, at, primitives = document["accessors"][:1], 0, []
    for number, run in enumerate(runs):
        accessors.append(
            {
                "bufferView": 1,
                "byteOffset": 2 * at,
                "componentType": 5123,
                "count": len(run),
                "type": "SCALAR",
            }
        )
        at += len(run)
        primitives.append(
            {
                "attributes": {"POSITION": 0},
                "indices": number + 1,
                "mode": {"strip": 5, "fan": 6}[mode],
            }
        )
    faces = [i for run in runs for i in run]
    content = glb(faces=faces, accessors=accessors, meshes=[{"primitives": primitives}])
    is_the_box(measure("a.glb", content, up="z"))


def test_lines_and_points_are_no_surface(measure):
    primitives = [
        {"attributes": {"POSITION": 0}, "indices": 1},
        {"attributes": {"POSITION": 0}, "mode": 1},
        {"attributes": {"POSITION": 0}, "mode": 0},
    ]
    is_the_box(measure("a.glb", glb(meshes=[{"primitives": primitives}]), up="z"))


def test_quantized_and_sparse_numbers(measure):
    """Positions in sixteen bits, interleaved with something, the last one replaced."""
    scaled = np.round(np.array(CORNERS) / 0.12 * 32767).astype("<i2")
    rows = np.zeros((8, 6), "<i2")
    rows[:, :3] = scaled
    rows[7, :3] = 11
    indices = np.array(TRIANGLES, "<u2").tobytes()
    buffer = rows.tobytes() + indices + struct.pack("<H3h", 7, *scaled[7])
    document, _ = gltf_parts()
    document["extensionsRequired"] = ["KHR_mesh_quantization"]
    document["accessors"][0] = {
        "bufferView": 0,
        "componentType": 5122,
        "count": 8,
        "type": "VEC3",
        "normalized": True,
        "sparse": {
            "count": 1,
            "indices": {"bufferView": 2, "componentType": 5123},
            "values": {"bufferView": 2, "byteOffset": 2},
        },
    }
    document["bufferViews"] = [
        {"buffer": 0, "byteLength": 96, "byteStride": 12},
        {"buffer": 0, "byteOffset": 96, "byteLength": len(indices)},
        {"buffer": 0, "byteOffset": 96 + len(indices), "byteLength": 8},
    ]
    document["buffers"][0]["uri"] = "data:;base64," + base64.b64encode(buffer).decode()
    document["buffers"][0]["byteLength"] = len(buffer)
    document["nodes"] = [{"mesh": 0, "scale": [0.12, 0.12, 0.12]}]
    volume, size = measure("a.gltf", json.dumps(document), up="z")
    assert volume == pytest.approx(VOLUME, rel=1e-3) and size == pytest.approx(SIZE, rel=1e-3)


def test_a_skinned_mesh_is_where_its_joints_are(measure):
    document, buffer = gltf_parts()
    weights = struct.pack("<32f", *[1, 0, 0, 0] * 8)
    inverse = struct.pack("<16f", *np.diag([0.01, 0.01, 0.01, 1]).ravel())
    begin = len(buffer)
    buffer += b"\0" * 32 + weights + inverse
    view = {"buffer": 0, "byteOffset": begin, "byteLength": len(buffer) - begin}
    document["bufferViews"].append(view)
    document["accessors"] += [
        {"bufferView": 2, "componentType": 5121, "count": 8, "type": "VEC4"},
        {"bufferView": 2, "byteOffset": 32, "componentType": 5126, "count": 8, "type": "VEC4"},
        {"bufferView": 2, "byteOffset": 160, "componentType": 5126, "count": 1, "type": "MAT4"},
    ]
    document["meshes"][0]["primitives"][0]["attributes"] |= {"JOINTS_0": 2, "WEIGHTS_0": 3}
    document["skins"] = [{"joints": [1], "inverseBindMatrices": 4}]
    document["nodes"] = [{"mesh": 0, "skin": 0, "scale": [7, 7, 7]}, {"scale": [200, 200, 200]}]
    document["scenes"] = [{"nodes": [0, 1]}]
    document["buffers"] = [
        {"byteLength": len(buffer), "uri": "data:;base64," + base64.b64encode(buffer).decode()}
    ]
    assert measure("a.gltf", json.dumps(document), up="z")[0] == pytest.approx(8 * VOLUME)


@pytest.mark.parametrize("uri", ["box data.bin", "box%20data.bin", "./box%20data.bin"])
def test_a_buffer_beside_the_file(measure, refusal, tmp_path, uri):
    assert "its buffer" in refusal("a.gltf", gltf(uri)) and "bin" in refusal("a.gltf", gltf(uri))
    buffer = gltf_parts()[1]
    (tmp_path / "box data.bin").write_bytes(buffer)
    is_the_box(measure("a.gltf", gltf(uri), up="z"))
    (tmp_path / "box data.bin").write_bytes(buffer[:-1])
    assert "cut short: it holds 167 of 168 bytes" in refusal("a.gltf", gltf(uri))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.gltf", gltf("https://example.org/a.bin"), "is not beside it; put it there"),
        ("a.gltf", gltf("/etc/passwd"), "is not beside it"),
        ("a.gltf", gltf("missing.bin"), "its buffer 'missing.bin' is missing"),
        ("a.gltf", gltf("data:;base64,@@@@"), "is not base64"),
        ("a.gltf", gltf()[:200], "its JSON is damaged or cut short"),
        ("a.gltf", '{"asset": ' + "[" * 100_000, "its JSON is damaged or cut short"),
        ("a.glb", glb()[:-10], "is cut short"),
        ("a.glb", glb()[:18], "cut short"),
        ("a.glb", b"glTF" + struct.pack("<II", 1, 40) + b"\0" * 28, "GLB file of version 1"),
        ("a.gltf", gltf(asset={"version": "1.0"}), "of glTF 1.0; export it as glTF 2.0"),
        ("a.gltf", gltf(extensionsRequired=["KHR_draco_mesh_compression"]), "compressed by Draco"),
        ("a.gltf", gltf(extensionsRequired=["EXT_meshopt_compression"]), "compressed by meshopt"),
        ("a.gltf", gltf(extensionsRequired=["ACME_shape"]), "needs the extension ACME_shape"),
        (
            "a.gltf",
            gltf(nodes=[{"mesh": 0, "extensions": {"EXT_mesh_gpu_instancing": {}}}]),
            "places copies by EXT_mesh_gpu_instancing",
        ),
        (
            "a.gltf",
            gltf(
                meshes=[
                    {
                        "primitives": [
                            {
                                "attributes": {"POSITION": 0},
                                "extensions": {"KHR_draco_mesh_compression": {}},
                            }
                        ]
                    }
                ]
            ),
            "compressed by Draco",
        ),
        ("a.gltf", gltf(nodes=[{"mesh": 3}]), "entry 3 of 'meshes', which is not there"),
        ("a.gltf", gltf(nodes=[{"children": [1]}, {"children": [0]}]), "their own ancestors"),
        ("a.gltf", gltf(nodes=[{"children": [2]}, {"children": [2]}, {}]), "has two parents"),
        ("a.gltf", gltf(nodes=[{"mesh": 0, "matrix": [1, 2]}]), "not as glTF 2.0 has it"),
        ("a.gltf", gltf(nodes=[{"mesh": 0, "scale": "big"}]), "not as glTF 2.0 has it"),
        ("a.gltf", gltf(nodes=7), "not as glTF 2.0 has it"),
        ("a.gltf", gltf(faces=[(0, 1, 8)] * 4), "refers to vertex 8, but there are 8"),
        ("a.gltf", gltf(faces=[0, 1, 2, 3]), "4 corners, no multiple of 3"),
        (
            "a.gltf",
            gltf(
                bufferViews=[{"buffer": 0, "byteLength": 168}] * 2,
                accessors=[
                    {"bufferView": 0, "componentType": 5126, "count": 4_000_000_000, "type": "VEC3"}
                ],
            ),
            "beyond its end",
        ),
        (
            "a.gltf",
            gltf(accessors=[{"componentType": 5126, "count": 8, "type": "VEC3"}]),
            "has no data; if it is compressed",
        ),
        ("a.gltf", gltf(nodes=[{}]), "no faces in its scene: if it holds a mesh, export it"),
        ("a.gltf", gltf(mode=0), "no faces"),
    ],
)
def test_what_is_refused(refusal, name, content, message):
    assert message in refusal(name, content)
