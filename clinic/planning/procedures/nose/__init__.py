"""Procedures on bone and cartilage of the nose, from its root to its base."""

from clinic.planning.procedures.nose.alar_base import ALAR_BASE
from clinic.planning.procedures.nose.bridge_width import BRIDGE_WIDTH
from clinic.planning.procedures.nose.deviation import DEVIATION
from clinic.planning.procedures.nose.dorsal_hump import DORSAL_HUMP
from clinic.planning.procedures.nose.radix import RADIX
from clinic.planning.procedures.nose.tip_projection import TIP_PROJECTION
from clinic.planning.procedures.nose.tip_rotation import TIP_ROTATION
from clinic.planning.procedures.procedure import Procedure

NOSE: tuple[Procedure, ...] = (
    DORSAL_HUMP,
    RADIX,
    BRIDGE_WIDTH,
    DEVIATION,
    TIP_PROJECTION,
    TIP_ROTATION,
    ALAR_BASE,
)

__all__ = ["NOSE"]
