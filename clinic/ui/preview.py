"""Linear previews while a slider moves, worked out beside the window's thread."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from clinic.case import FaceModel, Plan, Simulation
from clinic.planning.apply import Kept, loads
from clinic.ui.worker import Latest

if TYPE_CHECKING:
    from clinic.simulation.preview import Preview


@dataclass(frozen=True, slots=True, eq=False)
class _Answer:
    face: FaceModel
    simulation: Simulation | None


class Previews(QObject):
    """Answers the newest plan; `ready` tells that `of` has something new."""

    ready = Signal()
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = Latest(self)
        self._lane.answered.connect(self._take)
        self._lane.failed.connect(self._fail)
        self._asked: tuple[FaceModel, Plan] | None = None
        self._newest: _Answer | None = None
        self._model: tuple[FaceModel, Preview] | None = None
        self._with_ears: Preview | None = None  # of the same face, once a plan moves an ear
        self._kept: Kept = {}  # the last answer's loads, of the face of the model

    def ask(self, face: FaceModel, plan: Plan) -> None:
        """Preview a plan as soon as the one before is done; older questions are dropped.

        What was asked last is not asked again: the plan that a drag commits is the one it ended with.
        """
        if self._asked is not None and self._asked[0] is face and self._asked[1] == plan:
            return
        self._asked = (face, plan)
        self._lane.ask(lambda: self._answer(face, plan))

    def prepare(self, face: FaceModel) -> None:
        """Mesh and factor a face before the first slider moves."""
        if self._asked is None or self._asked[0] is not face:
            self.ask(face, Plan())

    def of(self, face: FaceModel) -> Simulation | None:
        """Return the newest preview of this face; it may lag behind a drag by one step."""
        newest = self._newest
        return newest.simulation if newest is not None and newest.face is face else None

    def forget(self) -> None:
        """Drop everything that was worked out of a face."""
        self._lane.drop()
        self._asked = self._newest = self._model = self._with_ears = None
        self._kept = {}

    def close(self) -> None:
        """End the thread."""
        self._lane.close()
        self.forget()

    def _answer(self, face: FaceModel, plan: Plan) -> _Answer:
        from clinic.simulation.preview import Preview, on_ears

        if self._model is None or self._model[0] is not face:
            self._model, self._with_ears, self._kept = (face, Preview(face)), None, {}
        asked = loads(plan, face, self._kept)
        model = self._model[1]
        if on_ears(face, asked):
            model = self._with_ears = self._with_ears or Preview(face, ears=True)
        return _Answer(face, model.simulate(asked) if asked else None)

    def _fail(self, error: Exception) -> None:
        self._asked = None
        self.failed.emit(error)

    def _take(self, answer: _Answer | None) -> None:
        if answer is None:
            return
        self._newest = answer
        self.ready.emit()
