"""The shapes GRAB's sequences refer to: objects, the table, and every subject's own hands."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.data.format import DatasetError
from diffh2o_ros.data.grab.files import Unusable
from diffh2o_ros.geometry.intake import load_mesh
from diffh2o_ros.geometry.mesh import Mesh, MeshError
from diffh2o_ros.geometry.mesh_file import read_mesh
from diffh2o_ros.hands.mano_file import NUM_VERTICES, find_mano_file, read_mano_file
from diffh2o_ros.hands.sides import SIDES


class GrabError(DatasetError):
    """GRAB cannot be imported at all; the message is one line that says why."""


class GrabModels:
    """Reads meshes of a GRAB folder once each.

    Args:
        grab: the folder that holds `grab/` and `tools/`.
        mano: folder of MANO_RIGHT and MANO_LEFT (.pkl or .npz), for where the joints of a
            subject's hand are.

    Raises:
        GrabError: there is no such GRAB folder.
        ManoError: the MANO files are missing or damaged.
    """

    def __init__(self, grab: Path, mano: Path) -> None:
        for name in ("grab", "tools"):
            if not (grab / name).is_dir():
                raise GrabError(
                    f"{grab} has no folder '{name}': give the folder that GRAB's archives were "
                    "unpacked to, with grab/ and tools/ in it"
                )
        self._folder = grab.resolve()
        self._mano = {side: read_mano_file(find_mano_file(mano, side)) for side in SIDES}
        #: Hand templates that sequences name and the folder lacks: there the mean hand stands in.
        self.missing_templates: set[str] = set()
        # One subject's sequences follow one another and share objects with all others.
        self.object_mesh = lru_cache(maxsize=64)(self._object_mesh)
        self.table_points = lru_cache(maxsize=4)(self._points)
        self.rest_joints = lru_cache(maxsize=4)(self._rest_joints)

    def _object_mesh(self, name: str) -> Mesh:
        """The mesh at a path relative to GRAB's folder. Raises Unusable where there is none."""
        path = self._inside(name)
        if path is None:
            raise Unusable("no object mesh", f"{name} is not in the GRAB folder")
        try:
            return load_mesh(path)
        except MeshError as error:
            raise Unusable("unreadable object mesh", str(error)) from error

    def _points(self, name: str) -> np.ndarray | None:
        """(V, 3) the vertices of a file, in its order; None where there is no such file."""
        path = self._inside(name)
        if path is None:
            return None
        try:
            points = read_mesh(path)[0]
        except MeshError as error:
            raise Unusable("unreadable mesh", f"{name} is damaged; copy it again") from error
        if not np.isfinite(points).all():
            raise Unusable("unreadable mesh", f"{name} has no vertices that can be used")
        return points

    def _rest_joints(self, side: str, template: str) -> torch.Tensor:
        """(16, 3) float64, rest joints of a subject's hand, or of MANO's mean where there is no
        template of the subject."""
        points = self._points(template)
        if points is None:
            self.missing_templates.add(template)
            points = self._mano[side]["v_template"]
        if points.shape != (NUM_VERTICES, 3):
            raise Unusable(
                "unreadable mesh", f"{template} has {len(points)} vertices, a hand {NUM_VERTICES}"
            )
        return torch.as_tensor(self._mano[side]["J_regressor"] @ points)

    def _inside(self, name: str) -> Path | None:
        """A file in GRAB's folder; sequence files cannot point anywhere else."""
        path = (self._folder / name).resolve()
        return path if path.is_relative_to(self._folder) and path.is_file() else None
