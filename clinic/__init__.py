"""Clinic: plan facial surgery on a metric 3D face, offline, with sealed and audited records.

A `Case` is everything known about one planned operation, and it never changes: each step makes a new one. Stages turn
one part of a case into the next; they know the case and never each other. One `Session` holds the current case,
records every change with its audit row before it is shown, and undoes by going back to the case before.

The same words name the folders, the functions in `workflow`, the verbs of the command line and the folders of `tests/`.
"""

__version__ = "0.1.0"
