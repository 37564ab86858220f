"""What the window says of a photo, in a few words and a sign."""

from clinic.case import Case, Photo, PhotoCheck
from clinic.rendering import views
from clinic.ui.photo_shelf import Shelved
from clinic.words import tr

_TITLES = {standard.id: standard.title for standard in views.STANDARD_VIEWS}

_STRAIGHT_DEG = 3


def view_title(view_id: str) -> str:
    """Return the name of a standard view."""
    return tr(_TITLES.get(view_id, view_id.replace("_", " ").capitalize()))


def title(photo: Photo, check: PhotoCheck | None) -> str:
    """Return the view that a photo shows, or its number while that is not known."""
    return view_title(check.view) if check is not None and check.view else number(photo)


def turn(check: PhotoCheck | None) -> str:
    """Return how much of which side a photo shows, "" if there is no face."""
    if check is None or not check.view:
        return ""
    turned = round(abs(check.yaw_deg))
    if turned <= _STRAIGHT_DEG:
        return tr("straight")
    return tr("{turned}° left side", turned=turned) if check.yaw_deg > 0 else tr("{turned}° right side", turned=turned)


def mark(one: Shelved) -> tuple[str, str, str]:
    """Return the sign of a photo's quality: icon, tone and words."""
    check = one.check
    if check is None:
        return ("empty", "muted", tr("Not looked at")) if one.skipped else ("busy", "muted", tr("Looking at it"))
    if one.undecided:
        return "patient", "warning", tr("Which face?")
    if check.refusal:
        return "remove", "error", tr("Cannot be used")
    if check.retake:
        return "warning", "warning", tr("Usable, {count} to check", count=len(check.retake))
    return "check", "accent", tr("Good")


def doubtful(photos: tuple[Shelved, ...]) -> int:
    """Return how many photos should be looked at again."""
    return sum(mark(one)[1] in ("warning", "error") for one in photos)


def sayings(one: Shelved, case: Case | None = None) -> tuple[str, ...]:
    """Return all that is to be said of a photo, once each, in sentences without its name before them.

    case: its face tells what building it found.
    """
    check = one.check
    said = [*one.photo.warnings, *of_face(case, one.photo)]
    if check is not None:
        said += [check.refusal, *check.retake] if check.refusal else check.retake
    return tuple(dict.fromkeys(_sentence(words, one.photo) for words in said))


def of_face(case: Case | None, photo: Photo) -> tuple[str, ...]:
    """Return what building the face found to say of one photo, without its name."""
    if case is None or case.face is None:
        return ()
    return tuple(_sentence(words, photo) for words in case.face.warnings if _names(words, photo))


def of_all_photos(case: Case) -> tuple[str, ...]:
    """Return the warnings of a face that concern no single photo of its case."""
    photos, said = case.acquisition.photos, case.face.warnings if case.face is not None else ()
    return tuple(words for words in said if not any(_names(words, photo) for photo in photos))


def _names(words: str, photo: Photo) -> bool:
    return words.lower().startswith(f"{photo.name.lower()}:")


def _sentence(words: str, photo: Photo) -> str:
    said = words[len(photo.name) + 1 :].strip() if _names(words, photo) else words
    return f"{said[:1].upper()}{said[1:]}"


def number(photo: Photo) -> str:
    """Return the name by which warnings speak of a photo."""
    name = photo.name[:1].upper() + photo.name[1:]
    return tr(name)
