"""What the viewport draws, beside pictures that were looked at and found right.

The pictures are of a generated head. After a change that is meant to be seen, look at the new ones and keep them:
`CLINIC_KEEP_GOLDEN=1 pytest tests/ui/test_golden.py`, on a screen that is drawn in software.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from builders import ranged_case
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from clinic.case import Pixels
from clinic.ui.picture import Wanted
from clinic.ui.viewport import Viewport

GOLDEN = Path(__file__).parent / "golden"
MEAN_DIFFERENCE = 2.0  # of 255
SCENES: dict[str, tuple[str, dict[str, object]]] = {
    "side": ("oblique_l", {"mode": "side"}),
    "wipe": ("lateral_l", {"mode": "wipe"}),
    "ghost_clay": ("lateral_r", {"mode": "ghost", "clay": True}),
    "displacement": ("frontal", {"mode": "heat"}),
    "raking": ("frontal", {"mode": "side", "light": "raking", "dark": False}),
    "basal_flat": ("basal", {"mode": "after", "light": "flat"}),
}


@pytest.fixture
def viewport(qtbot: QtBot) -> Iterator[Viewport]:
    made = Viewport()
    made.resize(320, 240)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.finish()
    made.close()
    made.deleteLater()


def _drawn(viewport: Viewport, qtbot: QtBot, view: str, asked: dict[str, object]) -> Pixels:
    case = ranged_case()
    assert case.face is not None
    assert case.comparison is not None
    signed = case.comparison.signed_mm
    fields = {"badge": "solved", "plan_name": "Plan A", "signed_mm": signed, **asked}
    viewport.want(Wanted(case.face, case.simulation, **fields))  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: viewport.settled, timeout=30000)
    viewport.look(view)
    image = viewport.interactor.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _kept(name: str) -> Pixels:
    picture = cv2.imread(str(GOLDEN / f"{name}.png"))
    assert picture is not None, f"there is no {name}.png yet"
    rgb: Pixels = picture[..., ::-1].astype(np.uint8)
    return rgb


def _drawn_in_software(viewport: Viewport) -> bool:
    says = viewport.interactor.ren_win.ReportCapabilities()
    return "llvmpipe" in says or "softpipe" in says or "SWR" in says


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_looks_as_it_did(name: str, viewport: Viewport, qtbot: QtBot) -> None:
    view, asked = SCENES[name]
    drawn = _drawn(viewport, qtbot, view, asked)
    if not _drawn_in_software(viewport):
        pytest.skip("the golden pictures were drawn in software; another renderer smooths edges in its own way")
    if os.environ.get("CLINIC_KEEP_GOLDEN"):
        cv2.imwrite(str(GOLDEN / f"{name}.png"), drawn[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    difference = np.abs(drawn.astype(float) - _kept(name)).mean()
    assert difference <= MEAN_DIFFERENCE, f"{name} differs by {difference:.2f} of 255 on average"


def test_golden_pictures_tell_one_scene_from_another() -> None:
    """A tolerance that lets another scene pass would prove nothing."""
    kept = [_kept(name).astype(float) for name in SCENES]
    apart = [np.abs(one - other).mean() for at, one in enumerate(kept) for other in kept[:at]]
    assert min(apart) > 2 * MEAN_DIFFERENCE
