"""Writes glTF 2.0 as one binary file (GLB): meshes, nodes, skins and one animation."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

_VERTICES, _INDICES = 34962, 34963
_COMPONENTS = {"uint8": 5121, "uint16": 5123, "uint32": 5125, "float32": 5126}
_KINDS = {(): "SCALAR", (3,): "VEC3", (4,): "VEC4", (4, 4): "MAT4"}
#: What moves by less than so many meters, or turns by less (as a quaternion), stands still.
_STILL = 1e-7


class GltfWriter:
    """A document that grows; entries are known by their numbers, as in glTF.

    Poses are (4, 4) and rotate with determinant 1, in meters.
    """

    def __init__(self) -> None:
        self._data = bytearray()
        self._document: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": "diffh2o_ros"},
            "scene": 0,
            "scenes": [{"nodes": []}],
        }
        self._channels: list[dict] = []
        self._samplers: list[dict] = []

    def _add(self, collection: str, entry: dict) -> int:
        entries = self._document.setdefault(collection, [])
        entries.append(entry)
        return len(entries) - 1

    def accessor(
        self,
        values: np.ndarray,
        target: int | None = None,
        bounds: bool = False,
        normalized: bool = False,
    ) -> int:
        """Numbers (N, ...) of uint8, uint16, uint32 or float32: scalars, vectors or matrices.

        Args:
            target: what the GPU uses them for.
            bounds: whether the least and the greatest are told, too.
            normalized: whether whole numbers stand for 0 to 1.
        """
        kind = _KINDS[values.shape[1:]]
        stored = values.transpose(0, 2, 1) if kind == "MAT4" else values  # by columns
        view = {"buffer": 0, "byteOffset": len(self._data), "byteLength": values.nbytes}
        if target is not None:
            view["target"] = target
        self._data += np.ascontiguousarray(stored).tobytes()
        self._data += bytes(-len(self._data) % 4)
        entry = {
            "bufferView": self._add("bufferViews", view),
            "componentType": _COMPONENTS[values.dtype.name],
            "count": len(values),
            "type": kind,
        }
        if bounds:
            flat = values.reshape(len(values), -1)
            entry |= {"min": flat.min(0).tolist(), "max": flat.max(0).tolist()}
        if normalized:
            entry["normalized"] = True
        return self._add("accessors", entry)

    def material(self, name: str, color: Sequence[float], metallic: float = 0.0) -> int:
        """A dull surface, seen from both sides; `color` is sRGB of 0 to 1, as on screens."""
        factor = [*linear(np.array(color)).round(4).tolist(), 1.0]
        surface = {"baseColorFactor": factor, "metallicFactor": metallic, "roughnessFactor": 0.6}
        return self._add(
            "materials", {"name": name, "pbrMetallicRoughness": surface, "doubleSided": True}
        )

    def mesh(
        self,
        name: str,
        vertices: np.ndarray,
        faces: np.ndarray,
        normals: np.ndarray,
        material: int,
        *,
        colors: np.ndarray | None = None,
        skin: tuple[np.ndarray, np.ndarray] | None = None,
        morphs: np.ndarray | None = None,
    ) -> int:
        """A surface.

        Args:
            vertices: (V, 3) and normals (V, 3). faces: (F, 3).
            colors: (V, 3) sRGB of 0 to 1, times that of the material.
            skin: bones (V, 4), numbers within the skin, and weights (V, 4), which sum to 1.
            morphs: (K, V, 3) what each morph target adds.
        """
        attributes = {
            "POSITION": self.accessor(vertices.astype(np.float32), _VERTICES, bounds=True),
            "NORMAL": self.accessor(normals.astype(np.float32), _VERTICES),
        }
        if colors is not None:
            opaque = np.concatenate([linear(colors), np.ones((len(colors), 1))], 1)
            quantized = np.round(255 * opaque).astype(np.uint8)
            attributes["COLOR_0"] = self.accessor(quantized, _VERTICES, normalized=True)
        if skin is not None:
            bones, weights = skin[0], _quantized(skin[1])
            bones = np.where(weights > 0, bones, 0).astype(np.uint8)
            attributes["JOINTS_0"] = self.accessor(bones, _VERTICES)
            attributes["WEIGHTS_0"] = self.accessor(weights, _VERTICES, normalized=True)
        small = np.uint16 if len(vertices) < 2**16 else np.uint32
        primitive: dict[str, Any] = {
            "attributes": attributes,
            "indices": self.accessor(faces.astype(small).ravel(), _INDICES),
            "material": material,
        }
        entry: dict[str, Any] = {"name": name, "primitives": [primitive]}
        if morphs is not None and len(morphs):
            primitive["targets"] = [
                {"POSITION": self.accessor(morph.astype(np.float32), _VERTICES, bounds=True)}
                for morph in morphs
            ]
            entry["weights"] = [0.0] * len(morphs)
        return self._add("meshes", entry)

    def node(self, name: str, parent: int | None = None, **what: Any) -> int:
        """A node below another or, without one, of the scene.

        Args:
            what: `mesh`, `skin`, `weights`, `extras`, as glTF has them.
        """
        number = self._add("nodes", {"name": name, **what})
        if parent is None:
            self._document["scenes"][0]["nodes"].append(number)
        else:
            self._document["nodes"][parent].setdefault("children", []).append(number)
        return number

    def place(self, node: int, pose: np.ndarray) -> None:
        """Where a node is that nothing moves."""
        entry = self._document["nodes"][node]
        rotation = Rotation.from_matrix(pose[:3, :3]).as_quat()
        if np.abs(pose[:3, 3]).max() > 0:
            entry["translation"] = pose[:3, 3].astype(np.float32).tolist()
        if np.abs(rotation[:3]).max() > 0:
            entry["rotation"] = rotation.astype(np.float32).tolist()

    def move(self, node: int, times: int, poses: np.ndarray, still: int) -> None:
        """Moves a node.

        Args:
            times: number of the accessor with the seconds of T frames.
            poses: (T, 4, 4) in the frame of its parent.
            still: the frame shown where nothing is played.
        """
        self.place(node, poses[still])
        translation = poses[:, :3, 3].astype(np.float32)
        rotation = Rotation.from_matrix(poses[:, :3, :3]).as_quat()
        # Of the two quaternions of a rotation, the one that is nearer to that before it.
        steps = np.sign((rotation[1:] * rotation[:-1]).sum(1))
        rotation[1:] *= np.cumprod(np.where(steps == 0, 1, steps))[:, None]
        for path, values in (("translation", translation), ("rotation", rotation)):
            if len(values) > 1 and np.ptp(values, axis=0).max() > _STILL:
                self.animate(node, path, times, values.astype(np.float32))

    def animate(self, node: int, path: str, times: int, values: np.ndarray) -> None:
        """Moves a node's "translation" (T, 3), "rotation" (T, 4) or "weights" (T * K,)."""
        output = self.accessor(values)
        self._samplers.append({"input": times, "output": output, "interpolation": "LINEAR"})
        target = {"node": node, "path": path}
        self._channels.append({"sampler": len(self._samplers) - 1, "target": target})

    def skin(self, name: str, joints: Sequence[int], inverse_bind: np.ndarray) -> int:
        """A skin of nodes; inverse_bind: (J, 4, 4), from the mesh to each."""
        matrices = self.accessor(inverse_bind.astype(np.float32))
        entry = {"name": name, "joints": list(joints), "inverseBindMatrices": matrices}
        return self._add("skins", entry)

    def glb(self, animation: str, extras: dict[str, Any]) -> bytes:
        """The file; `animation` names what moves, `extras` are of the scene."""
        document = self._document
        if self._channels:
            moves = {"name": animation, "channels": self._channels, "samplers": self._samplers}
            document["animations"] = [moves]
        document["scenes"][0]["extras"] = extras
        document["buffers"] = [{"byteLength": len(self._data)}]
        text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<I4s", len(text), b"JSON") + text
        chunks += struct.pack("<I4s", len(self._data), b"BIN\0") + bytes(self._data)
        return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def linear(color: np.ndarray) -> np.ndarray:
    """Colors of 0 to 1 as light adds up, of sRGB ones (IEC 61966-2-1)."""
    return np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)


def _quantized(weights: np.ndarray) -> np.ndarray:
    """Weights (V, 4) as whole numbers that sum to 65535: what is left goes to the greatest."""
    found = np.round(65535 * weights).astype(np.int64)
    found[np.arange(len(found)), found.argmax(1)] += 65535 - found.sum(1)
    return found.astype(np.uint16)
