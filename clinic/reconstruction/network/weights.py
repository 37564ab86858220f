"""The trained networks in resources/weights, each with a card that holds its hashes."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clinic import resources
from clinic.errors import ClinicError
from clinic.reconstruction.network.shape import Shape

if TYPE_CHECKING:
    from clinic.reconstruction.network.network import PositionMapNetwork

TENSORS, GRAPH, CARD = "{}.safetensors", "{}.onnx", "{}.toml"


class DamagedNetwork(ClinicError):
    """A network's file is absent or is not the one that was trained."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The network “{name}” in resources/weights is missing or damaged, so it cannot read photos. "
            "Restore that folder from the program's own files or install the program again."
        )


class Untrained(ClinicError):
    """A network is known and nobody has trained it yet."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"The network “{name}” has not been trained, so it cannot read photos. "
            f"Train it on a computer with a graphics card: clinic train --network {name}."
        )


def trained(name: str, folder: Path | None = None) -> bool:
    """Return whether there are weights of a network."""
    return (_folder(folder) / CARD.format(name)).is_file()


def card(name: str, folder: Path | None = None) -> dict[str, Any]:
    """Return what is known of a network. Raises Untrained or DamagedNetwork."""
    path = _folder(folder) / CARD.format(name)
    if not path.is_file():
        raise Untrained(name)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DamagedNetwork(name) from error


def content(name: str, pattern: str, folder: Path | None = None) -> bytes:
    """Return the bytes of a network's file, TENSORS or GRAPH, verified. Raises Untrained or DamagedNetwork."""
    file = pattern.format(name)
    known = card(name, folder).get("sha256", {}).get(file)
    try:
        found = (_folder(folder) / file).read_bytes()
    except OSError as error:
        raise DamagedNetwork(name) from error
    if hashlib.sha256(found).hexdigest() != known:
        raise DamagedNetwork(name)
    return found


@cache
def network(name: str, folder: Path | None = None) -> "PositionMapNetwork":
    """Return a trained network in 32 bits, ready to run, read once. Raises Untrained or DamagedNetwork."""
    # Only training needs torch: who reads photos runs the graph.
    from safetensors.torch import load as unpacked

    from clinic.reconstruction.network.network import PositionMapNetwork

    shape = shape_from(card(name, folder)["shape"])
    tensors = {key: value.float() for key, value in unpacked(content(name, TENSORS, folder)).items()}
    made = PositionMapNetwork(shape)
    made.load_state_dict(tensors)
    return made.eval().requires_grad_(False)


def shape_from(plain: dict[str, Any]) -> Shape:
    """Return a shape from plain values."""
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in plain.items()}
    return Shape(**values)


def _folder(folder: Path | None) -> Path:
    return folder or resources.folder("weights")
