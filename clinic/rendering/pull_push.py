"""Smooth values between those that are known.

Source: Gortler et al. 1996, "The Lumigraph", section 3.4.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.float32]  # (rows, columns) or (rows, columns, k)


def pull_push(values: Image, weight: Image, levels: int, rest: float) -> Image:
    """Return (rows, columns, k) values that agree with those known and are smooth between.

    weight: (rows, columns) 0…1, how far `values` (rows, columns, k ≥ 2) are known. The pyramid ends after `levels`
    halvings, so that is how far a value reaches; beyond, all goes to zero. rest: the weight of that zero at the end.
    """
    if levels == 0 or min(weight.shape) < 4:
        return values * (weight / (weight + np.float32(rest)))[..., None]
    pulled = cv2.pyrDown(weight)
    coarse = cv2.pyrDown(values * weight[..., None]) / np.maximum(pulled, 1e-6)[..., None]
    # doubled on the way down: a few known pixels settle their neighbourhood
    pushed = pull_push(coarse, np.minimum(pulled * 2, 1), levels - 1, rest)
    smooth = cv2.pyrUp(pushed, dstsize=weight.shape[::-1])
    mixed: Image = values * weight[..., None] + smooth * (1 - weight[..., None])
    return mixed
