"""Random numbers of one step: the same for a seed and step on every device."""

import torch
from torch import Tensor


class Dice:
    """Draws tensors on the CPU and hands them to a device."""

    def __init__(self, seed: int, step: int, device: torch.device) -> None:
        self._generator = torch.Generator().manual_seed((seed * 1_000_003 + step) % (2**63))
        self._device = device

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """Return numbers even between two ends."""
        return (low + (high - low) * torch.rand(shape, generator=self._generator)).to(self._device)

    def normal(self, *shape: int, sigma: float = 1.0) -> Tensor:
        """Return normal numbers about 0."""
        return (sigma * torch.randn(shape, generator=self._generator)).to(self._device)

    def chance(self, *shape: int, often: float) -> Tensor:
        """Return 1.0 so often, 0.0 else."""
        return (torch.rand(shape, generator=self._generator) < often).float().to(self._device)

    def pick(self, *shape: int, of: int) -> Tensor:
        """Return whole numbers below `of`."""
        return torch.randint(of, shape, generator=self._generator).to(self._device)
