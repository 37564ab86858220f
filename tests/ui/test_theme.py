import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QFontInfo
from PySide6.QtWidgets import QApplication

from clinic import resources
from clinic.ui import icons, theme
from clinic.ui.theme import DARK, LIGHT, Tokens


def _luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    shown = QColor(colour)
    return 0.2126 * linear(shown.redF()) + 0.7152 * linear(shown.greenF()) + 0.0722 * linear(shown.blueF())


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=lambda tokens: tokens.name)
def test_text_and_borders_are_readable(tokens: Tokens) -> None:
    for ground in (tokens.background, tokens.panel, tokens.raised, tokens.selected):
        assert _contrast(tokens.text, ground) >= 4.5
        assert _contrast(tokens.muted, ground) >= 4.5
    for ground in (tokens.background, tokens.panel):
        assert _contrast(tokens.accent, ground) >= 4.5
        assert _contrast(tokens.warning, ground) >= 4.5
        assert _contrast(tokens.error, ground) >= 4.5
        assert _contrast(tokens.border, ground) >= 3.0
    assert _contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert _contrast(tokens.warning, tokens.warning_fill) >= 4.5
    assert _contrast(tokens.text, tokens.error_fill) >= 4.5


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
