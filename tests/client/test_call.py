"""Calls are values: paths that nothing breaks out of, bodies as cases are written, versions and keys in the head."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal

import pytest
from httpx2 import URL
from hypothesis import assume, given
from hypothesis import strategies as st

from xianjie.client.call import Reply, nothing, path, text, write, written
from xianjie.errors import InputError

UNICODE = st.characters(exclude_categories=["Cs"])


@given(st.text(UNICODE, min_size=1), st.text(UNICODE))
def test_nothing_breaks_out_of_a_step_or_of_a_query(step: str, query: str) -> None:
    assume(step not in (".", ".."))
    url = URL("http://127.0.0.1" + path("v1", step, "x", name=query))
    parts = url.raw_path.decode().partition("?")[0].split("/")
    assert (len(parts), parts[1], parts[3]) == (4, "v1", "x")
    assert dict(url.params) == {"name": query}


@pytest.mark.parametrize("step", ["", ".", "..", "\ud800"])
def test_no_step_leads_elsewhere(step: str) -> None:
    with pytest.raises(InputError, match="client-id"):
        path("v1", step, "x")


def test_a_query_holds_what_is_given() -> None:
    day = dt.date(2025, 8, 1)
    assert path("a", from_="x", flag=True, off=False, n=3, day=day, none=None) == (
        "/a?from=x&flag=true&off=false&n=3&day=2025-08-01"
    )
    assert path("a", none=None) == "/a"
    assert path("a", status=["x", "y z"], none=[]) == "/a?status=x&status=y%20z"


def test_a_body_is_written_as_a_case_is_read() -> None:
    body = {
        "day": dt.date(2025, 8, 1),
        "instant": dt.datetime(2025, 8, 1, 1, 30, tzinfo=dt.UTC),
        "money": Decimal("80000.10"),
        "tiny": Decimal("1E-7"),
        "set": {"b", "a"},
        "number": 79.9,
        "none": None,
        "字": "汉",
    }
    assert json.loads(written(body)) == {
        "day": "2025-08-01",
        "instant": "2025-08-01T01:30:00+00:00",
        "money": "80000.10",
        "tiny": "0.0000001",
        "set": ["a", "b"],
        "number": 79.9,
        "none": None,
        "字": "汉",
    }


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_not_written(value: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        written({"x": value})


def test_what_json_has_no_form_for_is_not_written() -> None:
    with pytest.raises(TypeError, match="object"):
        written({"x": object()})


def test_a_change_bears_its_version_and_its_key() -> None:
    call = write("PUT", "/x", {"a": 1}, nothing, version=3, idempotency_key="k")
    assert call.headers == {"content-type": "application/json", "if-match": '"3"', "idempotency-key": "k"}
    bare = write("DELETE", "/x", None, nothing)
    assert (bare.headers, bare.content, bare.writes) == ({}, None, True)


def test_neither_call_nor_reply_shows_what_it_holds() -> None:
    assert "secret" not in repr(write("PUT", "/x", {"name": "secret"}, nothing))
    assert "secret" not in repr(Reply(200, {}, b"secret"))
    assert text(Reply(200, {}, "汉".encode())) == "汉"
