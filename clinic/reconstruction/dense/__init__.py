"""Skin that two photos show: where each spot of it lies in both, to a fraction of a pixel.

match (the story), sighting (one photo as the matcher sees it), between (two photos laid over each other through the
mesh), flow (how far they lie off each other), choice (which windows tell something), agreement (which of them agree),
matches (what is handed to the fit, and what it asks of shape and cameras).
"""
