"""Referrals: opened under the document of the day and kept under it, sealed, shown to whom they are for, changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.records.people import invented as people
from tests.records.people.invented import consent, everything, given, on_day, organisation, person, user
from tests.records.referring.opened import (
    ENGINE,
    FORWARD,
    OFFICER,
    TODAY,
    WORKER,
    assessed,
    opened,
    policy_of,
    read,
    refused,
    step,
)
from tests.records.setting import someone

from xianjie.access import Division, Principal, Role
from xianjie.engine.assess import Engine
from xianjie.errors import InputError
from xianjie.records import reading_choices
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.people import consents, persons
from xianjie.records.people.disclosures import Disclosure, disclose
from xianjie.records.referring import referrals
from xianjie.records.refusals import Clash, Denied, Missing, Stale
from xianjie.store import Record
from xianjie.vault import VaultError
from xianjie.vocabulary import BASE

DAY = dt.timedelta(1)


def changed(keeping: Keeping, record: Record, facts: Mapping[str, Any], by: Principal = WORKER, **more: Any) -> Record:
    version = more.pop("version", record.version)
    with keeping.change(by) as change:
        return referrals.change_referral(change, ENGINE, record.id, version, referrals.Matter(facts, **more))


def listed(keeping: Keeping, by: Principal = OFFICER, **where: Any) -> list[str]:
    with keeping.look(by) as desk:
        return [record.id for record in referrals.referrals(desk, Asked(where)).records]


def codes(error: InputError) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.place.path) for problem in error.problems]


# -- opening -----------------------------------------------------------------------------------------------------------


def test_a_referral_is_opened_under_the_document_that_governs(keeping: Keeping) -> None:
    record = opened(keeping, "hubei", as_of=TODAY - DAY)
    policy = policy_of("hubei")
    assert record.body["policy"] == {"id": policy.id, "version": policy.file.version, "sha256": policy.sha256}
    assert (record.body["as_of"], record.body["opened"]) == ((TODAY - DAY).isoformat(), TODAY.isoformat())
    whole = read(keeping, record.id)
    assert (whole["state"], whole["name"], whole["open_events"]) == ("identified", "已发现需要", ["informed"])
    assert (whole["facts"], whole["superseded"]) == (FORWARD, False)
    assert whole["governs_now"] == whole["policy"]
    assert whole["answer"] == assessed("hubei", "forward", FORWARD, []).model_dump(exclude_unset=True)


@pytest.mark.parametrize(("given_", "kept"), [("80000.5", 80000.5), ("824891363178417.91", "824891363178417.91")])
def test_exact_numbers_are_kept_exactly(given_: str, kept: float | str, keeping: Keeping) -> None:
    record = opened(keeping, facts={"household": {"annual_income": Decimal(given_)}})
    assert read(keeping, record.id)["facts"] == {"household": {"annual_income": kept}}


@pytest.mark.parametrize(
    ("facts", "more", "wanted"),
    [
        ({"referral": {"direction": "forward"}}, {}, ("facts-apart", "facts.referral.direction")),
        ({"referral": {"events": [{"event": "referred"}]}}, {}, ("facts-apart", "facts.referral.events")),
        ({"aid": {"recieved": True}}, {}, ("fact-unknown", "facts.aid.recieved")),
        ({"referral": {"informed": "是"}}, {}, ("type-bool", "facts.referral.informed")),
        ({"referral": 1}, {}, ("type-mapping", "facts.referral")),
        (
            {"referral": {"consent_given": False, "consent_date": "2025-01-01"}},
            {},
            ("facts-contradict", "facts.referral.consent_date"),
        ),
        ({}, {"region": "tianjing"}, ("region-unknown", "region")),
        ({}, {"as_of": TODAY + DAY}, ("day-future", "as_of")),
        ({"aid": {"special_programmes": ["项目" * 90] * 150}}, {}, ("facts-too-large", "facts")),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    facts: Mapping[str, Any], more: dict[str, Any], wanted: tuple[str, str], keeping: Keeping
) -> None:
    with pytest.raises(InputError) as raised:
        opened(keeping, facts=facts, **more)
    assert codes(raised.value) == [wanted]
    assert listed(keeping) == []


def test_the_organisation_and_the_person_must_be_there(keeping: Keeping) -> None:
    for name in ("organisation", "person"):
        given_: dict[str, Any] = {name: "nobody"}
        with pytest.raises(Missing) as raised:
            opened(keeping, facts={}, **given_)
        assert raised.value.problems[0].place.path == name
    elsewhere = person(keeping, place="880201")
    with pytest.raises(Missing):
        opened(keeping, facts={}, person=elsewhere)


def test_who_may_open_one(keeping: Keeping) -> None:
    own = organisation(keeping)
    for by in (OFFICER, WORKER, user(own)):
        opened(keeping, direction="reverse", organisation=own, by=by)
    with pytest.raises(Denied):
        opened(keeping, by=someone(Role.CASE_WORKER, "8802"))
    for role in (Role.READER, Role.AUDITOR, Role.ADMINISTRATOR, Role.POLICY_EDITOR):
        with pytest.raises(Denied):
            opened(keeping, by=someone(role, "8801"))
    with pytest.raises(Denied):
        opened(keeping, direction="reverse", by=user(own))
    with pytest.raises(Denied):
        opened(keeping, direction="reverse", facts={}, organisation=own, person=person(keeping), by=user(own))


# -- what was disclosed ------------------------------------------------------------------------------------------------


def with_person(keeping: Keeping, region: str = "tianjin") -> tuple[str, str, Record]:
    """Open a referral of a person to a charity."""
    whom, to = person(keeping), organisation(keeping)
    return whom, to, opened(keeping, region, person=whom, organisation=to)


def passed_on(keeping: Keeping, consent_: str, referral: str) -> None:
    with keeping.change(OFFICER) as change:
        disclose(change, Disclosure(consent_, frozenset({"identity"}), referral))


def withdraw(keeping: Keeping, consent_: str, on: dt.date = TODAY) -> None:
    with keeping.change(OFFICER) as change:
        consents.withdraw(change, consent_, on, "office")


def test_a_charity_sees_what_was_disclosed_to_it_and_as_long_as_the_consent_stands(keeping: Keeping) -> None:
    whom, to, record = with_person(keeping)
    other = organisation(keeping)
    mine, theirs = user(to), user(other)
    for by in (mine, theirs):
        with pytest.raises(Missing):
            read(keeping, record.id, by)
        assert listed(keeping, by) == []
    given_ = consent(keeping, given(whom, to, referral=record.id))
    with pytest.raises(Missing):
        read(keeping, record.id, mine)
    passed_on(keeping, given_, record.id)
    step(keeping, record.id, "consented", consent=given_)
    step(keeping, record.id, "referred")
    seen = read(keeping, record.id, mine)
    assert (seen["state"], seen["facts"], seen["answer"], seen["person"]) == ("referred", None, None, None)
    assert listed(keeping, mine) == listed(keeping, mine, organisation=to) == [record.id]
    assert listed(keeping, mine, organisation=other) == listed(keeping, theirs) == []
    for event in ("accepted", "reviewed", "delivered"):
        step(keeping, record.id, event, by=mine)
    for event in ("withdrawn", "closed", "letter_issued"):
        with pytest.raises(Denied):
            step(keeping, record.id, event, by=mine)
    with pytest.raises(Denied):
        changed(keeping, record, {}, mine, person=whom, organisation=to)
    for call in (read, lambda *given: step(given[0], given[1], "fed_back", by=given[2])):
        with pytest.raises(Missing):
            call(keeping, record.id, theirs)
    withdraw(keeping, given_)
    with pytest.raises(Missing):
        read(keeping, record.id, mine)
    with pytest.raises(Missing):
        step(keeping, record.id, "fed_back", by=mine)
    assert listed(keeping, mine) == []
    assert read(keeping, record.id)["person"] == whom


def test_facts_of_a_person_are_sealed_and_go_with_them(keeping: Keeping, tmp_path: Path) -> None:
    whom = person(keeping)
    facts = {"aid": {"special_programmes": ["某某专项"]}, "referral": {"initiator": "civil_affairs"}}
    record = opened(keeping, facts=facts, person=whom)
    assert "facts" not in record.body
    assert "某某专项" not in everything(tmp_path)
    assert read(keeping, record.id)["facts"] == facts
    given_ = consent(keeping, given(whom, organisation(keeping)))
    step(keeping, record.id, "consented", consent=given_)
    with keeping.change(people.ADMIN) as change:
        persons.erase_person(change, whom)
    gone = read(keeping, record.id)
    assert (gone["facts"], gone["answer"], gone["state"], gone["steps"]) == (None, None, "consented", 1)
    assert [one["event"] for one in gone["events"]] == ["consented"]
    with pytest.raises(VaultError) as raised:
        step(keeping, record.id, "referred")
    assert raised.value.code == "person-erased"
    assert keeping.store.verify().problems == ()


# -- consent -----------------------------------------------------------------------------------------------------------


def test_of_a_person_the_step_names_a_consent_that_stands(keeping: Keeping) -> None:
    whom, to, record = with_person(keeping)
    somebody, elsewhere = person(keeping), organisation(keeping)
    another = opened(keeping, person=whom, organisation=to)
    wrong = [
        None,
        "nosuchconsent",
        consent(keeping, given(somebody, to)),
        consent(keeping, given(whom, elsewhere)),
        consent(keeping, given(whom, to, referral=another.id)),
        consent(keeping, given(whom, to, on=TODAY - DAY, until=TODAY - DAY)),
    ]
    for one in wrong:
        clash = refused(keeping, record.id, "consented", consent=one)
        assert clash is not None
        assert clash.code == "referral-consent"
        assert clash.members == {
            "missing_step": {"id": "consent", "zh": "征得同意", "en": "obtain consent"},
            "missing": [],
            "state": "identified",
            "open_events": ["consented"],
        }
    right = consent(keeping, given(whom, to, on=TODAY))
    early = refused(keeping, record.id, "consented", consent=right, on=TODAY - DAY)
    assert early is not None
    with pytest.raises(InputError) as raised:
        step(keeping, record.id, "referred", consent=right)
    assert codes(raised.value) == [("consent-idle", "consent")]
    _, standing = step(keeping, record.id, "consented", consent=right)
    assert standing.steps[-1].consent == right


def test_after_a_withdrawal_an_old_consent_is_none(keeping: Keeping) -> None:
    whom, to, record = with_person(keeping)
    first, spare = (consent(keeping, given(whom, to, on=TODAY - 9 * DAY)) for _ in range(2))
    step(keeping, record.id, "consented", on=TODAY - 5 * DAY, consent=first)
    step(keeping, record.id, "withdrawn", on=TODAY - 2 * DAY)
    for old in (first, spare):
        clash = refused(keeping, record.id, "consented", consent=old)
        assert clash is not None
        assert clash.code == "referral-consent"
    new = consent(keeping, given(whom, to, on=TODAY - 2 * DAY))
    moved, _ = step(keeping, record.id, "consented", consent=new)
    assert moved.body["state"] == "consented"


def test_without_a_person_no_consent_is_named(keeping: Keeping) -> None:
    record = opened(keeping)
    clash = refused(
        keeping, record.id, "consented", consent=consent(keeping, given(person(keeping), organisation(keeping)))
    )
    assert clash is not None
    assert clash.code == "referral-consent"
    step(keeping, record.id, "consented")


@pytest.mark.parametrize("fact", [{"consent_given": True}, {"consent_given": False}, {"consent_date": "2025-07-01"}])
def test_of_a_person_consent_is_no_bare_fact(fact: dict[str, Any], keeping: Keeping) -> None:
    with pytest.raises(InputError) as raised:
        opened(keeping, facts={"referral": fact}, person=person(keeping))
    assert {code for code, _ in codes(raised.value)} == {"facts-consent"}
    opened(keeping, facts={"referral": fact})


@pytest.mark.parametrize(
    ("region", "before", "event"),
    [
        ("hubei", "informed consented", "letter_issued"),
        ("hubei", "informed consented letter_issued", "referred"),
        ("tianjin", "consented", "referred"),
        ("tianjin", "consented referred", "delivered"),
        ("jinhua", "consented", "referred"),
    ],
)
def test_once_a_consent_is_withdrawn_what_needs_it_is_refused(
    region: str, before: str, event: str, keeping: Keeping
) -> None:
    whom, to, record = with_person(keeping, region)
    given_ = consent(keeping, given(whom, to))
    for one in before.split():
        step(keeping, record.id, one, on=TODAY - 9 * DAY, consent=given_ if one == "consented" else None)
    withdraw(keeping, given_, TODAY - 3 * DAY)
    clash = refused(keeping, record.id, event)
    assert clash is not None
    assert (clash.code, clash.members["missing_step"]["id"]) == ("referral-step", "consent")
    whole = read(keeping, record.id)
    assert (whole["state"], whole["steps"]) == ("withdrawn", len(before.split()))
    told = whole["events"][-1]
    assert (told["number"], told["event"], told["origin"], told["consent"]) == (None, "withdrawn", "consent", given_)
    assert told["on"] == (TODAY - 3 * DAY).isoformat()
    assert whole["answer"]["status"] == "refused"
    # what was done while it stood can still be entered
    moved, _ = step(keeping, record.id, event, on=TODAY - 4 * DAY)
    assert moved.body["steps"] == len(before.split()) + 1


def test_consent_given_anew_writes_the_withdrawal_into_the_log(keeping: Keeping) -> None:
    whom, to, record = with_person(keeping)
    first = consent(keeping, given(whom, to))
    step(keeping, record.id, "consented", on=TODAY - 9 * DAY, consent=first)
    withdraw(keeping, first, TODAY - 3 * DAY)
    second = consent(keeping, given(whom, to, on=TODAY - DAY))
    step(keeping, record.id, "consented", on=TODAY - DAY, consent=second)
    moved, _ = step(keeping, record.id, "referred")
    whole = read(keeping, record.id)
    assert (moved.body["state"], moved.body["steps"]) == ("referred", 4)
    told = [(one["number"], one["event"], one["origin"], one["consent"]) for one in whole["events"]]
    assert told == [
        (1, "consented", "recorded", first),
        (2, "withdrawn", "consent", first),
        (3, "consented", "recorded", second),
        (4, "referred", "recorded", None),
    ]


def test_a_consent_that_runs_out_is_withdrawn_on_the_day_after(keeping: Keeping) -> None:
    whom, to, record = with_person(keeping)
    step(keeping, record.id, "consented", consent=consent(keeping, given(whom, to, until=TODAY)))
    assert read(keeping, record.id)["state"] == "consented"
    later = on_day(keeping, 5)
    whole = read(later, record.id)
    assert (whole["state"], whole["events"][-1]["on"]) == ("withdrawn", (TODAY + DAY).isoformat())
    clash = refused(later, record.id, "referred", on=TODAY + DAY)
    assert clash is not None
    step(later, record.id, "referred", on=TODAY)


def test_help_that_was_given_is_not_withdrawn_and_the_way_to_aid_needs_no_consent(keeping: Keeping) -> None:
    whom, to, record = with_person(keeping)
    given_ = consent(keeping, given(whom, to))
    step(keeping, record.id, "consented", consent=given_)
    step(keeping, record.id, "referred")
    step(keeping, record.id, "delivered")
    reverse = opened(keeping, "hubei", "reverse", person=whom, organisation=to)
    step(keeping, reverse.id, "consented", consent=given_)
    withdraw(keeping, given_)
    assert read(keeping, record.id)["state"] == "delivered"
    step(keeping, record.id, "fed_back")
    moved, _ = step(keeping, reverse.id, "notified")
    assert moved.body["state"] == "passed_on"


# -- changing ----------------------------------------------------------------------------------------------------------


def test_facts_are_changed_and_the_state_follows(keeping: Keeping) -> None:
    record = opened(keeping, "hubei", facts={})
    informed = {"referral": {"informed": True}}
    record = changed(keeping, record, informed)
    moved, _ = step(keeping, record.id, "consented")
    with pytest.raises(Clash) as raised:
        changed(keeping, moved, {})
    assert raised.value.code == "referral-facts"
    with pytest.raises(InputError):
        changed(keeping, moved, {"referral": {"consent_given": False}})
    after = changed(keeping, moved, {**informed, "aid": {"received": True}}, OFFICER)
    assert (after.version, after.body["state"], after.body["steps"]) == (4, "consented", 1)
    assert read(keeping, record.id)["facts"]["aid"] == {"received": True}


def test_a_change_is_of_a_version_and_for_those_who_may(keeping: Keeping) -> None:
    record = opened(keeping)
    with pytest.raises(Stale):
        changed(keeping, record, {}, version=9)
    for role, kind in ((Role.AUDITOR, Denied), (Role.READER, Denied)):
        with pytest.raises(kind):
            changed(keeping, record, {}, someone(role, "8801"))
    with pytest.raises(Missing):
        changed(keeping, record, {}, someone(Role.CASE_WORKER, "8802"))
    ended, _ = step(keeping, opened(keeping, "shanxi").id, "withdrawn")
    with pytest.raises(Clash) as raised:
        changed(keeping, ended, {})
    assert raised.value.code == "referral-ended"


def test_a_person_is_named_later_and_never_exchanged(keeping: Keeping) -> None:
    whom = person(keeping)
    record = opened(keeping)
    record = changed(keeping, record, FORWARD, person=whom)
    assert ("facts" in record.body, listed(keeping, person=whom)) == (False, [record.id])
    for other in (None, person(keeping)):
        with pytest.raises(Clash) as raised:
            changed(keeping, record, FORWARD, person=other)
        assert raised.value.code == "referral-person"


def test_a_list_is_asked_by_region_state_organisation_and_person(keeping: Keeping) -> None:
    whom, to, first = with_person(keeping)
    second = opened(keeping, "hubei")
    assert listed(keeping) == sorted([first.id, second.id])
    assert listed(keeping, region="hubei") == [second.id]
    assert listed(keeping, state="identified", region="tianjin") == [first.id]
    assert listed(keeping, organisation=to) == listed(keeping, person=whom) == [first.id]
    assert listed(keeping, state="referred") == listed(keeping, someone(Role.CASE_WORKER, "8802")) == []


# -- across a revision -------------------------------------------------------------------------------------------------


def test_a_referral_stays_under_its_document_when_another_comes(keeping: Keeping) -> None:
    """The new document, invented, asks for no consent; what was opened before goes on under the old one."""
    old = policy_of("tianjin")
    line = old.referrals["forward"]
    head = old.file.document.model_copy(update={"effective": TODAY + 10 * DAY, "replaces": [old.id]})
    new = replace(
        old,
        file=old.file.model_copy(update={"id": "tianjin-next", "document": head}),
        sha256="f" * 64,
        referrals={"forward": replace(line, rule=line.rule.model_copy(update={"procedure": None}), steps=())},
    )
    before = opened(keeping)
    with closing(Engine([old, new], BASE)) as both:
        soon, later = on_day(keeping, 9), on_day(keeping, 10)
        assert not read(soon, before.id, engine=both)["superseded"]
        whole = read(later, before.id, engine=both)
        assert (whole["policy"]["id"], whole["governs_now"]["id"]) == (old.id, "tianjin-next")
        assert (whole["superseded"], whole["state"]) == (True, "identified")
        clash = refused(later, before.id, "referred", engine=both)
        assert clash is not None
        assert clash.members["missing_step"]["id"] == "consent"
        asked = opened(later, engine=both, as_of=TODAY)
        after = opened(later, engine=both)
        assert (asked.body["policy"]["id"], after.body["policy"]["id"]) == (old.id, "tianjin-next")
        step(later, after.id, "referred", engine=both)
    with closing(Engine([new], BASE)) as alone:
        gone = read(later, before.id, engine=alone)
        assert (gone["answer"], gone["facts"], gone["state"]) == (None, None, "identified")
        clash = refused(later, before.id, "consented", engine=alone)
        assert clash is not None
        assert clash.code == "referral-document"


def test_the_answer_carries_what_the_office_settled(keeping: Keeping) -> None:
    aid = {"meets_conditions": False, "received": False}
    facts = {**FORWARD, "person": {"in_low_income_database": False}, "aid": aid}
    record = opened(keeping, "hubei", facts=facts)
    assert read(keeping, record.id)["answer"]["status"] == "undetermined"
    settled = reading_choices.Settlement(
        "referral-scope", "section-two-controls", "会议研究后按第二部分办理", "会议纪要", Division("8801")
    )
    with keeping.change(someone(Role.POLICY_EDITOR, "8801")) as change:
        reading_choices.settle(change, policy_of("hubei"), settled)
    assert read(keeping, record.id)["answer"]["status"] == "not_triggered"
