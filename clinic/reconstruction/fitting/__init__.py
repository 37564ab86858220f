"""The fit: one face, one camera and expression per photo, from everything that was seen."""

from clinic.reconstruction.fitting.minimise import covariance, fit
from clinic.reconstruction.fitting.model import (
    Belief,
    Erring,
    LinearPoints,
    MarkerModel,
    Observation,
    PairSeen,
    Problem,
    SpotsSeen,
)
from clinic.reconstruction.fitting.state import Solution, View

__all__ = [
    "Belief",
    "Erring",
    "LinearPoints",
    "MarkerModel",
    "Observation",
    "PairSeen",
    "Problem",
    "Solution",
    "SpotsSeen",
    "View",
    "covariance",
    "fit",
]
