"""The handles of the plan over the picture: where each one stands, and what a pull with the mouse means in mm."""

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from clinic.case import Points, Topology
from clinic.rendering.views import ViewCamera
from clinic.ui.pick import Spot, find
from clinic.ui.widgets.handle_mark import HandleMark

_STEP_MM = 0.1  # of an arrow key


@dataclass(frozen=True, slots=True)
class Handle:
    """A place of the plan to be marked. position: of its edit. place: (u, v)."""

    position: int
    title: str
    place: tuple[float, float]


class HandleLayer(QObject):
    """Keeps a mark over each handle.

    pulled(position, mm), stepped(position, mm): a mark was moved by a vector (3,), patient frame. let_go(position).
    """

    pulled = Signal(int, object)
    stepped = Signal(int, object)
    let_go = Signal(int)

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._handles: tuple[Handle, ...] = ()
        self._spots: dict[tuple[float, float], Spot] = {}  # of places, the same on every face
        self._seen: ViewCamera | None = None
        self.marks: list[HandleMark] = []

    def take(self, handles: tuple[Handle, ...]) -> bool:
        """Mark other handles from now on; False if they are the same."""
        if handles == self._handles:
            return False
        self._handles = handles
        return True

    @property
    def none(self) -> bool:
        """True if there is nothing to mark."""
        return not self._handles

    def hide(self) -> None:
        """Show none."""
        for mark in self.marks:
            mark.hide()

    def place(self, skin: Points, topology: Topology, seen: ViewCamera, left: int, width: int) -> None:
        """Put a mark over each handle in the frame from `left`; each keeps its widget, since one may be held."""
        self._seen = seen
        while len(self.marks) < len(self._handles):
            self._add(len(self.marks))
        for number, mark in enumerate(self.marks):
            known = number < len(self._handles)
            mark.setVisible(known and self._stand(mark, self._handles[number], skin, topology, left, width))

    def _stand(self, mark: HandleMark, handle: Handle, skin: Points, topology: Topology, left: int, width: int) -> bool:
        """Put a mark over its place; False if the skin there looks away."""
        assert self._seen is not None
        if handle.place not in self._spots:
            self._spots[handle.place] = find(handle.place, topology)
        spot = self._spots[handle.place]
        there = spot.on(skin, topology.triangles)
        x, y = self._seen.project(there[None], width, self._over.height())[0]
        mark.name(handle.title)
        mark.stand(left + x, y)
        return mark.held or spot.faces(self._seen.position - there, skin, topology.triangles)

    def _add(self, number: int) -> None:
        mark = HandleMark(self._over, "")
        mark.pulled.connect(lambda x, y: self._tell(self.pulled, number, x, y))
        mark.stepped.connect(lambda x, y: self._step(number, x, y))
        mark.let_go.connect(lambda: self.let_go.emit(self._handles[number].position))
        self.marks.append(mark)

    def _tell(self, signal: SignalInstance, number: int, x: float, y: float) -> None:
        """Tell a move by pixels as a vector in the plane of the view, at the depth of the face."""
        assert self._seen is not None
        right, up, _ = self._seen.axes
        signal.emit(self._handles[number].position, (x * right - y * up) * self._seen.mm_per_pixel(self._over.height()))

    def _step(self, number: int, x: float, y: float) -> None:
        assert self._seen is not None
        pixels = _STEP_MM / self._seen.mm_per_pixel(self._over.height())
        self._tell(self.stepped, number, pixels * x, pixels * y)
