"""Where the nodes of a glTF document put its meshes (glTF 2.0, 3.5.3 and 5.25)."""

from typing import Any

import numpy as np

from clinic.case import Floats

_MOST_NODES = 10_000
_DEEPEST = 64


def placed(document: dict[str, Any]) -> list[tuple[int, Floats]]:
    """Return (mesh number, 4 × 4 matrix) for every mesh of the scene that viewers show; all as they are without one.

    Raises ValueError for nodes that go round in circles.
    """
    nodes = document.get("nodes", [])
    scenes = document.get("scenes", [])
    if not scenes or not nodes:
        return [(number, np.eye(4)) for number in range(len(document["meshes"]))]
    left = [(int(root), np.eye(4), 0) for root in scenes[int(document.get("scene", 0))].get("nodes", [])]
    found: list[tuple[int, Floats]] = []
    visited = 0
    while left:
        number, above, depth = left.pop()
        visited += 1
        if depth > _DEEPEST or visited > _MOST_NODES:
            raise ValueError("nodes in circles")
        node = nodes[number]
        matrix = above @ _local(node)
        if "mesh" in node:
            found.append((int(node["mesh"]), matrix))
        left += [(int(child), matrix, depth + 1) for child in node.get("children", [])]
    return found


def _local(node: dict[str, Any]) -> Floats:
    """Return a node's own matrix: given column by column, or as scale, then rotation (x, y, z, w), then translation."""
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    x, y, z, w = (float(value) for value in node.get("rotation", (0.0, 0.0, 0.0, 1.0)))
    turn = np.array([
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ])  # fmt: skip
    local = np.eye(4)
    local[:3, :3] = turn * np.array(node.get("scale", (1.0, 1.0, 1.0)), np.float64)
    local[:3, 3] = node.get("translation", (0.0, 0.0, 0.0))
    return local
