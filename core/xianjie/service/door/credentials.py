"""The door of a service that others can reach: API keys, tokens of an OIDC provider, and how often somebody may ask.

What is said to who is not let in tells nothing of which keys there are.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from anyio import CapacityLimiter
from fastapi import Request

from xianjie.access import AccessError, Principal, key_id, record_from, rehashed, verified
from xianjie.errors import Problem
from xianjie.records import api_keys, sessions
from xianjie.records.desk import Keeping
from xianjie.service.door.code_login import CodeLogin
from xianjie.service.door.limiting import Limiter, too_often
from xianjie.service.door.oidc import Issuer, Tokens
from xianjie.service.door.provider import Provider
from xianjie.service.problems import Refused
from xianjie.service.settings import ServiceSettings
from xianjie.service.working import in_thread
from xianjie.store import StoreError
from xianjie.vault import Purpose, Tagger

REALM = "xianjie"
COOKIE = "xianjie_session"
"""The cookie in which a browser keeps its login."""
_FOR_PROGRAMS = "/v1/"
MOST_KNOWN = 4096
_LONGEST = 16 * 1024


@dataclass(frozen=True, slots=True)
class Credential:
    """What somebody was let in by, `api_key`, `oidc` or `login`, and when it ends."""

    kind: str
    expires: dt.datetime


@dataclass(frozen=True, slots=True)
class _Known:
    """A key that was found good, at a tick."""

    principal: Principal
    expires: dt.datetime
    at: int


def credential_of(request: Request) -> Credential | None:
    """Tell what the asker was let in by; None where everybody is let in."""
    found = request.scope["state"].get("credential")
    return found if isinstance(found, Credential) else None


def session_of(request: Request) -> str | None:
    """Give the login that a browser comes with; None for programs, whose addresses take none: no page acts for them."""
    if "authorization" in request.headers or request.url.path.startswith(_FOR_PROGRAMS):
        return None
    return request.cookies.get(COOKIE) or None


def door_of(keeping: Keeping, settings: ServiceSettings, ticks: Callable[[], int] = time.monotonic_ns) -> Credentials:
    """Make the door: keys are those in the records, tokens are those of the settings' provider, if there is one."""
    return Credentials(keeping, settings, ticks)


