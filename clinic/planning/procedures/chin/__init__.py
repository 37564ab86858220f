"""Procedures on the bony chin."""

from clinic.planning.procedures.chin.genioplasty import GENIOPLASTY
from clinic.planning.procedures.procedure import Procedure

CHIN: tuple[Procedure, ...] = (GENIOPLASTY,)

__all__ = ["CHIN"]
