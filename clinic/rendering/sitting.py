"""What stays the same through all pictures of one face: cap, eyes, the fading neck, and the light before surgery.

Made once per face (about a second) and kept for the last few faces.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from threading import Lock
from typing import Generic, TypeVar

import numpy as np
from scipy.spatial import cKDTree

from clinic.case import FaceModel, Floats, Mask, Points, Topology, Triangles, digest
from clinic.case.arrays import freeze
from clinic.geometry import rim_vertices, vertex_normals
from clinic.rendering.cap import Cap, cap
from clinic.rendering.eyes import Eye, eye, is_eye
from clinic.rendering.lighting import CLINIC_LIGHT, Bake, Light, bake, unshaded

_FADE_MM = (3.0, 50.0)  # above the neck's cut, where skin begins to show and where it is whole
_TUCKED_MM = 6.0  # skin further up than this under the cap is left out
_UPPER_LID_SHADE, _LOWER_LID_SHADE, _LID_REACH_MM = 0.75, 0.35, 1.6
_TUCK_MM, _TUCK_REACH_MM = 9.0, 3.0
_HEM_SHADOW, _HEM_REACH_MM = 0.42, 5.0
_HEM_SHARE = 0.66  # of the way from glabella to trichion: low enough to hide the hairline, well above the brows

T = TypeVar("T")


class _Recent(Generic[T]):
    """The last few answers by key."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, make: Callable[[], T]) -> T:
        """Return what is kept under a key, or make it; two threads may both make it, neither is held up."""
        answer = self._kept.get(key)
        if answer is None:
            answer = make()
        with self._lock:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return answer


@dataclass(frozen=True, slots=True, eq=False)
class Sitting:
    """One face made ready for pictures.

    lamp: what lights it. points, normals, triangles: the whole skin. skin_triangles, neck_triangles: what is shown of
    it, whole and fading; inner_triangles: all of it from inside, which under the cap lies deeper by `tucked` (n, 3) mm,
    below the cap's own hem. opacity: (n,) 0…1. light: on the skin before surgery. cap_light (k,), eye_lights: on what
    does not change.
    """

    key: str
    lamp: Light
    points: Points
    normals: Points
    triangles: Triangles
    skin_triangles: Triangles
    neck_triangles: Triangles
    inner_triangles: Triangles
    tucked: Points
    opacity: Floats
    cap: Cap
    eyes: tuple[Eye, ...]
    light: Bake
    cap_light: Floats
    eye_lights: tuple[Bake, ...]

    def __post_init__(self) -> None:
        freeze(
            self,
            points=(np.float64, -1, 3),
            normals=(np.float64, -1, 3),
            skin_triangles=(np.int32, -1, 3),
            neck_triangles=(np.int32, -1, 3),
            inner_triangles=(np.int32, -1, 3),
            tucked=(np.float64, -1, 3),
            opacity=(np.float64, -1),
            cap_light=(np.float64, -1),
        )


def sit(face: FaceModel, lamp: Light = CLINIC_LIGHT) -> Sitting:
    """Return the face made ready under a light, from the last few if it is among them."""
    key = digest((face.topology.name, face.control, face.detail, face.parts, lamp))
    return _sittings.get(key, lambda: _prepare(face, key, lamp))


def light_after(sitting: Sitting, points: Points, normals: Points) -> Bake:
    """Return the light on the skin once it lies at `points` (n, 3), with its own shadows."""
    key = digest((sitting.key, points))
    worn, eyes, lamp = sitting.cap, sitting.eyes, sitting.lamp
    return _afters.get(key, lambda: _bakes(points, normals, sitting.triangles, worn, eyes, lamp)[0])


_sittings: _Recent[Sitting] = _Recent(8)
_afters: _Recent[Bake] = _Recent(12)


