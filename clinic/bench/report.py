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
    """Put a report together; in its summary a number that was not measured is null, and `why` says the reason."""
    summary = {name: None if isinstance(number, Unmeasured) else number for name, number in numbers.items()}
    why = {name: number.why for name, number in numbers.items() if isinstance(number, Unmeasured)}
    return Report({"summary": {**summary, "why": why}, "machine": machine.facts(), **details}, words)
