"""Procedures on the ears."""

from clinic.planning.procedures.procedure import Procedure

EARS: tuple[Procedure, ...] = ()

__all__ = ["EARS"]
