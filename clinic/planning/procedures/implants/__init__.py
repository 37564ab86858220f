"""Implants that lie on bone."""

from clinic.planning.procedures.implants.chin import CHIN_IMPLANT
from clinic.planning.procedures.implants.malar import MALAR_IMPLANT
from clinic.planning.procedures.procedure import Procedure

IMPLANTS: tuple[Procedure, ...] = (CHIN_IMPLANT, MALAR_IMPLANT)

__all__ = ["IMPLANTS"]
