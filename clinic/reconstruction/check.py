"""Looks at one photo before a face is built: which view it is, whose face, and what to take again."""

from clinic.case import Photo, PhotoCheck
from clinic.reconstruction import landmarks, quality, series
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.pose import pose

Box = tuple[float, float, float, float]


def check(photo: Photo) -> PhotoCheck:
    """Return what a photo shows. Raises `resources.MissingModelFile`."""
    detections = landmarks.detect(photo.pixels)
    boxes = [_box(one) for one in quality.comparable(detections)]
    try:
        face = quality.the_face(photo, detections)
    except quality.PhotoRefused as refused:
        return PhotoCheck(photo.id, "", 0.0, 0.0, tuple(boxes), refusal=str(refused))
    used, seen = _box(face), pose(photo, face)
    return PhotoCheck(
        photo_id=photo.id,
        view=series.nearest_view(seen.yaw_deg, seen.pitch_deg),
        yaw_deg=seen.yaw_deg,
        pitch_deg=seen.pitch_deg,
        faces=(used, *(box for box in boxes if box != used)),
        retake=quality.photo_warnings(photo, face),
    )


def _box(face: Detection) -> Box:
    left, top, right, bottom = (float(edge) for edge in face.box)
    return left, top, right, bottom
