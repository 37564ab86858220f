"""A CT of a head that nobody has, its skin and bone known as triangle meshes.

Skin is a face of the face space, bone is `anatomy`. Voxels hold shares (partial volume), blurred and noisy as a
scanner's; fillings cast streaks; the head lies in a rest on a table, and air fills nose, sinuses and throat.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from clinic.bench.intake.anatomy import Inside, inside
from clinic.bench.intake.coverage import coverage
from clinic.bench.intake.skin import Skin, Surface, outer_skin
from clinic.case import CT, FaceModel, Floats, Volume

Field = NDArray[np.float32]
FULL = (300, 512, 512)
_FIELD_MM = (238.0, 238.0, 240.0)
_CORNER = (-119.0, -58.0, -121.0)  # patient frame; the neck is cut, as in scans
_AIR, _MUSCLE, _FAT, _BONE, _TOOTH, _FOAM, _SHELL = -1000.0, 45.0, -95.0, 1150.0, 2200.0, -860.0, 250.0
_BLUR, _NOISE_HU = 0.6, 18.0  # standard deviation in voxels; of one voxel
_FAT_FROM_MM, _FAT_TO_MM = 2.0, 4.5  # under the skin
_FILLINGS = ((20.0, -63.0), (-23.0, -75.0))  # x and z of two molars
_STREAK_HU, _STREAK_MM = 420.0, 26.0  # beside a filling; over which they fade


@dataclass(frozen=True, slots=True, eq=False)
class Phantom:
    """A volume and what is true of it."""

    volume: Volume
    skin: Skin
    inside: Inside


def phantom(face: FaceModel, shape: tuple[int, int, int] = FULL, seed: int = 0) -> Phantom:
    """Return the CT of a face, (slices, rows, columns) voxels over always the same field; scanner = patient frame."""
    spacing = np.array(_FIELD_MM) / np.array(shape[::-1])
    corner = np.array(_CORNER) + spacing / 2
    skin = outer_skin(face, _CORNER[2])
    anatomy = inside(face, skin)

    def share(surface: Surface) -> Field:
        return coverage((surface.points - corner) / spacing, surface.triangles, shape)

    density = _soft(share(skin.surface), spacing)
    density += share(anatomy.bone) * np.float32(_BONE - _MUSCLE)
    density += share(anatomy.teeth) * np.float32(_TOOTH - _BONE)
    air = share(anatomy.air)
    density += air * (np.float32(_AIR) - density)
    del air
    _add_rest(density, corner, spacing, float(face.points[face.points[:, 2] > 0.0, 1].max()))
    values = _scanned(density, corner, spacing, face, seed)
    volume = Volume(values, spacing, np.eye(3), corner, CT)
    return Phantom(volume, skin, anatomy)


def _soft(filled: Field, spacing: Floats) -> Field:
    """Return HU of skin, then fat, then muscle; how deep a place lies is read off a blurred head."""
    deep = gaussian_filter(filled, 4.0 / spacing[::-1], truncate=2.0)
    # A plane blurred by σ has 0.69 of its height 0.5 σ inside, and 0.87 at 1.125 σ.
    fat = np.clip((deep - 0.69) / 0.03, 0.0, 1.0) * np.clip((0.90 - deep) / 0.03, 0.0, 1.0)
    np.multiply(fat, np.float32(_FAT - _MUSCLE), out=fat)
    fat += np.float32(_MUSCLE - _AIR)
    fat *= filled
    fat += np.float32(_AIR)
    return np.asarray(fat, np.float32)


def _add_rest(density: Field, corner: Floats, spacing: Floats, back_mm: float) -> None:
    """Lay the back of the head into a curved rest of foam in a hard shell, on a table."""
    columns = corner[0] + spacing[0] * np.arange(density.shape[2])
    rows = corner[1] + spacing[1] * np.arange(density.shape[1])
    x, y = np.meshgrid(columns, rows)
    away = np.hypot(x, y - back_mm + 96.0)
    foam = (away > 95.0) & (away < 98.0) & (y > back_mm - 80.0)
    shell = (away >= 98.0) & (away < 100.5) & (y > back_mm - 90.0)
    section = np.select([foam, shell], [_FOAM, _SHELL], _AIR).astype(np.float32)
    section[rows > back_mm + 6.5] = _SHELL
    np.maximum(density, section, out=density)


def _scanned(density: Field, corner: Floats, spacing: Floats, face: FaceModel, seed: int) -> NDArray[np.int16]:
    """Return whole HU as a scanner gives them."""
    gaussian_filter(density, _BLUR, output=density)
    random = np.random.default_rng(seed)
    bite = float(face.landmarks()["stomion"][1]) + 34.0
    values = np.empty(density.shape, np.int16)
    rows = corner[1] + spacing[1] * np.arange(density.shape[1], dtype=np.float32)
    columns = corner[0] + spacing[0] * np.arange(density.shape[2], dtype=np.float32)
    for number, layer in enumerate(density):
        layer += _NOISE_HU * random.standard_normal(layer.shape, np.float32)
        for x, z in _FILLINGS:
            away = abs(corner[2] + spacing[2] * number - z)
            if away < 3.0:
                layer += _streaks(columns - x, rows[:, None] - bite, random)
        values[number] = np.rint(np.clip(layer, -1024, 3071))
    return values


def _streaks(x: Field, y: Field, random: np.random.Generator) -> Field:
    """Return bright and dark rays around a filling, and the filling itself."""
    away = np.hypot(x, y)
    angle = np.arctan2(y, x)
    rays = sum(np.sin(k * angle + random.uniform(0, 2 * np.pi)) for k in (5, 8, 13)) / 3.0
    return np.asarray(np.where(away < 3.5, 3071.0, _STREAK_HU * rays * np.exp(-away / _STREAK_MM)), np.float32)
