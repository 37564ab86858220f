"""Volume injected into the fat, by site."""

from clinic.planning.procedures.fillers.malar import MALAR_FILLER
from clinic.planning.procedures.procedure import Procedure

FILLERS: tuple[Procedure, ...] = (MALAR_FILLER,)

__all__ = ["FILLERS"]
