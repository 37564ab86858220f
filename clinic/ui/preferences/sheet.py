"""The sheet of preferences: each choice holds at once."""

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from clinic.settings import Settings
from clinic.ui import theme
from clinic.ui.preferences.preferences import TEXT_STEPS, Preferences
from clinic.ui.widgets.check import Check
from clinic.ui.widgets.overlay import Overlay
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.text import Button, label, rule
from clinic.words import LANGUAGES, tr

_WIDTH = 680
_MINUTES = (2, 5, 10, 15, 30)


class PreferenceSheet(Overlay):
    """Shows what was chosen and passes on what is chosen."""

    def __init__(self, over: QWidget, preferences: Preferences) -> None:
        super().__init__(over, tr("Preferences"), _WIDTH)
        self._preferences = preferences
        self.palette_choice = Segments(
            (("dark", tr("Dark"), "", ""), ("light", tr("Light"), "", ""), ("system", tr("As the system"), "", ""))
        )
        self.language = QComboBox()
        for code, words in {"": tr("As the system"), **LANGUAGES}.items():
            self.language.addItem(words, code)
        self.text = Segments(tuple((str(step), f"{step} %", "", "") for step in TEXT_STEPS))
        self.minutes = Segments(tuple((str(one), tr("{n} min", n=one), "", "") for one in _MINUTES))
        self.single_keys = Check(
            tr("Single keys over the picture"), tr("1 to 6 for views, B, W, G to compare, and others")
        )
        self.place = label("", "muted", wrap=True)
        self.place.setAccessibleName(tr("Folder of the archive"))
        self.place.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.head(tr("Preferences"))
        self._row(tr("Appearance"), self.palette_choice)
        self._row(tr("Text size"), self.text)
        self._row(tr("Language"), self.language)
        self.column.addWidget(rule())
        self._row(tr("Keys"), self.single_keys)
        self._row(tr("Lock without use after"), self.minutes)
        self.column.addWidget(rule())
        self._row(tr("Archive"), self._archive())
        self.palette_choice.chosen.connect(lambda name: preferences.choose(palette=name))
        self.language.activated.connect(lambda row: preferences.choose(language=self.language.itemData(row)))
        self.text.chosen.connect(lambda percent: preferences.choose(text_percent=int(percent)))
        self.minutes.chosen.connect(lambda minutes: preferences.choose(lock_minutes=int(minutes)))
        self.single_keys.toggled.connect(lambda wanted: preferences.choose(single_keys=wanted))
        preferences.changed.connect(lambda _, after: self._show(after))
        self._show(preferences.chosen)

    @property
    def first(self) -> QWidget:
        """What gets the keys when the sheet opens."""
        return self.palette_choice.button(self._preferences.chosen.palette)

    def _archive(self) -> QWidget:
        place = QWidget()
        column = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.place)
        button = Button(tr("Show the folder"), self._show_folder, icon="folder", role="flat")
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return place

    def _row(self, words: str, field: QWidget) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        title = label(words, wrap=True)
        title.setFixedWidth(144)
        title.setBuddy(field)
        row.addWidget(title)
        if isinstance(field, Segments | QComboBox):
            field.setAccessibleName(words)
            row.addWidget(field)
            row.addStretch(1)
        else:
            row.addWidget(field, 1)
        self.column.addWidget(line)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._preferences.chosen.archive)))

    def _show(self, chosen: Settings) -> None:
        self.palette_choice.choose(chosen.palette)
        largest = theme.largest_text(self.window().width())
        for step in TEXT_STEPS:
            self.text.button(str(step)).setEnabled(step <= largest)
        self.text.choose(str(min(chosen.text_percent, largest)))
        self.minutes.choose(str(chosen.lock_minutes))
        self.language.setCurrentIndex(self.language.findData(chosen.language))
        self.single_keys.setChecked(chosen.single_keys)
        self.place.setText(str(chosen.archive))
        if self.isVisible():
            self._place()
