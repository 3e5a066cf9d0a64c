"""What came into service: each version of each document once, noted in the audit chain, whoever else does so."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from tests.records.setting import NOW, READER, someone

from xianjie.access import NATIONAL, Division, Role
from xianjie.records.audit import CHAIN
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.publications import (
    COLLECTION,
    Publication,
    may_publish,
    publications,
    publish,
    the_service,
)
from xianjie.records.refusals import Denied

ONE = Publication("hubei", "hubei-2024", "2024-09-03", "a" * 64, "issued", Division("42"))
OTHER = Publication("tianjin", "tianjin-2024-22", "2024-11-14", "b" * 64, "issued", Division("12"))


def noted(keeping: Keeping) -> list[dict[str, object]]:
    with keeping.store.read() as view:
        return [dict(entry.body) for entry in view.entries(CHAIN)]


def test_each_document_is_recorded_once_and_noted(keeping: Keeping) -> None:
    made = publish(keeping, the_service(), [ONE, OTHER])
    assert [record.body["policy"] for record in made] == ["hubei-2024", "tianjin-2024-22"]
    assert publish(keeping, the_service(), [ONE, OTHER]) == []
    told = noted(keeping)
    assert [(one["event"], one["by"], one["id"]) for one in told] == [
        ("policy_published", "service", record.id) for record in made
    ]
    assert {name: told[0][name] for name in ("region", "policy", "version", "sha256", "division")} == {
        "region": "hubei",
        "policy": "hubei-2024",
        "version": "2024-09-03",
        "sha256": "a" * 64,
        "division": "42",
    }
    assert made[0].body["published_at"] == NOW.isoformat(timespec="seconds")


@pytest.mark.parametrize("other", [{"sha256": "c" * 64}, {"policy": "hubei-2025"}, {"region": "tianjin"}])
def test_another_version_document_or_region_is_another_publication(keeping: Keeping, other: dict[str, str]) -> None:
    publish(keeping, the_service(), [ONE])
    assert len(publish(keeping, the_service(), [replace(ONE, **other)])) == 1  # type: ignore[arg-type]


def test_a_version_that_comes_back_is_not_recorded_again(keeping: Keeping) -> None:
    for one in (ONE, replace(ONE, sha256="c" * 64), ONE):
        publish(keeping, the_service(), [one])
    assert len(noted(keeping)) == 2


def test_many_at_once_record_each_once(keeping: Keeping) -> None:
    threads = [threading.Thread(target=publish, args=(keeping, the_service(), [ONE, OTHER])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with keeping.store.read() as view:
        assert view.count(COLLECTION) == 2
    assert len(noted(keeping)) == 2


def test_everybody_of_an_office_may_read_them_by_region_and_by_document(keeping: Keeping) -> None:
    publish(keeping, the_service(), [ONE, OTHER])
    for where, expected in (
        ({}, 2),
        ({"region": "hubei"}, 1),
        ({"policy": "tianjin-2024-22"}, 1),
        ({"region": "x"}, 0),
    ):
        with keeping.look(READER) as desk:
            assert len(publications(desk, Asked(where)).records) == expected


def test_an_editor_publishes_within_their_divisions() -> None:
    editor = someone(Role.POLICY_EDITOR, "42")
    may_publish(editor, [])
    may_publish(editor, [Division("42")])
    may_publish(editor, [Division("4205")])
    for beyond in ([Division("12")], [Division("42"), Division("12")], [NATIONAL]):
        with pytest.raises(Denied) as raised:
            may_publish(editor, beyond)
        assert raised.value.code == "publication-beyond"
    may_publish(the_service(), [NATIONAL, Division("12")])


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.POLICY_EDITOR, Role.CHARITY_USER}))
def test_nobody_else_publishes(role: Role) -> None:
    with pytest.raises(Denied):
        may_publish(someone(role, "national"), [Division("42")])
