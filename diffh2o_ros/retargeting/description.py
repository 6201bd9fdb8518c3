"""A robot hand as URDF, as RViz and controllers read it."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import mujoco
import numpy as np
import trimesh
from scipy.spatial.transform import Rotation

from diffh2o_ros.retargeting.link_chain import ChainLink, links_of
from diffh2o_ros.retargeting.robot_hand import RobotHand
from diffh2o_ros.retargeting.urdf import found_mesh

_GEOM = mujoco.mjtGeom
#: Mass (kg) and moments of inertia (kg m2) of links without extent, which simulators want above 0.
_NEXT_TO_NOTHING = 1e-4, np.full(3, 1e-9)


def description(robot: RobotHand, folder: Path) -> str:
    """URDF of a hand, its root the link that floats, its joints those of trajectories.

    A hand of a URDF file is that file, with its meshes' paths absolute. Any other, also one that
    hung on an arm, is written from its model: links, joints, limits and shapes.

    Args:
        folder: where the meshes of an MJCF's hand are written to, which the URDF names.
    """
    if robot.file is not None:
        root = ElementTree.parse(robot.file).getroot()
        if root.tag == "robot" and _root_link(root) == robot.root:
            return _with_absolute_paths(root, robot.file)
    return _written(robot, folder)


def _root_link(root: ElementTree.Element) -> str:
    """Of a URDF, which is known to be a tree."""
    children = {joint.find("child").get("link") for joint in root.findall("joint")}
    return next(n for link in root.findall("link") if (n := link.get("name")) not in children)


def _with_absolute_paths(root: ElementTree.Element, path: Path) -> str:
    for mesh in root.iter("mesh"):
        file = found_mesh(mesh.get("filename", ""), path.parent)
        if file is not None:
            mesh.set("filename", file.resolve().as_uri())
    return ElementTree.tostring(root, encoding="unicode")


def _written(robot: RobotHand, folder: Path) -> str:
    model = robot.model
    root = ElementTree.Element("robot", name=f"{Path(robot.name).stem}_{robot.side}")
    for link in links_of(robot):
        element = ElementTree.SubElement(root, "link", name=link.name)
        if link.body is None:
            _add_inertia(element, np.eye(4), *_NEXT_TO_NOTHING)
        else:
            _add_body_inertia(element, model, link.body)
            for geom in _shown(model, link.body):
                _add_shapes(element, model, geom, folder)
        if link.parent is not None:
            _add_joint(root, robot, link)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode")


def _add_joint(root: ElementTree.Element, robot: RobotHand, link: ChainLink) -> None:
    number, kind, name = link.joint, "fixed", f"{link.name}_fixed"
    if number is not None:
        limited = bool(robot.model.jnt_limited[number + 1])
        kind = "prismatic" if link.slides else "revolute" if limited else "continuous"
        name = robot.joint_names[number]
    joint = ElementTree.SubElement(root, "joint", name=name, type=kind)
    ElementTree.SubElement(joint, "parent", link=link.parent)
    ElementTree.SubElement(joint, "child", link=link.name)
    _add_origin(joint, link.origin)
    if number is None:
        return
    ElementTree.SubElement(joint, "axis", xyz=_text(link.axis))
    low, high = map(_text, robot.limits[number])
    speed, effort = _text(robot.velocities[number]), robot.efforts[number]
    ElementTree.SubElement(
        joint, "limit", lower=low, upper=high, velocity=speed,
        effort=_text(effort if math.isfinite(effort) else 0.0),
    )  # fmt: skip
    row = robot.coupling.matrix[number]
    leaders = np.flatnonzero(row)
    if number not in robot.coupling.free and len(leaders) == 1:
        leader = int(robot.coupling.free[leaders[0]])
        ElementTree.SubElement(
            joint, "mimic", joint=robot.joint_names[leader], multiplier=_text(row[leaders[0]]),
            offset=_text(robot.coupling.offset[number]),
        )  # fmt: skip


def _add_body_inertia(link: ElementTree.Element, model: mujoco.MjModel, body: int) -> None:
    pose = np.eye(4)
    pose[:3, :3] = _matrix(model.body_iquat[body])
    pose[:3, 3] = model.body_ipos[body]
    _add_inertia(link, pose, model.body_mass[body], model.body_inertia[body])


def _add_inertia(
    link: ElementTree.Element, pose: np.ndarray, mass: float, moments: np.ndarray
) -> None:
    inertial = ElementTree.SubElement(link, "inertial")
    _add_origin(inertial, pose)
    ElementTree.SubElement(inertial, "mass", value=_text(mass))
    xx, yy, zz = map(_text, moments)
    ElementTree.SubElement(inertial, "inertia", ixx=xx, iyy=yy, izz=zz, ixy="0", ixz="0", iyz="0")


def _shown(model: mujoco.MjModel, body: int) -> list[int]:
    """The geoms of a body that are there to be seen; all, where none are for that alone."""
    geoms = [int(g) for g in np.flatnonzero(model.geom_bodyid == body)]
    seen = [g for g in geoms if not (model.geom_contype[g] or model.geom_conaffinity[g])]
    return seen or geoms


def _add_shapes(link: ElementTree.Element, model: mujoco.MjModel, geom: int, folder: Path) -> None:
    """A geom as visual shapes; URDF has no capsules: each is a cylinder and two spheres."""
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = _matrix(model.geom_quat[geom]), model.geom_pos[geom]
    size, kind = model.geom_size[geom], _GEOM(int(model.geom_type[geom]))
    if kind == _GEOM.mjGEOM_SPHERE:
        _add_shape(link, pose, "sphere", radius=size[0])
    elif kind == _GEOM.mjGEOM_BOX:
        _add_shape(link, pose, "box", size=2 * size)
    elif kind in (_GEOM.mjGEOM_CYLINDER, _GEOM.mjGEOM_CAPSULE):
        _add_shape(link, pose, "cylinder", radius=size[0], length=2 * size[1])
        for end in (-1, 1) if kind == _GEOM.mjGEOM_CAPSULE else ():
            at = pose.copy()
            at[:3, 3] += end * size[1] * pose[:3, 2]
            _add_shape(link, at, "sphere", radius=size[0])
    elif kind == _GEOM.mjGEOM_MESH:
        _add_shape(link, pose, "mesh", filename=_stl(_mesh_of(model, geom), geom, folder))
    elif kind == _GEOM.mjGEOM_ELLIPSOID:
        ball = trimesh.creation.icosphere(3).apply_scale(size)
        _add_shape(link, pose, "mesh", filename=_stl(ball, geom, folder))


def _mesh_of(model: mujoco.MjModel, geom: int) -> trimesh.Trimesh:
    mesh = int(model.geom_dataid[geom])
    start, count = model.mesh_vertadr[mesh], model.mesh_vertnum[mesh]
    first, faces = model.mesh_faceadr[mesh], model.mesh_facenum[mesh]
    return trimesh.Trimesh(
        model.mesh_vert[start : start + count],
        model.mesh_face[first : first + faces],
        process=False,
    )


def _stl(surface: trimesh.Trimesh, geom: int, folder: Path) -> str:
    """Writes a surface, and says where."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"geom_{geom}.stl"
    path.write_bytes(surface.export(file_type="stl"))
    return path.resolve().as_uri()


