"""`clinic bench story`: seconds of each stage from photo to exported consultation, on the sample patient."""

import argparse
import statistics
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from clinic import workflow
from clinic.bench.machine import Machine
from clinic.bench.report import report
from clinic.bench.timing import timed
from clinic.cli.bench import Bench, Report
from clinic.jobs import Progress

T = TypeVar("T")


def run(options: argparse.Namespace) -> Report:
    """Tell the story three times (ten with `full`) and report the median seconds per stage.

    The first telling is listed apart: it loads libraries and compiles. There is no baseline here: nobody else tells
    the whole story; the benches of single stages have theirs.
    """
    machine = Machine()
    tellings = [_tell() for _ in range(10 if options.full else 3)]
    first, warm = tellings[0], tellings[1:]
    stages = {stage: round(statistics.median(telling[stage] for telling in warm), 3) for stage in first}
    total = round(statistics.median(sum(telling.values()) for telling in warm), 3)
    numbers = {"total_s": total, **{f"{stage}_s": seconds for stage, seconds in stages.items()}}
    return report(numbers, {"first_s": first, "warm_s": warm}, machine, _words(total, stages, first))


def _words(total: float, stages: Mapping[str, float], first: Mapping[str, float]) -> str:
    rows = [f"  {stage:<16}{seconds:6.1f} s   first time {first[stage]:5.1f} s" for stage, seconds in stages.items()]
    last = f"From photo to exported consultation in {total:.1f} s, the first time in {sum(first.values()):.1f} s."
    return "\n".join([*rows, last])


def _tell() -> Mapping[str, float]:
    seconds: dict[str, float] = {}

    def stage(name: str, work: Callable[[], T]) -> T:
        answer, seconds[name] = timed(work)
        return answer

    case = stage("intake", lambda: workflow.sample_case(Progress()))
    case = stage("reconstruction", lambda: workflow.reconstruct_face(case, Progress()))
    case = replace(case, plan=workflow.DEMO_PLAN)
    case = stage("simulation", lambda: workflow.simulate_plan(case, Progress()))
    with tempfile.TemporaryDirectory() as folder:
        stage("export", lambda: workflow.export_case(case, Path(folder), Progress()))
    return {name: round(taken, 3) for name, taken in seconds.items()}


STORY = Bench("from the photo to the exported consultation, stage by stage", run)
