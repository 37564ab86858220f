"""Who works here: everybody's roles, somebody new, somebody who leaves, a lost passphrase or authenticator."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from clinic.archive.errors import ArchiveBusy
from clinic.archive.people import register
from clinic.archive.people.register import Person
from clinic.archive.people.roles import EXPLAINED, Right, Role
from clinic.jobs import Progress
from clinic.ui.desk import Desk
from clinic.ui.records.page import Section
from clinic.ui.widgets.check import Check
from clinic.ui.widgets.secret import secret_field, text_field
from clinic.ui.widgets.side import add_all, clear
from clinic.ui.widgets.text import Button, Icon, label
from clinic.words import say, tr

if TYPE_CHECKING:
    from clinic.archive.store import Archive

_FORM_WIDTH = 400


class PeoplePage(Section):
    """A list of cards; at the right the form of who is new or whose roles change."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(
            desk, tr("People"), tr("Each person has a name, a passphrase and the least rights that the work needs.")
        )
        self.add_button = Button(tr("Add a person"), lambda: self.form.begin(None), icon="add", role="primary")
        self.renew_button = Button(tr("Change the archive's key"), self._renew_key, icon="key", role="flat")
        self.form = PersonForm(self._let_in, self._give_roles)
        self.told = FirstTime()
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        self.cards: dict[str, PersonCard] = {}
        self._lay_out()

    def refresh(self) -> None:
        """Read the list again."""
        archive = self.archive
        if archive is not None and self.desk.may(Right.MANAGE_PEOPLE):
            self.desk.ask(say("Read the list of people"), lambda _: register.people(archive), self._show)

    def forget(self) -> None:
        """Show nobody any more, and no passphrase."""
        self._show(())
        self.form.close_form()
        self.told.show_passphrase("", "")

    def _lay_out(self) -> None:
        inner = QWidget()
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 8, 0)
        rows.addLayout(self._cards)
        below = QHBoxLayout()
        below.setSpacing(8)
        add_all(below, self.add_button, self.renew_button)
        below.addStretch(1)
        rows.addLayout(below)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(inner)
        right = QVBoxLayout()
        right.setSpacing(12)
        add_all(right, self.told, self.form)
        right.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(24)
        body.addWidget(scroll, 1)
        body.addLayout(right)
        self.column.addLayout(body, 1)

    def _show(self, people: tuple[Person, ...]) -> None:
        clear(self._cards)
        self.cards = {}
        for person in sorted(people, key=lambda one: not one.works_here):
            card = PersonCard(person, self._act)
            self.cards[person.login] = card
            self._cards.addWidget(card)

    def _act(self, act: str, person: Person) -> None:
        archive = self.archive
        if archive is None:
            return
        self.told.show_passphrase("", "")
        if act in ("roles", "renew"):
            self.form.begin(person, renew=act == "renew")
        elif act == "remove":
            self._let_go(archive, person)
        else:
            words = tr("{login} signs in without a code.", login=person.login)
            self._change(words, lambda: register.drop_second_factor(archive, person.id))

    def _let_go(self, archive: "Archive", person: Person) -> None:
        """Let somebody in no more, and change the vault key, which they held while they were in."""

        def work(progress: Progress) -> str:
            register.remove(archive, person.id)
            try:
                archive.renew_vault_key(progress)
            except ArchiveBusy:
                return _NOT_RENEWED
            return ""

        def done(more: str) -> None:
            self.desk.said.emit(
                tr("{login} gets in no more.{more}", login=person.login, more=more), "warning" if more else "notice"
            )
            self._again()

        self.desk.ask(say("Change the keys of the archive"), work, done)

    def _renew_key(self) -> None:
        archive = self.archive
        if archive is not None:
            words = tr("The archive has a new key. Backups made before still open with the old passphrases.")
            self.desk.ask(say("Change the keys of the archive"), archive.renew_vault_key, lambda _: self._said(words))

    def _said(self, words: str) -> None:
        self.desk.said.emit(words, "notice")
        self._again()

    def _let_in(self, person: Person | None, login: str, roles: frozenset[Role], passphrase: str) -> None:
        archive = self.archive
        if archive is None:
            return

        def work(_: object) -> str:
            if person is not None:
                return register.renew(archive, passphrase, person.id)
            return register.add(archive, passphrase, login, roles)

        def done(first: str) -> None:
            self.form.close_form()
            self.told.show_passphrase(login, first)
            self._again()

        self.desk.ask(say("Make the keys of a person"), work, done)

    def _give_roles(self, person: Person, roles: frozenset[Role]) -> None:
        archive = self.archive
        if archive is not None:
            self.form.close_form()
            self._change(
                say("{login} has other roles.", login=person.login),
                lambda: register.give_roles(archive, person.id, roles),
            )

    def _change(self, words: str, change: Callable[[], object]) -> None:
        def done(_: object) -> None:
            self.desk.said.emit(words, "notice")
            self._again()

        self.desk.ask(say("Change who may do what"), lambda _: change(), done)

    def _again(self) -> None:
        self.desk.read_rights()
        self.refresh()


