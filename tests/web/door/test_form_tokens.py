"""Tokens of forms: other at each address, the same at one, all of them good, and none to be made without the secret."""

from __future__ import annotations

import gzip

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.testclient import TestClient
from tests.web.conftest import token

from xianjie.web.door.form_tokens import COOKIE, FIELD, is_ours, token_of

SECRET, OTHER = "a" * 43, "b" * 43
SHARED = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def asking(client: TestClient, secret: str, path: str = "/check", query: str = "") -> Request:
    cookie = (b"cookie", f"{COOKIE}={secret}".encode())
    return Request(
        {
            "type": "http",
            "scheme": "http",
            "server": ("localhost", 80),
            "path": path,
            "query_string": query.encode(),
            "headers": [cookie],
            "state": {},
            "app": client.app,
        }
    )


def test_a_token_is_other_at_each_address_and_stays_at_one(client: TestClient) -> None:
    here = [token(client, path)[FIELD] for path in ("/display", "/display", "/display?back=a", "/display?back=b")]
    assert here[0] == here[1]
    assert len(set(here)) == 3
    for one in here:
        answer = client.post("/display", data={FIELD: one, "theme": "dark"}, follow_redirects=False)
        assert answer.status_code == 303


@SHARED
@given(query=st.text("abz/?=&%", max_size=12))
def test_a_token_is_good_in_its_own_browser_alone(client: TestClient, query: str) -> None:
    made = token_of(asking(client, SECRET, query=query))
    assert is_ours(asking(client, SECRET, "/elsewhere"), made)
    assert not is_ours(asking(client, OTHER), made)


@SHARED
@given(data=st.data())
def test_a_token_that_was_altered_anywhere_is_refused(client: TestClient, data: st.DataObject) -> None:
    made = token_of(asking(client, SECRET))
    at = data.draw(st.integers(0, len(made) - 1))
    put = data.draw(st.sampled_from("0123456789abcdef令\ud800").filter(lambda one: one != made[at]))
    assert not is_ours(asking(client, SECRET), made[:at] + put + made[at + 1 :])
    assert not is_ours(asking(client, SECRET), made[:at])
    assert not is_ours(asking(client, SECRET), made + put)
    assert not is_ours(asking(client, SECRET), made[:at] + made[at + 1 :])


def test_the_length_of_a_packed_answer_tells_nothing_of_the_token(client: TestClient) -> None:
    """Guess the first characters of a token as an attacker would, by the address; the right guess is no shorter."""
    true = token_of(asking(client, SECRET, query="back="))[:8]
    sizes = {}
    for guess in ("0" * 8, "f" * 8, "89abcdef", true):
        query = f"back={guess}"
        page = f'<a href="/display?{query}"></a><input value="{token_of(asking(client, SECRET, query=query))}">'
        assert guess not in page.split("value=")[1]
        sizes[guess] = len(gzip.compress(page.encode(), mtime=0))
    wrong = [size for guess, size in sizes.items() if guess not in (true, "0" * 8, "f" * 8)]
    assert sizes[true] >= min(wrong) - 4  # chance alone; without salt, it would be some eight bytes shorter
