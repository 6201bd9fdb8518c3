"""Small mesh files, written as programs in the wild write them: a box of 6 x 8 x 12 cm."""

import base64
import json
import struct

import numpy as np

SIZE = [0.06, 0.08, 0.12]
VOLUME = 0.06 * 0.08 * 0.12
CORNERS = [(x, y, z) for x in (-0.03, 0.03) for y in (-0.04, 0.04) for z in (0, 0.12)]
QUADS = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
TRIANGLES = [(q[0], q[i], q[i + 1]) for q in QUADS for i in (1, 2)]

# An arrow, not convex, extruded: its ends have nine corners, and no fan covers them.
OUTLINE = [(0, 2), (0, 1), (3, 1), (3, 0), (6, 2.5), (3, 5), (3, 4), (0, 4), (1, 3)]
ARROW = [(0.01 * x, 0.01 * y, z) for z in (0, 0.02) for x, y in OUTLINE]
ARROW_FACES = [tuple(range(8, -1, -1)), tuple(range(9, 18))] + [
    (i, (i + 1) % 9, (i + 1) % 9 + 9, i + 9) for i in range(9)
]
ARROW_VOLUME = (
    0.02
    * 1e-4
    / 2
    * abs(
        sum(
            a[0] * b[1] - a[1] * b[0]
            for a, b in zip(OUTLINE, OUTLINE[1:] + OUTLINE[:1], strict=True)
        )
    )
)


def lines(rows, start="", end=""):
    return "".join(f"{start}{' '.join(map(str, row))}{end}\n" for row in rows)


def obj(corners=CORNERS, faces=QUADS):
    return lines(corners, "v ") + lines([[i + 1 for i in face] for face in faces], "f ")


def ply_header(kind="ascii", vertices=8, faces=6, extra="", face="", lists="uchar int"):
    return (
        f"ply\nformat {kind} 1.0\nelement vertex {vertices}\nproperty float x\nproperty float y\n"
        f"property float z\n{extra}element face {faces}\nproperty list {lists} vertex_indices\n"
        f"{face}end_header\n"
    )


def ply(faces=QUADS, corners=CORNERS):
    header = ply_header(vertices=len(corners), faces=len(faces))
    return header + lines(corners) + lines([(len(face), *face) for face in faces])


def binary_ply(faces=TRIANGLES, order="<", count="B", index="i", corners=CORNERS, after=b""):
    kind = "binary_little_endian" if order == "<" else "binary_big_endian"
    names = {
        "B": "uchar",
        "b": "char",
        "H": "ushort",
        "i": "int",
        "I": "uint",
        "h": "short",
        "d": "double",
    }
    lists = f"{names[count]} {names[index]}"
    head = ply_header(kind, vertices=len(corners), faces=len(faces), lists=lists).encode()
    body = struct.pack(f"{order}{3 * len(corners)}f", *np.ravel(corners))
    for face in faces:
        body += struct.pack(f"{order}{count}{len(face)}{index}", len(face), *face) + after
    return head + body


def facet(points, normal="0 0 0"):
    vertices = "".join(f"   vertex {x} {y} {z}\n" for x, y, z in points)
    return f" facet normal {normal}\n  outer loop\n{vertices}  endloop\n endfacet\n"


def ascii_stl(name="box", faces=TRIANGLES, corners=CORNERS, end="endsolid", normal="0 0 0"):
    body = "".join(facet([corners[i] for i in face], normal) for face in faces)
    return f"solid {name}\n{body}{end} {name}\n" if end else f"solid {name}\n{body}"


def binary_stl(header=b"box", faces=TRIANGLES, corners=CORNERS, count=None):
    count = len(faces) if count is None else count
    body = header.ljust(80) + struct.pack("<I", count)
    for face in faces:
        body += struct.pack("<12fH", 0, 0, 0, *np.ravel([corners[i] for i in face]), 0)
    return body


def moved(by, corners=CORNERS):
    return [tuple(a + b for a, b in zip(corner, by, strict=True)) for corner in corners]


def gltf_parts(nodes=None, corners=CORNERS, faces=TRIANGLES, mode=4, **document):
    """A glTF document without buffers, and its one buffer."""
    indices = struct.pack(f"<{np.size(faces)}H", *np.ravel(faces))
    positions = struct.pack(f"<{3 * len(corners)}f", *np.ravel(corners))
    found = {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}] if nodes is None else nodes,
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "mode": mode}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(corners), "type": "VEC3"},
            {"bufferView": 1, "componentType": 5123, "count": np.size(faces), "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteLength": len(positions)},
            {"buffer": 0, "byteOffset": len(positions), "byteLength": len(indices)},
        ],
        "buffers": [{"byteLength": len(positions) + len(indices)}],
    }
    return found | document, positions + indices


def gltf(uri=None, **kwargs):
    """The text of a .gltf file; its buffer is within it unless `uri` says where else."""
    document, buffer = gltf_parts(**kwargs)
    inside = "data:application/octet-stream;base64," + base64.b64encode(buffer).decode()
    document["buffers"][0]["uri"] = inside if uri is None else uri
    return json.dumps(document)


def glb(**kwargs):
    document, buffer = gltf_parts(**kwargs)
    text = json.dumps(document).encode()
    text += b" " * (-len(text) % 4)
    buffer += b"\0" * (-len(buffer) % 4)
    chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
    chunks += struct.pack("<II", len(buffer), 0x004E4942) + buffer
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def dae(asset="", polygons=None, node="<instance_geometry url='#box'/>", corners=CORNERS, more=""):
    if polygons is None:
        text = " ".join(str(i) for face in TRIANGLES for i in face)
        polygons = (
            "<triangles count='12'><input semantic='VERTEX' source='#v' offset='0'/>"
            f"<p>{text}</p></triangles>"
        )
    numbers = " ".join(str(x) for corner in corners for x in corner)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
<asset>{asset}</asset>
<library_geometries><geometry id="box"><mesh>
<source id="p"><float_array id="a" count="{3 * len(corners)}">{numbers}</float_array>
<technique_common><accessor source="#a" count="{len(corners)}" stride="3">
<param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/>
</accessor></technique_common></source>
<vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
{polygons}
</mesh></geometry></library_geometries>{more}
<library_visual_scenes><visual_scene id="s"><node id="n">{node}</node></visual_scene>
</library_visual_scenes>
<scene><instance_visual_scene url="#s"/></scene>
</COLLADA>
"""
