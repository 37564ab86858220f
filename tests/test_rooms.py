"""The floor plan holds: light where it must be light, nothing heavy before its stage."""

import subprocess
import sys

import pytest

HEAVY = ["torch", "sfepy", "vtkmodules", "pyvista", "PySide6", "cv2", "scipy", "sqlalchemy", "cryptography", "PIL"]


@pytest.mark.parametrize("room", ["clinic.cli", "clinic.workflow", "clinic.case", "clinic.bench"])
def test_light_rooms_load_nothing_heavy(room: str) -> None:
    code = f"import sys, {room}; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
