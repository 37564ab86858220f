"""Skin colour from photos, over the face's uv.

chart (what each texel is), features (brows, lips, lashes on it), sighting (what one photo says of each texel),
skin_mask (which pixels are bare skin), shade (bordered shadows taken out), tone (wide light taken out), fill (what no
photo shows), lips (their red), grain (pores), baking (the story).
"""

from clinic.reconstruction.texture.baking import bake

__all__ = ["bake"]
