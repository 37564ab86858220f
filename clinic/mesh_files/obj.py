"""Wavefront OBJ with its MTL and PNG beside it: text, for programs that read nothing else.

Read in pieces, so that a large file takes little more memory than its numbers.
"""

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats, Triangles
from clinic.mesh_files.mesh import FRAME_UNKNOWN, MeshFile, UnusableMeshFile
from clinic.mesh_files.texture import png
from clinic.words import say

_FIRST_WORDS = (b"#", b"v ", b"vt ", b"vn ", b"o ", b"g ", b"s ", b"mtllib ", b"usemtl ")
_PIECE = 8 * 2**20  # bytes
_PLACE, _FLAT, _FACE = (re.compile(rb"^[ \t]*" + word + rb"[ \t]+([^\r\n]*)", re.M) for word in (b"v", b"vt", b"f"))


def to_files(mesh: MeshFile, stem: str) -> dict[str, bytes]:
    """Return the bytes of each file by name: `stem`.obj, and with a texture `stem`.mtl and `stem`.skin.png."""
    files: dict[str, bytes] = {}
    textured = mesh.uv is not None and mesh.texture is not None
    text = io.BytesIO()
    text.write(f"# Clinic; unit {mesh.unit}; frame {mesh.frame}\n".encode("ascii"))
    if textured:
        text.write(f"mtllib {stem}.mtl\nusemtl skin\n".encode())
    # 0.01 µm: below what single precision would keep
    np.savetxt(text, mesh.points, fmt="v %.5f %.5f %.5f")
    corners = mesh.triangles + 1
    if mesh.uv is not None:
        np.savetxt(text, mesh.uv, fmt="vt %.6f %.6f")
        np.savetxt(text, np.repeat(corners, 2, axis=1), fmt="f %d/%d %d/%d %d/%d")
    else:
        np.savetxt(text, corners, fmt="f %d %d %d")
    files[f"{stem}.obj"] = text.getvalue()
    if textured and mesh.texture is not None:
        files[f"{stem}.mtl"] = f"newmtl skin\nKd 1 1 1\nKs 0 0 0\nillum 1\nmap_Kd {stem}.skin.png\n".encode()
        files[f"{stem}.skin.png"] = png(mesh.texture)
    return files


def decode(data: bytes) -> MeshFile | None:
    """Return the surface without its material, polygons cut into triangles; None if this is no OBJ.

    Where the texture has a seam, a point stands once for each of its texture coordinates. Raises UnusableMeshFile.
    """
    start = data[:4096].lstrip()
    if not start.startswith(_FIRST_WORDS) or b"\nv " not in b"\n" + data:
        return None
    if b"\nf " not in data:
        raise UnusableMeshFile(say("it holds points and no surface, so it may be cut short"))
    try:
        places, flats, corners = _parsed(data)
    except (ValueError, IndexError, OverflowError) as error:
        raise UnusableMeshFile(say("it is damaged or cut short")) from error
    unit = "mm" if b"unit mm" in data[:200] else ""
    return _assembled(places, flats, corners, unit)


def _parsed(data: bytes) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return places (n, 3), or (n, 6) with colours, texture coordinates (t, 2), corners (m, 3, 2) of both, or −1."""
    places: list[Floats] = []
    flats: list[Floats] = []
    corners: list[NDArray[np.int64]] = []
    before = np.zeros(2, np.int64)  # of places and texture coordinates, for numbers that count backwards
    for piece in _pieces(data):
        places += _numbers(_PLACE.findall(piece), (3, 6))
        flats += _numbers(_FLAT.findall(piece), (2,))
        before = np.array([sum(map(len, places)), sum(map(len, flats))])
        corners += _triangles(_FACE.findall(piece), before)
    width = min((rows.shape[1] for rows in places), default=3)
    whole = np.vstack([rows[:, :width] for rows in places]) if places else np.zeros((0, 3))
    return whole, np.vstack(flats) if flats else np.zeros((0, 2)), np.concatenate(corners)


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield the file in pieces that end with a line; a piece also ends where faces turn into points.

    Only so do numbers that count backwards from where they stand mean the points before them.
    """
    start = 0
    while start < len(data):
        stop = min(start + _PIECE, len(data))
        if stop < len(data):
            stop = max(data.rfind(b"\n", start, stop), start) + 1
        face = data.find(b"\nf ", start, stop)
        again = data.find(b"\nv ", face, stop) if face >= 0 else -1
        if again >= 0:
            stop = again + 1
        yield data[start:stop]
        start = stop


