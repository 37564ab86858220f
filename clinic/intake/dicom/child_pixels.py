"""Decodes slices to the unit of their modality. Runs in the child process.

JPEG 2000 goes to OpenJPEG (pylibjpeg-openjpeg), lossless JPEG and JPEG-LS to GDCM; pydicom decodes the rest itself.
"""

import io
import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pixel_array
from pydicom.uid import JPEG2000TransferSyntaxes

from clinic.intake.dicom.child_documents import document
from clinic.intake.refusal import Refusal

_LEAST_HU = -1024.0  # air; scanners write less where they have not looked
_INT16 = np.iinfo(np.int16)


def slices(
    files: list[memoryview],
    frames: list[tuple[int, int, int, float, float]],
    factor: float,
    is_ct: bool,
    halved: bool,
) -> NDArray[np.int16]:
    """Return (n, rows, columns) of frames (file, member, frame, slope, intercept); what is padding becomes air.

    factor: what the rescaled values of another modality than CT are multiplied with to fit. halved: mean of every 2 × 2
    pixels, an odd row or column left out. Raises Refusal.
    """
    decoded: list[NDArray[np.int16]] = []
    opened: tuple[tuple[int, int], Dataset] | None = None
    for file, member, frame, slope, intercept in frames:
        if opened is None or opened[0] != (file, member):
            opened = (file, member), _open(document(files[file], member))
        stored, padded = _stored(opened[1], frame)
        values = stored.astype(np.float32) * np.float32(slope) + np.float32(intercept)
        whole = _whole(values, padded, factor, is_ct)
        decoded.append(_halved(whole) if halved else whole)
        if decoded[0].shape != decoded[-1].shape:
            raise Refusal("damaged")
    return np.stack(decoded)


def _open(data: bytes) -> Dataset:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oddities that pydicom copes with
        image = dcmread(io.BytesIO(data), force=True)
    if "PixelData" not in image:
        raise Refusal("no-pixels")
    if "TransferSyntaxUID" not in image.file_meta:
        from pydicom.uid import ImplicitVRLittleEndian

        image.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian  # what the standard says where nothing is said
    return image


def _stored(image: Dataset, frame: int) -> tuple[NDArray[Any], NDArray[np.bool_] | None]:
    syntax = image.file_meta.TransferSyntaxUID
    plugin = "pylibjpeg" if syntax in JPEG2000TransferSyntaxes else ""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stored = pixel_array(image, index=frame, raw=True, decoding_plugin=plugin)
    except NotImplementedError as error:
        raise Refusal("syntax", syntax=syntax.name[:80]) from error
    if stored.ndim != 2:
        raise Refusal("colour")
    return stored, _padding(image, stored)


def _padding(image: Dataset, stored: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Return where the file says that nothing was measured (PS3.3, C.7.5.1.1.2)."""
    first = image.get("PixelPaddingValue")
    if first is None:
        return None
    last = image.get("PixelPaddingRangeLimit", first)
    low, high = sorted((int(first), int(last)))
    return (stored >= low) & (stored <= high)


def _whole(
    values: NDArray[np.float32], padded: NDArray[np.bool_] | None, factor: float, is_ct: bool
) -> NDArray[np.int16]:
    if not is_ct:
        values *= np.float32(factor)
    measured = values if padded is None or padded.all() else values[~padded]
    if padded is not None:
        values[padded] = _LEAST_HU if is_ct else float(measured.min())
    low = _LEAST_HU if is_ct else float(_INT16.min)
    return np.rint(np.clip(values, low, _INT16.max)).astype(np.int16)


def _halved(values: NDArray[np.int16]) -> NDArray[np.int16]:
    rows, columns = values.shape[0] // 2, values.shape[1] // 2
    blocks = values[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
    half: NDArray[np.int16] = np.rint(blocks.mean(axis=(1, 3))).astype(np.int16)
    return half
