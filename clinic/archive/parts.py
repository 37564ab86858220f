"""A case as one small root and its large parts, each stored once per patient.

A part's name is a MAC of its bytes under the patient's key: equal parts get equal names, and nobody without the key can
ask whether a known picture is among them. So a new state of a case that only changes the plan stores only the root.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clinic.archive.codec import decode, encode
from clinic.archive.crypto import mac
from clinic.archive.errors import DamagedRecord
from clinic.case import Case, Comparison, FaceModel, Photo, Scan, Simulation, Texture, Topology, Volume
from clinic.words import say

KINDS = (Photo, Scan, Volume, Topology, Texture, FaceModel, Simulation, Comparison)

_STATES_KEPT = 64


@dataclass(frozen=True, slots=True)
class Packed:
    """A case ready to be sealed. parts: name to (kind, bytes), those that may not be stored yet."""

    root: bytes
    parts: dict[bytes, tuple[str, bytes]]


class Parts:
    """Packs and unpacks the states of one case; remembers its parts, so that states share memory and work.

    Call `stored` once what was packed is safely recorded: only then may a later state refer to it unseen.
    """

    def __init__(self, name_key: bytes) -> None:
        self._name_key = name_key
        self._names: dict[int, tuple[Any, bytes]] = {}  # id(value): the value, kept alive, and its name
        self._values: dict[bytes, Any] = {}
        self._states: dict[bytes, Case] = {}  # by root: whoever undoes and redoes comes back to the same ones

    def __len__(self) -> int:
        return len(self._values)

    def pack(self, case: Case) -> tuple[Packed, Callable[[], None]]:
        """Return the bytes of a case, and what to call once they are recorded."""
        fresh: dict[bytes, tuple[str, bytes]] = {}
        named: list[tuple[Any, bytes]] = []

        def refer(value: Any, itself: Any = None) -> bytes | None:
            if value is itself or not isinstance(value, KINDS):
                return None
            known = self._names.get(id(value))
            if known is not None:
                return known[1]
            body = encode(value, lambda inner: refer(inner, value))
            name = self._name(body)
            fresh[name] = (type(value).__name__, body)
            named.append((value, name))
            return name

        packed = Packed(encode(case, refer), fresh)

        def stored() -> None:
            self._remember(named)
            self._keep(packed.root, case)

        return packed, stored

    def unpack(self, root: bytes, fetch: Callable[[bytes], memoryview]) -> Case:
        """Return the case; `fetch` gets a part's bytes by its name. Raises DamagedRecord."""

        def resolve(name: bytes) -> Any:
            if name not in self._values:
                body = fetch(name)
                if self._name(body) != name:
                    raise DamagedRecord(say("one of its parts is not the one it refers to"))
                self._remember([(decode(body, resolve), name)])
            return self._values[name]

        if root in self._states:
            return self._states[root]
        case = decode(root, resolve)
        if not isinstance(case, Case):
            raise DamagedRecord(say("it is not a case"))
        self._keep(root, case)
        return case

    def _keep(self, root: bytes, case: Case) -> None:
        if len(self._states) >= _STATES_KEPT:
            self._states.clear()
        self._states[root] = case

    def _remember(self, named: list[tuple[Any, bytes]]) -> None:
        for value, name in named:
            self._names[id(value)] = (value, name)
            self._values.setdefault(name, value)

    def _name(self, body: bytes | memoryview) -> bytes:
        return mac(self._name_key, body)
