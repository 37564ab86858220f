"""The network library's remarks stay off standard error; everything else still gets there."""

import os
import subprocess
import sys

import pytest

from clinic.reconstruction.quiet import without_remarks

_FIRST_USE = "from clinic.reconstruction.landmarks import detect; import skimage.data; detect(skimage.data.astronaut())"


def test_the_first_use_of_the_networks_writes_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", _FIRST_USE], capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    assert done.stdout == b""


def test_remarks_are_dropped_and_errors_passed_on(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), without_remarks():
        os.write(2, b"INFO: made a delegate\nERROR: no memory\n") // 0
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "ERROR: no memory\nafter\n"


def test_a_program_without_standard_error_goes_on() -> None:
    code = "import os; os.close(2); from clinic.reconstruction.quiet import without_remarks as w\nwith w(): print('on')"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True, timeout=60)
    assert done.stdout.strip() == b"on"
