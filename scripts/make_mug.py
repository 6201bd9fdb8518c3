#!/usr/bin/env python3
"""Writes assets/mug.ply, the object of the demo: a mug of our own, its handle to the right."""

from pathlib import Path

import numpy as np
import trimesh

from diffh2o_ros.data.objects import build_object

RECIPE = {
    "top": 0.041,
    "bottom": 0.039,
    "height": 0.098,
    "belly": 0.02,
    "corner": 0.25,
    "wall": 0.004,
    "low": 0.16,
    "high": 0.86,
    "gap": 0.028,
    "thick": 0.011,
    "wide": 0.013,
    "square": 0.4,
    "name": "mug",
    "pose": "upright",
    "roll": 0.0,
    "warp_taper": 0.0,
    "warp_bend": 0.0,
    "warp_turn": 0.0,
    "warp_ripple": 0.0,
    "warp_phase": 0.0,
}

mug = build_object("mug", RECIPE).mesh
# The handle is built along +x, away from the person: rotate it to -y, their right.
mesh = trimesh.Trimesh(mug.vertices, mug.faces, process=False)
mesh.apply_transform(trimesh.transformations.rotation_matrix(-np.pi / 2, [0, 0, 1]))
path = Path(__file__).resolve().parents[1] / "assets" / "mug.ply"
path.write_bytes(mesh.export(file_type="ply"))
print(f"{path.name}: {len(mesh.faces)} triangles, {mesh.extents.round(3).tolist()} m")
