"""The position map network at work: what it reads in a photo, for the fit and for meshes that move."""

from clinic.reconstruction.position_map.live import Live, LiveFace, mesh
from clinic.reconstruction.position_map.proposal import MOBILE, propose

__all__ = ["MOBILE", "Live", "LiveFace", "mesh", "propose"]
