"""Why a file was not written, in words for a dialog."""

from pathlib import Path

from clinic.errors import ClinicError
from clinic.words import say


class NotWritten(ClinicError):
    """A file could not be written; what was there before is untouched."""

    def __init__(self, path: Path, reason: str, cure: str) -> None:
        super().__init__(
            say(
                "“{name}” was not written: {reason!t}. Nothing else was changed. {cure!t}",
                name=path.name,
                reason=reason,
                cure=cure,
            )
        )


class DiskFull(NotWritten):
    """There is no room for the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            say("the disk that holds {parent} is full", parent=path.parent),
            say("Free some space and export again."),
        )


class FolderNotWritable(NotWritten):
    """The folder is not there, or nothing may be put into it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path,
            say("the folder {parent} is missing or may not be written to", parent=path.parent),
            say("Choose another folder."),
        )


class NotSolved(ClinicError):
    """Only a solved simulation that belongs to the current plan leaves the application."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            say("Nothing was exported, because {reason!t}. Press Solve, then export again.", reason=reason)
        )


class NotAClinicGlb(ClinicError):
    """A mesh from elsewhere lacks what a simulation needs."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} was not written by Clinic, so it lacks what a simulation needs (identity, scale, landmarks). "
            f"Make one from photos: clinic reconstruct PHOTO… --out FACE.glb"
        )


class DamagedClinicGlb(ClinicError):
    """A GLB of ours whose own data are not whole."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} was written by Clinic, but its data are damaged or come from another version. "
            "Make it again: clinic reconstruct PHOTO… --out FACE.glb"
        )