def _numbers(lines: list[bytes], widths: tuple[int, ...]) -> list[Floats]:
    """Return the rows of numbers, cut to the largest of the widths that they have."""
    if not lines:
        return []
    flat = _read(b" ".join(lines), np.float64)
    count = len(flat) // len(lines)
    if count * len(lines) != len(flat) or count < widths[0]:
        rows = [line.split() for line in lines]
        count = min(map(len, rows))
        flat = _read(b" ".join(b" ".join(row[:count]) for row in rows), np.float64)
    width = max((width for width in widths if width <= count), default=None)
    if width is None:
        raise ValueError("too few numbers in a line")
    return [flat.reshape(len(lines), count)[:, :width]]


def _triangles(lines: list[bytes], before: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return (m, 3, 2) corners, from 0, of polygons cut from their first corner."""
    found = []
    for (size, slashes), text in _alike(lines).items():
        if size < 3:
            raise ValueError("a face of two corners")
        plain = text.replace(b"//", b"/0/").replace(b"/", b" ")
        numbers = _read(plain, np.int64).reshape(-1, size, slashes + 1)
        polygons = np.zeros((len(numbers), size, 2), np.int64)
        polygons[..., : min(slashes + 1, 2)] = numbers[..., :2]
        polygons = np.where(polygons < 0, polygons + before + 1, polygons) - 1
        found += [polygons[:, [0, k, k + 1]] for k in range(1, size - 1)]
    return found


def _alike(lines: list[bytes]) -> dict[tuple[int, int], bytes]:
    """Return the faces by how many corners they have, and slashes in a corner."""
    if not lines:
        return {}
    text = b" ".join(lines)
    words = text.split()
    slashes = words[0].count(b"/")
    if len(words) == 3 * len(lines) and text.count(b"/") == slashes * len(words):
        return {(3, slashes): text}
    kinds: dict[tuple[int, int], list[bytes]] = {}
    for line in lines:
        words = line.split(b"#")[0].split()
        kinds.setdefault((len(words), words[0].count(b"/") if words else 0), []).append(b" ".join(words))
    return {kind: b" ".join(same) for kind, same in kinds.items()}


def _read(text: bytes, dtype: type) -> NDArray[Any]:
    """Return the numbers in a text. Raises ValueError if something else stands there."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # so NumPy says that it stopped in the middle
        try:
            return np.fromstring(text.decode("ascii"), dtype, sep=" ")
        except DeprecationWarning as error:
            raise ValueError("not a number") from error


def _assembled(places: Floats, flats: Floats, corners: NDArray[np.int64], unit: str) -> MeshFile:
    if len(corners) == 0 or corners[..., 0].min() < 0 or corners[..., 0].max() >= len(places):
        raise UnusableMeshFile(say("its triangles name points that are not there"))
    if len(flats) == 0 or corners[..., 1].min() < 0:
        return _mesh(places, None, corners[..., 0].astype(np.int32), unit)
    if corners[..., 1].max() >= len(flats):
        raise UnusableMeshFile(say("its triangles name texture coordinates that are not there"))
    pairs = corners[..., 0] * len(flats) + corners[..., 1]
    known, number = np.unique(pairs, return_inverse=True)
    return _mesh(places[known // len(flats)], flats[known % len(flats)], number.reshape(-1, 3).astype(np.int32), unit)


def _mesh(places: Floats, uv: Floats | None, triangles: Triangles, unit: str) -> MeshFile:
    colours: Any = None
    if places.shape[1] == 6 and np.isfinite(places[:, 3:]).all():
        most = 255.0 if places[:, 3:].max(initial=0.0) > 1.0 else 1.0
        colours = np.rint(np.clip(places[:, 3:] / most, 0, 1) * 255).astype(np.uint8)
    return MeshFile(places[:, :3], triangles, unit, FRAME_UNKNOWN, uv=uv, colours=colours)
