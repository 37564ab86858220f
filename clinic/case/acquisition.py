"""What was taken of the patient."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from clinic.case.arrays import Floats, Pixels, Points, Triangles, freeze
from clinic.case.digest import digest, later
from clinic.case.volume import Volume


@dataclass(frozen=True, slots=True, eq=False)
class Depth:
    """Distances that the camera measured with a photo, along its axis.

    mm: (rows, columns) float32 over the same picture, often coarser; NaN where it measured none. absolute: False if
    the camera vouches for the ratios of the distances and not for the distances.
    """

    mm: NDArray[np.float32]
    absolute: bool

    def __post_init__(self) -> None:
        freeze(self, mm=(np.float32, -1, -1))


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Photo:
    """One upright photograph in sRGB, 8 bits, with nothing of its metadata but the lens.

    pixels: (rows, columns, 3) uint8. focal_35mm: 35 mm equivalent focal length in mm from EXIF, None if unknown or if
    the picture was cropped. made_from: SHA-256 of the file that was read. depth: where the camera measured it.
    face_at: which of several faces is the patient's: a point inside it (column, row), as shares of width and height;
    None where there is no choice.
    """

    pixels: Pixels
    name: str  # a neutral label ("photo 1"), never the file's name: that may hold the patient's
    focal_35mm: float | None = None
    made_from: str = ""
    warnings: tuple[str, ...] = ()
    depth: Depth | None = later(None)
    face_at: tuple[float, float] | None = later(None)

    def __post_init__(self) -> None:
        freeze(self, pixels=(np.uint8, -1, -1, 3))

    @property
    def id(self) -> str:
        """Digest of the picture and of the face chosen in it: equal pixels, equal id."""
        known = _ids.get(self)
        if known is None:
            known = _ids[self] = digest(self.pixels if self.face_at is None else (self.pixels, self.face_at))
        return known

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


# of the photos in memory: a large one takes a tenth of a second to hash, and its id is asked for at every change
_ids: WeakKeyDictionary[Photo, str] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Scan:
    """The skin as a 3D camera saw it: cleaned, in millimetres, upright in the patient's axes as far as its face tells.

    points: (n, 3). triangles: (m, 3). uv: (n, 2), v upwards, with texture (h, w, 3) sRGB; colours: (n, 3) sRGB where
    there is no texture; neither where the camera took no colour. unit: "mm", "cm" or "m", what the file's numbers
    were confirmed to be. cleaned: what was done to the surface, one sentence each. closed: the last so many points are
    not the camera's, they close holes. made_from: SHA-256 of the file.
    """

    points: Points
    triangles: Triangles
    unit: str
    uv: Floats | None = None
    texture: Pixels | None = None
    colours: Pixels | None = None
    cleaned: tuple[str, ...] = ()
    made_from: str = ""
    closed: int = 0

    def __post_init__(self) -> None:
        freeze(self, points=(np.float64, -1, 3), triangles=(np.int32, -1, 3))
        if self.uv is not None:
            freeze(self, uv=(np.float64, len(self.points), 2))
        if self.texture is not None:
            freeze(self, texture=(np.uint8, -1, -1, 3))
        if self.colours is not None:
            freeze(self, colours=(np.uint8, len(self.points), 3))

    @property
    def id(self) -> str:
        """Digest of the surface and its colour."""
        known = _scan_ids.get(self)
        if known is None:
            colour = (self.uv, self.texture, self.colours)
            known = _scan_ids[self] = digest((self.points, self.triangles, *colour))
        return known

    @property
    def coloured(self) -> bool:
        """Whether the camera took colour too."""
        return self.colours is not None or (self.uv is not None and self.texture is not None)


_scan_ids: WeakKeyDictionary[Scan, str] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Ruler:
    """Two marks on a ruler in a photo, and how far apart they are.

    photo_id: `Photo.id`. start, end: (column, row) pixels.
    """

    photo_id: str
    start: tuple[float, float]
    end: tuple[float, float]
    length_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class Acquisition:
    """All photos of one sitting, a scan, a volume, and what the user said about scale.

    interpupillary_mm: distance of the pupils measured on the patient, distance gaze. rulers: marked in the photos.
    card_mm: side of the black square of the ArUco or AprilTag markers in the photos. levels: values of the volume from
    which the user wants skin and bone to begin; None where they are found.
    """

    photos: tuple[Photo, ...] = ()
    interpupillary_mm: float | None = None
    rulers: tuple[Ruler, ...] = later(())
    card_mm: float | None = later(None)
    scan: Scan | None = later(None)
    volume: Volume | None = later(None)
    levels: tuple[float, float] | None = later(None)

    @property
    def ids(self) -> tuple[str, ...]:
        """What a face would be made from: the ids of the photos, of the scan and of the volume with its levels."""
        photos = tuple(photo.id for photo in self.photos)
        scan = () if self.scan is None else (self.scan.id,)
        levels = () if self.levels is None else (digest(self.levels),)
        return (*photos, *scan, *(() if self.volume is None else (self.volume.id, *levels)))


@dataclass(frozen=True, slots=True)
class PhotoCheck:
    """What was seen in a photo before a face is built.

    photo_id: `Photo.id`. view: the standard view that it is nearest to, an id of `rendering.views`; "" without a face.
    yaw_deg: + where it shows the patient's left side; pitch_deg: + where it looks from above. faces: (left, top, right,
    bottom) px of every face of comparable size, the one that will be used first. retake: what to do better, in words.
    refusal: why it cannot be used, "" if it can.
    """

    photo_id: str
    view: str
    yaw_deg: float
    pitch_deg: float
    faces: tuple[tuple[float, float, float, float], ...]
    retake: tuple[str, ...] = ()
    refusal: str = ""
