"""The object of a request, made ready from whatever was given as its mesh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from diffh2o_ros.geometry.completion import completed
from diffh2o_ros.geometry.mesh_like import MeshLike, as_mesh
from diffh2o_ros.geometry.pose import posed
from diffh2o_ros.geometry.scene import Scene
from diffh2o_ros.geometry.shape import outside, shape_descriptors
from diffh2o_ros.motion.interaction import Interaction
from diffh2o_ros.synthesis.mesh_warnings import mesh_warnings
from diffh2o_ros.synthesis.options import RequestOptions
from diffh2o_ros.synthesis.warning import ResultWarning, WarningCode


@dataclass(frozen=True)
class Given:
    """What was given as a mesh.

    Attributes:
        scene: of the object, with what was made up of it.
        completed: of its surface, the part that was made up where a side was missing, 0 to 1.
        warnings: what a result should not be trusted for.
        pose: (4, 4) that took the mesh's points to where the object is.
    """

    scene: Scene
    completed: float
    warnings: tuple[ResultWarning, ...]
    pose: np.ndarray | None = None

    def as_given(self, interaction: Interaction) -> Interaction:
        """The interaction with the mesh in the frame that it was given in."""
        if self.completed:
            quality = {**interaction.quality, "completed_share": self.completed}
            interaction = replace(interaction, quality=quality)
        return interaction if self.pose is None else interaction.with_object_at(self.pose)


def take_in(
    given: MeshLike,
    pose: np.ndarray | None,
    options: RequestOptions,
    device: torch.device,
    cache_dir: str | Path | None,
    training: Mapping[str, Mapping[str, float]],
) -> Given:
    """The scene that `given` makes, checked.

    Args:
        pose: (4, 4) rigid, takes the mesh's points to where the object is; None: it is there.
        options: how a missing side is completed, and what the object stands on.
        training: ranges of the shapes of training, `Stage.shape_ranges`.

    Raises:
        MeshError: it is no mesh, or none that can be worked on.
        TableError: the object reaches into the table.
    """
    notes: list[str] = []
    mesh = as_mesh(given, notes.append)
    warnings = [ResultWarning(WarningCode.MESH_FILE, note) for note in notes]
    if pose is not None:
        mesh = posed(mesh, pose)
    completion = completed(mesh.centered, options.complete)
    warnings += mesh_warnings(mesh.centered, options.complete, completion)
    if completion is not None:
        mesh = completion.mesh.moved(mesh.center)
    scene = Scene.of(mesh, options.table, device, cache_dir)
    warnings += [
        ResultWarning(WarningCode.UNLIKE_TRAINING, line)
        for line in outside(shape_descriptors(scene.mesh), training)
    ]
    return Given(scene, 0.0 if completion is None else completion.made_up, tuple(warnings), pose)
