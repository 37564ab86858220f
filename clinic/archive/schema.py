"""The tables of vault.db and keys.db. Every protected row has `id` and `version`; its MAC stands in the audit."""

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text

VAULT = MetaData()
KEYS = MetaData()


def _table(name: str, metadata: MetaData, *columns: Column[object]) -> Table:
    identity = (Column("id", Text, primary_key=True), Column("version", Integer, nullable=False))
    return Table(name, metadata, *identity, *columns)


def _text(name: str) -> Column[object]:
    return Column(name, Text, nullable=False)


def _number(name: str, nullable: bool = False) -> Column[object]:
    return Column(name, Integer, nullable=nullable)


def _sealed(name: str) -> Column[object]:
    return Column(name, LargeBinary, nullable=False)


FORM = _table("form", VAULT, _number("form"), _number("min_reader"))
USER = _table("user", VAULT, _text("login"), _text("role"), _sealed("x25519"), _sealed("ed25519"))
VAULT_KEY = _table("vault_key", VAULT, _sealed("wrapped"))
PATIENT = _table("patient", VAULT, _sealed("enc"))
STUDY = _table("study", VAULT, _text("patient"), _number("head"), _text("changed_utc"))
REVISION = _table(
    "revision",
    VAULT,
    _text("patient"),
    _text("study"),
    _number("number"),
    _number("parent", nullable=True),
    _text("made_utc"),
    _text("actor"),
    _text("words"),
    _sealed("enc"),
)
ASSET = _table("asset", VAULT, _text("patient"), _text("kind"), _text("blob"))
BLOB = _table(
    "blob", VAULT, _text("patient"), _sealed("wrapped_dek"), _number("size"), _number("log2_chunk"), _text("sha256")
)
AUDIT_KEY = _table("audit_key", VAULT, _number("epoch"), _sealed("wrapped"), _sealed("first_sealed"))
CHECKPOINT = _table(
    "checkpoint",
    VAULT,
    _number("size"),
    _sealed("root"),
    _sealed("frontier"),
    _text("made_utc"),
    _text("device"),
    _sealed("device_public"),
    _sealed("signature"),
)
AUDIT = Table(
    "audit",
    VAULT,
    Column("seq", Integer, primary_key=True),
    _text("ts_utc"),
    _number("mono_ns"),
    _text("boot_id"),
    _text("actor"),
    _text("role"),
    _text("device_id"),
    _text("action"),
    _text("event"),
    _text("patient_ref"),
    _text("object_ref"),
    _text("outcome"),
    _text("rows"),
    _text("reason"),
    _sealed("details"),
    _sealed("prev"),
    _sealed("mac"),
)
PATIENT_KEY = _table("patient_key", KEYS, _sealed("wrapped"))

# Since form 2
CONSENT = _table("consent", VAULT, _text("patient"), _sealed("enc"))
SECOND_FACTOR = _table("second_factor", VAULT, _sealed("sealed"), _number("last_step"))
AUDIT_READER = _table("audit_reader", VAULT, _sealed("sealed"))
EMERGENCY = _table("emergency", VAULT, _text("patient"), _text("user"), _text("until_utc"), _number("seen"))
THUMBNAIL = _table("thumbnail", VAULT, _text("patient"), _sealed("enc"))
KEY_FILE = _table("key_file", VAULT, _text("sha256"))

PROTECTED = (
    *(FORM, USER, VAULT_KEY, PATIENT, STUDY, REVISION, ASSET, BLOB, AUDIT_KEY, CHECKPOINT, PATIENT_KEY),
    *(CONSENT, SECOND_FACTOR, AUDIT_READER, EMERGENCY, THUMBNAIL, KEY_FILE),
)

# What has been written stays written, whatever a later defect of ours tries.
TRIGGERS = tuple(
    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
    f"BEGIN SELECT RAISE(ABORT, 'the {table} is written once'); END"
    for table in ("audit", "checkpoint")
    for verb in ("UPDATE", "DELETE")
)
