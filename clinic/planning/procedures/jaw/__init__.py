"""Procedures on upper and lower jaw."""

from clinic.planning.procedures.procedure import Procedure

JAW: tuple[Procedure, ...] = ()

__all__ = ["JAW"]
