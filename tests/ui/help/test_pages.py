from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from clinic import resources, words
from clinic.ui.help import markup
from clinic.ui.help.pages import ORDER, Page, page, pages, search
from clinic.ui.help.sheet import HelpSheet
from clinic.ui.stages import STAGES
from clinic.words import LANGUAGES


@pytest.fixture(params=tuple(LANGUAGES))
def code(request: pytest.FixtureRequest) -> Iterator[str]:
    """Speak each language in turn."""
    words.speak(request.param, resources.folder("i18n"))
    yield request.param
    words.speak("en", None)


def test_every_stage_has_a_page_that_sums_it_up(code: str) -> None:
    assert {stage.id for stage in STAGES} <= {one.id for one in pages()}
    for one in pages():
        assert one.title
        assert 12 < len(one.summary) < 200, one.id
        assert len(one.sections) > 2
        assert all(section.text for section in one.sections)


def test_every_language_says_all_that_the_english_pages_say(code: str) -> None:
    own = pages()
    words.speak("en", None)
    for one, english in zip(own, pages(), strict=True):
        assert [text.count("- **") for _, text in _parts(one)] == [text.count("- **") for _, text in _parts(english)]
        if code != "en":
            assert one.summary != english.summary, f"{one.id} is not translated"


def _parts(shown: Page) -> list[tuple[str, str]]:
    return [(section.heading, section.text) for section in shown.sections]


def test_search_finds_sections_with_all_words_headings_first() -> None:
    found = search("sCale")
    assert found[0].section.heading == "Scale"
    assert {one.page.id for one in search("emergency reason")} == {"patient"}
    assert search("zebra") == ()
    assert search("  ") == ()


def test_markup_knows_all_that_the_pages_use(code: str) -> None:
    for name in ORDER:
        html = markup.whole(page(name))
        assert "**" not in html
        assert "##" not in html
        assert "\n- " not in html


def test_help_opens_where_the_user_is_beside_what_stays_usable(qtbot: QtBot) -> None:
    over = QWidget()
    over.resize(1200, 800)
    qtbot.addWidget(over)
    field = QLineEdit(over)
    over.show()
    over.activateWindow()
    sheet = HelpSheet(over)
    sheet.toggle("plan")
    assert "Plans A, B, C" in sheet.text.toPlainText()
    QTest.mouseClick(field, Qt.MouseButton.LeftButton)
    QTest.keyClicks(field, "typed meanwhile")
    assert field.text() == "typed meanwhile"
    QTest.keyClicks(sheet.search, "pupils")
    assert "Capture: Scale" in sheet.text.toPlainText()
    sheet.search.clear()
    sheet.toggle("plan")
    assert not sheet.isVisible()
    sheet.toggle("records")
    QTest.keyClick(sheet.text, Qt.Key.Key_Escape)
    assert not sheet.isVisible()
