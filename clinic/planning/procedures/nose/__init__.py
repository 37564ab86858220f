"""Procedures on bone and cartilage of the nose."""

from clinic.planning.procedures.nose.dorsal_hump import DORSAL_HUMP
from clinic.planning.procedures.procedure import Procedure

NOSE: tuple[Procedure, ...] = (DORSAL_HUMP,)

__all__ = ["NOSE"]
