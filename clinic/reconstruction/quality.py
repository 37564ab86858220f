"""What a photo must be before a face is built from it: refusals, and warnings that stay with the face."""

import cv2
import numpy as np

from clinic.case import Floats, Photo, Pixels
from clinic.errors import ClinicError
from clinic.reconstruction.glasses import wears_glasses
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.upright import tilt_deg
from clinic.reconstruction.views import SAME_VIEW_DEG, spread_deg

LEAST_PHOTO_PX = 64
LEAST_EYES_PX = 40.0
GOOD_EYES_PX = 120.0
_COMPARABLE = 3.0  # a second face counts if it is at least a third as large
_CLICKED = 2.0  # times half the box
_SURELY = 0.999  # presence
_SMILE = 0.35
_OPEN = 0.15  # jawOpen
_CLOSED_EYES = 0.55
_NEAR_MM = 400.0  # nearer, the nose is drawn visibly too wide
_TURNED_DEG = 30.0
_TILTED_DEG, _UPSIDE_DOWN_DEG = 65.0, 135.0  # from upright
# Sharpness is read at one size, so that large pictures are not called sharp for their size.
_SHARP_WIDTH = 96
_LEAST_SHARPNESS = 0.20  # a blur by 1 % of the width of the face, 1.4 mm

SMILE = "The patient smiles or shows teeth. The closed lips are an estimate and the teeth are painted out."
# A painting cannot be told from a photo reliably; that neither names a lens can.
NO_LENS = (
    "The file names no lens (it was cropped or edited, or is a picture of a picture such as a painting). "
    "The perspective is estimated."
)


class PhotoRefused(ClinicError):
    """No face can be built from a photo."""


class PhotoTooSmall(PhotoRefused):
    """The picture has too few pixels to hold a face."""

    def __init__(self, photo: Photo) -> None:
        super().__init__(
            f"{_named(photo)} has only {photo.width} × {photo.height} pixels, too few to show a face. "
            "Use the original file from the camera, not a thumbnail."
        )


class NoFaceFound(PhotoRefused):
    """There is no face in a photo."""

    def __init__(self, photo: Photo) -> None:
        super().__init__(
            f"No human face was found in {photo.name}, so nothing was built. Use a photo that shows the whole face, "
            "lit from the front and not covered. An exact side view cannot be read: turn the head back by 30°."
        )


class PhotoNotUpright(PhotoRefused):
    """The head lies on its side or stands upside down."""

    def __init__(self, photo: Photo, tilt: float) -> None:
        upside_down = abs(tilt) > _UPSIDE_DOWN_DEG
        super().__init__(
            f"{_named(photo)} {'is upside down' if upside_down else 'lies on its side'}, so nothing was built from it. "
            "Turn the photo until the head is upright and add it again."
        )


class SeveralFaces(PhotoRefused):
    """There are two or more faces of comparable size in a photo. faces: their boxes (4,) px, the largest first."""

    def __init__(self, photo: Photo, faces: tuple[Floats, ...]) -> None:
        super().__init__(
            f"{_named(photo)} shows {len(faces)} faces, and it is not clear which one is the patient's. "
            "Click the patient's face in the photo, or take one with the patient alone."
        )
        self.faces = faces


class NoFaceThere(PhotoRefused):
    """A face was chosen where there is none."""

    def __init__(self, photo: Photo) -> None:
        super().__init__(
            f"There is no face at the chosen place in {photo.name}. Click the middle of the patient's face, or crop "
            "the photo to it."
        )


class FaceTooSmall(PhotoRefused):
    """The face has too few pixels."""

    def __init__(self, photo: Photo, eyes_px: float) -> None:
        super().__init__(
            f"The face in {photo.name} is too small: {eyes_px:.0f} pixels between the outer eye corners, at least "
            f"{LEAST_EYES_PX:.0f} are needed and {GOOD_EYES_PX:.0f} are good. "
            "Go closer, zoom in, or use the original file."
        )


def the_face(photo: Photo, detections: tuple[Detection, ...]) -> Detection:
    """Return the one face to build: the chosen one, or the only one of its size.

    Raises PhotoTooSmall, PhotoNotUpright, NoFaceFound, SeveralFaces, NoFaceThere or FaceTooSmall.
    """
    if min(photo.width, photo.height) < LEAST_PHOTO_PX:
        raise PhotoTooSmall(photo)
    candidates = comparable(detections) if photo.face_at is None else _chosen(photo, detections)
    tilt = tilt_deg(photo.pixels, candidates)
    if abs(tilt) > _TILTED_DEG:
        raise PhotoNotUpright(photo, tilt)
    if not candidates:
        raise NoFaceFound(photo) if not detections else NoFaceThere(photo)
    if len(candidates) > 1:
        raise SeveralFaces(photo, tuple(face.box for face in candidates))
    face = candidates[0]
    if face.eye_corners_px < LEAST_EYES_PX:
        raise FaceTooSmall(photo, face.eye_corners_px)
    return face


def comparable(detections: tuple[Detection, ...]) -> tuple[Detection, ...]:
    """Return the faces that may be the patient's, the largest first: not those far behind, nor a fold of cloth."""
    # A fold of cloth may look a little like a face; beside one that surely is, it is none.
    sure = tuple(face for face in detections if face.presence >= _SURELY) or detections
    return tuple(face for face in sure if face.size_px * _COMPARABLE >= sure[0].size_px)


