"""Why a file was not taken, in words for a dialog.

The words name the file, and its name may hold the patient's: they are for the person at the screen, not for a log.
"""

from collections.abc import Sequence

from clinic.errors import ClinicError
from clinic.words import say, say_plural


class ImportRejected(ClinicError):
    """A file from outside was not taken; nothing was changed."""


class FileNotReadable(ImportRejected):
    """The file system does not give the file."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            say(
                "“{name}” {reason!t}. Nothing was imported. Check the place and its access rights.",
                name=name,
                reason=reason,
            )
        )


class UnsupportedFile(ImportRejected):
    """The file is whole for all we know, but of a kind that is not taken here."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(say("“{name}” {reason!t}", name=name, reason=reason))


class FileTooLarge(ImportRejected):
    """The file has more bytes than any real one of its kind."""

    def __init__(self, name: str, limit_bytes: int) -> None:
        super().__init__(
            say(
                "“{name}” is larger than {limit_bytes} MB, more than any usable file of this kind. It was "
                "not opened. Export a smaller one and try again.",
                name=name,
                limit_bytes=limit_bytes // 2**20,
            )
        )


class UnreadablePhoto(ImportRejected):
    """The picture is damaged, for example cut short while it was copied."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "The photo “{name}” is damaged or incomplete. It was not imported. Copy it from the camera again.",
                name=name,
            )
        )


class PhotoTooSmall(ImportRejected):
    """The picture has too few pixels to hold a face."""

    def __init__(self, name: str, width: int, height: int, least: int) -> None:
        super().__init__(
            say(
                "The photo “{name}” has only {width} × {height} pixels; a face cannot be measured in it. Use "
                "the original photo: at least {least} pixels on each side, better 1000 or more.",
                name=name,
                width=width,
                height=height,
                least=least,
            )
        )


class PhotoTooLarge(ImportRejected):
    """The picture has more pixels than any camera gives: a decompression bomb, or a mistake."""

    def __init__(self, name: str, width: int, height: int, most: int) -> None:
        super().__init__(
            say(
                "The photo “{name}” claims {width} × {height} pixels; at most {most:.0f} million are taken, "
                "to keep the computer safe. It was not opened. Save it smaller and try again.",
                name=name,
                width=width,
                height=height,
                most=most / 1e6,
            )
        )


class UnreadableMesh(ImportRejected):
    """The mesh file is damaged or says things that cannot be."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            say(
                "The 3D file “{name}” cannot be used: {reason!t}. It was not imported. Export it again.",
                name=name,
                reason=reason,
            )
        )


class ReaderStopped(ImportRejected):
    """The process that parsed the file crashed, took too long or wanted too much memory."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            say(
                "Reading “{name}” was stopped: {reason!t}. It was not imported and nothing else is affected. "
                "The file is probably damaged; save it again with another program and retry.",
                name=name,
                reason=reason,
            )
        )


class NoVolume(ImportRejected):
    """Nothing in the path is a stack of CT or MR slices."""

    def __init__(self, name: str, left_out: Sequence[tuple[str, int]]) -> None:
        seen = "; ".join(
            say_plural("{n} file: {reason!t}", "{n} files: {reason!t}", count, reason=reason)
            for reason, count in left_out[:4]
        )
        none = say("“{name}” holds no CT or MR that a head can be made from.", name=name)
        if seen:
            none = say("“{name}” holds no CT or MR that a head can be made from ({seen!t}).", name=name, seen=seen)
        super().__init__(
            say("{none!t} Nothing was imported. Choose the folder, DICOMDIR or ZIP of the original slices.", none=none)
        )


class UnreadableVolume(ImportRejected):
    """Slices are damaged, or do not make a volume."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            say(
                "The scan “{name}” cannot be used: {reason!t}. It was not imported. Export it again.",
                name=name,
                reason=reason,
            )
        )
