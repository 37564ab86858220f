"""One run: the family's faces with a prior that has not seen them, and in full also with one that has."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import numpy as np

from clinic.bench.machine import Machine
from clinic.bench.reconstruction import crew, summing
from clinic.bench.reconstruction.face import SIZES, Face
from clinic.bench.reconstruction.family import FILE, default_folder
from clinic.bench.reconstruction.seconds import whole_seconds
from clinic.bench.reconstruction.studio.sitting import SERIES
from clinic.bench.reconstruction.words import words
from clinic.bench.report import Numbers, Unmeasured, report
from clinic.case import Mask
from clinic.cli.bench import Report
from clinic.reconstruction.face_space import HOLDOUT, SHIP, FaceSpace
from clinic.reconstruction.training.gate import SEED, facespace_error, heads
from clinic.reconstruction.training.ict import identities

WAYS = ("meanface", "landmark_fit", *(f"photo{count}" for count in SIZES))
KEYS = (
    *(f"{way}_median_mm" for way in ("photo1", "photo3", "photo5", "meanface")),
    "photo1_gain_vs_meanface_pct", "photo1_gain_vs_landmark_fit_pct", "coverage90_pct", "photo5_seconds",
    "ruler_error_mm", "facespace_median_mm",
)  # fmt: skip
_DEFAULT, _IN_FULL = 20, 100
_GATE, _GATE_IN_FULL = 10, 100  # heads


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """What is measured beside the faces.

    seconds: of whole reconstructions. facespace_mm: median and mean of the gate. model_in_model: the same people with a
    prior that has learned from their family.
    """

    seconds: Sequence[float]
    facespace_mm: tuple[float, float]
    model_in_model: Sequence[Face] = ()


def run(options: argparse.Namespace) -> Report:
    """Measure; where the foreign heads are absent, say so of every number."""
    machine = Machine()
    folder = options.data or default_folder()
    if not (folder / FILE).is_file():
        return _absent(folder, machine)
    count = _IN_FULL if options.full else _DEFAULT
    faces = crew.faces(folder, HOLDOUT, count)
    _, family = crew.family(folder, HOLDOUT)
    kind = crew.kind(folder)
    people = identities(SEED, _GATE_IN_FULL if options.full else _GATE)
    beside = Beside(
        whole_seconds(kind),
        facespace_error(FaceSpace.load(HOLDOUT), heads(kind.ict, people)),
        crew.faces(folder, SHIP, count) if options.full else (),
    )
    return conclude(faces, family.regions, beside, machine)


def conclude(faces: Sequence[Face], regions: Mask, beside: Beside, machine: Machine) -> Report:
    """Draw the conclusions from all faces. regions: (r, s) which of the points compared."""
    found = {way: summing.errors(faces, way) for way in WAYS}
    covered = summing.coverage(faces)
    numbers: Numbers = {
        **{key: _median(found[key.removesuffix("_median_mm")], faces) for key in KEYS[:4]},
        "photo1_gain_vs_meanface_pct": _number(summing.gain_pct(found["photo1"], found["meanface"]), faces),
        "photo1_gain_vs_landmark_fit_pct": _number(summing.gain_pct(found["photo1"], found["landmark_fit"]), faces),
        "coverage90_pct": _number(covered.get("photo5", {}).get("points"), faces),
        "photo5_seconds": median(beside.seconds) if beside.seconds else Unmeasured(_refusals(faces)),
        "ruler_error_mm": _by_ruler(faces),
        "facespace_median_mm": beside.facespace_mm[0],
    }
    paired = {
        f"{way} − {other}": summing.by_region(faces, regions, way, other)
        for way, other in [
            ("photo1", "meanface"),
            ("photo1", "landmark_fit"),
            ("photo3", "meanface"),
            ("photo5", "meanface"),
        ]
    }
    details = {
        "faces": len(faces),
        "points": int(regions.shape[1]),
        "views_deg": list(SERIES),
        "ways": _told(found),
        "paired_mm": {name: summing.told(differences) for name, differences in paired.items()},
        "yaw": summing.by_yaw(faces),
        "coverage_pct": covered,
        "whole_seconds": list(beside.seconds),
        "shape_seconds": summing.seconds(faces),
        "facespace_mm": {"median": beside.facespace_mm[0], "mean": beside.facespace_mm[1]},
        "refused": summing.refused(faces),
        "ship_model_in_model": _told({way: summing.errors(beside.model_in_model, way) for way in WAYS}),
    }
    return report(numbers, details, machine, words(numbers, found, paired, details))


def _told(found: Mapping[str, summing.Errors | None]) -> Mapping[str, object]:
    return {way: asdict(one) for way, one in found.items() if one is not None}


def _median(found: summing.Errors | None, faces: Sequence[Face]) -> float | Unmeasured:
    return _number(found.median if found else None, faces)


def _number(value: float | None, faces: Sequence[Face]) -> float | Unmeasured:
    return Unmeasured(_refusals(faces)) if value is None else value


def _refusals(faces: Sequence[Face]) -> str:
    """Return why there is no face."""
    reasons = summing.refused(faces)
    return "; ".join(f"{way}: {why}" for way, why in reasons.items()) or "no face was built"


def _by_ruler(faces: Sequence[Face]) -> float | Unmeasured:
    told = [face.ruler_off for face in faces if "ruler" in face.ruler_source]
    if not told:
        return Unmeasured("no face took its scale from the ruler in the photo")
    return float(np.abs(np.concatenate(told)).mean())


def _absent(folder: Path, machine: Machine) -> Report:
    why = f"{folder / FILE} is absent: the foreign heads, whose true shape is known, are not part of the program"
    return report(dict.fromkeys(KEYS, Unmeasured(why)), {}, machine, f"Nothing was measured: {why}.")
