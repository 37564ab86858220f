"""The states that a case has had, and where in them it stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Revision:
    """One recorded state. parent: the state it was made from, None for the first. words: what was done."""

    number: int
    parent: int | None
    words: str
    made_utc: str  # ISO 8601
    actor: str  # user id


@dataclass(frozen=True, slots=True)
class History:
    """All states, oldest first, and the number of the present one.

    A change after an undo starts a branch. The states that were undone stay in the records; redo follows the latest
    branch, which is always the one that was last undone.
    """

    revisions: tuple[Revision, ...]
    head: int

    @property
    def present(self) -> Revision:
        """The present state."""
        return next(revision for revision in self.revisions if revision.number == self.head)

    @property
    def before(self) -> int | None:
        """The number that an undo goes to, None at the beginning."""
        return self.present.parent

    @property
    def after(self) -> Revision | None:
        """The state that a redo goes to, None at the end."""
        following = [revision for revision in self.revisions if revision.parent == self.head]
        return following[-1] if following else None

    def with_new(self, revision: Revision) -> "History":
        """Return the history after a change."""
        return History((*self.revisions, revision), revision.number)

    def at(self, number: int) -> "History":
        """Return the history after an undo or a redo."""
        return History(self.revisions, number)
