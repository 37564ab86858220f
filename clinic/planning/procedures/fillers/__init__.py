"""Volume injected under the skin of the face, one file for each site, from above downwards."""

from clinic.planning.procedures.fillers.chin import CHIN_FILLER
from clinic.planning.procedures.fillers.jawline import JAWLINE_FILLER
from clinic.planning.procedures.fillers.malar import MALAR_FILLER
from clinic.planning.procedures.fillers.marionette import MARIONETTE_FILLER
from clinic.planning.procedures.fillers.nasolabial import NASOLABIAL_FILLER
from clinic.planning.procedures.fillers.prejowl import PREJOWL_FILLER
from clinic.planning.procedures.fillers.tear_trough import TEAR_TROUGH_FILLER
from clinic.planning.procedures.fillers.temple import TEMPLE_FILLER
from clinic.planning.procedures.procedure import Procedure

FILLERS: tuple[Procedure, ...] = (
    TEMPLE_FILLER,
    TEAR_TROUGH_FILLER,
    MALAR_FILLER,
    NASOLABIAL_FILLER,
    MARIONETTE_FILLER,
    JAWLINE_FILLER,
    PREJOWL_FILLER,
    CHIN_FILLER,
)

__all__ = ["FILLERS"]
