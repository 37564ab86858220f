"""Synthetic patients: everything here is generated, no person is shown."""

import functools
from dataclasses import replace

import numpy as np

from clinic.case import (
    Acquisition,
    Camera,
    Case,
    Caution,
    Comparison,
    Edit,
    EditReached,
    Embedding,
    FaceModel,
    Floats,
    Ints,
    Mask,
    Part,
    Patient,
    Photo,
    PhotoFit,
    Plan,
    Points,
    Range,
    Scale,
    Simulation,
    SolverFigures,
    Texture,
    Topology,
)

SIDE = 28  # quads along each edge of the cube that is blown up to a head


def patient() -> Patient:
    return Patient(
        id="p-0001", family_name="Doe", given_name="Jane", birth_date="1992-02-14", sex="F", note="generated"
    )


def photo(width: int = 320, height: int = 400) -> Photo:
    """A smooth colour ramp with grain: something to warp, not a person."""
    rows, columns = np.mgrid[0:height, 0:width]
    noise = np.random.default_rng(5).integers(0, 12, (height, width, 3))
    ramp = np.stack([80 + 120 * columns / width, 60 + 130 * rows / height, 90 + 0 * rows], axis=2)
    return Photo(pixels=(ramp + noise).astype(np.uint8), name="photo 1", made_from="generated")


@functools.cache
def topology() -> Topology:
    """An egg-shaped head with a nose: closed but for the neck, mirror-symmetric, linearly subdivided once."""
    control, quads = _cube_sphere()
    indptr, indices, weights, triangles = _subdivide(quads, len(control))
    display = _apply(indptr, indices, weights, control)
    names, regions = _regions(_shape(control))
    landmark_names, triangle = _landmarks(_apply(indptr, indices, weights, _shape(control)), triangles)
    corner = np.zeros((len(landmark_names), 3))
    corner[:, 0] = 1
    longitude = np.arctan2(display[:, 0], -display[:, 1])
    uv = np.stack([0.5 + longitude / (2 * np.pi), 0.5 + display[:, 2] / 2.2], axis=1)
    return Topology(
        name="synthetic-egg",
        control_quads=quads,
        triangles=triangles,
        subdivision_indptr=indptr,
        subdivision_indices=indices,
        subdivision_weights=weights,
        uv=uv,
        mirror=_mirror(display),
        control_mirror=_mirror(control),
        region_names=names,
        regions=regions,
        landmarks=Embedding(landmark_names, triangle, corner),
    )


@functools.cache
def face() -> FaceModel:
    shared = topology()
    control = _shape(_cube_sphere()[0])
    display = shared.subdivide(control)
    count = len(display)
    fit = PhotoFit(
        photo_id=photo().id,
        camera=camera(),
        points=display,
        expression=np.zeros(52),
        landmarks=camera().project(display[:10]),
        error_px=np.zeros(10),
    )
    return FaceModel(
        topology=shared,
        identity=np.zeros(3),
        residual=np.zeros(len(control)),
        size=1.0,
        rotation=np.eye(3),
        translation=np.zeros(3),
        control=control,
        parts=(_ball("eye_r", -31.5), _ball("eye_l", 31.5)),
        texture=Texture(
            pixels=np.full((256, 256, 3), (205, 160, 140), np.uint8), seen=np.full((256, 256), 255, np.uint8)
        ),
        scale=Scale("interpupillary distance", 0.008),
        sigma_mm=np.full(count, 1.5),
        seen=np.ones(count, np.uint8),
        photos=(fit,),
        made_from=(photo().id,),
        made_by="synthetic",
    )


def camera(width: int = 320, height: int = 400, distance_mm: float = 900.0) -> Camera:
    """Level, straight in front, looking back along +y."""
    rotation = np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]])
    return Camera(1000.0, width / 2, height / 2, width, height, rotation, np.array([0.0, 0.0, distance_mm]))


def plan() -> Plan:
    """The demo plan: hump −2 mm, chin +4 mm, 1 cc malar filler per side."""
    return Plan(
        (
            Edit("dorsal_hump", (("amount_mm", -2.0),)),
            Edit("genioplasty", (("forward_mm", 4.0), ("vertical_mm", 0.0))),
            Edit("malar_filler", (("amount_cc", 1.0),)),
        )
    )


def case() -> Case:
    """A patient with a photo, a face and a plan that nobody has solved."""
    return Case("c-0001", patient(), Acquisition((photo(),), 63.0), face(), plan())


