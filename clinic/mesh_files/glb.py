"""Binary glTF 2.0: one file with the textured skin, further parts and our own extras.

Specification: Khronos glTF 2.0, ISO/IEC 12113. Metres, y up, +z forward. Texture coordinates have v downwards there,
so v is turned here. Colours per vertex are linear there, sRGB here.
"""

import json
import struct
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clinic.case import Floats, Pixels, Points, Triangles
from clinic.mesh_files import gltf_nodes
from clinic.mesh_files.mesh import FRAME_GLTF, MeshFile, MeshPart, UnusableMeshFile
from clinic.mesh_files.texture import pixels, png
from clinic.words import say

_GENERATOR = "Clinic"
_MAGIC, _JSON, _BIN = b"glTF", 0x4E4F534A, 0x004E4942
_ARRAY_BUFFER, _ELEMENT_BUFFER = 34962, 34963
_COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_CODES = {"float32": 5126, "uint32": 5125, "uint16": 5123}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}
_TYPES = {width: name for name, width in _WIDTHS.items()}


def to_bytes(mesh: MeshFile) -> bytes:
    """Return a GLB; `mesh` is in metres and glTF's axes. Raises ValueError if it is not."""
    if mesh.frame != FRAME_GLTF or mesh.unit != "m":
        raise ValueError("glTF is in metres, y up")
    return _Writer().file(mesh)


