"""The inside of the phantom head: skull, mandible, teeth and air, shaped to fit under a face.

The anatomy is coarse, but its surfaces are exact: each is the zero surface of a smooth field, kept as a mesh, and this
mesh is the truth. Lengths in mm, patient frame; fields are negative inside.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter
from scipy.spatial import cKDTree
from skimage.measure import marching_cubes

from clinic.bench.intake.coverage import coverage
from clinic.bench.intake.skin import Skin, Surface
from clinic.case import FaceModel, Floats, Points, Triangles

Field = NDArray[np.float32]
_STEP = 1.25  # of the grid on which fields are built
_BELOW_MM = 140.0  # how far the neck goes down
_ROUNDING = 0.7  # of the fields, in steps
# Soft tissue over bone, mm, after De Greef 2006 in round numbers.
_DEPTHS = {
    "glabella": 5.5,
    "nasion": 6.0,
    "rhinion": 3.5,
    "subnasale": 12.0,
    "labiale_superius": 11.0,
    "labiale_inferius": 12.0,
    "sublabiale": 11.0,
    "pogonion": 10.5,
    "menton": 7.0,
    "orbitale": 7.0,
    "malar": 10.0,
    "zygion": 7.5,
    "gonion": 12.0,
    "trichion": 5.0,
    "alar_crease": 12.0,
    "cheilion": 14.0,
}
_SCALP_MM = 6.0
_SCALP = ((0.0, 90.0, 110.0), (0.0, 170.0, 20.0), (72.0, 95.0, 50.0), (-72.0, 95.0, 50.0))
_SKULL_MM, _FACE_MM, _JAW_MM = 6.5, 6.0, 9.0  # how thick bone is


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """What lies under the skin. bone: skull, mandible and teeth as one surface. air: nose, sinuses and throat."""

    bone: Surface
    teeth: Surface
    air: Surface


@dataclass(frozen=True, slots=True, eq=False)
class _Head:
    """Coordinates on a grid around a head. deep: mm from the skin inwards, 0 outside; bone: mm from skin to bone."""

    origin: Floats
    x: Field
    y: Field
    z: Field
    deep: Field
    bone: Field

    def ball(self, centre: tuple[float, float, float], radii: tuple[float, float, float]) -> Field:
        """Return about mm from the surface of an ellipsoid."""
        away = [(axis - c) / r for axis, c, r in zip((self.x, self.y, self.z), centre, radii, strict=True)]
        return np.asarray((np.sqrt(sum(a * a for a in away)) - 1.0) * min(radii), np.float32)

    def shell(self, thick_mm: float, deeper_mm: float = 0.0) -> Field:
        """Return mm from a layer that begins where bone begins under the skin."""
        begins = self.bone + np.float32(deeper_mm)
        return np.asarray(np.maximum(begins - self.deep, self.deep - begins - thick_mm), np.float32)

    def surface(self, field: Field) -> Surface:
        """Return the zero surface of a field, closed where the grid ends."""
        smooth = np.pad(gaussian_filter(field, _ROUNDING), 1, constant_values=3.0)
        points, triangles, _, _ = marching_cubes(smooth, 0.0, gradient_direction="ascent")
        placed = (points[:, ::-1] - 1.0) * _STEP + self.origin
        return Surface(placed, _outwards(placed, triangles))


def inside(face: FaceModel, skin: Skin) -> Inside:
    """Return skull, mandible, teeth and cavities for a face in the patient frame."""
    head = _head(face, skin)
    sinuses = _sinuses(head)
    air = np.minimum.reduce([np.maximum(_airway(head), 3.0 - head.deep), sinuses, *_nostrils(head, skin)])
    teeth = _teeth(head, face)
    walls = np.maximum(sinuses - 1.6, -head.deep + head.bone)  # thin bone around every sinus
    bone = np.minimum.reduce([_skull(head), _mandible(head), _spine(head), walls])
    bone = np.maximum.reduce([bone, -air, 2.5 - head.deep])
    return Inside(head.surface(np.minimum(bone, teeth)), head.surface(teeth), head.surface(air))


def _head(face: FaceModel, skin: Skin) -> _Head:
    low, high = face.points.min(axis=0) - 8.0, face.points.max(axis=0) + 8.0
    low[2] = max(low[2], -_BELOW_MM)
    size = np.ceil((high - low) / _STEP).astype(int) + 1
    shape = (int(size[2]), int(size[1]), int(size[0]))
    solid = coverage((skin.surface.points - low) / _STEP, skin.surface.triangles, shape) > 0.5
    z, y, x = np.meshgrid(*(low[k] + _STEP * np.arange(size[k], dtype=np.float32) for k in (2, 1, 0)), indexing="ij")
    deep = distance_transform_edt(np.pad(solid, ((4, 0), (0, 0), (0, 0)), mode="edge"))[4:] * _STEP
    axes = [np.asarray(axis, np.float32) for axis in (x, y, z)]
    return _Head(low, axes[0], axes[1], axes[2], np.asarray(deep, np.float32), _bone_depth(face, axes, shape))


def _bone_depth(face: FaceModel, axes: list[Field], shape: tuple[int, int, int]) -> Field:
    """Return mm of soft tissue over bone for every place, blended between landmarks."""
    marks = {name: name.removesuffix("_r").removesuffix("_l") for name in face.landmarks()}
    places = [(at, _DEPTHS[marks[name]]) for name, at in face.landmarks().items() if marks[name] in _DEPTHS]
    places += [(np.array(place), _SCALP_MM) for place in _SCALP]
    tree = cKDTree([place for place, _ in places])
    depths = np.array([depth for _, depth in places])
    coarse = tuple(slice(None, None, 4) for _ in shape)
    grid = np.stack([axis[coarse].ravel() for axis in axes], axis=1)
    away, near = tree.query(grid, k=6)
    weight = 1.0 / (away + 6.0) ** 3
    blended = ((weight * depths[near]).sum(axis=1) / weight.sum(axis=1)).reshape(axes[0][coarse].shape)
    whole = blended.repeat(4, 0).repeat(4, 1).repeat(4, 2)[: shape[0], : shape[1], : shape[2]]
    return np.asarray(gaussian_filter(whole.astype(np.float32), 4.0), np.float32)


def _skull(head: _Head) -> Field:
    y, z = head.y, head.z
    vault = np.maximum(head.shell(_SKULL_MM), np.maximum(0.0, 35.0 - y) - z - 20.0)  # down to the base
    floor = np.maximum.reduce([np.abs(z + 16.0) - 2.5, head.bone - head.deep, 40.0 - y])
    floor = np.maximum(floor, -head.ball((0.0, 105.0, -16.0), (16.0, 18.0, 30.0)))  # great foramen
    face = np.maximum.reduce([head.shell(_FACE_MM), -(z + 63.0), z - 45.0, y - 42.0])
    arch = np.maximum.reduce([head.shell(5.0, 1.0), np.abs(z + 10.0) - 5.0, y - 72.0])
    skull = np.minimum.reduce([vault, floor, face, arch])
    for side in (-1.0, 1.0):
        orbit = np.minimum(head.ball((31.0 * side, 4.0, 0.0), (18.0, 30.0, 16.0)), 90.0)
        cheek = head.ball((56.0 * side, 20.0, -48.0), (17.0, 34.0, 24.0))  # under the arch: muscle and fat
        ear = head.ball((75.0 * side, 88.0, -13.0), (30.0, 5.0, 5.0))
        skull = np.maximum.reduce([skull, -orbit, -cheek, -ear])
    aperture = head.ball((0.0, -14.0, -30.0), (12.0, 26.0, 17.0))
    return np.asarray(np.maximum(skull, -aperture), np.float32)


def _mandible(head: _Head) -> Field:
    """One piece from condyle to condyle, apart from the skull."""
    x, y, z = np.abs(head.x), head.y, head.z
    shell = head.shell(_JAW_MM)
    lower = -84.0 + 0.16 * np.maximum(y, 0.0)  # the upper border of the body rises towards the angle
    border = -109.0 + 0.4 * np.maximum(y + 10.0, 0.0) - z  # and so does the lower one
    body = np.maximum.reduce([shell, z - lower, border, y - 66.0])
    upright = np.abs(y - 50.0 - 0.12 * (z + 60.0)) - 15.0
    ramus = np.maximum.reduce([head.shell(7.0, 1.5), upright, z + 27.0, border, 34.0 - x])
    return np.asarray(np.minimum(body, ramus), np.float32)


def _spine(head: _Head) -> Field:
    column = np.maximum(np.hypot(head.x, head.y - 98.0) - 17.0, head.z + 38.0)
    canal = np.hypot(head.x, head.y - 110.0) - 8.0
    return np.asarray(np.maximum(column, -canal), np.float32)


def _teeth(head: _Head, face: FaceModel) -> Field:
    """Two rows of fourteen along parabolas, from within the jaws to where they bite."""
    stomion = face.landmarks()["stomion"]
    along = np.linspace(-1.0, 1.0, 14)
    x = 27.0 * np.sign(along) * np.abs(along) ** 0.85
    y = stomion[1] + 17.0 + x * x / 24.0
    teeth = np.full(head.x.shape, 50.0, np.float32)
    near = np.ix_(
        *(
            np.abs(axis - middle) < reach
            for axis, middle, reach in (
                (head.z[:, 0, 0], stomion[2], 24.0),
                (head.y[0, :, 0], y.mean(), 40.0),
                (head.x[0, 0], 0.0, 36.0),
            )
        )
    )
    mouth = replace(head, x=head.x[near], y=head.y[near], z=head.z[near])
    for height, tall in ((stomion[2] + 4.0, 10.0), (stomion[2] - 7.5, 8.5)):
        rows = [
            mouth.ball((float(cx), float(cy), float(height)), (3.1, 3.6, tall)) for cx, cy in zip(x, y, strict=True)
        ]
        teeth[near] = np.minimum.reduce([teeth[near], *rows])
    return teeth


def _sinuses(head: _Head) -> Field:
    cavities = [head.ball((28.0 * side, 14.0, -34.0), (10.0, 12.0, 13.0)) for side in (-1.0, 1.0)]
    cavities.append(head.ball((0.0, 48.0, -4.0), (13.0, 9.0, 8.0)))
    return np.asarray(np.minimum.reduce(cavities), np.float32)


def _airway(head: _Head) -> Field:
    x, y, z = head.x, head.y, head.z
    nose = np.maximum(head.ball((0.0, 10.0, -32.0), (11.0, 30.0, 15.0)), 1.6 - np.abs(x))  # parted by the septum
    throat = np.maximum(np.hypot(x, y - 48.0) - 8.0, z + 26.0)
    return np.asarray(np.minimum(nose, throat), np.float32)


def _nostrils(head: _Head, skin: Skin) -> list[Field]:
    """Two tubes from in front of the nostrils up into the nose."""
    tubes = []
    for centre in skin.nostrils:
        begin, end = centre - (0.0, 0.0, 4.0), np.array([np.sign(centre[0]) * 5.0, centre[1] + 12.0, centre[2] + 12.0])
        way = end - begin
        axes = (head.x - begin[0], head.y - begin[1], head.z - begin[2])
        along = np.clip(sum(axis * w for axis, w in zip(axes, way, strict=True)) / (way @ way), 0.0, 1.0)
        away = np.sqrt(sum((axis - along * w) ** 2 for axis, w in zip(axes, way, strict=True)))
        tubes.append(np.asarray(away - 3.2, np.float32))
    return tubes


def _outwards(points: Points, triangles: NDArray[np.int32]) -> Triangles:
    """Turn all triangles if they enclose a negative volume."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    volume = float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum())
    return np.ascontiguousarray(triangles if volume > 0 else triangles[:, ::-1], np.int32)
