"""Procedures on brow and lids."""

from clinic.planning.procedures.procedure import Procedure

LIDS: tuple[Procedure, ...] = ()

__all__ = ["LIDS"]
