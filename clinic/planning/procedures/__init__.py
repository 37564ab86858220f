"""Every procedure that can be planned: the window and the command line are made from this table."""

from clinic.planning.procedures.chin import CHIN
from clinic.planning.procedures.ears import EARS
from clinic.planning.procedures.fillers import FILLERS
from clinic.planning.procedures.freehand import FREEHAND
from clinic.planning.procedures.implants import IMPLANTS
from clinic.planning.procedures.jaw import JAW
from clinic.planning.procedures.lids import LIDS
from clinic.planning.procedures.lift import LIFT
from clinic.planning.procedures.lips import LIPS
from clinic.planning.procedures.nose import NOSE
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure

# by region, as the eye goes over a face
PROCEDURES: tuple[Procedure, ...] = (*NOSE, *CHIN, *JAW, *IMPLANTS, *FILLERS, *LIPS, *LIDS, *LIFT, *EARS, *FREEHAND)

__all__ = ["PROCEDURES", "Guard", "Parameter", "Procedure"]
