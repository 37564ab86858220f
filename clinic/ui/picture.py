"""What the render window is to show, worked out beside the window's thread: plain scenes, no drawing."""

from dataclasses import dataclass, fields, replace
from functools import lru_cache

from clinic.case import FaceModel, Floats, Photo, PhotoFit, Points, Simulation
from clinic.geometry import vertex_normals
from clinic.planning.bone import moved_bone
from clinic.rendering.bone import SKIN_OPACITY, bone_layer, through_skin
from clinic.rendering.heat import Legend
from clinic.rendering.layers import DARK, LIGHT, Layer, Scene
from clinic.rendering.lighting import LIGHTS
from clinic.rendering.overlay import over_photo, photo_alone
from clinic.rendering.panes import Wipe
from clinic.rendering.scene import Look, face_scene, ghost, ranged
from clinic.ui.photo_views import PhotoViews
from clinic.words import say, tr

Cell = Scene | Wipe
# modes that show either end of a range; maps and photos are worked out of the likely result
OF_ANY_EXTENT = ("side", "after", "wipe", "ghost", "blink")
RAKING = "raking"
_RAKED = ("face", "after", "side", "wipe", "blink")
_FROM_LEFT, _FROM_RIGHT = say("light from the patient’s left"), say("light from the patient’s right")
_OF_BEFORE = ("clay", "dark", "flat", "bone", "veil", "light")  # what a picture of the face before depends on
_BEFORE = say("Before")
_EXTENTS = {"likely": "", "low": say(", minimum"), "high": say(", maximum")}


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A question to `draw_up`.

    mode: "face" (before alone), "after" (after alone), or one of `modes.MODES`. badge: how far the simulation may be
    trusted. signed_mm: (n,) for the displacement map, None if unknown. live: a preview, whose shadows need not be baked
    anew. moving: a slider is held, so that the next frame matters more than smooth edges. extent: "likely", or the
    end of the simulation's range that is shown, "low" or "high". photo, fit: whose own camera is the view, None for a
    view of the face alone. flat: the photo itself, moved as simulated, and not the face in 3D over it. bone: that of a
    CT, moved as planned, through the skin, of which `veil` is left. light: a name of `lighting.LIGHTS`, or "raking" for
    both sides beside each other. base, base_name: another plan's result instead of the face before.
    """

    face: FaceModel
    simulation: Simulation | None
    mode: str
    badge: str
    plan_name: str
    signed_mm: Floats | None = None
    clay: bool = False
    dark: bool = True
    live: bool = False
    moving: bool = False
    extent: str = "likely"
    photo: Photo | None = None
    fit: PhotoFit | None = None
    flat: bool = False
    bone: bool = False
    veil: float = SKIN_OPACITY
    light: str = "clinic"
    base: Simulation | None = None
    base_name: str = ""

    @property
    def place(self) -> tuple[FaceModel, PhotoFit | None]:
        """What the camera depends on; equal where it is the same."""
        return self.face, self.fit

    @property
    def skin(self) -> Points:
        """The (n, 3) skin before surgery, with the expression of the photo that is looked at."""
        return self.face.points if self.fit is None else self.fit.points

    def same_as(self, other: "Wanted | None") -> bool:
        """True if the answer would be the same: what is large is compared by identity."""
        if other is None:
            return False
        large = ("face", "simulation", "signed_mm", "photo", "fit", "base")
        names = [field.name for field in fields(self)]
        return all(
            getattr(self, name) is getattr(other, name)
            if name in large
            else getattr(self, name) == getattr(other, name)
            for name in names
        )


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Cells from left to right with their captions, the same with "before" everywhere, and the colour scale.

    blink: what stands there every other moment, "" where nothing blinks.
    """

    wanted: Wanted
    cells: tuple[Cell, ...]
    before: tuple[Cell, ...]
    captions: tuple[str, ...]
    legend: Legend | None = None
    blink: str = ""


