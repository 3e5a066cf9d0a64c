"""Do what a form asks for once, however often it is sent: a second click, or a reload, changes nothing more."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable

from starlette.requests import Request

from xianjie.records import idempotency
from xianjie.records.desk import Change
from xianjie.service.keeping import Made, done_once
from xianjie.web.door.form_tokens import FIELD as TOKEN
from xianjie.web.door.posted import Posted

FIELD = "once"
_LONGEST = 200


def new_key() -> str:
    """Give the key of one form that is shown: whatever is sent under it is done once."""
    return secrets.token_urlsafe(24)


async def posted_once(request: Request, posted: Posted, work: Callable[[Change], Made]) -> Made:
    """Change the records as a form asks; a form without a key is done each time it comes.

    Raises Refused 422 `idempotency-other` where the same form was sent before with other words in it.
    """
    key = posted.text(FIELD)
    if not key or len(key) > _LONGEST:
        done, _ = await done_once(request, None, work)
        return done
    told = [(name, value) for name, value in posted.fields.multi_items() if name not in (TOKEN, FIELD)]
    text = json.dumps([request.method, request.url.path, told], ensure_ascii=False)
    asked = idempotency.Asked(f"form {key}", hashlib.sha256(text.encode()).hexdigest())
    done, _ = await done_once(request, asked, work)
    return done
