"""What the window says of a photo, in a few words and a sign."""

from clinic.case import Photo, PhotoCheck
from clinic.rendering import views
from clinic.ui.photo_shelf import Shelved

_TITLES = {standard.id: standard.title for standard in views.STANDARD_VIEWS}


def view_title(view_id: str) -> str:
    """Return the name of a standard view."""
    return _TITLES.get(view_id, view_id.replace("_", " ").capitalize())


def title(photo: Photo, check: PhotoCheck | None) -> str:
    """Return the view that a photo shows, or its number while that is not known."""
    return view_title(check.view) if check is not None and check.view else _named(photo)


def turn(check: PhotoCheck | None) -> str:
    """Return how far the head is turned, "" if there is no face."""
    if check is None or not check.view:
        return ""
    turned = round(abs(check.yaw_deg))
    return f"turned {turned}° to the {'right' if check.yaw_deg > 0 else 'left'}" if turned else "not turned"


def mark(one: Shelved) -> tuple[str, str, str]:
    """Return the sign of a photo's quality: icon, tone and words."""
    check = one.check
    if check is None:
        return "busy", "muted", "Looking at it"
    if one.undecided:
        return "patient", "warning", "Which face?"
    if check.refusal:
        return "remove", "error", "Cannot be used"
    if check.retake:
        return "warning", "warning", "Better retaken"
    return "check", "accent", "Good"


def sayings(one: Shelved) -> tuple[str, ...]:
    """Return all that is to be said of a photo, in sentences without its name before them."""
    check = one.check
    said = [*one.photo.warnings]
    if check is not None:
        said += [check.refusal, *check.retake] if check.refusal else check.retake
    return tuple(dict.fromkeys(_sentence(words, one.photo) for words in said))


def of_photo(words: str, photo: Photo) -> bool:
    """True if a warning of a face begins with the name of a photo."""
    return words.lower().startswith(f"{photo.name.lower()}:")


def _sentence(words: str, photo: Photo) -> str:
    said = words[len(photo.name) + 1 :].strip() if of_photo(words, photo) else words
    return f"{said[:1].upper()}{said[1:]}"


def _named(photo: Photo) -> str:
    return f"{photo.name[:1].upper()}{photo.name[1:]}"
