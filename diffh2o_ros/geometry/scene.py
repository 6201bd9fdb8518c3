"""The scene of a request: an object and what it stands on, in the frame that is worked in."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, replace

import numpy as np
import torch

from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.object import object_geometry
from diffh2o_ros.geometry.sdf import SignedDistanceGrid
from diffh2o_ros.geometry.table import UNDER_OBJECT, Table, table_height

#: z of the table where there is none, meters.
NO_TABLE_HEIGHT = -math.inf


@dataclass(frozen=True, eq=False)
class Scene:
    """An object and its table in the canonical frame: the request's axes, the center of the
    object's bounding box at the origin. Nothing in it hangs on where the object stands; `origin`
    alone says so, for who takes a result back to the request's frame.

    Attributes:
        mesh: the object about its center, meters.
        placed_mesh: the same where the request has it.
        sdf: signed distances to its surface.
        bps: (1024, 3) basis point set, meters.
        table_height: z of the table, meters, negative; minus infinity where there is none.
    """

    mesh: Mesh
    placed_mesh: Mesh
    sdf: SignedDistanceGrid
    bps: torch.Tensor
    table_height: float

    @classmethod
    def of(
        cls,
        mesh: Mesh,
        table: Table = UNDER_OBJECT,
        device: torch.device | str = "cpu",
        cache_dir: str | os.PathLike | None = None,
    ) -> Scene:
        """The scene of a mesh where the request has it, and of its table.

        Args:
            mesh: validated, in the request's frame.
            table: what the object stands on, see `geometry.table`.
            device: of the tensors.
            cache_dir: folder that keeps the geometry between processes.

        Raises:
            TableError: the object reaches into the table.
        """
        geometry = object_geometry(mesh, cache_dir).to(device)
        # Far from the origin, the lowest point is exact about the center alone.
        height = float(mesh.center[2])
        table_z = table_height(table, height + float(geometry.mesh.bounds[0, 2]))
        below = NO_TABLE_HEIGHT if table_z is None else table_z - height
        return cls(geometry.mesh, mesh, geometry.sdf, geometry.bps, below)

    @property
    def origin(self) -> np.ndarray:
        """(3,) where the canonical frame lies in the request's, meters."""
        return self.placed_mesh.center

    @property
    def half_extent(self) -> float:
        """Half the object's longest side, meters."""
        return 0.5 * float(np.ptp(self.mesh.vertices, axis=0).max())

    def without_table(self) -> Scene:
        """The same object held up in the air."""
        return replace(self, table_height=NO_TABLE_HEIGHT)
