"""Decodes a picture from outside into upright sRGB. Runs in the child process.

Colour: an embedded ICC profile is honoured (relative colorimetric with black point compensation); without one the
numbers are taken as sRGB. 16 bits become 8, transparency is laid over white.
"""

import importlib
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from clinic.intake.heif_depth import depth
from clinic.intake.kinds import HEAD, kind_of
from clinic.intake.refusal import Refusal
from clinic.words import say

LEAST_SIDE = 64  # px; a face filling it would be refused as too small anyway
MOST_PIXELS = 60_000_000  # above every phone and nearly every camera
# Pillow learns a format when its plugin is imported; the two-picture JPEG of phones (MPO) opens as JPEG.
_PLUGINS = {"BMP": "Bmp", "JPEG": "Jpeg", "PNG": "Png", "TIFF": "Tiff", "WEBP": "WebP"}
_EXIF_IFD = 0x8769
_PIXEL_X, _PIXEL_Y, _FOCAL_35MM = 0xA002, 0xA003, 0xA405  # Exif 2.32, tables 7 and 8
_PROFILE_SPACES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}

_NO_PROFILE = say("The photo is in print colours (CMYK) without a colour profile; its colours are approximate.")
_BAD_PROFILE = say("The photo's colour profile could not be used; its colours may be slightly off.")
_SEVERAL = say("The file holds several pictures; the first one was taken.")


def decode(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return facts (focal_35mm, absolute_depth, warnings), pixels (rows, columns, 3) uint8 and, where the camera
    measured it, depth_mm (rows, columns) float32. Raises Refusal.
    """
    # Our own limit below is lower and knows words; Pillow's would only warn.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(data), formats=(_learn_format(data),)) as image:
        _make_handy(image)
        _check_size(*image.size)
        warnings = [_SEVERAL] if getattr(image, "n_frames", 1) > 1 and image.format not in ("MPO", "HEIF") else []
        focal = _focal_35mm(image)
        image.load()
        measured = depth(image, data) if image.format == "HEIF" else None
        upright = _upright(image)
        rgb = _srgb(upright, warnings)
    facts = {"focal_35mm": focal, "absolute_depth": measured is not None and measured[1], "warnings": warnings}
    return facts, {"pixels": np.asarray(rgb)} | ({} if measured is None else {"depth_mm": measured[0]})


def _learn_format(data: bytes) -> str:
    """Load the one decoder that this picture needs and return its name: fewer parsers, fewer holes."""
    kind = kind_of(data[:HEAD])
    if kind is None or kind.family != "photo":
        raise Refusal("damaged")
    if kind.name == "HEIF":
        import pi_heif

        pi_heif.register_heif_opener()
    else:
        importlib.import_module(f"PIL.{_PLUGINS[kind.name]}ImagePlugin")
    return kind.name


def _make_handy(image: Image.Image) -> None:
    """Let the decoder halve a JPEG that is too large: the largest phone pictures hold no more than that shows."""
    width, height = image.size
    if image.format in ("JPEG", "MPO") and MOST_PIXELS < width * height <= 4 * MOST_PIXELS:
        image.draft("RGB", (width // 2, height // 2))


def _check_size(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise Refusal("too-large", width=width, height=height, most=MOST_PIXELS)
    if min(width, height) < LEAST_SIDE:
        raise Refusal("too-small", width=width, height=height, least=LEAST_SIDE)


def _focal_35mm(image: Image.Image) -> float | None:
    """Return the 35 mm equivalent, mm; None if unknown or if the picture no longer has the shape the camera gave it."""
    try:
        exif = image.getexif().get_ifd(_EXIF_IFD)
        focal = float(exif.get(_FOCAL_35MM, 0))
        taken = float(exif.get(_PIXEL_X, 0)), float(exif.get(_PIXEL_Y, 0))
    except (ValueError, TypeError, SyntaxError, OSError, ArithmeticError):
        return None
    if not 8 <= focal <= 1000 or (min(taken) > 0 and _cropped(taken, image.size)):
        return None
    return focal


def _cropped(taken: tuple[float, float], size: tuple[int, int]) -> bool:
    """True if width to height differ by over 1 %; turned or evenly shrunk pictures keep them."""
    return abs(min(taken) / max(taken) * max(size) / min(size) - 1) > 0.01


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except (ValueError, TypeError, SyntaxError, OSError, KeyError):
        return image  # damaged tags are no reason to refuse a good picture


def _srgb(image: Image.Image, warnings: list[str]) -> Image.Image:
    """Return the picture in mode RGB; profile applied first, transparency last."""
    profile = image.info.get("icc_profile")
    image = _eight_bits(image)
    image, alpha = _without_alpha(image)
    converted = _through_profile(image, profile, warnings) if profile else None
    if converted is None:
        if image.mode == "CMYK" and not profile:
            warnings.append(_NO_PROFILE)
        converted = image.convert("RGB")
    if alpha is not None:
        converted = Image.composite(converted, Image.new("RGB", converted.size, "white"), alpha)
    return converted


def _eight_bits(image: Image.Image) -> Image.Image:
    """Bring 16-bit grey to 8 bits; three channels of 16 bits have been brought down by the decoder."""
    if not image.mode.startswith(("I", "F")):
        return image
    if image.mode == "F":
        raise Refusal("float")
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise Refusal("float")
    return Image.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8))


def _without_alpha(image: Image.Image) -> tuple[Image.Image, Image.Image | None]:
    if image.mode == "1":
        return image.convert("L"), None
    if not image.has_transparency_data:
        return (image.convert("RGB") if image.mode == "P" else image), None
    grey = image.mode in ("L", "LA", "La")
    full = image.convert("RGBA")
    return full.convert("L" if grey else "RGB"), full.getchannel("A")


def _through_profile(image: Image.Image, profile: bytes, warnings: list[str]) -> Image.Image | None:
    """Return the picture carried to sRGB, or None where the profile adds nothing or cannot be used."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return None
        mode = _PROFILE_SPACES[source.profile.xcolor_space]
        return ImageCms.profileToProfile(
            image if image.mode == mode else image.convert(mode),
            source,
            ImageCms.createProfile("sRGB"),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, KeyError, OSError, ValueError, TypeError):
        warnings.append(_BAD_PROFILE)
        return None
