"""What a network is built of, and the two that we know by name."""

from dataclasses import dataclass

from clinic.errors import ClinicError

CODE = 128  # numbers in the code of a face
SPOTS = 68  # nodes of the graph: Multi-PIE's landmarks
UNITS = 52  # expression units
IDENTITY = 92  # modes of identity that a head reads off the code


class UnknownNetwork(ClinicError):
    """There is no network of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no network “{name}”. Known are: {', '.join(SHAPES)}.")


@dataclass(frozen=True, slots=True)
class Shape:
    """side: of the crop, pixels. map_size: of the position map, texels; at least 64 and a power of two.

    stem: channels after the first convolution; pooled: it is followed by a pooling (ImageNet's form of ResNet).
    bottleneck: blocks of three convolutions instead of two. widths, inner, depths: channels out of and within the
    blocks, and how many blocks, of the four stages of the encoder. The last three stages end at 32², 16² and 8².
    decoder: channels of the decoder at 8², 16², 32² and so on up to the map's size. last: before the heads.
    graph, deformable: whether the graph of landmarks and the deformable sampling are built in.
    """

    name: str
    side: int
    map_size: int
    stem: int
    pooled: bool
    bottleneck: bool
    widths: tuple[int, int, int, int]
    inner: tuple[int, int, int, int]
    depths: tuple[int, int, int, int]
    decoder: tuple[int, ...]
    last: int = 32
    graph: bool = True
    deformable: bool = True


MOBILE = Shape(
    name="pmn-mobile",
    side=128,
    map_size=64,
    stem=32,
    pooled=False,
    bottleneck=False,
    widths=(32, 64, 128, 256),
    inner=(32, 64, 128, 256),
    depths=(2, 2, 2, 2),
    decoder=(128, 96, 64, 48),
)

# He et al. 2016, "Deep residual learning for image recognition", table 1, the 50-layer column.
R50 = Shape(
    name="pmn-r50",
    side=256,
    map_size=256,
    stem=64,
    pooled=True,
    bottleneck=True,
    widths=(256, 512, 1024, 2048),
    inner=(64, 128, 256, 512),
    depths=(3, 4, 6, 3),
    decoder=(256, 192, 128, 96, 64, 48),
)

SHAPES = {shape.name: shape for shape in (MOBILE, R50)}


def known(name: str) -> Shape:
    """Return a shape by its name. Raises UnknownNetwork."""
    if name not in SHAPES:
        raise UnknownNetwork(name)
    return SHAPES[name]
