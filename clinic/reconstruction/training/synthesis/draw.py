"""Draws the batches that the network learns from."""

import torch
from torch import Tensor
from torch.nn import functional

from clinic.reconstruction.face_space import HOLDOUT
from clinic.reconstruction.training.synthesis.basis import Basis, Linear, basis
from clinic.reconstruction.training.synthesis.batch import MAP_SIZE, Batch
from clinic.reconstruction.training.synthesis.camera import Cameras, cameras
from clinic.reconstruction.training.synthesis.dice import Dice
from clinic.reconstruction.training.synthesis.light import Light, leaving, light, sunlit
from clinic.reconstruction.training.synthesis.people import People, normals_of, people
from clinic.reconstruction.training.synthesis.rasterise import Hits, rasterise
from clinic.reconstruction.training.synthesis.skin import albedo
from clinic.reconstruction.training.synthesis.spoil import backgrounds, covered, development, spoilt
from clinic.reconstruction.training.synthesis.stage import STAGES

_SEEN_MM = 4.0  # a texel this far behind what is drawn there is hidden


class Synthesis:
    """Makes batches on the fly, the same for the same seed and step.

    seed: of all that is random. side: pixels of the crops. device: where. build: of the face space; `holdout`, so that
    the scan-derived people whom it leaves out can test what has been learnt.
    """

    def __init__(self, seed: int, side: int, device: torch.device, build: str = HOLDOUT) -> None:
        self._seed, self._side, self._device = seed, side, device
        self.basis = basis(build, device)

    @torch.no_grad()
    def batch(self, step: int, count: int, stage: int) -> Batch:
        """Return the batch of a step: `count` pictures (even) of count / 2 people, as difficult as stage 1, 2 or 3."""
        if count % 2:
            raise ValueError("people come in pairs of pictures")
        shown = STAGES[stage - 1]
        dice = Dice(self._seed, step, self._device)
        sitters = people(self.basis, count // 2, shown.spoilt, dice)
        marks = _points(self.basis.marks, sitters)
        shots = cameras(marks, shown, dice)
        shining = light(_unit(shots.position), dice)
        lit = sunlit(sitters.points, sitters.triangles, shining)
        places, depth = shots.project(sitters.points)
        pixels = (places + 1) * (self._side / 2)
        hits = rasterise(torch.cat([pixels, depth], 2), sitters.triangles, self._side)
        radiance = _seen(self.basis, sitters, shots, shining, lit, hits)
        behind = backgrounds(count, self._side, dice)
        linear = hits.spread(radiance, behind)
        distance = hits.spread(hits.carry(depth), torch.full_like(behind[:, :1], torch.inf))
        texels, colour = _texels(self.basis, sitters, shots, shining, lit)
        uv, texel_depth = shots.project(texels)
        visible = _visible(uv, texel_depth, distance) * self.basis.inside.reshape(1, -1, 1)
        face = (colour.mean(2) * visible[:, :, 0]).sum(1) / visible.sum((1, 2)).clamp(min=1)
        film = development(count, dice)
        image = film.of(linear.flatten(2), face).reshape(linear.shape)
        image = spoilt(covered(image, 0.3 * shown.spoilt, dice), shown.spoilt, dice)
        spots, _ = shots.project(_points(self.basis.spots, sitters))
        return Batch(
            image=image,
            lens=shots.lens,
            uv=_map(uv),
            neutral=_map(self.basis.texels.neutral(sitters.identity, sitters.bumps)),
            expression=_map(self.basis.texels.expression(sitters.units)),
            visible=_map(visible),
            inside=self.basis.inside[None, None].expand(count, -1, -1, -1),
            colour=film.of(colour.transpose(1, 2), face).reshape(count, 3, MAP_SIZE, MAP_SIZE),
            identity=sitters.identity,
            units=sitters.units,
            spots=spots,
            person=torch.arange(count, device=self._device) // 2,
            yaw_deg=shots.yaw_deg,
        )


def _points(linear: Linear, sitters: People) -> Tensor:
    """Return (b, n, 3) mm."""
    moved = linear.neutral(sitters.identity, sitters.bumps) + linear.expression(sitters.units)
    return linear.mean + moved


def _seen(basis: Basis, sitters: People, shots: Cameras, shining: Light, lit: Tensor, hits: Hits) -> Tensor:
    """Return (p, 3) the light of the pixels that show something."""
    b, n, _ = sitters.points.shape
    c = len(basis.drawn_skin.uv)
    shared = torch.zeros(n, 10, device=lit.device)
    shared[:c, :8], shared[:c, 8], shared[c:, 7] = basis.drawn_skin.rows, 1, 1
    shared[:, 9] = sitters.gloss
    rows = torch.cat(
        [
            sitters.points,
            normals_of(sitters.points, sitters.triangles),
            lit[:, :, None],
            sitters.colour,
            shared.expand(b, -1, -1),
        ],
        2,
    )
    point, normal, sun, colour, skin, is_skin, gloss = torch.split(hits.carry(rows), [3, 3, 1, 3, 8, 1, 1], dim=1)
    picture = hits.pixel // (hits.shape[1] * hits.shape[2])
    on_skin = torch.nonzero(is_skin[:, 0] > 0.5)[:, 0]
    colour = colour.index_copy(0, on_skin, albedo(basis, sitters.complexion, picture[on_skin], skin[on_skin]))
    towards = _unit(shots.position[picture] - point)
    return leaving(shining, picture, colour, _unit(normal), towards, skin[:, 7:], sun, gloss)


def _texels(basis: Basis, sitters: People, shots: Cameras, shining: Light, lit: Tensor) -> tuple[Tensor, Tensor]:
    """Return the texels' points (b, m · m, 3) mm and the light that leaves them (b, m · m, 3)."""
    b, m = len(lit), MAP_SIZE
    points = _points(basis.texels, sitters)
    grid = points.reshape(b, m, m, 3)
    along_u, along_v = torch.gradient(grid, dim=(2, 1))
    normals = -_unit(torch.linalg.cross(along_u, along_v)).reshape(-1, 3)
    picture = torch.arange(b, device=lit.device).repeat_interleave(m * m)
    colour = albedo(basis, sitters.complexion, picture, basis.texels_skin.rows.repeat(b, 1))
    towards = _unit(shots.position[picture] - points.reshape(-1, 3))
    sun = torch.ones(b * m * m, 1, device=lit.device)
    light = leaving(
        shining, picture, colour, normals, towards, basis.texels_skin.open.repeat(b, 1), sun, torch.ones_like(sun)
    )
    return points, light.reshape(b, m * m, 3)


def _visible(uv: Tensor, depth: Tensor, distance: Tensor) -> Tensor:
    """Return (b, n, 1) 1 where points in the crop (b, n, 2) at depths (b, n, 1) are not behind (b, 1, s, s)."""
    first = functional.grid_sample(distance, uv[:, None], mode="nearest", align_corners=False)[:, 0, 0, :, None]
    within = (uv.abs() < 1).all(dim=2, keepdim=True)
    return (within & (depth < first + _SEEN_MM)).float()


def _map(values: Tensor) -> Tensor:
    return values.transpose(1, 2).reshape(len(values), -1, MAP_SIZE, MAP_SIZE)


def _unit(vectors: Tensor) -> Tensor:
    unit: Tensor = vectors / vectors.norm(dim=-1, keepdim=True).clamp(min=1e-9)
    return unit
