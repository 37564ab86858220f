from collections.abc import Iterator
from pathlib import Path

import pytest
from vaults import CHEAP, PASSPHRASE

from clinic.archive.device import Device
from clinic.archive.store import Archive


@pytest.fixture(autouse=True)
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test touches the installation of whoever runs it."""
    home = tmp_path / "home"
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setattr("clinic.archive.store.calibrated", lambda: CHEAP)
    return home


@pytest.fixture
def device(data_home: Path) -> Device:
    return Device.load()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


@pytest.fixture
def archive(folder: Path, data_home: Path) -> Iterator[Archive]:
    with Archive.create(folder, PASSPHRASE, "Dr Ada") as created:
        yield created
