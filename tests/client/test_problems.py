"""A problem is read as it was told, and what is none of the service's is not repeated."""

from __future__ import annotations

import json
import pickle
from typing import Any

import pytest

from xianjie.client.problems import ProblemError, line_problem, problem_error, unreachable
from xianjie.errors import XianjieError

TOLD: dict[str, Any] = {
    "type": "urn:xianjie:problem:request-invalid",
    "title": "输入有误",
    "status": 422,
    "detail": "有 3 处错误",
    "code": "request-invalid",
    "errors": [
        {"code": "type-bool", "pointer": "/case/person/tekun", "detail": "只接受 true 或 false"},
        {"code": "json-syntax", "pointer": "", "line": 3, "column": 7, "detail": "写法不对"},
        {"code": "limit-range", "parameter": "limit", "detail": "过多"},
    ],
    "instance": "urn:uuid:1f0e",
}


def test_every_fault_keeps_its_code_place_and_sentence() -> None:
    error = problem_error(422, json.dumps(TOLD).encode(), 2.5)
    assert isinstance(error, XianjieError)
    assert (error.status, error.code, error.detail) == (422, "request-invalid", "有 3 处错误")
    assert (error.instance, error.retry_after) == ("urn:uuid:1f0e", 2.5)
    assert [(one.code, one.place.path, one.place.line, one.place.column) for one in error.errors] == [
        ("type-bool", "/case/person/tekun", None, None),
        ("json-syntax", "", 3, 7),
        ("limit-range", "?limit", None, None),
    ]
    assert str(error).splitlines()[:2] == [
        "422 request-invalid",
        "/case/person/tekun: 只接受 true 或 false [type-bool]",
    ]


def test_it_can_be_sent_between_processes() -> None:
    error = problem_error(409, json.dumps({**TOLD, "missing_step": {"id": "consent"}}).encode(), 2.5)
    assert error.more == {"missing_step": {"id": "consent"}}
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.errors, again.retry_after, again.more) == (str(error), error.errors, 2.5, error.more)


@pytest.mark.parametrize(
    "content",
    [
        b"<html>Zhang San 11010519491231002X</html>",
        b"",
        b"\xff",
        b"[]",
        b"null",
        b'{"code": "BAD CODE", "detail": "x"}',
        b'{"code": "good-code"}',
        b'{"code": 7, "detail": "x"}',
        b'{"code": "good-code", "detail": ["x"]}',
    ],
)
def test_what_another_says_is_not_repeated(content: bytes) -> None:
    error = problem_error(502, content)
    assert (error.status, error.code) == (502, "reply-unexpected")
    assert "html" not in str(error)
    assert "1101" not in str(error)


def test_faults_of_another_form_are_left_out() -> None:
    error = problem_error(400, json.dumps({**TOLD, "errors": ["x", None, {"code": "a-b"}], "instance": 3}).encode())
    assert [one.code for one in error.errors] == ["a-b"]
    assert error.instance is None
    error = problem_error(400, json.dumps({**TOLD, "errors": {}}).encode())
    assert [one.code for one in error.problems] == ["request-invalid"]


def test_a_line_of_a_batch_is_a_problem_where_it_has_a_status() -> None:
    found = line_problem({**TOLD, "line": 3})
    assert isinstance(found, ProblemError)
    assert line_problem({"regions": {}}) is None


def test_what_was_not_reached_is_told_by_its_kind_alone() -> None:
    assert str(unreachable("ConnectError")) == "没有得到服务的回答：ConnectError [service-unreachable]"
