"""Where a key goes, what is tried again, what is kept: the steps of a call, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from xianjie.client.call import Call, Reply, ask, get, text, write
from xianjie.client.problems import ProblemError, Unreachable
from xianjie.client.retrying import Retrying
from xianjie.client.session import Failed, Send, Session, Wait
from xianjie.errors import InputError

BUSY = b'{"code": "service-busy", "detail": "x", "errors": [], "status": 503}'
KEY = "xjk_abcdefgh"


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XIANJIE_URL", "XIANJIE_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def session(url: str | None = None, api_key: str | None = None, insecure: bool = False, **retrying: Any) -> Session:
    return Session(url, api_key, "zh", Retrying(draw=max, **retrying), insecure)


def run(made: Session, call: Call[Any], *results: Reply | Failed) -> tuple[Any, list[Send], list[float]]:
    """Go through the steps, with these results of what is sent."""
    sent: list[Send] = []
    waits: list[float] = []
    coming: Iterator[Reply | Failed] = iter(results)
    steps = made.exchange(call)
    result: Reply | Failed | None = None
    while True:
        try:
            step = steps.send(result)
        except StopIteration as done:
            return done.value, sent, waits
        if isinstance(step, Wait):
            waits.append(step.seconds)
            result = None
        else:
            sent.append(step)
            result = next(coming)


def test_the_address_is_given_or_that_of_the_environment_or_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert session().url == "http://127.0.0.1:8765"
    monkeypatch.setenv("XIANJIE_URL", "https://example.org/xianjie/")
    assert session().url == "https://example.org/xianjie"
    assert session("http://localhost:1").url == "http://localhost:1"


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "ftp://example.org",
        "http://",
        "https://a:b@example.org",
        "http://x:port",
        "http://x?a",
        "http://x#a",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InputError, match="client-address") as raised:
        session(url)
    assert "a:b" not in str(raised.value)


def test_the_key_is_in_the_head_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANJIE_API_KEY", KEY)
    made = session()
    send = made.prepared(get("/x", text))
    assert send.headers["authorization"] == f"Bearer {KEY}"
    assert KEY not in f"{made!r} {send!r} {send}"
    assert KEY not in send.url


def test_without_a_key_none_is_sent() -> None:
    assert "authorization" not in session().prepared(get("/x", text)).headers


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://127.9.9.9", "http://localhost", "http://[::1]:1", "https://x"]
)
def test_the_key_goes_to_this_machine_or_over_tls(url: str) -> None:
    assert session(url, KEY).url == url


@pytest.mark.parametrize("url", ["http://example.org", "http://127.0.0.1.example.org", "http://localhost.example.org"])
def test_the_key_does_not_travel_in_the_open(url: str) -> None:
    with pytest.raises(InputError, match="client-plain-text"):
        session(url, KEY)
    assert session(url).url == session(url, KEY, insecure=True).url == url


@pytest.mark.parametrize("key", ["a b", "a\n", "é", "a\r\nx: y"])
def test_a_key_that_is_no_header_is_refused(key: str) -> None:
    with pytest.raises(InputError, match="client-key") as raised:
        session(None, key)
    assert key not in str(raised.value)


WRITE = write("POST", "/v1/x", {"a": 1}, text)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("call", [get("/x", text), ask("/x", {}, text), WRITE], ids=["get", "ask", "write"])
def test_what_may_pass_is_tried_again(call: Call[str], status: int) -> None:
    value, sent, waits = run(session(), call, Failed("ReadError"), Reply(status, {}, BUSY), Reply(200, {}, b"ok"))
    assert value == "ok"
    assert waits == [0.2, 0.4]
    assert sent[0] == sent[1] == sent[2]


def test_a_write_keeps_its_key_over_its_retries_and_the_next_gets_another() -> None:
    made = session()
    _, first, _ = run(made, WRITE, Failed("ReadError"), Reply(200, {}, b""))
    _, second, _ = run(made, WRITE, Reply(200, {}, b""))
    keys = [send.headers["idempotency-key"] for send in (*first, *second)]
    assert keys[0] == keys[1] != keys[2]
    assert all(len(key) == 32 and key.isalpha() for key in keys)
    _, given, _ = run(made, write("POST", "/x", {}, text, idempotency_key="mine"), Reply(200, {}, b""))
    assert given[0].headers["idempotency-key"] == "mine"


def test_a_question_bears_no_key() -> None:
    _, sent, _ = run(session(), ask("/x", {}, text), Reply(200, {}, b""))
    assert "idempotency-key" not in sent[0].headers


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 409, 412, 422, 428, 500, 501, 507])
def test_a_refusal_is_told_at_once(status: int) -> None:
    with pytest.raises(ProblemError) as raised:
        run(session(), WRITE, Reply(status, {}, b'{"code": "a-code", "detail": "x"}'))
    assert (raised.value.status, raised.value.code) == (status, "a-code")


def test_the_last_failure_is_told() -> None:
    with pytest.raises(Unreachable, match="ReadTimeout"):
        run(session(tries=2), WRITE, Failed("ConnectError"), Failed("ReadTimeout"))
    with pytest.raises(ProblemError) as raised:
        run(session(tries=2), WRITE, Failed("ConnectError"), Reply(503, {"retry-after": "7"}, BUSY))
    assert (raised.value.code, raised.value.retry_after) == ("service-busy", 7)


def test_as_long_as_the_service_asks_is_waited_and_no_longer_than_there_is_patience() -> None:
    _, _, waits = run(session(), WRITE, Reply(429, {"retry-after": "5"}, BUSY), Reply(200, {}, b""))
    assert waits == [5.2]
    with pytest.raises(ProblemError):
        run(session(), WRITE, Reply(429, {"retry-after": "3600"}, BUSY))


def test_work_that_took_too_long_is_not_begun_again() -> None:
    with pytest.raises(ProblemError, match="work-too-long"):
        run(session(), ask("/x", {}, text), Reply(504, {}, b'{"code": "work-too-long", "detail": "x"}'))


def test_what_has_not_changed_is_not_sent_again() -> None:
    made = session()
    call = get("/v1/policies/x", text, cached=True)
    value, sent, _ = run(made, call, Reply(200, {"etag": '"one"'}, b"first"))
    assert (value, "if-none-match" in sent[0].headers) == ("first", False)
    value, sent, _ = run(made, call, Reply(304, {"etag": '"one"'}, b""))
    assert (value, sent[0].headers["if-none-match"]) == ("first", '"one"')
    value, sent, _ = run(made, call, Reply(200, {"etag": '"two"'}, b"second"))
    value, sent, _ = run(made, call, Reply(304, {}, b""))
    assert (value, sent[0].headers["if-none-match"]) == ("second", '"two"')


def test_what_never_changes_is_asked_for_once() -> None:
    made = session()
    call = get("/v1/policies/x/versions/y", text, cached=True)
    run(made, call, Reply(200, {"etag": '"one"', "cache-control": "max-age=31536000, immutable"}, b"first"))
    value, sent, _ = run(made, call)
    assert (value, sent) == ("first", [])


def test_what_is_not_to_be_kept_is_not() -> None:
    made = session()
    run(made, get("/v1/persons/x", text), Reply(200, {"etag": '"1"'}, b"first"))
    _, sent, _ = run(made, get("/v1/persons/x", text), Reply(200, {"etag": '"1"'}, b"first"))
    assert "if-none-match" not in sent[0].headers


def test_only_so_much_is_kept() -> None:
    made = session()
    for number in range(300):
        run(made, get(f"/v1/policies/{number}", text, cached=True), Reply(200, {"etag": '"1"'}, b"x"))
    _, sent, _ = run(made, get("/v1/policies/0", text, cached=True), Reply(200, {"etag": '"1"'}, b"x"))
    assert "if-none-match" not in sent[0].headers
    _, sent, _ = run(made, get("/v1/policies/299", text, cached=True), Reply(304, {}, b"x"))
    assert sent[0].headers["if-none-match"] == '"1"'


def test_an_answer_of_another_form_is_told_without_its_content() -> None:
    def read(reply: Reply) -> int:
        return int(reply.content)

    with pytest.raises(ProblemError, match="reply-unexpected") as raised:
        run(session(), get("/x", read), Reply(200, {}, b"<html>somebody</html>"))
    assert "somebody" not in str(raised.value)
    assert raised.value.__cause__ is None
