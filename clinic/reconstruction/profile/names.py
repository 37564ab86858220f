"""The points that are marked on a face seen from the side, and where they lie on the mesh."""

from functools import cache

import numpy as np

from clinic.case import Embedding, Topology

# From the hair line down to the neck: they make the contour of an exact side view.
MIDLINE = (
    "trichion",
    "glabella",
    "nasion",
    "rhinion",
    "pronasale",
    "columella",
    "subnasale",
    "labiale_superius",
    "stomion",
    "labiale_inferius",
    "sublabiale",
    "pogonion",
    "gnathion",
    "menton",
    "cervicale",
)
# Of the side that is seen.
NEAR = (
    "exocanthion",
    "orbitale",
    "alare",
    "alar_crease",
    "cheilion",
    "tragion",
    "gonion",
    "ear_top",
    "ear_back",
    "ear_lobe",
)
NAMES = MIDLINE + NEAR
# Display vertices of what the face space does not name: the corner between chin and neck; of the left ear its highest,
# rearmost and lowest point on the mean head.
_CERVICALE = 6208
_LEFT_EAR = {"ear_top": 3942, "ear_back": 12274, "ear_lobe": 12876}


@cache
def embedding(topology: Topology, side: str) -> Embedding:
    """Return the points of `NAMES` on the mesh; side: "r" or "l", the patient's side that is seen."""
    marks = topology.landmarks
    places = {name: (marks.triangle[row], marks.weights[row]) for row, name in enumerate(marks.names)}
    chosen = []
    for name in NAMES:
        full = f"{name}_{side}" if name in NEAR else name
        chosen.append(places[full] if full in places else _at_vertex(topology, name, side))
    return Embedding(NAMES, np.array([place[0] for place in chosen]), np.array([place[1] for place in chosen]))


def _at_vertex(topology: Topology, name: str, side: str) -> tuple[int, np.ndarray]:
    vertex = _CERVICALE if name == "cervicale" else _LEFT_EAR[name]
    if side == "r":
        vertex = int(topology.mirror[vertex])
    triangle = int(np.flatnonzero((topology.triangles == vertex).any(axis=1))[0])
    return triangle, (topology.triangles[triangle] == vertex).astype(float)
