"""The face before surgery."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clinic.case.arrays import Floats, Pixels, Points, Triangles, freeze
from clinic.case.digest import later
from clinic.case.surface import Topology
from clinic.words import say


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """A perspective camera without distortion: image point = (cx, cy) + focal_px · (X, Y) / Z.

    Camera axes: x right, y down, z forward. rotation (3, 3) and translation (3,) mm take the patient frame there:
    X = rotation · p + translation. width and height in pixels.
    """

    focal_px: float
    cx: float
    cy: float
    width: int
    height: int
    rotation: Floats
    translation: Floats

    def __post_init__(self) -> None:
        freeze(self, rotation=(np.float64, 3, 3), translation=(np.float64, 3))

    def to_camera(self, points: Points) -> Points:
        """Return (n, 3) points in camera axes, mm; the third is depth."""
        seen: Points = points @ self.rotation.T + self.translation
        return seen

    def project(self, points: Points) -> Floats:
        """Return the (n, 2) image points, pixels."""
        x = self.to_camera(points)
        projected: Floats = self.focal_px * x[:, :2] / x[:, 2:] + (self.cx, self.cy)
        return projected

    @property
    def position(self) -> Floats:
        """Where the camera stands, (3,) mm in the patient frame."""
        centre: Floats = -self.rotation.T @ self.translation
        return centre


@dataclass(frozen=True, slots=True, eq=False)
class PhotoFit:
    """How one photo sees the face.

    photo_id: `Photo.id`. points: (n, 3) the display mesh with the expression of that photo, patient frame.
    expression: (52,) ARKit weights. landmarks: (k, 2) detected image points; error_px: (k,) distance to the fit.
    """

    photo_id: str
    camera: Camera
    points: Points
    expression: Floats
    landmarks: Floats
    error_px: Floats

    def __post_init__(self) -> None:
        freeze(
            self,
            points=(np.float64, -1, 3),
            expression=(np.float64, -1),
            landmarks=(np.float64, -1, 2),
            error_px=(np.float64, -1),
        )


@dataclass(frozen=True, slots=True, eq=False)
class ScanFit:
    """How a scan lies on the face that was built from it.

    scan_id: `Scan.id`. rotation (3, 3) and translation (3,) mm take it to the patient frame: rotation · p +
    translation.
    median_mm, p95_mm: distance of its points to the face, over those within 90 mm of the nose tip that face the same
    way, none left out for being far.
    """

    scan_id: str
    rotation: Floats
    translation: Floats
    median_mm: float
    p95_mm: float

    def __post_init__(self) -> None:
        freeze(self, rotation=(np.float64, 3, 3), translation=(np.float64, 3))

    def place(self, points: Points) -> Points:
        """Return (n, 3) points of the scan in the patient frame, mm."""
        placed: Points = points @ self.rotation.T + self.translation
        return placed


@dataclass(frozen=True, slots=True)
class Scale:
    """Where the millimetres come from, and how far they may be off."""

    source: str  # "interpupillary", "iris", ...
    relative_sigma: float  # one standard deviation, 0.01 is 1 %

    @property
    def words(self) -> str:
        """For a caption: "scale from the iris, ± 4.3 %" (one standard deviation)."""
        return say(
            "scale from the {source!t}, ± {relative_sigma:.1f} %",
            source=self.source,
            relative_sigma=100 * self.relative_sigma,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Texture:
    """Skin colour over the topology's uv.

    pixels: (h, w, 3) sRGB, row 0 is v = 1. seen: (h, w) uint8, 255 where a photo shows the skin, 0 where it was filled.
    """

    pixels: Pixels
    seen: Pixels

    def __post_init__(self) -> None:
        freeze(self, pixels=(np.uint8, -1, -1, 3), seen=(np.uint8, -1, -1))


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Something beside the skin: an eyeball, teeth, the tongue. Generic in shape, labelled "illustrative".

    points: (n, 3) mm patient frame. triangles: (m, 3). colours: (n, 3) sRGB.
    """

    name: str
    points: Points
    triangles: Triangles
    colours: Pixels

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, -1, 3), triangles=(np.int32, -1, 3), colours=(np.uint8, -1, 3))


@dataclass(frozen=True, slots=True, eq=False)
class FaceModel:
    """The neutral face in millimetres.

    identity: (k,) weights of the face space's modes, one standard deviation each. residual: (c,) mm along the control
    normals, what the modes cannot say. rotation (3, 3), translation (3,), mm, and size take the face space to the
    patient frame: p = size · rotation · q + translation. control: (c, 3) skin control vertices, patient frame.
    sigma_mm: (n,) one standard deviation per display vertex, scale not included. seen: (n,) uint8, photos that show the
    vertex (0: inferred). thickness_mm: (c,) soft tissue from skin to bone where a CT shows it, NaN elsewhere; None
    without a CT. error_modes: (r, c, 3) mm, independent ways in which the face may be off as a whole, one standard
    deviation each, scale not included: a measure's ± follows from how each of them changes it. scan: how the scan lies
    that the face was built from; its control mesh then lies on the scan, and identity is only the nearest that the face
    space has. detail: (n, 3) mm from the subdivided control mesh to the scan's own surface, patient frame. bone: of a
    CT, thinned; the patient's own.
    """

    topology: Topology
    identity: Floats
    residual: Floats
    size: float
    rotation: Floats
    translation: Floats
    control: Points
    parts: tuple[Part, ...]
    texture: Texture
    scale: Scale
    sigma_mm: Floats
    seen: Pixels
    photos: tuple[PhotoFit, ...] = ()
    warnings: tuple[str, ...] = ()
    made_from: tuple[str, ...] = ()  # digests of the photos and the scan
    made_by: str = ""  # stage version and weights
    thickness_mm: Floats | None = later(None)
    error_modes: NDArray[np.float32] | None = later(None)
    scan: ScanFit | None = later(None)
    detail: Points | None = later(None)
    bone: Part | None = later(None)

    def __post_init__(self) -> None:
        freeze(
            self,
            identity=(np.float64, -1),
            residual=(np.float64, -1),
            rotation=(np.float64, 3, 3),
            translation=(np.float64, 3),
            control=(np.float64, -1, 3),
            sigma_mm=(np.float64, -1),
            seen=(np.uint8, -1),
        )
        if self.thickness_mm is not None:
            freeze(self, thickness_mm=(np.float64, len(self.control)))
        if self.error_modes is not None:
            freeze(self, error_modes=(np.float32, -1, len(self.control), 3))
        if self.detail is not None:
            freeze(self, detail=(np.float64, len(self.topology.uv), 3))

    @property
    def points(self) -> Points:
        """The (n, 3) vertices of the display mesh, mm, patient frame."""
        smooth = self.topology.subdivide(self.control)
        return smooth if self.detail is None else smooth + self.detail

    def landmarks(self, displacement: Points | None = None) -> dict[str, Points]:
        """Return the named landmarks, each (3,) mm; `displacement` (n, 3) is added to the skin first."""
        if displacement is None and self.detail is None:
            return self.topology.landmarks_on(self.control)
        displacement = np.zeros(3) if displacement is None else displacement
        placed = self.topology.landmarks.on(self.points + displacement, self.topology.triangles)
        return dict(zip(self.topology.landmarks.names, placed, strict=True))
