"""Faces drawn on the fly to train the position map network, each with the exact answer beside it."""

from clinic.reconstruction.training.synthesis.ahead import Ahead
from clinic.reconstruction.training.synthesis.batch import MAP_SIZE, Batch
from clinic.reconstruction.training.synthesis.draw import Synthesis

__all__ = ["MAP_SIZE", "Ahead", "Batch", "Synthesis"]
