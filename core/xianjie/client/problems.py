"""What goes wrong with a call: the service says no, in the words of RFC 9457, or it cannot be reached."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.errors import Place, Problem, XianjieError

_CODE = re.compile(r"[a-z][a-z0-9-]{0,60}")
_LONGEST = 500
_MEMBERS = frozenset({"type", "title", "status", "detail", "code", "errors", "instance", "line"})


class ClientError(XianjieError):
    """A call did not succeed."""


class Unreachable(ClientError):  # noqa: N818 - named for what is told
    """The service was not reached, or what it answered did not arrive: whether it did its work is not known."""


class ProblemError(ClientError):
    """The service refused. `errors` are its faults, one by one; `instance` names the request in its log.

    `retry_after`: seconds to wait, where the service says so. `more`: what else the problem holds, such as the missing
    step of a referral.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        errors: Sequence[Problem],
        instance: str | None = None,
        retry_after: float | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(errors or (Problem(code, detail, detail),))
        self.status, self.code, self.detail = status, code, detail
        self.errors: tuple[Problem, ...] = tuple(errors)
        self.instance, self.retry_after = instance, retry_after
        self.more: Mapping[str, Any] = dict(more or {})

    def __str__(self) -> str:
        """Write status and code, then each fault on a line."""
        return "\n".join([f"{self.status} {self.code}", *(problem.text("zh") for problem in self.problems)])

    def __reduce__(self) -> tuple[Any, ...]:
        """Let it be sent between processes."""
        members = (self.status, self.code, self.detail, self.errors, self.instance, self.retry_after, self.more)
        return type(self), members


def unreachable(why: str) -> Unreachable:
    """Tell that the service was not reached; `why` is the kind of failure."""
    zh, en = f"没有得到服务的回答：{why}", f"no answer came from the service: {why}"
    return Unreachable(Problem("service-unreachable", zh, en))


def unexpected(status: int) -> ProblemError:
    """Tell that something answered which is not the service, such as a proxy; its words are not repeated."""
    zh = "回答的形状不是这个服务的：核对地址，和中间的代理"
    en = "what answered has not the form of this service's answers: check the address, and proxies on the way"
    return ProblemError(status, "reply-unexpected", zh, (Problem("reply-unexpected", zh, en),))


def problem_error(status: int, content: bytes, retry_after: float | None = None) -> ProblemError:
    """Read the problem that a service tells."""
    try:
        told = json.loads(content)
    except ValueError:
        told = None
    return _told(status, told, retry_after) or unexpected(status)


def line_problem(told: Mapping[str, Any]) -> ProblemError | None:
    """Read the problem of one case of a batch; None where it is none."""
    status = told.get("status")
    return _told(status, told, None) if isinstance(status, int) else None


def _told(status: int, told: object, retry_after: float | None) -> ProblemError | None:
    if not isinstance(told, Mapping):
        return None
    code, detail, instance = told.get("code"), told.get("detail"), told.get("instance")
    if not (isinstance(code, str) and _CODE.fullmatch(code) and isinstance(detail, str)):
        return None
    faults = told.get("errors")
    found = [_fault(one) for one in faults if isinstance(one, Mapping)] if isinstance(faults, list) else []
    where = instance[:_LONGEST] if isinstance(instance, str) else None
    more = {name: value for name, value in told.items() if name not in _MEMBERS}
    return ProblemError(status, code, detail[:_LONGEST], found, where, retry_after, more)


def _fault(told: Mapping[str, Any]) -> Problem:
    detail, parameter = str(told.get("detail", ""))[:_LONGEST], told.get("parameter")
    path = told.get("pointer") if parameter is None else f"?{parameter}"
    line, column = told.get("line"), told.get("column")
    place = Place(
        line=line if isinstance(line, int) else None,
        column=column if isinstance(column, int) else None,
        path=path if isinstance(path, str) else None,
    )
    return Problem(str(told.get("code", "")), detail, detail, place)
