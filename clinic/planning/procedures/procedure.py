"""What a procedure is: its words, its parameters with ranges, and how it loads the face."""

from collections.abc import Callable
from dataclasses import dataclass

from clinic.case import Edit, FaceModel, Load


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard-rail: an amount that is larger than `beyond`, or below it if that is negative, and why it matters."""

    beyond: float
    words: str

    def passed(self, amount: float) -> bool:
        """True if an amount lies behind the guard-rail."""
        return amount < self.beyond if self.beyond < 0 else amount > self.beyond


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that the surgeon sets, with the range in which the model may be used.

    name: as in `Edit.amounts`, the unit at its end (deg for °). title: for a slider. sign: what a positive and a
    negative amount do, for a tooltip. default: the usual amount, with which an edit begins; 0 always asks for nothing.
    cautions: what to mind at any amount, with its reason (an artery, a bite that changes); for the tooltip. guards:
    what to mind beyond an amount; shown once it is passed. shapes: it says how and not how much (a radius, an angle of
    pull): it goes with every amount of the edit, and alone asks for nothing.
    """

    name: str
    title: str
    unit: str  # "mm", "cc" or "°"
    minimum: float
    maximum: float
    step: float
    sign: str
    default: float = 0.0
    cautions: tuple[str, ...] = ()
    shapes: bool = False
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """One kind of edit.

    region: the group of sliders it belongs to. sided: it can be done on one side alone; `load` is then asked for the
    right and the left separately. load: takes a valid edit of one side with one amount, and all that shape it, and
    makes mechanics of it, proportional to the amount where mechanics allow: the preview then only scales its answer.
    placed: it is done at a place that the surgeon points at (`Edit.place`), as often as wanted.
    """

    id: str
    title: str
    region: str
    parameters: tuple[Parameter, ...]
    sided: bool
    load: Callable[[Edit, FaceModel], Load]
    placed: bool = False

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by its name. Raises KeyError for an unknown one."""
        return {parameter.name: parameter for parameter in self.parameters}[name]
