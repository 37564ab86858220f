"""What the terminal shows: how far off each way is, where, and how sure it says it is."""

from collections.abc import Mapping, Sequence
from typing import Any

from clinic.bench.reconstruction.paired import Difference
from clinic.bench.reconstruction.summing import Errors
from clinic.bench.report import Numbers, Unmeasured

_NAMES = {
    "meanface": "mean face, no photo",
    "landmark_fit": "478-point fit, 1 photo",
    "photo1": "1 photo",
    "photo3": "3 photos",
    "photo5": "5 photos",
    "turned1": "1 oblique",
    "turned3": "1 from the side",
}
_HEAD = f"{'':<24}{'median':>8}{'mean':>8}{'p95':>8}{'under mean face':>17}{'to surface':>12}"


def words(
    numbers: Numbers,
    found: Mapping[str, Errors | None],
    paired: Mapping[str, Mapping[str, Difference]],
    details: Mapping[str, Any],
) -> str:
    """Return tables and notes."""
    return "\n".join(
        [
            f"{details['faces']} faces of another family and renderer that the prior has not seen. mm between matching",
            f"points, {details['points']:,} a face, after one similarity over the face; medians over all points of all",
            "faces. Distances to the surface are smaller by nature and not to be compared with these. Views:",
            ", ".join(f"{angle:+.0f}°" for angle in details["views_deg"]) + ".",
            "",
            _HEAD,
            *(_row(_NAMES[way], one, found["meanface"]) for way, one in found.items()),
            "",
            "Paired differences of the faces' medians, mm, with 95 % bootstrap intervals",
            *_regions(paired),
            "",
            *_turned(details["yaw"]),
            "",
            _sure(details["coverage_pct"]),
            _rest(numbers),
            *_model_in_model(details["ship_model_in_model"]),
            *(f"Refused, {way}: {why}" for way, why in details["refused"].items()),
            "No photos with a scan of the same real face are among the data: these figures are of rendered faces, and",
            "say nothing of hair, beards, make-up and expressions that the family does not have.",
        ]
    )


def _row(name: str, one: Errors | None, mean: Errors | None) -> str:
    if one is None:
        return f"{name:<24}{'refused':>8}"
    under = f"{100 * (1 - one.median / mean.median):.0f} %" if mean else ""
    return f"{name:<24}{one.median:8.2f}{one.mean:8.2f}{one.p95:8.2f}{under:>17}{one.surface_median:12.2f}"


def _regions(paired: Mapping[str, Mapping[str, Difference]]) -> list[str]:
    rows = []
    for name, differences in paired.items():
        cells = [f"{region} {_interval(one)}" for region, one in differences.items()]
        half = (len(cells) + 1) // 2
        rows += [f"  {name}", "    " + "   ".join(cells[:half]), "    " + "   ".join(cells[half:])]
    return rows


def _interval(one: Difference) -> str:
    return f"{one.median:+.2f} ({one.low:+.2f} to {one.high:+.2f})" if one.count else "–"


def _turned(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    told = []
    for row in rows:
        low, high = row["yaw_deg"]
        value = "none built" if row["median_mm"] is None else f"{row['median_mm']:.2f} mm"
        told.append(f"One photo turned by {low}–{high}°: {value}, {row['refused']} of {row['photos']} refused")
    return told


def _sure(covered: Mapping[str, Mapping[str, float | None]]) -> str:
    cells = []
    for way, shares in covered.items():
        lengths = shares["lengths"]
        beside = "" if lengths is None else f", lengths {lengths:.0f} %"
        cells.append(f"{_NAMES.get(way, way)}: points {shares['points']:.0f} %{beside}")
    return "Within their 90 % intervals: " + "; ".join(cells)


def _rest(numbers: Numbers) -> str:
    return (
        f"Lengths at the ruler's scale are off by {_told(numbers, 'ruler_error_mm', 'mm')} on average; five photos "
        f"take {_told(numbers, 'photo5_seconds', 's')} with texture;\nheld-out heads lie "
        f"{_told(numbers, 'facespace_median_mm', 'mm')} from what the face space can say of them (to the surface)."
    )


def _told(numbers: Numbers, name: str, unit: str) -> str:
    number = numbers[name]
    return f"(not measured: {number.why})" if isinstance(number, Unmeasured) else f"{number:.2f} {unit}"


def _model_in_model(ways: Mapping[str, Mapping[str, Any]]) -> list[str]:
    if not ways:
        return []
    cells = [f"{_NAMES[way]} {one['median']:.2f}" for way, one in ways.items()]
    return ["Model in model (the shipped prior has learned from this very family), median mm: " + ", ".join(cells)]
