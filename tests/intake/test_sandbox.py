"""The process that parses: limited, keyless, and never waited for in vain."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from clinic.intake import sandbox
from clinic.intake.errors import ReaderStopped
from clinic.intake.files import Outside
from clinic.jobs import Cancelled, Progress

FILE = Outside("a.png", b"\x89PNG\r\n\x1a\n" + bytes(100), None)


def child_that(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the sandbox start a child that misbehaves as `code` says."""
    real = subprocess.Popen

    def start(command: list[str], **options: object) -> "subprocess.Popen[bytes]":
        return real([command[0], "-I", "-c", code], **options)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(subprocess, "Popen", start)


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "import sys; sys.exit(0)",
        "import sys; sys.stdin.buffer.read(); print('nonsense')",
        "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(b'\\xff\\xff\\xff\\xff')",
        "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(b'\\x02\\0\\0\\0[]')",
    ],
    ids=["crash", "silence", "nonsense", "endless header", "wrong header"],
)
def test_a_bad_answer_is_an_error_in_words(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    child_that(code, monkeypatch)
    with pytest.raises(ReaderStopped, match="not imported"):
        sandbox.parse("photo", FILE, Progress())


def test_an_array_larger_than_allowed_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    header = json.dumps({"facts": {}, "arrays": [{"name": "a", "dtype": "uint8", "shape": [2**40]}]}).encode()
    answer = len(header).to_bytes(4, "little") + header
    speak = f"import sys, time; sys.stdin.buffer.read(); sys.stdout.buffer.write({answer!r}); "
    child_that(speak + "sys.stdout.flush(); time.sleep(9)", monkeypatch)
    began = time.monotonic()
    with pytest.raises(ReaderStopped):
        sandbox.parse("photo", FILE, Progress())
    assert time.monotonic() - began < 3


def test_a_child_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    child_that("import time; time.sleep(60)", monkeypatch)
    began = time.monotonic()
    with pytest.raises(ReaderStopped, match="too long"):
        sandbox.parse("photo", FILE, Progress(), limit_s=0.4)
    assert time.monotonic() - began < 3


def test_cancel_ends_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    child_that("import time; time.sleep(60)", monkeypatch)
    progress = Progress()
    threading.Timer(0.2, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        sandbox.parse("photo", FILE, progress)
    assert time.monotonic() - began < 3


def test_no_passphrase_goes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLINIC_PASSPHRASE", "a secret of fifteen")
    monkeypatch.setenv("AWS_SECRET", "another")
    report = "import json, os, sys; sys.stdin.buffer.read(); "
    report += "h = json.dumps({'facts': dict(os.environ), 'arrays': []}).encode(); "
    report += "sys.stdout.buffer.write(len(h).to_bytes(4, 'little') + h)"
    child_that(report, monkeypatch)
    environment = sandbox.parse("photo", FILE, Progress()).facts
    assert "CLINIC_PASSPHRASE" not in environment
    assert "AWS_SECRET" not in environment


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no resource limits of this kind")
def test_limits_hold_in_the_child(tmp_path: Path) -> None:
    """In a process limited as the child is: no file can be written, no 4 GiB can be had."""
    code = f"""
import os
from clinic.intake.child import _limit
_limit(0)
try:
    bytearray(4 * 2**30)
except MemoryError:
    print("no memory")
try:
    os.write(os.open({str(tmp_path / "out")!r}, os.O_CREAT | os.O_WRONLY), b"stolen")
except OSError:
    print("no file")
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert said.stdout.split("\n")[:2] == ["no memory", "no file"]
    assert (tmp_path / "out").read_bytes() == b""
