"""What we know about one planned operation: frozen values, numpy only.

Glossary
    Case         everything known about one planned operation
    Acquisition  what was taken of the patient: photos, a scan, a CT or MR
    FaceModel    the face before surgery, in millimetres, with its uncertainty
    Edit, Plan   what the surgeon asks for, in clinical units, in order
    Planned      a plan that lies aside: plans A, B, C over one face are alternatives
    Load         what mechanics gets: an edit turned into moved, released, pulled, shortened and growing tissue
    Simulation   where the skin goes
    Range        how far it may go less or more, for what is not known of the patient's tissue
    Comparison   what changed, measured at the skin

Conventions
    Patient frame: millimetres, DICOM's LPS axes (+x to the patient's left, +y to the back, +z up), Frankfort plane
    level, x = 0 midsagittal, origin midway between the eyeballs.
    Image points are continuous (column, row) pixels from the top left corner of the image: the centre of the first
    pixel lies at (0.5, 0.5).
    `_r` and `_l` in names are the patient's right and left.
    Every array is read-only; `dataclasses.replace` shares memory, so a past case costs pointers.
"""

from clinic.case.acquisition import Acquisition, Depth, Photo, PhotoCheck, Ruler, Scan
from clinic.case.arrays import Floats, Ints, Mask, Pixels, Points, Triangles, frozen
from clinic.case.case import Case, Planned
from clinic.case.digest import digest
from clinic.case.face import Camera, FaceModel, Part, PhotoFit, Scale, ScanFit, Texture
from clinic.case.outcome import (
    DISCLAIMER,
    STRAIN_LIMIT,
    STRAIN_REVIEW,
    Caution,
    Comparison,
    EditReached,
    Range,
    Simulation,
    SolverFigures,
)
from clinic.case.patient import Patient
from clinic.case.plan import LAYER_NAMES, Edit, Gauge, Load, Plan
from clinic.case.surface import Embedding, Topology
from clinic.case.volume import CT, MR, Volume

__all__ = [
    "CT",
    "DISCLAIMER",
    "LAYER_NAMES",
    "MR",
    "STRAIN_LIMIT",
    "STRAIN_REVIEW",
    "Acquisition",
    "Camera",
    "Case",
    "Caution",
    "Comparison",
    "Depth",
    "Edit",
    "EditReached",
    "Embedding",
    "FaceModel",
    "Floats",
    "Gauge",
    "Ints",
    "Load",
    "Mask",
    "Part",
    "Patient",
    "Photo",
    "PhotoCheck",
    "PhotoFit",
    "Pixels",
    "Plan",
    "Planned",
    "Points",
    "Range",
    "Ruler",
    "Scale",
    "Scan",
    "ScanFit",
    "Simulation",
    "SolverFigures",
    "Texture",
    "Topology",
    "Triangles",
    "Volume",
    "digest",
    "frozen",
]
