"""The patient's own bone, seen through the skin."""

from dataclasses import replace

import numpy as np

from clinic.case import FaceModel, Part, Pixels, Points
from clinic.geometry import vertex_normals
from clinic.rendering.layers import Layer, Scene
from clinic.rendering.lighting import CLINIC_LIGHT

SKIN_OPACITY = 0.28  # usual
_AMBIENT, _KEY = 0.22, 0.62
_SEEN = ("skin", "ghost")


def bone_layer(face: FaceModel, moves: Points | None = None) -> Layer:
    """Return the lit bone of a face, moved by (b, 3) mm. Raises ValueError where no CT showed the bone."""
    if face.bone is None:
        raise ValueError("the face was not built from a CT")
    points = face.bone.points if moves is None else face.bone.points + moves
    return Layer("bone", points, face.bone.triangles, _lit(face.bone, points))


def through_skin(scene: Scene, face: FaceModel, bone: Layer, opacity: float = SKIN_OPACITY) -> Scene:
    """Return a scene of a face with its bone, and the skin as a veil of some opacity, 0…1, over it.

    Eyes and cap are left out, and the skin under the cap is shown; skin that hides all bone is the scene as it was.
    """
    if opacity >= 1.0:
        return scene
    whole = face.topology.triangles
    seen = [layer for layer in scene.layers if layer.name in _SEEN]
    veils = [replace(layer, triangles=whole, opacity=opacity * layer.opacity) for layer in seen]
    return replace(scene, layers=(bone, *veils) if opacity > 0.0 else (bone,))


def _lit(bone: Part, points: Points) -> Pixels:
    normals = vertex_normals(points, bone.triangles)
    light = _AMBIENT + _KEY * sum(np.clip(normals @ direction, 0.0, 1.0) for direction in CLINIC_LIGHT.directions)
    colours = np.full((len(points), 4), 255, np.uint8)
    colours[:, :3] = np.clip(bone.colours * np.asarray(light)[:, None], 0, 255)
    return colours
