"""A robot as rigid links: the bodies of a MuJoCo model that no joint moves against one another are
one link."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import mujoco
import numpy as np
import trimesh

#: Points drawn on the surface of a collision shape.
SHAPE_POINTS = 200
_GEOM = mujoco.mjtGeom
#: Shapes without an inside, which no hand has.
FLAT = (_GEOM.mjGEOM_PLANE, _GEOM.mjGEOM_HFIELD)
MOVING = (int(mujoco.mjtJoint.mjJNT_HINGE), int(mujoco.mjtJoint.mjJNT_SLIDE))


@dataclass(frozen=True)
class Links:
    """The kinematic tree of a model, link by link, in one configuration.

    A link is named by the number of its topmost body (`body_weldid`); 0 is the robot's base, with
    the world that it is fixed to.
    """

    model: mujoco.MjModel
    data: mujoco.MjData

    @staticmethod
    def of(model: mujoco.MjModel, positions: np.ndarray | None = None) -> Links:
        """The links at joint positions (nq,), default those of the file."""
        data = mujoco.MjData(model)
        if positions is not None:
            data.qpos[:] = positions
        mujoco.mj_kinematics(model, data)
        return Links(model, data)

    @cached_property
    def parent(self) -> dict[int, int]:
        """Of each link but the world."""
        weld = self.model.body_weldid
        return {int(b): int(weld[self.model.body_parentid[b]]) for b in np.unique(weld) if b}

    @cached_property
    def points(self) -> dict[int, np.ndarray]:
        """Surface points (N, 3) of the collision shapes of each link that has some, meters, in the
        frame of the link's topmost body. What is no body's, a floor, is left out."""
        found: dict[int, list[np.ndarray]] = {}
        for geom in range(self.model.ngeom):
            if not (self.model.geom_contype[geom] or self.model.geom_conaffinity[geom]):
                continue
            body = self.model.geom_bodyid[geom]
            if body == 0 or _GEOM(self.model.geom_type[geom]) in FLAT:
                continue
            link = int(self.model.body_weldid[body])
            points = surface_points(self.model, geom)
            world = points @ self.data.geom_xmat[geom].reshape(3, 3).T + self.data.geom_xpos[geom]
            found.setdefault(link, []).append(self.local(link, world))
        return {link: np.concatenate(parts) for link, parts in found.items()}

    def local(self, link: int, points: np.ndarray) -> np.ndarray:
        """World points (N, 3) in the frame of a link."""
        return (points - self.data.xpos[link]) @ self.data.xmat[link].reshape(3, 3)

    def world(self, link: int, points: np.ndarray) -> np.ndarray:
        """Points (N, 3) of a link in the world."""
        return points @ self.data.xmat[link].reshape(3, 3).T + self.data.xpos[link]

    def surface(self, link: int) -> np.ndarray:
        """Surface points (N, 3) of a link in the world."""
        return self.world(link, self.points[link])

    def chain(self, link: int, root: int) -> list[int]:
        """The links from below `root` down to `link`."""
        chain = []
        while link != root:
            chain.append(link)
            link = self.parent[link]
        return chain[::-1]

    def joints(self, link: int) -> list[int]:
        """Hinges and slides that move a link against its parent."""
        first, count = self.model.body_jntadr[link], self.model.body_jntnum[link]
        return [j for j in range(first, first + count) if self.model.jnt_type[j] in MOVING]

    def bodies(self, link: int) -> list[str]:
        """Names of a link's bodies, from the topmost on."""
        numbers = np.flatnonzero(self.model.body_weldid == link)
        return [self.model.body(b).name for b in numbers if b]

    def joint_names(self, link: int) -> list[str]:
        return [self.model.joint(j).name for j in self.joints(link)]


def surface_points(model: mujoco.MjModel, geom: int) -> np.ndarray:
    """Points (N, 3) on a collision shape in its own frame: of a mesh, on its convex hull, which is
    what MuJoCo computes contacts with."""
    kind, size = _GEOM(model.geom_type[geom]), model.geom_size[geom]
    if kind == _GEOM.mjGEOM_BOX:
        shape = trimesh.creation.box(2 * size)
    elif kind in (_GEOM.mjGEOM_SPHERE, _GEOM.mjGEOM_ELLIPSOID):
        shape = trimesh.creation.icosphere(2, 1.0)
        shape.apply_scale(size if kind == _GEOM.mjGEOM_ELLIPSOID else size[0])
    elif kind == _GEOM.mjGEOM_CAPSULE:
        shape = trimesh.creation.capsule(2 * size[1], size[0])
        shape.apply_translation(-shape.bounds.mean(0))
    elif kind == _GEOM.mjGEOM_CYLINDER:
        shape = trimesh.creation.cylinder(size[0], 2 * size[1])
    else:
        mesh = model.geom_dataid[geom]
        first, count = model.mesh_vertadr[mesh], model.mesh_vertnum[mesh]
        shape = trimesh.convex.convex_hull(model.mesh_vert[first : first + count])
    drawn, _ = trimesh.sample.sample_surface(shape, SHAPE_POINTS, seed=0)
    return np.concatenate([drawn, shape.vertices[:SHAPE_POINTS]])
