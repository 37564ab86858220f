"""Colours of what no photo may lend: inside the mouth, the nostrils and the eye sockets, and the line of the lids."""

import numpy as np

from clinic.case import Floats, Points
from clinic.reconstruction.texture.chart import Chart, Image, vertex_region

# Linear colour relative to the skin's: moist and in its own shadow. Behind the lids it is the lids' own inner side.
_HOLLOWS = {"stomion": (0.20, 0.10, 0.09), "subnasale": (0.16, 0.09, 0.08)}
_SOCKET = (0.55, 0.38, 0.36)


def paint_hollows(colour: Image, chart: Chart, neutral: Points, tone: Floats) -> Image:
    """Return linear colour with the interior painted, softly at its edge."""
    inside = np.clip(chart.region("interior") * 1.6 - 0.3, 0, 1)[..., None]
    paint = chart.spread(_paint(chart, neutral) * tone)
    painted: Image = colour * (1 - inside) + paint * inside
    return painted


def _paint(chart: Chart, neutral: Points) -> Floats:
    """Return (n, 3) relative colours: every inner vertex belongs to the opening that is nearest."""
    topology = chart.topology
    places = dict(zip(topology.landmarks.names, topology.landmarks.on(neutral, topology.triangles), strict=True))
    eyes = [0.5 * (places[f"exocanthion_{side}"] + places[f"endocanthion_{side}"]) for side in "rl"]
    centres = np.array([places["stomion"], places["subnasale"], *eyes])
    colours = np.array([*_HOLLOWS.values(), _SOCKET, _SOCKET])
    inner = vertex_region(topology, "interior") > 0
    paint = np.ones((len(neutral), 3))
    distance = ((neutral[inner, None, :] - centres[None]) ** 2).sum(axis=2)
    paint[inner] = colours[np.argmin(distance, axis=1)]
    return paint
