"""The consultation set: what one folder holds after an export."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from clinic.case import Case
from clinic.export import mesh, renders, report
from clinic.export.own_scan import own_scan
from clinic.export.pictures import Pictures
from clinic.export.solved import solved
from clinic.export.write import write_bytes
from clinic.jobs import Progress
from clinic.reconstruction.series import STANDARD
from clinic.rendering import views
from clinic.words import say


@dataclass(frozen=True, slots=True)
class Exporter:
    """One file of the set.

    words: for a menu and the progress. of_photo, of_range: it needs a photo, or a range. of_view: it needs a photo of
    that standard view, beside the one that is shown alone.
    """

    name: str
    words: str
    make: Callable[[Pictures], bytes]
    of_photo: bool = False
    of_range: bool = False
    of_view: str = ""

    def fits(self, pictures: Pictures) -> bool:
        """True if what it needs is there."""
        if self.of_view:
            return self.of_view in pictures.photos and self.of_view != pictures.main_photo
        return (pictures.has_photo or not self.of_photo) and (pictures.has_range or not self.of_range)


def _glb_before(pictures: Pictures) -> bytes:
    face = pictures.solved.face
    return mesh.dressed_glb(face, own=own_scan(face, pictures.solved.case.acquisition))


def _glb_after(pictures: Pictures) -> bytes:
    face, moved = pictures.solved.face, pictures.solved.simulation.displacement
    return mesh.dressed_glb(face, moved, own_scan(face, pictures.solved.case.acquisition, moved))


def _stl_after(pictures: Pictures) -> bytes:
    return mesh.face_file(".stl", pictures.solved.face, pictures.solved.simulation.displacement)


def _photo_pair(view_id: str) -> Exporter:
    words = say("Photo before and after, {title!t}", title=views.view(view_id).title)
    return Exporter(
        f"photo_{view_id}.png",
        words,
        lambda pictures: renders.photo_pair(pictures, view_id),
        of_view=view_id,
    )


EXPORTERS = (
    Exporter("before.png", say("Picture before"), renders.before),
    Exporter("after.png", say("Picture after"), renders.after),
    Exporter("photo_before.png", say("Photo before"), renders.photo_before, of_photo=True),
    Exporter("photo_after.png", say("Photo after"), renders.photo_after, of_photo=True),
    *(_photo_pair(view_id) for view_id in STANDARD),
    Exporter("before_after.png", say("Before and after"), renders.before_after),
    Exporter("standard_views.png", say("Standard views"), renders.standard_views),
    Exporter("heatmap.png", say("Displacement map"), renders.heatmap),
    Exporter("wipe.png", say("Wipe"), renders.wipe),
    Exporter("range.png", say("Range"), renders.within_range, of_range=True),
    Exporter("report.pdf", say("Consultation report"), report.to_bytes),
    Exporter("before.glb", say("3D face before"), _glb_before),
    Exporter("after.glb", say("3D face after"), _glb_after),
    Exporter("after.stl", say("Solid for printing"), _stl_after),
)


def export_story(case: Case, folder: Path, progress: Progress) -> tuple[Path, ...]:
    """Write the consultation set to an existing folder and return the files.

    Everything is made before the first file is written, so that a cancel or a fault leaves the folder as it was.
    Raises NotSolved for a preview or a stale simulation, DiskFull, FolderNotWritable, NotWritten, Cancelled.
    """
    pictures = Pictures(solved(case), date.today())
    rows = [row for row in EXPORTERS if row.fits(pictures)]
    made: list[tuple[Path, bytes]] = []
    for number, row in enumerate(rows):
        progress.report(number / (len(rows) + 1), say("Making: {words!t}", words=row.words))
        made.append((folder / row.name, row.make(pictures)))
    progress.report(len(rows) / (len(rows) + 1), say("Writing the files"))
    for path, data in made:
        write_bytes(path, data)
    progress.report(1.0, say("Exported"))
    return tuple(path for path, _ in made)
