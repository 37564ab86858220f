"""What the terminal shows."""

from clinic.bench.report import Numbers, Unmeasured

_ROWS = (
    ("fps", "frames/s, two textured views of 100,352 triangles at 1280 × 800", ""),
    ("fps_ratio_vs_pyvistaqt", "times as many as two interactors of pyvistaqt as they come", "≥ 4"),
    ("fps_ratio_equal_multisampling", "times as many where they do not smooth edges either", ""),
    ("drag_to_frame_p95_ms", "ms from a slider to the frame, 95 of 100", "≤ 100"),
    ("cold_start_s", "s from the start of the process to the lock screen", "≤ 2.5"),
    ("first_face_s", "s from the start to the first frame of a case, passphrase entered at once", "≤ 5"),
    ("stage_switch_ms", "ms to the slowest stage", "≤ 150"),
    ("ui_block_max_ms", "ms for which the window stood still at most, painting left aside", "≤ 100"),
)


def words(numbers: Numbers) -> str:
    """Return a line for each number, and why one is missing."""
    return "\n".join(_line(numbers[name], said, gate) for name, said, gate in _ROWS)


def _line(number: float | int | Unmeasured, said: str, gate: str) -> str:
    if isinstance(number, Unmeasured):
        return f"{'–':>9}  {said}: {number.why}"
    return f"{number:9.2f}  {said}" + (f" (wanted {gate})" if gate else "")
