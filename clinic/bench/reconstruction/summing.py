"""What all faces together say. Medians are over all points of all faces, unless a name says otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from clinic.bench.reconstruction.face import Face
from clinic.bench.reconstruction.family import REGIONS
from clinic.bench.reconstruction.paired import Difference, difference
from clinic.case import Floats, Mask

YAW_BINS = ((0, 30), (30, 60), (60, 90))


@dataclass(frozen=True, slots=True)
class Errors:
    """One way on all faces, mm. of_faces: each face's own median, None where it was refused."""

    median: float
    mean: float
    p95: float
    surface_median: float
    surface_mean: float
    of_faces: tuple[float | None, ...]


def errors(faces: Sequence[Face], way: str) -> Errors | None:
    """Return the errors of one way; None if it never gave a face."""
    told = [face for face in faces if way in face.apart]
    if not told:
        return None
    apart = np.concatenate([face.apart[way] for face in told])
    surface = np.concatenate([face.to_surface[way] for face in told])
    of_faces = tuple(float(np.median(face.apart[way])) if way in face.apart else None for face in faces)
    return Errors(
        float(np.median(apart)),
        float(apart.mean()),
        float(np.percentile(apart, 95)),
        float(np.median(surface)),
        float(surface.mean()),
        of_faces,
    )


def gain_pct(errors: Errors | None, other: Errors | None) -> float | None:
    """Return how far a median lies under another, per cent."""
    if errors is None or other is None:
        return None
    return 100 * (1 - errors.median / other.median)


def by_region(faces: Sequence[Face], regions: Mask, way: str, other: str) -> Mapping[str, Difference]:
    """Return paired differences of the faces' medians, way − other, on the whole face and in each region."""
    masks = {"face": np.ones(regions.shape[1], bool), **dict(zip(REGIONS, regions, strict=True))}
    return {name: difference(_medians(faces, way, mask), _medians(faces, other, mask)) for name, mask in masks.items()}


def _medians(faces: Sequence[Face], way: str, mask: Mask) -> Floats:
    return np.array([np.median(face.apart[way][mask]) if way in face.apart else np.nan for face in faces])


def by_yaw(faces: Sequence[Face]) -> Sequence[Mapping[str, object]]:
    """Return the errors of single photos by how far the head is turned, and how many were refused."""
    rows = []
    for low, high in YAW_BINS:
        chosen = [
            (face, way)
            for face in faces
            for way, yaw in face.yaw_deg.items()
            if low <= abs(yaw) < high or (high == YAW_BINS[-1][1] <= abs(yaw))
        ]
        told = [face.apart[way] for face, way in chosen if way in face.apart]
        rows.append(
            {
                "yaw_deg": [low, high],
                "photos": len(chosen),
                "refused": len(chosen) - len(told),
                "median_mm": float(np.median(np.concatenate(told))) if told else None,
            }
        )
    return rows


def coverage(faces: Sequence[Face]) -> Mapping[str, Mapping[str, float | None]]:
    """Return per cent of coordinates of points, and of clinical lengths, within their 90 % intervals, by way."""
    ways = sorted({way for face in faces for way in face.within})
    return {
        way: {
            "points": 100 * float(np.mean([face.within[way] for face in faces if way in face.within])),
            "lengths": _share([face.lengths_within[way] for face in faces if way in face.lengths_within]),
        }
        for way in ways
    }


def _share(flags: Sequence[Floats]) -> float | None:
    return 100 * float(np.concatenate(flags).mean()) if flags else None


def told(differences: Mapping[str, Difference]) -> Mapping[str, object]:
    """Return differences ready for JSON."""
    return {
        name: {key: None if value != value else value for key, value in asdict(one).items()}
        for name, one in differences.items()
    }


def seconds(faces: Sequence[Face]) -> Mapping[str, float]:
    """Return the median seconds of the fit without texture, by way; two faces are measured side by side."""
    ways = sorted({way for face in faces for way in face.seconds})
    return {way: float(np.median([face.seconds[way] for face in faces if way in face.seconds])) for way in ways}


def refused(faces: Sequence[Face]) -> Mapping[str, str]:
    """Return by way how many faces were refused, and the words of the first."""
    ways = sorted({way for face in faces for way in face.refused})
    counted = {way: [face.refused[way] for face in faces if way in face.refused] for way in ways}
    return {way: f"{len(told)} of {len(faces)}: {told[0]}" for way, told in counted.items()}
