from pathlib import Path

import pytest

from clinic.settings import Settings, read, write


def test_settings_come_back_as_they_were_kept(tmp_path: Path) -> None:
    kept = Settings(palette="light", archive=tmp_path / 'records "north"' / "a\\b")
    write(tmp_path / "deep" / "settings.toml", kept)
    assert read(tmp_path / "deep" / "settings.toml") == kept


@pytest.mark.parametrize("content", ["", "palette = 3\narchive = 4", "this is no TOML", 'palette = "pink"'])
def test_a_strange_file_gives_the_usual_values(tmp_path: Path, content: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(content)
    usual = read(tmp_path / "absent.toml")
    assert read(file) == usual
    assert usual.palette == "dark"
    assert usual.archive.is_absolute()


@pytest.mark.parametrize(("written", "minutes"), [("1", 2), ("7", 7), ("600", 30), ('"5"', 10), ("true", 10)])
def test_the_window_locks_after_2_to_30_minutes(tmp_path: Path, written: str, minutes: int) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f"lock_minutes = {written}")
    assert read(file).lock_minutes == minutes
