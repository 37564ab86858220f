"""Lifts and what is taken out of the cheek."""

from clinic.planning.procedures.lift.buccal_fat import BUCCAL_FAT
from clinic.planning.procedures.lift.facelift import FACELIFT
from clinic.planning.procedures.procedure import Procedure

LIFT: tuple[Procedure, ...] = (BUCCAL_FAT, FACELIFT)

__all__ = ["LIFT"]
