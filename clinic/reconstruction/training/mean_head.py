"""Makes the mean head: the artists' adult, brought to published sizes, lips closed, lids on the eyeballs."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats, Ints, Mask, Points
from clinic.reconstruction.training import anthropometry, seals
from clinic.reconstruction.training.anatomy import Skin, find_landmarks
from clinic.reconstruction.training.marks import Marks
from clinic.reconstruction.training.sliders import Slider, amounts
from clinic.reconstruction.training.template import Graph, Subdivision, Template

# Vertices of the base figure that move with the head beside its skin.
EYE_L, EYE_R = np.arange(14598, 14670), np.arange(14670, 14742)
LOWER_TEETH, UPPER_TEETH, TONGUE = np.arange(14992, 15060), np.arange(15060, 15128), np.arange(13380, 13606)
PART_VERTICES = np.concatenate([EYE_R, EYE_L, LOWER_TEETH, UPPER_TEETH, TONGUE])

INTERPUPILLARY_MM = 63.0  # Dodgson (2004)
_PUPIL_OF_OPENING = 0.59  # height of the pupil between the lids: the upper one covers the iris by 1.5 mm
_ABOVE_EARS_MM, _ABOVE_NAPE_MM = 20.0, -30.0
# Sliders that may bring the mean to published sizes: those that resize and move, not those that give character.
_SIZING = """
cheek-bones chin-height chin-prognathism chin-prominent chin-width ear-scale eye-height2 eye-push1 eye-push2
eye-scale eye-trans forehead-trans head-back-scale-depth head-scale-depth head-scale-horiz head-scale-vert
mouth-lowerlip-volume mouth-scale-depth mouth-scale-horiz mouth-scale-vert mouth-trans mouth-upperlip-height
mouth-upperlip-volume nose-base nose-nostrils-width nose-point nose-scale-depth nose-scale-horiz nose-scale-vert
nose-septumangle nose-trans nose-width1 nose-width3
"""
_FIRMNESS, _FIRMNESS_PER_MM, _FIRMNESS_OF_HEAD, _FIRMEST = 0.4, 0.25, 0.2, 1.2
_NOSTRIL_DEEPER_MM, _NOSTRIL_RINGS = (0.0, 2.0, 6.0), 2
# The artists' face is a tenth too wide at the cheek arches for its skull.
_ARCH_INWARDS_MM, _ARCH_FROM_MM, _ARCH_OVER_MM, _ARCH_LEVEL_MM, _ARCH_REACH_MM = 5.0, 30.0, 40.0, -25.0, 50.0


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What the geometry of one head is read with."""

    template: Template
    graph: Graph
    subdivision: Subdivision
    marks: Marks
    midline: Ints
    exterior: Mask

    def skin(self, control: Points, eyes: Points) -> Skin:
        """Return the display mesh of a head, ready for landmarks."""
        points = self.subdivision.matrix @ control
        return Skin(points, self.exterior, self.midline, self.marks, self.template, eyes)

    def landmarks(self, control: Points, eyes: Points) -> dict[str, int]:
        """Return the display vertex of every landmark, both sides."""
        found = find_landmarks(self.skin(control, eyes))
        right = {name[:-1] + "r": int(self.subdivision.mirror[v]) for name, v in found.items() if name.endswith("_l")}
        return found | right


def make_frame(template: Template, graph: Graph, subdivision: Subdivision, marks: Marks) -> Frame:
    """Gather what does not depend on shape."""
    inside = subdivision.matrix @ marks.interior.astype(float)
    return Frame(template, graph, subdivision, marks, _midline(subdivision), inside < 1e-9)


def _midline(subdivision: Subdivision) -> Ints:
    """Order the display vertices on x = 0 as a path over the head, beginning at the lower number's end."""
    own = subdivision.mirror == np.arange(len(subdivision.mirror))
    triangles = subdivision.triangles
    pairs = np.vstack([triangles[:, [i, (i + 1) % 3]] for i in range(3)])
    beside: dict[int, set[int]] = {int(v): set() for v in np.flatnonzero(own)}
    for a, b in pairs[own[pairs].all(1)]:
        beside[int(a)].add(int(b))
        beside[int(b)].add(int(a))
    path = [min(v for v, near in beside.items() if len(near) == 1)]
    while ahead := beside[path[-1]] - set(path[-2:]):
        path.append(ahead.pop())
    return np.array(path, np.int32)


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A head and what belongs to it, mm. control: (c, 3). parts: (p, 3) as PART_VERTICES. eyes: (2, 3) right, left.

    linear: (3, 3), takes offsets (rows) of the base figure to offsets of this head: enlarged and turned.
    """

    control: Points
    parts: Points
    eyes: Points
    radius: float
    linear: Floats

    @property
    def points(self) -> Points:
        """The (c + p, 3) control vertices and parts."""
        return np.vstack([self.control, self.parts])


def eye_centres(points: Points, count: int) -> Points:
    """Return the (2, 3) mean of the eyes' vertices, right and left, of (c + p, 3) points."""
    size = len(EYE_R)
    return np.stack([points[count : count + size].mean(0), points[count + size : count + 2 * size].mean(0)])


