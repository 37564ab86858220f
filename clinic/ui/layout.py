"""How the window was left: kept beside the settings, and nothing of a patient in it.

Cases are known by a hash of their random number, which means nothing outside the sealed archive.
"""

import json
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

_CASES, _RECENT = 200, 8


@dataclass(frozen=True, slots=True)
class Layout:
    """size: width and height in pixels. left, right: widths of the side panels, 0 for the usual one. folded: which of
    "left" and "right" are hidden. stages: (case key, stage), the case left last first. recent: actions, the last first.
    open_case: the key of the case that is open, "" once the window was closed as it should. run: of Clinic, in which.
    """

    size: tuple[int, int] = (1600, 1000)
    full: bool = False
    left: int = 0
    right: int = 0
    folded: tuple[str, ...] = ()
    stages: tuple[tuple[str, str], ...] = ()
    recent: tuple[str, ...] = ()
    open_case: str = ""
    run: str = ""

    def stage_of(self, case_id: str) -> str:
        """Return the stage in which a case was left, "" for one that is not known."""
        return dict(self.stages).get(key(case_id), "")

    def left_in(self, case_id: str, stage: str) -> "Layout":
        """Return the layout with the stage in which a case is left."""
        this = key(case_id)
        rest = tuple(known for known in self.stages if known[0] != this)
        return replace(self, stages=((this, stage), *rest)[:_CASES])

    def with_open(self, case_id: str, run: str) -> "Layout":
        """Return the layout with another case open in a run of Clinic, "" for none."""
        return replace(self, open_case=key(case_id) if case_id else "", run=run)

    def closed(self, size: tuple[int, int], full: bool, widths: tuple[int, int], folded: tuple[str, ...]) -> "Layout":
        """Return the layout of a window that is closed."""
        return replace(self, size=size, full=full, left=widths[0], right=widths[1], folded=folded, open_case="")

    def used(self, action: str) -> "Layout":
        """Return the layout with an action used last."""
        return replace(self, recent=(action, *(known for known in self.recent if known != action))[:_RECENT])


def key(case_id: str) -> str:
    """Return how a case is known here."""
    return sha256(f"clinic layout {case_id}".encode()).hexdigest()[:16]


def beside(settings_file: Path) -> Path:
    """Return the file of the layout that belongs to a file of settings."""
    return settings_file.with_name("window.json")


def read(path: Path) -> Layout:
    """Return the layout in a file; whatever is absent or strange gives the usual one."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        return _understood(given)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Layout()


def write(path: Path, layout: Layout) -> None:
    """Keep a layout. Raises OSError if the folder cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    told = {
        "size": layout.size,
        "full": layout.full,
        "left": layout.left,
        "right": layout.right,
        "folded": layout.folded,
        "stages": layout.stages,
        "recent": layout.recent,
        "open_case": layout.open_case,
        "run": layout.run,
    }
    fresh.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    fresh.replace(path)


def _understood(given: dict[str, Any]) -> Layout:
    width, height = (int(side) for side in given["size"])
    return Layout(
        size=(max(width, 640), max(height, 480)),
        full=given["full"] is True,
        left=int(given["left"]),
        right=int(given["right"]),
        folded=tuple(side for side in given["folded"] if side in ("left", "right")),
        stages=tuple((str(key), str(stage)) for key, stage in given["stages"])[:_CASES],
        recent=tuple(str(action) for action in given["recent"])[:_RECENT],
        open_case=str(given["open_case"]),
        run=str(given["run"]),
    )
