"""Log people in at the provider by the code flow with PKCE: away with a challenge, back with a code (RFC 6749, 7636).

The code is good for nobody but the browser that went away: what it takes to use it stays there, in a cookie.
"""

from __future__ import annotations

import base64
import hmac
import http.client
import secrets
import time
from dataclasses import dataclass
from urllib.parse import quote

from anyio import CapacityLimiter
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from xianjie.access import AccessError
from xianjie.errors import Problem
from xianjie.service.door.fetching import discovered, fetched_json
from xianjie.service.door.oidc import away
from xianjie.service.door.provider import Client, Provider
from xianjie.service.working import in_thread

_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Leaving:
    """Where somebody is sent to log in, and what their browser keeps until they are back."""

    url: str
    kept: str


class CodeLogin:
    """Send people to a provider, and take them back; `client` is the workbench as it is known there."""

    def __init__(self, provider: Provider, client: Client) -> None:
        self._provider, self._client = provider, client
        self._few = CapacityLimiter(4)

    async def leave(self, returning: str) -> Leaving:
        """Say where to log in. `returning` is the address to come back to; Refused with 503 where nobody is there."""
        state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        try:
            at = await in_thread(self._few, discovered, self._provider, self._until(), "authorization_endpoint")
        except (OSError, ValueError, RecursionError, http.client.HTTPException):
            raise away() from None
        url = prepare_grant_uri(
            at["authorization_endpoint"],
            self._client.id,
            "code",
            redirect_uri=returning,
            scope=self._client.scopes,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return Leaving(url, f"{state}.{verifier}")

    async def token(self, kept: str, state: str, code: str, issuer: str | None, returning: str) -> str:
        """Change a code for an access token, whose claims are still to be checked.

        `issuer` is what the provider says of itself on the way back (RFC 9207), None where it does not. Raises
        AccessError `login-broken` where it is not the same login, or the provider refuses; Refused with 503.
        """
        known, _, verifier = kept.partition(".")
        same = bool(known) and hmac.compare_digest(known.encode(), state.encode("utf-8", "replace"))
        if not same or not 0 < len(code) <= _LONGEST or issuer not in (None, self._provider.rules.issuer):
            raise broken()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": returning,
            "code_verifier": verifier,
            "client_id": self._client.id,
        }
        until = self._until()
        try:
            at = await in_thread(self._few, discovered, self._provider, until, "token_endpoint")
        except (OSError, ValueError, RecursionError, http.client.HTTPException):
            raise away() from None
        try:
            answer = await in_thread(self._few, fetched_json, at["token_endpoint"], until, form, self._basic())
        except OSError:
            raise away() from None
        except (ValueError, RecursionError, http.client.HTTPException):  # among them: it refused
            raise broken() from None
        token = answer.get("access_token")
        if not isinstance(token, str) or str(answer.get("token_type", "")).lower() != "bearer":
            raise broken()
        return token

    def _basic(self) -> str:
        """Show who asks (RFC 6749, 2.3.1); a public client has nothing to show."""
        if self._client.secret is None:
            return ""
        pair = f"{quote(self._client.id, safe='')}:{quote(self._client.secret, safe='')}"
        return base64.b64encode(pair.encode()).decode()

    def _until(self) -> float:
        return time.monotonic() + self._provider.patience


def broken() -> AccessError:
    """Tell that a login did not come to its end."""
    zh = "登录没有完成：可能已过期，或在另一个窗口开始。请再登录一次"
    en = "the login was not finished: it is too old, or began elsewhere; try again"
    return AccessError(Problem("login-broken", zh, en))
