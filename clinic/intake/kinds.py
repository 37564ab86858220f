"""What a file is, by its first bytes: a suffix may lie."""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from clinic.words import say

_STL_HEAD = 84
_FARTHEST = 1e7  # 10 km in mm; random bytes are rarely twelve numbers below it
HEAD = 512  # bytes that `kind_of` wants to see; a Targa or tar mark may lie far in


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: `family` says which reader takes it, `words` go into a sentence."""

    name: str
    family: str  # "photo", "mesh", "slices", "later" or "never"
    words: str
    matches: Callable[[bytes], bool]


def _starts(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _brand(*brands: bytes) -> Callable[[bytes], bool]:
    """ISO base media (ISO/IEC 14496-12): the brand follows "ftyp"."""
    return lambda head: head[4:8] == b"ftyp" and head[8:12] in brands


def _dicom(head: bytes) -> bool:
    return head[128:132] == b"DICM"


def _obj(head: bytes) -> bool:
    starts = (b"#", b"v ", b"vt ", b"vn ", b"o ", b"g ", b"s ", b"mtllib ", b"usemtl ")
    lines = [line for line in head.splitlines() if line.strip()]
    return b"\0" not in head and bool(lines) and all(line.startswith(starts) for line in lines[:3])


def _stl(head: bytes) -> bool:
    """Binary STL has no mark: 80 free bytes, a count, then 12 numbers a triangle, its unit normal first. Asked last."""
    if head.startswith(b"solid "):
        return True
    if len(head) < _STL_HEAD + 50 or int.from_bytes(head[80:_STL_HEAD], "little") == 0:
        return False
    numbers = struct.unpack_from("<12f", head, _STL_HEAD)
    return all(abs(n) < _FARTHEST for n in numbers) and sum(n * n for n in numbers[:3]) < 1.1


KINDS = (
    Kind("JPEG", "photo", say("a JPEG picture"), _starts(b"\xff\xd8\xff")),
    Kind("PNG", "photo", say("a PNG picture"), _starts(b"\x89PNG\r\n\x1a\n")),
    Kind("TIFF", "photo", say("a TIFF picture"), _starts(b"II*\0", b"MM\0*")),
    Kind("WEBP", "photo", say("a WebP picture"), _riff(b"WEBP")),
    Kind("BMP", "photo", say("a bitmap picture"), _starts(b"BM")),
    Kind(
        "HEIF", "photo", say("an HEIC picture"), _brand(b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc")
    ),
    Kind("GLB", "mesh", say("a binary glTF model"), _starts(b"glTF")),
    Kind("PLY", "mesh", say("a PLY model"), _starts(b"ply\n", b"ply\r")),
    Kind("VTP", "mesh", say("a VTK surface"), lambda head: b"<VTKFile" in head and b"PolyData" in head),
    Kind("GIF", "never", say("a GIF animation"), _starts(b"GIF8")),
    Kind("SVG", "never", say("a drawing or web page"), _starts(b"<svg", b"<?xml", b"<!DOCTYPE", b"<html")),
    Kind("PDF", "never", say("a PDF document"), _starts(b"%PDF")),
    Kind("AVIF", "never", say("an AVIF picture"), _brand(b"avif", b"avis")),
    Kind("DICOM", "slices", say("a DICOM image"), _dicom),
    Kind("ZIP", "never", say("a ZIP archive or an office document"), _starts(b"PK\x03\x04")),
    Kind(
        "video", "later", say("a video"), lambda head: head[4:8] == b"ftyp" or head[:4] in (b"\x1aE\xdf\xa3", b"OggS")
    ),
    Kind("AVI", "later", say("a video"), _riff(b"AVI ")),
    Kind("OBJ", "mesh", say("an OBJ model"), _obj),
    Kind("STL", "mesh", say("an STL model"), _stl),
)


def kind_of(head: bytes) -> Kind | None:
    """Return what the first `HEAD` bytes of a file say it is, None if they say nothing we know."""
    return next((kind for kind in KINDS if kind.matches(head)), None)
