"""What should be done better in a photo or a series; the words stay with the face."""

from collections.abc import Mapping

import numpy as np

from clinic.case import Floats, Photo
from clinic.reconstruction import dlib_points
from clinic.reconstruction.landmarks import Detection
from clinic.reconstruction.pose import pose
from clinic.reconstruction.profile import ProfileDetection
from clinic.reconstruction.quality import cover, finish, glasses, light, sharpness
from clinic.reconstruction.quality.close_up import close_up
from clinic.reconstruction.quality.refusals import GOOD_EYES_PX, named
from clinic.reconstruction.quality.whose import profile_eyes_px
from clinic.reconstruction.views import SAME_VIEW_DEG, spread_deg
from clinic.words import say

_SMILE = 0.35
_OPEN = 0.15  # jawOpen
_CLOSED_EYES = 0.55
_NEAR_MM = 400.0  # nearer, the nose is drawn visibly too wide
# A lens that nobody names is fitted towards the usual one: three rendered heads seen from 28 cm came out at 52 to 55
# cm, from 1 m at 90 to 99; three portraits at 82 to 113.
_PERHAPS_NEAR_MM = 560.0
_TURNED_DEG = 30.0

SMILE = say("The patient smiles or shows teeth. The closed lips are an estimate and the teeth are painted out.")
# A painting cannot be told from a photo reliably; that neither names a lens can.
NO_LENS = say(
    "The file names no lens (it was cropped or edited, or is a picture of a picture such as a painting). "
    "The perspective is estimated."
)
_GLASSES = say("The patient wears glasses, which hide lids and nose. Take the photo again without them.")
_CLOSED = say("The eyes are closed. Take the photo again with open eyes.")
_BLURRED = say("The face is not sharp. Hold the camera still and focus on the eyes.")
_SMEARED = say("The face is smeared by motion. Use a shorter exposure or flash, or a tripod.")
_BURNT = say("Parts of the face are burnt out. Use softer light or a shorter exposure.")
_DARK = say("The face is very dark. Use more light.")
_UNEVEN = say("One side of the face lies in shadow. Light it evenly from both sides.")
_HAIR = say("Hair covers the forehead, whose shape is an estimate there. Hold it back with a band.")
_BEARD = say("A beard covers chin and jaw. The skin below it is an estimate: add 2 mm to every ± there.")
_UNCERTAIN = say(
    "The landmarks are uncertain: two ways of finding them disagree. Look at the points over the photo; "
    "take it again with the whole face free, in even light and sharp."
)
_SMOOTHED = say(
    "The skin has no texture although the eyes are sharp: a beauty filter or make-up may have changed the face. "
    "Use the camera's original without filters."
)
_COLOURLESS = say(
    "The picture has no colours (a grey photo, or a picture of a bust). Use a colour photo of the patient."
)


def photo_warnings(photo: Photo, face: Detection) -> tuple[str, ...]:
    """Return what should be done better in one photo, seen in the picture itself."""
    pixels, seen = photo.pixels, pose(photo, face)
    middling = close_up(pixels, face, cover.EYES_PX)
    smeared = sharpness.is_smeared(pixels, face.box)
    failed = {
        _small(face.eye_corners_px): face.eye_corners_px < GOOD_EYES_PX,
        SMILE: _smiles(face),
        _GLASSES: glasses.wears_glasses(close_up(pixels, face, glasses.EYES_PX)),
        _CLOSED: _blink(face) > _CLOSED_EYES,
        _BLURRED: not smeared and sharpness.is_blurred(pixels, face.box),
        _SMEARED: smeared,
        _BURNT: light.is_burnt_out(middling),
        _DARK: light.is_dark(middling),
        _UNEVEN: light.is_uneven(middling, seen),
        _HAIR: cover.has_hair_on_forehead(middling),
        _BEARD: cover.has_beard(middling),
        _SMOOTHED: finish.is_smoothed(close_up(pixels, face, min(face.eye_corners_px, finish.MOST_EYES_PX)), face),
        _UNCERTAIN: abs(seen.yaw_deg) < _TURNED_DEG and dlib_points.disagreement(pixels, face) > dlib_points.UNCERTAIN,
        _COLOURLESS: finish.is_colourless(middling),
        NO_LENS: photo.focal_35mm is None,
    }
    return _said(photo, failed)


def profile_warnings(photo: Photo, face: ProfileDetection) -> tuple[str, ...]:
    """Return what should be done better in a photo from the side."""
    eyes_px = profile_eyes_px(face)
    smeared = sharpness.is_smeared(photo.pixels, face.box)
    failed = {
        _small(eyes_px): eyes_px < GOOD_EYES_PX,
        _BLURRED: not smeared and sharpness.is_blurred(photo.pixels, face.box),
        _SMEARED: smeared,
        NO_LENS: photo.focal_35mm is None,
    }
    return _said(photo, failed)


def _said(photo: Photo, failed: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(f"{named(photo)}: {words}" for words, is_so in failed.items() if is_so)


def view_warnings(photo: Photo, distance_mm: float) -> tuple[str, ...]:
    """Return what the fitted camera tells about one photo; without the lens in EXIF it only suspects."""
    remedy = say("which draws the nose large and the ears small. Step back to 1.5 m and zoom in.")
    if photo.focal_35mm is None:
        if distance_mm >= _PERHAPS_NEAR_MM:
            return ()
        return (say("{photo!t}: Perhaps taken from nearer than 40 cm, {remedy!t}", photo=named(photo), remedy=remedy),)
    if distance_mm >= _NEAR_MM:
        return ()
    return (
        say(
            "{photo!t}: Taken from about {distance_mm:.0f} cm, {remedy!t}",
            photo=named(photo),
            distance_mm=distance_mm / 10,
            remedy=remedy,
        ),
    )


def series_warnings(towards: Floats) -> tuple[str, ...]:
    """Return what the set of views tells; towards: (p, 3) unit vectors to the cameras in the patient frame."""
    words = []
    if spread_deg(towards) < SAME_VIEW_DEG:
        shown = say("One photo is a preview") if len(towards) == 1 else say("Photos of one view are a preview")
        words.append(
            say("{shown!t}: depth and profile are an estimate. Add both obliques for measurements.", shown=shown)
        )
    turns_deg = np.degrees(np.arctan2(towards[:, 0], -towards[:, 1]))
    if np.all(turns_deg > _TURNED_DEG) or np.all(turns_deg < -_TURNED_DEG):
        words.append(say("The head is turned: the far side of the face is an estimate. Add a frontal photo."))
    return tuple(words)


def _small(eyes_px: float) -> str:
    return say(
        "The face is small ({eyes_px:.0f} pixels between the outer eye corners, {good_eyes_px:.0f} are good).",
        eyes_px=eyes_px,
        good_eyes_px=GOOD_EYES_PX,
    )


def _smiles(face: Detection) -> bool:
    smile = (face.blendshape("mouthSmileLeft") + face.blendshape("mouthSmileRight")) / 2
    return smile > _SMILE or face.blendshape("jawOpen") > _OPEN


def _blink(face: Detection) -> float:
    return min(face.blendshape("eyeBlinkLeft"), face.blendshape("eyeBlinkRight"))