class PersonCard(QFrame):
    """One person, and what can be done about them. act(what, person)."""

    def __init__(self, person: Person, act: Callable[[str, Person], object]) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(person.login)
        self._person, self._act = person, act
        self._sure = False
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(12)
        row.addWidget(Icon("patient", "accent" if person.works_here else "muted", 24))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(tr("{login} (you)", login=person.login) if person.you else person.login, "strong"))
        words.addWidget(label(_about(person), "small", wrap=True))
        row.addLayout(words, 1)
        self.buttons = dict(self._made())
        for button in self.buttons.values():
            row.addWidget(button)

    def _made(self) -> list[tuple[str, Button]]:
        person = self._person
        if not person.works_here:
            return []
        made = [("roles", Button(tr("Roles"), lambda: self._act("roles", person)))]
        if not person.you:
            made.append(("renew", Button(tr("New passphrase"), lambda: self._act("renew", person))))
            if person.second_factor:
                made.append(("code", Button(tr("No code"), lambda: self._act("code", person))))
            made.append(("remove", Button(tr("Remove"), self._remove)))
        return made

    def _remove(self) -> None:
        """Ask once more on the button itself."""
        if self._sure:
            self._act("remove", self._person)
        self._sure = True
        self.buttons["remove"].setText(tr("Remove for good?"))


class PersonForm(QFrame):
    """A new person, other roles, or a new passphrase; whoever makes keys proves to be who is signed in."""

    def __init__(
        self,
        let_in: Callable[[Person | None, str, frozenset[Role], str], object],
        give_roles: Callable[[Person, frozenset[Role]], object],
    ) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedWidth(_FORM_WIDTH)
        self._let_in, self._give_roles = let_in, give_roles
        self._person: Person | None = None
        self._renew = False
        self._title = label("", "section")
        self.name = text_field(tr("Name, as in the audit trail"))
        self.roles = {role: Check(_title(role), words) for role, words in EXPLAINED.items()}
        self._words = label("", "muted", wrap=True)
        self.passphrase = secret_field(tr("Your own passphrase, once more"))
        self.button = Button(tr("Add"), self._give, icon="check", role="primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        add_all(column, self._title, self.name, *self.roles.values(), self._words, self.passphrase, self.button)
        column.addWidget(Button(tr("Cancel"), self.close_form, role="flat"))
        for field in (self.name, self.passphrase):
            field.textChanged.connect(self._judge)
            field.returnPressed.connect(self._give)
        for check in self.roles.values():
            check.toggled.connect(self._judge)
        self.hide()

    def begin(self, person: Person | None, renew: bool = False) -> None:
        """Show the form for a person, or for somebody new."""
        self._person, self._renew = person, renew
        making = person is None or renew
        self._title.setText(tr("New person") if person is None else person.login)
        self.name.clear()
        self.passphrase.clear()
        self.name.setVisible(person is None)
        self.passphrase.setVisible(making)
        for role, check in self.roles.items():
            check.setVisible(not renew)
            check.setChecked(person is not None and role in person.roles)
        self._words.setText(_OF_RENEWING if renew else _OF_ADDING if person is None else "")
        self._words.setVisible(making)
        self.button.setText(
            tr("Add") if person is None else tr("Make a new passphrase") if renew else tr("Give these roles")
        )
        self._judge()
        self.show()
        (self.name if person is None else self.passphrase if renew else self.roles[Role.SURGEON]).setFocus()

    def close_form(self) -> None:
        """Put the form away, and what was typed."""
        self.passphrase.clear()
        self.hide()

    def _chosen(self) -> frozenset[Role]:
        return frozenset(role for role, check in self.roles.items() if check.isChecked())

    def _judge(self) -> None:
        making = self._person is None or self._renew
        named = self._person is not None or bool(self.name.text().strip())
        proven = not making or bool(self.passphrase.text())
        self.button.setEnabled(named and proven and (self._renew or bool(self._chosen())))

    def _give(self) -> None:
        if not self.button.isEnabled():
            return
        if self._person is not None and not self._renew:
            self._give_roles(self._person, self._chosen())
        else:
            login = self.name.text().strip() if self._person is None else self._person.login
            self._let_in(self._person, login, self._chosen(), self.passphrase.text())


class FirstTime(QFrame):
    """The passphrase for somebody's first time, shown once."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedWidth(_FORM_WIDTH)
        self._title = label("", "section")
        self.passphrase = label("", "title")
        self.passphrase.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(8)
        add_all(column, self._title, label(_OF_FIRST_TIME, "muted", wrap=True), self.passphrase)
        self.button = Button(tr("I have handed it over"), lambda: self.show_passphrase("", ""), icon="check")
        column.addWidget(self.button)
        self.hide()

    def show_passphrase(self, login: str, passphrase: str) -> None:
        """Show whose it is; empty words put it away."""
        self._title.setText(tr("For {login}, shown this once", login=login))
        self.passphrase.setText(passphrase)
        self.setVisible(bool(passphrase))
        if passphrase:
            self.button.setFocus()


_NOT_RENEWED = say(
    " The archive's key could not be changed yet, since another window has it open: do that when it is closed."
)
_OF_ADDING = say("You get a passphrase for the first time, to hand over. It must be changed before anything is shown.")
_OF_RENEWING = say(
    "The old passphrase, the recovery key and the second factor open nothing any more. You get a passphrase for the "
    "first time, to hand over."
)
_OF_FIRST_TIME = say(
    "Write it down for the person, in private. It opens nothing but the page to choose an own passphrase."
)


def _about(person: Person) -> str:
    if not person.works_here:
        return tr("Left. The name stays in the audit trail.")
    roles = ", ".join(_title(role) for role in _in_order(person))
    return f"{roles} · {tr('signs in with a code') if person.second_factor else tr('no second factor')}"


def _in_order(person: Person) -> list[str]:
    return [role.value for role in Role if role in person.roles]


def _title(role: str) -> str:
    words = tr(role)
    return words[:1].upper() + words[1:]
