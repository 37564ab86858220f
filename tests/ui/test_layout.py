from dataclasses import replace
from pathlib import Path

import pytest

from clinic.ui.layout import Layout, key, read, write

CASE = "0a1b2c3d-0000-4000-8000-feedc0ffee00"


def test_a_layout_comes_back_and_holds_nothing_of_a_patient(tmp_path: Path) -> None:
    kept = Layout((1300, 900), True, 310, 350, ("left",)).left_in(CASE, "compare").used("undo").used("solve")
    kept = kept.with_open(CASE, "run 1")
    write(tmp_path / "window.json", kept)
    assert read(tmp_path / "window.json") == kept
    text = (tmp_path / "window.json").read_text()
    assert CASE not in text
    assert CASE[:8] not in text
    assert kept.stage_of(CASE) == "compare"
    assert kept.stage_of("another") == ""
    assert kept.recent == ("solve", "undo")


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"size": 3}', '{"size": ["a", 2]}', '{"size": [1, 2], "full": true}']
)
def test_a_strange_file_gives_the_usual_layout(tmp_path: Path, content: str) -> None:
    file = tmp_path / "window.json"
    file.write_text(content)
    assert read(file) == read(tmp_path / "absent") == Layout()


def test_a_closed_window_has_no_open_case() -> None:
    was = replace(Layout(left=300, right=350), open_case=key(CASE))
    now = was.closed((1400, 800), False, (310, 360), ("left",))
    assert (now.left, now.right, now.folded, now.open_case) == (310, 360, ("left",), "")
