"""Measures where the detector puts its points on turned heads: writes resources/face_space/turned_points.npz.

    python -m clinic.reconstruction.training.turned_points

1,400 renders of 700 people of the holdout build, two minutes; each counts a second time as its mirror image.
"""

import sys
from dataclasses import dataclass

import numpy as np

from clinic import resources
from clinic.case import Floats, Ints
from clinic.reconstruction.face_space import FaceSpace
from clinic.reconstruction.landmarks import IRISES, read_face
from clinic.reconstruction.training.one_photo.shot import Shot, shoot
from clinic.reconstruction.turned_points import FILE

_PEOPLE, _SHOTS, _SEED = 700, 2, 991
_YAWS = np.arange(-60.0, 61.0, 15.0)
_WIDTH_DEG = 8.0  # of the window around each angle
_MOST_MM, _ROBUST_MM, _ROUNDS = 15.0, 4.0, 4


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """yaw_deg: (s,). apart_mm: (s, 478, 2) from where each point lies to where it was detected, right and down."""

    yaw_deg: Floats
    apart_mm: Floats


def measure(space: FaceSpace) -> Seen:
    """Photograph people of the face space and let the detector look."""
    yaws, apart = [], []
    firm = np.flatnonzero(np.isfinite(space.landmarks_478_sigma[:IRISES]))
    for person in range(_PEOPLE):
        for shot in shoot(space, np.random.default_rng((_SEED, person)), _SHOTS):
            one = _apart_mm(space, shot)
            if one is not None:
                yaws.append(shot.yaw_deg)
                apart.append(one - np.median(one[firm], axis=0))  # a fit takes the common shift for a move of the head
    return Seen(np.array(yaws), np.array(apart))


def _apart_mm(space: FaceSpace, shot: Shot) -> Floats | None:
    places = space.landmarks_478.on(shot.points, space.topology.triangles)
    image, depth = shot.camera.project(places), shot.camera.to_camera(places)[:, 2]
    low, high = image.min(axis=0), image.max(axis=0)
    half = (high - low).max() / 2
    middle = (low + high) / 2
    face = read_face(shot.pixels, np.concatenate([middle - half, middle + half]), image[[33, 263]])
    if face is None:
        return None
    apart: Floats = (face.points[:, :2] - image) * depth[:, None] / shot.camera.focal_px
    roll = np.arctan2(*shot.camera.rotation[:2, 2] * (1, -1))
    c, s = np.cos(roll), np.sin(roll)
    level: Floats = apart @ np.array([[c, -s], [s, c]])
    return level


def tabulate(seen: Seen, mirror: Ints) -> tuple[Floats, Floats]:
    """Return shifts (y, 478, 2) against the frontal view and spreads (y, 478), mm, at each of the yaw angles."""
    yaw = np.concatenate([seen.yaw_deg, -seen.yaw_deg])
    apart = np.concatenate([seen.apart_mm, (seen.apart_mm * (-1, 1))[:, mirror]])
    found = [_at(yaw, apart, angle) for angle in _YAWS]
    shifts, spreads = (np.array(part) for part in zip(*found, strict=True))
    return shifts - shifts[len(_YAWS) // 2], spreads


def _at(yaw: Floats, apart: Floats, angle: float) -> tuple[Floats, Floats]:
    near = np.exp(-((yaw - angle) ** 2) / (2 * _WIDTH_DEG**2))
    weights = np.repeat(near[:, None], apart.shape[1], axis=1)
    for _ in range(_ROUNDS):
        weights /= weights.sum(axis=0)
        mean = np.einsum("sl,sld->ld", weights, np.clip(apart, -_MOST_MM, _MOST_MM))
        off = apart - mean
        weights = near[:, None] / np.maximum(1.0, np.linalg.norm(off, axis=2) / _ROBUST_MM)
    variance = np.einsum("sl,sld->l", weights / weights.sum(axis=0), off**2) / 2
    return mean, np.sqrt(variance)


def mirrored(space: FaceSpace) -> Ints:
    """Return (478,) the point on the other side of the face."""
    places = space.landmarks_478.on(space.topology.subdivide(space.mean), space.topology.triangles)
    apart = np.linalg.norm(places[None] * (-1, 1, 1) - places[:, None], axis=2)
    return np.asarray(apart.argmin(axis=1), np.int32)


def main() -> int:
    """Measure and write."""
    space = FaceSpace.load("holdout")
    shifts, spreads = tabulate(measure(space), mirrored(space))
    np.savez_compressed(
        resources.folder("face_space") / FILE,
        allow_pickle=False,
        yaw_deg=_YAWS.astype(np.float16),
        shift_mm=shifts.astype(np.float16),
        spread_mm=spreads.astype(np.float16),
    )
    for angle, shift, spread in zip(_YAWS, shifts, spreads, strict=True):
        sys.stdout.write(
            f"yaw {angle:+4.0f}°: slide {np.median(np.linalg.norm(shift, axis=1)):.1f} mm median, "
            f"{np.percentile(np.linalg.norm(shift, axis=1), 90):.1f} p90; spread {np.median(spread):.1f} mm median\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
