"""Puts a depth map into an HEIC file, box by box (ISO/IEC 14496-12, 23008-12): no free encoder writes one."""

import struct

_DEPTH = b"urn:mpeg:hevc:2015:auxid:2\0"


def with_depth(heic: bytes, d_min: float, d_max: float, xmp: bytes = b"") -> bytes:
    """Return the file with its own picture a second time, as the disparity of every pixel between two ends in 1/m.

    heic: one item, its boxes as libheif writes them: ftyp, meta, mdat.
    """
    ftyp, meta, mdat = _boxes(heic)
    inside = dict(_named(meta[12:]))
    properties, links = (body for _, body in _named(inside[b"iprp"]))
    (_, first), *_ = _named(properties)  # hvcC
    picture = mdat[8:]
    shape = next(body for kind, body in _named(properties) if kind == b"ispe")
    sei = _info(d_min, d_max)
    aux = _box(b"auxC", b"\0\0\0\0" + _DEPTH + struct.pack(">I", len(sei)) + sei)
    count = len(_named(properties))
    associations = links[8:]  # after version, flags and number of items
    links = b"\0\0\0\0" + struct.pack(">I", 2) + associations + struct.pack(">HBBBB", 2, 3, 0x81, 3, 0x80 | (count + 1))
    entry = b"\2\0\0\0" + struct.pack(">HH4s", 2, 0, b"hvc1") + b"\0"
    items = b"\0\0\0\0" + struct.pack(">H", 2) + inside[b"iinf"][6:] + _box(b"infe", entry)
    reference = b"\0\0\0\0" + _box(b"auxl", struct.pack(">HHH", 2, 1, 1))
    assert first
    assert shape

    def put_together(at: int) -> bytes:
        place = struct.pack(">BBBBBBH", 0, 0, 0, 0, 0x44, 0, 2)
        place += b"".join(struct.pack(">HHHII", item, 0, 1, at, len(picture)) for item in (1, 2))
        boxes = (
            _box(b"hdlr", inside[b"hdlr"]),
            _box(b"pitm", inside[b"pitm"]),
            _box(b"iloc", place),
            _box(b"iinf", items),
            _box(b"iref", reference),
            _box(b"iprp", _box(b"ipco", properties + aux) + _box(b"ipma", links)),
        )
        return ftyp + _box(b"meta", b"\0\0\0\0" + b"".join(boxes))

    head = put_together(0)
    return put_together(len(head) + 8) + mdat + (_box(b"free", xmp) if xmp else b"")


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def _boxes(data: bytes) -> list[bytes]:
    found = []
    while data:
        length = int.from_bytes(data[:4], "big")
        found.append(data[:length])
        data = data[length:]
    return found


def _named(data: bytes) -> list[tuple[bytes, bytes]]:
    return [(box[4:8], box[8:]) for box in _boxes(data)]


def _info(d_min: float, d_max: float) -> bytes:
    """Return the depth representation info message (ISO/IEC 23008-2, D.2.38) for uniform disparity."""
    bits = "0011" + "010" + "1" + _element(d_min) + _element(d_max)  # which ends; type 1 and view 0 in Exp-Golomb
    bits += "0" * (-len(bits) % 8)
    payload = int(bits, 2).to_bytes(len(bits) // 8, "big")
    unit = bytes([39 << 1, 1, 177, len(payload)]) + payload
    return struct.pack(">I", len(unit)) + unit


def _element(value: float) -> str:
    exponent = 0
    while value / 2**exponent >= 2:
        exponent += 1
    while value / 2**exponent < 1:
        exponent -= 1
    mantissa = round((value / 2**exponent - 1) * 2**16)
    return f"0{exponent + 31:07b}{15:05b}{mantissa:016b}"
