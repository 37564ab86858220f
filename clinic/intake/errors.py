"""Why a file was not taken, in words for a dialog.

The words name the file, and its name may hold the patient's: they are for the person at the screen, not for a log.
"""

from collections.abc import Sequence

from clinic.errors import ClinicError


class ImportRejected(ClinicError):
    """A file from outside was not taken; nothing was changed."""


class FileNotReadable(ImportRejected):
    """The file system does not give the file."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"“{name}” {reason}. Nothing was imported. Check the place and its access rights.")


class UnsupportedFile(ImportRejected):
    """The file is whole for all we know, but of a kind that is not taken here."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"“{name}” {reason}")


class FileTooLarge(ImportRejected):
    """The file has more bytes than any real one of its kind."""

    def __init__(self, name: str, limit_bytes: int) -> None:
        super().__init__(
            f"“{name}” is larger than {limit_bytes // 2**20} MB, more than any usable file of this kind. "
            "It was not opened. Export a smaller one and try again."
        )


class UnreadablePhoto(ImportRejected):
    """The picture is damaged, for example cut short while it was copied."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The photo “{name}” is damaged or incomplete. It was not imported. Copy it from the camera again."
        )


class PhotoTooSmall(ImportRejected):
    """The picture has too few pixels to hold a face."""

    def __init__(self, name: str, width: int, height: int, least: int) -> None:
        super().__init__(
            f"The photo “{name}” has only {width} × {height} pixels; a face cannot be measured in it. "
            f"Use the original photo: at least {least} pixels on each side, better 1000 or more."
        )


class PhotoTooLarge(ImportRejected):
    """The picture has more pixels than any camera gives: a decompression bomb, or a mistake."""

    def __init__(self, name: str, width: int, height: int, most: int) -> None:
        super().__init__(
            f"The photo “{name}” claims {width} × {height} pixels; at most {most / 1e6:.0f} million are taken, to keep "
            "the computer safe. It was not opened. Save it smaller and try again."
        )


class UnreadableMesh(ImportRejected):
    """The mesh file is damaged or says things that cannot be."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The 3D file “{name}” cannot be used: {reason}. It was not imported. Export it again.")


class ReaderStopped(ImportRejected):
    """The process that parsed the file crashed, took too long or wanted too much memory."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            f"Reading “{name}” was stopped: {reason}. It was not imported and nothing else is affected. "
            "The file is probably damaged; save it again with another program and retry."
        )


class NoVolume(ImportRejected):
    """Nothing in the path is a stack of CT or MR slices."""

    def __init__(self, name: str, left_out: Sequence[tuple[str, int]]) -> None:
        seen = "; ".join(f"{count} {'file' if count == 1 else 'files'}: {reason}" for reason, count in left_out[:4])
        super().__init__(
            f"“{name}” holds no CT or MR that a head can be made from{f' ({seen})' if seen else ''}. "
            "Nothing was imported. Choose the folder, DICOMDIR or ZIP of the original slices."
        )


class UnreadableVolume(ImportRejected):
    """Slices are damaged, or do not make a volume."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"The scan “{name}” cannot be used: {reason}. It was not imported. Export it again.")
