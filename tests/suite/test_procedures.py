"""Walks of procedures: a case in each state, one for each step, one for each event out of turn, and each guard."""

from __future__ import annotations

from tests.suite.setting import suite

from xianjie.suite.model import Entry


def events(entry: Entry) -> tuple[str, ...]:
    return tuple(event["event"] for event in entry.record["referral"]["events"])


def walked() -> dict[tuple[str, ...], Entry]:
    return {events(entry): entry for entry in suite().entries if "procedure" in entry.tags}


def test_each_state_and_each_step_from_it() -> None:
    found = walked()
    states = {steps: entry.expect["referral.procedure.state"] for steps, entry in found.items()}
    assert states[()] == "found"
    assert states["consented",] == "agreed"
    assert found[()].expect["referral.procedure.open_events"] == ["consented"]
    # nobody recorded whether the person was informed: the step after consent is not open
    assert found["consented",].expect["referral.procedure.open_events"] == []


def test_each_event_once_where_it_is_out_of_turn() -> None:
    refused = {
        entry.expect["referral.procedure.refused.event"]: events(entry)
        for entry in walked().values()
        if "referral.procedure.refused.event" in entry.expect
    }
    assert refused == {"referred": ("referred",), "consented": ("consented", "consented")}
    assert all(entry.expect["referral.force"] == "may" for entry in walked().values())


def test_a_guard_that_holds_that_does_not_and_that_nobody_recorded() -> None:
    guarded = {
        entry.record["referral"].get("informed"): (
            entry.expect["referral.procedure.state"],
            entry.expect.get("referral.procedure.refused.missing_step"),
            entry.expect["referral.status"],
        )
        for entry in suite().entries
        if any(one.startswith("forward step:1") for one in entry.serves)
    }
    assert guarded[True][:2] == ("sent", None)
    assert guarded[False][:2] == ("agreed", "inform")
    assert guarded[None][:2] == ("agreed", "inform")
