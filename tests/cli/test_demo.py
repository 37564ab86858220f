from pathlib import Path

import pytest
from builders import case, solved_case

from clinic import workflow
from clinic.archive.errors import DiskFull
from clinic.case import Case
from clinic.cli import demo
from clinic.cli.console import Clock
from clinic.session import Session


class NoRoomForExports(Session):
    """Takes every change, but cannot record that files are handed out."""

    def record(self, event: str, *_: object) -> None:
        raise DiskFull


def test_what_cannot_be_recorded_is_not_handed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Path] = []

    def export(_: Case, folder: Path, __: object) -> None:
        written.append(folder)

    monkeypatch.setattr(workflow, "sample_case", lambda _: case())
    monkeypatch.setattr(workflow, "reconstruct_face", lambda before, _: before)
    monkeypatch.setattr(workflow, "simulate_plan", lambda *_: solved_case())
    monkeypatch.setattr(workflow, "export_case", export)
    with pytest.raises(DiskFull):
        demo._tell(NoRoomForExports(), tmp_path, Clock())
    assert written == []
