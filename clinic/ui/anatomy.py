"""The names of landmarks and regions, as they are read."""

from clinic.words import say, tr

_LANDMARKS = {
    "alar_crease": say("Alar crease"),
    "alare": say("Alare"),
    "cheilion": say("Cheilion"),
    "columella": say("Columella"),
    "endocanthion": say("Endocanthion"),
    "exocanthion": say("Exocanthion"),
    "glabella": say("Glabella"),
    "gnathion": say("Gnathion"),
    "gonion": say("Gonion"),
    "labiale_inferius": say("Labiale inferius"),
    "labiale_superius": say("Labiale superius"),
    "malar": say("Malar"),
    "menton": say("Menton"),
    "nasion": say("Nasion"),
    "orbitale": say("Orbitale"),
    "pogonion": say("Pogonion"),
    "pronasale": say("Pronasale"),
    "rhinion": say("Rhinion"),
    "stomion": say("Stomion"),
    "sublabiale": say("Sublabiale"),
    "subnasale": say("Subnasale"),
    "tragion": say("Tragion"),
    "trichion": say("Trichion"),
    "zygion": say("Zygion"),
}
_REGIONS = {
    "cheek": say("Cheek"),
    "chin": say("Chin"),
    "ears": say("Ears"),
    "face": say("Face"),
    "forehead": say("Forehead"),
    "lids": say("Lids"),
    "lower lip": say("Lower lip"),
    "neck": say("Neck"),
    "nose": say("Nose"),
    "scalp": say("Scalp"),
    "upper lip": say("Upper lip"),
}


def spoken(name: str) -> str:
    """Return a landmark's or region's name for reading: "exocanthion_r" becomes "Exocanthion, right"."""
    stem, _, side = name.replace(" ", "_").rpartition("_")
    if side not in ("r", "l") or not stem:
        stem, side = name, ""
    known = _LANDMARKS.get(stem) or _REGIONS.get(stem.replace("_", " "))
    words = tr(known or stem.replace("_", " ").capitalize())
    return f"{words}, {tr('right') if side == 'r' else tr('left')}" if side else words
