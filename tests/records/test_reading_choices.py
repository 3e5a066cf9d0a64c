"""Settled readings: of an office and those below it, for one document, replaced or taken back and never altered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.records.referring.opened import policy_of
from tests.records.setting import someone

from xianjie.access import Division, Role
from xianjie.errors import InputError
from xianjie.policy.prepared import Policy
from xianjie.records import reading_choices as records
from xianjie.records.desk import Keeping
from xianjie.records.pages import Asked
from xianjie.records.reading_choices import Choice, Settlement
from xianjie.records.refusals import Clash, Denied, Missing
from xianjie.store import Record

HUBEI, JINHUA = policy_of("hubei"), policy_of("jinhua")
EDITOR = someone(Role.POLICY_EDITOR, "national", id="key-p")
SCOPE, YEAR = "referral-scope", "year"


def settle(keeping: Keeping, place: str, option: str | None, axis: str = YEAR, **more: Any) -> Record:
    policy, by = more.get("policy", HUBEI), more.get("by", EDITOR)
    division = Division("" if place == "national" else place)
    settlement = Settlement(axis, option, "经会议研究，统一按此办理", "会议纪要第三号", division)
    with keeping.change(by) as change:
        return records.settle(change, policy, settlement)


def chosen(keeping: Keeping, place: str, *documents: Policy) -> dict[str, str]:
    with keeping.store.read() as view:
        found = records.chosen(view, Division(place), documents or [HUBEI])
        return records.settings_of(found)


def renamed(policy: Policy, name: str) -> Policy:
    return replace(policy, file=policy.file.model_copy(update={"id": name}))


def test_what_an_office_settled_holds_for_it_and_below(keeping: Keeping) -> None:
    made = settle(keeping, "4205", "calendar")
    assert (
        chosen(keeping, "4205")
        == chosen(keeping, "420502")
        == chosen(keeping, "420502001")
        == {"hubei:year": "calendar"}
    )
    assert chosen(keeping, "42") == chosen(keeping, "4206") == chosen(keeping, "") == {}
    with keeping.store.read() as view:
        assert records.chosen(view, Division("420502"), [HUBEI]) == {
            "hubei:year": Choice(made.id, "hubei", "hubei-2024", "year", "calendar", "4205")
        }


def test_the_nearest_office_upward_wins(keeping: Keeping) -> None:
    settle(keeping, "420502", "rolling")
    for place, option in (("national", "calendar"), ("42", "rolling"), ("4205", "calendar")):
        settle(keeping, place, option)
    wanted = {"420502": "rolling", "420502001": "rolling", "420503": "calendar", "4206": "rolling", "33": "calendar"}
    for place, option in wanted.items():
        assert chosen(keeping, place) == {"hubei:year": option}, place


def test_a_later_settlement_takes_the_place_and_null_takes_it_back(keeping: Keeping) -> None:
    settle(keeping, "42", "calendar")
    settle(keeping, "4205", "rolling")
    settle(keeping, "4205", "calendar")
    settle(keeping, "42", "rolling")
    assert chosen(keeping, "4205") == {"hubei:year": "calendar"}
    settle(keeping, "4205", None)
    assert chosen(keeping, "4205") == {"hubei:year": "rolling"}
    settle(keeping, "42", None)
    assert chosen(keeping, "4205") == {}
    for place in ("42", "4205", "4206"):
        with pytest.raises(Clash) as raised:
            settle(keeping, place, None)
        assert raised.value.code == "reading-unsettled"
    settle(keeping, "42", "rolling")
    assert chosen(keeping, "42") == {"hubei:year": "rolling"}


def test_sets_of_readings_are_apart(keeping: Keeping) -> None:
    settle(keeping, "42", "calendar")
    settle(keeping, "42", "section-two-controls", SCOPE)
    assert chosen(keeping, "42") == {"hubei:year": "calendar", "hubei:referral-scope": "section-two-controls"}
    settle(keeping, "42", None, SCOPE)
    assert chosen(keeping, "42") == {"hubei:year": "calendar"}
    assert chosen(keeping, "42", JINHUA) == {}


def test_a_settlement_is_for_its_document_alone(keeping: Keeping) -> None:
    settle(keeping, "42", "calendar")
    other = renamed(HUBEI, "hubei-2030")
    assert chosen(keeping, "42", other) == {}
    # asked together, an answer has one reading for the region: none, unless both were settled alike
    assert chosen(keeping, "42", HUBEI, other) == {}
    settle(keeping, "42", "rolling", policy=other)
    assert (chosen(keeping, "42", other), chosen(keeping, "42", HUBEI, other)) == ({"hubei:year": "rolling"}, {})
    settle(keeping, "42", "calendar", policy=other)
    assert chosen(keeping, "42", HUBEI, other) == {"hubei:year": "calendar"}


def test_an_option_that_the_document_no_longer_has_is_not_chosen(keeping: Keeping) -> None:
    settle(keeping, "42", "calendar")
    model = HUBEI.file.readings[YEAR]
    fewer = model.model_copy(update={"options": [one for one in model.options if one.id != "calendar"]})
    corrected = replace(HUBEI, file=HUBEI.file.model_copy(update={"readings": {YEAR: fewer}}))
    assert chosen(keeping, "42", corrected) == {}


@pytest.mark.parametrize(("axis", "option", "path"), [("yaer", "calendar", "axis"), ("year", "calender", "option")])
def test_unknown_readings_are_refused_with_the_nearest(axis: str, option: str, path: str, keeping: Keeping) -> None:
    with pytest.raises(InputError) as raised:
        settle(keeping, "42", option, axis)
    (problem,) = raised.value.problems
    assert (problem.code, problem.place.path) == ("reading-unknown", path)
    assert ("year" if path == "axis" else "calendar") in problem.zh


def test_who_settles(keeping: Keeping) -> None:
    here = someone(Role.POLICY_EDITOR, "4205")
    settle(keeping, "420502", "calendar", by=here)
    for place in ("42", "4206", "national"):
        with pytest.raises(Denied):
            settle(keeping, place, "calendar", by=here)
    for role in set(Role) - {Role.POLICY_EDITOR, Role.CHARITY_USER}:
        with pytest.raises(Denied):
            settle(keeping, "4205", "calendar", by=someone(role, "national"))


def test_the_history_stands_in_its_order_with_what_holds_now(keeping: Keeping) -> None:
    steps = [("42", "calendar"), ("4205", "rolling"), ("42", "rolling"), ("4205", None), ("43", "calendar")]
    made = [settle(keeping, place, option) for place, option in steps]
    reader = someone(Role.READER, "33")
    with keeping.look(reader) as desk:
        page, current = records.settlements(desk, Asked({"region": "hubei"}))
        assert [record.id for record in page.records] == [record.id for record in made]
        assert current == {made[2].id, made[4].id}
        page, current = records.settlements(desk, Asked({}, Division("42"), limit=2))
        assert [(one.id, one.id in current) for one in page.records] == [(made[0].id, False), (made[1].id, False)]
        assert page.after == made[1].id
        record, holds = records.settlement(desk, made[2].id)
        told = records.shown(record, holds)
        assert (told["current"], told["reason"], told["sha256"]) == (True, "经会议研究，统一按此办理", HUBEI.sha256)
        with pytest.raises(Missing):
            records.settlement(desk, "choice-999999")
    with pytest.raises(Denied), keeping.look(someone(Role.ADMINISTRATOR, "42")) as desk:
        records.settlement(desk, made[0].id)


def test_the_age_tells_whether_anything_was_settled_since(keeping: Keeping) -> None:
    ages = []
    for option in ("calendar", "rolling", None):
        with keeping.store.read() as view:
            ages.append(records.age(view))
        settle(keeping, "42", option)
    assert ages == [0, 1, 2]


def test_the_reason_stays_out_of_the_audit_chain(keeping: Keeping) -> None:
    settle(keeping, "42", "calendar")
    settle(keeping, "42", None)
    with keeping.store.read() as view:
        entries = view.entries("audit")
        assert [entry.body["event"] for entry in entries] == ["reading_settled", "reading_taken_back"]
        assert entries[0].body["option"] == "calendar"
        assert not any("会议" in str(entry.body) for entry in entries)


def test_a_long_history_is_read_whole(keeping: Keeping) -> None:
    with keeping.change(EDITOR) as change:
        for number in range(450):
            option = ("calendar", "rolling")[number % 2]
            records.settle(change, HUBEI, Settlement(YEAR, option, "经会议研究，统一按此办理", "纪要", Division("42")))
    assert chosen(keeping, "420502") == {"hubei:year": "rolling"}


def test_the_offices_upward() -> None:
    told = [str(one) for one in records.upward(Division("420502001002"))]
    assert told == ["420502001002", "420502001", "420502", "4205", "42", "national"]
    assert [str(one) for one in records.upward(Division(""))] == ["national"]
