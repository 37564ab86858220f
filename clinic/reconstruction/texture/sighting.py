"""What one photo says of every texel: a colour without its light, and how much to believe it."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from clinic.case import Camera, Embedding, Floats, Photo, PhotoFit, Topology
from clinic.case.arrays import freeze
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import Raster, photograph
from clinic.reconstruction.texture.chart import Chart, Image, vertex_region
from clinic.reconstruction.texture.colour import luminance, to_linear
from clinic.reconstruction.texture.skin_mask import Outline, bare_skin, outline
from clinic.rendering.irradiance import learn

_MARGIN_MM = 12.0  # around the face, so that background is known as such
_MOST_PIXELS = 2400  # longer side of the enlarged crop: finer than any texture
_FLATTEST, _FULL = 0.3, 0.5  # cosine below which skin is seen too flat, from which it counts in full
_BEHIND_MM = 1.5  # how far a texel may lie behind what the photo shows: the surface's own error
_LIGHT = (0.55, 1.5)  # what is darker or brighter is a shadow that is cast, or gloss
_DELIGHT = 0.9  # how much of the light is taken out; all of it would lay bare the errors of the surface

_GUIDE_MM = 5.0  # how far a detected point pulls its surroundings along
_GUIDE_PRIOR = 0.5  # of a point's weight: what holds the picture where the mesh says
_FARTHEST_MM = 6.0  # a point farther off than this is a mistake
_SHARPENED, _SHARPENED_PX = 0.3, 0.9  # strength and radius (photo pixels) of sharpening
_COARSE = 16  # pixels: the shift is smooth


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """Colours of the texels in one photo.

    colour: (size, size, 3) linear. weight: (size, size), 0 where the photo doesn't show the skin. place: (size,
    size, 2) where in the photo, pixels. px_per_mm: of the photo, in the middle of the face.
    """

    colour: Image
    weight: Image
    place: Image
    px_per_mm: float

    def __post_init__(self) -> None:
        freeze(self, colour=(np.float32, -1, -1, 3), weight=(np.float32, -1, -1), place=(np.float32, -1, -1, 2))


@dataclass(frozen=True, slots=True, eq=False)
class _Crop:
    """The face cut out of its photo and resampled so that a pixel is as large as a texel.

    linear: (rows, columns, 3). camera: sees the crop. shift: (2,) pixels, scale: crop pixels per photo pixel,
    mm: per millimetre of the face.
    """

    linear: Image
    camera: Camera
    shift: Floats
    scale: float
    mm: float

    def place(self, points: Floats) -> Floats:
        """Carry photo points to the crop."""
        placed: Floats = (points - self.shift) * self.scale
        return placed

    def back(self, places: Image) -> Image:
        """Carry crop points to the photo."""
        return (places / np.float32(self.scale) + self.shift.astype(np.float32)).astype(np.float32)


def sight(photo: Photo, fit: PhotoFit, chart: Chart, detected: Floats, guide: Embedding | None) -> Sighting:
    """Read one photo through its fitted face.

    detected: (478, 2) points found in the photo, or none. guide: those of them that are known on the mesh, named by
    their number: the photo is shifted smoothly so that they meet, which keeps lids, brows and lips in place where the
    fit is a millimetre off.
    """
    resolution = px_per_mm(fit)
    crop = _cut(photo, fit, resolution, chart.typical_mm)
    normals = vertex_normals(fit.points, chart.topology.triangles)
    raster = photograph(fit.points, chart.topology.triangles, crop.camera)
    albedo, mask = _judge(crop, raster, chart.topology, normals, detected)
    seen = chart.spread(np.concatenate([fit.points, normals], axis=1))
    columns_rows, depth, facing = _project(seen, crop.camera)
    weight = _facing_weight(facing) * _in_front(columns_rows, depth, raster) * (chart.region("interior") < 0.5)
    weight = _shrunk(weight, 1.0 / chart.typical_mm)
    moved = columns_rows + _guidance(columns_rows, crop, fit, chart.topology, detected, guide)
    weight = weight * _sample(mask, moved, cv2.INTER_LINEAR)
    colour = _sample(albedo, moved, cv2.INTER_CUBIC)
    return Sighting(colour, weight.astype(np.float32), crop.back(moved), resolution)


def px_per_mm(fit: PhotoFit) -> float:
    """Return how many pixels of the photo fall on a millimetre of the face."""
    return fit.camera.focal_px / float(np.median(fit.camera.to_camera(fit.points)[:, 2]))


def _cut(photo: Photo, fit: PhotoFit, resolution: float, texel_mm: float) -> _Crop:
    camera = fit.camera
    projected = camera.project(fit.points)
    margin = _MARGIN_MM * resolution
    size = np.array([photo.width, photo.height])
    low = np.clip(np.floor(projected.min(axis=0) - margin), 0, size - 2).astype(int)
    high = np.clip(np.ceil(projected.max(axis=0) + margin), low + 2, size).astype(int)
    scale = min(1 / (texel_mm * resolution), _MOST_PIXELS / float((high - low).max()))
    columns, rows = (max(2, round(float(length) * scale)) for length in high - low)
    part: Image = photo.pixels[low[1] : high[1], low[0] : high[0]].astype(np.float32) / np.float32(255)
    linear = to_linear(_resampled(part, columns, rows, scale))
    own = replace(
        camera,
        focal_px=camera.focal_px * scale,
        cx=(camera.cx - low[0]) * scale,
        cy=(camera.cy - low[1]) * scale,
        width=columns,
        height=rows,
    )
    return _Crop(linear, own, low.astype(float), scale, scale * resolution)


def _resampled(part: Image, columns: int, rows: int, scale: float) -> Image:
    """Return sRGB at another size; enlarged, it is sharpened at the scale of its own pixels, or brows would blur."""
    if scale <= 1:
        smaller: Image = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_AREA)
        return smaller
    larger: Image = cv2.resize(part, (columns, rows), interpolation=cv2.INTER_LANCZOS4)
    share = _SHARPENED * min(scale - 1, 1)
    sharpened: Image = larger + np.float32(share) * (larger - cv2.GaussianBlur(larger, (0, 0), _SHARPENED_PX * scale))
    return sharpened


def _judge(crop: _Crop, raster: Raster, topology: Topology, normals: Floats, detected: Floats) -> tuple[Image, Image]:
    """Return the crop with its light taken out, and how surely each pixel shows bare skin."""
    columns = [
        normals,
        vertex_region(topology, "cheek_r", "cheek_l", "nose", "chin", "forehead")[:, None],
        vertex_region(topology, "interior")[:, None],
        vertex_region(topology, "face")[:, None],
        vertex_region(topology, "forehead")[:, None],
    ]
    seen = raster.carry(np.concatenate(columns, axis=1), topology.triangles)
    direction = seen[..., :3] / np.maximum(np.linalg.norm(seen[..., :3], axis=2, keepdims=True), 1e-6)
    mesh = raster.hit & (seen[..., 4] < 0.3)
    below_hair = mesh & (seen[..., 5] > 0.5) & (seen[..., 6] < 0.1)
    none = np.zeros_like(mesh)
    whole = Outline(below_hair, raster.hit & ~mesh, none, none)
    features = outline(crop.place(detected), mesh.shape, whole)
    seed = mesh & (seen[..., 3] > 0.8) & features.core & ~features.openings & ~features.lips
    if not seed.any():
        return crop.linear, np.zeros(mesh.shape, np.float32)
    light = learn(direction[seed].astype(np.float64), luminance(crop.linear)[seed].astype(np.float64)).at(direction)
    light = np.clip(np.where(raster.hit, light, 1.0), *_LIGHT).astype(np.float32)
    albedo: Image = crop.linear / np.power(light[..., None], np.float32(_DELIGHT))
    features = replace(features, openings=features.openings | raster.hit & ~mesh)
    return albedo, bare_skin(albedo, seed, mesh, features, crop.scale, crop.mm)


def _project(seen: Image, camera: Camera) -> tuple[Image, Image, Image]:
    """Return where texels (…, 6: position, normal) fall in the crop, their depth, and the cosine to the camera."""
    rotation = camera.rotation.astype(np.float32)
    inside = seen[..., :3] @ rotation.T + camera.translation.astype(np.float32)
    depth = np.maximum(inside[..., 2], 1.0)
    centre = np.array([camera.cx, camera.cy], np.float32)
    columns_rows = np.float32(camera.focal_px) * inside[..., :2] / depth[..., None] + centre
    turned = seen[..., 3:] @ rotation.T
    length = np.linalg.norm(inside, axis=2) * np.maximum(np.linalg.norm(turned, axis=2), 1e-6)
    return columns_rows, depth, -(inside * turned).sum(axis=2) / np.maximum(length, 1e-6)


def _facing_weight(cosine: Image) -> Image:
    """Cos², brought smoothly to nothing where the skin is seen too flat to be stretched."""
    ramp = np.clip((cosine - _FLATTEST) / (_FULL - _FLATTEST), 0, 1)
    weight: Image = np.clip(cosine, 0, 1) ** 2 * ramp * ramp * (3 - 2 * ramp)
    return weight


def _in_front(columns_rows: Image, depth: Image, raster: Raster) -> Image:
    rows, columns = raster.depth.shape
    column = columns_rows[..., 0].astype(np.int32)
    row = columns_rows[..., 1].astype(np.int32)
    within = (columns_rows > 0).all(axis=2) & (column < columns) & (row < rows)
    nearest = raster.depth[np.where(within, row, 0), np.where(within, column, 0)]
    front: Image = (within & (depth < nearest + _BEHIND_MM)).astype(np.float32)
    return front


def _shrunk(weight: Image, radius: float) -> Image:
    """Take the weight back from borders of what is visible, smoothly: there the surface errs most."""
    reach = max(1, round(radius))
    least = cv2.erode(weight.astype(np.float32), np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    soft: Image = cv2.GaussianBlur(least, (0, 0), reach)
    return soft


def _sample(image: Image, columns_rows: Image, kernel: int) -> Image:
    where = columns_rows - np.float32(0.5)
    sampled: Image = cv2.remap(image, where, None, kernel, borderMode=cv2.BORDER_REPLICATE)
    return sampled


def _guidance(
    columns_rows: Image, crop: _Crop, fit: PhotoFit, topology: Topology, detected: Floats, guide: Embedding | None
) -> Image | float:
    """Return (…, 2) how far the photo's features lie from where the fitted mesh puts them, crop pixels."""
    if guide is None or len(detected) == 0:
        return 0.0
    expected = crop.camera.project(guide.on(fit.points, topology.triangles))
    shift = crop.place(detected[[int(name) for name in guide.names]]) - expected
    believable = np.linalg.norm(shift, axis=1) < _FARTHEST_MM * crop.mm
    field = _smooth_shift(crop, expected[believable], shift[believable], _GUIDE_MM * crop.mm)
    return _sample(field, columns_rows / np.float32(_COARSE), cv2.INTER_LINEAR)


def _smooth_shift(crop: _Crop, places: Floats, shifts: Floats, reach: float) -> Image:
    """Spread shifts (k, 2) known at places (k, 2) over every `_COARSE`th pixel, to nothing where no place is near."""
    rows, columns = (length // _COARSE + 2 for length in crop.linear.shape[:2])
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).reshape(-1, 2) * _COARSE + _COARSE / 2
    distance = ((grid[:, None, :] - places[None]) ** 2).sum(axis=2)
    weight = np.exp(-distance / (2 * reach**2))
    spread = weight @ shifts / (weight.sum(axis=1, keepdims=True) + _GUIDE_PRIOR)
    field: Image = spread.reshape(rows, columns, 2).astype(np.float32)
    return field
