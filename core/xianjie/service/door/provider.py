"""An OIDC provider as it is set: whose tokens are taken, for whom, by which algorithms, and where their roles stand."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn
from urllib.parse import urlsplit

from xianjie.access import ClaimRules, Role
from xianjie.errors import InputError, Place, Problem

KINDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
        "ES256": "P-256",
        "ES384": "P-384",
        "ES512": "P-521",
    }
)
"""The algorithms that can be allowed, each with its kind of key: signatures alone, never `none` or a shared secret."""

PREFIX = "XIANJIE_OIDC_"

VARIABLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "XIANJIE_OIDC_ISSUER": ("登录系统的地址，https://…", "the provider's address, https://…"),
        "XIANJIE_OIDC_AUDIENCE": (
            "令牌须发给谁：本接口在登录系统中的名字",
            "whom tokens are for: this interface's name there",
        ),
        "XIANJIE_OIDC_ALGORITHMS": ("接受的签名算法，空格分开", "the algorithms taken, with spaces between"),
        "XIANJIE_OIDC_ROLES": ("角色的对应：那边的名字=这边的角色，空格分开", "roles: NAME=ROLE, with spaces between"),
        "XIANJIE_OIDC_IGNORED_ROLES": ("不理会的角色名，空格分开", "names of roles that mean nothing here"),
        "XIANJIE_OIDC_ROLES_CLAIM": ("角色所在的声明，如 realm_access.roles", "where the roles stand"),
        "XIANJIE_OIDC_DIVISION_CLAIM": ("区划所在的声明", "where the divisions stand"),
        "XIANJIE_OIDC_ORGANISATION_CLAIM": ("组织编号所在的声明", "where the organisation's id stands"),
        "XIANJIE_OIDC_CLIENT_ID": (
            "网页登录：工作台在登录系统中的客户端名",
            "for pages: the client id there",
        ),
        "XIANJIE_OIDC_CLIENT_SECRET_FILE": (
            "网页登录：存有客户端密码的文件；公开客户端不写",
            "for pages: the file with the client's secret; none for a public client",
        ),
        "XIANJIE_OIDC_SCOPES": (
            "网页登录：请求的范围，空格分开，默认 openid",
            "for pages: the scopes, by default openid",
        ),
    }
)
"""What is read from the environment."""


@dataclass(frozen=True, slots=True)
class Client:
    """The workbench as the provider knows it, where people log in there. `secret`: None for a public client."""

    id: str
    secret: str | None = field(default=None, repr=False)
    scopes: str = "openid"


@dataclass(frozen=True, slots=True)
class Provider:
    """An OIDC provider. `algorithms` are names in KINDS; all times are in seconds.

    Its keys are asked for again after `kept`; when a token names one that is not known, at most once in `between`; and
    when it was not there, at most once in `pause`. Keys that were had go on for `stale` while it is not there.
    """

    rules: ClaimRules
    algorithms: tuple[str, ...] = ("RS256", "PS256", "ES256")
    patience: float = 5.0
    kept: float = 3600.0
    between: float = 60.0
    pause: float = 10.0
    stale: float = 86_400.0
    client: Client | None = None

    def __post_init__(self) -> None:
        """Check that the provider is called over TLS, and that its algorithms are safe; InputError."""
        check_url(self.rules.issuer)
        if not self.algorithms or not set(self.algorithms) <= set(KINDS):
            known = "、".join(KINDS)
            raise InputError(
                Problem("oidc-algorithm", f"签名算法只能是 {known}", f"the algorithms are among {', '.join(KINDS)}")
            )


def check_url(url: str) -> None:
    """Refuse an address that is not called over TLS, but for one on this machine; InputError `oidc-url`."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        safe = parts.scheme == "https" or (parts.scheme == "http" and _is_here(host))
    except ValueError:
        host, safe = "", False
    if not host or not safe or "@" in url or "?" in url or "#" in url:
        zh = "登录系统的地址须是 https://…，不含口令、查询和片段"
        raise InputError(Problem("oidc-url", zh, "the provider's address is https://… with no password, query or #"))


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def provider_from(environment: Mapping[str, str]) -> Provider | None:
    """Read the provider that the environment names; None where it names none. InputError where it is not whole."""
    given = {name: text.strip() for name, text in environment.items() if name.startswith(PREFIX) and text.strip()}
    for name in sorted(given):
        if name not in VARIABLES:
            _bad(name[:60], "没有这个环境变量", "there is no such variable")
    if not given:
        return None
    for name in ("XIANJIE_OIDC_ISSUER", "XIANJIE_OIDC_AUDIENCE"):
        if name not in given:
            _bad(name, "用登录系统，这一项须写明", "where a provider is used, this is needed")
    rules: dict[str, Any] = {"issuer": given["XIANJIE_OIDC_ISSUER"], "audience": given["XIANJIE_OIDC_AUDIENCE"]}
    if "XIANJIE_OIDC_ROLES" in given:
        rules["roles"] = _roles(given["XIANJIE_OIDC_ROLES"])
    if "XIANJIE_OIDC_IGNORED_ROLES" in given:
        rules["ignored"] = frozenset(given["XIANJIE_OIDC_IGNORED_ROLES"].split())
    for claim in ("roles_claim", "division_claim", "organisation_claim"):
        path = given.get(PREFIX + claim.upper())
        if path is not None:
            rules[claim] = (path,) if "://" in path else tuple(path.split("."))
    more: dict[str, Any] = {}
    if "XIANJIE_OIDC_ALGORITHMS" in given:
        more["algorithms"] = tuple(given["XIANJIE_OIDC_ALGORITHMS"].split())
    return Provider(ClaimRules(**rules), client=_client(given), **more)


def _client(given: Mapping[str, str]) -> Client | None:
    id = given.get("XIANJIE_OIDC_CLIENT_ID")
    file = given.get("XIANJIE_OIDC_CLIENT_SECRET_FILE")
    scopes = given.get("XIANJIE_OIDC_SCOPES", "openid")
    if id is None:
        for name in ("XIANJIE_OIDC_CLIENT_SECRET_FILE", "XIANJIE_OIDC_SCOPES"):
            if name in given:
                _bad(name, "要有 XIANJIE_OIDC_CLIENT_ID 才有意义", "it means nothing without XIANJIE_OIDC_CLIENT_ID")
        return None
    if "openid" not in scopes.split():
        _bad("XIANJIE_OIDC_SCOPES", "须含 openid", "openid must be among them")
    secret = None
    if file is not None:
        try:
            secret = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            secret = ""
        if not secret:
            _bad("XIANJIE_OIDC_CLIENT_SECRET_FILE", "文件读不到，或是空的", "the file cannot be read, or is empty")
    return Client(id, secret, scopes)


def _roles(text: str) -> Mapping[str, Role]:
    found = {}
    for part in text.split():
        name, _, role = part.partition("=")
        if not name or role not in [one.value for one in Role]:
            known = "、".join(Role)
            _bad("XIANJIE_OIDC_ROLES", f"须写作 名字=角色，角色有 {known}", f"write NAME=ROLE, of {', '.join(Role)}")
        found[name] = Role(role)
    return found


def _bad(name: str, zh: str, en: str) -> NoReturn:
    raise InputError(Problem("oidc-setting", zh, en, Place(path=name)))
