"""One solved plan and one prepared preview for all tests that look at them."""

import pytest
from builders import plan
from people import person

from clinic.case import Simulation
from clinic.jobs import Progress
from clinic.planning.apply import loads
from clinic.simulation.preview import Preview
from clinic.simulation.simulate import solve


@pytest.fixture(scope="session")
def preview() -> Preview:
    return Preview(person())


@pytest.fixture(scope="session")
def outcome(preview: Preview) -> Simulation:
    return solve(preview, loads(plan(), person()), Progress())
