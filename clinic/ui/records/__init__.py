"""The pages about the records themselves: audit trail, people, one's own sign-in, backups, hand-over of a patient."""
