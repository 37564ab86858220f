"""Pictures inside and beside mesh files."""

import io

import numpy as np

from clinic.case import Pixels

_MOST_PIXELS = 8192 * 8192


def png(pixels: Pixels) -> bytes:
    """Return (h, w, 3) or (h, w) pixels as PNG without metadata."""
    from PIL import Image

    stream = io.BytesIO()
    # Level 4 is three times faster than the default for 4 % more bytes.
    Image.fromarray(pixels).save(stream, "PNG", compress_level=4)
    return stream.getvalue()


def pixels(encoded: bytes) -> Pixels:
    """Return a PNG or JPEG as (h, w, 3), or (h, w) if it is grey. Raises ValueError if it is damaged or too large."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(encoded), formats=("PNG", "JPEG")) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise ValueError("picture too large")
            return np.asarray(image if image.mode == "L" else image.convert("RGB"))
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValueError("damaged picture") from error
