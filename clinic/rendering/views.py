"""Where the camera stands: the standard views of facial surgery.

Every view looks at F, the midpoint of nasion and gnathion moved to the depth of the outer eye corners, from 1 m through
a 105 mm lens (19.46° high). Azimuth + shows the patient's left side, elevation + looks from above. The lens is shifted
so that the whole head stands in the middle of the picture, and not the tip of the nose; that leaves perspective alone.

A photo's own camera is a view too: seen from where it was taken, the face covers the patient's photo to the pixel.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from clinic.case import FaceModel, Floats, PhotoFit, Points, frozen
from clinic.words import say

DISTANCE_MM = 1000.0
LENS_ANGLE_DEG = 19.46  # 2 atan(36 / 2 / 105): the long side of a 36 mm frame behind a 105 mm lens
PORTRAIT = 2 / 3  # width over height
HEAD_MM = (0.0, 55.0, 10.0)  # from F to the middle of what a picture of the head shows, patient frame
_BASAL_RANGE_DEG = (-80.0, -45.0)


@dataclass(frozen=True, slots=True)
class View:
    """One standard view. key: its shortcut. elevation_deg None: solved for each face (basal)."""

    id: str
    title: str
    key: str
    azimuth_deg: float
    elevation_deg: float | None


STANDARD_VIEWS: tuple[View, ...] = (
    View("frontal", say("Frontal"), "1", 0.0, 0.0),
    View("oblique_l", say("Oblique L"), "2", 45.0, 0.0),
    View("lateral_l", say("Lateral L"), "3", 90.0, 0.0),
    View("oblique_r", say("Oblique R"), "4", -45.0, 0.0),
    View("lateral_r", say("Lateral R"), "5", -90.0, 0.0),
    View("basal", say("Basal"), "6", 0.0, None),
    View("cephalic", say("Cephalic"), "7", 0.0, 45.0),
    View("birds_eye", say("Bird’s eye"), "8", 180.0, 80.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class ViewCamera:
    """A perspective camera as a viewport sets it.

    position, target: (3,) mm, patient frame. up: (3,) unit vector. angle_deg: vertical field of view. framed: (3,) mm
    from the target to the point that stands in the middle of the picture: the lens is shifted, the camera not turned.
    aspect: width over height of what has to be in sight: a window that is narrower shows more above and below.
    """

    position: Floats
    target: Floats
    up: Floats
    angle_deg: float
    framed: Floats = field(default_factory=lambda: np.zeros(3))
    aspect: float = PORTRAIT

    def __post_init__(self) -> None:
        for name in ("position", "target", "up", "framed"):
            object.__setattr__(self, name, frozen(getattr(self, name), np.float64, 3))

    @property
    def axes(self) -> Floats:
        """Rows: right, up, forward in the patient frame, (3, 3), orthonormal."""
        forward = _unit(self.target - self.position)
        right = _unit(np.cross(forward, self.up))
        return np.stack([right, np.cross(right, forward), forward])

    def project(self, points: Points, width: int, height: int) -> Floats:
        """Return (n, 2) image points (column, row) in a picture of width × height pixels."""
        x, y, depth = ((points - self.position) @ self.axes.T).T
        focal = height / 2 / np.tan(np.radians(self.angle_deg) / 2)
        across, upwards = self.window_centre(width / height)
        column = width / 2 * (1 - across) + focal * x / depth
        row = height / 2 * (1 + upwards) - focal * y / depth
        return np.stack([column, row], axis=1)

    def ray(self, column: float, row: float, width: int, height: int) -> Floats:
        """Return the unit direction (3,) in which an image point of a picture of width × height pixels lies."""
        focal = height / 2 / np.tan(np.radians(self.angle_deg) / 2)
        across, upwards = self.window_centre(width / height)
        right = column - width / 2 * (1 - across)
        above = height / 2 * (1 + upwards) - row
        return _unit(np.array([right, above, focal]) @ self.axes)

    def window_centre(self, aspect: float) -> tuple[float, float]:
        """Return where the optical axis crosses a picture as VTK's window centre: 0 in the middle, ±1 at the edges.

        aspect: width over height of the picture.
        """
        right, up, _ = self.axes @ self.framed
        half_height_mm = self.mm_per_pixel(2)
        return float(right / half_height_mm / aspect), float(up / half_height_mm)

    def mm_per_pixel(self, height: int) -> float:
        """Return the size of a pixel at the target's depth, mm, in a picture `height` pixels tall."""
        distance = float(np.linalg.norm(self.target - self.position))
        return float(2 * distance * np.tan(np.radians(self.angle_deg) / 2) / height)


