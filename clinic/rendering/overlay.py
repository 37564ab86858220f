"""The face over the patient's own photo, seen by the camera that took it.

    scene = over_photo(face_scene(face, displacement), face, fit, pixels)
    panes.show(scene)
    panes.look(views.photo_camera(fit, face))

The photo hangs behind the head as a picture so large that the camera sees it exactly where it was taken: every window
that shows this camera shows photo and face on the same pixels, whatever its shape and zoom.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from clinic.case import Camera, FaceModel, Photo, PhotoFit, Pixels, Points, Topology, Triangles
from clinic.rendering.layers import Colour, Layer, Scene
from clinic.rendering.sitting import Sitting, sit

LARGEST_PX = 1600  # longer side of a photo on the screen: more takes long to send there
_BEHIND = 1.25  # times the farthest point of the head
_NOT_IN_PHOTOS = ("cap", "inside")  # the photo shows hair, and what lies behind the neck
_FADE_MM = (1.0, 14.0)  # below the hem of the cap, where the skin begins to show and where it hides the photo
_CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])  # of a picture, from the top left
_FACING: Triangles = np.array([[0, 3, 2], [0, 2, 1]], np.int32)


def for_screen(photo: Photo, fit: PhotoFit) -> tuple[Photo, PhotoFit]:
    """Return a photo no larger than a screen has use for, and its fit in the smaller pixels."""
    share = LARGEST_PX / max(photo.width, photo.height)
    if share >= 1:
        return photo, fit
    width, height = max(1, round(photo.width * share)), max(1, round(photo.height * share))
    pixels = cv2.resize(photo.pixels, (width, height), interpolation=cv2.INTER_AREA)
    taken, across, down = fit.camera, width / photo.width, height / photo.height
    smaller = Camera(
        taken.focal_px * share, taken.cx * across, taken.cy * down, width, height, taken.rotation, taken.translation
    )
    return replace(photo, pixels=pixels, depth=None), replace(fit, camera=smaller)


def photo_alone(fit: PhotoFit, pixels: Pixels, background: Colour) -> Scene:
    """Return the scene of a photo without the face; `pixels` may differ from those that were taken."""
    return Scene((_backdrop(fit, pixels),), background)


def over_photo(scene: Scene, face: FaceModel, fit: PhotoFit, pixels: Pixels) -> Scene:
    """Return a scene of a face with the expression that it has in a photo, before that photo."""
    expressed, edge = fit.points - face.points, _edge(sit(face), face.topology)
    layers = [one for layer in scene.layers for one in _fitting(layer, expressed, edge)]
    return replace(scene, layers=(_backdrop(fit, pixels), *layers))


def _fitting(layer: Layer, expressed: Points, edge: tuple[Triangles, Triangles, Pixels]) -> Iterator[Layer]:
    """Move a layer of the skin, and let it end softly where a cap would hide its edge; eyes stay."""
    if layer.name in _NOT_IN_PHOTOS:
        return
    if len(layer.points) != len(expressed):
        yield layer
        return
    moved = replace(layer, points=layer.points + expressed)
    if layer.name != "skin":
        yield moved
        return
    whole, fading, opacity = edge
    yield replace(moved, triangles=whole)
    faint = np.concatenate([layer.colours[:, :3], opacity], axis=1)
    yield replace(moved, name="edge", triangles=fading, colours=faint, blends=True)


@lru_cache(maxsize=4)
def _edge(sitting: Sitting, topology: Topology) -> tuple[Triangles, Triangles, Pixels]:
    """Return the triangles of the skin that hide the photo, those that fade into it, and their opacity (n, 1).

    Inside mouth and nostrils nothing hides it: teeth are the patient's own there.
    """
    start, full = _FADE_MM
    share = np.clip((-sitting.cap.above - start) / (full - start), 0.0, 1.0)
    inside = topology.subdivide(topology.region("interior").astype(np.float64)[:, None])[:, 0] > 0.5
    triangles = sitting.skin_triangles[~inside[sitting.skin_triangles].all(axis=1)]
    fading = (share[triangles] < 1).any(axis=1)
    return triangles[~fading], triangles[fading], np.round(255 * share[:, None]).astype(np.uint8)


def _backdrop(fit: PhotoFit, pixels: Pixels) -> Layer:
    taken = fit.camera
    depth = _BEHIND * float(taken.to_camera(fit.points)[:, 2].max())
    image = (_CORNERS * (taken.width, taken.height) - (taken.cx, taken.cy)) / taken.focal_px
    seen = depth * np.column_stack([image, np.ones(4)])
    return Layer(
        "photo",
        (seen - taken.translation) @ taken.rotation,
        _FACING,
        np.full((4, 4), 255, np.uint8),
        uv=_CORNERS * (1.0, -1.0) + (0.0, 1.0),
        texture=pixels,
    )