def solved_case() -> Case:
    """`case()` with a smooth made-up chin advance in the place of a simulation."""
    before = case()
    assert before.face is not None
    chin = before.face.landmarks()["pogonion"]
    control = before.face.control
    bump = np.exp(-((control - chin) ** 2).sum(axis=1) / (2 * 12.0**2))
    moved = bump[:, None] * np.array([0.0, -4.0, 0.0])
    simulation = Simulation(
        displacement=before.face.topology.subdivide(moved),
        control_displacement=moved,
        strain=np.full(len(before.face.points), 0.01),
        loads=(),
        figures=SolverFigures(20000, 10000, 2, 6, 1e-8, 0.8, 0.3, 1.0),
        solved=True,
        made_from=before.simulation_inputs,
        made_by="synthetic",
    )
    return Case(before.id, before.patient, before.acquisition, before.face, before.plan, simulation)


def ranged_case() -> Case:
    """`solved_case()` with a range around its chin: 0.7 to 1.2 times the move, read off by one gauge."""
    before = solved_case()
    assert before.simulation is not None
    moved = before.simulation.displacement
    within = Range(0.7 * moved, 1.2 * moved, ((2.9, 3.9),), 16, ("stiffness of each layer × 0.5 to 2",))
    edits = (EditReached("Chin forward", 4.0, 3.4, "mm", 2.9, 3.9),)
    caution = Caution("Skin strain 17 % at the chin", "Review the plan before you share it.")
    comparison = Comparison(
        signed_mm=-moved[:, 1],
        volumes=(("chin", 3.4),),
        edits=edits,
        max_mm=4.0,
        max_strain=0.17,
        made_from=before.simulation.made_from,
        cautions=(caution,),
    )
    return replace(before, simulation=replace(before.simulation, range=within), comparison=comparison)


def with_bone(before: Case) -> Case:
    """The case with pale bone 8 mm or more under all of its skin, as of a CT."""
    assert before.face is not None
    shape, display = before.face.topology, before.face.points
    inside = (display - display.mean(axis=0)) * 0.85 + display.mean(axis=0)
    bone = Part("bone", inside, shape.triangles, np.full((len(display), 3), 230, np.uint8))
    thickness = np.full(len(before.face.control), 8.0)
    return replace(before, face=replace(before.face, bone=bone, thickness_mm=thickness))


def enclosed_volume_mm3(points: Points, triangles: Ints) -> float:
    """The volume inside a closed surface by the divergence theorem, mm³; positive if its normals point out."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    return float(np.einsum("ij,ij->", a, np.cross(b, c)) / 6)


def _cube_sphere() -> tuple[Points, Ints]:
    """Unit sphere from a cube whose bottom is left open: vertices (c, 3), outward quads (q, 4)."""
    steps = np.tan(np.linspace(-np.pi / 4, np.pi / 4, SIDE + 1))
    a, b = (grid.ravel() for grid in np.meshgrid(steps, steps, indexing="ij"))
    one = np.ones_like(a)
    sides = [np.stack(axes, axis=1) for axes in ((one, a, b), (-one, b, a), (b, one, a), (a, -one, b), (a, b, one))]
    corner = np.arange((SIDE + 1) ** 2).reshape(SIDE + 1, SIDE + 1)
    patch = np.stack([corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]], axis=-1).reshape(-1, 4)
    points = np.concatenate(sides)
    quads = np.concatenate([patch + k * len(one) for k in range(len(sides))])
    _, first, inverse = np.unique(np.round(points, 9), axis=0, return_index=True, return_inverse=True)
    sphere = points[first] / np.linalg.norm(points[first], axis=1, keepdims=True)
    return sphere, inverse.ravel()[quads].astype(np.int32)


def _shape(sphere: Points) -> Points:
    """Blow the sphere up to a head of 150 × 190 × 230 mm with nose and chin, eyes at the origin's height."""
    head = sphere * (75.0, 95.0, 115.0) + (0.0, 75.0, -20.0)
    front = np.clip(-sphere[:, 1], 0, None) ** 2
    for height, out, width, tall in ((-35.0, 18.0, 11.0, 16.0), (-95.0, 14.0, 22.0, 14.0)):
        bump = np.exp(-((head[:, 0] / width) ** 2) / 2 - ((head[:, 2] - height) / tall) ** 2 / 2)
        head[:, 1] -= out * front * bump
    return head


