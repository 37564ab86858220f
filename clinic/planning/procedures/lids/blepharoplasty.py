"""Upper and lower blepharoplasty: skin and fat taken out of a lid."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Edit, FaceModel, Floats, Gauge, Load
from clinic.planning.procedures.fields import FORWARD, chosen, ease
from clinic.planning.procedures.fillers.depot import injected
from clinic.planning.procedures.lids.orbit import UP, Orbit, orbit
from clinic.planning.procedures.lift.flap import along_skin
from clinic.planning.procedures.procedure import Guard, Parameter, Procedure
from clinic.words import say

_SHOWN = 0.15  # of the skin that is taken, what lay open to view and not folded away. Chosen, not measured.
# Of the fat that is taken, what the lid loses outside: it lay behind the septum, and the orbit's fat moves up. Chosen.
_OUTSIDE = 0.3
_INNER, _FULL, _FULL_TO, _OUTER = -0.05, 0.25, 1.0, 1.35  # 0 at the inner corner of the lids, 1 at the outer
_FELT_ACROSS, _FELT_HIGH = 1.2, 0.9


@dataclass(frozen=True, slots=True)
class _Lid:
    """Where a lid folds or bags, as heights: 0 at the corners of the eye, 1 at the brow, −1 as far below.

    The fold is full between the middle two of `skin` and gone beyond the outer ones; fat likewise. retreat: by what
    share of the skin that is taken the fold goes back; most of that lay folded away. Chosen, not measured.
    """

    title: str
    procedure: str
    retreat: float
    skin: tuple[float, float, float, float]
    fat: tuple[float, float, float, float]

    def load(self, edit: Edit, face: FaceModel) -> Load:
        """Take skin or fat out of this lid on one side."""
        eye = orbit(face, edit.side)
        if edit.amount("fat_cc") != 0.0:
            return self._without_fat(edit, face, eye)
        return self._without_skin(edit, face, eye)

    def _without_skin(self, edit: Edit, face: FaceModel, eye: Orbit) -> Load:
        """Excise a strip across the fold with the muscle under it, until the fold has gone back by its share.

        The margin of the lid is held by its muscles and stays.
        """
        taken, fold = edit.amount("skin_mm"), _field(face, eye, self.skin)
        below, full, full_to, above = self.skin
        length = 0.5 * (above + full_to - full - below) * eye.brow_mm
        moved = chosen(fold > 0.0)
        excised = _SHOWN * taken / length * fold
        return Load(
            edit=edit,
            moved=moved,
            moved_by=-self.retreat * taken * fold[moved, None] * FORWARD,
            released=chosen(np.zeros(len(fold), bool)),
            growth=np.zeros(len(fold)),
            growth_cc=0.0,
            gauges=(
                Gauge(
                    say("{title!t} fold back, {side!t}", title=self.title, side=edit.side),
                    self.retreat * taken,
                    "mm",
                    fold,
                    -FORWARD,
                ),
            ),
            shortening=excised[:, None] * along_skin(face, UP),
            to_reach=True,
        )

    def _without_fat(self, edit: Edit, face: FaceModel, eye: Orbit) -> Load:
        """Take fat from behind the septum, until the skin of the lid has lost its share of the volume."""
        middle = 0.5 * (self.fat[0] + self.fat[3])
        away = np.hypot(
            (eye.across(face.control) - 0.5) / _FELT_ACROSS, (eye.height(face.control) - middle) / _FELT_HIGH
        )
        felt = (away < 1.0) & face.topology.region("face")
        lost = _OUTSIDE * edit.amount("fat_cc")
        label = say("{title!t} outside, {side!t}", title=self.title, side=edit.side)
        return injected(edit, label, lost, _field(face, eye, self.fat), "deep_fat", felt)


def _field(face: FaceModel, eye: Orbit, heights: tuple[float, float, float, float]) -> Floats:
    """Return (c,) weights of the skin around one eye, 1 between the middle two heights."""
    height, across = eye.height(face.control), eye.across(face.control)
    below, full, full_to, above = heights
    upright = ease((height - below) / (full - below)) * ease((above - height) / (above - full_to))
    sideways = ease((across - _INNER) / (_FULL - _INNER)) * ease((_OUTER - across) / (_OUTER - _FULL_TO))
    return np.where(face.topology.region("face"), upright * sideways, 0.0)


_UPPER = _Lid(say("Upper lid"), say("Upper blepharoplasty"), 0.1, (0.2, 0.45, 0.6, 1.05), (0.1, 0.35, 0.75, 1.2))
_LOWER = _Lid(
    say("Lower lid"), say("Lower blepharoplasty"), 0.12, (-1.15, -0.75, -0.6, -0.25), (-1.4, -0.8, -0.5, -0.2)
)


def _blepharoplasty(lid: _Lid, most_mm: float, usual_mm: float, caution: str, skin: Guard, fat: Guard) -> Procedure:
    return Procedure(
        id=f"{lid.title.split()[0].lower()}_blepharoplasty",
        title=lid.procedure,
        region=say("Lids"),
        parameters=(
            Parameter(
                "skin_mm",
                say("Skin per side"),
                "mm",
                0.0,
                most_mm,
                0.25,
                sign=say(
                    "height of the strip of skin taken out; {retreat:.0%} of it is how far the fold goes back",
                    retreat=lid.retreat,
                ),
                default=usual_mm,
                cautions=(caution,),
                guards=(skin,),
            ),
            Parameter(
                "fat_cc",
                say("Fat per side"),
                "cc",
                -1.0,
                0.0,
                0.05,
                sign=say("negative: fat taken from behind the septum, of which the lid loses about a third outside"),
                default=0.0,
                guards=(fat,),
            ),
        ),
        sided=True,
        load=lid.load,
    )


UPPER_BLEPHAROPLASTY = _blepharoplasty(
    _UPPER,
    12.0,
    6.0,
    say("Leave at least 20 mm of skin between brow and lashes, or the eye does not close."),
    Guard(10.0, say("Above 10 mm the eye may not close; measure what is left with the eye shut.")),
    Guard(-0.5, say("More than 0.5 cc out of the upper lid leaves a hollow under the brow, which ages.")),
)
LOWER_BLEPHAROPLASTY = _blepharoplasty(
    _LOWER,
    6.0,
    2.0,
    say("Test how the lid snaps back: a lax lid is drawn down by any excision and needs support at its outer corner."),
    Guard(4.0, say("Above 4 mm the lid is drawn down and shows white below the iris.")),
    Guard(-0.7, say("More than 0.7 cc out of the lower lid leaves a hollow; consider to move the fat instead.")),
)
