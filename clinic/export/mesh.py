"""Faces as mesh files, with their landmarks beside them; and the way back from a GLB of ours."""

import base64
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.case import FaceModel, Floats, Part, Pixels, Points, Scale, ScanFit, Texture
from clinic.export.errors import DamagedClinicGlb, NotAClinicGlb
from clinic.export.solid import closed
from clinic.geometry import vertex_normals
from clinic.jobs import Progress
from clinic.mesh_files import FRAME_PATIENT, MeshFile, MeshPart, glb, in_gltf_axes, obj, ply, stl

_WET = 0.2  # roughness of eyes, teeth and tongue
_SAME_MM = 1e-3  # what two computers may differ by in the same sum
_MOST_SIGMAS, _MOST_RESIDUAL_MM = 10.0, 50.0  # far beyond any face
FORMAT = 1  # of extras.clinic; a reader refuses any other


def face_file(suffix: str, face: FaceModel, displacement: Points | None = None, own: MeshFile | None = None) -> bytes:
    """Return a face, moved by `displacement` (n, 3) mm if given, as a file of FACE_SUFFIXES.

    PLY, OBJ and STL are in mm in the patient frame, GLB in glTF's metres and axes. STL is closed to a solid body. own:
    the patient's scan, which a GLB holds as a scene of its own.
    """
    if suffix == ".glb":
        return _glb(face, displacement, own=own)
    return _FILES[suffix](face, displacement)


def landmarks_json(suffix: str, face: FaceModel, displacement: Points | None = None) -> dict[str, Any]:
    """Return the named landmarks in the frame and unit of the mesh file with that suffix."""
    names, placed = zip(*face.landmarks(displacement).items(), strict=True)
    marks = MeshFile(np.stack(placed), np.zeros((1, 3), np.int32), "mm", FRAME_PATIENT)
    if suffix == ".glb":
        marks = in_gltf_axes(marks)
    decimals = 6 if marks.unit == "m" else 3
    rounded = {name: np.round(point, decimals).tolist() for name, point in zip(names, marks.points, strict=True)}
    return {"landmarks": rounded, "unit": marks.unit, "frame": marks.frame}


def face_files(
    path: Path, face: FaceModel, displacement: Points | None = None, own: MeshFile | None = None
) -> dict[Path, bytes]:
    """Return `face_file` under its path; for OBJ also the material and picture that belong beside it."""
    if path.suffix.lower() != ".obj":
        return {path: face_file(path.suffix.lower(), face, displacement, own)}
    files = obj.to_files(_skin(face, displacement, textured=True), path.stem)
    return {path.with_name(name): content for name, content in files.items()}


def dressed_glb(face: FaceModel, displacement: Points | None = None, own: MeshFile | None = None) -> bytes:
    """Return a GLB as `face_file` does, with the surgical cap on: hair is not rebuilt, and nobody is shown bald."""
    from clinic.rendering.cap import FABRIC
    from clinic.rendering.sitting import sit

    worn = sit(face).cap
    cloth = np.full((len(worn.points), 3), np.rint(np.array(FABRIC) * 255), np.uint8)
    normals = vertex_normals(worn.points, worn.triangles)
    worn_cap = MeshPart("cap", worn.points, worn.triangles, cloth, normals, roughness=0.95)
    return _glb(face, displacement, (worn_cap,), own)


def _ply(face: FaceModel, displacement: Points | None) -> bytes:
    return ply.to_bytes(_skin(face, displacement, coloured=True))


def _obj(face: FaceModel, displacement: Points | None) -> bytes:
    return obj.to_files(_skin(face, displacement), "face")["face.obj"]


def _stl(face: FaceModel, displacement: Points | None) -> bytes:
    skin = _skin(face, displacement)
    bodies = [closed(skin.points, skin.triangles)]
    bodies += [closed(part.points, part.triangles) for part in face.parts if part.name.startswith("eye")]
    starts = np.cumsum([0] + [len(points) for points, _ in bodies])
    triangles = [triangles + start for (_, triangles), start in zip(bodies, starts, strict=False)]
    points = np.concatenate([points for points, _ in bodies])
    return stl.to_bytes(MeshFile(points, np.concatenate(triangles), "mm", FRAME_PATIENT))


def _glb(
    face: FaceModel, displacement: Points | None, worn: tuple[MeshPart, ...] = (), own: MeshFile | None = None
) -> bytes:
    skin = _skin(face, displacement, textured=True)
    parts = tuple(
        MeshPart(
            part.name, part.points, part.triangles, part.colours, vertex_normals(part.points, part.triangles), _WET
        )
        for part in face.parts
    )
    extras = {"clinic": _extras(face, displacement)}
    whole = MeshFile(
        skin.points,
        skin.triangles,
        "mm",
        FRAME_PATIENT,
        uv=skin.uv,
        texture=skin.texture,
        normals=vertex_normals(skin.points, skin.triangles),
        parts=(*parts, *worn),
        extras=extras,
        beside=own,
    )
    return glb.to_bytes(in_gltf_axes(whole))


