"""Where the camera stands, and the square around the face that is cut out of its picture."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from clinic.reconstruction.training.synthesis.dice import Dice
from clinic.reconstruction.training.synthesis.stage import Stage

CROP = 1.5  # side of the crop over the longer side of the landmarks' box, as the detector cuts it
_TARGET = (0.0, 12.0, -38.0)  # middle of the face, mm
_NEAR_MM, _FAR_MM = 250.0, 2500.0


@dataclass(frozen=True, slots=True, eq=False)
class Cameras:
    """rotation: (b, 3, 3), translation: (b, 3) mm into the camera's axes (right, down, ahead). yaw_deg: (b,).

    turn: (b, 2, 2) from the picture's axes to the crop's. middle: (b, 2), half: (b, 1) the crop, tangents.
    """

    rotation: Tensor
    translation: Tensor
    yaw_deg: Tensor
    turn: Tensor
    middle: Tensor
    half: Tensor

    @property
    def position(self) -> Tensor:
        """(b, 3) mm, in the frame of the face."""
        return -(self.rotation.transpose(1, 2) @ self.translation[:, :, None])[:, :, 0]

    @property
    def lens(self) -> Tensor:
        """(b, 3) what `Batch.lens` says."""
        return torch.cat([_turned(self.turn, self.middle[:, None])[:, 0], -self.half.log()], 1)

    def project(self, points: Tensor) -> tuple[Tensor, Tensor]:
        """Return places in the crop (b, n, 2), −1..1 from edge to edge, and depths (b, n, 1) mm."""
        placed = points @ self.rotation.transpose(1, 2) + self.translation[:, None]
        depth = placed[:, :, 2:]
        tangents = placed[:, :, :2] / depth.clamp(min=1.0)
        return _turned(self.turn, tangents - self.middle[:, None]) / self.half[:, None], depth


def cameras(marks: Tensor, stage: Stage, dice: Dice) -> Cameras:
    """Return cameras that look at heads from all sides, and crops around their marks (b, n, 3) mm."""
    b = len(marks)
    yaw = dice.uniform(b, low=-stage.yaw_deg, high=stage.yaw_deg)
    pitch = dice.normal(b, sigma=stage.pitch_deg / 2.5).clamp(-stage.pitch_deg, stage.pitch_deg)
    level = _looking(torch.deg2rad(-yaw), torch.deg2rad(pitch))
    distance = dice.uniform(b, 1, low=math.log(_NEAR_MM), high=math.log(_FAR_MM)).exp()
    aside = torch.cat([dice.normal(b, 2, sigma=0.11).clamp(-0.3, 0.3), torch.ones(b, 1, device=marks.device)], 1)
    rotation = _facing(aside / aside.norm(dim=1, keepdim=True)) @ level
    translation = aside * distance - rotation @ marks.new_tensor(_TARGET)
    placed = marks @ rotation.transpose(1, 2) + translation[:, None]
    tangents = placed[:, :, :2] / placed[:, :, 2:].clamp(min=1.0)
    roll = torch.deg2rad(dice.normal(b, sigma=stage.roll_deg / 2.5).clamp(-stage.roll_deg, stage.roll_deg))
    turn = torch.stack([roll.cos(), roll.sin(), -roll.sin(), roll.cos()], 1).reshape(b, 2, 2)
    levelled = _turned(turn, tangents)
    low, high = levelled.amin(1), levelled.amax(1)
    half = CROP / 2 * (high - low).amax(1, keepdim=True) * (dice.normal(b, 1, sigma=0.05).clamp(-0.15, 0.15)).exp()
    middle = (low + high) / 2 + half * dice.normal(b, 2, sigma=0.04).clamp(-0.15, 0.15)
    return Cameras(rotation, translation, yaw, turn, _turned(turn.transpose(1, 2), middle[:, None])[:, 0], half)


def _turned(turn: Tensor, points: Tensor) -> Tensor:
    return points @ turn.transpose(1, 2)


def _looking(turn: Tensor, nod: Tensor) -> Tensor:
    """Return (b, 3, 3) cameras' axes that see a head turned and nodding."""
    zero = torch.zeros_like(turn)
    forward = torch.stack([turn.sin() * nod.cos(), turn.cos() * nod.cos(), -nod.sin()], 1)
    right = torch.stack([turn.cos(), -turn.sin(), zero], 1)
    return torch.stack([right, torch.linalg.cross(forward, right), forward], 1)


def _facing(ray: Tensor) -> Tensor:
    """Return (b, 3, 3) the smallest turns that take the optical axis to rays (b, 3), so that yaw is seen along them."""
    x, y, z = ray.unbind(1)
    share = 1 / (1 + z)
    rows = [1 - x * x * share, -x * y * share, x, -x * y * share, 1 - y * y * share, y, -x, -y, z]
    return torch.stack(rows, 1).reshape(-1, 3, 3)
