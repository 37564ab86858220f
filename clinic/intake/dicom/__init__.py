"""Slices from outside: a folder, DICOMDIR, ZIP or multi-frame file becomes a volume.

`find` lists the series in a path, `preview` draws one slice of each, `read` makes the volume of one. This process
handles bytes and checked numbers only: `child_*` modules, which run in the limited child process, do all the parsing.
"""

from clinic.intake.dicom.find import find
from clinic.intake.dicom.series import Found, Series
from clinic.intake.dicom.stack import preview, read

__all__ = ["Found", "Series", "find", "preview", "read"]
