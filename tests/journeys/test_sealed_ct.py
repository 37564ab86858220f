"""A CT on its way into the archive: who the patient is, is written nowhere in the clear."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from dicoms import ball, planted, series

from clinic import workflow
from clinic.jobs import Progress
from clinic.session import Session

PASSPHRASE = "correct horse battery staple"


def test_none_of_36_identifiers_is_in_any_file(tmp_path: Path) -> None:
    series(tmp_path / "disc", ball(), change=planted)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    session = Session.create(tmp_path / "archive", PASSPHRASE, "Dr Ada")
    case = workflow.new_case(workflow.new_patient("Doe"))
    session.commit(case, "Begin the case")
    found = workflow.find_series(tmp_path / "disc", Progress())
    grown = workflow.take_volume(case, found.series[0], Progress())
    session.commit(grown, "Add the CT")
    session.close()
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path not in before]
    assert len(written) > 3
    assert not [path for path in written if b"CANARY" in path.read_bytes() or b"CANARY" in str(path).encode()]
    with Session.open(tmp_path / "archive", PASSPHRASE) as again:
        kept = again.open_case(case.id).acquisition.volume
    assert kept is not None
    np.testing.assert_array_equal(kept.values, ball())
    assert "CANARY" not in repr(replace(kept, values=kept.values[:1]))
