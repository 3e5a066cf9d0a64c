"""The client against the application, and over networks that fail: one answer, and one record, whatever happens."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from decimal import Decimal
from itertools import islice
from typing import Any

import httpx2
import pytest
from tests.client.faults import Fault, Faulty, Replies, problem
from tests.service.conftest import AT_HOME, FIVE, Server

import xianjie
from xianjie.client import Client, ProblemError, Refused, Retrying, Unreachable
from xianjie.client.asking import Outcome
from xianjie.engine.answer import Answer

CASE: dict[str, Any] = {
    "case": "E-0007",
    "person": {"dibao_recipient": True},
    "household": {"size": 3, "annual_income": 79.9, "property_within_limits": True},
    "aid": {"received": True, "exit_date": "never", "special_programmes": []},
}
DAY = "2025-08-01"


@pytest.fixture
def client(near: httpx2.BaseTransport) -> Iterator[Client]:
    with Client(AT_HOME, transport=Faulty(near)) as made:
        yield made


def over(way: httpx2.BaseTransport, url: str = AT_HOME, **more: Any) -> tuple[Client, list[float]]:
    """Make a client over a network; second, how long it waited."""
    waits: list[float] = []
    return Client(url, transport=way, sleep=waits.append, **more), waits


Fails = Callable[..., tuple[Client, Faulty, list[float]]]


@pytest.fixture
def failing(server: Server) -> Iterator[Fails]:
    """Make clients of a real server over networks that fail."""
    with ExitStack() as closing:

        def make(*faults: Fault) -> tuple[Client, Faulty, list[float]]:
            way = Faulty(closing.enter_context(httpx2.HTTPTransport()), *faults)
            client, waits = over(way, server.url)
            return client, way, waits

        yield make


def same(one: Answer, other: Answer) -> bool:
    """Compare answers but for their id, which a service keys."""
    left, right = (answer.model_dump(exclude={"decision_id"}) for answer in (one, other))
    return left == right


# -- the same answer ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_answer_is_that_of_the_python_interface(client: Client, lang: str) -> None:
    ours = xianjie.assess(CASE, FIVE, DAY, lang=lang)
    theirs = client.assess(CASE, FIVE, DAY, lang=lang)
    assert isinstance(theirs, Answer)
    assert same(ours, theirs)


def test_settings_are_those_of_the_python_interface(client: Client) -> None:
    case = {"household": {"size": 5, "annual_income": Decimal(120000), "property_within_limits": True}}
    found = set()
    for option in ("flat", "per-head"):
        given: dict[str, Any] = {"due_soon_days": 10, "readings": {"jinhua:household-size": option}}
        theirs = client.assess(case, ["jinhua"], DAY, **given)
        assert same(xianjie.assess(case, ["jinhua"], DAY, **given), theirs)
        found.add(theirs.regions["jinhua"].eligibility.groups[-1].status)
    assert len(found) == 2


def test_a_refusal_names_the_fault_and_repeats_no_value(client: Client) -> None:
    with pytest.raises(ProblemError) as raised:
        client.assess({"person": {"tekun": "11010519491231002X"}, "aid": {"recieved": True}}, ["hubei"])
    assert raised.value.status == 422
    assert {(one.code, one.place.path) for one in raised.value.errors} == {
        ("type-bool", "/case/person/tekun"),
        ("fact-unknown", "/case/aid/recieved"),
    }
    assert "1101" not in str(raised.value)


def test_refusals_are_told_in_english_where_that_is_asked_for(near: httpx2.BaseTransport) -> None:
    client, _ = over(Faulty(near), lang="en")
    with pytest.raises(ProblemError, match="true or false"):
        client.assess({"person": {"tekun": 1}}, ["hubei"])


def test_other_questions_are_answered(client: Client) -> None:
    assert client.is_ready().status == "ready"
    assert {one.id for one in client.list_regions().root} >= set(FIVE)
    compared = client.compare_documents(regions=["hubei", "tianjin"], topics=["supply_interval"], as_of=DAY)
    assert [row.topic for one in compared.dimensions for row in one.rows] == ["supply_interval"]
    assert client.give_metrics().startswith("# HELP")


def test_a_document_is_fetched_once(near: httpx2.BaseTransport) -> None:
    way = Faulty(near)
    client, _ = over(way)
    first = client.get_policy("hubei-2024")
    assert client.get_policy("hubei-2024") == first
    assert way.sent[1].headers["if-none-match"] == f'"{first.sha256}"'
    fixed = client.get_policy_version("hubei-2024", first.sha256)
    assert client.get_policy_version("hubei-2024", first.sha256) == fixed == first
    assert len(way.sent) == 3


# -- records -----------------------------------------------------------------------------------------------------------


def test_a_record_is_made_read_changed_and_listed(client: Client) -> None:
    made = client.record_organisation(name="示例慈善会", division="420500", facts={"charitable": True})
    assert (made.version, made.division, made.facts) == (1, "4205", {"charitable": True})
    changed = client.change_organisation(made.id, made.version, name="改名", division="4205")
    assert (changed.version, changed.code, client.get_organisation(made.id)) == (2, None, changed)
    with pytest.raises(ProblemError) as stale:
        client.change_organisation(made.id, made.version, name="又改", division="4205")
    assert (stale.value.status, stale.value.code) == (412, "record-changed")
    with pytest.raises(ProblemError) as missing:
        client.get_organisation("nowhere")
    assert (missing.value.status, missing.value.code) == (404, "record-unknown")


def test_what_a_record_holds_is_not_shown(client: Client) -> None:
    made = client.record_organisation(name="不可外传", division="42")
    assert f"{made!r} {made}" == f"OrganisationShown(id='{made.id}', version=1) " + repr(made)


def test_all_pages_are_gone_through(client: Client) -> None:
    ids = {client.record_organisation(name=f"{number}", division="330702").id for number in range(5)}
    found = [one.id for one in client.every(client.list_organisations, division="3307", limit=2)]
    assert found == sorted(ids)


def test_several_threads_share_a_client(server: Server) -> None:
    with Client(server.url) as client, ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda n: client.record_organisation(name=f"{n}", division="65").id, range(40)))
        assert len({one.sha256 for one in pool.map(lambda _: client.get_policy("hubei-2024"), range(40))}) == 1
        assert len(set(made)) == 40
        assert {one.id for one in client.every(client.list_organisations, division="65")} == set(made)


# -- failures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "faults",
    [
        ("unheard",),
        ("unanswered",),
        ("torn",),
        ("busy",),
        ("unanswered", "unanswered", "unanswered"),
        ("unheard", "torn", "busy"),
    ],
)
def test_whatever_is_lost_on_the_way_one_record_is_made(failing: Fails, faults: tuple[Fault, ...]) -> None:
    client, way, waits = failing(*faults)

    def recorded() -> list[str]:
        return [one.id for one in client.every(client.list_organisations)]

    made = client.record_organisation(name="示例", division="51")
    assert len(way.sent) == len(faults) + 1
    assert len({request.headers["idempotency-key"] for request in way.sent}) == 1
    assert len(waits) == len(faults)
    before = recorded()
    assert before.count(made.id) == 1
    client.record_organisation(name="示例", division="51")
    assert len(recorded()) == len(before) + 1


def test_a_change_that_was_made_and_not_told_is_not_stale_when_tried_again(failing: Fails) -> None:
    client, way, _ = failing("none", "unanswered")
    made = client.record_organisation(name="示例", division="52")
    changed = client.change_organisation(made.id, 1, name="改名", division="52")
    assert (changed.version, len(way.sent)) == (2, 3)
    assert client.get_organisation(made.id).version == 2


def test_who_gives_up_can_go_on_with_the_key(failing: Fails) -> None:
    client, _, _ = failing("unanswered", "unanswered", "unanswered", "unanswered")
    with pytest.raises(Unreachable):
        client.record_organisation(name="一次", division="53", idempotency_key="my-own-key")
    made = client.record_organisation(name="一次", division="53", idempotency_key="my-own-key")
    assert [one.id for one in client.every(client.list_organisations, division="53")] == [made.id]
    with pytest.raises(ProblemError, match="idempotency-other"):
        client.record_organisation(name="二次", division="53", idempotency_key="my-own-key")


def test_a_service_that_asks_to_wait_is_given_the_time() -> None:
    client, waits = over(Replies(problem(429, "rate-limited", retry_after="2"), httpx2.Response(200, text="ok")))
    assert client.give_metrics() == "ok"
    assert 2.0 <= waits[0] <= 2.2


def test_nobody_is_there() -> None:
    client, waits = over(httpx2.HTTPTransport(), "http://127.0.0.1:1", retrying=Retrying(tries=2))
    with pytest.raises(Unreachable, match="ConnectError"):
        client.is_alive()
    assert len(waits) == 1


def test_a_page_of_a_proxy_is_not_taken_for_an_answer() -> None:
    client, _ = over(
        Replies(httpx2.Response(200, html="<p>login</p>"), httpx2.Response(302, headers={"location": "/"}))
    )
    for status in (200, 302):
        with pytest.raises(ProblemError, match="reply-unexpected") as raised:
            client.is_alive()
        assert raised.value.status == status


def test_the_key_is_shown_nowhere(caplog: pytest.LogCaptureFixture, server: Server) -> None:
    key = "xjk_neverseen"
    with caplog.at_level(logging.DEBUG), Client(server.url, api_key=key) as client:
        client.is_alive()
        with pytest.raises(ProblemError) as raised:
            client.get_organisation("nowhere")
    assert key not in f"{client!r} {vars(client)!r} {raised.value!r} {raised.value} {caplog.text}"


# -- batches -----------------------------------------------------------------------------------------------------------


def told(outcomes: Iterator[Outcome]) -> list[str]:
    return [f"{one.line}:{one.problem.code}" if isinstance(one, Refused) else str(one.case) for one in outcomes]


def cases(number: int) -> Iterator[dict[str, Any]]:
    """Make cases, of which every third is wrong."""
    for one in range(1, number + 1):
        yield {"case": f"E-{one}", "person": {"tekun": one % 3 != 0 or "x"}}


def expected(number: int) -> list[str]:
    return [f"E-{one}" if one % 3 else f"{one}:type-bool" for one in range(1, number + 1)]


def test_many_cases_are_answered_in_order_and_a_wrong_one_fails_alone(client: Client) -> None:
    assert told(client.assess_many(cases(20), ["hubei"], as_of=DAY)) == expected(20)
    assert told(client.assess_many([], ["hubei"])) == []


def test_an_answer_of_a_batch_is_that_of_the_case_alone(client: Client) -> None:
    (one,) = client.assess_many([CASE], FIVE, as_of=DAY, lang="en", due_soon_days=9)
    assert one == client.assess(CASE, FIVE, DAY, lang="en", due_soon_days=9)


def test_more_than_one_batch_takes_goes_in_several(near: httpx2.BaseTransport) -> None:
    way = Faulty(near)
    client, _ = over(way)
    assert told(client.assess_many(cases(1_003), ["shanxi"], as_of=DAY)) == expected(1_003)
    assert len(way.sent) == 2


def test_cases_are_taken_as_they_are_needed(client: Client) -> None:
    def endless() -> Iterator[dict[str, Any]]:
        while True:
            yield {}

    assert len(list(islice(client.assess_many(endless(), ["shanxi"], as_of=DAY), 3))) == 3


@pytest.mark.parametrize("faults", [("torn",), ("torn", "torn", "unheard"), ("busy", "unanswered"), ("unheard",)])
def test_a_batch_that_breaks_off_goes_on_where_it_was(failing: Fails, faults: tuple[Fault, ...]) -> None:
    client, way, waits = failing(*faults)
    assert told(client.assess_many(cases(30), ["hubei"], as_of=DAY)) == expected(30)
    assert len(way.sent) == len(faults) + 1
    assert len(waits) == len(faults)
    if faults[0] == "torn":
        assert len(way.sent[1].content) < len(way.sent[0].content)


def test_a_batch_that_gets_nowhere_is_given_up() -> None:
    nothing = [httpx2.Response(200, content=b"") for _ in range(9)]
    client, waits = over(Replies(*nothing))
    with pytest.raises(Unreachable, match="ended early"):
        list(client.assess_many(cases(3), ["hubei"]))
    assert len(waits) == 3


def test_a_batch_that_is_refused_whole_is_told_at_once() -> None:
    client, waits = over(Replies(problem(403, "access-role")))
    with pytest.raises(ProblemError, match="access-role"):
        list(client.assess_many(cases(3), ["hubei"]))
    assert waits == []


@pytest.mark.parametrize("line", ["<p>", "[]", "{}", '{"regions": {}}', '"x"', "7"])
def test_a_line_of_another_form_is_no_answer(line: str) -> None:
    client, _ = over(Replies(httpx2.Response(200, text=line + "\n")))
    with pytest.raises(ProblemError, match="reply-unexpected"):
        list(client.assess_many(cases(1), ["hubei"]))
