"""Read who approved which change, why and under which document; and tell what nobody approved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints, TypeAdapter, ValidationError

from xianjie.errors import InputError, Place, Problem, nearest
from xianjie.policy.model import Part, Text
from xianjie.policy.prepared import Policy
from xianjie.policy.shape import shape_problems
from xianjie.policy.yaml_tree import YamlTree
from xianjie.revision.impact import Counted, Impact
from xianjie.revision.impact_classes import Dimension
from xianjie.revision.impact_entries import Row
from xianjie.source import read_text

LARGEST = 4 * 1024 * 1024

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Approvable = Literal["gained", "lost", "undecided", "settled", "reason_changed", "force_changed"]


class Approval(Part):
    """One approval: a change that a rule brings about, who approved it, why, and the document's number.

    `rule` is null for a change that hangs on no rule, as between two kinds of silence. `until` is the last day on which
    the approval holds.
    """

    change: Approvable
    dimension: Dimension
    rule: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None
    clause: Text | None = None
    who: Said
    why: Said
    document: Said
    until: dt.date | None = None

    def covers(self, row: Row) -> bool:
        """Tell whether a row is of the kind that was approved."""
        asked = (self.change, self.dimension, self.rule, row.clause if self.clause is None else self.clause)
        return asked == (row.change, row.dimension, row.rule, row.clause)


@dataclass(frozen=True, slots=True)
class Approvals:
    """The approvals of a file, in its order, each with its place."""

    all: tuple[Approval, ...]
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """An impact with the approval of each row, None where nobody approved it.

    `warnings` tell which approvals have run out, and which approve nothing that happens.
    """

    rows: tuple[tuple[Counted, Approval | None], ...]
    warnings: tuple[Problem, ...]

    @property
    def unapproved(self) -> int:
        """Count the rows that nobody approved."""
        return sum(approval is None for _, approval in self.rows)


NONE = Approvals((), ())
"""No approvals at all: every change is unapproved."""


def read_approvals(path: Path, old: Policy, new: Policy) -> Approvals:
    """Read an approvals file (YAML: a list) that belongs to a policy and its revision.

    Raises InputError with every fault at file:line:column: of shape, or a rule or clause that is in neither policy.
    """
    return approvals_in(read_text(path, LARGEST), str(path), old, new)


def approvals_in(text: str, source: str, old: Policy, new: Policy) -> Approvals:
    """Read the text of an approvals file; `source` names it in errors, which are as of `read_approvals`."""
    tree = YamlTree(text, source, InputError)
    try:
        found = _LIST.validate_python(tree.value)
    except ValidationError as error:
        raise InputError(shape_problems(error, tree, (Approval,))) from None
    problems = list(_unknown(found, tree, (old, new)))
    if problems:
        raise InputError(problems)
    return Approvals(tuple(found), tuple(tree.place((number,)) for number in range(len(found))))


_LIST = TypeAdapter(list[Approval])


def _unknown(approvals: Sequence[Approval], tree: YamlTree, policies: Iterable[Policy]) -> Iterable[Problem]:
    rules: dict[str, None] = {}
    clauses: dict[str, None] = {}
    for policy in policies:
        rules.update(dict.fromkeys(rule.id for _, rule in policy.rules()))
        clauses.update(dict.fromkeys(clause.path for clause in policy.file.clauses))
    for number, approval in enumerate(approvals):
        if approval.rule is not None and approval.rule not in rules:
            near = nearest(approval.rule, tuple(rules))
            yield Problem(
                "approval-rule-unknown",
                "修订前后的文件里都没有这条规则" + (f"，是否为 {near}？" if near else ""),
                "neither policy has this rule" + (f"; did you mean {near}?" if near else ""),
                tree.place((number, "rule")),
            )
        if approval.clause is not None and approval.clause not in clauses:
            near = nearest(approval.clause, tuple(clauses))
            yield Problem(
                "approval-clause-unknown",
                "修订前后的文件里都没有这一条" + (f"，是否为 {near}？" if near else ""),
                "neither policy has this clause" + (f"; did you mean {near}?" if near else ""),
                tree.place((number, "clause")),
            )


def judge(found: Impact, approvals: Approvals, today: int) -> Judged:
    """Give each row the first approval that covers it and still holds on `today` (an ordinal)."""
    day = dt.date.fromordinal(today)
    holding = [approval.until is None or day <= approval.until for approval in approvals.all]
    used: set[int] = set()
    rows = []
    for counted in found.rows:
        covering = [number for number, one in enumerate(approvals.all) if one.covers(counted.row)]
        used.update(covering)
        rows.append((counted, next((approvals.all[number] for number in covering if holding[number]), None)))
    warnings = []
    for number, place in enumerate(approvals.places):
        if not holding[number]:
            warnings.append(
                Problem("approval-expired", "这项批准已过期，不再起作用", "this approval has run out", place)
            )
        elif number not in used:
            warnings.append(
                Problem(
                    "approval-unused",
                    "这项批准没有对应的变化",
                    "nothing that happens is covered by this approval",
                    place,
                )
            )
    return Judged(tuple(rows), tuple(warnings))
