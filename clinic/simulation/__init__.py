"""Loads to deformed skin: a model of the facial soft tissue in four layers, in static equilibrium.

`mesher` makes tetrahedra between skin and support, `loading` brings loads to them, `Preview` answers linearly while a
slider moves, `simulate` solves until forces balance and gauges read what was asked, `spread` tells how far that may lie
from the likely answer. `posture` turns gravity. Knows no procedure: what was asked comes with the loads.
"""
