"""The ways in which records refuse, each of a kind that HTTP has a status for, with a stable code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.access import Decision
from xianjie.access.deciding import ORGANISATION
from xianjie.errors import Place, Problem, XianjieError


class RecordError(XianjieError):
    """A record is not given, or not changed; `code` says why, `members` what a machine can read besides."""

    def __init__(self, problems: Problem | Sequence[Problem], members: Mapping[str, Any] | None = None) -> None:
        super().__init__(problems)
        self.members: Mapping[str, Any] = dict(members or {})

    @property
    def code(self) -> str:
        """Give the first problem's code."""
        return self.problems[0].code


class Missing(RecordError):  # noqa: N818 - named for what is told
    """There is no such record, or none that the asker may know of."""


class Denied(RecordError):  # noqa: N818
    """The asker may not do this."""


class Clash(RecordError):  # noqa: N818
    """The request does not fit the state in which the records are."""


class Stale(RecordError):  # noqa: N818
    """The record was changed since the asker read it."""


class Unversioned(RecordError):  # noqa: N818
    """A change does not say which version of the record it is a change of."""


def missing() -> Missing:
    """Tell that there is no such record, in the same words whether it is there for others or not."""
    return Missing(Problem("record-unknown", "没有这条记录", "there is no such record"))


def denied(decision: Decision, named: str | None = None) -> Missing | Denied:
    """Tell that somebody may not; where even the record's being is not for them, as if there were none.

    `named` is the part of the request that is not for them, where it is of their own writing.
    """
    if decision.hides and named is None:
        return missing()
    part = "organisation" if named is not None and decision.code == ORGANISATION.code else named
    return Denied(Problem(decision.code, decision.zh, decision.en, Place(path=part)))


def stale() -> Stale:
    """Tell that the record is at another version than the asker's."""
    return Stale(
        Problem(
            "record-changed",
            "这条记录已被改动，请重新读取后再改",
            "this record was changed meanwhile: read it again, then change it",
        )
    )


def unversioned() -> Unversioned:
    """Tell that the version is wanted."""
    return Unversioned(
        Problem(
            "version-needed",
            "修改须带 If-Match，写明所改的版本（读取时的 ETag）",
            "a change needs If-Match with the version that it changes: the ETag it was read with",
        )
    )


def clash(code: str, zh: str, en: str, path: str | None = None) -> Clash:
    """Tell why a request does not fit the state of things."""
    return Clash(Problem(code, zh, en, Place(path=path)))
