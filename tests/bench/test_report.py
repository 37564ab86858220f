"""What every bench shares: the machine, the summary, the verb."""

import json
import mmap
import sys
from pathlib import Path

import pytest

from clinic import cli
from clinic.bench.machine import Machine, peak_mib, reset_peak
from clinic.bench.report import Numbers, Unmeasured, report
from clinic.bench.timing import spread, timed
from clinic.cli.bench import Bench, Report


def test_a_number_that_was_not_measured_is_null_and_says_why() -> None:
    numbers: Numbers = {"tets": 54321, "drag_ms": 0.123456, "ratio": Unmeasured("no baseline here")}
    found = report(numbers, {"rows": [1]}, Machine(), "Seven.")
    why = {"ratio": "no baseline here"}
    assert found.figures["summary"] == {"tets": 54321, "drag_ms": 0.1235, "ratio": None, "why": why}
    assert found.figures["rows"] == [1]
    assert found.words == "Seven."


def test_the_machine_says_what_it_is() -> None:
    facts = json.loads(json.dumps(Machine().facts()))
    assert facts["cores"] >= 1
    assert set(facts["versions"]) >= {"python", "clinic", "numpy"}
    assert {"memory_gib", "load_before", "load_after", "processor", "system"} < set(facts)


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not count it")
def test_the_peak_of_memory_is_that_since_the_last_reset() -> None:
    reset_peak()
    before = peak_mib()
    with mmap.mmap(-1, 64 * 2**20) as memory:
        memory.write(bytes(64 * 2**20))
    held = peak_mib()
    reset_peak()
    after = peak_mib()
    assert before is not None
    assert held is not None
    assert after is not None
    assert held - before > 60.0
    assert held - after > 60.0


def test_times_and_spreads() -> None:
    answer, seconds = timed(lambda: 7)
    assert answer == 7
    assert 0.0 < seconds < 1.0
    assert spread([3.0, 1.0, 8.0]) == {"median": 3.0, "min": 1.0, "max": 8.0}


def test_a_bench_shows_its_words_and_writes_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Options of its own reach a bench beside those that all have."""
    bench = Bench(
        "counting",
        lambda options: Report({"summary": {"full": options.full, "to": options.to}}, f"Counted to {options.to}."),
        lambda parser: parser.add_argument("--to", type=int, default=1),
    )
    assert (
        cli.main(["bench", "count", "--to", "3", "--full", "--json", str(tmp_path / "c.json")], {"count": bench}) == 0
    )
    assert capsys.readouterr().out == "Counted to 3.\n"
    assert json.loads((tmp_path / "c.json").read_text()) == {"summary": {"full": True, "to": 3}}
