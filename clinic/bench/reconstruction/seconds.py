"""What a surgeon waits for: the whole reconstruction of five photos, with texture, in the program's own build."""

from collections.abc import Sequence
from functools import partial

from clinic.bench.reconstruction.crew import PEOPLE_SEED
from clinic.bench.reconstruction.studio.head import Kind
from clinic.bench.reconstruction.studio.sitting import SERIES, sitting
from clinic.bench.timing import timed
from clinic.case import Acquisition
from clinic.errors import ClinicError
from clinic.jobs import Progress
from clinic.reconstruction.reconstruct import reconstruct
from clinic.reconstruction.training.ict import identities

_FIRST_SITTING = 3000
_FACES = 2


def whole_seconds(kind: Kind) -> Sequence[float]:
    """Return the seconds of each face that could be built. What is compiled on first use is made before."""
    taken = [
        sitting(kind, weights, _FIRST_SITTING + number, SERIES)
        for number, weights in enumerate(identities(PEOPLE_SEED, _FACES))
    ]
    seconds = []
    for number, one in enumerate([taken[0], *taken]):
        try:
            _, took = timed(partial(reconstruct, Acquisition(one.photos), Progress()))
        except ClinicError:
            continue
        if number:
            seconds.append(took)
    return seconds
