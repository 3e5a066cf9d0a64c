"""Cut the body of a batch into its cases: the lines of NDJSON, or the elements of a JSON array."""

from __future__ import annotations

import re

from xianjie.service.problems import Refused, refuse

Span = tuple[int, int]

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["\[\]{},]', re.S)
_LINE = re.compile(rb"[^ \t\r\n][^\n]*")
_BLANK = b" \t\r\n"


def line_spans(data: bytes, most: int) -> list[Span]:
    """Find the lines that are not blank; Refused where there are more than `most`."""
    spans: list[Span] = []
    for line in _LINE.finditer(data):  # which passes over blank ones at once, of which there may be millions
        spans.append((data.rfind(b"\n", 0, line.start()) + 1, line.end()))
        _check(spans, most)
    return spans


def element_spans(data: bytes, most: int) -> list[Span]:
    """Find the elements of a JSON array by its brackets and commas, so that a bad one does not hide the others.

    Raises Refused where there is no array, or more than `most` elements.
    """
    begin = len(data) - len(data.lstrip(_BLANK))
    if data[begin : begin + 1] != b"[":
        raise refuse(
            400,
            "batch-shape",
            "正文须是 JSON 数组，或每行一个 JSON（application/x-ndjson）",
            "the body must be a JSON array, or one JSON object a line (application/x-ndjson)",
        )
    spans: list[Span] = []
    depth, start = 0, begin + 1
    for token in _TOKEN.finditer(data, start):
        mark = data[token.start()]
        if mark == ord('"'):
            if token.end() == token.start() + 1:
                raise _unclosed()  # a text without an end
        elif mark in b"[{":
            depth += 1
        elif mark in b"]}" and depth:
            depth -= 1
        elif mark == ord(",") and not depth:
            spans.append((start, token.start()))
            _check(spans, most)
            start = token.end()
        elif mark == ord("]"):
            if data[token.end() :].strip(_BLANK):
                raise _unclosed()
            if spans or data[start : token.start()].strip(_BLANK):
                spans.append((start, token.start()))
            _check(spans, most)
            return spans
    raise _unclosed()


def _unclosed() -> Refused:
    return refuse(
        400,
        "json-syntax",
        "JSON 语法不对：请检查引号、逗号与括号",
        "not good JSON: check quotes, commas and brackets",
    )


def _check(spans: list[Span], most: int) -> None:
    if len(spans) > most:
        raise refuse(413, "batch-too-many", f"个案超过 {most} 个", f"more than {most} cases", connection="close")
