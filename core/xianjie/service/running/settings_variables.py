"""Read the settings out of the environment: one table of all that xianjie takes from there."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xianjie.access import Rate
from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.service.door.provider import PREFIX as OIDC
from xianjie.service.door.provider import provider_from
from xianjie.service.settings import ServiceSettings

PREFIX = "XIANJIE_"


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment. `setting` and `read`: what of the settings it sets, and how it is read."""

    name: str
    zh: str
    en: str
    setting: str | None = None
    read: Callable[[str], Any] | None = None


def _size(text: str) -> int:
    units = {"kb": 1024, "mb": 1024**2, "gb": 1024**3}
    number, unit = (text[:-2], units[text[-2:].lower()]) if text[-2:].lower() in units else (text, 1)
    return _count(number) * unit


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and int(text) > 0):
        raise ValueError
    return int(text)


def _seconds(text: str) -> float:
    found = float(text)
    if not (math.isfinite(found) and 0 <= found <= 86_400):
        raise ValueError
    return found


def _rate(text: str) -> Rate:
    count, seconds, burst = (_count(part) for part in text.split("/"))
    return Rate(count, seconds, burst)


VARIABLES = (
    Variable(
        "XIANJIE_AMENDMENTS",
        "在工作台发布的修改文件所在的文件夹（缺省在 XIANJIE_HOME 下）",
        "the folder of amendments published in the workbench (else in XIANJIE_HOME)",
    ),
    Variable("XIANJIE_HOME", "用户自己的文件夹：存储、密钥、原文副本", "the folder of the user's own files"),
    Variable(
        "XIANJIE_POPULATIONS",
        "判定完的人群所在的文件夹，其下每个子文件夹是一次测算",
        "the folder of finished populations, a folder in it for each",
        "populations",
        Path,
    ),
    Variable("XIANJIE_DATABASE_URL", "存储所在：文件夹，或 postgresql://…", "the store: a folder, or postgresql://…"),
    Variable("XIANJIE_KEYS_FILE", "密钥文件", "the key file"),
    Variable("XIANJIE_KEYS", "密钥文件的内容，代替文件", "the key file's content, in its place"),
    Variable("XIANJIE_LANG", "命令行的语言 zh en", "the language of commands: zh, en"),
    Variable("XIANJIE_URL", "客户端所访问的服务", "the service that the client calls"),
    Variable("XIANJIE_API_KEY", "客户端的接口密钥", "the client's API key"),
    Variable("XIANJIE_HOST", "同 --host", "as --host"),
    Variable("XIANJIE_PORT", "同 --port", "as --port"),
    Variable("XIANJIE_HOST_NAMES", "同 --host-name，空格分开", "as --host-name, with spaces between"),
    Variable("XIANJIE_AUTH", "同 --auth", "as --auth"),
    Variable("XIANJIE_TLS_CERT", "同 --tls-cert", "as --tls-cert"),
    Variable("XIANJIE_TLS_KEY", "同 --tls-key", "as --tls-key"),
    Variable("XIANJIE_BEHIND_PROXY", "同 --behind-proxy，空格分开", "as --behind-proxy, with spaces between"),
    Variable("XIANJIE_WORKERS", "同 --workers", "as --workers"),
    Variable("XIANJIE_LOG_LEVEL", "同 --log-level", "as --log-level"),
    Variable("XIANJIE_LARGEST_BODY", "正文至多多大", "the largest body", "largest_body", _size),
    Variable("XIANJIE_LARGEST_BATCH", "批量正文至多多大", "the largest body of a batch", "largest_batch", _size),
    Variable("XIANJIE_LARGEST_OVERLAY", "带 overlay 的正文", "the largest body with one", "largest_overlay", _size),
    Variable("XIANJIE_MOST_CASES", "批量至多多少个个案", "the most cases of a batch", "most_cases", _count),
    Variable("XIANJIE_BATCHES", "同时进行的批量", "batches at once", "batches", _count),
    Variable("XIANJIE_THREADS", "同时判定的线程", "threads that decide", "threads", _count),
    Variable("XIANJIE_STORING", "同时使用存储的请求", "requests at the store at once", "storing", _count),
    Variable("XIANJIE_PROVING", "同时进行的求解", "proofs at once", "proving", _count),
    Variable("XIANJIE_RATE", "一个使用者的请求：次数/秒/一时", "one asker's: requests/seconds/at once", "rate", _rate),
    Variable(
        "XIANJIE_FAILURE_RATE",
        "一个地址被拒绝的次数：次数/秒/一时",
        "refusals of one address: number/seconds/at once",
        "failure_rate",
        _rate,
    ),
    Variable(
        "XIANJIE_KEY_SECONDS", "吊销的密钥至多还能用多久", "how long a revoked key may last", "key_seconds", _seconds
    ),
    Variable("XIANJIE_PROVING_SECONDS", "一件求解的时限", "time for one proof", "proving_seconds", _seconds),
    Variable("XIANJIE_WAITING_SECONDS", "等候空位的时限", "how long to wait for a place", "waiting_seconds", _seconds),
    Variable("XIANJIE_BODY_SECONDS", "正文到达的时限", "time for a body to arrive", "body_seconds", _seconds),
    Variable(
        "XIANJIE_DRAINING_SECONDS",
        "停止前仍接受请求、/readyz 答 503 的时间",
        "how long requests are still taken before it stops, with 503 at /readyz",
        "draining_seconds",
        _seconds,
    ),
)
"""What is taken from the environment, apart from what names a provider of logins, which stands with the provider."""


def settings_from(environment: Mapping[str, str], settings: ServiceSettings | None = None) -> ServiceSettings:
    """Read what the environment sets; the rest stays as given.

    InputError: `setting-variable` for each variable at fault, `oidc-setting` for the provider of logins.
    """
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for variable in VARIABLES:
        text = environment.get(variable.name, "").strip()
        if not text or variable.setting is None or variable.read is None:
            continue
        try:
            found[variable.setting] = variable.read(text)
        except ValueError:
            problems.append(
                Problem(
                    "setting-variable",
                    "写法不对：个数如 4，大小如 2MB，时间如 30（秒，至多 86400），频率如 600/60/200",
                    "not well written: a number as 4, a size as 2MB, a time as 30 (seconds, 86400 at most), "
                    "a rate as 600/60/200",
                    Place(path=variable.name),
                )
            )
    if problems:
        raise InputError(problems)
    provider = provider_from(environment)
    if provider is not None:
        found["provider"] = provider
    return replace(settings or ServiceSettings(), **found)


def strangers(environment: Mapping[str, str]) -> list[Problem]:
    """Name the variables that begin with XIANJIE_ and mean nothing, each with the nearest that does."""
    known = [variable.name for variable in VARIABLES]
    out = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known and not name.startswith(OIDC):
            near = nearest(name, known)
            zh, en = (f"，是否为 {near}？", f"; is {near} meant?") if near else ("", "")
            out.append(
                Problem(
                    "variable-unknown",
                    f"没有这个环境变量{zh}",
                    f"there is no such variable{en}",
                    Place(path=name[:60]),
                )
            )
    return out
