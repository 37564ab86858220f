"""What the three stages of training show: first clean and near frontal, then everything."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """yaw_deg, pitch_deg, roll_deg: how far heads turn. spoilt: how often each fault of a camera or thing in front."""

    yaw_deg: float
    pitch_deg: float
    roll_deg: float
    spoilt: float


STAGES = (Stage(30.0, 12.0, 10.0, 0.1), Stage(95.0, 30.0, 22.0, 0.7), Stage(95.0, 35.0, 25.0, 1.0))
