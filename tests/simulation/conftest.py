"""One solved plan and one prepared preview for all tests that look at them."""

import pytest
from builders import plan
from people import person

from clinic.case import Simulation
from clinic.jobs import Progress
from clinic.planning.apply import loads
from clinic.simulation.preview import Preview
from clinic.simulation.simulate import simulate


@pytest.fixture(scope="session")
def outcome() -> Simulation:
    return simulate(person(), loads(plan(), person()), Progress())


@pytest.fixture(scope="session")
def preview() -> Preview:
    return Preview(person())
