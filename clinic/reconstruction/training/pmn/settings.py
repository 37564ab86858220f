"""What a training run is asked for."""

from dataclasses import asdict, dataclass
from typing import Any

from clinic.reconstruction.network.shape import MOBILE, Shape


@dataclass(frozen=True, slots=True)
class Settings:
    """images: crops seen in all, mirrored ones too. batch: crops for one step, over all devices; a multiple of 4.

    seed: of the weights and of the faces. without: terms of the loss that are left out, to learn what they bring.
    """

    shape: Shape = MOBILE
    images: int = 600_000
    batch: int = 64
    seed: int = 0
    without: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return what has to be the same when a run is taken up again, as plain values."""
        return {
            "shape": {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self.shape).items()},
            "seed": self.seed,
        }