_FILES: dict[str, Callable[[FaceModel, Points | None], bytes]] = {
    ".ply": _ply,
    ".obj": _obj,
    ".stl": _stl,
    ".glb": _glb,
}
FACE_SUFFIXES = tuple(_FILES)


def _skin(face: FaceModel, displacement: Points | None, *, textured: bool = False, coloured: bool = False) -> MeshFile:
    points = face.points if displacement is None else face.points + displacement
    return MeshFile(
        points,
        face.topology.triangles,
        "mm",
        FRAME_PATIENT,
        # Colours say it all where no picture goes along; some programs show only one of the two.
        uv=None if coloured else face.topology.uv,
        texture=face.texture.pixels if textured else None,
        colours=_sampled(face.texture.pixels, face.topology.uv) if coloured else None,
    )


def _sampled(texture: Pixels, uv: Floats) -> Pixels:
    """Return the texel under each texture coordinate, (n, 3)."""
    rows, columns = texture.shape[:2]
    row = np.clip(((1 - uv[:, 1]) * rows).astype(int), 0, rows - 1)
    column = np.clip((uv[:, 0] * columns).astype(int), 0, columns - 1)
    colours: Pixels = texture[row, column]
    return colours


def _extras(face: FaceModel, displacement: Points | None) -> dict[str, Any]:
    """Return what `reconstruction.reconstruct.rebuild` needs to make the face before surgery again, bit for bit."""
    return {
        "format": FORMAT,
        "shows": "before" if displacement is None else "after",
        "topology": face.topology.name,
        "identity": _packed(face.identity),
        "residual": _packed(face.residual),
        "size": face.size,
        "rotation": face.rotation.tolist(),
        "translation_mm": face.translation.tolist(),
        "scale": {"source": face.scale.source, "relative_sigma": face.scale.relative_sigma},
        "sigma_mm": _packed(face.sigma_mm),
        "seen": _packed(face.seen),
        "texture_seen": _packed_mask(face.texture.seen),
        "landmarks_mm": {name: point.tolist() for name, point in face.landmarks(displacement).items()},
        "landmarks_before_mm": {name: point.tolist() for name, point in face.landmarks().items()},
        "warnings": list(face.warnings),
        "made_from": list(face.made_from),
        "made_by": face.made_by,
        **_scanned(face),
    }


def _scanned(face: FaceModel) -> dict[str, Any]:
    """Return what a face from a scan has beside what the face space makes of its numbers."""
    if face.scan is None or face.detail is None:
        return {}
    fit = face.scan
    return {
        "scan": {
            "scan_id": fit.scan_id,
            "rotation": fit.rotation.tolist(),
            "translation_mm": fit.translation.tolist(),
            "median_mm": fit.median_mm,
            "p95_mm": fit.p95_mm,
        },
        "control_mm": _packed(face.control),
        "detail_mm": _packed(face.detail),
        "part_centres_mm": {part.name: part.points.mean(axis=0).tolist() for part in face.parts},
    }


def _packed(array: NDArray[Any]) -> str:
    """Return an array's bytes, little-endian, as base64."""
    return base64.b64encode(array.astype(array.dtype.newbyteorder("<")).tobytes()).decode()


def _unpacked(text: str, dtype: str) -> NDArray[Any]:
    array = np.frombuffer(base64.b64decode(text, validate=True), dtype)
    if not np.isfinite(array).all():
        raise ValueError("not a list of numbers")
    return array


def _packed_mask(mask: Pixels) -> str:
    """Return a mask of 0 and 255 as bits, deflated: it is mostly large areas."""
    return base64.b64encode(zlib.compress(np.packbits(mask > 0).tobytes())).decode()


def _unpacked_mask(text: str, rows: int, columns: int) -> Pixels:
    count = rows * columns
    # The length bounds what a hostile file can make of little.
    bits = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), (count + 7) // 8)
    if len(bits) != (count + 7) // 8:
        raise ValueError("a mask of another size")
    mask: Pixels = np.unpackbits(np.frombuffer(bits, np.uint8), count=count).reshape(rows, columns) * np.uint8(255)
    return mask