class Credentials:
    """Let in who has an API key, or a token of the provider; `ticks` gives nanoseconds that do not go back."""

    def __init__(self, keeping: Keeping, settings: ServiceSettings, ticks: Callable[[], int]) -> None:
        self.keeping = keeping
        self.provider: Provider | None = settings.provider
        self._hashing = Tagger(keeping.ring, Purpose.ACCESS)
        client = None if self.provider is None else self.provider.client
        self.code_login = None if self.provider is None or client is None else CodeLogin(self.provider, client)
        self._tokens = None if self.provider is None else Tokens(self.provider, Issuer(self.provider, ticks))
        self._asking = Limiter("principal", settings.rate, ticks)
        self._failing = Limiter("address", settings.failure_rate, ticks)
        self._ticks = ticks
        self._fresh = int(settings.key_seconds * 1_000_000_000)
        self._storing = CapacityLimiter(settings.storing)
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._revocations = 0
        self._alone = threading.Lock()

    async def principal(self, request: Request) -> Principal:
        """Find out who asks; Refused with 401, with 429 where they ask too often, with 503 where it cannot be told."""
        kept = session_of(request)
        if kept is not None:
            principal, credential = await self._checked(request, kept, "login", self._logged_in)
        else:
            principal, credential = await self._blaming(request, self._credential(request))
        taken = self._asking.take(principal.person)  # however many keys and logins somebody has
        headers = self._asking.headers(taken)
        if not taken.allowed:
            raise too_often(taken.retry_after or 0, headers)
        request.scope["state"]["headers"] = headers
        request.scope["state"]["credential"] = credential
        return principal

    async def by_key(self, request: Request, text: str) -> tuple[Principal, Credential]:
        """Check a key that was typed on a page, as if the request had come with it; Refused with 401 or 429."""
        return await self._blaming(request, self._by_key(request, text.strip()))

    async def by_token(self, request: Request, text: str) -> Principal:
        """Check a token that the provider gave at a login, as if the request had come with it; Refused with 401."""
        assert self._tokens is not None
        principal, _ = await self._blaming(request, self._by_token(request, self._tokens, text))
        return principal

    def forget(self, id: str) -> None:
        """Take a key or a login, and all logins by a key, out of those that are known to be good: it was ended."""
        gone = (f"key:{id}", f"session:{id}")
        with self._alone:
            self._revocations += 1
            for digest in [
                one
                for one, known in self._known.items()
                if known.principal.id in gone or known.principal.id.startswith("session:")
            ]:
                del self._known[digest]

    def schemes(self) -> Mapping[str, Mapping[str, Any]]:
        """Describe, as OpenAPI does, how one is let in."""
        out: dict[str, Mapping[str, Any]] = {
            "apiKey": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "xjk_…",
                "description": "接口密钥 an API key",
            },
            "basic": {
                "type": "http",
                "scheme": "basic",
                "description": "接口密钥作口令，用户名随意，只限 GET an API key as the password, for GET alone",
            },
        }
        if self.provider is not None:
            out["oidc"] = {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": f"登录令牌 a token of {self.provider.rules.issuer}",
            }
        return out

    # -- who asks ------------------------------------------------------------------------------------------------------

    async def _credential(self, request: Request) -> tuple[Principal, Credential]:
        given = request.headers.getlist("authorization")
        if not given:
            self._check_failures(request)
            raise _refused(request, "access-anonymous", "需要登录或接口密钥", "log in or give an API key", bare=True)
        scheme, _, rest = given[0].partition(" ")
        text = rest.strip()
        if len(given) > 1 or len(text) > _LONGEST:
            self._check_failures(request)
            raise _malformed(request)
        if scheme.lower() == "basic":
            self._check_failures(request)
            text = _password(request, text)
        elif scheme.lower() != "bearer":
            self._check_failures(request)
            raise _malformed(request)
        elif self._tokens is not None and not text.startswith("xjk_"):
            self._check_failures(request)
            return await self._by_token(request, self._tokens, text)
        return await self._by_key(request, text)

    async def _by_token(self, request: Request, tokens: Tokens, text: str) -> tuple[Principal, Credential]:
        try:
            principal, expires = await tokens.principal(text, self.keeping.instant(), self._hashing.tag)
        except AccessError as error:
            raise Refused(401, error.problems, _challenge(request)) from None
        return principal, Credential("oidc", expires)

    async def _by_key(self, request: Request, text: str) -> tuple[Principal, Credential]:
        return await self._checked(request, text, "api_key", self._verified)

    async def _checked(
        self, request: Request, text: str, kind: str, verify: Callable[[str], tuple[Principal, dt.datetime]]
    ) -> tuple[Principal, Credential]:
        """Look a secret up, unless it was found good a moment ago."""
        # by kind: what a browser keeps is no key
        digest = hashlib.sha256(f"{kind} {text}".encode("utf-8", "replace")).digest()
        at = self._ticks()
        with self._alone:
            known = self._known.get(digest)
            if known is not None and at - known.at < self._fresh and self.keeping.instant() < known.expires:
                self._known.move_to_end(digest)
                return known.principal, Credential(kind, known.expires)
            revocations = self._revocations
        self._check_failures(request)
        try:
            principal, expires = await in_thread(self._storing, verify, text)
        except AccessError as error:
            raise Refused(401, error.problems, _challenge(request)) from None
        with self._alone:
            if revocations == self._revocations:  # else it may have been revoked after it was read
                self._known[digest] = _Known(principal, expires, at)
                self._known.move_to_end(digest)
                if len(self._known) > MOST_KNOWN:
                    self._known.popitem(last=False)
        return principal, Credential(kind, expires)

    def _logged_in(self, text: str) -> tuple[Principal, dt.datetime]:
        with self.keeping.store.read() as view:
            return sessions.living(view, self._hashing, text, self.keeping.instant())

    def _verified(self, text: str) -> tuple[Principal, dt.datetime]:
        id = key_id(text)
        with self.keeping.store.read() as view:
            found = view.get(api_keys.COLLECTION, id)
        try:
            record = record_from(_ABSENT if found is None else found.body)
        except AccessError:  # its record was damaged; who asks is told what all are told
            record = record_from(_ABSENT)
        principal = verified(self._hashing, text, record, self.keeping.instant())
        if found is not None and not self._hashing.is_current(record.hash):
            with suppress(StoreError), self.keeping.change(principal) as change:  # it can be done another time
                api_keys.rehash_key(change, found, rehashed(self._hashing, text, record))
        return principal, record.expires

    # -- how often -----------------------------------------------------------------------------------------------------

    def _check_failures(self, request: Request) -> None:
        """Refuse an address from which too much was refused; keys that were good a moment ago go on."""
        wait = self._failing.wait(_address(request))
        if wait:
            raise too_often(wait)

    async def _blaming(
        self, request: Request, checked: Awaitable[tuple[Principal, Credential]]
    ) -> tuple[Principal, Credential]:
        """Count against the address what is not let in."""
        try:
            return await checked
        except Refused as refused:
            if refused.status == 401:
                self._failing.take(_address(request))
            raise


_ABSENT: Mapping[str, Any] = {
    "id": "",
    "label": "",
    "holder": "",
    "grants": [],
    "organisation": None,
    "created": "1970-01-01T00:00:00+00:00",
    "expires": "1970-01-01T00:00:00+00:00",
    "hash": "",
    "revoked": None,
}
"""What is read where there is no record, so that as much is done as where there is one."""


def _address(request: Request) -> str:
    """Name the network that a request comes from: of an IPv6 address the /64, which one household has to itself."""
    host = "" if request.client is None else request.client.host
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)


def _password(request: Request, text: str) -> str:
    """Read the password of HTTP Basic (RFC 7617), which is good for reading alone."""
    if request.method != "GET":
        raise _refused(
            request,
            "basic-reading-only",
            "用户名和口令（Basic）只限读取，写入请用 Authorization: Bearer",
            "Basic is for reading alone: to write, send Authorization: Bearer",
        )
    try:
        decoded = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, ValueError):
        raise _malformed(request) from None
    return decoded.partition(":")[2]


def _malformed(request: Request) -> Refused:
    return _refused(
        request,
        "credential-malformed",
        "Authorization 须是 Bearer 加接口密钥或登录令牌",
        "Authorization is Bearer and an API key or a token",
    )


def _refused(request: Request, code: str, zh: str, en: str, bare: bool = False) -> Refused:
    return Refused(401, Problem(code, zh, en), _challenge(request, bare))


def _challenge(request: Request, bare: bool = False) -> dict[str, str]:
    """Say how to be let in (RFC 6750). A browser is not offered Basic: it would ask for a password by itself."""
    told = f'Bearer realm="{REALM}"' + ("" if bare else ', error="invalid_token"')
    if request.method == "GET" and "sec-fetch-mode" not in request.headers:
        told += f', Basic realm="{REALM}", charset="UTF-8"'
    return {"www-authenticate": told}
