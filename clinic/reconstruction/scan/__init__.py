"""Scan to `FaceModel`: the face space laid onto a surface that a 3D camera, a phone or a CT took.

prepare (what is it: unit, cleaned), upright (where the face is on it), register (face space to surface: rigid, modes,
then freely), detail (what is left, to the surface itself), painting (its own colour), build (the story), measure (how
near). The face space brings landmarks, eyes and teeth; the skin stays the patient's own. What the scan does not show is
marked as inferred.
"""

from clinic.reconstruction.scan.build import build

__all__ = ["build"]
