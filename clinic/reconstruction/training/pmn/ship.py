"""Writes a trained network as it is shipped: tensors, graph, and a card with their hashes."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as packed

from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.network.network import PositionMapNetwork
from clinic.reconstruction.network.weights import CARD, GRAPH, TENSORS, shape_from
from clinic.reconstruction.training.pmn import export

_HALF = torch.float16


def ship(state: Mapping[str, Any], folder: Path) -> Path:
    """Write the averaged weights of a training's state, in 16 bits, and return the card.

    The graph is made from the rounded weights, so that both files say the same.
    """
    shape = shape_from(state["settings"]["shape"])
    network = PositionMapNetwork(shape)
    network.load_state_dict({k: rounded(v.cpu()) for k, v in state["average"].items()})
    return write(network.eval(), folder, shape.name, int(state["seen"]))


def write(network: PositionMapNetwork, folder: Path, name: str, seen: int, graph: bytes | None = None) -> Path:
    """Write a network under a name. seen: crops it has learnt from. graph: ONNX in place of the network's own."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {key: _small(value) for key, value in network.state_dict().items()}
    files = {
        TENSORS.format(name): packed(tensors),
        GRAPH.format(name): graph or export.halved(export.graph(network)).SerializeToString(),
    }
    for file, content in files.items():
        (folder / file).write_bytes(content)
    path = folder / CARD.format(name)
    path.write_text(_card(network, name, seen, files), encoding="utf-8")
    return path


def rounded(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor in its own type with numbers that 16 bits hold."""
    return tensor.to(_HALF).to(tensor.dtype) if tensor.is_floating_point() else tensor


def _small(tensor: torch.Tensor) -> torch.Tensor:
    return (tensor.to(_HALF) if tensor.is_floating_point() else tensor).contiguous()


def _card(network: PositionMapNetwork, name: str, seen: int, files: Mapping[str, bytes]) -> str:
    lines = [
        f'name = "{name}"',
        f"crops_seen = {seen}",
        f"parameters = {sum(each.numel() for each in network.parameters())}",
        f'face_space_sha256 = "{FaceSpace.load().sha256}"',
        "",
        "[shape]",
        *(f"{key} = {_toml(value)}" for key, value in asdict(network.shape).items()),
        "",
        "[sha256]",
        *(f'"{file}" = "{hashlib.sha256(content).hexdigest()}"' for file, content in files.items()),
        "",
    ]
    return "\n".join(lines)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(str(each) for each in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
