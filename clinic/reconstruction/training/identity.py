"""How faces differ: people of scans and people of sliders, sealed, pooled and reduced to modes."""

from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Floats, Ints, Mask, Points
from clinic.reconstruction.training import anthropometry, prior, seals
from clinic.reconstruction.training.carrying import Carrier, Followers
from clinic.reconstruction.training.ict import Ict
from clinic.reconstruction.training.mean_head import Frame, Head, eye_centres, make_gauges
from clinic.reconstruction.training.registration import Registered
from clinic.reconstruction.training.sliders import Slider


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """modes: (k, c + p, 3) mm over control vertices and parts. eyes: (k, 2, 3) mm of the eyeballs' centres.

    explained: share of the symmetric and of the asymmetric spread that the modes hold.
    """

    modes: Points
    eyes: Points
    explained: tuple[float, float]


def slider_people(frame: Frame, head: Head, sliders: tuple[Slider, ...], origins: Points) -> Points:
    """Return (k, c + p, 3) fields that spread like the artists' sliders at published sizes."""
    basis = prior.make_basis(sliders, origins, head.linear, head.points)
    basis = replace(basis, high=sealed(frame, head, basis.high), low=sealed(frame, head, basis.low))
    gauges = make_gauges(frame, head.points)
    halves = np.concatenate([basis.high, basis.low])
    sizes = anthropometry.gradients(
        gauges.names, gauges.place(head.points), np.array([gauges.place(half) for half in halves])
    )
    basis = prior.to_published(basis, sizes)
    return prior.spread(basis, prior.draw(basis))


def scan_people(frame: Frame, head: Head, turn: Floats, registered: Registered, model: Ict) -> Points:
    """Return (100, c + p, 3) fields, those of the model's identities on our head, one standard deviation each.

    turn: (3, 3) from fields of the registered mesh to those of the head that was made of it.
    """
    carried = Carrier(frame, registered, model)(model.modes) @ turn
    follow = Followers(frame, head.control, head.parts, head.eyes)
    return sealed(frame, head, np.concatenate([carried, follow(carried)], axis=1))


def make_identity(frame: Frame, head: Head, fields: Points, face: Mask) -> Identity:
    """Return the modes of what fields (k, c + p, 3) spread together."""
    count = frame.template.count
    weight = prior.weights(face, frame.marks.interior, len(head.parts))
    mirror = np.concatenate([frame.template.mirror, count + _part_mirror(head.parts)])
    found = prior.make_modes(fields, weight, mirror, head.points)
    return Identity(found.modes, np.stack([eye_centres(mode, count) for mode in found.modes]), found.explained)


def sealed(frame: Frame, head: Head, offsets: Points) -> Points:
    """Keep lips shut and lids seated under every offset (k, c + p, 3)."""
    count, marks = frame.template.count, frame.marks
    lips = seals.make_lips(head.control, frame.template, frame.graph, marks)
    margins = (marks.lid_r, marks.lid_l)
    lids = [seals.make_lid(head.control, e, m, frame.graph, marks) for e, m in zip(head.eyes, margins, strict=True)]
    closed = offsets.copy()
    for offset in closed:
        control = lips.close(offset[:count])
        for lid, eye in zip(lids, eye_centres(offset, count), strict=True):
            control = lid.ride(control, eye)
        offset[:count] = control
    return closed


def _part_mirror(parts: Points) -> Ints:
    """Return (p,) the part vertex nearest to each one's mirror image."""
    flipped: Floats = parts * (-1, 1, 1)
    return np.array([np.linalg.norm(parts - point, axis=1).argmin() for point in flipped], np.int32)
