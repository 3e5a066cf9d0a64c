"""The solver's process: it finds documents that came into service after it read them, and the revision it is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.service.test_amending import TEXT

from xianjie.api import installed_engine
from xianjie.errors import InputError, InternalError
from xianjie.plugins import AMENDMENTS
from xianjie.policy.revised import revised_policy
from xianjie.service.problems import Refused
from xianjie.service.proving import outcome, prove_difference, prove_revision

DAY = dt.date(2030, 6, 1).toordinal()


@pytest.fixture
def amendments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder for amendments; what was read under it is forgotten at the end."""
    (tmp_path / "tianjin").mkdir()
    monkeypatch.setenv(AMENDMENTS, str(tmp_path))
    installed_engine.cache_clear()
    yield tmp_path
    monkeypatch.undo()
    installed_engine.cache_clear()


def test_a_document_that_came_later_is_found(amendments: Path) -> None:
    old = installed_engine().documents.answering("tianjin", DAY)
    (amendments / "tianjin" / "tianjin-2030.yaml").write_text(TEXT, encoding="utf-8")
    new = revised_policy(old, TEXT, "x.yaml")
    names, hashes = ["tianjin@tianjin-2024-22", "tianjin@tianjin-2030"], [old.sha256, new.sha256]
    told = prove_difference(names, hashes, DAY, ["duties"], complete=False, by_rule=False, timeout_ms=5000)
    assert outcome(told)["equality"]["with_unknown"] == "some"
    with pytest.raises(Refused) as refused:
        outcome(prove_difference(["tianjin@nothing"], ["0" * 64], DAY, ["duties"], False, False, 1000))
    assert [problem.code for problem in refused.value.problems] == ["documents-changed"]


def test_a_revision_is_proved_in_one_dimension(amendments: Path) -> None:
    base = installed_engine().documents.answering("tianjin", DAY)
    text = TEXT.replace("P3M", "P1M")
    made = revised_policy(base, text, "x.yaml")
    reference = "tianjin@tianjin-2024-22"
    for dimension, verdict in (("duties", "some"), ("services", "none")):
        told = outcome(prove_revision(reference, base.sha256, text, made.sha256, DAY, dimension, 5000))
        assert told["equality"]["with_unknown"] == verdict
        assert told["scope"]["dimensions"] == [dimension]
    with pytest.raises(InternalError):
        outcome(prove_revision(reference, base.sha256, text, "0" * 64, DAY, "duties", 1000))
    with pytest.raises((InputError, InternalError)):
        outcome(prove_revision(reference, base.sha256, "overlay: [", made.sha256, DAY, "duties", 1000))
