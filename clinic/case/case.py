"""Everything known about one planned operation."""

from dataclasses import dataclass

from clinic.case.acquisition import Acquisition, Photo
from clinic.case.digest import digest, later
from clinic.case.face import FaceModel, PhotoFit
from clinic.case.outcome import Comparison, Simulation
from clinic.case.patient import Patient
from clinic.case.plan import Plan


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A plan that lies aside while another one is open, with what was made of it."""

    plan: Plan
    simulation: Simulation | None = None
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One planned operation at one moment; a change makes a new case that shares the rest.

    A derived value that no longer matches what it was made from is *stale*: shown greyed and labelled, refused by
    export, not deleted, so that undo revives it.

    plan, simulation, comparison: those of the open plan. aside: the other plans over the same face, in their order.
    place: where among all of them the open plan stands, from 0.
    """

    id: str
    patient: Patient
    acquisition: Acquisition = Acquisition()
    face: FaceModel | None = None
    plan: Plan = Plan()
    simulation: Simulation | None = None
    comparison: Comparison | None = None
    aside: tuple[Planned, ...] = later(())
    place: int = later(0)

    @property
    def plans(self) -> tuple[Planned, ...]:
        """All plans in their order, the open one among them."""
        opened = Planned(self.plan, self.simulation, self.comparison)
        return (*self.aside[: self.place], opened, *self.aside[self.place :])

    @property
    def fitted_photos(self) -> tuple[tuple[Photo, PhotoFit], ...]:
        """The photos that the face was fitted to and that are still here, each with how it sees the face."""
        photos = {photo.id: photo for photo in self.acquisition.photos}
        fits = self.face.photos if self.face is not None else ()
        return tuple((photos[fit.photo_id], fit) for fit in fits if fit.photo_id in photos)

    @property
    def stale_face(self) -> bool:
        """True if there is a face that was not made from these photos and this scan."""
        return self.face is not None and self.face.made_from != self.acquisition.ids

    @property
    def stale_simulation(self) -> bool:
        """True if there is a simulation that does not belong to this face and plan."""
        return self.simulation is not None and self.simulation.made_from != self.simulation_inputs

    @property
    def simulation_inputs(self) -> tuple[str, ...]:
        """The digests of what a simulation is made from: shape of the face, and the edits that are switched on."""
        return self.inputs_of(self.plan)

    def inputs_of(self, plan: Plan) -> tuple[str, ...]:
        """Return what a simulation of a plan on this face is made from."""
        if self.face is None:
            return ()
        return (digest((self.face.topology.name, self.face.control)), digest(plan.active))
