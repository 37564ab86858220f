"""Procedures on the lips."""

from clinic.planning.procedures.lips.augmentation import LIP_AUGMENTATION
from clinic.planning.procedures.lips.lip_lift import LIP_LIFT
from clinic.planning.procedures.procedure import Procedure

LIPS: tuple[Procedure, ...] = (LIP_AUGMENTATION, LIP_LIFT)

__all__ = ["LIPS"]
