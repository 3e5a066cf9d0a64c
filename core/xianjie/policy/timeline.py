"""The documents of one region in time: which one governs on a day, when each began, and what took its place."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from xianjie.errors import InputError, Place, PolicyError, Problem, nearest
from xianjie.policy.prepared import Policy

Successors = Mapping[str, Sequence[Policy]]
"""For each document's id those that took its place, the first to begin first."""


class Timeline:
    """All documents of one region, each with the last day before another took its place.

    A draft never governs where an issued document, or the report of one, is there: it is answered by where it is named.
    """

    def __init__(self, policies: Sequence[Policy], whole: bool = True) -> None:
        """Take one region's documents, the amended versions among them; not `whole`: some of them, others left out.

        Raises PolicyError where two have one id, where one replaces what is not there or, by a circle, itself, and
        where the dates do not tell which one counts.
        """
        _check_names(policies, whole)
        order = sorted(policies, key=lambda policy: (policy.is_draft, policy.start or dt.date.min, policy.id))
        successors = _successors(order)
        _check_days(order, successors)
        self.region = order[0].region
        self.all: tuple[Policy, ...] = tuple(_placed(policy, successors[policy.id]) for policy in order)
        self._by_id = {policy.id: policy for policy in self.all}
        self._counted = _counted(self.all)
        self._successors = {name: frozenset(one.id for one in found) for name, found in successors.items()}

    @property
    def newest(self) -> Policy:
        """Give the document that begins last, whatever the day; a draft only where there are only drafts."""
        return _last(self._standing(self._counted))

    def governing(self, as_of: int) -> Policy:
        """Give the document that governs on a day, an ordinal: the last to begin; before the first begins, the first.

        One that expired governs on, as lapsed, until another begins: an older one does not come back unsaid.
        """
        if self._counted[0].is_draft:
            return self.newest
        day = dt.date.fromordinal(as_of)
        begun = [policy for policy in self._counted if policy.start is None or policy.start <= day]
        if not begun:
            first = [policy for policy in self._counted if policy.start == self._counted[0].start]
            return _last(self._standing(first))
        return _last(self._standing(begun))

    def named(self, policy_id: str) -> Policy:
        """Give the document of that id, a draft too; InputError names the nearest where there is none."""
        found = self._by_id.get(policy_id)
        if found is None:
            known = tuple(self._by_id)
            near = nearest(policy_id, known)
            raise InputError(
                Problem(
                    "document-unknown",
                    f"{self.region} 没有这份文件" + (f"，是否为 {near}？" if near else f"；有：{'、'.join(known)}"),
                    f"{self.region} has no such document"
                    + (f"; did you mean {near}?" if near else f"; known: {', '.join(known)}"),
                    Place(path=self.region),
                )
            )
        return found

    def _standing(self, policies: Sequence[Policy]) -> list[Policy]:
        """Leave out the documents whose place another of them took."""
        ids = {policy.id for policy in policies}
        return [policy for policy in policies if not self._successors[policy.id] & ids]


def timelines(policies: Sequence[Policy]) -> dict[str, Timeline]:
    """Make a timeline for each region of the policies given, be they all or not, sorted by the region's id."""
    by_region: dict[str, list[Policy]] = {}
    for policy in policies:
        by_region.setdefault(policy.region, []).append(policy)
    return {region: Timeline(found, whole=False) for region, found in sorted(by_region.items())}


def _last(policies: Sequence[Policy]) -> Policy:
    return max(policies, key=lambda policy: policy.start or dt.date.min)


def _counted(policies: Sequence[Policy]) -> list[Policy]:
    """Leave the drafts out, unless there is nothing else."""
    return [policy for policy in policies if not policy.is_draft] or list(policies)


def _placed(policy: Policy, successors: Sequence[Policy]) -> Policy:
    """Write down what came after a document."""
    if not successors:
        return policy
    following = successors[0]
    until = following.start - dt.timedelta(days=1) if following.start is not None else None
    return replace(policy, until=until, replaced_by=following.id)


