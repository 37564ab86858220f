"""How near the face comes to a surface scan: a real one, and heads of a model that is not our mesh.

Distances from every point of the scan within 90 mm of the nose tip whose normal agrees within 60°, none left out for
being far. The drawn heads come from the model that taught the face space: they tell of the mesh and the registration,
not of real people.
"""

import time
from pathlib import Path

import numpy as np

from clinic.case import FaceModel, Scan
from clinic.jobs import Progress
from clinic.reconstruction.scan import build
from clinic.reconstruction.training import ict

_SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
_REAL, _MODEL = "scans/meshmonk_demo_face.obj", "ict_head.npz"
_SEED, _HEADS = 905, 2


def scan_fit(progress: Progress) -> tuple[float | None, dict[str, object]]:
    """Return the median distance of the real scan, mm, and details; None with `why` in them where it is not at hand."""
    details: dict[str, object] = {}
    if (_SHARED / _MODEL).is_file():
        model = ict.read(_SHARED / _MODEL)
        details["drawn_heads"] = [
            _row(Scan(model.draw(weights), model.triangles, "mm"), progress)
            for weights in ict.identities(_SEED, _HEADS)
        ]
    if not (_SHARED / _REAL).is_file():
        return None, {**details, "why": f"the real scan {_REAL} is not in ../shared/data"}
    scan, words = _real(progress)
    row = _row(scan, progress)
    return float(row["median_mm"]), {**details, "real_scan": {**row, "cleaned": list(words), "unit": scan.unit}}


def _real(progress: Progress) -> tuple[Scan, tuple[str, ...]]:
    from clinic import workflow

    looked = workflow.look_at_scan(_SHARED / _REAL, progress)
    case = workflow.take_scan(workflow.new_case(workflow.new_patient("Bench")), looked, looked.unit, progress)
    assert case.acquisition.scan is not None
    return case.acquisition.scan, case.acquisition.scan.cleaned


def _row(scan: Scan, progress: Progress) -> dict[str, float]:
    began, used = time.perf_counter(), time.process_time()
    face = build(scan, progress)
    seconds, cpu = time.perf_counter() - began, time.process_time() - used
    return {**_fit(face), "seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2), "triangles": len(scan.triangles)}


def _fit(face: FaceModel) -> dict[str, float]:
    assert face.scan is not None
    shown = float(np.mean(face.seen > 0))
    return {
        "median_mm": round(face.scan.median_mm, 4),
        "p95_mm": round(face.scan.p95_mm, 4),
        "skin_shown": round(shown, 3),
    }
