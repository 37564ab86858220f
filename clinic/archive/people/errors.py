"""Why somebody is not let in, or may not do something, in words for a dialog."""

from collections.abc import Sequence
from math import ceil

from clinic.archive.errors import ArchiveError
from clinic.archive.people.roles import Right, holders
from clinic.words import say


class NameNeeded(ArchiveError):
    """Several people use the archive."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Several people use this archive. Say who you are: give your name with your passphrase, on the command "
                "line with --user NAME."
            )
        )


class CodeNeeded(ArchiveError):
    """The passphrase is right, and the person has a second factor."""

    def __init__(self) -> None:
        super().__init__(say("Enter the six digits that your authenticator shows now."))


class WrongCode(ArchiveError):
    """The code is not the one of this moment, or it was used before."""

    def __init__(self, used: bool = False) -> None:
        super().__init__(
            say("This code was used before, and each opens only once. Wait for the next one, half a minute at most.")
            if used
            else say(
                "The code is wrong. Check that the clocks of this computer and of your authenticator are right, and "
                "enter the code that it shows now. If it is lost, an administrator can take the second factor away."
            )
        )


class TooManyGuesses(ArchiveError):
    """Somebody tries too many passphrases or codes."""

    def __init__(self, wait_s: float) -> None:
        super().__init__(
            say(
                "There were too many wrong tries at this computer. Wait {wait!t}, then try again; a restart "
                "does not shorten the wait. Nothing was changed.",
                wait=_words(wait_s),
            )
        )
        self.wait_s = wait_s


class NotAllowed(ArchiveError):
    """The person's roles do not hold the right."""

    def __init__(self, right: Right) -> None:
        roles = _either(holders(right))
        super().__init__(
            say(
                "You may not {right!t}: that is for {roles!t}. Nothing was changed. Ask a colleague with that "
                "role, or an administrator to give it to you.",
                right=right,
                roles=roles,
            )
        )
        self.right = right


class MustChangePassphrase(ArchiveError):
    """Somebody else knows the passphrase."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "This passphrase was made by the administrator, for your first time only. Choose one of your "
                "own; until then nothing is shown. On the command line: clinic archive passphrase."
            )
        )


class SamePassphrase(ArchiveError):
    """The new passphrase is the old one."""

    def __init__(self) -> None:
        super().__init__(say("The new passphrase is the old one, so nothing was changed. Choose another one."))


class NameTaken(ArchiveError):
    """Two people would have the same name."""

    def __init__(self) -> None:
        super().__init__(
            say("Somebody of that name is here already, or was. Choose another, for example with a middle name.")
        )


class NotAName(ArchiveError):
    """A person needs a name that can be read."""

    def __init__(self) -> None:
        super().__init__(say("Give the person a name of 1 to 64 letters, as it should stand in the audit trail."))


class NoRole(ArchiveError):
    """Somebody without any role could do nothing."""

    def __init__(self) -> None:
        super().__init__(say("Choose at least one role. Who should do nothing any more is taken off the list instead."))


class UnknownPerson(ArchiveError):
    """Nobody of that id works here."""

    def __init__(self) -> None:
        super().__init__(say("Nobody of that name works here any more. Look at the list again."))


class LastOfRole(ArchiveError):
    """Nobody would be left to let people in, or to read the audit."""

    def __init__(self, roles: Sequence[str]) -> None:
        super().__init__(
            say(
                "Nobody would be left as {roles!t}, and then nobody could ever be again. Give the role to "
                "somebody else first. Nothing was changed.",
                roles=_either(roles),
            )
        )


class NoAuditKey(ArchiveError):
    """Who appoints an auditor must be able to prove the audit."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "You cannot make somebody auditor or administrator, because you hold no key of the audit to hand on. "
                "Ask a colleague who is one."
            )
        )


class ReasonNeeded(ArchiveError):
    """Emergency access leaves its reason behind."""

    def __init__(self) -> None:
        super().__init__(say("Say in a few words why, at least 10 letters. Others will read it; name no patient."))


def _either(roles: Sequence[str]) -> str:
    first, *others = roles
    return say("{first!t} or {others!t}", first=first, others=_either(others)) if others else first


def _words(wait_s: float) -> str:
    seconds = ceil(wait_s)
    return (
        say("{seconds} seconds", seconds=seconds)
        if seconds < 90
        else say("{seconds} minutes", seconds=ceil(seconds / 60))
    )
