"""Procedures on upper and lower jaw."""

from clinic.planning.procedures.jaw.bsso import BSSO
from clinic.planning.procedures.jaw.le_fort import LE_FORT
from clinic.planning.procedures.procedure import Procedure

JAW: tuple[Procedure, ...] = (LE_FORT, BSSO)

__all__ = ["JAW"]
