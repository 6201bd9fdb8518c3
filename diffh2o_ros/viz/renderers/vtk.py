"""Draws a scene with VTK, off-screen, on the GPU or with Mesa's software rasteriser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from diffh2o_ros.viz.camera import VIEW_ANGLE
from diffh2o_ros.viz.errors import RenderError
from diffh2o_ros.viz.palette import (
    AMBIENT,
    BACKGROUND,
    DIFFUSE,
    GLASS,
    HEADLIGHT,
    LIGHTS,
    OBJECT,
    SHARP_EDGE,
)
from diffh2o_ros.viz.scene import RenderScene
from diffh2o_ros.viz.surface import normals_of, vertex_normals

if TYPE_CHECKING:
    import pyvista as pv

SAMPLES = 4  # of anti-aliasing
# A white ball on black, in VTK's own words: pyvista takes seconds to load where the disk is slow.
_PROBE = """
import importlib.util
import vtkmodules.vtkRenderingOpenGL2
from vtkmodules import vtkFiltersSources, vtkRenderingCore
window, renderer = vtkRenderingCore.vtkRenderWindow(), vtkRenderingCore.vtkRenderer()
source, actor = vtkFiltersSources.vtkSphereSource(), vtkRenderingCore.vtkActor()
mapper = vtkRenderingCore.vtkPolyDataMapper()
mapper.SetInputConnection(source.GetOutputPort())
actor.SetMapper(mapper)
renderer.AddActor(actor)
window.SetOffScreenRendering(True)
window.SetSize(32, 32)
window.AddRenderer(renderer)
window.Render()
picture = vtkRenderingCore.vtkWindowToImageFilter()
picture.SetInput(window)
picture.Update()
seen = picture.GetOutput().GetScalarRange()[1] > 0
raise SystemExit(0 if seen and importlib.util.find_spec("pyvista") else 1)
"""
_PATIENCE = 60  # seconds


class VtkRenderer:
    """Draws frames of a scene, one picture per view, side by side."""

    name = "vtk"

    @staticmethod
    def installed() -> str:
        """Whether VTK draws here: see `backend.Renderer`.

        Asked of a process of its own: without OpenGL libraries VTK does not raise an error, it ends
        the process that called it.
        """
        try:
            probe = subprocess.run(
                [sys.executable, "-c", _PROBE], capture_output=True, timeout=_PATIENCE, check=False
            )
            works = probe.returncode == 0
        except subprocess.TimeoutExpired:
            works = False
        if not works:
            raise RenderError(
                "VTK cannot draw here; pip install pyvista; on a machine without OpenGL: apt "
                "install libegl1 libgl1"
            )
        return "off-screen"

    def __init__(self, scene: RenderScene, views: Sequence[str], size: tuple[int, int]):
        import pyvista as pv  # only here, since it takes seconds to load where the disk is slow
        from vtkmodules.vtkCommonCore import vtkLogger

        # Without a display VTK reports the missing X server on stderr before it takes EGL.
        vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
        self._scene, self._views = scene, views
        self._aspect = size[0] / len(views) / size[1]
        self._plotter = pv.Plotter(
            off_screen=True, window_size=size, shape=(1, len(views)), border=False, lighting="none"
        )
        self._plotter.render_window.SetMultiSamples(SAMPLES)
        self._hands = [pv.make_tri_mesh(h.vertices[0].copy(), h.faces) for h in scene.hands]
        self._object = self._object_mesh()
        if (table := scene.table) is not None:
            self._table = pv.StructuredGrid(
                *np.meshgrid(table.axis_x, table.axis_y, [table.height], indexing="ij")
            )
            self._table["color"] = _bytes(scene.table_colors(0).transpose(1, 0, 2))
        self._object_actors = [self._add_scene(i) for i in range(len(views))]
        for towards, strength in LIGHTS:  # every light shines in all views
            light = pv.Light(position=towards, intensity=strength, light_type="scene light")
            self._plotter.add_light(light)
        self._plotter.add_light(pv.Light(intensity=HEADLIGHT, light_type="headlight"))

    def _object_mesh(self) -> pv.PolyData:
        import pyvista as pv

        scene = self._scene
        if scene.colored_object is not None:
            surface, colors = scene.colored_object
            mesh = pv.make_tri_mesh(surface.vertices.copy(), surface.faces)
            mesh["color"] = _bytes(colors)
            return _shaded(mesh, normals_of(surface))
        vertices, faces = scene.interaction.object_vertices, scene.interaction.object_faces
        mesh = pv.make_tri_mesh(vertices.copy(), faces).compute_normals(
            cell_normals=False,
            split_vertices=True,
            feature_angle=SHARP_EDGE,
            auto_orient_normals=False,
            consistent_normals=False,
        )
        return _shaded(mesh)

    def _add_scene(self, column: int) -> pv.Actor:
        """Fills one view; returns its object, which moves by a matrix of its own."""
        plotter = self._plotter
        plotter.subplot(0, column)
        plotter.set_background(BACKGROUND)
        for mesh, hand in zip(self._hands, self._scene.hands, strict=True):
            color = self._scene.hand_colors[hand.side]
            glass = {"opacity": GLASS, "culling": "back"} if self._scene.shown.contacts else {}
            self._add_body(mesh, color=color, specular=0.10, specular_power=14, **glass)
        painted = self._scene.colored_object is not None
        paint = {"scalars": "color", "rgb": True} if painted else {"color": OBJECT}
        actor = self._add_body(self._object, **paint, specular=0.22, specular_power=24)
        if self._scene.table is not None:
            plotter.add_mesh(self._table, scalars="color", rgb=True, lighting=False)
        return actor

    def _add_body(self, mesh: pv.PolyData, **look) -> pv.Actor:
        actor = self._plotter.add_mesh(mesh, ambient=AMBIENT, diffuse=DIFFUSE, **look)
        # Not `smooth_shading`: that draws a copy of the mesh, which would stay where it is.
        actor.prop.interpolation = "Phong"
        return actor

    def draw(self, frame: int) -> np.ndarray:
        """(height, width, 3) uint8 picture of one frame."""
        scene = self._scene
        for mesh, hand in zip(self._hands, scene.hands, strict=True):
            mesh.points = hand.vertices[frame]
            _shaded(mesh, vertex_normals(hand.vertices[frame], hand.faces))
        if scene.table is not None:
            self._table["color"] = _bytes(scene.table_colors(frame).transpose(1, 0, 2))
        for column, view in enumerate(self._views):
            self._object_actors[column].user_matrix = scene.interaction.object_pose[frame]
            self._plotter.subplot(0, column)
            camera, view_camera = self._plotter.camera, scene.camera(frame, view, self._aspect)
            camera.view_angle = VIEW_ANGLE
            camera.position, camera.focal_point = view_camera.position, view_camera.target
            camera.up = (0, 0, 1)
            self._plotter.renderer.ResetCameraClippingRange()
        self._plotter.render()
        return np.asarray(self._plotter.screenshot(return_img=True))[..., :3].copy()

    def close(self) -> None:
        self._plotter.close()


def _shaded(mesh: pv.PolyData, normals: np.ndarray | None = None) -> pv.PolyData:
    """Makes VTK shade by the mesh's own point normals (`normals` (V, 3) replaces them)."""
    if normals is not None:
        mesh.point_data["Normals"] = normals
    mesh.GetPointData().SetActiveNormals("Normals")
    return mesh


def _bytes(colors: np.ndarray) -> np.ndarray:
    """Colors (..., 3) in 0..1 as (N, 3) uint8. A grid's are indexed [y, x], as VTK orders them."""
    return (255 * colors.reshape(-1, 3)).round().astype(np.uint8)
