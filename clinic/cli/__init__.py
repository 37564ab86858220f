"""The command line: one verb per stage, for scripts, benchmarks and whoever likes to type.

Errors that a user can act on end with exit code 2 and one sentence on standard error; `--debug` shows where any error
came from. Nothing heavy is imported before its verb runs.
"""

import argparse
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence

from clinic import __version__
from clinic.errors import ClinicError
from clinic.jobs import Cancelled

Bench = Callable[[bool], Mapping[str, object]]  # (full) -> figures with a `summary`

REFUSED, INTERRUPTED = 2, 130


def main(arguments: Sequence[str], benches: Mapping[str, Bench]) -> int:
    """Run one verb and return the exit code. `benches` are handed in: they may import anything, this room may not."""
    options = _parser(benches).parse_args(arguments)
    try:
        code: int = options.run(options)
        return code
    except (Cancelled, KeyboardInterrupt):
        sys.stderr.write("Stopped. Nothing was changed.\n")
        return INTERRUPTED
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        sys.stderr.write(f"{_words(error)}\n")
        return REFUSED


def _words(error: Exception) -> str:
    """One line for the user; the message of an unexpected error may hold patient data, so only its kind is told."""
    if isinstance(error, ClinicError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"The computer refused a file operation: {error.strerror}. Nothing was half-written."
    return f"Something unexpected went wrong ({type(error).__name__}). Run the command again with --debug to see where."


def _parser(benches: Mapping[str, Bench]) -> argparse.ArgumentParser:
    from clinic.cli import bench, demo, files, records

    parser = argparse.ArgumentParser(prog="clinic", description="Plan facial surgery on a metric 3D face.")
    parser.add_argument("--version", action="version", version=f"clinic {__version__}")
    parser.set_defaults(debug=False)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--debug", action="store_true", help="show where an error came from")
    files.add_verbs(verbs, shared)
    demo.add_verbs(verbs, shared)
    records.add_verbs(verbs, shared)
    bench.add_verbs(verbs, shared, benches)
    return parser
