"""What facial soft tissue is made of and how thick it is."""

from dataclasses import dataclass

import numpy as np

from clinic.case import Floats


@dataclass(frozen=True, slots=True)
class Material:
    """An isotropic neo-Hookean tissue.

    Energy per volume, MPa: ψ = μ/2 (J^(−2/3) I₁ − 3) + K/2 (J − 1)²; lengths in mm, forces in N.
    """

    name: str
    young_mpa: float
    poisson: float

    @property
    def shear(self) -> float:
        """Shear modulus μ, MPa."""
        return self.young_mpa / (2 * (1 + self.poisson))

    @property
    def bulk(self) -> float:
        """Bulk modulus K, MPa."""
        return self.young_mpa / (3 * (1 - 2 * self.poisson))


# From the skin inwards. Only ratios matter for moved support. ν = 0.49: soft tissue hardly changes its volume.
# Sources: skin, whole stack under suction 31–42 kPa, single layers higher; fat 0.5–5 kPa; muscle and SMAS 15 kPa
# (values collected in the reviews of facial finite-element models; individual spread is a factor of 2 either way).
LAYERS: tuple[Material, ...] = (
    Material("skin", 0.060, 0.49),
    Material("fat", 0.003, 0.49),
    Material("muscle", 0.015, 0.49),
)
SKIN, FAT, MUSCLE = range(3)

# Thickness of skin and muscle, mm; fat takes the rest. Where tissue is thin every layer shrinks in proportion, the
# shares below being the largest that skin and muscle may take.
SKIN_MM, MUSCLE_MM = 1.8, 3.0  # dermis 0.8–2.0 mm with epidermis; SMAS and mimic muscle 2–4 mm
SKIN_SHARE, MUSCLE_SHARE = 0.34, 0.33

# Skin to bone, mm, adults, pooled. Sources: T-Tables of Stephan and Simpson (2008) and Stephan (2014); rhinion and
# subnasale: 222 adults. Individuals differ from the tables by about 3.5 mm. Values marked ° are to cartilage or teeth.
DEPTH_MM: dict[str, float] = {
    "trichion": 4.5,
    "glabella": 5.5,
    "nasion": 6.5,
    "rhinion": 3.0,
    "pronasale": 3.5,  # ° septal and alar cartilage
    "columella": 3.0,  # ° medial crura
    "alare": 3.0,  # ° alar rim
    "alar_crease": 9.5,
    "subnasale": 13.0,
    "labiale_superius": 11.5,  # ° incisors
    "labiale_inferius": 13.0,  # ° incisors
    "cheilion": 12.0,  # ° canines and premolars
    "sublabiale": 11.0,
    "pogonion": 11.5,
    "gnathion": 8.5,
    "menton": 7.0,
    "orbitale": 7.0,
    "endocanthion": 3.5,
    "exocanthion": 4.5,
    "malar": 10.0,
    "zygion": 6.0,
    "gonion": 12.0,
    "tragion": 8.0,
}
LID_MM = 2.5  # ° lid over globe and septum
NECK_MM = 9.0  # skin, fat and platysma


def layer_bounds(depth: Floats) -> Floats:
    """Return (4, n) shares of the way from skin (0) to support (1) where layers meet, for (n,) depths in mm."""
    skin = np.minimum(SKIN_MM / depth, SKIN_SHARE)
    muscle = np.minimum(MUSCLE_MM / depth, MUSCLE_SHARE)
    bounds: Floats = np.stack([np.zeros_like(depth), skin, 1.0 - muscle, np.ones_like(depth)])
    return bounds
