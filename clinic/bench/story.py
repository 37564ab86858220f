"""`clinic bench story`: seconds of each stage from photo to exported consultation, on the sample patient."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from clinic import workflow
from clinic.jobs import Progress

T = TypeVar("T")


def bench(full: bool) -> Mapping[str, object]:
    """Tell the story three times (ten with `full`) and report the median seconds per stage.

    The first telling is listed apart: it loads libraries and compiles. There is no baseline here: nobody else tells
    the whole story; the benches of single stages have theirs.
    """
    load_before = os.getloadavg()
    tellings = [_tell() for _ in range(10 if full else 3)]
    warm = {stage: round(statistics.median(telling[stage] for telling in tellings[1:]), 3) for stage in tellings[0]}
    return {
        "summary": f"photo to exported consultation in {sum(warm.values()):.1f} s (warm), "
        f"{sum(tellings[0].values()):.1f} s (first): " + ", ".join(f"{name} {s:.1f}" for name, s in warm.items()),
        "seconds_first": tellings[0],
        "seconds_warm_median": warm,
        "load_before": load_before,
        "load_after": os.getloadavg(),
        "cores": os.cpu_count(),
    }


def _tell() -> dict[str, float]:
    seconds: dict[str, float] = {}

    def timed(stage: str, work: Callable[[], T]) -> T:
        begun = time.perf_counter()
        answer = work()
        seconds[stage] = round(time.perf_counter() - begun, 3)
        return answer

    case = timed("intake", lambda: workflow.sample_case(Progress()))
    case = timed("reconstruction", lambda: workflow.reconstruct_face(case, Progress()))
    case = replace(case, plan=workflow.DEMO_PLAN)
    case = timed("simulation", lambda: workflow.simulate_plan(case, Progress()))
    with tempfile.TemporaryDirectory() as folder:
        timed("export", lambda: workflow.export_case(case, Path(folder), Progress()))
    return seconds
