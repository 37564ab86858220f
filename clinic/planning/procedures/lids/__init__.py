"""Procedures on brow and lids."""

from clinic.planning.procedures.lids.blepharoplasty import LOWER_BLEPHAROPLASTY, UPPER_BLEPHAROPLASTY
from clinic.planning.procedures.lids.brow_lift import BROW_LIFT
from clinic.planning.procedures.procedure import Procedure

LIDS: tuple[Procedure, ...] = (BROW_LIFT, UPPER_BLEPHAROPLASTY, LOWER_BLEPHAROPLASTY)

__all__ = ["LIDS"]
