"""Form 2: consents, second factors, more readers of the audit, emergency access, thumbnails, the bound key file."""

from alembic.operations import Operations
from sqlalchemy import Column, Integer, LargeBinary, Text

from clinic.archive.rows import Rows
from clinic.archive.schema import KEY_FILE
from clinic.archive.vault import KEY_FILE_ID, Vault


def migrate(operations: Operations, rows: Rows, vault: Vault) -> None:
    """Add the tables, and tell which key file belongs to the archive."""
    for name, columns in _tables().items():
        identity = Column("id", Text, primary_key=True), Column("version", Integer, nullable=False)
        operations.create_table(name, *identity, *columns)
    rows.put(KEY_FILE, vault.row_key, id=KEY_FILE_ID, version=1, sha256=vault.key_file)


def _tables() -> dict[str, tuple[Column[object], ...]]:
    return {
        "consent": (_text("patient"), _sealed("enc")),
        "second_factor": (_sealed("sealed"), _number("last_step")),
        "audit_reader": (_sealed("sealed"),),
        "emergency": (_text("patient"), _text("user"), _text("until_utc"), _number("seen")),
        "thumbnail": (_text("patient"), _sealed("enc")),
        "key_file": (_text("sha256"),),
    }


def _text(name: str) -> Column[object]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[object]:
    return Column(name, Integer, nullable=False)


def _sealed(name: str) -> Column[object]:
    return Column(name, LargeBinary, nullable=False)
