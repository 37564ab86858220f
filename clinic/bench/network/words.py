"""The figures of the network's bench in words."""

from collections.abc import Mapping

from clinic.bench.report import Numbers, Unmeasured

_LINES = (
    ("landmarks off, head turned  0–30°", "nme_0_30", "% of the face's box"),
    ("                           30–60°", "nme_30_60", "%"),
    ("                           60–90°", "nme_60_90", "%"),
    ("the fit from one photo gains", "gain_pct", "% (asked 15)"),
    ("the worst region changes by", "worst_region_pct", "% (at most +5)"),
    ("one crop, one thread", "latency_mobile_ms", "ms (at most 15)"),
    ("picture to mesh, 95 of 100 within", "live_p95_ms", "ms (at most 50)"),
    ("eight bits are faster by", "int8_speedup", "× (asked 1.8)"),
    ("and worse by", "int8_loss_pct", "% (at most 5)"),
    ("slimmer and in eight bits", "pruned_fps", "frames/s (asked 15)"),
    ("half turned, landmarks within 5 %, without deformation", "match45_without_deform_pct", "%"),
    ("the same with it", "match45_with_deform_pct", "%"),
)


def words(numbers: Numbers, regions: Mapping[str, float]) -> str:
    """Return the report for the terminal."""
    lines = []
    for about, key, unit in _LINES:
        number = numbers[key]
        told = f"not measured: {number.why}" if isinstance(number, Unmeasured) else f"{number:.3g} {unit}"
        lines.append(f"{about}: {told}")
    lines += [f"  {name}: {change:+.1f} %" for name, change in regions.items()]
    return "\n".join(lines)