class _Writer:
    """Collects buffer views and their accessors while the file is laid out."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []

    def file(self, mesh: MeshFile) -> bytes:
        meshes = [{"name": mesh.name, "primitives": [self._skin(mesh)]}]
        meshes += [
            {"name": part.name, "primitives": [self._part(part, material=number)]}
            for number, part in enumerate(mesh.parts, 1)
        ]
        materials = [_material(mesh.name, 0.6), *(_material(part.name, part.roughness) for part in mesh.parts)]
        document: dict[str, Any] = {
            "asset": {"version": "2.0", "generator": _GENERATOR},
            "scene": 0,
            "scenes": [{"nodes": list(range(len(meshes)))}],
            "nodes": [{"name": entry["name"], "mesh": number} for number, entry in enumerate(meshes)],
            "meshes": meshes,
            "materials": materials,
        }
        if mesh.beside is not None:
            document["scenes"].append({"name": mesh.beside.name, "nodes": [len(meshes)]})
            document["nodes"].append({"name": mesh.beside.name, "mesh": len(meshes)})
            meshes.append({"name": mesh.beside.name, "primitives": [self._skin(mesh.beside, len(materials))]})
            materials.append(_material(mesh.beside.name, 0.6))
        for surface, material in ((mesh, materials[0]), (mesh.beside, materials[-1])):
            if surface is not None and surface.texture is not None:
                self._texture(document, material, surface.texture)
        if mesh.extras:
            document["extras"] = mesh.extras
        document |= {
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self._blob)}],
        }
        return _pack(document, bytes(self._blob))

    def _texture(self, document: dict[str, Any], material: dict[str, Any], texture: Pixels) -> None:
        images = document.setdefault("images", [])
        textures = document.setdefault("textures", [])
        document["samplers"] = [{"magFilter": 9729, "minFilter": 9987, "wrapS": 33071, "wrapT": 33071}]
        material["pbrMetallicRoughness"]["baseColorTexture"] = {"index": len(textures)}
        textures.append({"source": len(images), "sampler": 0})
        images.append({"name": material["name"], "bufferView": self._view(png(texture)), "mimeType": "image/png"})

    def _skin(self, mesh: MeshFile, material: int = 0) -> dict[str, Any]:
        attributes = {"POSITION": self._accessor(mesh.points.astype(np.float32), _ARRAY_BUFFER, bounded=True)}
        if mesh.normals is not None:
            attributes["NORMAL"] = self._accessor(mesh.normals.astype(np.float32), _ARRAY_BUFFER)
        if mesh.uv is not None:
            turned = np.stack([mesh.uv[:, 0], 1 - mesh.uv[:, 1]], axis=1)
            attributes["TEXCOORD_0"] = self._accessor(turned.astype(np.float32), _ARRAY_BUFFER)
        if mesh.colours is not None:
            attributes["COLOR_0"] = self._colours(mesh.colours)
        return {"attributes": attributes, "indices": self._triangles(mesh.triangles), "material": material}

    def _part(self, part: MeshPart, material: int) -> dict[str, Any]:
        positions = self._accessor(part.points.astype(np.float32), _ARRAY_BUFFER, bounded=True)
        attributes = {"POSITION": positions, "COLOR_0": self._colours(part.colours)}
        if part.normals is not None:
            attributes["NORMAL"] = self._accessor(part.normals.astype(np.float32), _ARRAY_BUFFER)
        return {"attributes": attributes, "indices": self._triangles(part.triangles), "material": material}

    def _triangles(self, triangles: Triangles) -> int:
        return self._accessor(triangles.reshape(-1).astype(np.uint32), _ELEMENT_BUFFER)

    def _colours(self, colours: Pixels) -> int:
        opaque = np.full((len(colours), 4), 65535, np.uint16)
        opaque[:, :3] = np.rint(_linear(colours / 255) * 65535)
        return self._accessor(opaque, _ARRAY_BUFFER, normalized=True)

    def _accessor(self, values: NDArray[Any], target: int, *, bounded: bool = False, normalized: bool = False) -> int:
        entry: dict[str, Any] = {
            "bufferView": self._view(values.tobytes(), target),
            "componentType": _CODES[str(values.dtype)],
            "count": len(values),
            "type": _TYPES[1 if values.ndim == 1 else values.shape[1]],
        }
        if bounded:
            entry |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        if normalized:
            entry["normalized"] = True
        self._accessors.append(entry)
        return len(self._accessors) - 1

    def _view(self, content: bytes, target: int | None = None) -> int:
        view = {"buffer": 0, "byteOffset": len(self._blob), "byteLength": len(content)}
        self._views.append(view if target is None else view | {"target": target})
        self._blob += content + bytes(-len(content) % 4)
        return len(self._views) - 1


def _material(name: str, roughness: float) -> dict[str, Any]:
    # Double-sided: the skin is a shell, and one looks into it at the neck.
    surface = {"baseColorFactor": [1.0, 1.0, 1.0, 1.0], "metallicFactor": 0.0, "roughnessFactor": roughness}
    return {"name": name, "pbrMetallicRoughness": surface, "doubleSided": True}


def _linear(srgb: Floats) -> Floats:
    """IEC 61966-2-1."""
    linear: Floats = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return linear


def _srgb(linear: Floats) -> Floats:
    srgb: Floats = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 0) ** (1 / 2.4) - 0.055)
    return srgb


def _pack(document: dict[str, Any], blob: bytes) -> bytes:
    text = json.dumps(document, separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    total = 12 + 8 + len(text) + 8 + len(blob)
    head = _MAGIC + struct.pack("<II", 2, total) + struct.pack("<II", len(text), _JSON)
    return head + text + struct.pack("<II", len(blob), _BIN) + blob


def decode(data: bytes) -> MeshFile | None:
    """Return the surface in a GLB; None if this is no GLB.

    In a file of ours the first mesh is the skin and the others of its scene are parts. In any other file all surfaces
    that are shown are joined, where its nodes put them; with the picture, if they share one. Raises UnusableMeshFile,
    also for a file that points to other files.
    """
    if not data.startswith(_MAGIC):
        return None
    try:
        return _Reader(*_unpack(data)).mesh()
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error, RecursionError) as error:
        raise UnusableMeshFile(say("it is damaged, cut short, or uses parts of glTF that are not taken")) from error


def _unpack(data: bytes) -> tuple[dict[str, Any], bytes]:
    version, total = struct.unpack_from("<II", data, 4)
    length, kind = struct.unpack_from("<II", data, 12)
    if version != 2 or total != len(data) or kind != _JSON or 20 + length > total:
        raise ValueError("not a whole GLB 2.0")
    document = json.loads(data[20 : 20 + length])
    if 20 + length == total:
        return document, b""
    size, kind = struct.unpack_from("<II", data, 20 + length)
    start = 28 + length
    if kind != _BIN or start + size > total:
        raise ValueError("no binary chunk")
    return document, data[start : start + size]


class _Reader:
    """Takes surfaces out of a parsed document; every range is checked against the bytes that are there."""

    def __init__(self, document: dict[str, Any], blob: bytes) -> None:
        self._document, self._blob = document, blob
        if any("uri" in entry for kind in ("buffers", "images") for entry in document.get(kind, [])):
            raise ValueError("points to other files")

    def mesh(self) -> MeshFile:
        """Return what the file shows."""
        if self._document.get("asset", {}).get("generator") != _GENERATOR:
            return self._joined()
        meshes = [(str(entry.get("name", "")), entry["primitives"][0]) for entry in self._document["meshes"]]
        shown, hidden = self._scenes(len(meshes))
        found = self._surface_of(*meshes[shown[0]])
        return replace(
            found,
            parts=tuple(self._part(*meshes[number]) for number in shown[1:]),
            extras=dict(self._document.get("extras", {})),
            beside=self._surface_of(*meshes[hidden[0]]) if hidden else None,
        )

    def _joined(self) -> MeshFile:
        """Return all surfaces of a file from elsewhere as one, those without texture coordinates or colours as bare."""
        places, faces, flats, colours, pictures, start = [], [], [], [], set(), 0
        for number, matrix in gltf_nodes.placed(self._document):
            for primitive in self._document["meshes"][number]["primitives"]:
                surface = self._surface_of("", primitive, textured=False)
                places.append(surface.points @ matrix[:3, :3].T + matrix[:3, 3])
                mirrored = np.linalg.det(matrix[:3, :3]) < 0
                faces.append((surface.triangles[:, ::-1] if mirrored else surface.triangles) + start)
                flats.append(surface.uv)
                colours.append(surface.colours)
                pictures.add(self._picture(primitive))
                start += len(surface.points)
        whole = MeshFile(np.vstack(places), np.vstack(faces), "m", FRAME_GLTF)
        picture = pictures.pop() if len(pictures) == 1 else None
        if picture is not None and all(flat is not None for flat in flats):
            return replace(
                whole, uv=np.vstack([flat for flat in flats if flat is not None]), texture=self._image(picture)
            )
        if all(each is not None for each in colours):
            return replace(whole, colours=np.vstack([each for each in colours if each is not None]))
        return whole

    def _scenes(self, count: int) -> tuple[list[int], list[int]]:
        """Return the meshes that viewers show, and those of a second scene of ours."""
        scenes, nodes = self._document.get("scenes", []), self._document.get("nodes", [])
        if len(scenes) < 2:
            return list(range(count)), []
        hidden = [int(nodes[node]["mesh"]) for node in scenes[1]["nodes"]]
        return [number for number in range(count) if number not in hidden], hidden

    def _surface_of(self, name: str, primitive: dict[str, Any], *, textured: bool = True) -> MeshFile:
        points, triangles = self._surface(primitive)
        attributes = primitive["attributes"]
        turned = self._array(attributes["TEXCOORD_0"]) if "TEXCOORD_0" in attributes else None
        return MeshFile(
            points,
            triangles,
            unit="m",
            frame=FRAME_GLTF,
            name=name,
            uv=None if turned is None else np.stack([turned[:, 0], 1 - turned[:, 1]], axis=1),
            texture=self._pixels(primitive) if textured else None,
            colours=self._colours(attributes["COLOR_0"]) if "COLOR_0" in attributes else None,
            normals=self._array(attributes["NORMAL"]) if "NORMAL" in attributes else None,
        )

    def _part(self, name: str, primitive: dict[str, Any]) -> MeshPart:
        points, triangles = self._surface(primitive)
        attributes = primitive["attributes"]
        white = np.full((len(points), 3), 255, np.uint8)
        return MeshPart(
            name, points, triangles, self._colours(attributes["COLOR_0"]) if "COLOR_0" in attributes else white
        )

    def _surface(self, primitive: dict[str, Any]) -> tuple[Points, Triangles]:
        if primitive.get("mode", 4) != 4:
            raise ValueError("no triangles")
        points = self._array(primitive["attributes"]["POSITION"])
        numbers = self._array(primitive["indices"]) if "indices" in primitive else np.arange(len(points))
        return points, numbers.reshape(-1, 3).astype(np.int32)

    def _colours(self, accessor: int) -> Pixels:
        return np.rint(_srgb(self._array(accessor)[:, :3]) * 255).astype(np.uint8)

    def _pixels(self, primitive: dict[str, Any]) -> Pixels | None:
        picture = self._picture(primitive)
        return None if picture is None else self._image(picture)

    def _picture(self, primitive: dict[str, Any]) -> int | None:
        """Return the number of the picture that a surface wears."""
        material = self._document["materials"][primitive["material"]] if "material" in primitive else {}
        named = material.get("pbrMetallicRoughness", {}).get("baseColorTexture")
        return None if named is None else int(self._document["textures"][named["index"]]["source"])

    def _image(self, picture: int) -> Pixels:
        decoded = pixels(self._bytes(self._document["images"][picture]["bufferView"]))
        return decoded if decoded.ndim == 3 else np.repeat(decoded[:, :, None], 3, axis=2)

    def _array(self, number: int) -> Floats:
        """Return an accessor's values as floats, normalised integers as fractions: (count,) or (count, width)."""
        accessor = self._document["accessors"][number]
        dtype, width = np.dtype(_COMPONENTS[accessor["componentType"]]), _WIDTHS[accessor["type"]]
        count, view = int(accessor["count"]), self._document["bufferViews"][accessor["bufferView"]]
        step = int(view.get("byteStride", dtype.itemsize * width))
        content = self._bytes(accessor["bufferView"])[int(accessor.get("byteOffset", 0)) :]
        if count < 1 or step < dtype.itemsize * width or (count - 1) * step + dtype.itemsize * width > len(content):
            raise ValueError("accessor outside its view")
        values = np.ndarray((count, width), dtype, content, strides=(step, dtype.itemsize)).astype(np.float64)
        if accessor.get("normalized"):
            values /= np.iinfo(dtype).max
        return values[:, 0] if width == 1 else values

    def _bytes(self, number: int) -> bytes:
        view = self._document["bufferViews"][number]
        start, length = int(view.get("byteOffset", 0)), int(view["byteLength"])
        if start < 0 or length < 0 or start + length > len(self._blob):
            raise ValueError("view outside the file")
        return self._blob[start : start + length]
