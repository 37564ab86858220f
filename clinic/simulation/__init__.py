"""Loads to deformed skin: a layered tetrahedral model of the facial soft tissue in static equilibrium."""
