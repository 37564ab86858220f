"""Runs a trained network on crops: ONNX Runtime, one thread."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from scipy.special import expit

from clinic.reconstruction.network import weights

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a network reads in b crops; maps as in `Maps`.

    uv: (b, 2, m, m). neutral, expression: (b, 3, m, m) mm. b_uv: (b, m, m) mean error expected of each number of `uv`,
    b_xyz: of `neutral`, mm. visible: (b, m, m) 0..1. spots: (b, 68, 2). identity: (b, 92). units: (b, 52).
    yaw_deg: (b,).
    """

    uv: Array
    neutral: Array
    expression: Array
    b_uv: Array
    b_xyz: Array
    visible: Array
    spots: Array
    identity: Array
    units: Array
    yaw_deg: Array


class Reader:
    """A network that is ready to read. side: pixels of the crops that it takes."""

    def __init__(self, graph: bytes, side: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Crops are read one by one: several at once are no faster on one thread, and what is known need not be counted.
        options.add_free_dimension_override_by_name("crops", 1)
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._names = [output.name for output in self._session.get_outputs()]
        self.side = side

    def read(self, crops: Array, lens: Array) -> Reading:
        """Return what is seen in crops (b, 3, side, side) sRGB in 0..1; lens: (b, 3) as training's Batch has it."""
        images, lenses = crops.astype(np.float32), lens.astype(np.float32)
        answers = [
            self._session.run(None, {"image": images[k : k + 1], "lens": lenses[k : k + 1]}) for k in range(len(images))
        ]
        found: dict[str, Array] = {
            name: np.concatenate(each) for name, each in zip(self._names, zip(*answers, strict=True), strict=True)
        }
        return Reading(
            uv=found["uv"],
            neutral=found["neutral"],
            expression=found["expression"],
            b_uv=np.exp(found["log_b_uv"][:, 0]),
            b_xyz=np.exp(found["log_b_xyz"][:, 0]),
            visible=expit(found["visible"][:, 0]),
            spots=found["spots"],
            identity=found["identity"],
            units=found["units"],
            yaw_deg=np.degrees(np.arctan2(found["turn"][:, 0], found["turn"][:, 1])),
        )


@cache
def reader(name: str, folder: Path | None = None) -> Reader:
    """Return a network, read once and verified. Raises Untrained or DamagedNetwork."""
    graph = weights.content(name, weights.GRAPH, folder)
    return Reader(graph, int(weights.card(name, folder)["shape"]["side"]))
