"""Why a file was not written, in words for a dialog."""

from pathlib import Path

from clinic.errors import ClinicError


class NotWritten(ClinicError):
    """A file could not be written; what was there before is untouched."""

    def __init__(self, path: Path, reason: str, cure: str) -> None:
        super().__init__(f"“{path.name}” was not written: {reason}. Nothing else was changed. {cure}")


class DiskFull(NotWritten):
    """There is no room for the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, f"the disk that holds {path.parent} is full", "Free some space and export again.")


class FolderNotWritable(NotWritten):
    """The folder is not there, or nothing may be put into it."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, f"the folder {path.parent} is missing or may not be written to", "Choose another folder."
        )


class NotSolved(ClinicError):
    """Only a solved simulation that belongs to the current plan leaves the application."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"Nothing was exported, because {reason}. Press Solve, then export again.")


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
