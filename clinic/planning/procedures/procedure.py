"""What a procedure is: its words, its parameters with ranges, and how it loads the face."""

from collections.abc import Callable
from dataclasses import dataclass

from clinic.case import Edit, FaceModel, Load


@dataclass(frozen=True, slots=True)
class Parameter:
    """One number that the surgeon sets, with the range in which the model may be used.

    name: as in `Edit.amounts`, the unit at its end. title: for a slider. sign: what a positive and a negative amount
    do, for a tooltip. cautions: guard-rails in words, each with its reason.
    """

    name: str
    title: str
    unit: str  # "mm" or "cc"
    minimum: float
    maximum: float
    step: float
    sign: str
    default: float = 0.0
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """One kind of edit.

    region: the group of sliders it belongs to. sided: it can be done on one side alone; `load` is then asked for the
    right and the left separately. load: takes an edit that is known to be valid and makes mechanics of it.
    """

    id: str
    title: str
    region: str
    parameters: tuple[Parameter, ...]
    sided: bool
    load: Callable[[Edit, FaceModel], Load]

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by its name. Raises KeyError for an unknown one."""
        return {parameter.name: parameter for parameter in self.parameters}[name]