def open_face(path: Path) -> FaceModel:
    """Return the face before surgery from a GLB that Clinic wrote, made sure of by its landmarks.

    The file is parsed in intake's limited process. Raises NotAClinicGlb for any other mesh; DamagedClinicGlb, also if
    this version's face space makes another face of the numbers; an `ImportRejected` for a file that cannot be read.
    """
    from clinic.reconstruction.reconstruct import rebuild

    found, extras = _clinic_glb(path)
    try:
        face = rebuild(**_arguments(found, extras))
        count = len(face.points)
        if (extras["topology"], len(face.sigma_mm), len(face.seen)) != (face.topology.name, count, count):
            raise ValueError("another mesh")
        face = replace(face, parts=_coloured(face.parts, found.parts))
        if "scan" in extras:
            face = _as_scanned(face, extras)
        told = {str(name): np.array(point, np.float64) for name, point in extras["landmarks_before_mm"].items()}
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, zlib.error) as error:
        raise DamagedClinicGlb(path) from error
    placed = face.landmarks()
    if told.keys() != placed.keys() or not all(np.allclose(placed[name], told[name], atol=_SAME_MM) for name in told):
        raise DamagedClinicGlb(path)
    return face


def _clinic_glb(path: Path) -> tuple[MeshFile, dict[str, Any]]:
    from clinic.intake import mesh

    found = mesh.read(path, Progress())
    extras = found.extras.get("clinic")
    if not isinstance(extras, dict):
        raise NotAClinicGlb(path)
    return found, extras


def _as_scanned(face: FaceModel, extras: dict[str, Any]) -> FaceModel:
    """Return a face with the surface that its scan gave it. Raises ValueError for what no scan gives."""
    fit, count = extras["scan"], len(face.topology.uv)
    control = _unpacked(extras["control_mm"], "<f8").reshape(len(face.control), 3)
    detail = _unpacked(extras["detail_mm"], "<f8").reshape(count, 3)
    centre = {name: np.array(place, np.float64).reshape(3) for name, place in extras["part_centres_mm"].items()}
    if np.abs(control - face.control).max() > _MOST_RESIDUAL_MM or np.abs(detail).max() > _MOST_RESIDUAL_MM:
        raise ValueError("not a face")
    scan = ScanFit(
        str(fit["scan_id"]),
        np.array(fit["rotation"], np.float64),
        np.array(fit["translation_mm"], np.float64),
        float(fit["median_mm"]),
        float(fit["p95_mm"]),
    )
    parts = tuple(
        replace(part, points=part.points - part.points.mean(axis=0) + centre[part.name]) for part in face.parts
    )
    return replace(face, control=control, detail=detail, scan=scan, parts=parts)


def _coloured(parts: tuple[Part, ...], painted: tuple[MeshPart, ...]) -> tuple[Part, ...]:
    """Give the parts the colours they were exported with: the eyes are the patient's."""
    colours = {(part.name, len(part.points)): part.colours for part in painted}
    return tuple(replace(part, colours=colours.get((part.name, len(part.points)), part.colours)) for part in parts)


def _arguments(found: MeshFile, extras: dict[str, Any]) -> dict[str, Any]:
    if extras["format"] != FORMAT:
        raise ValueError("another format")
    if found.texture is None:
        raise ValueError("no texture")
    scale = extras["scale"]
    arguments = {
        "identity": _unpacked(extras["identity"], "<f8"),
        "residual": _unpacked(extras["residual"], "<f8"),
        "size": float(extras["size"]),
        "rotation": np.array(extras["rotation"], np.float64).reshape(3, 3),
        "translation": np.array(extras["translation_mm"], np.float64).reshape(3),
        "texture": Texture(found.texture, _unpacked_mask(extras["texture_seen"], *found.texture.shape[:2])),
        "scale": Scale(str(scale["source"]), float(scale["relative_sigma"])),
        "sigma_mm": _unpacked(extras["sigma_mm"], "<f8"),
        "seen": _unpacked(extras["seen"], "u1"),
        "warnings": tuple(map(str, extras["warnings"])),
        "made_from": tuple(map(str, extras["made_from"])),
        "made_by": str(extras["made_by"]),
    }
    _require_plausible(arguments)
    return arguments


def _require_plausible(arguments: dict[str, Any]) -> None:
    """Raise ValueError for numbers that no face has; other rooms trust what enters here."""
    checks = (
        np.abs(arguments["identity"]).max(initial=0.0) < _MOST_SIGMAS,
        np.abs(arguments["residual"]).max(initial=0.0) < _MOST_RESIDUAL_MM,
        0.5 < arguments["size"] < 2.0,
        np.allclose(arguments["rotation"] @ arguments["rotation"].T, np.eye(3), atol=1e-6),
        np.linalg.det(arguments["rotation"]) > 0.0,  # a mirrored face has right and left exchanged
        0.0 < arguments["scale"].relative_sigma < 1.0,
        (arguments["sigma_mm"] >= 0.0).all(),
    )
    if not all(checks):
        raise ValueError("not a face")
