"""Draws lit bodies through a true camera with VTK, off screen: first their colour, then what their surface mirrors."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 (what draws)
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray, vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkPoints, vtkUnsignedCharArray
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkImageData, vtkPolyData
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkLight,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
    vtkTexture,
)

from clinic.case import Camera, Floats, Pixels, Points, Triangles

_FINER = 2  # drawn so many times larger, then averaged
Picture = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One surface. colours: (n, 3) sRGB in 0…1, times the texture. shine: texture of what mirrors, or everywhere alike.

    uv: (n, 2), v upwards. gloss: strength of highlights, power: how small they are.
    """

    points: Points
    normals: Points
    triangles: Triangles
    colours: Floats
    gloss: float = 0.0
    power: float = 12.0
    uv: Floats | None = None
    albedo: Pixels | None = None
    shine: Pixels | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Lamp:
    """A lamp far away. direction: (3,) towards it. strength: of its highlights."""

    direction: Floats
    strength: float


def expose(
    bodies: Sequence[Body], lamps: Sequence[Lamp], camera: Camera, background: Floats
) -> tuple[Picture, Picture]:
    """Return colour and highlights, each (height, width, 3) in 0…1; background: (2, 3) sRGB of bottom and top."""
    with _window(camera.width * _FINER, camera.height * _FINER) as window:
        colour = _render(window, [_actor(body, lit=False) for body in bodies], (), camera, background)
        black = np.zeros((2, 3))
        gloss = _render(window, [_actor(body, lit=True) for body in bodies], lamps, camera, black)
    return colour, gloss


@contextmanager
def _window(width: int, height: int) -> Iterator[Any]:
    if sys.platform == "linux" and not os.environ.get("DISPLAY"):
        os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")  # or VTK warns that there is no X
    window = vtkRenderWindow()
    window.SetOffScreenRendering(True)
    window.SetMultiSamples(0)
    window.SetSize(width, height)
    try:
        yield window
    finally:
        window.Finalize()


def _render(window: Any, actors: Sequence[Any], lamps: Sequence[Lamp], camera: Camera, background: Floats) -> Picture:
    renderer = vtkRenderer()
    renderer.SetBackground(*background[0])
    renderer.SetBackground2(*background[1])
    renderer.GradientBackgroundOn()
    renderer.SetAutomaticLightCreation(False)
    for lamp in lamps:
        renderer.AddLight(_light(lamp))
    for actor in actors:
        renderer.AddActor(actor)
    _aim(renderer, camera)
    window.AddRenderer(renderer)
    window.Render()
    pixels = vtkUnsignedCharArray()
    width, height = window.GetSize()
    window.GetPixelData(0, 0, width - 1, height - 1, 1, pixels, 0)
    window.RemoveRenderer(renderer)
    big = vtk_to_numpy(pixels).reshape(height, width, 3)[::-1]
    small = cv2.resize(big, (camera.width, camera.height), interpolation=cv2.INTER_AREA)
    return np.asarray(small / 255, np.float32)


def _aim(renderer: Any, camera: Camera) -> None:
    """Set the camera; its axis goes through the middle of the picture."""
    eye = renderer.GetActiveCamera()
    eye.SetPosition(*camera.position)
    eye.SetFocalPoint(*(camera.position + 1000.0 * camera.rotation[2]))
    eye.SetViewUp(*-camera.rotation[1])
    eye.SetUseHorizontalViewAngle(False)
    eye.SetViewAngle(float(np.degrees(2 * np.arctan(camera.height / 2 / camera.focal_px))))
    renderer.ResetCameraClippingRange()


def _light(lamp: Lamp) -> Any:
    light = vtkLight()
    light.SetLightTypeToSceneLight()
    light.SetPositional(False)
    light.SetFocalPoint(0.0, 0.0, 0.0)
    light.SetPosition(*(1000.0 * lamp.direction))
    light.SetIntensity(lamp.strength)
    return light


def _actor(body: Body, lit: bool) -> Any:
    actor = vtkActor()
    mapper = vtkPolyDataMapper()
    mapper.SetInputData(_mesh(body, lit))
    mapper.SetColorModeToDirectScalars()
    mapper.InterpolateScalarsBeforeMappingOff()
    actor.SetMapper(mapper)
    picture = body.shine if lit else body.albedo
    if picture is not None:
        actor.SetTexture(_texture(picture))
    look = actor.GetProperty()
    look.SetLighting(lit)
    look.SetAmbient(0.0)
    look.SetDiffuse(0.0 if lit else 1.0)
    look.SetSpecular(body.gloss if lit else 0.0)
    look.SetSpecularPower(body.power)
    look.SetInterpolationToPhong()
    return actor


def _mesh(body: Body, lit: bool) -> Any:
    mesh = vtkPolyData()
    points = vtkPoints()
    points.SetData(numpy_to_vtk(body.points.astype(np.float32), deep=True))
    mesh.SetPoints(points)
    cells = vtkCellArray()
    starts = np.arange(0, 3 * len(body.triangles) + 1, 3, dtype=np.int64)
    cells.SetData(
        numpy_to_vtkIdTypeArray(starts, deep=True),
        numpy_to_vtkIdTypeArray(body.triangles.astype(np.int64).ravel(), deep=True),
    )
    mesh.SetPolys(cells)
    data = mesh.GetPointData()
    data.SetNormals(numpy_to_vtk(body.normals.astype(np.float32), deep=True))
    colours = np.ones_like(body.colours) if lit else body.colours
    scalars = numpy_to_vtk(np.round(255 * np.clip(colours, 0, 1)).astype(np.uint8), deep=True)
    scalars.SetName("colours")
    data.SetScalars(scalars)
    if body.uv is not None:
        data.SetTCoords(numpy_to_vtk(body.uv.astype(np.float32), deep=True))
    return mesh


def _texture(picture: Pixels) -> Any:
    layers = picture.reshape(*picture.shape[:2], -1)
    image = vtkImageData()
    image.SetDimensions(layers.shape[1], layers.shape[0], 1)
    flat = numpy_to_vtk(np.ascontiguousarray(layers[::-1]).reshape(-1, layers.shape[2]), deep=True)
    flat.SetName("texture")
    image.GetPointData().SetScalars(flat)
    texture = vtkTexture()
    texture.SetInputData(image)
    texture.InterpolateOn()
    texture.MipmapOn()
    texture.RepeatOff()
    texture.SetColorModeToDirectScalars()
    return texture
