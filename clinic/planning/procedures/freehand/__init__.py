"""What no named procedure does: a place on the skin that is moved by hand."""

from clinic.planning.procedures.freehand.handle import HANDLE
from clinic.planning.procedures.procedure import Procedure

FREEHAND: tuple[Procedure, ...] = (HANDLE,)

__all__ = ["FREEHAND"]
