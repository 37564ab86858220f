"""The position map network at work: what it reads in a photo, for the fit and for meshes that move."""

from clinic.reconstruction.position_map.live import LiveFace, mesh
from clinic.reconstruction.position_map.proposal import MOBILE, proposal

__all__ = ["MOBILE", "LiveFace", "mesh", "proposal"]
