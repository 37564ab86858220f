"""How long the network takes on one thread, in 32 and in 8 bits, alone and from picture to mesh."""

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import skimage.data

from clinic.bench.timing import timed
from clinic.case import Floats, Photo
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.network.reading import Reader
from clinic.reconstruction.position_map import Live

_READS, _FRAMES = 60, 90
_SWAY_PX, _LEAN_DEG = 6.0, 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Speed:
    """read_ms: of one crop. frame_ms: from a picture of 640 × 480 to its posed mesh, one for each frame."""

    read_ms: Floats
    frame_ms: Floats

    @property
    def frames_per_s(self) -> float:
        """Whole pictures in a second."""
        return 1000 / float(self.frame_ms.mean())

    def told(self) -> Mapping[str, float]:
        """Return the figures, ready for JSON."""
        return {
            "read_min_ms": float(self.read_ms.min()),
            "read_median_ms": float(np.median(self.read_ms)),
            "frame_median_ms": float(np.median(self.frame_ms)),
            "frame_p95_ms": float(np.percentile(self.frame_ms, 95)),
            "frames_per_s": self.frames_per_s,
        }


def speed(network: Reader, space: FaceSpace) -> Speed:
    """Time a network on crops, and the way from moving pictures (NASA, public domain) to meshes."""
    crops, lens = np.full((1, 3, network.side, network.side), 0.5, np.float32), np.zeros((1, 3), np.float32)
    network.read(crops, lens)
    reads = [timed(lambda: network.read(crops, lens))[1] for _ in range(_READS)]
    live, pictures = Live(space, network), _film()
    live.follow(pictures[0])  # finds the face and makes everything ready
    frames = [timed(lambda picture=picture: live.follow(picture))[1] for picture in pictures]  # type: ignore[misc]
    return Speed(1000 * np.array(reads), 1000 * np.array(frames))


def _film() -> list[Photo]:
    """Return pictures of a person who sways before the camera."""
    still = skimage.data.astronaut()
    film = []
    for number in range(_FRAMES):
        turn = 2 * np.pi * number / _FRAMES
        matrix = cv2.getRotationMatrix2D((223, 120), _LEAN_DEG * float(np.sin(turn)), 1.0)
        matrix[:, 2] += _SWAY_PX * np.array([np.cos(2 * turn), np.sin(2 * turn)])
        frame = cv2.warpAffine(still, matrix, (512, 480), borderMode=cv2.BORDER_REPLICATE)
        film.append(Photo(np.ascontiguousarray(np.pad(frame, ((0, 0), (64, 64), (0, 0)))), f"frame {number}"))
    return film


def can_quantise() -> bool:
    """Return whether what makes eight-bit graphs is installed."""
    return importlib.util.find_spec("onnx") is not None


def in_eight_bits(name: str, slimmer_by: float = 0.0) -> Reader:
    """Return a network in eight bits, calibrated on drawn crops.

    slimmer_by: share of its channels that leave before; it has not learned on then, and is good for timing only.
    """
    import torch

    from clinic.reconstruction.network.weights import network
    from clinic.reconstruction.training.pmn.light.pruning import pruned
    from clinic.reconstruction.training.pmn.light.quantising import quantised
    from clinic.reconstruction.training.synthesis import Synthesis

    whole = pruned(network(name), slimmer_by).eval() if slimmer_by else network(name)
    drawn = [Synthesis(31, whole.shape.side, torch.device("cpu")).batch(step, 32, 2) for step in range(8)]
    crops, lens = (torch.cat([getattr(batch, kind) for batch in drawn]).numpy() for kind in ("image", "lens"))
    return Reader(quantised(whole, crops, lens).SerializeToString(), whole.shape.side)
