"""Write the log: one JSON object a line, with named entries only, and no run of digits that could be a person's."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

import orjson
import structlog

from xianjie.service.problems import scrubbed

KEPT: Mapping[str, int] = MappingProxyType(
    {
        "timestamp": 40,
        "level": 10,
        "event": 300,
        "logger": 60,
        "method": 10,
        "route": 120,
        "status": 0,
        "ms": 0,
        "request_id": 40,
        "codes": 300,
        "cases": 0,
        "refused": 0,
        "regions": 300,
        "exception": 80,
        "frames": 2000,
        "version": 40,
        "published": 0,
        "worker": 0,
        "url": 100,
    }
)
"""The entries that a line may have, and how long each may be; whatever else is logged is left out."""

Log = structlog.typing.FilteringBoundLogger


def redact(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep what a line may hold, and cut long runs of digits out of it."""
    out: dict[str, Any] = {}
    for key, value in entry.items():
        longest = KEPT.get(key)
        if longest is None:
            continue
        if isinstance(value, str):
            out[key] = value if key == "timestamp" else _plain(value, key)[:longest]
        elif isinstance(value, list):
            out[key] = [scrubbed(str(item))[:longest] for item in value[:50]]
        elif value is None or isinstance(value, bool | int | float):
            out[key] = value
    return out


def _plain(text: str, key: str) -> str:
    # an id of ours has no run longer than twelve
    return text if key == "request_id" else scrubbed(text)


def told_exception(error: BaseException) -> dict[str, Any]:
    """Tell of an exception its kind and where it came from; its message could hold what was submitted."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "exception": type(error).__name__,
        "frames": [f"{'/'.join(Path(one.filename).parts[-3:])}:{one.lineno} {one.name}" for one in frames[-30:]],
    }


def _exceptions(_: Any, __: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    info = entry.pop("exc_info", None)
    error = info[1] if isinstance(info, tuple) else info if isinstance(info, BaseException) else None
    return entry if error is None else {**entry, **told_exception(error)}


def _shared() -> list[Any]:
    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exceptions,
        redact,
    ]


def make_log(level: str = "info", stream: BinaryIO | None = None) -> Log:
    """Make the log of a service, written to stderr unless a stream is given."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    log: Log = structlog.wrap_logger(
        structlog.BytesLogger(stream or sys.stderr.buffer),
        processors=[*_shared(), structlog.processors.JSONRenderer(serializer=orjson.dumps)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        cache_logger_on_first_use=True,
    )
    return log


class _Handler(logging.Handler):
    """Hand what libraries log on to our log."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log

    def emit(self, record: logging.LogRecord) -> None:
        event = record.getMessage() if record.name.startswith("uvicorn") else "a library reports"
        self.log.log(record.levelno, event, logger=record.name, exc_info=record.exc_info)


def take_over(log: Log, level: str) -> None:
    """Send what the server and other libraries log through a log, for the whole process."""
    handler = _Handler(log)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"
        logger.setLevel(level.upper() if name == "uvicorn.error" else logging.WARNING)
