"""Before against after: distances along the skin, volumes by region, and what each edit reached.

Knows no procedure and no solver: what was asked comes with the gauges of each load.
"""
