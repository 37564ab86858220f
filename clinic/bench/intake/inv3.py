"""Reads the voxels of an InVesalius 3 project, in which the one free CT of a head is packed. For this bench alone."""

import plistlib
import tarfile
from pathlib import Path

import numpy as np

from clinic.case import CT, Volume

_LARGEST = 256 * 2**20


def read(path: Path) -> Volume:
    """Return the volume of a project, its rows turned to run from face to back, as DICOM has them."""
    with tarfile.open(path) as archive:
        members = {member.name.rsplit("/", 1)[-1]: member for member in archive.getmembers() if member.isfile()}

        def content(name: str) -> bytes:
            opened = archive.extractfile(members[name])
            if opened is None or members[name].size > _LARGEST:
                raise ValueError(f"{name} cannot be used")
            return opened.read()

        facts = plistlib.loads(content("main.plist"))
        matrix = facts["matrix"]
        values = np.frombuffer(content(str(matrix["filename"])), "<i2").reshape(matrix["shape"])
    return Volume(values[:, ::-1], np.array(facts["spacing"], float), np.eye(3), np.zeros(3), CT)
