"""Consents stand from their day to their last day, unless withdrawn, and are for one recipient."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.records.people.invented import (
    ADMIN,
    AUDITOR,
    ELSEWHERE,
    OFFICER,
    TODAY,
    WORKER,
    consent,
    events,
    given,
    on_day,
    organisation,
    person,
    refused_nothing_changed,
    user,
)

from xianjie.access import Division, Role
from xianjie.errors import InputError
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.people import consents
from xianjie.records.people.consents import Consent, is_standing, record_consent, shown, withdraw
from xianjie.records.people.persons import erase_person
from xianjie.records.placing import placed
from xianjie.records.refusals import Clash, Denied, Missing

DAY = dt.timedelta(days=1)


@pytest.fixture
def whose(keeping: Keeping) -> str:
    return person(keeping)


@pytest.fixture
def to(keeping: Keeping) -> str:
    return organisation(keeping)


def stands(keeping: Keeping, id: str, day: dt.date = TODAY) -> bool:
    with keeping.store.read() as view:
        return is_standing(view, id, day)


def referred(keeping: Keeping, id: str, person: str | None, organisation: str | None, place: str = "8801") -> str:
    """Put a referral in as far as consents look at one."""
    with keeping.store.transaction() as transaction:
        body = {"person": person, "organisation": organisation, **placed(Division(place))}
        transaction.insert("referrals", id, body)
    return id


@pytest.mark.parametrize("until", [None, 3])
@pytest.mark.parametrize("withdrawn", [None, 2])
def test_a_consent_stands_from_its_day_to_its_last_until_withdrawn(
    keeping: Keeping, whose: str, to: str, until: int | None, withdrawn: int | None
) -> None:
    start = TODAY - 5 * DAY
    last = None if until is None else start + until * DAY
    id = consent(keeping, given(whose, to, on=start, until=last))
    if withdrawn is not None:
        with keeping.change(OFFICER) as change:
            withdraw(change, id, start + withdrawn * DAY, "office")
    for days in range(-1, 6):
        wanted = days >= 0 and (until is None or days <= until) and (withdrawn is None or days < withdrawn)
        assert stands(keeping, id, start + days * DAY) == wanted, days


def test_there_is_no_standing_where_there_is_no_consent(keeping: Keeping) -> None:
    assert not stands(keeping, "nothing")


def test_it_does_not_stand_once_the_person_is_erased(keeping: Keeping, whose: str, to: str) -> None:
    id = consent(keeping, given(whose, to, note="说明"))
    assert stands(keeping, id)
    with keeping.look(OFFICER) as desk:
        assert shown(desk, consents.consent(desk, id), opened=True)["note"] == "说明"
    with keeping.change(ADMIN) as change:
        erase_person(change, whose)
    assert not stands(keeping, id)
    with keeping.look(OFFICER) as desk:
        told = shown(desk, consents.consent(desk, id), opened=True)
    assert (told["standing"], told["ended"], told["note"]) == (False, "erased", None)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"on": TODAY}, None),
        ({"on": TODAY + DAY}, "day-future"),
        ({"on": TODAY, "until": TODAY}, None),
        ({"on": TODAY, "until": TODAY - DAY}, "until-earlier"),
    ],
)
def test_the_days_of_a_consent_are_in_order(
    keeping: Keeping, whose: str, to: str, more: dict[str, dt.date], code: str | None
) -> None:
    wanted = Consent(whose, to, "aid_referral", frozenset({"aid"}), "written", more["on"], until=more.get("until"))
    if code is None:
        assert stands(keeping, consent(keeping, wanted))
        return
    with pytest.raises(InputError) as raised, refused_nothing_changed(keeping, OFFICER) as change:
        record_consent(change, wanted)
    assert raised.value.problems[0].code == code


@pytest.mark.parametrize(
    ("days", "code"), [(-3, "withdrawal-early"), (-2, None), (0, None), (1, "day-future"), (None, None)]
)
def test_the_day_of_a_withdrawal_lies_between_the_consent_and_today(
    keeping: Keeping, whose: str, to: str, days: int | None, code: str | None
) -> None:
    id = consent(keeping, given(whose, to, on=TODAY - 2 * DAY))
    on = None if days is None else TODAY + days * DAY
    if code is None:
        with keeping.change(OFFICER) as change:
            withdraw(change, id, on, "telephone")
        assert not stands(keeping, id)
        return
    with pytest.raises(InputError) as raised, refused_nothing_changed(keeping, OFFICER) as change:
        withdraw(change, id, on, "telephone")
    assert raised.value.problems[0].code == code
    assert stands(keeping, id)


def test_a_consent_is_withdrawn_once(keeping: Keeping, whose: str, to: str) -> None:
    id = consent(keeping, given(whose, to))
    with keeping.change(WORKER) as change:
        withdraw(change, id, None, "office")
    with pytest.raises(Clash) as raised, refused_nothing_changed(keeping, OFFICER) as change:
        withdraw(change, id, None, "office")
    assert raised.value.code == "consent-withdrawn"
    assert events(keeping)[-1] == "consent_withdrawn"


def test_a_charity_records_reads_and_withdraws_its_own_and_no_other(keeping: Keeping, whose: str, to: str) -> None:
    another = organisation(keeping)
    own, rival = user(to), user(another)
    id = consent(keeping, given(whose, to), own)
    other = consent(keeping, given(whose, another))
    for wanted in (given(whose, another), given(whose, "nobody")):
        with pytest.raises(Missing), refused_nothing_changed(keeping, own) as change:
            record_consent(change, wanted)
    with keeping.look(own) as desk:
        assert [one.id for one in consents.consents(desk, Asked({})).records] == [id]
        assert consents.consent(desk, id).id == id
        with pytest.raises(Missing):
            consents.consent(desk, other)
    with pytest.raises(Missing), refused_nothing_changed(keeping, rival) as change:
        withdraw(change, id, None, "recipient")
    with keeping.change(own) as change:
        withdraw(change, id, None, "recipient")
    with keeping.look(AUDITOR) as desk:
        assert {one.id for one in consents.consents(desk, Asked({})).records} == {id, other}
    with pytest.raises(Denied), refused_nothing_changed(keeping, AUDITOR) as change:
        withdraw(change, other, None, "office")


def test_another_division_has_no_such_consent_and_no_such_person(keeping: Keeping, whose: str, to: str) -> None:
    id = consent(keeping, given(whose, to))
    stranger, far = ELSEWHERE[Role.REFERRAL_OFFICER], user(to, "8802")
    told = set()
    for nobody in (stranger, far):
        for there in (id, "nothing"):
            with pytest.raises(Missing), refused_nothing_changed(keeping, nobody) as change:
                withdraw(change, there, None, "office")
            with keeping.look(nobody) as desk, pytest.raises(Missing):
                consents.consent(desk, there)
        for someone in (whose, "nobody"):
            with pytest.raises(Missing) as raised, refused_nothing_changed(keeping, nobody) as change:
                record_consent(change, given(someone, to))
            told.add(raised.value.problems)
        with keeping.look(nobody) as desk:
            assert consents.consents(desk, Asked({})).records == []
    assert len(told) == 1


def test_a_referral_must_be_of_this_person_to_this_organisation(keeping: Keeping, whose: str, to: str) -> None:
    fits = [
        referred(keeping, "r-a", whose, to),
        referred(keeping, "r-b", None, to),
        referred(keeping, "r-c", whose, None),
    ]
    unfit = [
        "nothing",
        referred(keeping, "r-d", "another", to),
        referred(keeping, "r-e", whose, "another"),
        referred(keeping, "r-f", whose, None, "8802"),
    ]
    for id in fits:
        consent(keeping, given(whose, to, referral=id))
    told = set()
    for id in unfit:
        with pytest.raises(Missing) as raised, refused_nothing_changed(keeping, OFFICER) as change:
            record_consent(change, given(whose, to, referral=id))
        told.add(raised.value.problems)
    assert len(told) == 1
    consent(keeping, given(whose, to, referral="r-a"), user(to))
    with pytest.raises(Missing), refused_nothing_changed(keeping, user(to)) as change:
        record_consent(change, given(whose, to, referral="r-c"))


def test_the_chain_tells_whose_to_whom_and_which_and_no_note(keeping: Keeping, whose: str, to: str) -> None:
    id = consent(keeping, given(whose, to, "identity", "aid", note="由本人口述"))
    with keeping.store.read() as view:
        last = view.tip("audit")
    assert last is not None
    body = last.body
    assert (body["event"], body["id"], body["person"], body["recipient"]) == ("consented", id, whose, to)
    assert body["categories"] == ["aid", "identity"]
    assert "由本人" not in str(body)


def test_what_a_list_shows_leaves_the_note_out(keeping: Keeping, whose: str, to: str) -> None:
    id = consent(keeping, given(whose, to, note="说明", until=TODAY))
    with keeping.look(OFFICER) as desk:
        told = shown(desk, consents.consent(desk, id))
    assert "note" not in told
    assert (told["standing"], told["ended"], told["withdrawn"]) == (True, None, None)
    with on_day(keeping, 1).look(OFFICER) as desk:
        told = shown(desk, consents.consent(desk, id))
    assert (told["standing"], told["ended"]) == (False, "expired")
