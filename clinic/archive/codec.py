"""Values of a case as bytes and back: canonical, strict, no code in the data.

Equal values give equal bytes, and what is read back has the same `clinic.case.digest`. Bytes are defined in FORMAT.md.
"""

import dataclasses
import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from clinic import case
from clinic.archive.errors import DamagedRecord
from clinic.words import say

MAGIC = b"CCV1"
KEY_BYTES = 32  # a reference to a value that is stored on its own
_ALIGNMENT = 16  # array data starts at a multiple, so that it can be used where it lies
_MAX_DEPTH = 32
_MAX_DIMENSIONS = 8
_NAN = struct.pack("<Q", 0x7FF8_0000_0000_0000)  # all NaNs are equal

# The only classes that a record may hold. A name is never reused for something else.
CLASSES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        case.Acquisition,
        case.Camera,
        case.Case,
        case.Caution,
        case.Comparison,
        case.Depth,
        case.Edit,
        case.EditReached,
        case.Embedding,
        case.FaceModel,
        case.Gauge,
        case.Load,
        case.Part,
        case.Patient,
        case.Photo,
        case.PhotoFit,
        case.Plan,
        case.Planned,
        case.Range,
        case.Ruler,
        case.Scale,
        case.Scan,
        case.ScanFit,
        case.Simulation,
        case.SolverFigures,
        case.Texture,
        case.Topology,
        case.Volume,
    )
}
_DTYPES = tuple(
    np.dtype(code) for code in ("|b1", "|u1", "|i1", "<u2", "<i2", "<u4", "<i4", "<u8", "<i8", "<f4", "<f8")
)

Refer = Callable[[Any], bytes | None]
Resolve = Callable[[bytes], Any]


def encode(value: Any, refer: Refer = lambda _: None) -> bytes:
    """Return the canonical bytes of a value made of case classes, tuples, arrays, numbers, text, bytes and None.

    `refer` may give the 32-byte key under which a value inside this one is stored on its own. Raises TypeError for
    anything that a case does not hold.
    """
    out = bytearray(MAGIC)
    _Writer(out, refer).write(value)
    return bytes(out)


def decode(data: bytes | memoryview, resolve: Resolve | None = None) -> Any:
    """Return the value that `encode` turned into `data`; its arrays are read-only views of it.

    `resolve` gives the values that were stored on their own. Raises DamagedRecord for anything `encode` cannot have
    written.
    """
    if data[: len(MAGIC)] != MAGIC:
        raise DamagedRecord(say("it does not begin like one"))
    reader = _Reader(data, resolve)
    value = reader.read(0)
    if reader.at != len(data):
        raise DamagedRecord("something follows its end")
    return value


class _Writer:
    def __init__(self, out: bytearray, refer: Refer) -> None:
        self._out, self._refer = out, refer

    def write(self, value: Any) -> None:
        if value is None:
            self._out += b"n"
        elif isinstance(value, bool):
            self._out += b"1" if value else b"0"
        elif isinstance(value, int):
            self._sized(b"i", value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))
        elif isinstance(value, float):
            self._out += b"f" + (_NAN if math.isnan(value) else struct.pack("<d", value))
        elif isinstance(value, str):
            self._sized(b"s", value.encode())
        elif isinstance(value, bytes):
            self._sized(b"y", value)
        elif isinstance(value, np.ndarray):
            self._array(value)
        elif isinstance(value, tuple):
            self._tuple(value)
        elif type(value) is CLASSES.get(type(value).__name__):
            self._object(value)
        else:
            raise TypeError(f"a case holds no {type(value).__name__}")

    def _sized(self, kind: bytes, content: bytes) -> None:
        self._out += kind + struct.pack("<I", len(content)) + content

    def _tuple(self, value: tuple[Any, ...]) -> None:
        self._out += b"t" + struct.pack("<I", len(value))
        for item in value:
            self.write(item)

    def _array(self, value: np.ndarray[Any, Any]) -> None:
        little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<")).reshape(value.shape)
        if little.dtype not in _DTYPES:
            raise TypeError(f"a case holds no array of {value.dtype}")
        self._out += b"a" + bytes((_DTYPES.index(little.dtype), little.ndim))
        self._out += struct.pack(f"<{little.ndim}Q", *little.shape)
        self._out += bytes(-len(self._out) % _ALIGNMENT)
        self._out += little.reshape(-1).view(np.uint8).data

    def _object(self, value: Any) -> None:
        key = self._refer(value)
        if key is not None:
            self._out += b"r" + key
            return
        fields = dataclasses.fields(value)
        name = type(value).__name__.encode()
        self._out += b"o" + bytes((len(name), len(fields))) + name
        for field in fields:
            label = field.name.encode()
            self._out += bytes((len(label),)) + label
            self.write(getattr(value, field.name))


