"""The photo as it would look after surgery: the photo itself, warped by the simulated displacement.

Every pixel follows the skin that it shows, as its own camera sees it. Where the skin hides something farther away
(background, hair, the cheek behind the nose), what is behind stretches or closes up over a centimetre, so that nothing
tears and no skin is left standing where the outline recedes. Beyond that the photo stays as it is, bit for bit.

Seen from the front, a chin that comes forward hardly moves in the picture; its shading tells. So the light of the photo
is estimated on the fitted face, and skin that has turned is made brighter or darker by the ratio of the light on it
after and before, within limits. Shadows that are cast, and gloss, are not simulated.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from clinic.case import Floats, Mask, Photo, PhotoFit, Pixels, Points, Topology
from clinic.case.arrays import freeze
from clinic.geometry import vertex_normals
from clinic.geometry.rasterise import Raster, rasterise
from clinic.rendering.irradiance import learn
from clinic.rendering.pull_push import Image, pull_push

_STILL_MM = 0.01  # skin that moves less is not moved
_STILL_PX = 0.02  # pixels that move less stay bit-equal
_STILL_LIGHT = 0.004  # half a grey level
_OUTSIDE_MM = 10.0  # over which what lies behind gives way
_RIM_MM = 1.2  # beyond the fitted outline what still moves as skin does: how far the fit may be off
_BEHIND_MM = 4.0  # a step in depth from which one surface hides another
_SOFT_MM = 0.6  # smoothing of the flow, well below anything that surgery shapes
_WORKING_PX = 900  # longer side of the picture in which the flow is computed: it is smooth
_FINEST = 4.0  # working pixels per photo pixel, for small faces
_GAIN = (0.78, 1.28)  # of linear light: more would be a guess
_GAMMA = 2.2


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """The part of the photo that may change.

    low: (2,) its left and top, size: its width and height in photo pixels. scale: (2,) working pixels per photo pixel.
    raster: the face before, in working pixels. image_points: (n, 2) its vertices there. px_per_mm: of working pixels.
    """

    low: tuple[int, int]
    size: tuple[int, int]
    scale: Floats
    raster: Raster
    image_points: Floats
    px_per_mm: float

    def __post_init__(self) -> None:
        freeze(self, scale=(np.float64, 2), image_points=(np.float64, -1, 2))

    def cut(self, pixels: Pixels) -> Pixels:
        """Return this part of a picture."""
        left, top = self.low
        part: Pixels = pixels[top : top + self.size[1], left : left + self.size[0]]
        return part


def after(photo: Photo, fit: PhotoFit, topology: Topology, displacement: Points) -> Pixels:
    """Return the photo with the skin where the simulation puts it.

    displacement: (n, 3) mm over the display mesh, patient frame; it is added to the face with the photo's expression.
    """
    view = _view(photo, fit, topology, displacement)
    if view is None:
        return photo.pixels
    flow = _flow(view, fit, topology, displacement)
    source = _sources(flow)
    light = _relight(view, photo, fit, topology, displacement)
    changed = photo.pixels.copy()
    view.cut(changed)[:] = _paint(view, photo, source, _look_up(light, source))
    return changed


def _view(photo: Photo, fit: PhotoFit, topology: Topology, displacement: Points) -> _View | None:
    """Return where the photo may change, None if nowhere."""
    moving = np.linalg.norm(displacement, axis=1) > _STILL_MM
    if not moving.any():
        return None
    before, behind = fit.camera.project(fit.points), fit.camera.project(fit.points[moving] + displacement[moving])
    depth = fit.camera.to_camera(fit.points)[:, 2]
    px_per_mm = fit.camera.focal_px / float(np.median(depth[moving]))
    reach = _reach_px(displacement, px_per_mm) + 2 * _RIM_MM * px_per_mm + 4
    touched = np.concatenate([before[moving], behind])
    low = np.clip(np.floor(touched.min(axis=0) - reach), 0, (photo.width, photo.height)).astype(int)
    high = np.clip(np.ceil(touched.max(axis=0) + reach), 0, (photo.width, photo.height)).astype(int)
    if (high - low).min() < 2:
        return None
    size = high - low
    working = np.maximum(np.round(size * min(_WORKING_PX / size.max(), _FINEST)), 2).astype(int)
    scale = working / size
    image_points = (before - low) * scale
    raster = rasterise(image_points, depth, topology.triangles, int(working[1]), int(working[0]))
    place, extent = (int(low[0]), int(low[1])), (int(size[0]), int(size[1]))
    return _View(place, extent, scale, raster, image_points, px_per_mm * float(scale.mean()))


def _reach_px(displacement: Points, px_per_mm: float) -> float:
    """Return over how many pixels what lies behind gives way: never less than four times the move, or it would fold."""
    return px_per_mm * max(_OUTSIDE_MM, 4 * float(np.linalg.norm(displacement, axis=1).max()))


def _flow(view: _View, fit: PhotoFit, topology: Topology, displacement: Points) -> Image:
    """Return (rows, columns, 2) how far each working pixel moves."""
    low = np.array(view.low)
    moved = (fit.camera.project(fit.points + displacement) - low) * view.scale - view.image_points
    moved[np.linalg.norm(displacement, axis=1) <= _STILL_MM] = 0
    skin = view.raster.carry(moved, topology.triangles)
    reach = _reach_px(displacement, view.px_per_mm)
    near, hidden = _layers(view, skin, reach)
    known = np.where(hidden, 0, 1).astype(np.float32)
    levels = max(2, int(np.ceil(np.log2(reach))) + 1)
    flow = pull_push(np.where(hidden[..., None], 0, near), known, levels, 1e-3)
    smooth = cv2.GaussianBlur(flow, (0, 0), _SOFT_MM * view.px_per_mm)
    untouched = ~hidden & (np.abs(near) < 1e-6).all(axis=2)
    return np.where(untouched[..., None], 0, smooth)


def _layers(view: _View, skin: Image, reach: float) -> tuple[Image, Mask]:
    """Find what must give way: pixels near the edge of something in front of them that moves otherwise.

    Returns the flow with a rim of the front layer carried beyond its edge, and the mask of what gives way.
    """
    depth = np.where(view.raster.hit, view.raster.depth, np.float32(1e5))
    farthest = cv2.dilate(depth, np.ones((3, 3), np.uint8))
    edge = view.raster.hit & (farthest > depth + _BEHIND_MM) & (np.abs(skin) > 2 * _STILL_PX).any(axis=2)
    if not edge.any():
        return skin, np.zeros(edge.shape, np.bool_)
    distance, label = cv2.distanceTransformWithLabels(
        (~edge).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE, labelType=cv2.DIST_LABEL_PIXEL
    )
    where = np.zeros((int(label.max()) + 1, 2), np.int64)
    rows, columns = np.nonzero(edge)
    where[label[rows, columns]] = np.stack([rows, columns], axis=1)
    row, column = where[label][..., 0], where[label][..., 1]
    behind = depth > depth[row, column] + 0.5 * _BEHIND_MM
    rim = behind & (distance <= _RIM_MM * view.px_per_mm)
    carried = np.where(rim[..., None], skin[row, column], skin)
    return carried, behind & ~rim & (distance < reach)


def _sources(flow: Image) -> Image:
    """Return (rows, columns, 2) where each pixel of the picture after comes from: the fixed point of x + flow(x)."""
    rows, columns = flow.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).astype(np.float32)
    source = grid - flow
    for _ in range(10):
        source = grid - _look_up(flow, source)
    return source


def _look_up(image: Image, source: Image) -> Image:
    found: Image = cv2.remap(image, source, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return found


def _relight(view: _View, photo: Photo, fit: PhotoFit, topology: Topology, displacement: Points) -> Image:
    """Return (rows, columns) the light on the skin after over before, 1 where nothing turns."""
    before = vertex_normals(fit.points, topology.triangles)
    turned = vertex_normals(fit.points + displacement, topology.triangles)
    light = learn(*_lit_skin(view, photo, topology, before))
    ratio = np.clip(light.at(turned) / light.at(before), *_GAIN)
    change = view.raster.carry((ratio - 1)[:, None], topology.triangles)[..., 0]
    # softly to nothing at the outline, where normals are least certain
    inside = cv2.erode(view.raster.hit.astype(np.float32), np.ones((3, 3), np.uint8), iterations=2)
    sigma = _SOFT_MM * view.px_per_mm
    softened: Image = 1 + cv2.GaussianBlur(change, (0, 0), sigma) * cv2.GaussianBlur(inside, (0, 0), sigma)
    return softened


def _lit_skin(view: _View, photo: Photo, topology: Topology, normals: Floats) -> tuple[Floats, Floats]:
    """Return unit normals and linear luminance of the skin that the photo shows here."""
    names = ("cheek_r", "cheek_l", "nose", "chin", "forehead")
    control = np.any([topology.region(name) for name in names], axis=0).astype(float)
    skin = topology.subdivide(control[:, None])
    seen = view.raster.carry(np.concatenate([normals, skin], axis=1), topology.triangles)
    rows, columns = (axis[::7] for axis in np.nonzero(seen[..., 3] > 0.8))
    small = cv2.resize(view.cut(photo.pixels), seen.shape[1::-1], interpolation=cv2.INTER_AREA)
    linear = (small[rows, columns] / 255.0) ** _GAMMA
    direction = seen[rows, columns, :3].astype(np.float64)
    direction /= np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), 1e-9)
    return direction, linear @ (0.2126, 0.7152, 0.0722)


def _paint(view: _View, photo: Photo, source: Image, light: Image) -> Pixels:
    """Return the part of the photo that changes, in photo pixels."""
    rows, columns = source.shape[:2]
    grid = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), axis=-1).astype(np.float32)
    shift = cv2.resize(source - grid, view.size, interpolation=cv2.INTER_LINEAR) / view.scale.astype(np.float32)
    light = cv2.resize(light, view.size, interpolation=cv2.INTER_LINEAR)
    own = np.stack(np.meshgrid(np.arange(view.size[0]), np.arange(view.size[1])), axis=-1).astype(np.float32)
    where = own + shift + np.array(view.low, np.float32)
    moved = cv2.remap(photo.pixels, where, None, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)
    original = view.cut(photo.pixels)
    picture = np.where((np.abs(shift) > _STILL_PX).any(axis=2)[..., None], moved, original)
    gain = np.power(light, np.float32(1 / _GAMMA))[..., None]
    lit = np.clip(picture * gain + 0.5, 0, 255).astype(np.uint8)
    shown: Pixels = np.where((np.abs(light - 1) > _STILL_LIGHT)[..., None], lit, picture)
    return shown