def _prepare(face: FaceModel, key: str, lamp: Light) -> Sitting:
    topology, points = face.topology, face.points
    triangles = topology.triangles
    normals = vertex_normals(points, triangles)
    landmarks = face.landmarks()
    front = landmarks["glabella"] + _HEM_SHARE * (landmarks["trichion"] - landmarks["glabella"])
    ears = _region(topology, "ears")
    worn = cap(points, _region(topology, "scalp"), ears, front)
    eyes = tuple(eye(part) for part in face.parts if is_eye(part))
    opacity = _opacity(topology, points)
    shown = (worn.above < _TUCKED_MM)[triangles].any(axis=1) & (opacity[triangles] > 0).any(axis=1)
    fading = (opacity[triangles] < 1).any(axis=1)
    light, *eye_lights = _bakes(points, normals, triangles, worn, eyes, lamp)
    eyes = tuple(_under_lids(ball, points) for ball in eyes)
    cap_light = unshaded(vertex_normals(worn.points, worn.triangles), lamp)
    cap_light = cap_light * worn.open if lamp.shaded else cap_light
    return Sitting(
        key=key,
        lamp=lamp,
        points=points,
        normals=normals,
        triangles=triangles,
        skin_triangles=triangles[shown & ~fading],
        neck_triangles=triangles[shown & fading],
        inner_triangles=triangles[:, ::-1],
        tucked=-_TUCK_MM * normals * ((worn.above > -_TUCK_REACH_MM) & ~ears)[:, None],
        opacity=opacity,
        cap=worn,
        eyes=eyes,
        light=light,
        cap_light=cap_light,
        eye_lights=tuple(eye_lights),
    )


def _bakes(
    points: Points, normals: Points, triangles: Triangles, worn: Cap, eyes: tuple[Eye, ...], lamp: Light
) -> list[Bake]:
    """Light on skin and eyes, which shade each other; the shadow of the hem is soft and the same for every mesh."""
    surfaces = [(points, normals, triangles), *((ball.points, ball.normals, ball.triangles) for ball in eyes)]
    starts = np.cumsum([0] + [len(surface[0]) for surface in surfaces])
    whole = bake(
        np.concatenate([surface[0] for surface in surfaces]),
        np.concatenate([surface[1] for surface in surfaces]),
        np.concatenate([surface[2] + start for surface, start in zip(surfaces, starts, strict=False)]),
        lamp,
    )
    skin, *balls = (whole.part(start, stop) for start, stop in pairwise(starts))
    if not lamp.shaded:
        return [skin, *balls]
    shadow = 1 - _HEM_SHADOW * np.exp(np.minimum(worn.above, 0.0) / _HEM_REACH_MM)
    return [replace(skin, light=skin.light * shadow[:, None], shine=skin.shine * shadow), *balls]


def _under_lids(ball: Eye, skin: Points) -> Eye:
    """Darken an eye along the lids: lashes and the wet edge, which are finer than the mesh."""
    distance, nearest = cKDTree(skin).query(ball.points)
    above = skin[nearest, 2] > ball.points[:, 2]
    shade = np.where(above, _UPPER_LID_SHADE, _LOWER_LID_SHADE) * np.exp(-((distance / _LID_REACH_MM) ** 2))
    return replace(ball, colours=ball.colours * (1 - shade)[:, None])


def _region(topology: Topology, name: str) -> Mask:
    """A region over display vertices."""
    inside: Mask = topology.subdivide(topology.region(name).astype(np.float64)[:, None])[:, 0] > 0.5
    return inside


def _opacity(topology: Topology, points: Points) -> Floats:
    """Skin fades out towards the plane of the cut through the neck; no cut, no fading."""
    rim = points[rim_vertices(topology.triangles, len(points)) & _region(topology, "neck")]
    if len(rim) < 3:
        return np.ones(len(points))
    centre = rim.mean(axis=0)
    axis = np.linalg.svd(rim - centre)[2][2]
    above = (points - centre) @ (axis if axis[2] > 0 else -axis)
    start, whole = _FADE_MM
    t = np.clip((above - start) / (whole - start), 0.0, 1.0)
    opacity: Floats = t * t * (3 - 2 * t)
    return opacity
