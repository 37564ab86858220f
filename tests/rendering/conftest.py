import numpy as np
import pytest
from builders import solved_case

from clinic.case import Floats


@pytest.fixture(scope="session")
def chin_forward() -> Floats:
    """Chin 4 mm forward, exactly zero away from it: (n, 3) mm."""
    simulation = solved_case().simulation
    assert simulation is not None
    displacement = simulation.displacement.copy()
    displacement[np.linalg.norm(displacement, axis=1) < 0.05] = 0.0
    return displacement
