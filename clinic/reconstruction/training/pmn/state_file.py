"""The state of a training on disk, replaced as a whole."""

import os
from pathlib import Path
from typing import Any

import torch

from clinic.errors import ClinicError

NAME = "state.pt"


class DamagedState(ClinicError):
    """A stored training cannot be read."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is damaged or comes from another program, so the training cannot go on from it. "
            "Choose another folder to begin anew."
        )


def save(folder: Path, state: dict[str, Any]) -> None:
    """Replace the state in a folder."""
    temporary = folder / f"{NAME}.new"
    with temporary.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / NAME)


def load(folder: Path, device: torch.device) -> dict[str, Any] | None:
    """Return the state in a folder, or None if there is none. Raises DamagedState."""
    path = folder / NAME
    if not path.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
        state["random"] = state["random"].cpu()
    except Exception as error:
        # The reader raises whatever its parsers run into.
        raise DamagedState(path) from error
    return state
