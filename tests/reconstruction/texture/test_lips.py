import cv2
import numpy as np
from builders import face, topology
from numpy.typing import NDArray

from clinic.case import Mask
from clinic.reconstruction.texture.chart import Chart, chart
from clinic.reconstruction.texture.features import Features
from clinic.reconstruction.texture.lips import with_even_lips

SIZE = 1024
SKIN, RED = np.array([0.5, 0.3, 0.22]), np.array([0.4, 0.16, 0.15])


def texels() -> Chart:
    return chart(topology(), face().points, SIZE)


def oval(grown: float = 0.0) -> Mask:
    rows, columns = np.mgrid[0:SIZE, 0:SIZE] - 0.5 * SIZE
    inside: Mask = (rows / (40 + grown)) ** 2 + (columns / (120 + grown)) ** 2 < 1
    return inside


def marked() -> Features:
    none = np.zeros((SIZE, SIZE), np.float32)
    return Features(none, cv2.GaussianBlur(oval().astype(np.float32), (0, 0), 1.0), none)


def cleaned(red: Mask) -> NDArray[np.float32]:
    """The picture with red lips, after they were made even."""
    colour = np.where(red[..., None], RED, SKIN).astype(np.float32)
    return with_even_lips(colour, np.ones((SIZE, SIZE), np.float32), texels(), marked(), SKIN)


def test_red_ends_where_the_lips_end() -> None:
    """A photo's lips that hang over the border by more than a millimetre are cut back to it."""
    over = 1.5 / texels().typical_mm
    colour = cleaned(oval(grown=over))
    spilled = oval(grown=over) & ~oval(grown=0.5 * over)
    redness = np.log(colour[..., 0] / colour[..., 1])
    assert np.median(redness[spilled]) < np.log(SKIN[0] / SKIN[1]) + 0.6 * np.log(RED[0] * SKIN[1] / RED[1] / SKIN[0])
    assert np.allclose(np.median(colour[oval(grown=-6)], axis=0), RED, rtol=0.05)


def test_lips_become_one_colour_and_skin_afar_is_left_alone() -> None:
    colour = np.where(oval()[..., None], RED, SKIN).astype(np.float32)
    colour[:, : SIZE // 2] *= 0.8
    even = with_even_lips(colour, np.ones((SIZE, SIZE), np.float32), texels(), marked(), SKIN)
    row = SIZE // 2
    before, after = (abs(np.log(image[row, row - 40, 1] / image[row, row + 40, 1])) for image in (colour, even))
    assert after < 0.6 * before
    assert np.array_equal(even[:60], colour[:60])
