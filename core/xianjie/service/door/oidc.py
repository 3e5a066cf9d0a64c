"""Let in by tokens of an OIDC provider: its keys are found by discovery and kept, its signatures checked by Authlib.

Authlib has given its JOSE part to joserfc, of the same author, on which it depends; `authlib.jose` itself is to go.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from anyio import CapacityLimiter, Lock
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64decode

from xianjie.access import AccessError, Principal, principal_of
from xianjie.errors import Problem
from xianjie.service.door.fetching import discovered, fetched_json
from xianjie.service.door.provider import KINDS, Provider
from xianjie.service.problems import Refused, refuse
from xianjie.service.working import in_thread

PublicKey: TypeAlias = RSAKey | ECKey

LEAST_RSA = 2048
MOST_KEYS = 64
LONGEST_HEADER = 2048
_SECOND = 1_000_000_000
_TYPES = frozenset({"", "jwt", "at+jwt", "application/at+jwt"})
_NOT_FOR_ACCESS = frozenset({"id", "refresh", "offline", "logout"})


class Tokens:
    """Make principals of the tokens of a provider."""

    def __init__(self, provider: Provider, issuer: Issuer) -> None:
        self.provider, self.issuer = provider, issuer
        self._registry = JWSRegistry(algorithms=list(provider.algorithms), strict_check_header=False)
        self._registry.max_header_length = LONGEST_HEADER  # some providers name their certificates there

    async def principal(
        self, text: str, at: dt.datetime, pseudonym: Callable[[bytes], str]
    ) -> tuple[Principal, dt.datetime]:
        """Make a principal of a token, with the time at which it ends.

        Raises AccessError `token-refused` and those of `principal_of`; Refused with 503 where the provider is not there
        and it cannot be told.
        """
        header = _header(text)
        algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ", "")
        if algorithm not in self.provider.algorithms or not isinstance(kid, str | None):
            raise _token_refused()
        if not isinstance(kind, str) or kind.lower() not in _TYPES:
            raise _token_refused()
        key = await self.issuer.key(kid, algorithm)
        if key is None:
            raise _token_refused()
        try:
            token = jwt.decode(text, key, algorithms=[algorithm], registry=self._registry)
        except (JoseError, ValueError, TypeError, RecursionError):
            raise _token_refused() from None
        claims = token.claims
        use = claims.get("typ")
        # a token that is bound to a key of its holder is worth nothing without a proof, which is not asked for here
        if "cnf" in claims or (isinstance(use, str) and use.lower() in _NOT_FOR_ACCESS):
            raise _token_refused()
        principal = principal_of(claims, self.provider.rules, at, pseudonym)
        ends = dt.datetime.fromtimestamp(min(float(claims["exp"]), 253_370_764_800), dt.UTC)
        return principal, ends


def _token_refused() -> AccessError:
    return AccessError(Problem("token-refused", "登录令牌不被接受", "the token is not accepted"))


def _header(text: str) -> Mapping[str, Any]:
    """Read a token's header, of which nothing is believed yet."""
    parts = text.encode("utf-8", "replace").split(b".")
    if len(parts) != 3 or len(parts[0]) > LONGEST_HEADER:
        raise _token_refused()
    try:
        header = json.loads(urlsafe_b64decode(parts[0]))
    except (ValueError, RecursionError):
        raise _token_refused() from None
    if not isinstance(header, dict):
        raise _token_refused()
    return header


@dataclass(frozen=True, slots=True)
class _Named:
    kid: str | None
    algorithm: str | None
    kind: str
    key: PublicKey


class Issuer:
    """Keep the keys of a provider; `ticks` gives nanoseconds that do not go back."""

    def __init__(self, provider: Provider, ticks: Callable[[], int]) -> None:
        self._provider, self._ticks = provider, ticks
        self._keys: tuple[_Named, ...] = ()
        self._had: int | None = None
        self._tried: int | None = None
        self._failed = False
        self._alone = Lock()
        self._one = CapacityLimiter(1)

    async def key(self, kid: str | None, algorithm: str) -> PublicKey | None:
        """Find the key that a token names; None where the provider has no such key.

        Raises Refused with 503 where the provider is not there and its keys are not known.
        """
        if self._age() > self._provider.kept:
            await self._renew(self._provider.pause)
        found = self._find(kid, algorithm)
        if found is None and self._had is not None:
            await self._renew(self._provider.between)
            found = self._find(kid, algorithm)
        if self._age() > self._provider.stale or (found is None and self._failed):
            raise away()
        return found

    def _age(self) -> float:
        return float("inf") if self._had is None else (self._ticks() - self._had) / _SECOND

    def _find(self, kid: str | None, algorithm: str) -> PublicKey | None:
        fitting = [
            one.key
            for one in self._keys
            if one.kind == KINDS[algorithm] and one.algorithm in (None, algorithm) and (kid is None or one.kid == kid)
        ]
        return fitting[0] if fitting and (kid is not None or len(fitting) == 1) else None

    async def _renew(self, least: float) -> None:
        """Ask for the keys, one request for all who wait, unless they were asked for a moment ago."""
        seen = self._tried
        async with self._alone:
            if self._tried != seen or (self._tried is not None and self._ticks() - self._tried < least * _SECOND):
                return
            self._tried = self._ticks()
            try:
                keys = await in_thread(self._one, _fetched, self._provider)
            except (OSError, ValueError, RecursionError, http.client.HTTPException, JoseError):
                self._failed = True
                return
            self._keys, self._had, self._failed = keys, self._ticks(), False


def away() -> Refused:
    """Make the refusal of what cannot be told while the provider is not there."""
    return refuse(
        503,
        "login-unavailable",
        "登录系统不可用，暂时无法核对令牌，请稍后再试",
        "the provider of logins is not there: tokens cannot be checked just now",
        retry_after="10",
    )


def _fetched(provider: Provider) -> tuple[_Named, ...]:
    """Ask a provider for its keys; raises what a network and another's JSON can raise."""
    until = time.monotonic() + provider.patience
    listed = fetched_json(discovered(provider, until, "jwks_uri")["jwks_uri"], until).get("keys")
    if not isinstance(listed, list):
        raise ValueError("no keys")
    return tuple(named for one in listed[:MOST_KEYS] if (named := _named(one)) is not None)


def _named(data: object) -> _Named | None:
    """Read a key that checks signatures; None for all others."""
    if not isinstance(data, dict) or data.get("use", "sig") != "sig" or "verify" not in data.get("key_ops", ["verify"]):
        return None
    kid, algorithm = data.get("kid"), data.get("alg")
    if not isinstance(kid, str | None) or not isinstance(algorithm, str | None):
        return None
    try:
        if data.get("kty") == "RSA":
            if int.from_bytes(urlsafe_b64decode(data["n"].encode())).bit_length() < LEAST_RSA:
                return None
            wanted = {name: data[name] for name in ("kty", "n", "e")}
            return _Named(kid, algorithm, "RSA", RSAKey.import_key(wanted))
        if data.get("kty") == "EC":
            wanted = {name: data[name] for name in ("kty", "crv", "x", "y")}
            return _Named(kid, algorithm, str(data["crv"]), ECKey.import_key(wanted))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        pass
    return None
