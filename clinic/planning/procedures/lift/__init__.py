"""Lifts and what is taken out of the cheek."""

from clinic.planning.procedures.procedure import Procedure

LIFT: tuple[Procedure, ...] = ()

__all__ = ["LIFT"]
