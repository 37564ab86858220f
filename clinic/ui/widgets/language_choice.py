"""A list of languages, each in its own words."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from clinic.ui import theme
from clinic.words import LANGUAGES, language, tr


class LanguageChoice(QComboBox):
    """Shows the language of the moment. chosen(code): the user takes another one."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        for code, words in LANGUAGES.items():
            self.addItem(words, code)
        self.setCurrentIndex(self.findData(language()))
        self.setAccessibleName(tr("Language"))
        self.setMinimumHeight(theme.TARGET)
        self.activated.connect(self._take)

    def _take(self, row: int) -> None:
        code = self.itemData(row)
        if code != language():
            self.chosen.emit(code)
