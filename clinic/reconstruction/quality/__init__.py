"""What a photo must be before a face is built from it: refusals, and remarks that stay with the face."""

from clinic.reconstruction.quality.refusals import (
    GOOD_EYES_PX,
    LEAST_EYES_PX,
    FaceTooSmall,
    NoFaceFound,
    NoFaceThere,
    PhotoNotUpright,
    PhotoRefused,
    PhotoTooSmall,
    SeveralFaces,
    named,
)
from clinic.reconstruction.quality.remarks import (
    NO_LENS,
    SMILE,
    photo_warnings,
    profile_warnings,
    series_warnings,
    view_warnings,
)
from clinic.reconstruction.quality.whose import comparable, the_face, the_profile

__all__ = [
    "GOOD_EYES_PX", "LEAST_EYES_PX", "NO_LENS", "SMILE", "FaceTooSmall", "NoFaceFound", "NoFaceThere",
    "PhotoNotUpright", "PhotoRefused", "PhotoTooSmall", "SeveralFaces", "comparable", "named", "photo_warnings",
    "profile_warnings", "series_warnings", "the_face", "the_profile", "view_warnings",
]  # fmt: skip
