"""Lead on from the form to what was recorded, so that the way back leads to what was typed and to no empty form."""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from xianjie.web.showing.rendering import is_partial


def lead_on(request: Request, where: str, at: str | None) -> Response:
    """Lead to `where`; a script hears before that `at` shows what was typed, and gives this visit that address.

    An address holds ids alone. None where nothing on record holds what was typed.
    """
    if not is_partial(request.headers):
        return RedirectResponse(where, 303)
    heard = {} if at is None else {"hx-trigger": json.dumps({"kept": {"at": at}})}
    return Response(status_code=204, headers={**heard, "hx-redirect": where, "cache-control": "no-store"})
