"""What a user can act on.

Each stage derives one small class per such thing (`WrongPassphrase`, `NotAFacePhoto`). The message is one or two plain
sentences fit for a dialog: what happened, what it means, what to do. Anything else that is raised is a defect.
"""


class ClinicError(Exception):
    """Something went wrong that the user can understand and act on; `str()` of it is shown as it is."""
