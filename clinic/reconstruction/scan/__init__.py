"""Scan to `FaceModel`: the face space laid onto a surface that a 3D camera, a phone or a CT took.

prepare and clean (what is it, in which unit, repaired), upright (where the face is on it), register and bend (face
space to surface: rigid, modes, then freely), detail (what is left, to the surface itself), painting (its own colour),
build (the story), measure (how near); align and dress (photos, or another scan, on a skin without colours, as of a CT).
The face space brings landmarks, eyes and teeth; the skin stays the patient's own. What the scan does not show is marked
as inferred.
"""

from clinic.reconstruction.scan.build import build

__all__ = ["build"]
