import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from clinic.ui.help import markup
from clinic.ui.help.pages import ORDER, page, pages, search
from clinic.ui.help.sheet import HelpSheet
from clinic.ui.stages import STAGES


def test_every_stage_has_a_page_that_sums_it_up() -> None:
    assert {stage.id for stage in STAGES} <= {one.id for one in pages()}
    for one in pages():
        assert one.title
        assert 20 < len(one.summary) < 200, one.id
        assert len(one.sections) > 2
        assert all(section.text for section in one.sections)


def test_search_finds_sections_with_all_words_headings_first() -> None:
    found = search("sCale")
    assert found[0].section.heading == "Scale"
    assert {one.page.id for one in search("emergency reason")} == {"patient"}
    assert search("zebra") == ()
    assert search("  ") == ()


@pytest.mark.parametrize("name", ORDER)
def test_markup_knows_all_that_the_pages_use(name: str) -> None:
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