def draw_up(wanted: Wanted, last: Picture | None = None, photos: PhotoViews | None = None) -> Picture:
    """Return what is to be shown; where nothing is simulated, the face before alone.

    last: the picture on the screen. What did not change since is the very same scene again, and need not be drawn anew.
    photos: what was made of the photos so far.
    """
    if last is not None and replace(wanted, moving=last.wanted.moving).same_as(last.wanted):
        return replace(last, wanted=wanted)
    photos = PhotoViews() if photos is None else photos
    if wanted.light == RAKING:
        return (
            _raked(wanted, photos) if wanted.mode in _RAKED else _drawn(replace(wanted, light="clinic"), None, photos)
        )
    return _drawn(wanted, last, photos)


def _drawn(wanted: Wanted, last: Picture | None, photos: PhotoViews) -> Picture:
    scenes = _Scenes(wanted, photos)
    before = _before(scenes, last)
    if wanted.simulation is None or wanted.mode == "face":
        return Picture(wanted, (before,), (before,), (tr(_BEFORE),))
    if wanted.mode == "range":
        return _ranged(scenes, before)
    plan = f"{tr(wanted.plan_name)} · {tr(wanted.badge)}{tr(_EXTENTS[wanted.extent])}"
    left = before if wanted.base is None else scenes.of(wanted.base.displacement, wanted.base)
    name = tr(_BEFORE) if wanted.base is None else tr(wanted.base_name)
    if wanted.mode == "ghost":
        base = None if wanted.base is None else wanted.base.displacement
        both = ghost(scenes.solid(base, wanted.base), scenes.solid(_shown(wanted)))
        return Picture(wanted, (both,), (before,), (tr("{plan!t}, {name!t} at 35 %", plan=plan, name=name.lower()),))
    after = scenes.of(_shown(wanted))
    if wanted.mode in ("after", "blink"):
        return Picture(wanted, (after,), (left,), (plan,), blink=name if wanted.mode == "blink" else "")
    if wanted.mode == "wipe":
        return Picture(wanted, (Wipe(left, after),), (before,), (name, plan))
    if wanted.mode in ("heat", "strain"):
        return _mapped(scenes, before, after, plan)
    return Picture(wanted, (left, after), (before, before), (name, plan))


def _raked(wanted: Wanted, photos: PhotoViews) -> Picture:
    """Light from either side, one beside the other: alone it would alter the nose."""
    mode = wanted.mode if wanted.mode in ("face", "wipe", "blink") else "after"
    at_left, at_right = (
        _drawn(replace(wanted, mode=mode, light=side), None, photos) for side in ("raking_l", "raking_r")
    )
    return Picture(
        wanted,
        (*at_left.cells, *at_right.cells),
        (*at_left.before, *at_right.before),
        tuple(f"{side.captions[-1]}, {tr(words)}" for side, words in ((at_left, _FROM_LEFT), (at_right, _FROM_RIGHT))),
        blink=at_left.blink,
    )


@dataclass(frozen=True, slots=True)
class _Scenes:
    """Makes the scenes of a question: of the face alone, over a photo, or of the photo itself."""

    wanted: Wanted
    photos: PhotoViews

    @property
    def look(self) -> Look:
        return Look.CLAY if self.wanted.clay else Look.TEXTURE

    @property
    def ground(self) -> tuple[int, int, int]:
        return DARK if self.wanted.dark else LIGHT

    def of(self, displacement: Points | None, made: Simulation | None = None) -> Scene:
        """The skin before, or moved by (n, 3) mm; made: the result that moves it, if not the wanted one."""
        wanted = self.wanted
        if wanted.flat and wanted.photo is not None and wanted.fit is not None:
            pixels = self.photos.pixels(wanted.photo, wanted.fit, wanted.face.topology, displacement)
            return photo_alone(wanted.fit, pixels, self.ground)
        return self.solid(displacement, made)

    def solid(self, displacement: Points | None, made: Simulation | None = None) -> Scene:
        """The same in 3D, also where photos are shown as they are."""
        wanted, lamp = self.wanted, LIGHTS[self.wanted.light]
        scene = face_scene(wanted.face, displacement, self.look, background=self.ground, live=wanted.live, lamp=lamp)
        if wanted.bone and wanted.face.bone is not None:
            bone = _bone(wanted.face, None if displacement is None else made or wanted.simulation)
            return through_skin(scene, wanted.face, bone, wanted.veil)
        return self.placed(scene, displacement)

    def placed(self, scene: Scene, displacement: Points | None) -> Scene:
        """A scene of the face over the photo, if one is looked at."""
        wanted = self.wanted
        if wanted.photo is None or wanted.fit is None:
            return scene
        pixels = self.photos.pixels(wanted.photo, wanted.fit, wanted.face.topology, displacement)
        return over_photo(scene, wanted.face, wanted.fit, pixels)


