"""Where bare skin of the face ends in a photo and the background begins, to a fraction of a pixel."""

from clinic.reconstruction.outline.find import find, outlines

__all__ = ["find", "outlines"]
