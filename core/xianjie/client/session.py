"""Carry out a call without touching the network: say what to send and how long to wait, and take what comes back.

Both clients drive these steps, one by calling, one by awaiting.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from collections import OrderedDict
from collections.abc import Generator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar
from urllib.parse import urlsplit

from xianjie.client.call import JSON, Call, Reply
from xianjie.client.problems import ProblemError, problem_error, unexpected, unreachable
from xianjie.client.retrying import AGAIN, GIVEN_UP, Retrying, retry_after
from xianjie.errors import InputError, Problem

T = TypeVar("T")

HERE = "http://127.0.0.1:8765"
ADDRESS, KEY = "XIANJIE_URL", "XIANJIE_API_KEY"
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MOST_KEPT = 256
_HEADER = re.compile(r"[\x21-\x7e]+")
_LOOPBACK = re.compile(r"localhost|127(\.[0-9]{1,3}){3}|::1")


@dataclass(frozen=True, slots=True)
class Send:
    """Send this request."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Failed:
    """No reply came; `why` is the kind of failure."""

    why: str


Step: TypeAlias = Send | Wait
Result: TypeAlias = Reply | Failed | None


class Session:
    """What the calls of one client share: the address, the key, the language, when to retry, what is kept.

    Raises InputError where the address is none, or the key would travel in the open.
    """

    def __init__(self, url: str | None, api_key: str | None, lang: str, retrying: Retrying, insecure: bool) -> None:
        self.url = _address(url or os.environ.get(ADDRESS) or HERE)
        self._key = api_key or os.environ.get(KEY) or None
        self.lang, self.retrying = lang, retrying
        self._kept: OrderedDict[str, tuple[str, Reply]] = OrderedDict()
        self._lock = threading.Lock()
        if self._key is not None:
            _check_key(self._key, self.url, insecure)

    def __repr__(self) -> str:
        """Leave the key out."""
        return f"{self.url!r}, api_key={'None' if self._key is None else '…'}"

    def prepared(self, call: Call[T], headers: Mapping[str, str] | None = None) -> Send:
        """Make the request of a call, with what every request bears and these headers."""
        key = {} if self._key is None else {"authorization": f"Bearer {self._key}"}
        drawn = {"idempotency-key": new_key()} if call.writes else {}
        every = {"accept": f"{JSON}, */*;q=0.5", "accept-language": self.lang, **key, **drawn}
        return Send(call.method, self.url + call.path, {**every, **call.headers, **(headers or {})}, call.content)

    def exchange(self, call: Call[T]) -> Generator[Step, Result, T]:
        """Go through the steps of a call, retries included, and give its result.

        Raises ProblemError where the service refuses, Unreachable where it does not answer.
        """
        has: dict[str, str] = {}
        kept = self._kept.get(call.path) if call.cached else None
        if kept is not None:
            if "immutable" in kept[1].headers.get("cache-control", ""):
                return call.read(kept[1])
            has["if-none-match"] = kept[0]
        reply = yield from self._tried(self.prepared(call, has))
        if reply.status == 304 and kept is not None:
            return call.read(kept[1])
        if not 200 <= reply.status < 300:
            raise refusal(reply)
        if call.cached and (etag := reply.headers.get("etag")):
            self._keep(call.path, etag, reply)
        return read_with(call, reply)

    def _tried(self, send: Send) -> Generator[Step, Result, Reply]:
        failed = 0
        while True:
            result = yield send
            assert result is not None
            if isinstance(result, Reply) and not again(result):
                return result
            failed += 1
            seconds = self.retrying.wait(failed, asked_wait(result))
            if seconds is None:
                if isinstance(result, Failed):
                    raise unreachable(result.why)
                return result
            yield Wait(seconds)

    def _keep(self, path: str, etag: str, reply: Reply) -> None:
        with self._lock:
            self._kept[path] = etag, reply
            self._kept.move_to_end(path)
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)


def asked_wait(result: Reply | Failed) -> float | None:
    """Tell how long the service asked to wait."""
    return None if isinstance(result, Failed) else retry_after(result.headers)


def again(reply: Reply) -> bool:
    """Tell whether a retry may help: not where the service worked on it and gave up."""
    return reply.status in AGAIN and not (reply.status == 504 and refusal(reply).code == GIVEN_UP)


def refusal(reply: Reply) -> ProblemError:
    """Make the error of a reply that is none of success."""
    return problem_error(reply.status, reply.content, retry_after(reply.headers))


def read_with(call: Call[T], reply: Reply) -> T:
    """Read a reply; what has not the form of the service's answers is told as such, without its content."""
    with suppress(ValueError):
        return call.read(reply)
    raise unexpected(reply.status)  # here, so that it drags along no error that holds the content


def new_key() -> str:
    """Draw an idempotency key, of letters alone."""
    return "".join(secrets.choice(_LETTERS) for _ in range(32))


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
        _ = parts.port
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment:
        zh, en = "服务的地址须如 https://host:8765，不带用户名和查询", "write the address as https://host:8765"
        raise InputError(Problem("client-address", zh, en))
    return url.rstrip("/")


def _check_key(key: str, url: str, insecure: bool) -> None:
    if not _HEADER.fullmatch(key):
        zh, en = "密钥只含可见的 ASCII 字符", "a key has visible ASCII characters alone"
        raise InputError(Problem("client-key", zh, en))
    parts = urlsplit(url)
    if parts.scheme == "http" and not insecure and not _LOOPBACK.fullmatch(parts.hostname or ""):
        zh = "密钥不得以明文传送：用 https，或写明 insecure=True"
        en = "a key is not sent in the open: use https, or say insecure=True"
        raise InputError(Problem("client-plain-text", zh, en))
