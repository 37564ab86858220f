"""One run: landmarks by yaw, what the fit gains, speed, and what parts of the network are worth."""

import argparse
import multiprocessing
import os
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

from clinic.bench.machine import Machine
from clinic.bench.network.ablation import WAYS, trained
from clinic.bench.network.alignment import YAW_BINS, Alignment, aligned
from clinic.bench.network.gain import Gain, gain
from clinic.bench.network.heads import Head, heads
from clinic.bench.network.speed import can_quantise, in_eight_bits, speed
from clinic.bench.network.words import words
from clinic.bench.reconstruction import crew
from clinic.bench.reconstruction.family import FILE, default_folder
from clinic.bench.report import Numbers, Unmeasured, report
from clinic.cli.bench import Report
from clinic.jobs import Progress
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.network import weights
from clinic.reconstruction.network.reading import Reader, reader
from clinic.reconstruction.position_map import MOBILE

LIGHT = f"{MOBILE}-light"
KEYS = (
    "nme_0_30", "nme_30_60", "nme_60_90", "gain_pct", "worst_region_pct", "latency_mobile_ms", "live_p95_ms",
    "int8_speedup", "int8_loss_pct", "pruned_fps", "match45_without_deform_pct", "match45_with_deform_pct",
)  # fmt: skip
_PEOPLE, _PEOPLE_IN_FULL = 12, 40
_FITTED, _FITTED_IN_FULL = 20, 100
_CROPS, _CROPS_IN_FULL = 5_000, 100_000
_SLIMMER = 0.3
_BRIEF_WAYS = ("whole", "without_deformation")


def run(options: argparse.Namespace) -> Report:
    """Measure; what cannot be measured here is said to be so."""
    machine = Machine()
    folder = options.data or default_folder()
    if not weights.trained(MOBILE):
        return _nothing(machine, f"no weights of {MOBILE} are in resources/weights")
    numbers, details = _speeds()
    if not (folder / FILE).is_file():
        why = Unmeasured(f"{FILE}, the foreign family of heads, is not in {folder.name}/")
        missing: Numbers = {key: why for key in KEYS if key not in numbers}
        return report({**missing, **numbers}, details, machine, words({**missing, **numbers}, {}))
    turned = heads(folder, _PEOPLE_IN_FULL if options.full else _PEOPLE)
    whole = aligned(reader(MOBILE), turned)
    numbers = {**numbers, **_by_yaw(whole), **_in_eight_bits(whole, turned)}
    fitted = gain(folder, _FITTED_IN_FULL if options.full else _FITTED, (1, 3, 5) if options.full else (1, 3))
    regions = fitted.region_pct(1)
    numbers |= {"gain_pct": fitted.gain_pct(1), "worst_region_pct": max(regions.values())}
    ablated = _ablated(turned, options.full)
    numbers |= {
        "match45_with_deform_pct": ablated["whole"].matched_pct(),
        "match45_without_deform_pct": ablated["without_deformation"].matched_pct(),
    }
    details = {
        **details,
        "alignment": {**_told(whole), "heads": len(turned)},
        "fit": _fits(fitted),
        "ablations": {"crops": _crops(options.full), **{way: _told(found) for way, found in ablated.items()}},
    }
    return report({key: numbers[key] for key in KEYS}, details, machine, words(numbers, regions))


def _nothing(machine: Machine, why: str) -> Report:
    numbers: Numbers = dict.fromkeys(KEYS, Unmeasured(why))
    return report(numbers, {}, machine, words(numbers, {}))


def _speeds() -> tuple[dict[str, float | int | Unmeasured], Mapping[str, object]]:
    space = FaceSpace.load()
    made = _in_eight_bits_both() if can_quantise() else None  # before any is timed: all are timed in one state
    whole = speed(reader(MOBILE), space)
    numbers: dict[str, float | int | Unmeasured] = {
        "latency_mobile_ms": whole.told()["read_median_ms"],
        "live_p95_ms": whole.told()["frame_p95_ms"],
        "pruned_fps": Unmeasured("the package onnx, which training needs, is not installed"),
        "int8_speedup": Unmeasured("the package onnx, which training needs, is not installed"),
        "int8_loss_pct": Unmeasured("the package onnx, which training needs, is not installed"),
    }
    details: dict[str, object] = {"speed": whole.told(), "weights": weights.card(MOBILE)}
    if made is not None:
        small, light = (speed(each, space) for each in made)
        numbers["pruned_fps"] = light.frames_per_s
        details["light_speed"] = {**light.told(), "trained": weights.trained(LIGHT)}
        numbers["int8_speedup"] = whole.told()["read_median_ms"] / small.told()["read_median_ms"]
        details["int8_speed"] = small.told()
    return numbers, details


def _in_eight_bits_both() -> tuple[Reader, Reader]:
    """Return the network in eight bits, and the slimmer one."""
    slimmer = reader(LIGHT) if weights.trained(LIGHT) else in_eight_bits(MOBILE, _SLIMMER)
    return in_eight_bits(MOBILE), slimmer


def _by_yaw(found: Alignment) -> Mapping[str, float]:
    return {f"nme_{low}_{high}": found.nme_pct(low, high) for low, high in YAW_BINS}


def _in_eight_bits(whole: Alignment, turned: list[Head]) -> Mapping[str, float]:
    if not can_quantise():
        return {}
    return {"int8_loss_pct": 100 * (aligned(in_eight_bits(MOBILE), turned).median_pct / whole.median_pct - 1)}


def _ablated(turned: list[Head], full: bool) -> Mapping[str, Alignment]:
    """Train small networks side by side, a thread each, and let them read the heads."""
    ways = tuple(WAYS) if full else _BRIEF_WAYS
    context = multiprocessing.get_context("spawn")
    with crew.one_thread(), ProcessPoolExecutor(min(2, os.cpu_count() or 1), context) as workers:
        tasks = [(way, _crops(full), turned) for way in ways]
        return dict(zip(ways, workers.map(_one_way, tasks), strict=True))


def _one_way(task: tuple[str, int, list[Head]]) -> Alignment:
    way, crops, turned = task
    return aligned(trained(WAYS[way], crops, Progress()), turned)


def _crops(full: bool) -> int:
    return _CROPS_IN_FULL if full else _CROPS


def _told(found: Alignment) -> Mapping[str, float]:
    return {**_by_yaw(found), "median_pct": found.median_pct, "matched45_pct": found.matched_pct()}


def _fits(fitted: Gain) -> Mapping[str, object]:
    counts = sorted({count for count, _ in fitted.apart})
    return {
        f"photo{count}": {
            "without_mm": fitted.median_mm(count, "without"),
            "with_mm": fitted.median_mm(count, "with"),
            "gain_pct": fitted.gain_pct(count),
            "region_pct": fitted.region_pct(count),
        }
        for count in counts
    }
