"""Every procedure that can be planned: the window and the command line are made from this table."""

from clinic.planning.procedures.cheeks import MALAR_FILLER
from clinic.planning.procedures.chin import GENIOPLASTY
from clinic.planning.procedures.nose import DORSAL_HUMP
from clinic.planning.procedures.procedure import Parameter, Procedure

PROCEDURES: tuple[Procedure, ...] = (DORSAL_HUMP, GENIOPLASTY, MALAR_FILLER)

__all__ = ["PROCEDURES", "Parameter", "Procedure"]
