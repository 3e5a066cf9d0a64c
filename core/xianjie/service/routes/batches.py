"""`POST /v1/assessments/batch`: many cases in one request, answered line by line, in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

import anyio
import orjson
from anyio import CapacityLimiter
from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from xianjie.access import Action, Division, Resource
from xianjie.errors import InputError, Problem, XianjieError
from xianjie.records.decisions import Decision
from xianjie.service.answering import Answered, Answering, Office
from xianjie.service.asking import AssessmentAsked
from xianjie.service.body import QUICK, JsonBody, read_body
from xianjie.service.door.admission import principal_of
from xianjie.service.framing import Span, element_spans, line_spans
from xianjie.service.logs import told_exception
from xianjie.service.problems import at, refuse, status_of, told
from xianjie.service.schema import add_route, lines_of, reference
from xianjie.service.state import Service, language_of, request_id_of, service_of
from xianjie.service.taking import weighed
from xianjie.service.wire import JSON, NDJSON
from xianjie.service.working import busy, in_thread

KINDS = (NDJSON, "application/ndjson", "application/jsonl", JSON)
CHUNK = 1024 * 1024
"""Answers are sent once so many bytes of them are there,"""
TOGETHER = 200
"""or so many of them: their decisions go on record together."""


def routes() -> APIRouter:
    """Make the resource."""
    router = APIRouter(tags=["assessments"])
    asked = reference("AssessmentAsked")
    add_route(
        router,
        "POST",
        "/v1/assessments/batch",
        (Resource.ASSESSMENT, Action.RUN),
        assess_batch,
        "批量判定 Assess many cases",
        "至多一万个个案：NDJSON 每行、或 JSON 数组每个元素，都与 `POST /v1/assessments` 的正文相同（不带 overlay）。"
        "按次序逐行流出答案；有错的个案自成一行问题（带 `line`），不影响其他个案。\n\n"
        "Up to 10,000 cases: each line of NDJSON, or each element of a JSON array, is a body of `POST /v1/assessments` "
        "(without overlay). Answers come line by line and in order; a case that is wrong becomes a line that tells the "
        "problem (with `line`), and the others are answered.",
        {
            "description": "每行一个答案或问题 an answer or a problem a line",
            "content": {NDJSON: lines_of(reference("BatchLine"))},
        },
        (400, 408, 413, 415, 422, 503),
        takes={
            "description": "个案 the cases",
            "content": {
                # an element of another shape fails alone, and the batch is taken
                JSON: {"schema": {"type": "array", "minItems": 1, "maxItems": 10_000, "items": {"anyOf": [asked, {}]}}},
                NDJSON: lines_of({"anyOf": [asked, {}]}),
            },
        },
    )
    return router


async def assess_batch(request: Request) -> Response:
    """Take the whole batch in, then answer it: a client that only writes at first would else wait for ever."""
    service = service_of(request)
    settings = service.settings
    with anyio.move_on_after(settings.waiting_seconds) as patience:
        await service.batches.acquire()
    if patience.cancelled_caught:
        raise busy()
    try:
        data = await read_body(request, settings.largest_batch, settings.body_seconds, KINDS)
        kind = request.headers["content-type"].partition(";")[0].strip().lower()
        cut = element_spans if kind == JSON else line_spans
        spans = await in_thread(service.threads, cut, data, settings.most_cases)
        if not spans:
            raise InputError(Problem("cases-none", "没有个案", "there is no case"))
        lines = _Lines(service, request, data, spans)
        return _Held(lines.written(), service.batches, settings.body_seconds)
    except BaseException:
        service.batches.release()
        raise


class _Held(StreamingResponse):
    """Stream, and give the place back however it ends: a client that takes no part within the time is broken off."""

    def __init__(self, lines: AsyncIterator[bytes], place: CapacityLimiter, seconds: float) -> None:
        super().__init__(lines, media_type=NDJSON)
        self.place, self.seconds = place, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            with anyio.move_on_after(self.seconds) as patience:
                await send(message)
            if patience.cancelled_caught:
                raise ClientDisconnect

        try:
            with suppress(ClientDisconnect):  # what is not ended here, the server breaks off
                await super().__call__(scope, receive, send_in_time)
        finally:
            self.place.release()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line to send, and the decision that goes on record before it; None where the case was refused."""

    number: int
    data: bytes
    decision: Decision | None = None


