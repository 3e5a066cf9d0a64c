"""The log: one JSON object a line, named entries only, and nothing of anybody's."""

from __future__ import annotations

import io
import json
import logging
import sys
from typing import Any

import pytest
from tests.service.conftest import Make

from xianjie.service.logs import make_log, take_over, told_exception

NUMBER = "110101199003071234"


def lines(stream: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_only_named_entries_are_kept() -> None:
    stream = io.BytesIO()
    make_log("info", stream).info("done", route="/livez", status=200, case={"person": 1}, facts="x", ms=1.5)
    (line,) = lines(stream)
    assert {"timestamp", "level", "event", "route", "status", "ms"} == set(line)


@pytest.mark.parametrize(
    "text",
    [f"号 {NUMBER}", f"x{NUMBER}x", "11010119900307123X", "１１０１０１１９９００３０７１２３４", NUMBER * 40],
)
def test_long_runs_of_digits_are_cut_out(text: str) -> None:
    stream = io.BytesIO()
    log = make_log("info", stream)
    log.info(text, route=text, codes=[text], frames=[text], url=text, exception=text, logger=text)
    written = stream.getvalue().decode()
    assert "1101011990" not in written
    assert "１１０１" not in written


def test_what_a_line_can_hold_is_bounded() -> None:
    stream = io.BytesIO()
    make_log("info", stream).info("a" * 10_000, frames=["b" * 10_000] * 1000)
    assert len(stream.getvalue()) < 120_000


def test_the_level_holds() -> None:
    stream = io.BytesIO()
    log = make_log("warning", stream)
    log.info("not this")
    log.warning("this")
    assert [line["event"] for line in lines(stream)] == ["this"]


def test_an_exception_is_told_by_its_kind_and_place_alone() -> None:
    stream = io.BytesIO()
    log = make_log("info", stream)
    try:
        raise ValueError(NUMBER)
    except ValueError:
        log.error("failed", exc_info=sys.exc_info())
    (line,) = lines(stream)
    assert line["exception"] == "ValueError"
    assert "test_logs.py" in line["frames"][0]
    assert NUMBER not in stream.getvalue().decode()


def test_of_a_group_of_exceptions_the_first_is_told() -> None:
    try:
        raise KeyError(NUMBER)
    except KeyError as error:
        told = told_exception(ExceptionGroup("several", [ExceptionGroup("inner", [error]), ValueError()]))
    assert told["exception"] == "KeyError"
    assert "test_logs.py" in told["frames"][0]


def test_what_libraries_log_goes_the_same_way() -> None:
    names = ("", "uvicorn", "uvicorn.error", "uvicorn.access", "asyncio")
    before = [(logging.getLogger(name), logging.getLogger(name).handlers[:]) for name in names]
    levels = [(logger, logger.level, logger.propagate) for logger, _ in before]
    stream = io.BytesIO()
    try:
        take_over(make_log("info", stream), "warning")
        logging.getLogger("uvicorn.error").warning("bad request %s", NUMBER)
        logging.getLogger("uvicorn.error").info("not this")
        logging.getLogger("uvicorn.access").warning("/secret/path")
        try:
            raise KeyError(NUMBER)
        except KeyError:
            logging.getLogger("asyncio").exception("task %s", NUMBER)
    finally:
        for logger, handlers in before:
            logger.handlers[:] = handlers
        for logger, level, propagate in levels:
            logger.level, logger.propagate = level, propagate
            logger.manager._clear_cache()  # type: ignore[attr-defined]
    found = lines(stream)
    assert [line["event"] for line in found] == ["bad request …", "a library reports"]
    assert found[1]["exception"] == "KeyError"
    assert NUMBER not in stream.getvalue().decode()


def test_a_request_is_told_without_its_path_query_or_body(make: Make) -> None:
    stream = io.BytesIO()
    client = make(stream)
    client.post(f"/v1/assessments?who={NUMBER}", json={"case": {"case": NUMBER}, "regions": ["hubei"]})
    client.get(f"/v1/policies/{NUMBER}")
    client.get(f"/{NUMBER}")
    client.get("/livez", headers={"user-agent": NUMBER, "referer": NUMBER, "x-request-id": NUMBER})
    told = [line for line in lines(stream) if line["event"] == "request"]
    assert [(line["method"], line["route"], line["status"]) for line in told] == [
        ("POST", "/v1/assessments", 422),
        ("GET", "/v1/policies/{policy_id}", 404),
        ("GET", "unmatched", 404),
        ("GET", "/livez", 200),
    ]
    assert NUMBER not in stream.getvalue().decode()
