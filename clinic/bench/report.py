"""How every bench reports: a flat summary, the machine, all figures behind it, and words for the terminal."""

from collections.abc import Mapping
from dataclasses import dataclass

from clinic.bench.machine import Machine
from clinic.cli.bench import Report


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A number that could not be had this time."""

    why: str


Numbers = Mapping[str, float | int | Unmeasured]


def report(numbers: Numbers, details: Mapping[str, object], machine: Machine, words: str) -> Report:
    """Put a report together; its summary has four digits, null for what was not measured, and the reason in `why`."""
    summary = {name: None if isinstance(number, Unmeasured) else _rounded(number) for name, number in numbers.items()}
    why = {name: number.why for name, number in numbers.items() if isinstance(number, Unmeasured)}
    return Report({"summary": {**summary, "why": why}, "machine": machine.facts(), **details}, words)


def _rounded(number: float | int) -> float | int:
    """Keep the digits that a measurement has."""
    return number if isinstance(number, int) else float(f"{number:.4g}")
