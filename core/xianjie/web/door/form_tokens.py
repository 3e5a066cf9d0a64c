"""Bind every form to the browser that it was shown in, so that no page of another site can send one in its name.

The browser keeps a secret in a cookie that no script can read; a form holds what follows from the secret, and the two
must go together (a signed double submit). A cookie alone, which any request brings along, changes nothing. What follows
is worked out with a key of the service and for who is logged in: whoever plants a secret of their own in the browser
has no form for it, and a form stays good when the same person logs in again.

A token begins with a salt, other at each address: who makes a browser ask for addresses of their own choice, and sees
how long the compressed answers are, meets another token in each, and learns nothing of any (BREACH). At one address it
stays, so that a page is still told as unchanged.
"""

from __future__ import annotations

import hmac
import re
import secrets

from starlette.requests import Request
from starlette.responses import Response

from xianjie.service.state import service_of
from xianjie.vault import Purpose, Tagger

COOKIE = "xianjie_form"
FIELD = "form_token"
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_STATE = "form_secret"
_SALT = 32
"""Characters of a token before what follows from the secret and from them."""


def token_of(request: Request) -> str:
    """Give the token of the forms that are shown to the asker; a browser without a secret is given one."""
    state = request.scope["state"]
    secret = _kept(request) or state.setdefault(_STATE, secrets.token_urlsafe(32))
    salt = _following(request, secret, f"salt {request.url.path}?{request.url.query}")[:_SALT]
    return salt + _following(request, secret, f"form {salt}")


def hand_out(request: Request, response: Response) -> None:
    """Give the browser the secret of the forms just shown to it, where it has none yet."""
    secret = request.scope["state"].get(_STATE)
    if secret is not None:
        # lax: who comes by a link of a colleague keeps the secret, and with it the forms in other windows
        response.set_cookie(
            COOKIE, secret, path="/", secure=request.url.scheme == "https", httponly=True, samesite="lax"
        )


def is_ours(request: Request, token: str) -> bool:
    """Tell whether a form was shown in this very browser, and sent by a page of ours, as far as the browser tells."""
    if request.headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        return False  # another port of this machine, or another host of the office, is the same site
    secret = _kept(request)
    if secret is None:
        return False
    salt, proof = token[:_SALT], token[_SALT:]
    return hmac.compare_digest(_following(request, secret, f"form {salt}").encode(), proof.encode("utf-8", "replace"))


def _kept(request: Request) -> str | None:
    kept = request.cookies.get(COOKIE, "")
    return kept if _SECRET.fullmatch(kept) else None


def _following(request: Request, secret: str, text: str) -> str:
    asker = request.scope["state"].get("principal")
    told = f"xianjie {text}\n{secret}\n{'' if asker is None else asker.holder}"
    tag = Tagger(service_of(request).keeping.ring, Purpose.ACCESS).tag(told.encode("utf-8", "replace"))
    return tag.rpartition(".")[2]
