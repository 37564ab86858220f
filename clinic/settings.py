"""What the user chose about the application itself: frozen values from a TOML file, handed over, never global."""

import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

LOCK_MINUTES = (2, 30)


@dataclass(frozen=True, slots=True)
class Settings:
    """palette: "dark" or "light". archive: the folder of sealed records that opens at the start.

    archive_used: it was opened before, so it must be there. lock_minutes: without use, after which the window locks.
    """

    palette: str
    archive: Path
    archive_used: bool = False
    lock_minutes: int = 10


def file() -> Path:
    """Return where this user's settings lie."""
    return _home("XDG_CONFIG_HOME", ".config") / "settings.toml"


def read(path: Path) -> Settings:
    """Return the settings in a file; what is absent, or a file that cannot be read, gives the usual values."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        given = {}
    palette = given.get("palette")
    archive = given.get("archive")
    minutes = given.get("lock_minutes")
    return Settings(
        palette=palette if palette in ("dark", "light") else "dark",
        archive=Path(archive) if isinstance(archive, str) else _home("XDG_DATA_HOME", ".local/share") / "archive",
        archive_used=isinstance(archive, str) and given.get("archive_used") is True,
        lock_minutes=min(max(minutes, LOCK_MINUTES[0]), LOCK_MINUTES[1]) if type(minutes) is int else 10,
    )


def write(path: Path, settings: Settings) -> None:
    """Keep the settings. Raises OSError if the folder cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    archive = str(settings.archive).replace("\\", "\\\\").replace('"', '\\"')
    fresh = path.with_suffix(".new")
    rows = (
        f'palette = "{settings.palette}"',
        f'archive = "{archive}"',
        f"archive_used = {str(settings.archive_used).lower()}",
        f"lock_minutes = {settings.lock_minutes}",
    )
    fresh.write_text("\n".join(rows) + "\n", encoding="utf-8")
    fresh.replace(path)


def _home(variable: str, folder: str) -> Path:
    """Return this user's folder for Clinic on this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Clinic"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Clinic"
    return Path(os.environ.get(variable) or Path.home() / folder) / "clinic"
