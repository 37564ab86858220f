"""What facial soft tissue is made of and how thick it is."""

from dataclasses import dataclass, replace

import numpy as np

from clinic.case import Floats


@dataclass(frozen=True, slots=True)
class Material:
    """A neo-Hookean tissue, of Mooney and Rivlin with a second constant, with fibres where it has a grain.

    Energy per volume, MPa: ψ = μ/2 (J^(−2/3) I₁ − 3) + κ/2 (J^(−4/3) I₂ − 3) + K/2 (J − 1)² + k/8 (I₄ − 1)², the
    last only where fibres are stretched, I₄ > 1; lengths in mm, forces in N. young_mpa: at rest, without the fibres.
    mooney_mpa: κ, that part of the stiffness at rest that the second constant takes. fibre_mpa: k, of which Young's
    modulus along the fibres rises when they are stretched.
    """

    name: str
    young_mpa: float
    poisson: float
    mooney_mpa: float = 0.0
    fibre_mpa: float = 0.0

    def times(self, factor: float) -> "Material":
        """Return the same tissue, stiffer by a factor."""
        stiffer = {name: factor * getattr(self, name) for name in ("young_mpa", "mooney_mpa", "fibre_mpa")}
        return replace(self, **stiffer)

    @property
    def shear(self) -> float:
        """Shear modulus at rest, μ + κ, MPa."""
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
    Material("deep_fat", 0.003, 0.49),
)
SKIN, FAT, MUSCLE, DEEP_FAT = range(4)

