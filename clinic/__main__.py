"""Opens the window; with a verb, the command line. The only place that wires things up."""

import os
import sys
from collections.abc import Sequence

VERBS = {"reconstruct", "simulate", "demo", "audit", "models", "bench"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run Clinic and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given and (given[0] in VERBS or given[0] in ("-h", "--help", "--version")):
        from clinic.bench import BENCHES
        from clinic.cli import main as run_verb

        if not os.environ.get("DISPLAY"):
            # Off-screen pictures then need no X server; VTK looks at this when it loads.
            os.environ.setdefault("VTK_DEFAULT_OPENGL_WINDOW", "vtkEGLRenderWindow")
        return run_verb(given, BENCHES)
    from clinic.ui.app import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())
