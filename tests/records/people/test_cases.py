"""Pending cases: sealed with the person's key, dated, kept with the documents of that day, closed once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.records.people.invented import (
    ADMIN,
    AUDITOR,
    DOCUMENT,
    ELSEWHERE,
    FACTS,
    OFFICER,
    TODAY,
    WORKER,
    case,
    events,
    everything,
    governing,
    person,
    refused_nothing_changed,
)

from xianjie.access import Division, Role
from xianjie.errors import InputError
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.people.cases import LARGEST, Pending, cases, change_case, close_case, open_case, record_case
from xianjie.records.refusals import Clash, Denied, Missing, Stale

DAY = dt.timedelta(days=1)
HERE = Division("880101")


def revised(region: str, day: dt.date) -> Mapping[str, str]:
    """Another document governs every region from the first of July on."""
    return {**DOCUMENT, "policy": f"{region}-{1 if day < dt.date(2025, 7, 1) else 2}"}


def pending(**more: object) -> Pending:
    return Pending(**{"division": HERE, "regions": ("a",), "facts": dict(FACTS), **more})  # type: ignore[arg-type]


def test_a_case_is_opened_as_it_was_recorded_and_each_opening_noted(keeping: Keeping) -> None:
    for whose in (None, person(keeping)):
        id = case(keeping, whose).id
        with keeping.change(OFFICER) as change:
            record, facts = open_case(change, id)
        assert facts == FACTS
        assert record.body["person"] == whose
    assert events(keeping).count("case_opened") == 2


def test_a_person_s_case_is_sealed_and_another_s_is_not(keeping: Keeping, tmp_path: Path) -> None:
    case(keeping, person(keeping))
    assert "annual_income" not in everything(tmp_path / "kept")
    case(keeping, None)
    assert "annual_income" in everything(tmp_path / "kept")


def test_a_case_keeps_the_day_and_the_documents_of_that_day(keeping: Keeping) -> None:
    with keeping.change(WORKER) as change:
        body = record_case(change, pending(regions=("b", "a", "b"), asked_on=dt.date(2025, 6, 30)), revised).body
    assert body["asked_on"] == "2025-06-30"
    assert [(one["region"], one["policy"]) for one in body["governed"]] == [("b", "b-1"), ("a", "a-1")]
    with keeping.change(WORKER) as change:
        assert record_case(change, pending(), revised).body["asked_on"] == TODAY.isoformat()


@pytest.mark.parametrize(("days", "refused"), [(-1, False), (0, False), (1, True)])
def test_nothing_is_asked_for_tomorrow(keeping: Keeping, days: int, refused: bool) -> None:
    wanted = pending(asked_on=TODAY + days * DAY)
    if not refused:
        with keeping.change(WORKER) as change:
            record_case(change, wanted, governing)
        return
    with pytest.raises(InputError) as raised, refused_nothing_changed(keeping, WORKER) as change:
        record_case(change, wanted, governing)
    assert raised.value.problems[0].code == "day-future"


@pytest.mark.parametrize(("more", "refused"), [(0, False), (1, True)])
def test_facts_have_a_size(keeping: Keeping, more: int, refused: bool) -> None:
    facts = {"provenance": "x" * (LARGEST - len('{"provenance": ""}') + more)}
    for whose in (None, person(keeping)):
        with keeping.change(WORKER) as change:
            change.note("case_recorded", "cases", None)
            if refused:
                with pytest.raises(InputError, match="facts-too-large"):
                    record_case(change, pending(facts=facts, person=whose), governing)
            else:
                record_case(change, pending(facts=facts, person=whose), governing)


def test_a_change_keeps_the_day_and_its_documents_unless_the_day_is_mended(keeping: Keeping) -> None:
    before = dt.date(2025, 6, 30)
    with keeping.change(WORKER) as change:
        id = record_case(change, pending(regions=("a",), asked_on=before), revised).id
    later = {**DOCUMENT, "policy": "another since"}
    with keeping.change(WORKER) as change:
        body = change_case(change, id, 1, pending(regions=("b", "a")), lambda _, __: later).body
    assert body["asked_on"] == before.isoformat()
    assert [one["policy"] for one in body["governed"]] == ["another since", "a-1"]
    with keeping.change(WORKER) as change:
        body = change_case(change, id, 2, pending(asked_on=dt.date(2025, 7, 1)), revised).body
    assert (body["asked_on"], body["governed"][0]["policy"]) == ("2025-07-01", "a-2")
    with pytest.raises(Stale), refused_nothing_changed(keeping, WORKER) as change:
        change_case(change, id, 2, pending(), revised)


def test_a_case_can_be_given_to_a_person_once(keeping: Keeping, tmp_path: Path) -> None:
    one, other = person(keeping), person(keeping)
    id = case(keeping, None).id
    with keeping.change(WORKER) as change:
        body = change_case(change, id, 1, pending(person=one), governing).body
    assert "facts" not in body
    assert body["sealed"].startswith("f1.")
    for whose in (other, None):
        with pytest.raises(Clash, match="case-of-another"), refused_nothing_changed(keeping, WORKER) as change:
            change_case(change, id, 2, pending(person=whose), governing)


def test_a_case_is_closed_once_and_then_changed_no_more(keeping: Keeping) -> None:
    id = case(keeping, person(keeping)).id
    with keeping.change(WORKER) as change:
        body = close_case(change, id, "help_given").body
    assert (body["state"], body["closing"]) == ("closed", {"reason": "help_given", "on": TODAY.isoformat()})
    with pytest.raises(Clash, match="case-closed"), refused_nothing_changed(keeping, WORKER) as change:
        close_case(change, id, "other")
    with pytest.raises(Clash, match="case-closed"), refused_nothing_changed(keeping, WORKER) as change:
        change_case(change, id, 2, pending(), governing)
    with keeping.change(WORKER) as change:
        assert open_case(change, id)[1] == FACTS


def test_a_person_of_another_division_is_as_none(keeping: Keeping) -> None:
    told = set()
    for whose in (person(keeping, "8802"), "nobody"):
        with pytest.raises(Missing) as raised:
            case(keeping, whose)
        told.add(raised.value.problems)
    assert len(told) == 1
    assert next(iter(told))[0].place.path == "person"


def test_another_division_has_no_such_case(keeping: Keeping) -> None:
    id = case(keeping, person(keeping)).id
    stranger = ELSEWHERE[Role.CASE_WORKER]
    for there in (id, "nothing"):
        with pytest.raises(Missing), refused_nothing_changed(keeping, stranger) as change:
            open_case(change, there)
        with pytest.raises(Missing), refused_nothing_changed(keeping, stranger) as change:
            change_case(change, there, 1, pending(), governing)
        with pytest.raises(Missing), refused_nothing_changed(keeping, stranger) as change:
            close_case(change, there, "other")
    with pytest.raises(Missing), refused_nothing_changed(keeping, WORKER) as change:
        change_case(change, id, 1, pending(division=Division("8802")), governing)
    with keeping.look(stranger) as desk:
        assert cases(desk, Asked({})).records == []


def test_officers_read_and_do_not_write_and_others_do_neither(keeping: Keeping) -> None:
    id = case(keeping, person(keeping)).id
    with pytest.raises(Denied), refused_nothing_changed(keeping, OFFICER) as change:
        close_case(change, id, "other")
    for nobody in (ADMIN, AUDITOR):
        with pytest.raises(Denied), refused_nothing_changed(keeping, nobody) as change:
            open_case(change, id)


def test_cases_are_listed_by_person_and_state(keeping: Keeping) -> None:
    whose = person(keeping)
    ids = {case(keeping, whose).id, case(keeping, None).id}
    one = case(keeping, whose).id
    with keeping.change(WORKER) as change:
        close_case(change, one, "other")
    with keeping.look(OFFICER) as desk:
        assert {record.id for record in cases(desk, Asked({"state": "pending"})).records} == ids
        assert {record.id for record in cases(desk, Asked({"state": "closed"})).records} == {one}
        assert len(cases(desk, Asked({"person": whose})).records) == 2
