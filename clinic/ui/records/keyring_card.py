"""The keyring of the computer beside the passphrase: a stolen copy of the archive then opens nowhere else."""

from clinic.archive import second_secret
from clinic.ui.records.matter import Matter
from clinic.ui.records.page import Section
from clinic.ui.widgets.secret import secret_field
from clinic.ui.widgets.side import add_all
from clinic.ui.widgets.text import Button, label
from clinic.words import say, tr


class KeyringCard(Matter):
    """Asks for a secret of this computer's keyring, too, or for none any more."""

    def __init__(self, page: Section) -> None:
        words = tr(
            "A secret that this computer keeps is asked for beside your passphrase. Then a stolen backup does not open "
            "elsewhere, even for who knows the passphrase. Make a recovery key first."
        )
        super().__init__(page, tr("This computer's keyring"), words)
        self._bound = False
        self._state = label("", "small", wrap=True)
        self.passphrase = secret_field(tr("Your passphrase"))
        self.button = Button("", self._change, icon="key")
        add_all(self.column, self._state, self.passphrase, self.button)
        self.passphrase.textChanged.connect(self._judge)
        self.passphrase.returnPressed.connect(self._change)
        self.show_present(bound=False)

    def forget(self) -> None:
        """Empty the field."""
        self.passphrase.clear()
        self._judge()

    def show_present(self, bound: bool) -> None:
        """Show whether the keyring is asked now."""
        self._bound = bound
        self._state.setText(
            tr("Your passphrase opens the archive on this computer only; the recovery key opens it anywhere.")
            if bound
            else tr("Your passphrase alone opens the archive.")
        )
        words = tr("Ask for the passphrase alone") if bound else tr("Ask this computer's keyring too")
        self.button.setText(words)
        self.button.setAccessibleName(words)
        self.forget()

    def _judge(self) -> None:
        self.button.setEnabled(bool(self.passphrase.text()))

    def _change(self) -> None:
        archive, passphrase, bound = self.page.archive, self.passphrase.text(), self._bound
        if archive is None or not self.button.isEnabled():
            return
        change = second_secret.release if bound else second_secret.bind

        def done(_: object) -> None:
            self.show_present(not bound)
            self.say(
                tr("Your passphrase alone opens the archive again.")
                if bound
                else tr("Signing in asks this computer's keyring too from now on.")
            )

        self.do(say("Change what opens the archive"), lambda _: change(archive, passphrase), done)
