"""`/v1/calendar` and its feed over HTTP: sorted, tagged, and read back by a parser."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.records.deadlines.test_calendar import parsed
from tests.service.conftest import Make

PATH = "/v1/calendar"
FEED = "/v1/calendar.ics"


@pytest.fixture
def calendar(make: Make) -> TestClient:
    """Give a service that keeps a ledger of either kind of day, one without a day, and a duty."""
    client = make()
    for region, division, facts in (
        ("hubei", "420502", {"kind": "supply", "level": "county", "last_updated": "2024-05-01"}),
        ("tianjin", "120101", {"kind": "supply", "level": "county", "last_updated": "2024-12-31"}),
        ("tianjin", "120101", {"kind": "demand", "level": "township", "last_updated": "2024-12-31"}),
    ):
        body = {"region": region, "division": division, "facts": facts}
        assert client.post("/v1/ledgers", json=body).status_code == 201
    duty = {"kind": "consultation", "level": "county", "year": 2025, "count": 1}
    body = {"region": "jinhua", "division": "330702", "facts": duty}
    assert client.post("/v1/duties", json=body).status_code == 201
    return client


def days(client: TestClient, **query: Any) -> list[tuple[str, str, str, list[str]]]:
    found = client.get(PATH, params=query).json()
    return [(one["day"], one["region"], one["status"], one["readings"]) for one in found["items"]]


def test_days_are_listed_in_order_with_links(calendar: TestClient) -> None:
    assert sorted(days(calendar)) == [
        ("2025-05-01", "hubei", "overdue", ["rolling"]),
        ("2025-06-30", "tianjin", "overdue", []),
        ("2025-12-31", "hubei", "fresh", ["calendar"]),
        ("2025-12-31", "jinhua", "in_progress", []),
    ]
    found = calendar.get(PATH).json()
    assert [one["day"] for one in found["items"]] == sorted(one["day"] for one in found["items"])
    assert (found["as_of"], found["from"], found["to"]) == ("2025-08-01", "2024-07-31", "2026-08-02")
    for one in found["items"]:
        assert calendar.get(one["href"]).json()["id"] == one["record"]
    assert {one["state"] for one in found["items"] if one["region"] == "hubei"} == {"ambiguous"}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"from": "2025-06-30", "to": "2025-06-30"}, 1),
        ({"from": "2025-07-01", "to": "2025-12-30"}, 0),
        ({"from": "2025-12-31"}, 2),
        ({"to": "2025-06-29"}, 1),
        ({"region": "hubei"}, 2),
        ({"division": "3307"}, 1),
        ({"region": "hubei", "division": "3307"}, 0),
        ({"as_of": "2024-04-30", "to": "2026-01-01"}, 1),  # nothing of the ledgers is known then
    ],
)
def test_a_span_a_region_and_a_division_are_chosen(calendar: TestClient, query: dict[str, str], count: int) -> None:
    assert len(days(calendar, **query)) == count
    assert len(parsed(calendar.get(FEED, params=query).content)) == count


def test_the_feed_tells_what_the_calendar_tells(calendar: TestClient) -> None:
    response = calendar.get(FEED)
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    events = parsed(response.content)
    found = calendar.get(PATH).json()["items"]
    assert [(one["UID"], one["SUMMARY"]) for one in events] == [(one["uid"], one["summary"]) for one in found]
    assert [one["DTSTART;VALUE=DATE"] for one in events] == [one["day"].replace("-", "") for one in found]
    assert [one["URL"] for one in events] == ["http://127.0.0.1" + one["href"] for one in found]
    english = parsed(calendar.get(FEED, params={"lang": "en"}).content)
    assert english[0]["SUMMARY"].startswith("Hubei county (district) supply ledger")


@pytest.mark.parametrize("path", [PATH, FEED])
def test_what_has_not_changed_is_not_sent_again(calendar: TestClient, path: str) -> None:
    first = calendar.get(path)
    assert "private" in first.headers["cache-control"]
    again = calendar.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    record = calendar.get("/v1/ledgers", params={"region": "hubei"}).json()["items"][0]["id"]
    calendar.post(f"/v1/ledgers/{record}/updates", json={"what": "updated", "on": "2025-07-01"})
    changed = calendar.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (changed.status_code, changed.headers["etag"] != first.headers["etag"]) == (200, True)


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ({"from": "2025-08-02", "to": "2025-08-01"}, "from", "calendar-range"),
        ({"from": "2025-02-30"}, "from", None),
        ({"to": "yesterday"}, "to", None),
        ({"region": "nowhere"}, "region", "region-unknown"),
        ({"division": "42050"}, "division", "division-form"),
    ],
)
@pytest.mark.parametrize("path", [PATH, FEED])
def test_a_wrong_query_is_told(
    client: TestClient, path: str, query: dict[str, str], parameter: str, code: str | None
) -> None:
    response = client.get(path, params=query)
    assert response.status_code == 422
    (fault,) = response.json()["errors"]
    assert fault["parameter"] == parameter
    assert code in (None, fault["code"])


@pytest.mark.parametrize("day", ["0001-01-01", "0001-06-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_days_like_others(calendar: TestClient, day: str) -> None:
    for path in (PATH, FEED, "/v1/ledgers", "/v1/duties"):
        assert calendar.get(path, params={"as_of": day}).status_code == 200