def make_mean(frame: Frame, adult: Points, sliders: tuple[Slider, ...]) -> Head:
    """Return the artists' head at published sizes, in the patient frame. adult: (c + p, 3) mm."""
    count = frame.template.count
    eyes = eye_centres(adult, count)
    scale = INTERPUPILLARY_MM / float(np.ptp(eyes[:, 0]))
    sized = _sized(frame, _narrowed((adult - eyes.mean(0)) * scale), sliders, scale)
    sized[:count] = _deeper_nostrils(frame, sized[:count])
    return settle(frame, sized, scale * np.eye(3))


def settle(frame: Frame, points: Points, linear: Floats) -> Head:
    """Return a head with eyeballs behind its lids, lips shut, level. points: (c + p, 3) mm, linear: as of `Head`."""
    count = frame.template.count
    points = points.copy()
    eyes, radius = _eyeballs(points[:count], eye_centres(points, count), frame.marks)
    points[count : count + 2 * len(EYE_R)] += np.repeat(eyes - eye_centres(points, count), len(EYE_R), 0)
    control = _sealed(frame, points[:count], eyes, radius)
    turn = _to_frankfort(frame, control, eyes)
    control, parts, eyes = ((points - eyes.mean(0)) @ turn for points in (control, points[count:], eyes))
    return Head(control, parts, eyes, radius, linear @ turn)


def _narrowed(points: Points) -> Points:
    """Bring the cheek arches and what lies beside them nearer: no slider narrows the face without the skull."""
    wide = np.abs(points[:, 0])
    outer = np.clip((wide - _ARCH_FROM_MM) / _ARCH_OVER_MM, 0, 1)
    outer = outer * outer * (3 - 2 * outer)
    level = np.exp(-(((points[:, 2] - _ARCH_LEVEL_MM) / _ARCH_REACH_MM) ** 2))
    narrowed = points.copy()
    narrowed[:, 0] -= np.sign(points[:, 0]) * _ARCH_INWARDS_MM * outer * level
    return narrowed


def _sized(frame: Frame, points: Points, sliders: tuple[Slider, ...], scale: float) -> Points:
    count = frame.template.count
    ways = _both_sides(sliders, scale)
    gauges = make_gauges(frame, points)
    high = np.array([gauges.place(way.high) for way in ways])
    low = np.array([gauges.place(way.low) for way in ways])
    size = np.array([np.sqrt((way.high[:count] ** 2).sum(1).mean()) for way in ways])
    firmness = np.minimum(_FIRMNESS + _FIRMNESS_PER_MM * size, _FIRMEST)
    firmness[[way.name.startswith("head-") for way in ways]] = _FIRMNESS_OF_HEAD
    return points + amounts(ways, anthropometry.fit(gauges.names, gauges.place(points), high, low, firmness))


def _both_sides(sliders: tuple[Slider, ...], scale: float) -> tuple[Slider, ...]:
    """Join the left and right slider of each pair that may size the mean."""
    joined: dict[str, Slider] = {}
    for one in sliders:
        if one.name in _SIZING.split():
            before = joined.get(one.name)
            high, low = one.high * scale, one.low * scale
            if before is not None:
                high, low = high + before.high, low + before.low
            joined[one.name] = Slider(one.name, "", high, low)
    return tuple(joined.values())


