"""Procedures on the nose."""

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load
from clinic.planning.procedures.fields import FORWARD, chosen
from clinic.planning.procedures.procedure import Parameter, Procedure

# Along the dorsum, as a share of the way from nasion to pronasale. The radix and the supratip break stay where they
# are, so that the new profile runs smoothly into both.
_RADIX, _SUPRATIP = 0.0, 0.9
_HUMP_UPWARDS, _HUMP_DOWNWARDS = 0.06, 0.12  # how far the hump's full height reaches from its top
# Half the width over which the nasal bones and upper lateral cartilages come in with the dorsum, and half the width of
# the flat roof between the dorsal aesthetic lines.
_SIDE_WALL_MM, _ROOF_MM = 13.0, 3.0
_AT_HUMP, _NEGLIGIBLE = 0.9, 1e-3


def dorsal_hump(edit: Edit, face: FaceModel) -> Load:
    """Lower (negative) or raise (positive) the bone and cartilage of the dorsum.

    The support moves perpendicular to the line nasion–pronasale in the sagittal plane: by the full amount at the hump
    (rhinion), by nothing at radix and supratip. Skin follows by itself; the gauge reads it at the hump.
    """
    weights, direction = _dorsum(face)
    moved = chosen(weights > _NEGLIGIBLE)
    amount = edit.amount("amount_mm")
    gauge = Gauge("Dorsal hump", amount, "mm", np.where(weights > _AT_HUMP, weights, 0.0), direction)
    return Load(
        edit=edit,
        moved=moved,
        moved_by=amount * weights[moved, None] * direction,
        released=chosen(np.zeros(len(weights), bool)),
        growth=np.zeros(len(weights)),
        growth_cc=0.0,
        gauges=(gauge,),
    )


def _dorsum(face: FaceModel) -> tuple[Floats, Floats]:
    """Return (c,) weights, 1 at the hump, and the direction out of the dorsum, (3,)."""
    at = face.landmarks()
    axis = at["pronasale"] - at["nasion"]
    length = float(np.linalg.norm(axis))
    axis = axis / length
    direction = FORWARD - (FORWARD @ axis) * axis
    direction /= np.linalg.norm(direction)
    relative = face.control - at["nasion"]
    along = relative @ axis / length
    hump = float((at["rhinion"] - at["nasion"]) @ axis) / length
    lateral = np.linalg.norm(
        relative - np.outer(relative @ axis, axis) - np.outer(relative @ direction, direction), axis=1
    )
    weights = _along(along, np.clip(hump, 0.3, 0.55)) * _ease(1.0 - (lateral - _ROOF_MM) / (_SIDE_WALL_MM - _ROOF_MM))
    near = face.topology.region("face") & (relative @ direction > -0.5 * length)
    weights = np.where(near, weights, 0.0)
    return weights / max(weights.max(), _NEGLIGIBLE), direction


def _along(along: Floats, hump: float) -> Floats:
    rising = _ease((along - _RADIX) / (hump - _HUMP_UPWARDS - _RADIX))
    falling = _ease((_SUPRATIP - along) / (_SUPRATIP - hump - _HUMP_DOWNWARDS))
    return rising * falling


def _ease(x: Floats) -> Floats:
    """Return 0 for x ≤ 0, 1 for x ≥ 1 and a smooth step between."""
    t = np.clip(x, 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), dtype=np.float64)


DORSAL_HUMP = Procedure(
    id="dorsal_hump",
    title="Dorsal hump",
    region="Nose",
    parameters=(
        Parameter(
            "amount_mm",
            "Hump",
            "mm",
            -6.0,
            6.0,
            0.1,
            sign="negative lowers the dorsum, positive builds it up with a graft",
            cautions=("Lowering by more than 4 mm usually opens the roof and needs osteotomies.",),
        ),
    ),
    sided=False,
    load=dorsal_hump,
)
