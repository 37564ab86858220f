"""No test touches the installation of whoever runs it, and windows are taken apart on the thread that made them."""

import gc
from collections.abc import Iterator

import pytest

from clinic.ui.garbage import collect_due


@pytest.fixture(scope="session", autouse=True)
def _nobodys_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Data and settings of a user who has none; no passphrase in the environment, also of started programs."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "LOCALAPPDATA", "APPDATA"):
            patch.setenv(name, str(home))
        patch.delenv("CLINIC_PASSPHRASE", raising=False)
        yield


@pytest.fixture(autouse=True)
def _garbage_on_this_thread() -> Iterator[None]:
    """Threads that a test leaves behind must not collect the windows of the test before."""
    gc.disable()
    yield
    collect_due()