def _subdivide(quads: Ints, count: int) -> tuple[Ints, Ints, Floats, Ints]:
    """Linear subdivision as CSR arrays, and display triangles."""
    edges = np.sort(np.stack([quads, np.roll(quads, -1, axis=1)], axis=2), axis=2).reshape(-1, 2)
    unique, inverse = np.unique(edges, axis=0, return_inverse=True)
    middle = count + inverse.ravel().reshape(-1, 4)
    centre = count + len(unique) + np.arange(len(quads))
    lengths = np.r_[np.ones(count, int), np.full(len(unique), 2), np.full(len(quads), 4)]
    indptr = np.r_[0, np.cumsum(lengths)]
    indices = np.r_[np.arange(count), unique.ravel(), quads.ravel()]
    weights = np.r_[np.ones(count), np.full(unique.size, 0.5), np.full(quads.size, 0.25)]
    small = [np.stack([quads[:, k], middle[:, k], centre, middle[:, k - 1]], axis=1) for k in range(4)]
    fine = np.concatenate(small)
    triangles = np.concatenate([fine[:, [0, 1, 2]], fine[:, [0, 2, 3]]])
    return (
        indptr.astype(np.int32),
        indices.astype(np.int32),
        weights,
        triangles.astype(np.int32),
    )


def _apply(indptr: Ints, indices: Ints, weights: Floats, values: Floats) -> Floats:
    carried: Floats = np.add.reduceat(weights[:, None] * values[indices], indptr[:-1], axis=0)
    return carried


def _mirror(points: Points) -> Ints:
    where = {tuple(key): k for k, key in enumerate(np.round(points, 6) + 0.0)}
    return np.array([where[tuple(key)] for key in np.round(points * (-1, 1, 1), 6) + 0.0], np.int32)


def _regions(head: Points) -> tuple[tuple[str, ...], Mask]:
    x, y, z = head.T
    front = y < 45
    face_region = front & (z < 55) & (z > -125)
    boxes = {
        "face": face_region,
        "nose": face_region & (abs(x) < 18) & (z < 5) & (z > -50),
        "upper_lip": face_region & (abs(x) < 28) & (z <= -50) & (z > -65),
        "lower_lip": face_region & (abs(x) < 28) & (z <= -65) & (z > -78),
        "lids": face_region & (abs(x) > 18) & (abs(x) < 45) & (abs(z) < 9),
        "chin": face_region & (abs(x) < 30) & (z <= -78),
        "cheek_r": face_region & (x < -18) & (z < -9) & (z > -78),
        "cheek_l": face_region & (x > 18) & (z < -9) & (z > -78),
        "forehead": face_region & (z > 9),
        "ears": (abs(x) > 70) & (abs(z) < 30) & (y > 60) & (y < 100),
        "neck": (z < -118) & ~face_region,
        "scalp": (z > 40) & ~face_region,
        "interior": np.zeros(len(head), bool),
    }
    return tuple(boxes), np.stack(list(boxes.values()))


LANDMARKS = {
    "exocanthion_r": (-45, 0), "endocanthion_r": (-16, 0), "endocanthion_l": (16, 0), "exocanthion_l": (45, 0),
    "subnasale": (0, -52), "cheilion_r": (-25, -65), "cheilion_l": (25, -65), "pronasale": (0, -35),
    "pogonion": (0, -95), "glabella": (0, 16), "nasion": (0, 5), "rhinion": (0, -14), "alare_r": (-16, -42),
    "alare_l": (16, -42), "alar_crease_r": (-16, -46), "alar_crease_l": (16, -46), "labiale_superius": (0, -60),
    "labiale_inferius": (0, -72), "stomion": (0, -65), "menton": (0, -115), "gnathion": (0, -108),
    "tragion_r": (-74, -5), "tragion_l": (74, -5), "orbitale_r": (-31, -5), "orbitale_l": (31, -5),
    "gonion_r": (-60, -80), "gonion_l": (60, -80), "zygion_r": (-68, -20), "zygion_l": (68, -20),
    "trichion": (0, 60), "sublabiale": (0, -80), "columella": (0, -48), "malar_r": (-42, -22), "malar_l": (42, -22),
}  # fmt: skip


def _landmarks(display: Points, triangles: Ints) -> tuple[tuple[str, ...], Ints]:
    """The triangle whose first corner lies nearest to a place given as (x, z) on the front."""
    corners = display[triangles[:, 0]]
    chosen = [
        int(np.argmin(((corners[:, [0, 2]] - place) ** 2).sum(axis=1) + np.where(corners[:, 1] > 85, 1e6, 0)))
        for place in LANDMARKS.values()
    ]
    return tuple(LANDMARKS), np.array(chosen, np.int32)


def _ball(name: str, x: float) -> Part:
    sphere, quads = _cube_sphere()
    points = sphere * 12.0 + (x, 0.0, 0.0)
    triangles = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return Part(name, points, triangles, np.full((len(points), 3), 235, np.uint8))
