"""What a DICOM file says of its images: numbers and words that the picker needs, nothing else. Runs in the child.

Identity of patient and study goes over as a hash, to keep their images apart. Attribute names as in PS3.6.
"""

import hashlib
import math
from collections.abc import Sequence
from typing import IO, Any

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from clinic.words import say

_WORDS = 64  # characters of a description
_MOST_FRAMES = 10_000
_READS = ("CT", "MR")
_PATIENT = ("PatientID", "PatientName", "PatientBirthDate")
# Kept apart within a series: phases, echoes and reconstructions of the same place.
_KEPT_APART = ("EchoNumbers", "TemporalPositionIdentifier", "AcquisitionNumber", "ConvolutionKernel")


def facts(opened: IO[bytes]) -> list[dict[str, Any]] | str:
    """Return one entry per frame, or in words what the file is instead of CT or MR images."""
    try:
        header = dcmread(opened, stop_before_pixels=True, force=True)
        if "Modality" not in header and "Rows" not in header:
            return say("is not DICOM")
        if "DirectoryRecordSequence" in header:
            return say("is a directory of the others")
        modality = str(header.get("Modality", ""))
        if modality not in _READS:
            return say("is of the kind {modality}", modality=modality[:16] or "unknown")
        if not header.get("Rows") or not header.get("Columns"):
            return say("holds no image")
        return _frames(header)
    except InvalidDicomError:
        return say("is not DICOM")
    except Exception:
        # One damaged file among hundreds is reported, and the others are used.
        return say("is damaged")


def _frames(header: Dataset) -> list[dict[str, Any]]:
    count = int(header.get("NumberOfFrames", 1) or 1)
    if not 1 <= count <= _MOST_FRAMES:
        raise ValueError("frames")
    common = _common(header)
    shared = _group(header.get("SharedFunctionalGroupsSequence"), 0)
    per_frame = header.get("PerFrameFunctionalGroupsSequence")
    frames = [_frame(header, shared, _group(per_frame, number), number) for number in range(count)]
    if count > 1 and per_frame is None:
        _place_along_normal(header, frames)
    return [common | frame for frame in frames]


def _common(header: Dataset) -> dict[str, Any]:
    patient = "\0".join(str(header.get(name, "")) for name in _PATIENT)
    series = [str(header.get(name, "")) for name in ("StudyInstanceUID", "SeriesInstanceUID")]
    kinds = [str(value).upper() for value in _many(header.get("ImageType"))]
    return {
        "patient": _hash(patient),
        "series": _hash(patient, *series),
        "instance": _hash(str(header.get("SOPInstanceUID", ""))),
        "modality": str(header.Modality),
        "description": str(header.get("SeriesDescription", ""))[:_WORDS],
        "rows": int(header.Rows),
        "columns": int(header.Columns),
        "samples": int(header.get("SamplesPerPixel", 1) or 1),
        "bits": int(header.get("BitsStored", header.get("BitsAllocated", 16))),
        "number": int(header.get("InstanceNumber", 0) or 0),
        "acquisition": int(header.get("AcquisitionNumber", 0) or 0),
        "apart": _hash(*(str(header.get(name, "")) for name in _KEPT_APART)),
        "is_localizer": "LOCALIZER" in kinds or "SCOUT" in kinds,
    }


def _frame(header: Dataset, shared: Dataset, own: Dataset, number: int) -> dict[str, Any]:
    def look(sequence: str, name: str) -> Any:
        for place in (own, shared):
            item = _group(place.get(sequence), 0)
            if name in item:
                return item.get(name)
        return header.get(name)

    return {
        "frame": number,
        "position": _numbers(look("PlanePositionSequence", "ImagePositionPatient"), 3),
        "orientation": _numbers(look("PlaneOrientationSequence", "ImageOrientationPatient"), 6),
        "spacing": _numbers(look("PixelMeasuresSequence", "PixelSpacing"), 2)
        or _numbers(header.get("ImagerPixelSpacing"), 2),
        "thickness": _number(look("PixelMeasuresSequence", "SliceThickness")),
        "slope": _number(look("PixelValueTransformationSequence", "RescaleSlope"), 1.0) or 1.0,
        "intercept": _number(look("PixelValueTransformationSequence", "RescaleIntercept"), 0.0),
    }


def _place_along_normal(header: Dataset, frames: list[dict[str, Any]]) -> None:
    """Place the frames of an old multi-frame file, which states the place of the first and the step."""
    step = _number(header.get("SpacingBetweenSlices")) or _number(header.get("SliceThickness"))
    first, axes = frames[0]["position"], frames[0]["orientation"]
    if not step or not first or not axes:
        return
    (a, b, c), (d, e, f) = axes[:3], axes[3:]
    normal = (b * f - c * e, c * d - a * f, a * e - b * d)
    for number, frame in enumerate(frames):
        frame["position"] = [start + number * step * along for start, along in zip(first, normal, strict=True)]


def _group(sequence: Any, number: int) -> Dataset:
    return sequence[number] if sequence is not None and len(sequence) > number else Dataset()


def _many(value: Any) -> Sequence[Any]:
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)


def _numbers(value: Any, count: int) -> list[float] | None:
    if value is None or isinstance(value, str | float | int) or len(value) != count:
        return None
    numbers = [float(one) for one in value]
    return numbers if all(math.isfinite(number) and abs(number) < 1e6 for number in numbers) else None


def _number(value: Any, otherwise: float | None = None) -> float | None:
    if value is None or value == "":
        return otherwise
    number = float(value)
    return number if math.isfinite(number) and abs(number) < 1e6 else otherwise


def _hash(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:16]
