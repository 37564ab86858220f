"""One file or folder per `clinic bench NAME`."""

from collections.abc import Mapping

from clinic.bench.intake import INTAKE
from clinic.bench.network import NETWORK
from clinic.bench.reconstruction import RECONSTRUCTION
from clinic.bench.records import RECORDS
from clinic.bench.simulation import SIMULATION
from clinic.bench.story import STORY
from clinic.bench.viewport import VIEWPORT
from clinic.cli.bench import Bench

BENCHES: Mapping[str, Bench] = {
    "intake": INTAKE,
    "network": NETWORK,
    "reconstruction": RECONSTRUCTION,
    "records": RECORDS,
    "simulation": SIMULATION,
    "story": STORY,
    "viewport": VIEWPORT,
}
