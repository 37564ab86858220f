"""Judges whether what a predictor marked is a face seen from the side.

A linear classifier on histograms of edge directions around the marked points, and on how far readings from different
starts lie apart. Learned from renders: `clinic.reconstruction.training.predictor.judge`.
"""

import cv2
import numpy as np

from clinic.case import Floats, Pixels
from clinic.reconstruction import predictor

FILE = "profile_presence.npz"
LEAST = 0.25  # faces from the side that are hard to read score 0.3 and more, other things (22 pictures) up to 0.08
_SIDE, _CELL, _BINS = 96, 8, 9
_CLIPPED = 0.2  # of a normalised histogram, as Dalal and Triggs 2005


def of(pixels: Pixels, points: Floats, spread: Floats) -> float:
    """Return 0…1 for points (p, 2) of a face that looks to the right, and their spread (p,), px.

    Raises `predictor.DamagedPredictor`.
    """
    learned = predictor.arrays(FILE)
    score = float(features(pixels, points, spread) @ learned["weights"] + learned["bias"])
    return float(1 / (1 + np.exp(-np.clip(score, -40, 40))))


def features(pixels: Pixels, points: Floats, spread: Floats) -> Floats:
    """Return what the classifier reads: (f,)."""
    low, high = points.min(axis=0), points.max(axis=0)
    side = max(float((high - low).max()), 1.0)
    cut = predictor.crop(pixels, (low + high) / 2, side)
    grey = cv2.resize(cut.grey, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    apart = np.log(np.clip(spread / side, 1e-4, 1.0))
    return np.concatenate([_edges(grey).ravel(), [apart.mean() / 4, apart.max() / 4]])


def _edges(grey: Floats) -> Floats:
    """Return histograms of edge directions in cells, each block of 2 × 2 cells normalised: (blocks, 4 · bins)."""
    across, down = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    size, angle = np.hypot(across, down), np.mod(np.arctan2(down, across), np.pi) * _BINS / np.pi
    first = np.floor(angle - 0.5)
    share = angle - 0.5 - first
    cells = _SIDE // _CELL
    layers = np.zeros((_BINS, _SIDE, _SIDE), np.float32)
    rows, columns = np.indices(grey.shape)
    np.add.at(layers, (first.astype(int) % _BINS, rows, columns), size * (1 - share))
    np.add.at(layers, ((first.astype(int) + 1) % _BINS, rows, columns), size * share)
    histograms = layers.reshape(_BINS, cells, _CELL, cells, _CELL).sum(axis=(2, 4))
    blocks = np.concatenate(
        [histograms[:, :-1, :-1], histograms[:, 1:, :-1], histograms[:, :-1, 1:], histograms[:, 1:, 1:]]
    ).reshape(4 * _BINS, -1)
    for _ in range(2):
        blocks = np.minimum(blocks / (np.linalg.norm(blocks, axis=0) + 1e-3 * _SIDE), _CLIPPED)
    return np.asarray(blocks.T)
