"""What the user chose about the application itself: frozen values from a TOML file, handed over, never global."""

import os
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """palette: "dark" or "light". archive: the folder of sealed records that opens at the start."""

    palette: str
    archive: Path


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
    return Settings(
        palette=palette if palette in ("dark", "light") else "dark",
        archive=Path(archive) if isinstance(archive, str) else _home("XDG_DATA_HOME", ".local/share") / "archive",
    )


def write(path: Path, settings: Settings) -> None:
    """Keep the settings. Raises OSError if the folder cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    archive = str(settings.archive).replace("\\", "\\\\").replace('"', '\\"')
    fresh = path.with_suffix(".new")
    fresh.write_text(f'palette = "{settings.palette}"\narchive = "{archive}"\n', encoding="utf-8")
    fresh.replace(path)


def _home(variable: str, folder: str) -> Path:
    """Return this user's folder for Clinic on this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Clinic"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Clinic"
    return Path(os.environ.get(variable) or Path.home() / folder) / "clinic"
