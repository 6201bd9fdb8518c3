"""A small reading of GLB for tests: where nodes and skinned, morphed vertices are at a frame.

It follows the specification of glTF 2.0 alone and shares no code with what writes the files.
"""

import json
import struct

import numpy as np
from scipy.spatial.transform import Rotation

TYPES = {5121: np.uint8, 5123: np.uint16, 5125: np.uint32, 5126: np.float32}
SHAPES = {"SCALAR": (), "VEC3": (3,), "VEC4": (4,), "MAT4": (4, 4)}


class GltfFile:
    def __init__(self, path):
        raw = path.read_bytes()
        magic, version, length = struct.unpack_from("<4sII", raw)
        assert (magic, version, length) == (b"glTF", 2, len(raw))
        size, kind = struct.unpack_from("<I4s", raw, 12)
        assert kind == b"JSON"
        self.document = json.loads(raw[20 : 20 + size])
        rest, kind = struct.unpack_from("<I4s", raw, 20 + size)
        assert kind == b"BIN\0" and 28 + size + rest == len(raw)
        self.data = raw[28 + size :]
        self.nodes = self.document["nodes"]
        self.parent = {c: n for n, e in enumerate(self.nodes) for c in e.get("children", [])}
        self.channels = {}
        for animation in self.document.get("animations", []):
            for channel in animation["channels"]:
                sampler = animation["samplers"][channel["sampler"]]
                target = channel["target"]
                times, values = self.array(sampler["input"]), self.array(sampler["output"])
                self.channels[target["node"], target["path"]] = times, values

    def array(self, number):
        accessor = self.document["accessors"][number]
        view = self.document["bufferViews"][accessor["bufferView"]]
        shape = SHAPES[accessor["type"]]
        kind = np.dtype(TYPES[accessor["componentType"]])
        count = accessor["count"] * int(np.prod(shape))
        found = np.frombuffer(self.data, kind, count, view["byteOffset"])
        found = found.reshape(accessor["count"], *shape)
        if accessor["type"] == "MAT4":
            found = found.transpose(0, 2, 1)
        if accessor.get("normalized"):
            found = found / np.iinfo(kind).max
        return found.astype(float) if found.dtype.kind == "f" else found

    def node(self, name):
        (found,) = [n for n, entry in enumerate(self.nodes) if entry["name"] == name]
        return found

    def value(self, node, path, frame, otherwise):
        """At a frame of the animation, or as the file stands where that is None."""
        if frame is None or (node, path) not in self.channels:
            return np.array(self.nodes[node].get(path, otherwise), float)
        times, values = self.channels[node, path]
        return values.reshape(len(times), -1)[frame]

    def pose(self, node, frame):
        """(4, 4) of a node in the scene."""
        local = np.eye(4)
        local[:3, :3] = Rotation.from_quat(
            self.value(node, "rotation", frame, [0, 0, 0, 1])
        ).as_matrix()
        local[:3, 3] = self.value(node, "translation", frame, [0, 0, 0])
        return self.pose(self.parent[node], frame) @ local if node in self.parent else local

    def surface(self, node, frame):
        """Vertices (V, 3) of a node's mesh in the scene, and its faces (F, 3)."""
        entry = self.nodes[node]
        mesh = self.document["meshes"][entry["mesh"]]
        (primitive,) = mesh["primitives"]
        attributes = primitive["attributes"]
        vertices = self.array(attributes["POSITION"]).copy()
        weights = self.value(node, "weights", frame, mesh.get("weights", []))
        for weight, target in zip(weights, primitive.get("targets", []), strict=True):
            vertices += weight * self.array(target["POSITION"])
        faces = self.array(primitive["indices"]).reshape(-1, 3)
        points = np.concatenate([vertices, np.ones((len(vertices), 1))], 1)
        if "skin" not in entry:
            return (points @ self.pose(node, frame).T)[:, :3], faces
        skin = self.document["skins"][entry["skin"]]
        inverse = self.array(skin["inverseBindMatrices"])
        moves = np.stack(
            [self.pose(j, frame) @ m for j, m in zip(skin["joints"], inverse, strict=True)]
        )
        blended = np.einsum(
            "vk,vkij->vij",
            self.array(attributes["WEIGHTS_0"]),
            moves[self.array(attributes["JOINTS_0"])],
        )
        return np.einsum("vij,vj->vi", blended, points)[:, :3], faces
