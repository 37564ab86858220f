"""Answers what is asked about DICOM files. Runs in the child process."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.intake.dicom import child_header, child_pixels, pack
from clinic.intake.dicom.child_documents import documents


def decode(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the facts of every image, or the pixels of those that are asked for. Raises Refusal."""
    ask, files = pack.unpack(data)
    if ask["want"] == "facts":
        return _facts(files), {}
    slices = child_pixels.slices(files, ask["frames"], float(ask["factor"]), bool(ask["is_ct"]), bool(ask["halved"]))
    return {}, {"values": np.ascontiguousarray(slices)}


def _facts(files: list[memoryview]) -> dict[str, Any]:
    images: list[dict[str, Any]] = []
    others: list[str] = []
    for file, data in enumerate(files):
        for member, opened in documents(data):
            found = child_header.facts(opened)
            if isinstance(found, str):
                others.append(found)
            else:
                images += [{"file": file, "member": member} | frame for frame in found]
    return {"images": images, "others": others}