def _successors(policies: Sequence[Policy]) -> dict[str, list[Policy]]:
    out: dict[str, list[Policy]] = {policy.id: [] for policy in policies}
    for policy in _counted(policies):
        for other in policies:
            if policy is not other and _takes_the_place_of(policy, other):
                out[other.id].append(policy)
    try:
        TopologicalSorter({name: [one.id for one in found] for name, found in out.items()}).prepare()
    except CycleError as error:
        circle = list(dict.fromkeys(error.args[1]))
        first = next(policy for policy in policies if policy.id == circle[0])
        raise PolicyError(
            Problem(
                "replaces-circle",
                f"文件相互取代：{'、'.join(sorted(circle))}",
                f"documents replace each other: {', '.join(sorted(circle))}",
                first.origin.place(("document", "replaces")),
            )
        ) from None
    return out


def _takes_the_place_of(policy: Policy, other: Policy) -> bool:
    """Tell whether a document replaces another, in whatever version, or is its next version."""
    if policy.overlays and policy.overlays[-1].base == other.id:
        return True
    names = {other.id, *(overlay.base for overlay in other.overlays)}
    return policy.root not in names and not names.isdisjoint(policy.file.document.replaces)


def _check_names(policies: Sequence[Policy], whole: bool) -> None:
    problems = []
    counted = Counter(policy.id for policy in policies)
    for policy in policies:
        if counted[policy.id] > 1:
            place = policy.origin.place(("id",))
            problems.append(Problem("document-doubled", "文件编号重复", "the document's id is used twice", place))
        for number, name in enumerate(policy.file.document.replaces):
            if (whole and name not in counted) or name == policy.id:
                near = nearest(name, [one for one in counted if one != policy.id])
                problems.append(
                    Problem(
                        "replaces-unknown",
                        "这个地区没有另一份这个编号的文件" + (f"，是否为 {near}？" if near else ""),
                        "the region has no other document of this id" + (f"; did you mean {near}?" if near else ""),
                        policy.origin.place(("document", "replaces", number)),
                    )
                )
    if problems:
        raise PolicyError(problems)


def _check_days(policies: Sequence[Policy], successors: Successors) -> None:
    """Refuse what dates cannot settle: a successor without a day or before its time, and two that begin together."""
    problems = []
    for policy in policies:
        for other in successors[policy.id]:
            if other.start is None and not other.is_draft:
                problems.append(
                    Problem(
                        "successor-undated",
                        f"取代或修改了 {policy.id}，须有施行日、印发日或成文日",
                        f"takes the place of {policy.id} and needs a date: effective, issued or adopted",
                        other.origin.place(("document",)),
                    )
                )
            elif other.start is not None and policy.start is not None and other.start < policy.start:
                problems.append(
                    Problem(
                        "successor-earlier",
                        f"取代或修改了 {policy.id}，却比它开始得早",
                        f"takes the place of {policy.id} and yet begins before it",
                        other.origin.place(("document",)),
                    )
                )
    counted = _counted(policies)
    problems += [
        Problem(
            "documents-same-day",
            f"与 {other.id} 从同一天开始，或都没有日期；须用 replaces 写明谁取代谁",
            f"begins on the day on which {other.id} does, or neither has a date: say by `replaces` which one counts",
            policy.origin.place(("document",)),
        )
        for number, policy in enumerate(counted)
        for other in counted[:number]
        if policy.start == other.start
        and not _leads(policy, other, successors)
        and not _leads(other, policy, successors)
    ]
    if problems:
        raise PolicyError(problems)


def _leads(policy: Policy, other: Policy, successors: Successors) -> bool:
    """Tell whether one document's place was taken, step by step, by another."""
    return any(one.id == other.id or _leads(one, other, successors) for one in successors[policy.id])
