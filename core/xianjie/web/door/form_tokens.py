"""Bind every form to the browser that it was shown in, so that no page of another site can send one in its name.

The browser keeps a secret in a cookie that no script can read; a form holds what follows from the secret, and the two
must go together (a signed double submit). A cookie alone, which any request brings along, changes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "xianjie_form"
FIELD = "form_token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_STATE = "form_secret"


def token_of(request: Request) -> str:
    """Give the token of the forms that are shown to the asker; a browser without a secret is given one."""
    state = request.scope["state"]
    secret = _kept(request) or state.setdefault(_STATE, secrets.token_urlsafe(32))
    return _token(secret)


def hand_out(request: Request, response: Response) -> None:
    """Give the browser the secret of the forms just shown to it, where it has none yet."""
    secret = request.scope["state"].get(_STATE)
    if secret is not None:
        # lax: who comes by a link of a colleague keeps the secret, and with it the forms in other windows
        response.set_cookie(
            COOKIE, secret, path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax"
        )


def is_ours(request: Request, token: str) -> bool:
    """Tell whether a form was shown in this very browser."""
    secret = _kept(request)
    return secret is not None and hmac.compare_digest(_token(secret).encode(), token.encode("utf-8", "replace"))


def _kept(request: Request) -> str | None:
    kept = request.cookies.get(COOKIE, "")
    return kept if _SECRET.fullmatch(kept) else None


def _token(secret: str) -> str:
    return hmac.new(secret.encode(), b"xianjie form", hashlib.sha256).hexdigest()
