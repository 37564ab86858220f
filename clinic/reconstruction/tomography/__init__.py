"""Skin and bone out of a CT, skin out of an MR, and how thick soft tissue is between them.

`segment` finds levels by itself or takes the user's, leaves table and head rest out, fills the air ways and gives both
surfaces in the scanner frame. `thickness` measures from skin to bone. `build` makes the face of them.
"""

from clinic.reconstruction.tomography.build import build
from clinic.reconstruction.tomography.head import NoHead
from clinic.reconstruction.tomography.levels import Levels, levels
from clinic.reconstruction.tomography.segment import Anatomy, segment
from clinic.reconstruction.tomography.sheet import Sheet
from clinic.reconstruction.tomography.thickness import thickness

__all__ = ["Anatomy", "Levels", "NoHead", "Sheet", "build", "levels", "segment", "thickness"]
