"""Opens the window; with a verb, the command line. The only place that wires things up."""

import os
import sys
from collections.abc import Sequence

_OF_THE_WINDOW = ("--archive", "--sample")
_NO_SCREEN = (
    "There is no screen to open the window on. Start Clinic in a desktop session, "
    "or use the command line: clinic --help lists its verbs.\n"
)
_REFUSED, _INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Clinic and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _window(given) if not given or given[0].startswith(_OF_THE_WINDOW) else _verb(given)
    except KeyboardInterrupt:  # while a verb was still loading
        return _INTERRUPTED


def _verb(given: Sequence[str]) -> int:
    from clinic.bench import BENCHES
    from clinic.cli import main as run_verb

    if not os.environ.get("DISPLAY"):
        # Off-screen pictures then need no X server; VTK looks at this when it loads.
        os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
    return run_verb(given, BENCHES)


def _window(given: Sequence[str]) -> int:
    if not _has_screen():
        sys.stderr.write(_NO_SCREEN)
        return _REFUSED
    from clinic.ui.app import run

    return run(given)


def _has_screen() -> bool:
    """Return False where Qt would abort the process: on Linux, when neither Wayland nor an X server answers."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    import ctypes

    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return bool(os.environ.get("DISPLAY"))
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if display:
        x11.XCloseDisplay(ctypes.c_void_p(display))
    return bool(display)


if __name__ == "__main__":
    sys.exit(main())
