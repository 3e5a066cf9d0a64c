"""Disclosures: nothing without a consent, no more than it covers, to nobody else, and no longer than it stands."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from tests.records.people.invented import (
    ADMIN,
    AUDITOR,
    ELSEWHERE,
    FACTS,
    NAME,
    NUMBER,
    OFFICER,
    TODAY,
    WORKER,
    case,
    consent,
    events,
    everything,
    given,
    on_day,
    organisation,
    person,
    refused_nothing_changed,
    user,
)
from tests.records.people.test_consents import referred

from xianjie.access import Division, Role
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.people import disclosures
from xianjie.records.people.consents import CATEGORIES, withdraw
from xianjie.records.people.content import FACTS as COVERED
from xianjie.records.people.content import FIELDS, chosen
from xianjie.records.people.disclosures import Disclosure, disclose, open_disclosure, shown, standing
from xianjie.records.people.persons import FIELDS as PERSON_FIELDS
from xianjie.records.people.persons import Person, change_person, erase_person, key_of
from xianjie.records.refusals import Clash, Denied, Missing
from xianjie.vault import VaultError
from xianjie.vocabulary import BASE

EVERY = frozenset(CATEGORIES)


@pytest.fixture
def whose(keeping: Keeping) -> str:
    return person(keeping, number=NUMBER)


@pytest.fixture
def to(keeping: Keeping) -> str:
    return organisation(keeping)


def disclosed(keeping: Keeping, consent: str, *categories: str, **more: Any) -> str:
    with keeping.change(OFFICER) as change:
        return disclose(change, Disclosure(consent, frozenset(categories), **more)).id


def refusal(keeping: Keeping, consent: str | None, *categories: str, **more: Any) -> str:
    with pytest.raises(Clash) as raised, refused_nothing_changed(keeping, OFFICER) as change:
        disclose(change, Disclosure(consent, frozenset(categories or {"identity"}), **more))
    return raised.value.code


def contents(keeping: Keeping, id: str, by: Any = OFFICER) -> dict[str, Any]:
    with keeping.change(by) as change:
        return open_disclosure(change, id)[1]


# -- what each category covers -----------------------------------------------------------------------------------------


def test_every_fact_about_a_person_is_in_one_category() -> None:
    facts = [name for names in COVERED.values() for name in names]
    assert len(facts) == len(set(facts))
    assert set(facts) == {
        name for name in BASE.names if name.partition(".")[0] in ("person", "household", "aid", "referral")
    }
    fields = [name for names in FIELDS.values() for name in names]
    assert sorted(fields) == sorted(PERSON_FIELDS)
    assert {*COVERED, *FIELDS} == EVERY
    assert not set(COVERED) & set(FIELDS)


@pytest.mark.parametrize(
    ("category", "told"),
    [
        ("identity", {"person": {"name": "甲", "number": "乙"}, "facts": {}}),
        ("contact", {"person": {"phone": "丙"}, "facts": {}}),
        ("household", {"person": {}, "facts": {"household": {"size": 3, "annual_income": 80000}}}),
        ("aid", {"person": {}, "facts": {"aid": {"received": True}}}),
        (
            "health",
            {"person": {}, "facts": {"person": {"disabled": True}, "household": {"medical_burden_heavy": True}}},
        ),
        ("case", {"person": {}, "facts": {"person": {"dibao_recipient": True}}}),
    ],
)
def test_a_category_covers_its_own_and_no_more(category: str, told: dict[str, Any]) -> None:
    fields = {"name": "甲", "number": "乙", "phone": "丙", "address": None}
    facts = {**FACTS, "referral": {"events": [{"event": "informed", "by": "甲"}], "direction": None}, "as_of": "x"}
    assert chosen(fields, facts, {category}) == told


def test_what_a_region_adds_is_disclosed_to_nobody() -> None:
    assert chosen({}, {"person": {"a_region_s_own": True}}, EVERY) == {"person": {}, "facts": {}}


# -- disclosing --------------------------------------------------------------------------------------------------------


def test_what_was_disclosed_is_opened_by_officer_and_charity_and_noted(keeping: Keeping, whose: str, to: str) -> None:
    id = disclosed(
        keeping, consent(keeping, given(whose, to, *EVERY)), "identity", "health", case=case(keeping, whose).id
    )
    for by in (OFFICER, user(to)):
        assert contents(keeping, id, by) == {
            "person": {"name": NAME, "number": NUMBER},
            "facts": {"person": {"disabled": True}, "household": {"medical_burden_heavy": True}},
        }
    assert events(keeping)[-3:] == ["disclosed", "disclosure_opened", "disclosure_opened"]


def test_what_is_opened_is_what_was_disclosed_then(keeping: Keeping, whose: str, to: str) -> None:
    id = disclosed(keeping, consent(keeping, given(whose, to)), "identity")
    with keeping.change(WORKER) as change:
        change_person(change, whose, 1, Person("东方改名", Division("880101")))
    assert contents(keeping, id)["person"] == {"name": NAME, "number": NUMBER}


def test_the_commitment_proves_later_what_it_was(keeping: Keeping, whose: str, to: str) -> None:
    id = disclosed(keeping, consent(keeping, given(whose, to)), "identity")
    told = contents(keeping, id)
    with keeping.look(OFFICER) as desk:
        commitment = disclosures.disclosure(desk, id).body["commitment"]
        key = key_of(desk, desk.get("persons", whose))
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert key.is_committed(written.encode(), commitment)
    assert not key.is_committed(written.replace(NAME, "别人").encode(), commitment)


def test_no_consent_no_disclosure(keeping: Keeping, whose: str, to: str) -> None:
    assert refusal(keeping, None) == "consent-missing"
    with pytest.raises(Missing), refused_nothing_changed(keeping, OFFICER) as change:
        disclose(change, Disclosure("nothing", frozenset({"identity"})))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"identity"}, None),
        ({"identity", "contact"}, None),
        ({"identity", "contact", "aid"}, "consent-category"),
        ({"health"}, "consent-category"),
    ],
)
def test_the_categories_of_the_consent_and_not_one_more(
    keeping: Keeping, whose: str, to: str, wanted: set[str], code: str | None
) -> None:
    agreed = consent(keeping, given(whose, to, "identity", "contact"))
    more = {"case": case(keeping, whose).id}
    if code is None:
        assert disclosed(keeping, agreed, *wanted, **more)
    else:
        assert refusal(keeping, agreed, *wanted, **more) == code


@pytest.mark.parametrize(("days", "code"), [(0, None), (1, None), (2, "consent-expired")])
def test_until_the_last_day_itself_and_not_the_day_after(
    keeping: Keeping, whose: str, to: str, days: int, code: str | None
) -> None:
    agreed = consent(keeping, given(whose, to, until=TODAY + dt.timedelta(days=1)))
    id = disclosed(keeping, agreed, "identity")
    later = on_day(keeping, days)
    if code is None:
        assert disclosed(later, agreed, "identity")
        assert contents(later, id, user(to))
        return
    assert refusal(later, agreed) == code
    with pytest.raises(Clash, match=code):
        contents(later, id)
    with pytest.raises(Missing):
        contents(later, id, user(to))


def test_a_withdrawal_stops_all_further_opening_at_once(keeping: Keeping, whose: str, to: str) -> None:
    agreed, other = consent(keeping, given(whose, to)), consent(keeping, given(whose, to))
    id, kept = disclosed(keeping, agreed, "identity"), disclosed(keeping, other, "identity")
    with keeping.change(user(to)) as change:
        withdraw(change, agreed, None, "recipient")
    assert refusal(keeping, agreed) == "consent-withdrawn"
    with pytest.raises(Clash, match="consent-withdrawn"):
        contents(keeping, id)
    with pytest.raises(Missing):
        contents(keeping, id, user(to))
    assert contents(keeping, kept, user(to))
    with keeping.look(user(to)) as desk:
        assert disclosures.disclosure(desk, id).id == id


def test_facts_need_the_case_of_the_person(keeping: Keeping, whose: str, to: str) -> None:
    agreed = consent(keeping, given(whose, to, *EVERY))
    assert refusal(keeping, agreed, "aid") == "case-needed"
    assert refusal(keeping, agreed, "aid", case=case(keeping, None).id) == "consent-missing"
    assert refusal(keeping, agreed, "aid", case=case(keeping, person(keeping)).id) == "consent-missing"
    with pytest.raises(Missing), refused_nothing_changed(keeping, OFFICER) as change:
        disclose(change, Disclosure(agreed, frozenset({"aid"}), case="nothing"))
    assert contents(keeping, disclosed(keeping, agreed, "aid", case=case(keeping, whose).id))["facts"] == {
        "aid": {"received": True}
    }


def test_a_consent_to_one_referral_is_none_to_another(keeping: Keeping, whose: str, to: str) -> None:
    one, two = referred(keeping, "r-a", whose, to), referred(keeping, "r-b", whose, to)
    bound, free = consent(keeping, given(whose, to, referral=one)), consent(keeping, given(whose, to))
    assert refusal(keeping, bound, referral=two) == "consent-missing"
    with pytest.raises(Missing), refused_nothing_changed(keeping, OFFICER) as change:
        disclose(change, Disclosure(free, frozenset({"identity"}), "nothing"))
    made = {
        disclosed(keeping, bound, "identity"): one,
        disclosed(keeping, bound, "identity", referral=one): one,
        disclosed(keeping, free, "identity", referral=two): two,
    }
    with keeping.look(OFFICER) as desk:
        assert {id: disclosures.disclosure(desk, id).body["referral"] for id in made} == made


def test_standing_is_what_was_disclosed_for_the_referral_under_consents_that_stand(
    keeping: Keeping, whose: str, to: str
) -> None:
    one, two = referred(keeping, "r-a", whose, to), referred(keeping, "r-b", whose, to)
    first = consent(keeping, given(whose, to, "identity", "contact", referral=one))
    second = consent(keeping, given(whose, to, "contact", "aid", referral=one, until=TODAY))

    def found(referral: str = one, organisation: str = to, day: dt.date = TODAY) -> set[str]:
        with keeping.store.read() as view:
            return set(standing(view, referral=referral, organisation=organisation, day=day))

    assert found() == set()
    disclosed(keeping, first, "identity")
    disclosed(keeping, second, "contact")
    assert found() == {"identity", "contact"}
    assert found(two) == found(organisation="another") == set()
    assert found(day=TODAY + dt.timedelta(days=1)) == {"identity"}
    with keeping.change(OFFICER) as change:
        withdraw(change, first, None, "office")
    assert found() == {"contact"}
    with keeping.change(ADMIN) as change:
        erase_person(change, whose)
    assert found() == set()


def test_standing_looks_at_every_page(keeping: Keeping, whose: str, to: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.records.pages.AT_ONCE", 2)
    one = referred(keeping, "r-a", whose, to)
    agreed = consent(keeping, given(whose, to, *EVERY, referral=one))
    whole = case(keeping, whose).id
    for category in sorted(EVERY):
        disclosed(keeping, agreed, category, case=whole)
    with keeping.store.read() as view:
        assert standing(view, referral=one, organisation=to, day=TODAY) == EVERY


# -- who else ----------------------------------------------------------------------------------------------------------


def test_another_division_and_another_charity_have_no_such_disclosure(keeping: Keeping, whose: str, to: str) -> None:
    agreed = consent(keeping, given(whose, to))
    id = disclosed(keeping, agreed, "identity")
    stranger = ELSEWHERE[Role.REFERRAL_OFFICER]
    with pytest.raises(Missing), refused_nothing_changed(keeping, stranger) as change:
        disclose(change, Disclosure(agreed, frozenset({"identity"})))
    for nobody in (stranger, user(organisation(keeping)), user(to, "8802")):
        for there in (id, "nothing"):
            with keeping.look(nobody) as desk, pytest.raises(Missing):
                disclosures.disclosure(desk, there)
            with pytest.raises(Missing), refused_nothing_changed(keeping, nobody) as change:
                open_disclosure(change, there)
        with keeping.look(nobody) as desk:
            assert disclosures.disclosures(desk, Asked({})).records == []


def test_only_the_officer_discloses_and_the_auditor_opens_nothing(keeping: Keeping, whose: str, to: str) -> None:
    agreed = consent(keeping, given(whose, to))
    id = disclosed(keeping, agreed, "identity")
    for nobody in (WORKER, AUDITOR, ADMIN, user(to)):
        with pytest.raises(Denied), refused_nothing_changed(keeping, nobody) as change:
            disclose(change, Disclosure(agreed, frozenset({"identity"})))
    for nobody in (WORKER, AUDITOR, ADMIN):
        with pytest.raises(Denied), refused_nothing_changed(keeping, nobody) as change:
            open_disclosure(change, id)
    with keeping.look(AUDITOR) as desk:
        assert [one.id for one in disclosures.disclosures(desk, Asked({"person": whose})).records] == [id]


def test_an_erased_person_s_are_opened_by_nobody(keeping: Keeping, whose: str, to: str) -> None:
    agreed = consent(keeping, given(whose, to))
    id = disclosed(keeping, agreed, "identity")
    with keeping.change(ADMIN) as change:
        erase_person(change, whose)
    with pytest.raises(VaultError, match="person-erased"):
        contents(keeping, id)
    with pytest.raises(Missing):
        contents(keeping, id, user(to))
    with pytest.raises(VaultError, match="person-erased"):
        disclosed(keeping, agreed, "identity")


def test_neither_record_nor_chain_nor_file_shows_what_was_disclosed(
    keeping: Keeping, whose: str, to: str, tmp_path: Path
) -> None:
    agreed = consent(keeping, given(whose, to, *EVERY))
    id = disclosed(keeping, agreed, *EVERY, case=case(keeping, whose).id)
    contents(keeping, id)
    with keeping.look(OFFICER) as desk:
        told = shown(disclosures.disclosure(desk, id))
    assert "content" not in told
    found = everything(tmp_path / "kept")
    assert id in found
    for secret in (NAME, NUMBER, "电话一二三", "annual_income", "80000"):
        assert secret not in found
        assert secret not in str(told)
