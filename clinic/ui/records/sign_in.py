"""One's own way in: passphrase, second factor, printed recovery key, and after how long the window locks."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinic.archive import second_secret
from clinic.archive.people import second_factor, totp
from clinic.ui.desk import Desk
from clinic.ui.records.keyring_card import KeyringCard
from clinic.ui.records.matter import Matter
from clinic.ui.records.page import Section
from clinic.ui.records.printing import print_recovery_key
from clinic.ui.records.square_code import SquareCode
from clinic.ui.widgets.secret import NewSecret, secret_field, text_field
from clinic.ui.widgets.segments import Segments
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr

_MINUTES = (2, 5, 10, 20, 30)


class SignInPage(Section):
    """minutes_chosen(minutes): lock after so many without use."""

    minutes_chosen = Signal(int)

    def __init__(self, desk: Desk, minutes: int) -> None:
        super().__init__(
            desk, tr("Your sign-in"), tr("Only you can change these, and each change asks for your passphrase.")
        )
        self.passphrase, self.factor, self.recovery = PassphraseCard(self), FactorCard(self), RecoveryCard(self)
        self.keyring = KeyringCard(self)
        self.minutes = Segments(tuple((str(count), tr("{count} min", count=count), "", "") for count in _MINUTES))
        self.minutes.choose(str(minutes))
        self.minutes.chosen.connect(lambda chosen: self.minutes_chosen.emit(int(chosen)))
        self._lay_out()

    def refresh(self) -> None:
        """Begin with empty fields."""
        self.forget()
        archive = self.archive
        if archive is not None:
            self.desk.ask(
                say("Read how you sign in"),
                lambda _: (second_factor.asked_for(archive), second_secret.bound(archive)),
                self._show_present,
            )

    def forget(self) -> None:
        """Put away everything that was typed or shown."""
        for card in (self.passphrase, self.factor, self.recovery, self.keyring):
            card.forget()

    def _show_present(self, asked: tuple[bool, bool]) -> None:
        self.factor.show_present(asked[0])
        self.keyring.show_present(asked[1])

    def _lay_out(self) -> None:
        inner = QWidget()
        columns = QHBoxLayout(inner)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(16)
            columns.addLayout(column)
        columns.addStretch(1)
        lock = Matter(
            self, tr("Automatic lock"), tr("Without mouse or keys for so long, the window goes blank and locks.")
        )
        lock.column.addWidget(self.minutes, 0, Qt.AlignmentFlag.AlignLeft)
        add_all(left, self.passphrase, lock)
        add_all(right, self.factor, self.recovery, self.keyring)
        left.addStretch(1)
        right.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        self.column.addWidget(scroll, 1)


class PassphraseCard(Matter):
    """Another passphrase."""

    def __init__(self, page: Section) -> None:
        super().__init__(page, tr("Passphrase"), tr("The old one opens nothing any more, but for backups made before."))
        self.old, self.new = secret_field(tr("Present passphrase")), NewSecret()
        self.button = Button(tr("Change the passphrase"), self._change, icon="key")
        add_all(self.column, self.old, self.new, self.button)
        self.old.textChanged.connect(self._judge)
        self.new.changed.connect(self._judge)
        self.new.entered.connect(self._change)
        self._judge()

    def forget(self) -> None:
        """Empty the fields."""
        self.old.clear()
        self.new.clear()

    def _judge(self) -> None:
        self.button.setEnabled(bool(self.old.text() and self.new.text))

    def _change(self) -> None:
        archive, old, new = self.page.archive, self.old.text(), self.new.text
        if archive is None or not self.button.isEnabled():
            return

        def done(_: object) -> None:
            self.forget()
            self.say(tr("The passphrase is changed."))

        self.do(tr("Change the passphrase"), lambda _: archive.change_passphrase(old, new), done)


class FactorCard(Matter):
    """A code of an authenticator beside the passphrase."""

    def __init__(self, page: Section) -> None:
        words = tr(
            "A code from an authenticator on your telephone, asked for at each sign-in. It works without a network."
        )
        super().__init__(page, tr("Second factor"), words)
        self._secret, self._present = b"", False
        self.start = Button(tr("Set up"), self._begin, icon="shield")
        self.give_up = Button(tr("Sign in without a code"), self._give_up, role="flat")
        self.square, self._typed = SquareCode(), label("", "small", wrap=True)
        self.code, self.passphrase = text_field(tr("Six digits that it shows now")), secret_field(tr("Your passphrase"))
        self.button = Button(tr("Ask for a code from now on"), self._set_up, icon="check", role="primary")
        add_all(self.column, self.start, self.give_up)
        self.column.addWidget(self.square, 0, Qt.AlignmentFlag.AlignHCenter)
        add_all(self.column, self._typed, self.code, self.passphrase, self.button)
        for field in (self.code, self.passphrase):
            field.textChanged.connect(self._judge)
            field.returnPressed.connect(self._set_up)
        self.forget()

    def forget(self) -> None:
        """Put the secret away."""
        self._secret = b""
        self.square.show_words("")
        self._typed.clear()
        self._show_steps(setting_up=False, leaving=False)

    def show_present(self, present: bool) -> None:
        """Show whether a code is asked for now."""
        self._present = present
        self.start.setText(tr("Set up another authenticator") if present else tr("Set up"))
        self._show_steps(setting_up=False, leaving=False)

    def _show_steps(self, setting_up: bool, leaving: bool) -> None:
        idle = not setting_up and not leaving
        self.start.setVisible(idle)
        self.give_up.setVisible(idle and self._present)
        for shown in (self.square, self._typed, self.code):
            shown.setVisible(setting_up)
        for asked in (self.passphrase, self.button):
            asked.setVisible(setting_up or leaving)
        self.code.clear()
        self.passphrase.clear()
        self.button.setText(tr("Sign in without a code") if leaving else tr("Ask for a code from now on"))
        self._judge()

    def _begin(self) -> None:
        archive = self.page.archive
        if archive is None:
            return
        self._secret = totp.new_secret()
        self.square.show_words(totp.link(self._secret, archive.user))
        plain = totp.base32(self._secret)
        groups = " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))
        self._typed.setText(tr("Photograph the square with the authenticator, or type: {groups}", groups=groups))
        self._show_steps(setting_up=True, leaving=False)
        self.code.setFocus()

    def _give_up(self) -> None:
        self._show_steps(setting_up=False, leaving=True)
        self.passphrase.setFocus()

    def _judge(self) -> None:
        self.button.setEnabled(bool(self.passphrase.text()) and (not self._secret or bool(self.code.text().strip())))

    def _set_up(self) -> None:
        archive, secret, code = self.page.archive, self._secret, self.code.text()
        passphrase = self.passphrase.text()
        if archive is None or not self.button.isEnabled():
            return

        def work(_: object) -> None:
            if secret:
                second_factor.set_up(archive, passphrase, secret, code)
            else:
                second_factor.give_up(archive, passphrase)

        def done(_: object) -> None:
            self.forget()
            self.show_present(bool(secret))
            self.say(
                tr("Signing in asks for a code from now on.") if secret else tr("Signing in asks for no code any more.")
            )

        self.do(tr("Change the second factor"), work, done)


class RecoveryCard(Matter):
    """The key on paper."""

    def __init__(self, page: Section) -> None:
        words = tr("For the day the passphrase or the authenticator is lost: print it once, and lock it away.")
        super().__init__(page, tr("Recovery key"), words)
        self.passphrase = secret_field(tr("Your passphrase"))
        self.button = Button(tr("Make a recovery key"), self._make, icon="key")
        self.key = label("", "strong", wrap=True)
        self.key.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self._once = label(tr("Shown this once. An earlier key opens nothing any more."), "small", wrap=True)
        self.print = Button(tr("Print"), self._print, icon="report", role="primary")
        self.done = Button(tr("I have it on paper"), self.forget, icon="check")
        add_all(self.column, self.passphrase, self.button, self._once, self.key, self.print, self.done)
        self.passphrase.textChanged.connect(self._judge)
        self.passphrase.returnPressed.connect(self._make)
        self.forget()

    def forget(self) -> None:
        """Show the key no more."""
        self._show_key("")
        self.passphrase.clear()
        self._judge()

    def _show_key(self, key: str) -> None:
        self.key.setText(key.replace("-", "  "))
        self._made = key
        for widget in (self.key, self._once, self.print, self.done):
            widget.setVisible(bool(key))
        for other in (self.passphrase, self.button):
            other.setVisible(not key)

    def _judge(self) -> None:
        self.button.setEnabled(bool(self.passphrase.text()))

    def _make(self) -> None:
        archive, passphrase = self.page.archive, self.passphrase.text()
        if archive is None or not passphrase:
            return

        def done(key: object) -> None:
            self.passphrase.clear()
            self._show_key(str(key))
            self.print.setFocus()

        self.do(tr("Make a recovery key"), lambda _: archive.new_recovery_key(passphrase), done)

    def _print(self) -> None:
        archive = self.page.archive
        if archive is not None and print_recovery_key(self._made, archive.user, archive.id, self):
            self.say(tr("The recovery key was sent to the printer. Check the paper before you go on."))
