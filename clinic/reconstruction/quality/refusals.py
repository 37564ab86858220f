"""Why no face can be built from a photo, and what to do about it."""

from clinic.case import Floats, Photo
from clinic.errors import ClinicError
from clinic.words import say

LEAST_PHOTO_PX = 64
LEAST_EYES_PX = 40.0
GOOD_EYES_PX = 120.0
_UPSIDE_DOWN_DEG = 135.0  # from upright


class PhotoRefused(ClinicError):
    """No face can be built from a photo."""


class PhotoTooSmall(PhotoRefused):
    """The picture has too few pixels to hold a face."""

    def __init__(self, photo: Photo) -> None:
        super().__init__(
            say(
                "{photo!t} has only {width} × {height} pixels, too few to show a face. Use the original file "
                "from the camera, not a thumbnail.",
                photo=named(photo),
                width=photo.width,
                height=photo.height,
            )
        )


class NoFaceFound(PhotoRefused):
    """There is no face in a photo."""

    def __init__(self, photo: Photo) -> None:
        super().__init__(
            say(
                "No human face was found in {name!t}, so nothing was built. Use a photo that shows the whole "
                "face, lit from the front and not covered.",
                name=photo.name,
            )
        )


class PhotoNotUpright(PhotoRefused):
    """The head lies on its side or stands upside down."""

    def __init__(self, photo: Photo, tilt: float) -> None:
        upside_down = abs(tilt) > _UPSIDE_DOWN_DEG
        super().__init__(
            say(
                "{photo!t} is upside down, so nothing was built from it. "
                "Turn the photo until the head is upright and add it again.",
                photo=named(photo),
            )
            if upside_down
            else say(
                "{photo!t} lies on its side, so nothing was built from it. "
                "Turn the photo until the head is upright and add it again.",
                photo=named(photo),
            )
        )


class SeveralFaces(PhotoRefused):
    """There are two or more faces of comparable size in a photo. faces: their boxes (4,) px, the largest first."""

    def __init__(self, photo: Photo, faces: tuple[Floats, ...]) -> None:
        super().__init__(
            say(
                "{photo!t} shows {count} faces, and it is not clear which one is the patient's. Click the "
                "patient's face in the photo, or take one with the patient alone.",
                photo=named(photo),
                count=len(faces),
            )
        )
        self.faces = faces


class NoFaceThere(PhotoRefused):
    """A face was chosen where there is none."""

    def __init__(self, photo: Photo) -> None:
        super().__init__(
            say(
                "There is no face at the chosen place in {name!t}. Click the middle of the patient's face, or "
                "crop the photo to it.",
                name=photo.name,
            )
        )


class FaceTooSmall(PhotoRefused):
    """The face has too few pixels."""

    def __init__(self, photo: Photo, eyes_px: float) -> None:
        super().__init__(
            say(
                "The face in {name!t} is too small: {eyes_px:.0f} pixels between the outer eye corners, at "
                "least {least_eyes_px:.0f} are needed and {good_eyes_px:.0f} are good. Go closer, zoom in, "
                "or use the original file.",
                name=photo.name,
                eyes_px=eyes_px,
                least_eyes_px=LEAST_EYES_PX,
                good_eyes_px=GOOD_EYES_PX,
            )
        )


def named(photo: Photo) -> str:
    """Return the photo's name as it begins a sentence."""
    return photo.name[:1].upper() + photo.name[1:]
