"""Implants on the bone of cheek and chin."""

from clinic.planning.procedures.procedure import Procedure

IMPLANTS: tuple[Procedure, ...] = ()

__all__ = ["IMPLANTS"]
