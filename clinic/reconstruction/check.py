"""Looks at one photo before a face is built: which view it is, and what to take again."""

from clinic.case import Photo, PhotoCheck
from clinic.reconstruction import landmarks, quality


def check(photo: Photo) -> PhotoCheck:
    """Return what a photo shows. Raises `resources.MissingModelFile`."""
    detections = landmarks.detect(photo.pixels)
    boxes = tuple((float(a), float(b), float(c), float(d)) for a, b, c, d in (one.box for one in detections))
    try:
        face = quality.the_face(photo, detections)
    except quality.PhotoRefused as refused:
        return PhotoCheck(photo.id, "", 0.0, 0.0, boxes, refusal=str(refused))
    return PhotoCheck(photo.id, "frontal", 0.0, 0.0, boxes, retake=quality.photo_warnings(photo, face))
