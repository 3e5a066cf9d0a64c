"""Say which addresses may be served: those of this machine, until there is control of access."""

from __future__ import annotations

import ipaddress
from contextlib import suppress

from xianjie.errors import InputError, Place, Problem


def loopback(host: str) -> str:
    """Give the address of a name on loopback; InputError for any other, until there is control of access."""
    with suppress(ValueError):
        if ipaddress.ip_address(host).is_loopback:
            return host
    if host == "localhost":
        return "127.0.0.1"
    raise InputError(
        Problem(
            "serve-not-loopback",
            "目前只能监听本机地址（127.0.0.1 或 ::1）：还没有访问控制，不能对外开放",
            "only a loopback address (127.0.0.1 or ::1) can be served: there is no control of access yet",
            Place(path="--host"),
        )
    )
