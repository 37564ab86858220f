"""What the render window is to show, worked out beside the window's thread: plain scenes, no drawing."""

from dataclasses import dataclass, fields, replace

from clinic.case import FaceModel, Floats, Photo, PhotoFit, Points, Simulation
from clinic.planning.bone import moved_bone
from clinic.rendering.bone import through_skin
from clinic.rendering.heat import Legend
from clinic.rendering.layers import DARK, LIGHT, Scene
from clinic.rendering.overlay import over_photo, photo_alone
from clinic.rendering.panes import Wipe
from clinic.rendering.scene import Look, face_scene, ghost, ranged
from clinic.ui.photo_views import PhotoViews
from clinic.words import say, tr

Cell = Scene | Wipe
# modes that show either end of a range; maps and photos are worked out of the likely result
OF_ANY_EXTENT = ("side", "after", "wipe", "ghost")
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
    CT, moved as planned, through the skin.
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
        large = ("face", "simulation", "signed_mm", "photo", "fit")
        names = [field.name for field in fields(self)]
        return all(
            getattr(self, name) is getattr(other, name)
            if name in large
            else getattr(self, name) == getattr(other, name)
            for name in names
        )


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Cells from left to right with their captions, the same with "before" everywhere, and the colour scale."""

    wanted: Wanted
    cells: tuple[Cell, ...]
    before: tuple[Cell, ...]
    captions: tuple[str, ...]
    legend: Legend | None = None


def draw_up(wanted: Wanted, last: Picture | None = None, photos: PhotoViews | None = None) -> Picture:
    """Return what is to be shown; where nothing is simulated, the face before alone.

    last: the picture on the screen. What did not change since is the very same scene again, and need not be drawn anew.
    photos: what was made of the photos so far.
    """
    if last is not None and replace(wanted, moving=last.wanted.moving).same_as(last.wanted):
        return replace(last, wanted=wanted)
    scenes = _Scenes(wanted, PhotoViews() if photos is None else photos)
    before = _before(scenes, last)
    if wanted.simulation is None or wanted.mode == "face":
        return Picture(wanted, (before,), (before,), (_BEFORE,))
    if wanted.mode == "range":
        return _ranged(scenes, before)
    plan = f"{tr(wanted.plan_name)} · {tr(wanted.badge)}{tr(_EXTENTS[wanted.extent])}"
    if wanted.mode == "ghost":
        both = ghost(scenes.solid(None), scenes.solid(_shown(wanted)))
        return Picture(wanted, (both,), (before,), (tr("{plan!t}, before at 35 %", plan=plan),))
    after = scenes.of(_shown(wanted))
    if wanted.mode == "after":
        return Picture(wanted, (after,), (before,), (plan,))
    if wanted.mode == "wipe":
        return Picture(wanted, (Wipe(before, after),), (before,), (_BEFORE, plan))
    if wanted.mode in ("heat", "strain"):
        return _mapped(scenes, before, after, plan)
    return Picture(wanted, (before, after), (before, before), (_BEFORE, plan))


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

    def of(self, displacement: Points | None) -> Scene:
        """The skin before, or moved by (n, 3) mm."""
        wanted = self.wanted
        if wanted.flat and wanted.photo is not None and wanted.fit is not None:
            pixels = self.photos.pixels(wanted.photo, wanted.fit, wanted.face.topology, displacement)
            return photo_alone(wanted.fit, pixels, self.ground)
        return self.solid(displacement)

    def solid(self, displacement: Points | None) -> Scene:
        """The same in 3D, also where photos are shown as they are."""
        wanted = self.wanted
        scene = face_scene(wanted.face, displacement, self.look, background=self.ground, live=wanted.live)
        if wanted.bone and wanted.face.bone is not None:
            return through_skin(scene, wanted.face, None if displacement is None else self._moved_bone())
        return self.placed(scene, displacement)

    def _moved_bone(self) -> Points | None:
        simulation = self.wanted.simulation
        return None if simulation is None else moved_bone(self.wanted.face, simulation.loads)

    def placed(self, scene: Scene, displacement: Points | None) -> Scene:
        """A scene of the face over the photo, if one is looked at."""
        wanted = self.wanted
        if wanted.photo is None or wanted.fit is None:
            return scene
        pixels = self.photos.pixels(wanted.photo, wanted.fit, wanted.face.topology, displacement)
        return over_photo(scene, wanted.face, wanted.fit, pixels)


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
    if wanted.mode == "heat" and wanted.signed_mm is not None:
        values, look, words = wanted.signed_mm, Look.DISPLACEMENT, tr("Displacement")
    coloured = face_scene(wanted.face, simulation.displacement, look, values, background=scenes.ground)
    mapped = scenes.placed(coloured, simulation.displacement)
    captions = (plan, tr("{words!t} · {plan!t} − before", words=words, plan=wanted.plan_name))
    return Picture(wanted, (after, mapped), (before, mapped), captions, mapped.legend)


def _before(scenes: _Scenes, last: Picture | None) -> Scene:
    if last is not None:
        then, now, kept = last.wanted, scenes.wanted, last.before[0]
        equal = (then.clay, then.dark, then.flat, then.bone) == (now.clay, now.dark, now.flat, now.bone)
        if equal and then.face is now.face and then.fit is now.fit and isinstance(kept, Scene):
            return kept
    return scenes.of(None)
