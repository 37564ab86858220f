"""What can go wrong with the sealed records, in words for a dialog."""

from pathlib import Path

from clinic.errors import ClinicError
from clinic.words import say


class ArchiveError(ClinicError):
    """Something about the archive that the user can act on."""


class WrongPassphrase(ArchiveError):
    """The key slot is whole and does not open."""

    def __init__(self) -> None:
        super().__init__(say("The passphrase is wrong. Nothing was changed. Check the keyboard layout and try again."))


class WeakPassphrase(ArchiveError):
    """The passphrase is too short to protect a stolen disk."""

    def __init__(self, length: int) -> None:
        super().__init__(
            say(
                "The passphrase is too short. Whoever steals the disk could guess it. Use at least {length} "
                "characters; four or five unrelated words are easy to keep in mind.",
                length=length,
            )
        )


class NotAnArchive(ArchiveError):
    """The folder holds nothing of an archive."""

    def __init__(self) -> None:
        super().__init__(
            say("There is no archive in this folder. Nothing was changed. Choose another, or create one there.")
        )


class FolderGone(NotAnArchive):
    """The folder of the archive is not there at all."""

    def __init__(self) -> None:
        ArchiveError.__init__(
            self,
            say(
                "The folder of the archive is not there. Its disk or share may not be connected, or the folder "
                "was moved. Nothing was changed and nothing that was recorded is lost. Connect it, then try "
                "again; or choose where it lies now."
            ),
        )


class ArchiveExists(ArchiveError):
    """A new archive would lie among other files."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "This folder is not empty, so no new archive was created in it. Open the archive that is "
                "there, or choose an empty folder."
            )
        )


class NewerArchive(ArchiveError):
    """A later version of the program wrote this archive in a form that this one does not know."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "A newer version of the program wrote this archive, and this version could misread it. Nothing was "
                "changed. Update the program, then open it again."
            )
        )


class DamagedKeyFile(ArchiveError):
    """Neither slots.json nor its copy is whole."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The key file of the archive and its copy are damaged, so it cannot be opened with any passphrase. "
                "Nothing was changed. Restore slots.json from a backup."
            )
        )


class OldKeyFile(ArchiveError):
    """The key file is whole, but not the one that the archive was last used with."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The key file of the archive is an old one: passphrases were changed since. It was not opened, for a "
                "former passphrase may fit. Nothing was changed. Restore slots.json from the last backup."
            )
        )


class DamagedDeviceKey(ArchiveError):
    """The file that tells this installation from others is not whole."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            say(
                "The key of this installation is damaged ({file}). The archives are not touched by that. "
                "Move the file away: the program makes a new key, and the audit will show a new device.",
                file=file,
            )
        )


class DamagedArchive(ArchiveError):
    """The passphrase is right, and something in the archive is not what was written."""

    def __init__(self, what: str) -> None:
        super().__init__(
            say(
                "The archive is damaged: {what!t}. Nothing was changed. Run the check of the archive to "
                "learn how far it goes, and restore that part from a backup.",
                what=what,
            )
        )


class DamagedRecord(ArchiveError):
    """Decrypted bytes are no value of a case."""

    def __init__(self, what: str) -> None:
        super().__init__(
            say(
                "A record cannot be read: {what!t}. It was written by another version or is damaged. Update "
                "the program, or restore the record from a backup.",
                what=what,
            )
        )


class OldCopy(ArchiveError):
    """The archive is older than what this computer last wrote to it."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "This is an old copy of the archive: this computer has recorded later work that is missing in it. "
                "It can be looked at but not changed, so that nothing newer is lost. Bring the newer archive back, or "
                "give the later work up by restoring a backup."
            )
        )


class BackupExists(ArchiveError):
    """A backup would lie among other files."""

    def __init__(self) -> None:
        super().__init__(say("This folder is not empty, so no backup was written to it. Choose a new folder."))


class InsideAnother(ArchiveError):
    """An archive or backup would lie inside another one, and share its fate."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "This folder belongs to an archive or a backup, so no other one can be put there. Nothing was changed. "
                "Choose a folder outside of it."
            )
        )


class UnknownTime(ArchiveError):
    """The audit was asked for a time that is none."""

    def __init__(self, given: str) -> None:
        shown = "".join(letter for letter in given[:40] if letter.isprintable())
        super().__init__(
            say(
                "“{shown}” is no time. Write it in UTC, as in 2026, 2026-11, 2026-11-22 or 2026-11-22T08:00.",
                shown=shown,
            )
        )


class NotABackup(ArchiveError):
    """The folder holds no backup."""

    def __init__(self) -> None:
        super().__init__(say("There is no backup in this folder. Nothing was changed. Choose the folder of a backup."))


class DamagedBackup(ArchiveError):
    """A backup is not what was written."""

    def __init__(self, what: str) -> None:
        super().__init__(
            say(
                "The backup is damaged: {what!t}. It was not put back, and the archive is as before. Use "
                "another backup.",
                what=what,
            )
        )


class StillInUse(ArchiveError):
    """A backup would stand beside the living archive, and only one of them could go on."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "This computer works with the archive that the backup was made of, and two of it could not "
                "both go on. Nothing was put back. Put it in the place of that archive; or, if that is lost, "
                "say so, on the command line with --give-up-later-work."
            )
        )


class OtherArchive(ArchiveError):
    """A backup would take the place of a different archive."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The archive in this folder is not the one the backup was made of, so nothing was put back. "
                "Choose the folder of that archive, or an empty one."
            )
        )


class ChangedElsewhere(ArchiveError):
    """Another window or computer changed the same case."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Another window has changed this case in the meantime. Your last step was not recorded. "
                "Open the case again and repeat the step."
            )
        )


class UnknownCase(ArchiveError):
    """The archive holds no such case or no such state of it."""

    def __init__(self) -> None:
        super().__init__(
            say("The archive holds no such case. It may lie in another archive. Choose one from the list.")
        )


class AlreadyHere(ArchiveError):
    """A patient's record would be taken in a second time, or after it was erased."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "This patient is in the archive already, or was erased from it, so nothing was taken in. Look for the "
                "patient in the list. A record that was erased does not come back under the same number."
            )
        )


class DiskFull(ArchiveError):
    """There is no room for what should be sealed."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The disk is full, so this step was not recorded and did not happen. Nothing is half-written and the "
                "archive is whole. Free some space and try again."
            )
        )


class ArchiveBusy(ArchiveError):
    """Another program holds the archive."""

    def __init__(self) -> None:
        super().__init__(
            say("Another program is writing to the archive, so the last step was not recorded. Try again in a moment.")
        )


class NoAccess(ArchiveError):
    """The operating system refuses to read or write."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The computer refuses access to the archive's files, so nothing was read or changed. "
                "Ask for the right to read and write this folder, and check that the disk is not write-protected."
            )
        )


class DiskFault(ArchiveError):
    """The disk reported an error."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The disk reported an error, so the last step was not recorded. Nothing is half-written. "
                "Check the cable or the disk, and make a backup soon."
            )
        )


class ArchiveClosed(ArchiveError):
    """The keys have been dropped."""

    def __init__(self) -> None:
        super().__init__(say("The archive is locked. Nothing was changed. Enter the passphrase to go on."))
