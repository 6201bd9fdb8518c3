"""The object of a request, made ready from whatever was given as its mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.geometry.completion import completed
from diffh2o_ros.geometry.mesh import Mesh
from diffh2o_ros.geometry.mesh_like import MeshLike, as_mesh
from diffh2o_ros.geometry.object import ObjectGeometry, object_geometry
from diffh2o_ros.geometry.pose import posed
from diffh2o_ros.geometry.shape import outside, shape_descriptors
from diffh2o_ros.synthesis.mesh_warnings import mesh_warnings
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode


@dataclass(frozen=True)
class GivenObject:
    """An object, where it is and about its own center."""

    mesh: Mesh
    """Where it is, in the frame that is worked in; with what was made up of it."""
    geometry: ObjectGeometry
    """About its own center: nothing hangs on where it stands."""
    completed_share: float
    """Of its surface, what was made up where a side was missing."""
    warnings: tuple[ResultWarning, ...]

    @classmethod
    def of(
        cls,
        given: MeshLike,
        pose: np.ndarray | None,
        complete: str,
        device: torch.device,
        cache_dir: str | Path | None,
    ) -> GivenObject:
        """What `given` holds, checked.

        Args:
            pose: (4, 4) rigid, takes the mesh's points to where the object is; None: it is there.
            complete: one of `geometry.ways.WAYS`.

        Raises MeshError.
        """
        notes: list[str] = []
        mesh = as_mesh(given, notes.append)
        warnings = [ResultWarning(WarningCode.MESH_FILE, note) for note in notes]
        if pose is not None:
            mesh = posed(mesh, pose)
        completion = completed(mesh.centered, complete)
        warnings += mesh_warnings(mesh.centered, complete, completion)
        if completion is not None:
            mesh = completion.mesh.moved(mesh.center)
        geometry = object_geometry(mesh.centered, cache_dir).to(device)
        share = 0.0 if completion is None else completion.share
        return cls(mesh, geometry, share, tuple(warnings))

    @cached_property
    def half_size(self) -> float:
        """Half the object's longest side, meters."""
        return 0.5 * float(np.ptp(self.geometry.mesh.vertices, axis=0).max())

    def unlike(self, ranges: Mapping[str, Mapping[str, float]]) -> list[ResultWarning]:
        """How it differs from the objects of training: `Stage.shape_ranges` are theirs."""
        return [
            ResultWarning(WarningCode.UNLIKE_TRAINING, line)
            for line in outside(shape_descriptors(self.geometry.mesh), ranges)
        ]
