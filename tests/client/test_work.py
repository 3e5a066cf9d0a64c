"""A piece of work from the first record to the audit through the typed methods: every answer fits its shape."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from tests.client.faults import Faulty
from tests.service.conftest import AT_HOME, Make
from tests.service.let_in import Ticks, guarded, key_of, service_behind

from xianjie.client import Client, ProblemError

DAY = "2025-08-01"
PLACE = "420502"


@pytest.fixture
def client(near: httpx2.BaseTransport) -> Iterator[Client]:
    with Client(AT_HOME, transport=Faulty(near)) as made:
        yield made


def test_a_person_is_referred_with_consent_and_only_then_disclosed(client: Client) -> None:
    charity = client.record_organisation(name="示例慈善会", division=PLACE)
    person = client.record_person(name="虚构人", division=PLACE, phone="5550100")
    assert client.open_person(person.id).name == "虚构人"
    assert "虚构人" not in repr(client.open_person(person.id))
    assert [one.id for one in client.search_persons(name="虚构人").items] == [person.id]
    facts = {"aid": {"meets_conditions": False}, "referral": {"matches_project_conditions": True}}
    referral = client.open_referral(
        region="hubei",
        direction="forward",
        division=PLACE,
        person=person.id,
        organisation=charity.id,
        facts=facts,
        as_of=DAY,
    )
    moved = client.record_step(referral.id, event="informed", on=DAY)
    assert "consented" in moved.open_events
    with pytest.raises(ProblemError) as raised:
        client.record_step(referral.id, event="referred", on=DAY)
    assert (raised.value.status, raised.value.code) == (409, "referral-step")
    assert raised.value.more["missing_step"]["id"] == "consent"
    consent = client.record_consent(
        person=person.id,
        recipient=charity.id,
        purpose="aid_referral",
        categories=["identity"],
        form="written",
        on=DAY,
        referral=referral.id,
    )
    disclosed = client.disclose(consent=consent.id, categories=["identity"])
    assert client.get_disclosure(disclosed.id) == disclosed
    client.withdraw_consent(consent.id, channel="office", on=DAY)
    with pytest.raises(ProblemError) as gone:
        client.disclose(consent=consent.id, categories=["identity"])
    assert gone.value.status == 409
    assert [one.id for one in client.every(client.list_referrals, person=person.id)] == [referral.id]
    assert client.get_referral(referral.id).state == "informed"


def test_a_pending_case_is_answered_and_closed(client: Client) -> None:
    case = {"person": {"dibao_recipient": True}}
    made = client.record_case(division=PLACE, regions=["hubei"], case=case, asked_on=DAY)
    assert client.open_case(made.id).version == 1
    changed = client.change_case(made.id, 1, division=PLACE, regions=["hubei", "jinhua"], case=case, asked_on=DAY)
    assert changed.version == 2
    assert client.close_case(made.id, reason="help_given").state == "closed"


def test_a_ledger_is_updated_and_its_day_is_in_the_calendar(client: Client) -> None:
    facts = {"kind": "supply", "level": "county", "last_updated": "2024-08-20"}
    made = client.record_ledger(region="hubei", division=PLACE, name="供给台账", facts=facts)
    client.update_ledger(made.id, what="updated", on="2025-07-30")
    ledger = client.get_ledger(made.id, as_of=DAY)
    assert ledger.state is not None
    assert (ledger.version, ledger.state.status) == (2, "fresh")
    assert [one.what for one in client.every(client.list_updates, made.id)] == ["opened", "updated"]
    assert made.id in {one.id for one in client.every(client.list_ledgers, status=["fresh", "overdue"], as_of=DAY)}
    assert client.get_calendar(from_=DAY, to="2026-12-31", as_of=DAY).from_ == DAY
    assert client.get_calendar_feed(as_of=DAY).startswith("BEGIN:VCALENDAR")
    duty = client.record_duty(
        region="jinhua", division="3307", facts={"kind": "consultation", "level": "city", "year": 2025}
    )
    client.record_duty_event(duty.id, on="2025-07-01")
    assert client.get_duty(duty.id, as_of=DAY).version == 2


def test_what_was_done_is_on_record(client: Client) -> None:
    answer = client.assess({"person": {"tekun": True}}, ["hubei"], DAY)
    decision = client.get_decision(answer.decision_id)
    assert (decision.decision_id, decision.reproduced, decision.answer) == (answer.decision_id, "same", answer)
    assert answer.decision_id in {one.decision_id for one in client.every(client.list_decisions, limit=2)}
    why = {"reason": "经会议研究，统一按自然年计算", "authority": "会议纪要第三号"}
    choice = client.settle_reading(region="hubei", axis="year", option="calendar", division="4205", **why)
    assert client.get_reading_choice(choice.id).option == "calendar"
    key = client.issue_api_key(
        label="another", holder="somebody-else", grants=[{"role": "reader", "division": "4205"}], days=7
    )
    assert client.revoke_api_key(key.id).id == key.id
    assert client.get_identity().by == "loopback"
    events = [one.body["event"] for one in client.every(client.list_audit_entries, limit=50)]
    assert {"decided", "decision_read"} <= set(events)
    assert client.verify_audit().whole
    erased = client.record_person(name="又一个虚构人", division=PLACE)
    client.erase_person(erased.id)
    with pytest.raises(ProblemError) as gone:
        client.open_person(erased.id)
    assert gone.value.status == 410


def test_a_key_lets_in_within_its_divisions_and_until_it_is_revoked(make: Make) -> None:
    office = make()
    guarded(office, Ticks())
    keeping = service_behind(office).keeping

    def with_key(key: str) -> Client:
        return Client(AT_HOME, api_key=key, transport=Faulty(office._transport))

    administrator = with_key(key_of(keeping, ("administrator", "42"), holder="an-administrator"))
    issued = administrator.issue_api_key(
        label="an officer", holder="an-officer", grants=[{"role": "referral_officer", "division": "4205"}]
    )
    assert issued.key is not None
    officer = with_key(issued.key)
    assert officer.get_identity().holder == "an-officer"
    assert officer.record_organisation(name="示例慈善会", division="420502").version == 1
    with pytest.raises(ProblemError, match="403 access-division"):
        officer.record_organisation(name="示例慈善会", division="4206")
    with pytest.raises(ProblemError, match="403 access-role"):
        officer.list_api_keys()
    administrator.revoke_api_key(issued.id)
    with pytest.raises(ProblemError, match="401 api-key") as refused:
        officer.get_identity()
    assert issued.key not in f"{refused.value} {refused.value!r} {issued!r} {officer!r}"
    nobody = Client(AT_HOME, transport=Faulty(office._transport))
    with pytest.raises(ProblemError, match="401 access-anonymous"):
        nobody.list_organisations()
