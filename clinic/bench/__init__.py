"""One file per `clinic bench NAME`; each answers a mapping with a `summary` in words and every figure behind it."""

from collections.abc import Callable, Mapping

from clinic.bench import simulation, story

BENCHES: Mapping[str, Callable[[bool], Mapping[str, object]]] = {
    "simulation": simulation.bench,
    "story": story.bench,
}
