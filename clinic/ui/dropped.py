"""Sorts what was dropped, folders and all, into photos, a scan, a CT or MR, and what cannot be used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clinic.words import say

PHOTOS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".heic", ".heif", ".webp", ".bmp")
SCANS = (".obj", ".ply", ".stl", ".glb", ".vtp")
_PART_OF_SCAN = (".mtl",)  # read together with the scan that names it
_SLICES = (".dcm", ".ima", ".dicom")
_PACKED = (".zip",)
_SILENT = ("thumbs.db", "desktop.ini")
_DEEPEST, _MOST = 6, 5000

ONE_SCAN = say("One scan is taken at a time. Drop this file on its own.")
ONE_VOLUME = say("One CT or MR is taken at a time. Drop it on its own.")
UNKNOWN = say("Not a picture, scan or DICOM")


@dataclass(frozen=True, slots=True)
class Dropped:
    """photos, scans: files. volumes: folders, ZIPs or files of slices. others: what cannot be used."""

    photos: tuple[Path, ...] = ()
    scans: tuple[Path, ...] = ()
    volumes: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()

    @property
    def refused(self) -> tuple[tuple[Path, str], ...]:
        """What is not even tried, each with the reason."""
        unknown = [(path, UNKNOWN) for path in self.others]
        more = [(path, ONE_SCAN) for path in self.scans[1:]] + [(path, ONE_VOLUME) for path in self.volumes[1:]]
        return (*unknown, *more)


def sort(paths: Sequence[Path]) -> Dropped:
    """Sort files and folders by their names; nothing is opened."""
    if looks_like_slices(paths):
        # slices that were picked one by one stand for the folder that they lie in
        return Dropped(volumes=(paths[0] if len(paths) == 1 else paths[0].parent,))
    photos, scans, volumes, others = list[Path](), list[Path](), list[Path](), list[Path]()
    for path in _files(paths):
        kind = path.suffix.lower()
        if path.is_dir() or kind in _PACKED:
            volumes.append(path)
        elif kind in PHOTOS:
            photos.append(path)
        elif kind in SCANS:
            scans.append(path)
        elif _is_slice(path):
            volumes.append(path if path in paths else path.parent)
        elif kind not in _PART_OF_SCAN and not _silent(path):
            others.append(path)
    if scans:  # a picture beside a scan that bears its name is its texture
        names = {scan.stem.lower() for scan in scans}
        photos = [photo for photo in photos if photo.stem.lower() not in names]
    return Dropped(tuple(photos), tuple(scans), tuple(dict.fromkeys(volumes)), tuple(others))


def looks_like_slices(paths: Sequence[Path]) -> bool:
    """True if what was dropped is a CT or MR by its names: a folder without photos and scans, DICOM files, a ZIP."""
    return bool(paths) and all(_of_slices(path) for path in paths)


def _of_slices(path: Path) -> bool:
    if path.is_dir():
        return all(inside.suffix.lower() not in (*PHOTOS, *SCANS) for inside in _inside(path))
    return path.suffix.lower() in (*_SLICES, *_PACKED) or path.name.upper() == "DICOMDIR"


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    """Go through folders; one that holds slices and nothing else is told as a whole."""
    for path in paths:
        if not path.is_dir() or (any(_is_slice(inside) for inside in _inside(path)) and _of_slices(path)):
            yield path
        else:
            yield from _files(sorted(path.iterdir()))


def _inside(folder: Path) -> Iterator[Path]:
    """Return the files of a folder and its folders, as far as is sensible."""
    waiting, told = [(folder, 0)], 0
    while waiting and told < _MOST:
        place, depth = waiting.pop()
        for inside in place.iterdir():
            if inside.is_dir() and depth < _DEEPEST:
                waiting.append((inside, depth + 1))
            elif not inside.is_dir():
                told += 1
                yield inside


def _is_slice(path: Path) -> bool:
    return path.suffix.lower() in _SLICES or path.name.upper() == "DICOMDIR"


def _silent(path: Path) -> bool:
    """True for what systems leave in folders by themselves."""
    return path.name.startswith(".") or path.name.lower() in _SILENT
