"""Say where a service listens, and refuse to be open to others without the three things that make it safe."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from xianjie.errors import InputError, Place, Problem

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NAME = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-._:")


@dataclass(frozen=True, slots=True)
class Listening:
    """Where a service listens. `local`: to this machine alone. `names`: the hosts that clients may call it by.

    `certificate` and `key` are PEM files. `proxies`: whose forwarded headers are believed.
    """

    address: str
    port: int
    local: bool
    names: tuple[str, ...]
    certificate: Path | None = None
    key: Path | None = None
    proxies: tuple[str, ...] = ()

    @property
    def guarded(self) -> bool:
        """Tell whether others than this machine's users come here."""
        return not self.local or bool(self.proxies)


def listening(
    host: str,
    port: int,
    *,
    names: Sequence[str] = (),
    certificate: Path | None = None,
    key: Path | None = None,
    proxies: Iterable[str] = (),
    authenticated: bool = False,
) -> Listening:
    """Check where a service is to listen.

    Beyond loopback it takes authentication, the names it is called by, and TLS, of its own or of a proxy before it.
    Raises InputError with all that is wanting.
    """
    problems: list[Problem] = []
    address = _address(host, problems)
    local = ipaddress.ip_address(address).is_loopback
    trusted = tuple(_proxy(one, problems) for one in proxies)
    called = tuple(_called(one, problems) for one in names)
    if (certificate is None) != (key is None):
        problems.append(
            Problem(
                "serve-tls",
                "--tls-cert 与 --tls-key 须同时给出",
                "--tls-cert and --tls-key go together",
                Place(path="--tls-cert" if certificate is None else "--tls-key"),
            )
        )
    found = Listening(
        address,
        port,
        local,
        tuple(dict.fromkeys((*LOOPBACK, *called, *_itself(address)))),
        certificate,
        key,
        trusted,
    )
    if found.guarded:
        problems += _wanting(found, bool(called), authenticated)
    if problems:
        raise InputError(problems)
    return found


def _wanting(found: Listening, named: bool, authenticated: bool) -> Iterable[Problem]:
    if not authenticated:
        yield Problem(
            "serve-auth",
            "对外开放须有访问控制：请加 --auth keys，或配置 OIDC",
            "to be open to others it takes control of access: add --auth keys, or configure OIDC",
            Place(path="--auth"),
        )
    if not named:
        yield Problem(
            "serve-host-name",
            "对外开放须写明客户端所用的主机名，如 --host-name xianjie.example.org",
            "to be open to others it takes the name that clients call, such as --host-name xianjie.example.org",
            Place(path="--host-name"),
        )
    if not found.local and found.certificate is None and not found.proxies:
        yield Problem(
            "serve-plain",
            "不能明文对外开放：请给出 --tls-cert 和 --tls-key，或用 --behind-proxy 写明前面代理的地址",
            "it is not served to others in plain text: give --tls-cert and --tls-key, or the address of the proxy "
            "before it with --behind-proxy",
            Place(path="--host"),
        )


def _address(host: str, problems: list[Problem]) -> str:
    if host == "localhost":
        return LOOPBACK[0]
    with suppress(ValueError):
        return str(ipaddress.ip_address(host))
    problems.append(
        Problem(
            "serve-address",
            "监听地址须是 IP 地址或 localhost，如 127.0.0.1、0.0.0.0",
            "what is listened on is an IP address, or localhost, such as 127.0.0.1 or 0.0.0.0",
            Place(path="--host"),
        )
    )
    return LOOPBACK[0]


def _proxy(text: str, problems: list[Problem]) -> str:
    with suppress(ValueError):
        return str(ipaddress.ip_network(text))
    problems.append(
        Problem(
            "serve-proxy",
            "代理须写成 IP 地址或网段，如 10.0.0.5、10.0.0.0/24",
            "a proxy is an IP address or a network, such as 10.0.0.5 or 10.0.0.0/24",
            Place(path="--behind-proxy"),
        )
    )
    return text


def _called(text: str, problems: list[Problem]) -> str:
    name = text.strip().lower().strip("[]")
    if not name or len(name) > 253 or not set(name) <= _NAME:
        problems.append(
            Problem(
                "serve-host-form",
                "主机名只写名称，不带协议、端口和路径；中文域名写成 xn-- 的形式",
                "a host's name stands alone, without scheme, port or path; names beyond ASCII in their xn-- form",
                Place(path="--host-name"),
            )
        )
    return name


def _itself(address: str) -> tuple[str, ...]:
    return () if ipaddress.ip_address(address).is_unspecified else (address,)