def view(view_id: str) -> View:
    """Return a standard view by its id. Raises KeyError for an unknown one."""
    return {standard.id: standard for standard in STANDARD_VIEWS}[view_id]


def camera(standard: View, face: FaceModel) -> ViewCamera:
    """Return the camera of a standard view; before and after share it, so it depends on the face before alone."""
    landmarks = face.landmarks()
    elevation = standard.elevation_deg
    if elevation is None:
        elevation = _basal_elevation_deg(landmarks)
    return _orbit(_target(landmarks), standard.azimuth_deg, elevation)


def photo_camera(fit: PhotoFit, face: FaceModel) -> ViewCamera:
    """Return the camera that took a photo, aimed at the depth of the outer eye corners; its picture is the photo's."""
    taken = fit.camera
    marks = face.topology.landmarks.on(fit.points, face.topology.triangles)
    corners = [face.topology.landmarks.names.index(f"exocanthion_{side}") for side in "rl"]
    depth = float(taken.to_camera(marks[corners])[:, 2].mean())
    right, down, forward = taken.rotation
    # what the middle of the picture shows at that depth: the lens stands there, beside its axis
    aside = (taken.width / 2 - taken.cx) * right + (taken.height / 2 - taken.cy) * down
    return ViewCamera(
        position=taken.position,
        target=taken.position + depth * forward,
        up=-down,
        angle_deg=float(np.degrees(2 * np.arctan(taken.height / 2 / taken.focal_px))),
        framed=aside * depth / taken.focal_px,
        aspect=taken.width / taken.height,
    )


def _target(landmarks: Mapping[str, Floats]) -> Floats:
    target: Floats = (landmarks["nasion"] + landmarks["gnathion"]) / 2
    depth = (landmarks["exocanthion_r"][1] + landmarks["exocanthion_l"][1]) / 2
    return np.array([target[0], depth, target[2]])


def _orbit(target: Floats, azimuth_deg: float, elevation_deg: float) -> ViewCamera:
    a, e = np.radians(azimuth_deg), np.radians(elevation_deg)
    outward = np.array([np.sin(a) * np.cos(e), -np.cos(a) * np.cos(e), np.sin(e)])
    up = np.array([0.0, 0.0, 1.0])
    return ViewCamera(target + DISTANCE_MM * outward, target, up, LENS_ANGLE_DEG, np.array(HEAD_MM))


def _basal_elevation_deg(landmarks: Mapping[str, Floats]) -> float:
    """Return the elevation from which pronasale stands on the brow line (the height of glabella), by bisection."""
    tip_and_brow = np.stack([landmarks["pronasale"], landmarks["glabella"]])

    def tip_above_brow(elevation: float) -> float:
        rows = _orbit(_target(landmarks), 0.0, elevation).project(tip_and_brow, 1000, 1000)[:, 1]
        return float(rows[1] - rows[0])

    low, high = _BASAL_RANGE_DEG
    if tip_above_brow(low) * tip_above_brow(high) > 0:
        return min(_BASAL_RANGE_DEG, key=lambda end: abs(tip_above_brow(end)))
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if tip_above_brow(low) * tip_above_brow(middle) > 0 else (low, middle)
    return (low + high) / 2


def _unit(vector: Floats) -> Floats:
    unit: Floats = vector / np.linalg.norm(vector)
    return unit
