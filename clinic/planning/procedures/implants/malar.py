"""An implant on the cheekbone."""

from clinic.case import Edit, FaceModel, Gauge, Load
from clinic.planning.procedures.fields import around
from clinic.planning.procedures.implants.onlay import footprint, onlay
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

_HALF_LENGTH_MM, _HALF_HEIGHT_MM = 24.0, 13.0  # 0.4 cc for each millimetre of thickness
_GAUGE_MM = 9.0


def malar_implant(edit: Edit, face: FaceModel) -> Load:
    """Lay an implant on the malar eminence of one side (`edit.side` is "left" or "right").

    Its edges are feathered towards the infraorbital foramen in front and the zygomatic arch behind. The gauge reads the
    skin over its middle, along the direction in which it stands out.
    """
    at = face.landmarks()
    centre, axis = at[f"malar_{edit.side[0]}"], (at["tragion_r"] + at["tragion_l"]) / 2
    amount = edit.amount("thickness_mm")
    thickness = amount * footprint(face, centre, axis, _HALF_LENGTH_MM, _HALF_HEIGHT_MM)
    out = (centre - axis) * (1.0, 1.0, 0.0)
    label = say("Malar implant, {side!t}", side=edit.side)
    gauge = Gauge(label, amount, "mm", around(face, centre, _GAUGE_MM), out / (out @ out) ** 0.5)
    return onlay(edit, face, thickness, axis, gauge)


MALAR_IMPLANT = Procedure(
    id="malar_implant",
    title=say("Malar implant"),
    region=say("Cheeks"),
    parameters=(
        Parameter(
            "thickness_mm",
            say("Thickness per side"),
            "mm",
            0.0,
            6.0,
            0.25,
            sign=say("thickness of the implant at the malar eminence; about 0.4 cc for each millimetre"),
            default=4.0,
            cautions=(say("Implants are made from about 2 mm; less is a matter of filler."),),
            guards=(Guard(5.0, say("Above 5 mm the edge can be felt under thin skin, and the face looks wide.")),),
        ),
    ),
    sided=True,
    load=malar_implant,
)
