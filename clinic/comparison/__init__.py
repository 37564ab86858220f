"""Before against after: distances along the skin, volumes by region, what each edit reached and what speaks against it.

Knows no procedure and no solver: what was asked comes with the gauges of each load.
"""