def _chosen(photo: Photo, detections: tuple[Detection, ...]) -> tuple[Detection, ...]:
    """Return the face that was clicked on, none if there is none; of two that overlap the one whose middle is nearer.

    A click on the hair or the neck is meant for the face as well: the box of the points ends at brows and chin.
    """
    assert photo.face_at is not None
    at = np.multiply(photo.face_at, (photo.width, photo.height))

    def off(face: Detection) -> float:
        """How far from the middle of the box, over half its size."""
        return float(np.abs((at - _middle(face)) / ((face.box[2:] - face.box[:2]) / 2)).max())

    return tuple(sorted((face for face in detections if off(face) < _CLICKED), key=off)[:1])


def _middle(face: Detection) -> Floats:
    middle: Floats = (face.box[:2] + face.box[2:]) / 2
    return middle


def photo_warnings(photo: Photo, face: Detection) -> tuple[str, ...]:
    """Return what should be done better in one photo, seen in the picture itself."""
    skin = _face_luma(photo.pixels, face)
    failed = {
        _small(face): face.eye_corners_px < GOOD_EYES_PX,
        SMILE: _smiles(face),
        "The patient wears glasses, which hide lids and nose. Take the photo again without them.": wears_glasses(
            photo.pixels, face
        ),
        "The eyes are closed. Take the photo again with open eyes.": _blink(face) > _CLOSED_EYES,
        "The face is not sharp. Hold the camera still and focus on the eyes.": _sharpness(photo.pixels, face)
        < _LEAST_SHARPNESS,
        "Parts of the face are burnt out. Use softer light or a shorter exposure.": float(np.mean(skin > 250)) > 0.10,
        "The face is very dark. Use more light.": float(np.percentile(skin, 95)) < 80,
        NO_LENS: photo.focal_35mm is None,
    }
    return tuple(f"{_named(photo)}: {words}" for words, is_so in failed.items() if is_so)


def view_warnings(photo: Photo, distance_mm: float) -> tuple[str, ...]:
    """Return what the fitted camera tells about one photo; without the lens in EXIF the distance is not known."""
    if distance_mm >= _NEAR_MM or photo.focal_35mm is None:
        return ()
    return (
        f"{_named(photo)}: Taken from about {distance_mm / 10:.0f} cm, which draws the nose large and the ears small. "
        "Step back to 1.5 m and zoom in.",
    )


def series_warnings(towards: Floats) -> tuple[str, ...]:
    """Return what the set of views tells; towards: (p, 3) unit vectors to the cameras in the patient frame."""
    words = []
    if spread_deg(towards) < SAME_VIEW_DEG:
        shown = "One photo is a preview" if len(towards) == 1 else "Photos of one view are a preview"
        words.append(f"{shown}: depth and profile are an estimate. Add both obliques for measurements.")
    turns_deg = np.degrees(np.arctan2(towards[:, 0], -towards[:, 1]))
    if np.all(turns_deg > _TURNED_DEG) or np.all(turns_deg < -_TURNED_DEG):
        words.append("The head is turned: the far side of the face is an estimate. Add a frontal photo.")
    return tuple(words)


def _named(photo: Photo) -> str:
    return photo.name[:1].upper() + photo.name[1:]


def _small(face: Detection) -> str:
    return (
        f"The face is small ({face.eye_corners_px:.0f} pixels between the outer eye corners, "
        f"{GOOD_EYES_PX:.0f} are good)."
    )


def _smiles(face: Detection) -> bool:
    smile = (face.blendshape("mouthSmileLeft") + face.blendshape("mouthSmileRight")) / 2
    return smile > _SMILE or face.blendshape("jawOpen") > _OPEN


def _blink(face: Detection) -> float:
    return min(face.blendshape("eyeBlinkLeft"), face.blendshape("eyeBlinkRight"))


def _crop(pixels: Pixels, face: Detection) -> Pixels:
    """Cut the face's box out as grey, (rows, columns)."""
    left, top = np.maximum(np.floor(face.box[:2]), 0).astype(int)
    right, bottom = np.ceil(face.box[2:]).astype(int)
    return np.asarray(cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_RGB2GRAY))


def _face_luma(pixels: Pixels, face: Detection) -> Pixels:
    """Return the (n,) grey values inside the outline of the face."""
    grey = _crop(pixels, face)
    corner = np.maximum(np.floor(face.box[:2]), 0)
    outline = cv2.convexHull(np.round(face.points[:, :2] - corner).astype(np.int32))
    inside = cv2.fillConvexPoly(np.zeros(grey.shape, np.uint8), outline, 1)
    return grey[np.asarray(inside) > 0]


def _sharpness(pixels: Pixels, face: Detection) -> float:
    """Return how much of the face's contrast is fine detail: spread of the Laplacian over spread of the grey values."""
    grey = _crop(pixels, face).astype(np.float32)
    factor = min(1.0, _SHARP_WIDTH / grey.shape[1])
    reduced = cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    return float(np.std(cv2.Laplacian(reduced, cv2.CV_32F)) / max(float(np.std(reduced)), 1e-6))
