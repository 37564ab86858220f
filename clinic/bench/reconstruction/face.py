"""One face of the bench: photographed, rebuilt in every way, and held against the truth."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clinic.bench.reconstruction.aligned import similarity
from clinic.bench.reconstruction.baseline import landmark_fit
from clinic.bench.reconstruction.family import Family, lengths
from clinic.bench.reconstruction.intervals import lengths_within, points_within
from clinic.bench.reconstruction.studio.sitting import SERIES, Sitting, sitting
from clinic.bench.timing import timed
from clinic.case import Acquisition, Floats, Photo, Points, Ruler
from clinic.errors import ClinicError
from clinic.geometry.nearest import Surface
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.shaping import Shape, shape

SIZES = (1, 3, 5)
_SIDEWAYS = (1, 3)  # photos that are also fitted alone, for the bins of yaw


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """What one face gave; everything in mm.

    apart: by way, (s,) distances between corresponding points. to_surface: by way, distances of the true points to
    the surface found. within: by way, share of coordinates within their 90 % intervals. lengths_within: by way, one
    flag per length. ruler_off: (l,) errors of lengths at the scale of `ruler_source`. yaw_deg: of the photos
    that were fitted alone, by way. seconds: by way. refused: by way, why there is no face.
    """

    apart: Mapping[str, Floats]
    to_surface: Mapping[str, Floats]
    within: Mapping[str, float]
    lengths_within: Mapping[str, Floats]
    ruler_off: Floats
    ruler_source: str
    yaw_deg: Mapping[str, float]
    seconds: Mapping[str, float]
    refused: Mapping[str, str]


class _Notes:
    """Collects what a face gives while it is measured."""

    def __init__(self, family: Family, space: FaceSpace, taken: Sitting) -> None:
        self.family, self.space, self.taken = family, space, taken
        self.true = family.true(taken.truth)
        self.true_lengths = lengths(family.landmarks(space, taken.truth))
        self.apart: dict[str, Floats] = {}
        self.to_surface: dict[str, Floats] = {}
        self.within: dict[str, float] = {}
        self.lengths_within: dict[str, Floats] = {}
        self.yaw_deg: dict[str, float] = {}
        self.seconds: dict[str, float] = {}
        self.refused: dict[str, str] = {}
        self.ruler_off, self.ruler_source = np.zeros(0), ""

    def compare(self, way: str, control: Points) -> tuple[Points, float]:
        """Note how far a face (c, 3) is off; return its points on the true ones, and the size it took."""
        ours = self.family.ours(self.space, control)
        moved = similarity(ours, self.true)
        aligned = moved.of(ours)
        self.apart[way] = np.linalg.norm(aligned - self.true, axis=1)
        topology = self.space.topology
        surface = Surface(moved.of(topology.subdivide(control)), topology.triangles)
        self.to_surface[way] = np.linalg.norm(surface.nearest(self.true).points - self.true, axis=1)
        return aligned, moved.size

    def rebuild(self, way: str, photos: tuple[Photo, ...], rulers: tuple[Ruler, ...] = ()) -> Shape | None:
        """Build the face from photos and note all that follows, or why there is none."""
        try:
            found, seconds = timed(lambda: shape(Acquisition(photos, rulers=rulers), self.space, Progress()))
        except ClinicError as error:
            self.refused[way] = str(error)
            return None
        self.seconds[way] = seconds
        aligned, size = self.compare(way, found.control)
        sigma = size * self.family.carried(self.space, found.sigma_mm)
        self.within[way] = points_within(sigma, aligned, self.true)
        if found.error_modes is not None:
            topology, modes = self.space.topology, found.error_modes
            self.lengths_within[way] = lengths_within(topology, found.control, modes, size, self.true_lengths)
        return found

    def measure_by_ruler(self, found: Shape) -> None:
        """Note lengths as the product would print them."""
        self.ruler_source = found.scale.source
        told = lengths(self.space.topology.landmarks_on(found.control))
        self.ruler_off = told - self.true_lengths

    def done(self) -> Face:
        """Return the notes as values."""
        return Face(
            self.apart, self.to_surface, self.within, self.lengths_within, self.ruler_off, self.ruler_source,
            self.yaw_deg, self.seconds, self.refused,
        )  # fmt: skip


def measure(family: Family, space: FaceSpace, weights: Floats, seed: int) -> Face:
    """Photograph a person and rebuild the face in every way.

    Ways: photo1, photo3, photo5; meanface and landmark_fit beside photo1; turned1, turned3 are single photos from the
    side.
    """
    taken = sitting(family.kind, weights, seed, SERIES, ruler_in=0)
    notes = _Notes(family, space, taken)
    notes.compare("meanface", space.mean)
    for count in SIZES:
        rulers = taken.rulers if count == max(SIZES) else ()
        found = notes.rebuild(f"photo{count}", taken.photos[:count], rulers)
        if found is not None and count == 1 and isinstance(found.faces[0], Detection):
            notes.compare("landmark_fit", landmark_fit(found.used[0], found.faces[0], space))
        if found is not None and rulers:
            notes.measure_by_ruler(found)
    notes.yaw_deg["photo1"] = float(taken.yaw_deg[0])
    for number in _SIDEWAYS:
        notes.rebuild(f"turned{number}", taken.photos[number : number + 1])
        notes.yaw_deg[f"turned{number}"] = float(taken.yaw_deg[number])
    return notes.done()