class _Reader:
    def __init__(self, data: bytes | memoryview, resolve: Resolve | None) -> None:
        self._data, self._resolve = data, resolve
        self.at = len(MAGIC)

    def read(self, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise DamagedRecord(say("it is nested too deeply"))
        kind = self._take(1)
        if kind in _CONSTANTS:
            return _CONSTANTS[kind]
        method = _METHODS.get(kind)
        if method is None:
            raise DamagedRecord(say("it holds an unknown kind of value"))
        return method(self, depth)

    def _take(self, count: int) -> bytes:
        if count > len(self._data) - self.at:
            raise DamagedRecord(say("it ends too early"))
        self.at += count
        return bytes(self._data[self.at - count : self.at])

    def _length(self) -> int:
        return int.from_bytes(self._take(4), "little")

    def _int(self, _: int) -> int:
        content = self._take(self._length())
        value = int.from_bytes(content, "little", signed=True)
        if len(content) != value.bit_length() // 8 + 1:
            raise DamagedRecord(say("a number is not in its shortest form"))
        return value

    def _float(self, _: int) -> float:
        content = self._take(8)
        value: float = struct.unpack("<d", content)[0]
        if math.isnan(value) and content != _NAN:
            raise DamagedRecord(say("a number is not in its usual form"))
        return value

    def _text(self, _: int) -> str:
        return _utf8(self._take(self._length()))

    def _bytes(self, _: int) -> bytes:
        return self._take(self._length())

    def _tuple(self, depth: int) -> tuple[Any, ...]:
        return tuple(self.read(depth + 1) for _ in range(self._length()))  # a false length runs into the end

    def _array(self, _: int) -> np.ndarray[Any, Any]:
        code, dimensions = self._take(2)
        if code >= len(_DTYPES) or dimensions > _MAX_DIMENSIONS:
            raise DamagedRecord(say("it holds an unknown kind of array"))
        dtype, shape = (
            _DTYPES[code],
            struct.unpack(f"<{dimensions}Q", self._take(8 * dimensions)),
        )
        if any(self._take(-self.at % _ALIGNMENT)):
            raise DamagedRecord(say("the padding of an array is not empty"))
        count = math.prod(shape)
        if count * dtype.itemsize > len(self._data) - self.at or max(shape, default=0) > len(self._data):
            raise DamagedRecord(say("it ends too early"))
        array = np.frombuffer(self._data, dtype, count, self.at).reshape(shape)
        self.at += array.nbytes
        if dtype == np.bool_ and array.size and array.view(np.uint8).max() > 1:
            raise DamagedRecord(say("a mask holds something else than yes and no"))
        return array

    def _reference(self, _: int) -> Any:
        key = self._take(KEY_BYTES)
        if self._resolve is None:
            raise DamagedRecord(say("it refers to another one"))
        return self._resolve(key)

    def _object(self, depth: int) -> Any:
        name_length, count = self._take(2)
        kind = CLASSES.get(_utf8(self._take(name_length)))
        if kind is None:
            raise DamagedRecord(say("it holds an unknown kind of object"))
        expected = iter(field.name for field in dataclasses.fields(kind))
        values = {}
        for _ in range(count):
            name = _utf8(self._take(self._take(1)[0]))
            if name not in expected:  # consumes: fields keep their order, later additions may be missing
                raise DamagedRecord(say("{name} has an unknown field", name=kind.__name__))
            values[name] = self.read(depth + 1)
        try:
            return kind(**values)
        except (TypeError, ValueError, AttributeError, OverflowError):  # their words may quote the content
            raise DamagedRecord(say("{name} does not accept its content", name=kind.__name__)) from None


_CONSTANTS: dict[bytes, bool | None] = {b"n": None, b"0": False, b"1": True}
_METHODS: dict[bytes, Callable[[_Reader, int], Any]] = {
    b"i": _Reader._int,
    b"f": _Reader._float,
    b"s": _Reader._text,
    b"y": _Reader._bytes,
    b"t": _Reader._tuple,
    b"a": _Reader._array,
    b"r": _Reader._reference,
    b"o": _Reader._object,
}


def _utf8(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise DamagedRecord("a text is not readable") from None