@lru_cache(maxsize=4)
def _bone(face: FaceModel, made: Simulation | None) -> Layer:
    """The bone before, or moved as simulated; the same object under every veil."""
    return bone_layer(face, None if made is None else moved_bone(face, made.loads))


def _ranged(scenes: _Scenes, before: Scene) -> Picture:
    """The range around the likely skin; while there is none, the likely skin alone."""
    wanted = scenes.wanted
    simulation = wanted.simulation
    assert simulation is not None
    if simulation.range is None:
        words = tr("{plan!t} · {badge!t}, no range worked out yet", plan=wanted.plan_name, badge=wanted.badge)
        return Picture(wanted, (scenes.of(simulation.displacement),), (before,), (words,))
    scene = ranged(wanted.face, simulation.displacement, simulation.range, scenes.look, scenes.ground)
    words = tr("{plan!t} · {badge!t}, skin may lie within the veil", plan=wanted.plan_name, badge=wanted.badge)
    return Picture(wanted, (scenes.placed(scene, simulation.displacement),), (before,), (words,))


def _shown(wanted: Wanted) -> Points:
    """Where the skin goes: likely, or to an end of the range."""
    simulation = wanted.simulation
    assert simulation is not None
    within = simulation.range
    if within is None or wanted.extent == "likely":
        return simulation.displacement
    return within.low if wanted.extent == "low" else within.high


def _mapped(scenes: _Scenes, before: Scene, after: Scene, plan: str) -> Picture:
    wanted = scenes.wanted
    simulation = wanted.simulation
    assert simulation is not None
    values, look, words = simulation.strain, Look.STRAIN, tr("Skin strain")
    if wanted.mode == "heat":
        values, look, words = _signed_mm(wanted, simulation), Look.DISPLACEMENT, tr("Displacement")
    coloured = face_scene(wanted.face, simulation.displacement, look, values, scenes.ground, lamp=LIGHTS[wanted.light])
    mapped = scenes.placed(coloured, simulation.displacement)
    base = tr(_BEFORE).lower() if wanted.base is None or wanted.mode == "strain" else tr(wanted.base_name)
    captions = (plan, tr("{words!t} · {plan!t} − {base!t}", words=words, plan=wanted.plan_name, base=base))
    return Picture(wanted, (after, mapped), (before, mapped), captions, mapped.legend)


def _signed_mm(wanted: Wanted, simulation: Simulation) -> Floats:
    """Return how far the skin moves outwards (n,), mm, from the face before or from another plan."""
    if wanted.signed_mm is not None and wanted.base is None:
        return wanted.signed_mm
    moved = simulation.displacement if wanted.base is None else simulation.displacement - wanted.base.displacement
    outwards: Floats = (moved * vertex_normals(wanted.face.points, wanted.face.topology.triangles)).sum(axis=1)
    return outwards


def _before(scenes: _Scenes, last: Picture | None) -> Scene:
    if last is not None:
        then, now, kept = last.wanted, scenes.wanted, last.before[0]
        equal = all(getattr(then, name) == getattr(now, name) for name in _OF_BEFORE)
        if equal and then.face is now.face and then.fit is now.fit and isinstance(kept, Scene) and then.base is None:
            return kept
    return scenes.of(None)
