"""The command line: one verb per stage, for scripts, benchmarks and whoever likes to type.

Errors that a user can act on end with exit code 2 and one sentence on standard error; `--debug` shows where any error
came from. Nothing heavy is imported before its verb runs.
"""

import argparse
import io
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from clinic import __version__
from clinic.errors import ClinicError
from clinic.jobs import Cancelled

if TYPE_CHECKING:
    from clinic.cli.bench import Bench

REFUSED, INTERRUPTED = 2, 130


def main(arguments: Sequence[str], benches: Mapping[str, "Bench"]) -> int:
    """Run one verb and return the exit code. `benches` are handed in: they may import anything, this room may not."""
    _write_any_letter()
    options = _parser(benches).parse_args(arguments)
    # Taken away, so that no process that is started from here on inherits it.
    options.passphrase = os.environ.pop("CLINIC_PASSPHRASE", "")
    try:
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except (Cancelled, KeyboardInterrupt):
        sys.stderr.write("Stopped. Nothing was changed.\n")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answer has read enough; Python would complain once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        sys.stderr.write(f"{_words(error)}\n")
        return REFUSED


def _words(error: Exception) -> str:
    """One line for the user; the message of an unexpected error may hold patient data, so only its kind is told."""
    if isinstance(error, ClinicError):
        return " ".join(str(error).split())
    if isinstance(error, MemoryError):
        return "The computer ran out of memory, so nothing was written. Close other programs and try again."
    if isinstance(error, OSError) and error.strerror:
        place = f" on “{error.filename}”" if error.filename else ""
        return f"The computer refused a file operation{place}: {error.strerror}. Check the place and its access rights."
    return f"Something unexpected went wrong ({type(error).__name__}). Run the command again with --debug to see where."


def _write_any_letter() -> None:
    """Write letters that the terminal does not know as their numbers: a file's name must not end the work."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _parser(benches: Mapping[str, "Bench"]) -> argparse.ArgumentParser:
    from clinic.cli import bench, demo, files, intake, people, records, train

    parser = argparse.ArgumentParser(
        prog="clinic",
        description="Plan facial surgery on a metric 3D face.",
        epilog="Without a verb, the window opens: clinic [--sample | --archive DIR].",
    )
    parser.add_argument("--version", action="version", version=f"clinic {__version__}")
    parser.set_defaults(debug=False)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--debug", action="store_true", help="show where an error came from")
    files.add_verbs(verbs, shared)
    intake.add_verbs(verbs, shared)
    demo.add_verbs(verbs, shared)
    records.add_verbs(verbs, shared)
    people.add_verbs(verbs, shared)
    train.add_verbs(verbs, shared)
    bench.add_verbs(verbs, shared, benches)
    return parser