def _add_shape(link: ElementTree.Element, pose: np.ndarray, kind: str, **sizes) -> None:
    visual = ElementTree.SubElement(link, "visual")
    _add_origin(visual, pose)
    geometry = ElementTree.SubElement(visual, "geometry")
    said = {name: v if isinstance(v, str) else _text(v) for name, v in sizes.items()}
    ElementTree.SubElement(geometry, kind, said)


def _add_origin(element: ElementTree.Element, pose: np.ndarray) -> None:
    rpy = _text(_rpy(pose[:3, :3]))
    ElementTree.SubElement(element, "origin", xyz=_text(pose[:3, 3]), rpy=rpy)


def _rpy(rotation: np.ndarray) -> tuple[float, float, float]:
    """Roll, pitch and yaw, about the fixed axes x, y and z, of a rotation (3, 3); yaw is 0 where it
    and roll are the same."""
    level = math.hypot(rotation[0, 0], rotation[1, 0])
    pitch = math.atan2(-rotation[2, 0], level)
    if level < 1e-9:
        return math.atan2(-rotation[1, 2], rotation[1, 1]), pitch, 0.0
    roll = math.atan2(rotation[2, 1], rotation[2, 2])
    return roll, pitch, math.atan2(rotation[1, 0], rotation[0, 0])


def _matrix(quaternion: np.ndarray) -> np.ndarray:
    return Rotation.from_quat(quaternion, scalar_first=True).as_matrix()


def _text(values) -> str:
    return " ".join(f"{v:.9g}" for v in np.ravel(values))
