"""The buttons at the headings of panels open the help about what stands under them."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication

from clinic.ui.help.pages import pages
from clinic.ui.main_window import MainWindow
from clinic.ui.widgets.side import Side


def test_every_button_for_help_names_a_section_that_there_is(window: MainWindow) -> None:
    asked: list[tuple[str, str]] = []
    for side in window.findChildren(Side):
        side.help_asked.connect(lambda page, section: asked.append((page, section)))
        for button in side.findChildren(QAbstractButton):
            if button.accessibleName().startswith("Help: "):
                button.click()
    known = {(page.id, section.id) for page in pages() for section in page.sections}
    assert len(asked) > 8
    assert set(asked) <= known


def test_help_on_the_edit_stack_lies_beside_it_until_escape(window: MainWindow) -> None:
    window.show_stage("plan")
    buttons = window.stack.findChildren(QAbstractButton)
    QTest.mouseClick(
        next(one for one in buttons if one.accessibleName() == "Help: Edit stack"), Qt.MouseButton.LeftButton
    )
    sheet = window.sheets.help
    assert sheet is not None
    assert not sheet.isHidden()
    assert "The edit stack" in sheet.text.toPlainText()
    before = window.desk.case
    for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
        QApplication.sendEvent(sheet, QKeyEvent(kind, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier))
    assert sheet.isHidden()
    assert window.desk.case is before
