"""Writes what was learned to resources/predictors, small, with its hash in the card."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.reconstruction.predictor import Trees

_CARD = "predictors.toml"


def trees(found: Trees) -> dict[str, NDArray[Any]]:
    """Return the arrays of an ensemble in the smallest types that hold them."""
    return {
        "start": found.start.astype(np.float32),
        "anchor": found.anchor.astype(np.uint8),
        "delta": found.delta.astype(np.float16),
        "pair": found.pair.astype(np.uint16),
        "threshold": found.threshold.astype(np.int16),
        "leaf": found.leaf,
    }


def write(folder: Path, name: str, arrays: dict[str, NDArray[Any]]) -> None:
    """Write one file and enter its SHA-256 in the card beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(folder / name, **arrays)  # type: ignore[arg-type]
    card = folder / _CARD
    known = tomllib.loads(card.read_text(encoding="utf-8"))["sha256"] if card.is_file() else {}
    known[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    lines = [f'"{file}" = "{digest}"' for file, digest in sorted(known.items())]
    card.write_text("\n".join(["[sha256]", *lines, ""]), encoding="utf-8")
