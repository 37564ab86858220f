"""Faces seen from the side, up to 90°: found, marked with points, and handed to the fit."""

from clinic.reconstruction.profile.detect import ProfileDetection, detect
from clinic.reconstruction.profile.evidence import pose, spots
from clinic.reconstruction.profile.instead import instead

__all__ = ["ProfileDetection", "detect", "instead", "pose", "spots"]
