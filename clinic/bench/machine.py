"""What a bench ran on: the same object in every report."""

import os
import platform
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

_PACKAGES = ("clinic", "numpy", "scipy", "numba", "sfepy", "pypardiso", "mkl", "torch", "vtk", "pyside6-essentials")
_RESET_PEAK = "5"  # proc(5), clear_refs


class Machine:
    """The computer, watched from the beginning of a bench to its end."""

    def __init__(self) -> None:
        self._load_before = _load()

    def facts(self) -> Mapping[str, object]:
        """Return cores, memory, the load before and now (null where the system tells none), and versions."""
        return {
            "cores": os.cpu_count(),
            "memory_gib": _memory_gib(),
            "processor": _processor(),
            "system": platform.platform(),
            "load_before": self._load_before,
            "load_after": _load(),
            "versions": {"python": platform.python_version()} | {name: _version(name) for name in _PACKAGES},
        }


def reset_peak() -> None:
    """Begin to measure the peak of memory anew, where the system can."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK)


def peak_mib() -> float | None:
    """Return the most memory that this process has held since the last reset, MiB; None where nobody counts it."""
    if sys.platform != "linux":
        return None
    return round(_kib(Path("/proc/self/status"), "VmHWM") / 1024, 1)


def _load() -> tuple[float, float, float] | None:
    """Return the mean number of running processes in the last 1, 5 and 15 minutes; Windows counts none."""
    return os.getloadavg() if sys.platform != "win32" else None


def _memory_gib() -> float | None:
    if sys.platform == "win32":
        return None
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def _processor() -> str:
    cpu = Path("/proc/cpuinfo")
    if not cpu.exists():
        return platform.processor()
    named = [line for line in cpu.read_text().splitlines() if line.startswith("model name")]
    return named[0].partition(":")[2].strip() if named else platform.machine()


def _kib(status: Path, name: str) -> int:
    line = next(line for line in status.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
