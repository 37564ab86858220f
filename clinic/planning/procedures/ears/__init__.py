"""Procedures on the ears."""

from clinic.planning.procedures.ears.otoplasty import OTOPLASTY
from clinic.planning.procedures.procedure import Procedure

EARS: tuple[Procedure, ...] = (OTOPLASTY,)

__all__ = ["EARS"]
