"""Draws scenes with PyVista, on screen or off.

`image` makes a picture without a window. `Stage` keeps one renderer of any plotter (also a `QtInteractor`) showing
scenes: `show` sends only what changed since the last scene, so the same call serves a new patient and every step of a
drag. `panes.Panes` arranges several stages.

Light is in the colours, so VTK lights nothing but the wet shine of the eyes.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
import pyvista
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkRenderingCore import vtkLight

from clinic.case import Pixels
from clinic.rendering.layers import Colour, Layer, Scene
from clinic.rendering.lighting import CLINIC_LIGHT
from clinic.rendering.views import ViewCamera

SUPERSAMPLE = 2
_SHININESS = 160.0  # of wet eyes: the lights are mirrored small


class Stage:
    """Shows scenes in one renderer.

    `plotter` is any PyVista plotter; `renderer` one of its renderers, by default the active one. Nothing is painted
    until the plotter renders or its window updates. `close` takes everything out again. `version` grows with each
    scene that looks different from the one before.
    """

    def __init__(self, plotter: Any, renderer: Any = None) -> None:
        self.renderer = plotter.renderer if renderer is None else renderer
        self._actors: dict[str, tuple[Any, Any, Layer]] = {}  # name: actor, its mesh, what it shows
        self._ground: Colour | None = None
        self.version = 0
        self._lights = _key_lights()
        self.renderer.RemoveAllLights()
        for light in self._lights:
            self.renderer.AddLight(light)
        self.renderer.SetAutomaticLightCreation(False)

    def show(self, scene: Scene) -> None:
        """Show a scene; layers whose arrays are the very same objects as before cost nothing."""
        self._lay_ground(scene.background)
        wanted = {layer.name: layer for layer in scene.layers}
        for name in [name for name in self._actors if name not in wanted]:
            self._drop(name)
        for layer in scene.layers:
            self._place(layer)

    def look(self, camera: ViewCamera) -> None:
        """Take a camera. The viewport's shape is its own matter: the height of the picture stays as the camera says."""
        apply_camera(self.renderer.camera, camera, self.renderer.GetTiledAspectRatio())
        self.renderer.camera_set = True  # or the first render would frame everything anew
        self.renderer.ResetCameraClippingRange()

    def close(self) -> None:
        """Take all layers out."""
        for name in list(self._actors):
            self._drop(name)
        for light in self._lights:
            self.renderer.RemoveLight(light)

    def _lay_ground(self, colour: Colour) -> None:
        if colour != self._ground:
            red, green, blue = (value / 255 for value in colour)
            self.renderer.SetBackground(red, green, blue)
            self._ground = colour
            self.version += 1

    def _place(self, layer: Layer) -> None:
        shown = self._actors.get(layer.name)
        if shown is None or not _same_make(shown[2], layer):
            self._drop(layer.name)
            actor, mesh = _actor(layer)
            self.renderer.AddActor(actor)
            self._actors[layer.name] = (actor, mesh, layer)
            self.version += 1
        elif (
            layer.points is not shown[2].points
            or layer.colours is not shown[2].colours
            or layer.opacity != shown[2].opacity
        ):
            actor, mesh, before = shown
            _change(mesh, before, layer)
            actor.GetProperty().SetOpacity(layer.opacity)
            self._actors[layer.name] = (actor, mesh, layer)
            self.version += 1

    def _drop(self, name: str) -> None:
        if name in self._actors:
            self.version += 1
            actor, _, _ = self._actors.pop(name)
            self.renderer.RemoveActor(actor)


def image(scene: Scene, camera: ViewCamera, width: int, height: int, supersample: int = SUPERSAMPLE) -> Pixels:
    """Return a picture (height, width, 3) drawn off screen at `supersample` times the size, averaged down."""
    return images(((scene, camera),), width, height, supersample)[0]


def images(
    shots: Sequence[tuple[Scene, ViewCamera]], width: int, height: int, supersample: int = SUPERSAMPLE
) -> list[Pixels]:
    """Return one picture (height, width, 3) for each scene and camera; cheaper than one by one."""
    with _plotter(width * supersample, height * supersample) as plotter:
        stage = Stage(plotter)
        pictures = []
        for scene, camera in shots:
            stage.show(scene)
            stage.look(camera)
            plotter.render()
            big = plotter.screenshot(return_img=True)
            pictures.append(cv2.resize(big, (width, height), interpolation=cv2.INTER_AREA))
        stage.close()
    return pictures


