import re
from pathlib import Path

import pytest
from contrast import contrast
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QApplication

from clinic import resources
from clinic.ui import icons, theme
from clinic.ui.theme import DARK, LIGHT, Tokens

# what lies on what in the style sheet and in what is painted; disabled controls are exempt, as in WCAG 1.4.3
GROUNDS = ("background", "panel", "raised", "selected")
WORDS = (
    *((ink, ground) for ink in ("text", "muted") for ground in (*GROUNDS, "line", "warning_fill", "error_fill")),
    *((ink, ground) for ink in ("accent", "warning") for ground in GROUNDS),
    *(("error", ground) for ground in ("background", "panel", "raised", "error_fill")),
    ("on_accent", "accent"),
    ("warning", "warning_fill"),
)
CONTROLS = (
    *(("border", ground) for ground in ("background", "panel", "raised")),
    *(("accent", ground) for ground in GROUNDS),
)


def _on_badge(tokens: Tokens, behind: str) -> str:
    """The ground of words on the picture, before some part of it."""
    badge, far = QColor(tokens.badge), QColor(behind)
    share = badge.alphaF()
    mixed = (share * mine + (1 - share) * other for mine, other in zip(_rgb(badge), _rgb(far), strict=True))
    return QColor.fromRgbF(*mixed).name()


def _rgb(colour: QColor) -> tuple[float, float, float]:
    return colour.redF(), colour.greenF(), colour.blueF()


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_words_and_controls_stand_out_from_their_ground(tokens: Tokens) -> None:
    """WCAG 2.2 AA: 4.5 : 1 for words (1.4.3), 3 : 1 for what shows a control or its state (1.4.11)."""
    pale = [(ink, on) for ink, on in WORDS if contrast(getattr(tokens, ink), getattr(tokens, on)) < 4.5]
    faint = [(ink, on) for ink, on in CONTROLS if contrast(getattr(tokens, ink), getattr(tokens, on)) < 3.0]
    assert (pale, faint) == ([], [])


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
@pytest.mark.parametrize("behind", ["#000000", "#FFFFFF"])
def test_words_on_the_picture_are_readable_before_anything(tokens: Tokens, behind: str) -> None:
    ground = _on_badge(tokens, behind)
    assert min(contrast(ink, ground) for ink in (tokens.text, tokens.muted)) >= 4.5
    assert min(contrast(ink, ground) for ink in (tokens.border, tokens.accent)) >= 3.0


def test_the_bundled_type_is_used(qapp: QApplication) -> None:
    assert QFontInfo(theme.font(14)).family() == "Noto Sans"
    assert QFontInfo(theme.font(14, strong=True)).weight() > QFontInfo(theme.font(14)).weight()


def test_every_icon_that_is_named_is_drawn(qapp: QApplication) -> None:
    code = "\n".join(file.read_text() for file in Path(theme.__file__).parent.rglob("*.py"))
    drawn = {file.stem for file in resources.folder("icons").glob("*.svg")}
    named = set(re.findall(r'(?:icon=|Icon\(|set_icon\(|show_icon\()"(\w+)"', code))
    assert named <= drawn
    for name in drawn:
        picture = icons.pixmap(name, "#FF0000", 24).toImage()
        inked = {
            picture.pixelColor(x, y).name()
            for x in range(72)
            for y in range(72)
            if picture.pixelColor(x, y).alpha() > 250
        }
        assert inked == {"#ff0000"}, name