# The grain of the skin, off unless a variant asks for it. Tension along its lines at rest, MPa: Flynn, Taberner, Fels
# and Nielsen (2018), models fitted to facial skin moved by a probe in vivo, 7 kPa at the lips to 53 kPa in the middle
# of the cheek; elsewhere nobody measured it, and the cheek's is taken. That half of it pulls across the lines is an
# assumption. Stiffness along over across: 160.8 to 70.6 MPa, Ní Annaidh et al. (2012), skin of the back, ex vivo; their
# mean is kept. How far fibres are stretched at rest is an assumption: little, but so that they act either way.
TENSION_LIPS, TENSION_CHEEK = 0.007, 0.053
TENSION_ACROSS = 0.5
STIFFER_ALONG = 2.3
FIBRE_STRETCH = 1.05


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a patient's tissue may differ from what is taken as likely.

    stiffness: factors of the layers'. depth_mm: how much deeper the tissue is where no CT shows it. gliding: whether
    support that can glide does. grain: whether the skin has one, as in `langer.py`.
    """

    stiffness: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    depth_mm: float = 0.0
    gliding: bool = True
    grain: bool = False

    @property
    def layers(self) -> tuple[Material, ...]:
        """The materials, from the skin inwards."""
        skin, *others = (layer.times(factor) for layer, factor in zip(LAYERS, self.stiffness, strict=True))
        return (_fibrous(skin) if self.grain else skin, *others)


def _fibrous(skin: Material) -> Material:
    """Return skin that is stiffer along its fibres, alike in the mean; k counts by the fourth power of stretch."""
    across = skin.young_mpa * 2.0 / (1.0 + STIFFER_ALONG)
    return replace(skin, young_mpa=across, fibre_mpa=across * (STIFFER_ALONG - 1.0) / FIBRE_STRETCH**4)


NOMINAL = Variant()

# How thick skin, subcutaneous fat, muscle with SMAS, and deep fat with periosteum or mucosa are, mm, adults, pooled.
# Sums, skin to bone: T-Tables of Stephan and Simpson (2008) and Stephan (2014); rhinion and subnasale: 222 adults.
# Individuals differ from them by about 3.5 mm. ° is to cartilage, teeth, globe or mucosa instead of bone.
# Skin: Chopra et al. (2015), 39 places, dermis 0.76 (lid) to 1.97 mm (lower nasal sidewall); Kim et al. (2019), 53
# heads, 1.51 (dorsum) to 1.97 mm (below the orbit). Fat: Kim et al., 1.6 (dorsum; 0.85 at the rhinion) to 5.1 mm
# (around the mouth). Muscle with SMAS 1–5 mm by place; the rest is deep.
STACK_MM: dict[str, tuple[float, float, float, float]] = {
    "trichion": (1.6, 1.0, 1.1, 0.8),
    "glabella": (1.6, 1.6, 1.4, 0.9),
    "brow": (1.6, 2.0, 1.6, 1.3),
    "nasion": (1.5, 2.0, 1.6, 1.4),
    "rhinion": (1.1, 0.85, 0.6, 0.45),
    "pronasale": (1.6, 0.8, 0.6, 0.5),  # ° septal and alar cartilage
    "columella": (1.2, 0.7, 0.6, 0.5),  # ° medial crura
    "alare": (1.5, 0.5, 0.5, 0.5),  # ° alar rim
    "alar_crease": (1.9, 3.0, 2.2, 2.4),
    "subnasale": (1.8, 4.2, 4.0, 3.0),
    "labiale_superius": (1.4, 3.2, 4.1, 2.8),  # ° incisors
    "labiale_inferius": (1.4, 4.0, 4.6, 3.0),  # ° incisors
    "cheilion": (1.8, 4.6, 3.6, 2.0),  # ° canines and premolars
    "sublabiale": (1.8, 3.6, 3.6, 2.0),
    "pogonion": (1.8, 4.0, 3.4, 2.3),
    "gnathion": (1.8, 3.0, 2.2, 1.5),
    "menton": (1.6, 2.6, 1.6, 1.2),
    "orbitale": (1.2, 2.0, 1.6, 2.2),
    "endocanthion": (0.9, 0.6, 1.2, 0.8),
    "exocanthion": (1.0, 1.0, 1.4, 1.1),
    "malar": (2.0, 4.0, 1.5, 2.5),
    "zygion": (1.6, 2.2, 1.2, 1.0),
    "cheek": (1.9, 5.0, 3.6, 6.5),  # ° buccal mucosa: 17 of the 19.5 to 25.5 mm to the molars' alveoli
    "ramus": (1.8, 4.2, 9.0, 2.5),
    "jaw": (1.8, 4.0, 3.0, 1.7),
    "gonion": (1.8, 3.8, 4.9, 1.5),
    "tragion": (1.6, 2.6, 1.8, 2.0),
}
LID_MM = (0.8, 0.5, 0.7, 0.5)  # ° globe and septum
NECK_MM = (1.6, 3.6, 1.6, 2.2)  # skin, fat, platysma, fat
EAR_MM = (1.0, 0.7, 0.6, 0.7)  # ° the middle of the auricular cartilage; hardly any fat in front, a little behind
_LEAST_SHARE = 0.12  # of the depth, that any layer keeps


def layer_bounds(depth: Floats, stack: Floats, least: Floats) -> Floats:
    """Return (5, n) shares of the way from skin (0) to support (1) where layers meet.

    depth: (n,) mm. stack: (4, n) mm, how thick the layers are by the tables. Where there is less, all shrink in
    proportion; where there is more, the fats take it. least: (n,) mm that every layer gets if the depth allows, so that
    no cell is as flat as paper.
    """
    total = stack.sum(axis=0)
    fats = stack * np.array([0.0, 1.0, 0.0, 1.0])[:, None]
    layers = stack * np.minimum(depth / total, 1.0) + fats / fats.sum(axis=0) * np.maximum(depth - total, 0.0)
    share = np.maximum(layers / depth, np.clip(least / depth, _LEAST_SHARE, 1.0 / len(stack)))
    bounds: Floats = np.concatenate([np.zeros((1, len(depth))), np.cumsum(share / share.sum(axis=0), axis=0)])
    return bounds