@dataclass(frozen=True, slots=True, eq=False)
class Gauges:
    """The points between which published sizes are taken, fixed to the mesh."""

    frame: Frame
    vertices: dict[str, int]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the points, the pupils last."""
        return (*self.vertices, "pupil_r", "pupil_l")

    def place(self, points: Points) -> Points:
        """Return their (k, 3) positions, or offsets, on (c + p, 3) points or offsets."""
        count = self.frame.template.count
        rows = self.frame.subdivision.matrix[list(self.vertices.values())]
        return np.vstack([rows @ points[:count], eye_centres(points, count)])


def make_gauges(frame: Frame, points: Points) -> Gauges:
    """Find the landmarks and the ends of a few more sizes on a head in the patient frame."""
    count = frame.template.count
    eyes = eye_centres(points, count)
    found = frame.landmarks(points[:count], eyes)
    skin = frame.subdivision.matrix @ points[:count]
    middle, x, z = frame.midline, skin[:, 0], skin[:, 2]
    found["opisthocranion"] = int(middle[np.argmax(np.where(z[middle] > _ABOVE_NAPE_MM, skin[middle, 1], -np.inf))])
    found["euryon_l"] = int(np.argmax(np.where(z > _ABOVE_EARS_MM, x, -np.inf)))
    found["euryon_r"] = int(frame.subdivision.mirror[found["euryon_l"]])
    ear = np.flatnonzero(frame.marks.ears & (points[:count, 0] > 0))
    found["ear_top_l"], found["ear_lobe_l"] = int(ear[np.argmax(z[ear])]), int(ear[np.argmin(z[ear])])
    lid_edge = frame.marks.canthi_l
    lid_edge = lid_edge[np.argsort(np.abs(x[lid_edge] - eyes[1, 0]))[:6]]
    found["lid_upper_l"], found["lid_lower_l"] = (
        int(lid_edge[np.argmax(z[lid_edge])]),
        int(lid_edge[np.argmin(z[lid_edge])]),
    )
    return Gauges(frame, found)


def _sealed(frame: Frame, control: Points, eyes: Points, radius: float) -> Points:
    graph, marks, matrix = frame.graph, frame.marks, frame.subdivision.matrix
    control = seals.shut_lips(control, seals.make_lips(control, frame.template, graph, marks), matrix)
    for eye, margin in zip(eyes, (marks.lid_r, marks.lid_l), strict=True):
        lid = seals.make_lid(control, eye, margin, graph, marks)
        control = seals.seat_lids(control, lid, eye, radius, matrix)
    mirrored = control[frame.template.mirror] * (-1, 1, 1)
    even: Points = (control + mirrored) / 2
    return even


def _deeper_nostrils(frame: Frame, control: Points) -> Points:
    """Raise the roofs of the nostrils, which the artists left as shallow dents, up and back along the airway."""
    roof = frame.marks.interior & (frame.graph.steps(frame.marks.nostril_rim) < 8)
    roof &= frame.graph.grow(frame.marks.nostril_rim, 4) & ~frame.marks.mouth_bag & (np.abs(control[:, 0]) < 20)
    away = np.where(roof, frame.graph.steps(frame.marks.nostril_rim), 0)
    share = np.minimum(away, _NOSTRIL_RINGS) / _NOSTRIL_RINGS
    deeper: Points = control + share[:, None] * np.array(_NOSTRIL_DEEPER_MM)
    return deeper


def _eyeballs(control: Points, eyes: Points, marks: Marks) -> tuple[Points, float]:
    """Return centres and radius of the spheres on which the lids rest best, as far apart as pupils are."""
    margin = control[marks.lid_l]
    centre = eyes[1] * (0, 1, 1) + (INTERPUPILLARY_MM / 2, 0, 0)
    radius = float(np.linalg.norm(margin - centre, axis=1).mean())
    middle = margin[np.argsort(np.abs(margin[:, 0] - centre[0]))[:6], 2]
    centre[2] = middle.min() + _PUPIL_OF_OPENING * np.ptp(middle)
    for _ in range(20):
        out = margin - centre
        length = np.linalg.norm(out, axis=1)
        jacobian = np.column_stack([-out[:, 1] / length, -np.ones(len(out))])
        step = np.linalg.lstsq(jacobian, radius - length, rcond=None)[0]
        centre[1] += step[0]
        radius += step[1]
    return np.stack([centre * (-1, 1, 1), centre]), radius


def _to_frankfort(frame: Frame, control: Points, eyes: Points) -> Floats:
    """Return the (3, 3) matrix to multiply row vectors with so that tragion and orbitale come level."""
    found = frame.landmarks(control, eyes)
    skin = frame.subdivision.matrix @ control
    _, back, up = skin[found["tragion_l"]] - skin[found["orbitale_l"]]
    cosine, sine = np.array([back, up]) / np.hypot(back, up)
    turn: Floats = np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])
    return turn
