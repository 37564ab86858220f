"""An implant on the chin."""

from clinic.case import Edit, FaceModel, Gauge, Load
from clinic.planning.procedures.fields import FORWARD, around
from clinic.planning.procedures.implants.onlay import footprint, onlay
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

# An extended anatomical implant: wings to below the mental foramina, height of the symphysis below the roots.
_HALF_LENGTH_MM, _HALF_HEIGHT_MM = 30.0, 11.5  # 0.5 cc for each millimetre of projection
_GAUGE_MM = 9.0


def chin_implant(edit: Edit, face: FaceModel) -> Load:
    """Lay an implant on the front of the chin, thickest in the midline, its wings feathered along the lower border.

    projection_mm: its thickness at the midline, where it sits on the bone between pogonion and gnathion. Bone that a
    genioplasty or a BSSO moves carries it along.
    """
    at = face.landmarks()
    centre, axis = (at["pogonion"] + at["gnathion"]) / 2, (at["gonion_r"] + at["gonion_l"]) / 2
    projection = edit.amount("projection_mm")
    thickness = projection * footprint(face, centre, axis, _HALF_LENGTH_MM, _HALF_HEIGHT_MM)
    gauge = Gauge(say("Chin implant"), projection, "mm", around(face, centre, _GAUGE_MM), FORWARD)
    return onlay(edit, face, thickness, axis, gauge)


CHIN_IMPLANT = Procedure(
    id="chin_implant",
    title=say("Chin implant"),
    region=say("Chin"),
    parameters=(
        Parameter(
            "projection_mm",
            say("Projection"),
            "mm",
            0.0,
            10.0,
            0.5,
            sign=say("thickness of the implant at the midline; about 0.5 cc for each millimetre"),
            default=5.0,
            cautions=(say("Implants are made from about 3 mm; less is a matter of filler."),),
            guards=(
                Guard(8.0, say("Above 8 mm bone under the implant is resorbed more often; consider a genioplasty.")),
            ),
        ),
    ),
    sided=False,
    load=chin_implant,
)