def apply_camera(vtk_camera: Any, camera: ViewCamera, aspect: float) -> None:
    """Set a VTK camera for a picture of some aspect, width over height."""
    vtk_camera.SetPosition(*camera.position)
    vtk_camera.SetFocalPoint(*camera.target)
    vtk_camera.SetViewUp(*camera.up)
    vtk_camera.SetParallelProjection(False)
    vtk_camera.SetUseHorizontalViewAngle(False)
    vtk_camera.SetViewAngle(camera.angle_deg)
    vtk_camera.SetWindowCenter(*camera.window_centre(aspect))


@contextmanager
def _plotter(width: int, height: int) -> Iterator[Any]:
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")  # or VTK warns that there is no X
    plotter = pyvista.Plotter(off_screen=True, window_size=(width, height), lighting="none")
    try:
        plotter.render_window.SetMultiSamples(0)
        yield plotter
    finally:
        plotter.close()


def _same_make(one: Layer, other: Layer) -> bool:
    """Tell if only points, colours and how far a veil shines through differ."""
    return (
        one.triangles is other.triangles
        and one.texture is other.texture
        and one.uv is other.uv
        and len(one.points) == len(other.points)
        and (one.gain, one.gloss, one.blends, one.opacity < 1)
        == (other.gain, other.gloss, other.blends, other.opacity < 1)
    )


def _change(mesh: Any, before: Layer, layer: Layer) -> None:
    """Send the points and colours that differ."""
    if layer.points is not before.points:
        mesh.GetPoints().SetData(numpy_to_vtk(layer.points.astype(np.float32), deep=True))
        mesh.GetPoints().Modified()
    if layer.colours is not before.colours:
        mesh.GetPointData().SetScalars(_vtk_colours(layer))
    mesh.Modified()


def _actor(layer: Layer) -> tuple[Any, Any]:
    mesh = pyvista.PolyData.from_regular_faces(layer.points.astype(np.float32), layer.triangles)
    mesh.GetPointData().SetScalars(_vtk_colours(layer))
    if layer.normals is not None:
        mesh.GetPointData().SetNormals(numpy_to_vtk(layer.normals.astype(np.float32), deep=True))
    mapper = pyvista.DataSetMapper(mesh)
    mapper.SetColorModeToDirectScalars()
    actor = pyvista.Actor(mapper=mapper)
    if layer.texture is not None and layer.uv is not None:
        mesh.GetPointData().SetTCoords(numpy_to_vtk(layer.uv.astype(np.float32), deep=True))
        actor.texture = _texture(layer)
    _set_property(actor.GetProperty(), layer)
    if layer.blends or layer.opacity < 1:
        actor.ForceTranslucentOn()
    else:
        actor.ForceOpaqueOn()
    return actor, mesh


def _set_property(look: Any, layer: Layer) -> None:
    """Colours times gain, unlit; with gloss, the mirrored key lights on top."""
    look.SetAmbient(layer.gain if layer.gloss else layer.gain - 1.0)
    look.SetDiffuse(0.0 if layer.gloss else 1.0)
    look.SetLighting(layer.gloss > 0)
    look.SetSpecular(layer.gloss)
    look.SetSpecularPower(_SHININESS)
    look.SetOpacity(layer.opacity)
    look.SetBackfaceCulling(True)
    look.SetInterpolationToPhong()


def _texture(layer: Layer) -> Any:
    assert layer.texture is not None
    rows, columns = layer.texture.shape[:2]
    # Measured on 1024 × 1024: 1.5 ms; pyvista.Texture handed the array itself takes 20 ms, on the window's thread.
    picture = pyvista.ImageData(dimensions=(columns, rows, 1))
    colours = numpy_to_vtk(np.ascontiguousarray(layer.texture[::-1]).reshape(-1, 3), deep=True)
    colours.SetName("texture")
    picture.GetPointData().SetScalars(colours)
    texture = pyvista.Texture(picture)
    texture.InterpolateOn()
    texture.MipmapOn()
    texture.SetRepeat(bool(layer.uv is not None and layer.uv.max() > 1.001))
    return texture


def _vtk_colours(layer: Layer) -> Any:
    colours = numpy_to_vtk(layer.colours, deep=True)
    colours.SetName("colours")
    return colours


def _key_lights() -> list[Any]:
    """The key lights of the clinic, for what shines."""
    lights = []
    for direction in CLINIC_LIGHT.directions:
        light = vtkLight()
        light.SetLightTypeToSceneLight()
        light.SetPositional(False)
        light.SetFocalPoint(0.0, 0.0, 0.0)
        light.SetPosition(*(1000.0 * direction))
        lights.append(light)
    return lights
