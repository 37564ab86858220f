"""What one step of training sees: the pictures, and what is true of them."""

from dataclasses import dataclass

from torch import Tensor

MAP_SIZE = 64  # texels along a side of a position map


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """`b` crops of faces with their position maps; s the side of a crop in pixels, m of a map in texels.

    image: (b, 3, s, s) sRGB in 0..1, as a camera with all its faults gives it.
    lens: (b, 3) where the crop looks: the tangents of the angle from the optical axis to the crop's centre, right and
        down in the crop's own axes, and the logarithm of (focal length / half the crop's side).
    uv: (b, 2, m, m) where each texel's point lies in the crop, right and down, -1..1 from edge to edge, hidden or not.
    neutral: (b, 3, m, m) how far the resting face differs from the mean face there, mm, face-space axes.
    expression: (b, 3, m, m) how far the expression moves it from there, mm; the position map is mean + both.
    visible: (b, 1, m, m) 1 where the camera sees the point, hair and other things before it aside.
    inside: (b, 1, m, m) 1 where a texel belongs to the skin.
    colour: (b, 3, m, m) the lit skin there, sRGB, before anything stands in front and before the camera's faults.
    identity, units: (b, k) and (b, 52) weights of the modes of identity and of the expression units.
    spots: (b, 68, 2) the 68 landmarks in the crop, as `uv`.
    person: (b,) whose face it is; two crops of one person share identity and skin.
    yaw_deg: (b,) turn of the head against the line of sight, the patient's left side shown positive.
    """

    image: Tensor
    lens: Tensor
    uv: Tensor
    neutral: Tensor
    expression: Tensor
    visible: Tensor
    inside: Tensor
    colour: Tensor
    identity: Tensor
    units: Tensor
    spots: Tensor
    person: Tensor
    yaw_deg: Tensor