class _Lines:
    """Answer the cases of one batch, each by itself, with one engine throughout."""

    def __init__(self, service: Service, request: Request, data: bytes, spans: Sequence[Span]) -> None:
        self.service, self.request, self.data, self.spans = service, request, data, spans
        self.lang, self.request_id = language_of(request), request_id_of(request)
        self.principal = principal_of(request)
        self.answering: Answering = service.answering
        self.offices: dict[Division | None, Office] = {}

    async def written(self) -> AsyncIterator[bytes]:
        """Write the lines, and let other requests have their turn between two of them."""
        waiting: list[_Line] = []
        size = refused = 0
        for number, (start, end) in enumerate(self.spans, 1):
            line = await self.line(number, self.data[start:end])
            if end - start <= QUICK:
                await asyncio.sleep(0)
            waiting.append(line)
            size += len(line.data)
            if size >= CHUNK or len(waiting) == TOGETHER or number == len(self.spans):
                sent = await self._recorded(waiting)
                refused += sum(line.decision is None for line in sent)
                yield b"".join(line.data for line in sent)
                waiting, size = [], 0
        answered = len(self.spans) - refused
        self.service.metrics.answered.inc(answered)
        self.service.metrics.refused.inc(refused)
        self.service.log.info("batch", request_id=self.request_id, cases=len(self.spans), refused=refused)

    async def line(self, number: int, data: bytes) -> _Line:
        """Answer one case, or tell its problem."""
        try:
            answered = await self._answered(data)
        except XianjieError as error:
            status = status_of(error)
            return self._problem(number, status, error.problems if status < 500 else [_FAILED])
        except Exception as error:  # noqa: BLE001 - a case on which we fail must not take the others with it
            self.service.log.error("case failed", request_id=self.request_id, **told_exception(error))
            return self._problem(number, 500, [_FAILED])
        return _Line(number, answered.line, answered.decision)

    async def _answered(self, data: bytes) -> Answered:
        asked = await weighed(self.request, data, self._asked, data)
        office = await self._office(asked)
        return await weighed(self.request, data, self.answering.answered, asked, data.decode(), office)

    def _asked(self, data: bytes) -> AssessmentAsked:
        if len(data) > self.service.settings.largest_body:
            raise refuse(413, "body-too-large", "一个个案过大", "a case is too large")
        asked = self.answering.asked(JsonBody(data).value)
        if asked.settings.overlay is not None:
            raise InputError(
                Problem(
                    "batch-overlay",
                    "批量判定不接受设想的改动，请逐案提交",
                    "a batch takes no overlays: send the case by itself",
                    at(("settings", "overlay")),
                )
            )
        return asked

    async def _office(self, asked: AssessmentAsked) -> Office:
        if asked.office not in self.offices:
            self.offices[asked.office] = await self.service.offices.of(
                self.answering.engine, self.principal, asked.office
            )
        return self.offices[asked.office]

    async def _recorded(self, lines: Sequence[_Line]) -> Sequence[_Line]:
        """Put the decisions of some lines on record; where that fails, each of them becomes a problem."""
        decisions = [line.decision for line in lines if line.decision is not None]
        try:
            await self.service.decisions.record(self.principal, decisions)
        except XianjieError as error:
            status, problems = status_of(error), error.problems
            return [line if line.decision is None else self._problem(line.number, status, problems) for line in lines]
        return lines

    def _problem(self, number: int, status: int, problems: Sequence[Problem]) -> _Line:
        found = {**told(status, problems, self.lang), "line": number}
        return _Line(number, orjson.dumps(found, option=orjson.OPT_APPEND_NEWLINE))


_FAILED = Problem("service-failed", "服务出错", "the service failed")
