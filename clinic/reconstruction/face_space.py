"""The space of faces: one mesh, a mean, modes of identity and expressions, and where landmarks lie on it.

Everything is in millimetres in LPS axes, Frankfort level, x = 0 midsagittal, origin midway between the eyeballs of the
mean. The arrays are baked by `clinic.reconstruction.training.bake_face_space`, their origin stands beside them.
"""

import hashlib
import io
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic import resources
from clinic.case import Embedding, Floats, Ints, Part, Pixels, Points, Topology, Triangles
from clinic.case.arrays import freeze
from clinic.errors import ClinicError
from clinic.geometry import vertex_normals
from clinic.reconstruction.eyeball import BROWN, eyeball
from clinic.words import say

SHARED, BUILD, CARD = "face_space.npz", "identity_{}.npz", "face_space.toml"
SHIP, HOLDOUT = "ship", "holdout"


class DamagedFaceSpace(ClinicError):
    """The face space is absent or is not the one that was baked."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "The face space in resources/face_space is missing or damaged, so faces cannot be reconstructed. "
                "Restore that folder from the program's own files or install the program again."
            )
        )


@dataclass(frozen=True, slots=True, eq=False)
class Inner:
    """Teeth and tongue at rest. mean: (p, 3) mm. modes: (k, p, 3). rows: where each part begins and ends."""

    names: tuple[str, ...]
    rows: tuple[tuple[int, int], ...]
    mean: Points
    modes: Floats
    triangles: tuple[Ints, ...]
    colours: Pixels

    def __post_init__(self) -> None:
        freeze(self, mean=(np.float64, -1, 3), modes=(np.float64, -1, -1, 3), colours=(np.uint8, -1, 3))


@dataclass(frozen=True, slots=True, eq=False)
class FaceSpace:
    """A face is mean + identity · modes + expression · expressions, over c control vertices, mm.

    mean: (c, 3). modes: (k, c, 3), one standard deviation each, the symmetric ones first. residual_modes: (r, c) mm
    along the normals, what modes cannot say: a residual is weights · residual_modes with weights from N(0, 1), the
    smoothest first. expressions: (52, c, 3) for weight 1, named by ARKit. landmarks_478: the detector's points on the
    display mesh, sigma: (478,) mm, inf where a point cannot be placed. landmarks_68: Multi-PIE's. eyes: (2, 3) centres
    of the mean's eyeballs, right and left, with eye_modes (k, 2, 3). eye_radius: mm.
    """

    topology: Topology
    mean: Points
    modes: Floats
    symmetric: int
    residual_modes: Floats
    expressions: Floats
    expression_names: tuple[str, ...]
    landmarks_478: Embedding
    landmarks_478_sigma: Floats
    landmarks_68: Embedding
    eyes: Points
    eye_modes: Floats
    eye_radius: float
    inner: Inner
    sha256: str

    def __post_init__(self) -> None:
        c = len(self.topology.control_mirror)
        freeze(
            self,
            mean=(np.float64, c, 3),
            modes=(np.float64, -1, c, 3),
            residual_modes=(np.float64, -1, c),
            expressions=(np.float64, len(self.expression_names), c, 3),
            landmarks_478_sigma=(np.float64, 478),
            eyes=(np.float64, 2, 3),
            eye_modes=(np.float64, -1, 2, 3),
        )

    @staticmethod
    def load(build: str = SHIP) -> "FaceSpace":
        """Return the face space of this program, read once. Raises DamagedFaceSpace.

        build: "ship" for patients, or "holdout", whose identities come from few of the scan-derived people, so that the
        others can test it.
        """
        return _load(build)

    def control(self, identity: Floats, expression: Floats | None = None, residual: Floats | None = None) -> Points:
        """Return the (c, 3) control vertices of a face.

        identity: (k,) standard deviations; fewer than k: the rest are 0. expression: (52,). residual: (c,) mm along the
        normals of that face at rest.
        """
        control: Points = self.mean + np.tensordot(identity, self.modes[: len(identity)], 1)
        if residual is not None:
            control = control + residual[:, None] * vertex_normals(control, _halves(self.topology.control_quads))
        if expression is not None:
            control = control + np.tensordot(expression, self.expressions, 1)
        return control

    def eye_centres(self, identity: Floats) -> Points:
        """Return the (2, 3) centres of the right and the left eyeball."""
        centres: Points = self.eyes + np.tensordot(identity, self.eye_modes[: len(identity)], 1)
        return centres

    def parts(self, identity: Floats, iris_rgb: tuple[int, int, int] = BROWN) -> tuple[Part, ...]:
        """Return eyeballs, teeth and tongue of a face at rest, eyes straight ahead."""
        sides = zip(("eye_r", "eye_l"), self.eye_centres(identity), strict=True)
        eyes = tuple(eyeball(name, centre, self.eye_radius, iris_rgb) for name, centre in sides)
        points = self.inner.mean + np.tensordot(identity, self.inner.modes[: len(identity)], 1)
        inner = zip(self.inner.names, self.inner.rows, self.inner.triangles, strict=True)
        return eyes + tuple(
            Part(name, points[first:last], triangles, self.inner.colours[first:last])
            for name, (first, last), triangles in inner
        )


@cache
def _load(build: str) -> FaceSpace:
    folder = resources.folder("face_space")
    files = (SHARED, BUILD.format(build))
    try:
        card = tomllib.loads((folder / CARD).read_text(encoding="utf-8"))
        contents = [(folder / file).read_bytes() for file in files]
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise DamagedFaceSpace from error
    known = card.get("sha256", {})
    if any(known.get(f) != hashlib.sha256(content).hexdigest() for f, content in zip(files, contents, strict=True)):
        raise DamagedFaceSpace
    arrays: dict[str, NDArray[Any]] = {}
    for content in contents:
        with np.load(io.BytesIO(content), allow_pickle=False) as some:
            arrays |= dict(some)
    whole = hashlib.sha256(b"".join(contents)).hexdigest()
    return _assemble(arrays, str(card["name"]), int(card["symmetric_modes"]), whole)


def _assemble(arrays: dict[str, NDArray[Any]], name: str, symmetric: int, sha256: str) -> FaceSpace:
    return FaceSpace(
        topology=_topology(arrays, name),
        mean=arrays["mean"],
        modes=arrays["modes"],
        symmetric=symmetric,
        residual_modes=arrays["residual_modes"],
        expressions=arrays["expressions"],
        expression_names=_names(arrays["expression_names"]),
        landmarks_478=_embedding(arrays, "landmarks_478"),
        landmarks_478_sigma=arrays["landmarks_478_sigma"],
        landmarks_68=_embedding(arrays, "landmarks_68"),
        eyes=arrays["eyes"],
        eye_modes=arrays["eye_modes"],
        eye_radius=float(arrays["eye_radius"]),
        inner=_inner(arrays),
        sha256=sha256,
    )


def _topology(arrays: dict[str, NDArray[Any]], name: str) -> Topology:
    return Topology(
        name=name,
        control_quads=arrays["control_quads"],
        triangles=arrays["triangles"],
        subdivision_indptr=arrays["subdivision_indptr"],
        subdivision_indices=arrays["subdivision_indices"],
        subdivision_weights=arrays["subdivision_weights"],
        uv=arrays["uv"],
        mirror=arrays["mirror"],
        control_mirror=arrays["control_mirror"],
        region_names=_names(arrays["region_names"]),
        regions=arrays["regions"],
        landmarks=_embedding(arrays, "landmarks"),
    )


def _inner(arrays: dict[str, NDArray[Any]]) -> Inner:
    names = _names(arrays["inner_names"])
    return Inner(
        names=names,
        rows=tuple((int(first), int(last)) for first, last in arrays["inner_rows"]),
        mean=arrays["inner_mean"],
        modes=arrays["inner_modes"],
        triangles=tuple(arrays[f"inner_{name}_triangles"] for name in names),
        colours=arrays["inner_colours"],
    )


def _embedding(arrays: dict[str, NDArray[Any]], name: str) -> Embedding:
    return Embedding(_names(arrays[f"{name}_names"]), arrays[f"{name}_triangle"], arrays[f"{name}_weights"])


def _names(array: NDArray[Any]) -> tuple[str, ...]:
    return tuple(str(name) for name in array)


def _halves(quads: Ints) -> Triangles:
    """Return each quad cut both ways, so that no diagonal is preferred."""
    cuts = ([0, 1, 2], [0, 2, 3], [0, 1, 3], [1, 2, 3])
    return np.concatenate([quads[:, cut] for cut in cuts])
