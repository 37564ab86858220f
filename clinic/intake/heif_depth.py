"""The depth map that phones with a depth camera store beside a photo in HEIC. Runs in the child process.

Values between 0 and 1 stand for distance, inverse distance or disparity between two ends that the file names (ISO/IEC
23008-2, D.2.38); phones count disparity in 1/m. Whether distances are true or only in proportion stands in the XMP of
the depth map, which the decoder does not hand out, so it is looked for in the file itself.
"""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_INVERSE, _DISPARITY, _DISTANCE = 0, 1, 2  # depth_representation_type
_ACCURACY = re.compile(rb"Accuracy(?:=[\"']|>)\s*(absolute|relative)")
_LEAST_MM, _MOST_MM = 100.0, 5000.0  # where a face may be before a camera
_SAME_SHAPE = 0.05  # relative: aspect of depth map against that of the picture


def depth(image: Image.Image, data: bytes) -> tuple[NDArray[np.float32], bool] | None:
    """Return mm (rows, columns), NaN where nothing was measured, and whether they are true; None without a map."""
    maps = [one for one in image.info.get("depth_images", ()) if one is not None]
    if not maps:
        return None
    ends = maps[0].info.get("metadata") or {}
    values = np.asarray(maps[0].to_pillow().convert("L"), np.float64) / 255
    if abs(values.shape[1] / values.shape[0] * image.height / image.width - 1) > _SAME_SHAPE:
        return None  # turned otherwise than the picture
    mm = _millimetres(values, ends)
    return None if mm is None else (mm.astype(np.float32), _is_absolute(data))


def _millimetres(values: NDArray[np.float64], ends: dict[str, Any]) -> NDArray[np.float64] | None:
    kind = ends.get("representation_type")
    near, far = float(ends.get("z_near") or 0), float(ends.get("z_far") or 0)
    if kind == _DISPARITY:
        low, high = float(ends.get("d_min") or 0), float(ends.get("d_max") or 0)
        inverse = low + values * (high - low)
    elif kind == _INVERSE and min(near, far) > 0:
        inverse = 1 / far + values * (1 / near - 1 / far)
    elif kind == _DISTANCE and min(near, far) > 0:
        inverse = 1 / (near + values * (far - near))
    else:
        return None
    with np.errstate(divide="ignore"):
        mm = 1000 / np.maximum(inverse, 0)
    mm[(mm < _LEAST_MM) | (mm > _MOST_MM)] = np.nan
    return mm if np.isfinite(mm).any() else None


def _is_absolute(data: bytes) -> bool:
    found = _ACCURACY.search(data)
    return found is not None and found.group(1) == b"absolute"
