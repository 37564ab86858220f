"""What a child process refuses, in words for a dialog."""

from clinic.intake import sandbox
from clinic.intake.errors import ImportRejected, UnreadableVolume, UnsupportedFile
from clinic.words import say


def in_words(refused: sandbox.Refused, name: str) -> ImportRejected:
    """Return the error that the user sees."""
    match refused.code:
        case "encrypted":
            return UnsupportedFile(name, say("is locked with a password. Unpack it first and give the folder."))
        case "outside":
            return UnsupportedFile(
                name,
                say(
                    "holds names that point to places outside of it. It was not opened: it may have been made "
                    "to do harm."
                ),
            )
        case "bomb":
            return UnsupportedFile(
                name, say("unpacks to far more than any scan needs. It was not opened, to keep you safe.")
            )
        case "colour":
            return UnsupportedFile(name, say("holds colour pictures, not measured slices. Export the original slices."))
        case "syntax":
            kind = str(refused.facts.get("syntax", ""))
            return UnsupportedFile(
                name, say("is packed in a way that cannot be read here ({kind!t}). Export it uncompressed.", kind=kind)
            )
        case "no-pixels":
            return UnreadableVolume(name, say("the image is missing from at least one of its files"))
        case _:
            return UnreadableVolume(name, say("at least one of its slices is damaged or cut short"))
