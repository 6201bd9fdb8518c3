"""glTF 2.0, as .gltf and .glb: the meshes of its scene, each where its nodes put it."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np

from diffh2o_ros.geometry.formats.gltf_buffers import Buffers, item
from diffh2o_ros.geometry.formats.polygons import fans, strips
from diffh2o_ros.geometry.formats.raw import PlacedPart, RawMesh, joined
from diffh2o_ros.geometry.mesh import MeshError

_JSON, _BINARY = 0x4E4F534A, 0x004E4942
_COMPRESSED = {
    "KHR_draco_mesh_compression": "Draco",
    "EXT_meshopt_compression": "meshopt",
    "KHR_meshopt_compression": "meshopt",
}
# Required extensions that change nothing of the surface.
_HARMLESS = tuple(
    "KHR_materials_ KHR_texture_ KHR_lights_ EXT_texture_ KHR_animation_ KHR_technique KHR_xmp "
    "KHR_audio EXT_lights_ EXT_materials_ MSFT_texture_ ADOBE_materials_ AGI_stk_".split()
)
_QUANTIZED = "KHR_mesh_quantization"
_INSTANCED = "EXT_mesh_gpu_instancing"
_TRIANGLES, _STRIP, _FAN = 4, 5, 6


def read_gltf(data: bytes, folder: Path) -> RawMesh:
    """The default scene, y up, in meters; buffers are looked for in `folder`. Raises MeshError."""
    text, binary = _chunks(data) if data.startswith(b"glTF") else (data, None)
    try:
        document = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise MeshError("its JSON is damaged or cut short; copy it again") from None
    try:
        _check_version(document)
        _check_extensions(document)
        return _Scene(document, Buffers(document, binary, folder)).read()
    except (TypeError, KeyError, AttributeError, IndexError, ValueError, OverflowError) as error:
        if isinstance(error, MeshError):
            raise
        # Anything may stand where glTF wants a list, a number or a name.
        raise MeshError("its JSON is not as glTF 2.0 has it; export it anew") from error


def _chunks(data: bytes) -> tuple[bytes, bytes | None]:
    """The JSON and the binary chunk of a GLB file."""
    if len(data) < 20:
        raise MeshError("it is a GLB file cut short; copy it again")
    _, version, length = struct.unpack_from("<4sII", data)
    if version != 2:
        raise MeshError(f"it is a GLB file of version {version}; export it as glTF 2.0")
    if length > len(data):
        raise MeshError(f"it is cut short: {len(data)} of {length} bytes are there; copy it again")
    chunks, at = [], 12
    while at + 8 <= length:
        size, kind = struct.unpack_from("<II", data, at)
        if at + 8 + size > length:
            raise MeshError("a chunk of it ends beyond its end; copy it again")
        chunks.append((kind, data[at + 8 : at + 8 + size]))
        at += 8 + size
    if not chunks or chunks[0][0] != _JSON:
        raise MeshError("its first chunk is not JSON; export it anew")
    binary = chunks[1][1] if len(chunks) > 1 and chunks[1][0] == _BINARY else None
    return chunks[0][1], binary


def _check_version(document: dict[str, Any]) -> None:
    version = str(document["asset"]["version"])
    if not version.startswith("2."):
        raise MeshError(f"it is of glTF {version[:10]}; export it as glTF 2.0")


def _check_extensions(document: dict[str, Any]) -> None:
    for name in document.get("extensionsRequired", []):
        if name in _COMPRESSED:
            raise MeshError(f"it is compressed by {_COMPRESSED[name]}; save it without compression")
        if name != _QUANTIZED and not name.startswith(_HARMLESS):
            raise MeshError(f"it needs the extension {name[:40]}; save it without")


class _Scene:
    """Walks the nodes of a document."""

    def __init__(self, document: dict[str, Any], buffers: Buffers) -> None:
        self._document, self._buffers = document, buffers
        self._nodes = document.get("nodes", [])
        self._children = [node.get("children", []) for node in self._nodes]
        self._roots = self._find_roots()
        self._poses = self._find_poses()
        self._read: dict[int, list[tuple[dict, np.ndarray, np.ndarray]]] = {}

    def read(self) -> RawMesh:
        notes, parts = [], []
        scenes = self._document.get("scenes", [])
        if not self._nodes:  # a library of meshes that nobody placed
            for index in range(len(self._document.get("meshes", []))):
                parts += [PlacedPart(v, f, np.eye(4)) for _, v, f in self._mesh(index, None)]
            return joined(parts, "y")
        roots = self._roots
        if scenes:
            roots = item(self._document, "scenes", self._document.get("scene", 0)).get("nodes", [])
        if len(scenes) > 1:
            notes.append(f"it holds {len(scenes)} scenes; the default one was read")
        open_nodes = list(roots)
        while open_nodes:
            index = open_nodes.pop()
            node = item(self._document, "nodes", index)
            open_nodes += self._children[index]
            if _INSTANCED in node.get("extensions", {}):
                raise MeshError(f"it places copies by {_INSTANCED}; save it without")
            if "mesh" in node:
                parts += self._parts(node, index)
        return joined(parts, "y", notes)

    def _find_roots(self) -> list[int]:
        """Nodes that are no other's child. Raises MeshError if the nodes are no forest."""
        seen = [False] * len(self._nodes)
        for children in self._children:
            for child in children:
                item(self._document, "nodes", child)
                if seen[child]:
                    raise MeshError(f"node {child} of it has two parents; export it anew")
                seen[child] = True
        return [index for index, child in enumerate(seen) if not child]

    def _find_poses(self) -> dict[int, np.ndarray]:
        """(4, 4) from each node to the scene; nodes of a circle have none."""
        poses = {root: _local(self._nodes[root]) for root in self._roots}
        open_nodes = list(self._roots)
        while open_nodes:
            index = open_nodes.pop()
            for child in self._children[index]:
                poses[child] = poses[index] @ _local(self._nodes[child])
                open_nodes.append(child)
        if len(poses) < len(self._nodes):
            raise MeshError("nodes of it are their own ancestors; export it anew")
        return poses

    def _parts(self, node: dict, index: int) -> list[PlacedPart]:
        found = self._mesh(node["mesh"], node.get("weights"))
        if "skin" not in node:
            return [PlacedPart(v, f, self._poses[index]) for _, v, f in found]
        # A skinned mesh is where its joints are, wherever its own node may be.
        bones = self._bones(node["skin"])
        return [PlacedPart(self._skinned(p, v, bones), f, np.eye(4)) for p, v, f in found]

    def _mesh(self, index: int, weights: list | None) -> list[tuple[dict, np.ndarray, np.ndarray]]:
        """Each primitive that is a surface, with its vertices and faces."""
        if weights is None and index in self._read:
            return self._read[index]
        mesh = item(self._document, "meshes", index)
        given = mesh.get("weights", []) if weights is None else weights
        found = []
        for primitive in mesh["primitives"]:
            if primitive.get("mode", _TRIANGLES) not in (_TRIANGLES, _STRIP, _FAN):
                continue  # points and lines
            for name in _COMPRESSED.keys() & primitive.get("extensions", {}).keys():
                raise MeshError(f"it is compressed by {_COMPRESSED[name]}; save it without")
            vertices = self._buffers.read(primitive["attributes"]["POSITION"], "VEC3")
            vertices = vertices.astype(np.float64)
            for weight, target in zip(given, primitive.get("targets", []), strict=False):
                if weight and "POSITION" in target:
                    vertices += weight * self._buffers.read(target["POSITION"], "VEC3")
            found.append((primitive, vertices, self._faces(primitive, len(vertices))))
        if weights is None:
            self._read[index] = found
        return found

    def _faces(self, primitive: dict, count: int) -> np.ndarray:
        """(F, 3)"""
        if "indices" in primitive:
            indices = self._buffers.read(primitive["indices"], "SCALAR")
        else:
            indices = np.arange(count)
        if indices.dtype.kind != "i":
            raise MeshError("the indices of its faces are no integers")
        if len(indices) and indices.max() >= count:
            raise MeshError(
                f"a face refers to vertex {indices.max()}, but there are {count}, counted from 0"
            )
        mode = primitive.get("mode", _TRIANGLES)
        if mode == _STRIP:
            return strips(indices, np.zeros(1, np.int64))
        if mode == _FAN:
            return fans(indices, np.array([len(indices)]))
        if len(indices) % 3:
            raise MeshError(f"its triangles have {len(indices)} corners, no multiple of 3")
        return indices.reshape(-1, 3)

    def _bones(self, index: int) -> np.ndarray:
        """(J, 4, 4) from where a vertex was bound to where a joint takes it."""
        skin = item(self._document, "skins", index)
        poses = np.stack([self._poses[joint] for joint in skin["joints"]])
        if "inverseBindMatrices" not in skin:
            return poses
        inverse = self._buffers.read(skin["inverseBindMatrices"], "MAT4")
        return poses @ inverse.reshape(-1, 4, 4).transpose(0, 2, 1)[: len(poses)]

    def _skinned(self, primitive: dict, vertices: np.ndarray, bones: np.ndarray) -> np.ndarray:
        pose, attributes, at = np.zeros((len(vertices), 4, 4)), primitive["attributes"], 0
        while f"JOINTS_{at}" in attributes:
            joints = self._buffers.read(attributes[f"JOINTS_{at}"], "VEC4").astype(np.int64)
            weights = self._buffers.read(attributes[f"WEIGHTS_{at}"], "VEC4")
            for joint, weight in zip(joints.T, weights.T, strict=True):
                pose += bones[joint] * weight[:, None, None]
            at += 1
        if at == 0:
            raise MeshError("a mesh with a skin has no joints; export it anew")
        return np.einsum("vij,vj->vi", pose[:, :3, :3], vertices) + pose[:, :3, 3]


def _local(node: dict[str, Any]) -> np.ndarray:
    """(4, 4) from a node to its parent."""
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    pose = np.eye(4)
    x, y, z, w = np.array(node.get("rotation", (0, 0, 0, 1)), np.float64)
    norm = x * x + y * y + z * z + w * w
    x, y, z, w = np.array([x, y, z, w]) * np.sqrt(2 / norm) if norm else (0, 0, 0, np.sqrt(2))
    pose[:3, :3] = [
        [1 - y * y - z * z, x * y - z * w, x * z + y * w],
        [x * y + z * w, 1 - x * x - z * z, y * z - x * w],
        [x * z - y * w, y * z + x * w, 1 - x * x - y * y],
    ]
    pose[:3, :3] *= np.array(node.get("scale", (1, 1, 1)), np.float64)
    pose[:3, 3] = node.get("translation", (0, 0, 0))
    return pose
