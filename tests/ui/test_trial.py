"""What a trial leaves behind is gone at the next start, however it ended."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clinic.ui import trial

_TRIES = "from clinic.ui import trial; lent = trial.folder(); print(lent.__enter__(), flush=True); input()"


@contextmanager
def _tried() -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A program that is in the middle of a trial, and its folder."""
    with subprocess.Popen(
        [sys.executable, "-c", _TRIES], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        try:
            place = Path(program.stdout.readline().strip())
            (place / "archive").mkdir()
            yield program, place
        finally:
            program.kill()


@pytest.fixture(autouse=True)
def _own_temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("TEMP", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def test_a_killed_trial_is_swept_away_and_a_running_one_stays() -> None:
    with _tried() as (killed, left), _tried() as (_, running):
        killed.kill()
        killed.wait()
        assert left.is_dir()
        trial.sweep()
        assert not left.exists()
        assert (running / "archive").is_dir()


def test_a_trial_that_ends_takes_its_folder_along() -> None:
    with trial.folder() as place:
        trial.sweep()
        assert place.is_dir()
    assert not place.exists()


def test_a_folder_that_no_trial_locked_is_left_alone(tmp_path: Path) -> None:
    """It may be another program's, or that of a window that begins just now."""
    other = tmp_path / "clinic-trial-other"
    other.mkdir()
    trial.sweep()
    assert other.is_dir()
