"""The walk without a record: what the page says is what recording the same steps one by one says."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.records.referring.opened import LINES, policy_of
from tests.web.reading import Element, faults_of, inline_code, read

from xianjie.vocabulary.terms import EVENTS, term


def address(region: str, direction: str, *steps: tuple[str, str], **more: str) -> str:
    query = [("region", region), ("direction", direction), *(("event", event) for event, _ in steps), *more.items()]
    return "/referrals/walk?" + urlencode([*query, *((f"on.{event}", day) for event, day in steps if day)])


def walked(client: TestClient, path: str, status: int = 200) -> Element:
    answer = client.get(path)
    assert answer.status_code == status
    page = read(answer.text)
    assert faults_of(page) == []
    assert inline_code(page) == []
    return page


def words(page: Element, kind: str) -> list[str]:
    return [one.one("strong").text for part in page.all("ul", class_=kind) for one in part.all("li")]


@given(st.sampled_from(LINES), st.lists(st.sampled_from(list(EVENTS)), max_size=5, unique=True))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_says_what_recording_the_same_steps_says(
    client: TestClient, line: tuple[str, str], events: list[str]
) -> None:
    region, direction = line
    steps = [(event, f"2025-07-{number:02d}") for number, event in enumerate(events, 1)]
    page = walked(client, address(region, direction, *steps))
    initiator = policy_of(region).referrals[direction].rule.initiators[0]
    body = {
        "region": region,
        "direction": direction,
        "division": "880101",
        "facts": {"referral": {"initiator": initiator}},
    }
    id = client.post("/v1/referrals", json=body).json()["id"]
    told: list[tuple[str, str]] = []
    refused = None
    for event, on in steps:
        answer = client.post(f"/v1/referrals/{id}/events", json={"event": event, "on": on})
        if answer.status_code == 409:
            refused = answer.json()
            break
        told.append((term(EVENTS, event), answer.json()["event"]["decided"]))
    whole = client.get(f"/v1/referrals/{id}").json()
    assert page.one("p", class_="present").one("strong").text == whole["name"]
    trail = page.all("ol", class_="trail")
    rows = trail[0].all("li") if trail else []
    assert len(rows) == len(events)
    shown = [(one.one("strong").text, one.attributes["class"].removeprefix("is-")) for one in rows[: len(told)]]
    assert shown == told
    if refused is not None and not whole["ended"]:
        assert "is-out_of_turn" in rows[len(told)].attributes["class"]
        if refused["missing_step"] is not None:
            assert f"缺少“{refused['missing_step']['zh']}”" in rows[len(told)].text
    assert set(words(page, "open-steps")) == {term(EVENTS, event) for event in whole["open_events"]}
    assert whole["ended"] == ("到此为止" in page.one("main").text)
    assert set(words(page, "open-steps")).isdisjoint(words(page, "closed-steps"))


def test_the_present_state_and_the_next_steps_are_marked_in_the_diagram_by_more_than_colour(client: TestClient) -> None:
    page = walked(client, address("tianjin", "forward", ("consented", "2025-07-01")))
    svg = page.one("svg", class_="drawing")
    (present,) = svg.all("a", class_="present")
    assert "现在在这里" in present.text
    assert present.one("use").attributes["href"] == "#i-pin"
    nexts = svg.all("a", class_="next")
    assert {one.one("use").attributes["href"] for one in nexts} == {"#i-go"}
    assert all("现在可以做" in one.text for one in nexts)
    (done,) = [one for one in svg.all("a", class_="done") if "is-step" in one.attributes["class"]]
    assert "已做：2025年7月1日" in done.text
    (current,) = [one for one in page.walk() if one.attributes.get("aria-current") == "step"]
    assert "已征得同意" in current.text


def test_steps_after_one_out_of_turn_are_not_tried(client: TestClient) -> None:
    page = walked(client, address("tianjin", "forward", ("referred", "2025-07-01"), ("delivered", "2025-07-02")))
    first, second = page.one("ol", class_="trail").all("li")
    assert "缺少“征得同意”" in first.text
    assert "没有往下走" in second.text
    assert page.one("p", class_="present").one("strong").text == "受理时发现需要"


@pytest.mark.parametrize(
    ("day", "told"), [("2025-02-30", "没有这一天"), ("2025-08-02", "晚于判定日"), ("x", "没有这一天")]
)
def test_a_day_that_is_wrong_is_told_at_its_field_and_kept(client: TestClient, day: str, told: str) -> None:
    page = walked(client, address("hubei", "forward", ("informed", day), ("withdrawn", "")), 422)
    banner = page.one("div", id="faults")
    assert told in banner.text
    assert banner.one("a").attributes["href"] == "#on-informed"
    assert page.one("input", id="on-informed").attributes["value"] == day
    ticked = [one.attributes["value"] for one in page.all("input", name="event") if "checked" in one.attributes]
    assert ticked == ["informed", "withdrawn"]


@pytest.mark.parametrize(
    ("region", "direction"), [("shanghai", "forward"), ("shanxi", "reverse"), ("hubei", "community_report")]
)
def test_without_steps_there_is_nothing_to_tick(client: TestClient, region: str, direction: str) -> None:
    page = walked(client, address(region, direction, ("consented", "")))
    assert page.all("p", class_="present") == []
    assert page.all("svg", class_="drawing") == []


def test_it_is_said_in_english(client: TestClient) -> None:
    page = walked(client, address("hubei", "forward", ("informed", "2025-07-01"), lang="en"))
    assert page.one("p", class_="present").one("strong").text == "informed"
    assert "no other fact is known" in page.one("main").text


def test_nothing_is_kept_or_noted(client: TestClient) -> None:
    before = client.get("/v1/audit").json() if client.get("/v1/audit").status_code == 200 else None
    kept = client.get("/v1/referrals", params={"limit": 200}).json()
    walked(client, address("hubei", "forward", ("informed", "")))
    if before is not None:
        assert client.get("/v1/audit").json() == before
    assert client.get("/v1/referrals", params={"limit": 200}).json() == kept
