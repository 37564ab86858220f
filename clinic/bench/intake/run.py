"""Measures the way from slices to skin and bone, stage by stage."""

import argparse
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from clinic.bench.intake import inv3, slices
from clinic.bench.intake.distance import Apart, apart, open_edges
from clinic.bench.intake.phantom import FULL, Phantom, phantom
from clinic.bench.intake.scan_fit import scan_fit
from clinic.bench.machine import Machine, peak_mib, reset_peak
from clinic.bench.report import Numbers, Unmeasured, report
from clinic.bench.timing import timed
from clinic.case import Points, Volume
from clinic.cli.bench import Report
from clinic.intake import dicom
from clinic.jobs import Progress
from clinic.reconstruction import tomography
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.tomography import Anatomy, Sheet

T = TypeVar("T")
_CUT_MM = 4.0  # of the neck are left out: there the phantom is cut off
_NO_HEAD = "there is no file {}; install Debian's invesalius-examples or name the file with --head"
_NOT_COUNTED = "this system does not count it"


@dataclass(frozen=True, slots=True)
class Stages:
    """Seconds and peak memory of each stage, of this process alone."""

    seconds: dict[str, float] = field(default_factory=dict)
    peak_mib: dict[str, float | None] = field(default_factory=dict)

    def run(self, name: str, work: Callable[[], T]) -> T:
        """Do the work of one stage and note what it took."""
        reset_peak()
        answer, seconds = timed(work)
        self.seconds[name], self.peak_mib[name] = round(seconds, 2), peak_mib()
        return answer


def run(options: argparse.Namespace) -> Report:
    """Report a phantom of 512 × 512 × 300 voxels, the real head and the fit of a scan."""
    return bench(FULL, options.head)


def bench(shape: tuple[int, int, int], head: Path) -> Report:
    """Return how near skin and bone of a phantom are to the truth, what that took, and the same of a real head."""
    machine = Machine()
    made, seconds = timed(lambda: phantom(_face(), shape))
    stages, anatomy = _through_files(made.volume)
    skin, bone = _skin_apart(made, anatomy), _bone_apart(made, anatomy)
    voxel = float(np.cbrt(made.volume.spacing.prod()))
    real = _real(head)
    fitted, fit_details = scan_fit(Progress())
    peaks = [peak for peak in stages.peak_mib.values() if peak is not None]
    numbers: Numbers = {
        "phantom_skin_mean_voxel": skin.mean_mm / voxel,
        "phantom_bone_mean_voxel": bone.mean_mm / voxel,
        "phantom_seconds": sum(stages.seconds.values()),
        "phantom_peak_mib": max(peaks) if peaks else Unmeasured(_NOT_COUNTED),
        "scan_fit_median_mm": Unmeasured(str(fit_details["why"])) if fitted is None else fitted,
    }
    details = {
        "phantom": {
            "voxels": list(made.volume.shape),
            "voxel_mm": round(voxel, 4),
            "skin_mm": asdict(skin),
            "bone_mm": asdict(bone),
            "generated_s": round(seconds, 2),
            **asdict(stages),
            **_surfaces(anatomy),
        },
        "real_head": real,
        "scan_fit": fit_details,
    }
    return report(numbers, details, machine, _words(numbers, stages, real))


def _face() -> Any:
    """Return the mean face of the face space, as the truth to be scanned."""
    from clinic.bench.intake.mean_face import mean_face

    return mean_face(FaceSpace.load())


def _through_files(volume: Volume) -> tuple[Stages, Anatomy]:
    stages = Stages()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        slices.write(volume, folder)
        found = stages.run("find", lambda: dicom.find(folder, Progress()))
        read = stages.run("read", lambda: dicom.read(found.series[0], Progress()))
    if not np.array_equal(read.values, volume.values):
        raise AssertionError("the reader changed the voxels")
    return stages, stages.run("segment", lambda: tomography.segment(read, Progress()))


def _skin_apart(made: Phantom, anatomy: Anatomy) -> Apart:
    truth = made.skin.surface
    true_at = truth.points[made.skin.outer]
    return apart(true_at, (truth.points, truth.triangles), *_counted(anatomy.skin, made.volume))


def _bone_apart(made: Phantom, anatomy: Anatomy) -> Apart:
    truth = made.inside.bone
    if anatomy.bone is None:
        raise AssertionError("no bone was found")
    true_at = _above_cut(truth.points, made.volume)
    return apart(true_at, (truth.points, truth.triangles), *_counted(anatomy.bone, made.volume))


def _counted(sheet: Sheet, volume: Volume) -> tuple[Points, tuple[Points, Any]]:
    return _above_cut(sheet.points, volume), (sheet.points, sheet.triangles)


def _above_cut(points: Points, volume: Volume) -> Points:
    kept: Points = points[points[:, 2] > volume.origin[2] + _CUT_MM]
    return kept


def _real(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        return {"why": _NO_HEAD.format(path)}
    stages = Stages()
    volume = inv3.read(path)
    anatomy = stages.run("segment", lambda: tomography.segment(volume, Progress()))
    return {"voxels": list(volume.shape), **asdict(stages), **_surfaces(anatomy)}


def _surfaces(anatomy: Anatomy) -> Mapping[str, object]:
    """Return what can be said of surfaces without a truth."""
    return {
        "levels": asdict(anatomy.levels),
        "skin_triangles": len(anatomy.skin.triangles),
        "skin_open_edges": open_edges(anatomy.skin.points, anatomy.skin.triangles),
        "bone_triangles": 0 if anatomy.bone is None else len(anatomy.bone.triangles),
    }


def _words(numbers: Numbers, stages: Stages, real: Mapping[str, object]) -> str:
    rows = [f"  {name:<10}{taken:6.1f} s   {stages.peak_mib[name]} MiB" for name, taken in stages.seconds.items()]
    head = f"The real head: {real['seconds']}." if "seconds" in real else f"No real head: {real['why']}."
    last = (
        f"Skin lies {numbers['phantom_skin_mean_voxel']:.3f} and bone {numbers['phantom_bone_mean_voxel']:.3f} voxels "
        f"from the truth, found in {numbers['phantom_seconds']:.1f} s from the files on."
    )
    return "\n".join([*rows, head, last])
