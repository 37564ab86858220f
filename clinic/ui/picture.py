"""What the render window is to show, worked out beside the window's thread: plain scenes, no drawing."""

from dataclasses import dataclass, fields, replace

from clinic.case import FaceModel, Floats, Points, Simulation
from clinic.rendering.heat import Legend
from clinic.rendering.layers import DARK, LIGHT, Scene
from clinic.rendering.panes import Wipe
from clinic.rendering.scene import Look, face_scene, ghost, ranged

Cell = Scene | Wipe
# modes that show either end of a range; maps and photos are worked out of the likely result
OF_ANY_EXTENT = ("side", "after", "wipe", "ghost")
_EXTENTS = {"likely": "", "low": ", minimum", "high": ", maximum"}


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A question to `draw_up`.

    mode: "face" (before alone), "after" (after alone), or one of `modes.MODES`. badge: how far the simulation may be
    trusted. signed_mm: (n,) for the displacement map, None if unknown. live: a preview, whose shadows need not be baked
    anew. moving: a slider is held, so that the next frame matters more than smooth edges. extent: "likely", or the
    end of the simulation's range that is shown, "low" or "high".
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

    def same_as(self, other: "Wanted | None") -> bool:
        """True if the answer would be the same: what is large is compared by identity."""
        if other is None:
            return False
        large = ("face", "simulation", "signed_mm")
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


def draw_up(wanted: Wanted, last: Picture | None = None) -> Picture:
    """Return what is to be shown; where nothing is simulated, the face before alone.

    last: the picture on the screen. What did not change since is the very same scene again, and need not be drawn anew.
    """
    if last is not None and replace(wanted, moving=last.wanted.moving).same_as(last.wanted):
        return replace(last, wanted=wanted)
    before = _before(wanted, last)
    if wanted.simulation is None or wanted.mode == "face":
        return Picture(wanted, (before,), (before,), ("Before",))
    if wanted.mode == "range":
        return _ranged(wanted, before)
    after = _scene(wanted, _shown(wanted))
    plan = f"{wanted.plan_name} · {wanted.badge}{_EXTENTS[wanted.extent]}"
    if wanted.mode == "after":
        return Picture(wanted, (after,), (before,), (plan,))
    if wanted.mode == "wipe":
        return Picture(wanted, (Wipe(before, after),), (before,), ("Before", plan))
    if wanted.mode == "ghost":
        return Picture(wanted, (ghost(before, after),), (before,), (f"{plan}, before at 35 %",))
    if wanted.mode in ("heat", "strain"):
        return _mapped(wanted, before, after, plan)
    return Picture(wanted, (before, after), (before, before), ("Before", plan))


def _ranged(wanted: Wanted, before: Scene) -> Picture:
    """The range around the likely skin; while there is none, the likely skin alone."""
    simulation = wanted.simulation
    assert simulation is not None
    if simulation.range is None:
        words = f"{wanted.plan_name} · {wanted.badge}, no range worked out yet"
        return Picture(wanted, (_scene(wanted, simulation.displacement),), (before,), (words,))
    look = Look.CLAY if wanted.clay else Look.TEXTURE
    scene = ranged(wanted.face, simulation.displacement, simulation.range, look, _ground(wanted))
    return Picture(wanted, (scene,), (before,), (f"{wanted.plan_name} · {wanted.badge}, skin may lie within the veil",))


def _shown(wanted: Wanted) -> Points:
    """Where the skin goes: likely, or to an end of the range."""
    simulation = wanted.simulation
    assert simulation is not None
    within = simulation.range
    if within is None or wanted.extent == "likely":
        return simulation.displacement
    return within.low if wanted.extent == "low" else within.high


def _mapped(wanted: Wanted, before: Scene, after: Scene, plan: str) -> Picture:
    simulation = wanted.simulation
    assert simulation is not None
    values, look, words = simulation.strain, Look.STRAIN, "Skin strain"
    if wanted.mode == "heat" and wanted.signed_mm is not None:
        values, look, words = wanted.signed_mm, Look.DISPLACEMENT, "Displacement"
    mapped = face_scene(wanted.face, simulation.displacement, look, values, background=_ground(wanted))
    captions = (plan, f"{words} · {wanted.plan_name} − before")
    return Picture(wanted, (after, mapped), (before, mapped), captions, mapped.legend)


def _before(wanted: Wanted, last: Picture | None) -> Scene:
    if last is not None:
        then, kept = last.wanted, last.before[0]
        equal = (then.face is wanted.face, then.clay == wanted.clay, then.dark == wanted.dark)
        if all(equal) and isinstance(kept, Scene):
            return kept
    return _scene(wanted, None)


def _scene(wanted: Wanted, displacement: Points | None) -> Scene:
    return face_scene(
        wanted.face,
        displacement,
        Look.CLAY if wanted.clay else Look.TEXTURE,
        background=_ground(wanted),
        live=wanted.live,
    )


def _ground(wanted: Wanted) -> tuple[int, int, int]:
    return DARK if wanted.dark else LIGHT
