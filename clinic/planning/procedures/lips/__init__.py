"""Procedures on the lips."""

from clinic.planning.procedures.procedure import Procedure

LIPS: tuple[Procedure, ...] = ()

__all__ = ["LIPS"]
