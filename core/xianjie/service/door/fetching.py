"""Ask a provider of logins over the network: no redirects, nothing large, and all of it within the time."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from authlib.oidc.discovery import get_well_known_url

from xianjie.errors import InputError
from xianjie.service.door.provider import Provider, check_url

LARGEST = 512 * 1024


def discovered(provider: Provider, until: float, *names: str) -> Mapping[str, str]:
    """Ask a provider for some of its addresses, each of which must be called over TLS.

    Raises OSError, and ValueError where another answers or an address is not there.
    """
    about = fetched_json(get_well_known_url(provider.rules.issuer, external=True), until)
    if about.get("issuer") != provider.rules.issuer:
        raise ValueError("not the provider that was meant")
    found = {}
    for name in names:
        if not isinstance(about.get(name), str):
            raise ValueError("an address is wanted")
        try:
            check_url(about[name].partition("?")[0])
        except InputError:
            raise ValueError("an address without TLS") from None
        found[name] = about[name]
    return found


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def fetched_json(url: str, until: float, form: Mapping[str, str] | None = None, basic: str = "") -> Mapping[str, Any]:
    """Fetch a JSON object, of a bounded size and within the time, from where it was asked for; with a form, by POST.

    `basic` is what shows who asks, as HTTP Basic has it. Raises OSError and ValueError.
    """
    opener = urllib.request.build_opener(_NoRedirects())
    headers = {"accept": "application/json"} | ({"authorization": f"Basic {basic}"} if basic else {})
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(url, data, headers)
    read = bytearray()
    try:
        opened = opener.open(request, timeout=_left(until))
    except urllib.error.HTTPError as error:
        error.close()
        raise ValueError("no answer") from None
    with opened as response:
        while part := response.read1(64 * 1024):
            read += part
            if len(read) > LARGEST:
                raise ValueError("too large")
            _left(until)
    found = json.loads(read)
    if not isinstance(found, dict):
        raise ValueError("no object")
    return found


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
