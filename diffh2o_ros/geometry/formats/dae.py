"""COLLADA (.dae): the geometries of the scene, each where its nodes put it, in meters."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
from scipy.spatial.transform import Rotation

from diffh2o_ros.geometry.formats import text as texts
from diffh2o_ros.geometry.formats.dae_mesh import numbers, read_geometry, referred
from diffh2o_ros.geometry.formats.raw import PlacedPart, RawMesh, joined
from diffh2o_ros.geometry.mesh import MeshError

_UPS = {"X_UP": "x", "Y_UP": "y", "Z_UP": "z"}
# Nodes may stand for other nodes, even for themselves: a few lines could name a million.
_MOST_NODES, _DEEPEST = 20_000, 50
_LENGTHS = {"matrix": 16, "translate": 3, "rotate": 4, "scale": 3, "lookat": 9}


def read_dae(data: bytes) -> RawMesh:
    """The scene in meters, with the axis that points up as the file has it; raises MeshError."""
    root = _parsed(data)
    ids = {element.get("id"): element for element in root.iter() if element.get("id") is not None}
    scale = _unit(root)
    up = (root.findtext("asset/up_axis") or "Y_UP").strip().upper()
    if up not in _UPS:
        raise MeshError(f"its up_axis is {texts.shorten(up.encode())}, none of {', '.join(_UPS)}")
    notes = []
    if scale != 1:
        notes.append(f"its unit is {scale:g} m: scaled to meters")
    pose = np.diag([scale, scale, scale, 1.0])
    parts = _Scene(root, ids, notes).parts(pose)
    return joined(parts, _UPS[up], notes)


def _parsed(data: bytes) -> Element:
    # What is in two bytes a letter is read as UTF-8, so that what is forbidden is seen.
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not wide and b"\0" in data[:100]:
        raise MeshError("it is no XML; export it anew")
    text = texts.plain(data) if wide else data
    if re.search(rb"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise MeshError("it defines a document type of its own, which is not read; export it anew")
    try:
        parser = ElementTree.XMLParser(encoding="utf-8" if wide else None)
        root = ElementTree.fromstring(text, parser)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        reason = texts.shorten(str(error).encode())[1:-1]
        raise MeshError(f"it is no whole XML ({reason}); copy it again") from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if root.tag != "COLLADA":
        raise MeshError(f"it is XML of {texts.shorten(root.tag.encode())}, not COLLADA")
    return root


def _unit(root: Element) -> float:
    """Meters of the file's unit."""
    unit = root.find("asset/unit")
    meter = "1" if unit is None else unit.get("meter", "1")
    try:
        scale = float(meter.replace(",", "."))  # as some programs write it where commas are usual
    except ValueError:
        scale = np.nan
    if not 1e-9 < scale < 1e9:
        raise MeshError(f"its unit is {texts.shorten(meter.encode())} m; export it in meters")
    return scale


class _Scene:
    """Walks the nodes of a document."""

    def __init__(self, root: Element, ids: dict[str, Element], notes: list[str]) -> None:
        self._root, self._ids, self._notes = root, ids, notes
        self._read: dict[Element, list[tuple[np.ndarray, np.ndarray]]] = {}

    def parts(self, pose: np.ndarray) -> list[PlacedPart]:
        """Of the visual scene, or all geometries where there is none."""
        scene = self._root.find("scene/instance_visual_scene")
        if scene is not None:
            start = referred(scene.get("url"), self._ids, "visual_scene")
        else:
            start = self._root.find("library_visual_scenes/visual_scene")
        if start is None:
            geometries = self._root.findall("library_geometries/geometry")
            return [PlacedPart(v, f, pose) for g in geometries for v, f in self._geometry(g)]
        found, visited = [], 0
        open_nodes = [(node, pose, 0) for node in start.findall("node")]
        while open_nodes:
            node, outer, depth = open_nodes.pop()
            visited += 1
            if max(visited, len(found)) > _MOST_NODES or depth > _DEEPEST:
                raise MeshError("its nodes stand for themselves or for too many; simplify it")
            inner = outer @ _local(node)
            for child in node:
                if child.tag == "node":
                    open_nodes.append((child, inner, depth))
                elif child.tag == "instance_node":
                    other = referred(child.get("url"), self._ids, "node")
                    open_nodes.append((other, inner, depth + 1))
                elif child.tag == "instance_geometry":
                    geometry = referred(child.get("url"), self._ids, "geometry")
                    found += [PlacedPart(v, f, inner) for v, f in self._geometry(geometry)]
                elif child.tag == "instance_controller":
                    found += self._controlled(child, pose)
        return found

    def _geometry(self, geometry: Element) -> list[tuple[np.ndarray, np.ndarray]]:
        if geometry not in self._read:
            self._read[geometry] = read_geometry(geometry, self._ids)
        return self._read[geometry]

    def _controlled(self, instance: Element, pose: np.ndarray) -> list[PlacedPart]:
        """A mesh with a skin, where it was bound to its joints."""
        controller = referred(instance.get("url"), self._ids, "controller")
        skin = controller.find("skin")
        if skin is None:
            raise MeshError("a mesh of it is blended from others (morph); export it without")
        note = "a mesh of it has a skin; it was read as bound, not as posed"
        if note not in self._notes:
            self._notes.append(note)
        matrix = skin.find("bind_shape_matrix")
        bound = pose if matrix is None else pose @ _sized(matrix).reshape(4, 4)
        geometry = referred(skin.get("source"), self._ids, "geometry")
        return [PlacedPart(v, f, bound) for v, f in self._geometry(geometry)]


def _local(node: Element) -> np.ndarray:
    """(4, 4) from a node to its parent: its transformations in their order."""
    pose = np.eye(4)
    for child in node:
        if child.tag == "skew":
            raise MeshError("a node of it is skewed; export it with transformations applied")
        if child.tag in _LENGTHS:
            pose = pose @ _transformation(child.tag, _sized(child))
    return pose


def _sized(element: Element) -> np.ndarray:
    values = numbers(element)
    length = _LENGTHS.get(element.tag, 16)
    if len(values) != length:
        raise MeshError(f"a '{element.tag}' of it has {len(values)} numbers, not {length}")
    return values


def _transformation(kind: str, values: np.ndarray) -> np.ndarray:
    """(4, 4)"""
    pose = np.eye(4)
    if kind == "matrix":
        return values.reshape(4, 4)
    if kind == "translate":
        pose[:3, 3] = values
    elif kind == "scale":
        pose[:3, :3] = np.diag(values)
    elif kind == "rotate":
        axis = _unit_vector(values[:3])
        pose[:3, :3] = Rotation.from_rotvec(np.deg2rad(values[3]) * axis).as_matrix()
    else:  # lookat: eye, what it looks at along -z, and up
        eye, target, up = values.reshape(3, 3)
        back = _unit_vector(eye - target)
        right = _unit_vector(np.cross(up, back))
        pose[:3, :3] = np.stack([right, np.cross(back, right), back], axis=1)
        pose[:3, 3] = eye
    return pose


def _unit_vector(vector: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vector)
    return vector / length if length > 0 else vector
