"""The patient's photos as the screen shows them, before and after surgery; worked out beside the window's thread."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

from clinic.case import Photo, PhotoFit, Pixels, Points, Topology
from clinic.rendering.overlay import for_screen

T = TypeVar("T")
_BEFORE, _AFTER = 12, 8  # pictures of at most 8 MB each


class PhotoViews:
    """Makes each photo's picture once; what was made is kept until `forget`. For one thread at a time."""

    def __init__(self) -> None:
        self._before: _Kept[tuple[Photo, PhotoFit]] = _Kept(_BEFORE)
        self._after: _Kept[Pixels] = _Kept(_AFTER)

    def pixels(self, photo: Photo, fit: PhotoFit, topology: Topology, displacement: Points | None) -> Pixels:
        """Return a photo in the size of a screen; with a displacement (n, 3) mm, as it would look after surgery."""
        shown, seen = self._before.get((photo, fit), lambda: for_screen(photo, fit))
        if displacement is None:
            return shown.pixels
        from clinic.rendering.photo import after

        return self._after.get((photo, fit, displacement), lambda: after(shown, seen, topology, displacement))

    def forget(self) -> None:
        """Drop all pictures."""
        self._before.clear()
        self._after.clear()


class _Kept(Generic[T]):
    """The last few answers, by the very objects that they were made from."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[tuple[int, ...], tuple[tuple[object, ...], T]] = OrderedDict()

    def get(self, made_from: tuple[object, ...], make: Callable[[], T]) -> T:
        key = tuple(id(one) for one in made_from)
        kept = self._answers.get(key)
        answer = make() if kept is None else kept[1]
        self._answers[key] = (made_from, answer)  # holding the objects keeps their ids from being used again
        self._answers.move_to_end(key)
        while len(self._answers) > self._size:
            self._answers.popitem(last=False)
        return answer

    def clear(self) -> None:
        self._answers.clear()
