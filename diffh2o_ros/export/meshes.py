"""Objects' meshes beside a data set."""

from __future__ import annotations

from pathlib import Path

import trimesh

from diffh2o_ros.motion.interaction import Interaction


def write_mesh(folder: Path, name: str, interaction: Interaction) -> str:
    """Writes NAME.obj, in the mesh's own frame and meters, where it is not there yet.

    Returns:
        Its path from the folder that `folder` is in, such as "meshes/NAME.obj".
    """
    path = folder / f"{name}.obj"
    if not path.exists():
        surface = trimesh.Trimesh(
            interaction.object_vertices, interaction.object_faces, process=False
        )
        path.write_text(trimesh.exchange.obj.export_obj(surface, include_normals=False))
    return f"{folder.name}/{path.name}"
