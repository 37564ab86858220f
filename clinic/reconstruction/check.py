"""Looks at one photo before a face is built: which view it is, whose face, and what to take again."""

from clinic.case import Floats, Photo, PhotoCheck
from clinic.reconstruction import gate, landmarks, quality, series
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.pose import pose, profile_pose

Box = tuple[float, float, float, float]


def check(photo: Photo) -> PhotoCheck:
    """Return what a photo shows. Raises `resources.MissingModelFile` and `predictor.DamagedPredictor`."""
    detections = landmarks.detect(photo.pixels)
    boxes = [_box(one.box) for one in quality.comparable(detections)]
    try:
        face = gate.sighting(photo, detections)
    except quality.PhotoRefused as refused:
        return PhotoCheck(photo.id, "", 0.0, 0.0, tuple(boxes), refusal=str(refused))
    if isinstance(face, Detection):
        seen, retake = pose(photo, face), quality.photo_warnings(photo, face)
    else:
        seen, retake = profile_pose(photo, face), quality.profile_warnings(photo, face)
    used = _box(face.box)
    return PhotoCheck(
        photo_id=photo.id,
        view=series.nearest_view(seen.yaw_deg, seen.pitch_deg),
        yaw_deg=seen.yaw_deg,
        pitch_deg=seen.pitch_deg,
        faces=(used, *(box for box in boxes if box != used)),
        retake=retake,
    )


def _box(edges: Floats) -> Box:
    left, top, right, bottom = (float(edge) for edge in edges)
    return left, top, right, bottom
