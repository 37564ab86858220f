"""What the user chose about the application itself: frozen values from a TOML file, handed over, never global."""

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinic.words import LANGUAGES

PALETTES = ("dark", "light", "system")
LOCK_MINUTES = (2, 30)
TEXT_PERCENT = (100, 200)


@dataclass(frozen=True, slots=True)
class Settings:
    """palette: "dark", "light" or "system". archive: the folder of sealed records that opens at the start.

    archive_used: it was opened before, so it must be there. lock_minutes: without use, after which the window locks.
    language: a code of LANGUAGES, "" for that of the system. text_percent: how large words are shown. single_keys:
    plain letters and digits act over the picture.
    """

    palette: str
    archive: Path
    archive_used: bool = False
    lock_minutes: int = 10
    language: str = ""
    text_percent: int = 100
    single_keys: bool = True


def file() -> Path:
    """Return where this user's settings lie."""
    return _home("XDG_CONFIG_HOME", ".config") / "settings.toml"


def read(path: Path) -> Settings:
    """Return the settings in a file; what is absent, or a file that cannot be read, gives the usual values."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        given = {}
    archive = given.get("archive")
    return Settings(
        palette=_choice(given, "palette", PALETTES, "dark"),
        archive=Path(archive) if isinstance(archive, str) else _home("XDG_DATA_HOME", ".local/share") / "archive",
        archive_used=isinstance(archive, str) and given.get("archive_used") is True,
        lock_minutes=_whole(given, "lock_minutes", LOCK_MINUTES, 10),
        language=_choice(given, "language", tuple(LANGUAGES), ""),
        text_percent=_whole(given, "text_percent", TEXT_PERCENT, 100),
        single_keys=given.get("single_keys") is not False,
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
        f'language = "{settings.language}"',
        f"text_percent = {settings.text_percent}",
        f"single_keys = {str(settings.single_keys).lower()}",
    )
    fresh.write_text("\n".join(rows) + "\n", encoding="utf-8")
    fresh.replace(path)


def _choice(given: Mapping[str, Any], name: str, known: tuple[str, ...], usual: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) and value in known else usual


def _whole(given: Mapping[str, Any], name: str, limits: tuple[int, int], usual: int) -> int:
    value = given.get(name)
    return min(max(value, limits[0]), limits[1]) if type(value) is int else usual


def _home(variable: str, folder: str) -> Path:
    """Return this user's folder for Clinic on this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Clinic"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Clinic"
    return Path(os.environ.get(variable) or Path.home() / folder) / "clinic"
