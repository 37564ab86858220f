"""Help at the right side of the window, beside what it explains: that stays usable meanwhile."""

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from clinic.ui import theme
from clinic.ui.help import markup
from clinic.ui.help.pages import Page, page, pages, search
from clinic.ui.widgets.above import Above
from clinic.ui.widgets.text import Button, label
from clinic.words import tr

_WIDTH = 420


class HelpSheet(Above):
    """A page, or what was found in all of them."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over, tr("Help"))
        self.setObjectName("help")
        self._page = "start"
        self.contents = QComboBox()
        self.contents.setAccessibleName(tr("Page of help"))
        self.contents.activated.connect(lambda number: self.open(pages()[number].id))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search help"))
        self.search.setAccessibleName(tr("Search help"))
        self.search.setMinimumHeight(theme.TARGET)
        self.search.textChanged.connect(self._show)
        self.text = QTextBrowser()
        self.text.setObjectName("help")
        self.text.setAccessibleName(tr("Help"))
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        self._lay_out()

    def open(self, name: str, section: str = "") -> None:
        """Show a page, from a section on."""
        self._page = page(name).id
        self.search.blockSignals(True)
        self.search.clear()
        self.search.blockSignals(False)
        self.show()
        self.raise_()
        self._place()
        self._show()
        shown = page(self._page)
        anchors = [number for number, one in enumerate(shown.sections) if section and one.id == section]
        if anchors:
            self.text.scrollToAnchor(f"s{anchors[0]}")
        else:
            self.text.verticalScrollBar().setValue(0)
        self.text.setFocus()

    def toggle(self, name: str) -> None:
        """Show the page of where the user is; put it away if it is that one."""
        if self.isVisible() and self._page == page(name).id and not self.search.text():
            self.leave()
        else:
            self.open(name)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Dress the page anew with the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.isVisible():
            self._show()
            self._place()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(label(tr("Help"), "title"), 1)
        head.addWidget(Button(tr("Close"), self.leave, icon="remove", role="tool", tip=tr("Close  Esc")))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 12, 16, 16)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self.contents)
        column.addSpacing(4)
        column.addWidget(self.text, 1)

    def _show(self) -> None:
        shown = page(self._page)
        self.contents.blockSignals(True)
        self.contents.clear()
        self.contents.addItems([one.title for one in pages()])
        self.contents.setCurrentIndex([one.id for one in pages()].index(shown.id))
        self.contents.blockSignals(False)
        self.text.document().setIndentWidth(20)
        self.text.document().setDefaultStyleSheet(markup.style())
        self.text.setHtml(self._found() if self.search.text().strip() else markup.whole(shown))

    def _found(self) -> str:
        found = search(self.search.text())
        if not found:
            return f"<p>{tr('Nothing in help has these words.')}</p>"
        return "".join(
            markup.link(f"{one.page.id}#{one.section.id}", _where(one.page, one.section.heading))
            + markup.body(one.section)
            for one in found
        )

    def _follow(self, link: QUrl) -> None:
        self.open(link.path(), link.fragment(QUrl.ComponentFormattingOption.FullyDecoded))

    def _place(self) -> None:
        width = min(round(_WIDTH * theme.share()), self._over.width() - 64)
        self.setGeometry(self._over.width() - width, 0, width, self._over.height())


def _where(shown: Page, heading: str) -> str:
    return f"{shown.title}: {heading}" if heading else shown.title
