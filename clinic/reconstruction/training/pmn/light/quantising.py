"""A network in eight bits: weights by channel, activations by what calibration crops make of them."""

import logging
import tempfile
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.calibrate import CalibrationMethod

from clinic.reconstruction.network.network import PositionMapNetwork
from clinic.reconstruction.training.pmn import export

Array = NDArray[np.float32]
# Where positions are made of features eight bits are too coarse: so that landmarks are missed by 8 % more (squeeze) and
# texels by 15 % more (to32) or half as much again (last).
_FLOAT = (
    "/encoder/squeeze", "/decoder/to32", "/decoder/last", "/decoder/heads", "/decoder/places", "/decoder/read16/moves",
    "/decoder/read16/context",
    "/decoder/Resize_3",  # its answer goes on in 32 bits, and enlarging is slower in eight
)  # fmt: skip
# What is below zero is cut off as a convolution's answer is rounded to eight bits; left out, it would be a step of its
# own in 32 bits.
_FOLDED = ("Conv", "Relu")
# Of these only what handles features; elsewhere it is positions that are added, multiplied and made larger.
_FEATURES = {"Add": "/encoder/stages", "Resize": "/decoder/", "Gemm": "/decoder/code", "MatMul": "/decoder/graph"}


class _Crops(CalibrationDataReader):  # type: ignore[misc]
    """Hands out crops one by one."""

    def __init__(self, crops: Array, lens: Array) -> None:
        self._left = iter([{"image": crops[i : i + 1], "lens": lens[i : i + 1]} for i in range(len(crops))])

    def get_next(self) -> dict[str, Array] | None:
        """Return the next crop, or None after the last."""
        return next(self._left, None)


def quantised(network: PositionMapNetwork, crops: Array, lens: Array) -> onnx.ModelProto:
    """Return a network as an ONNX graph in eight bits (QDQ), its last layers in 32.

    crops: (n, 3, side, side), some hundreds, to calibrate with; lens: (n, 3).
    """
    whole = export.graph(network)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "whole.onnx", Path(folder) / "small.onnx"
        onnx.save(whole, source)
        logging.disable(logging.WARNING)  # it advises preparations that the exporter has already made
        try:
            quantize_static(
                source,
                target,
                _Crops(crops, lens),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=[*_FOLDED, *_FEATURES],
                nodes_to_quantize=[node.name for node in whole.graph.node if _coarse(node)],
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                calibrate_method=CalibrationMethod.MinMax,
                extra_options={"ActivationSymmetric": False, "WeightSymmetric": True},
            )
        finally:
            logging.disable(logging.NOTSET)
        return onnx.load(target)


def _coarse(node: onnx.NodeProto) -> bool:
    """Return whether eight bits are enough for what a node makes."""
    handles = node.op_type in _FOLDED or _FEATURES.get(node.op_type, "nothing") in node.name
    return handles and not any(part in node.name for part in _FLOAT)
