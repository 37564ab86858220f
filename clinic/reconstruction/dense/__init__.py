"""Skin that two photos show: where each spot of it lies in both, to a fraction of a pixel.

match (the story), sighting (one photo as the matcher sees it), between (two photos laid over each other through the
mesh), flow (how far they lie off each other), choice (which windows tell something), agreement (which of them agree),
matches (what a match asks of shape and cameras), tracks (how it is handed to the fit), coverage (which skin was
matched).
"""

from clinic.reconstruction.dense.coverage import matched
from clinic.reconstruction.dense.match import spots

__all__ = ["matched", "spots"]
