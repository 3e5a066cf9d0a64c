"""Name the kind of change between two answers to one question: gained, lost, undecided, settled, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from xianjie.vocabulary.terms import Terms

Change = Literal["gained", "lost", "undecided", "settled", "reason_changed", "force_changed", "unchanged"]
Part = Literal[
    "status", "group", "advice", "service", "referral", "simplification", "accompanying", "incentive", "duty",
    "compliance",
]  # fmt: skip
Dimension = Literal["eligibility", "services", "referral", "incentives", "duties"]

CHANGES: tuple[Change, ...] = get_args(Change)
PARTS: tuple[Part, ...] = get_args(Part)

DIMENSION_OF: Mapping[Part, Dimension] = MappingProxyType(
    {
        "status": "eligibility",
        "group": "eligibility",
        "advice": "eligibility",
        "service": "services",
        "referral": "referral",
        "simplification": "referral",
        "accompanying": "referral",
        "incentive": "incentives",
        "duty": "duties",
        "compliance": "duties",
    }
)
"""The part of an answer that holds each kind of entry."""

CHANGE_TERMS: Terms = MappingProxyType(
    {
        "gained": ("得到", "gained"),
        "lost": ("失去", "lost"),
        "undecided": ("转为未定", "undecided"),
        "settled": ("转为已定", "settled"),
        "reason_changed": ("理由变化", "reason changed"),
        "force_changed": ("力度变化", "force changed"),
        "unchanged": ("不变", "unchanged"),
    }
)
CHANGE_SIGNS: Mapping[Change, str] = MappingProxyType(
    {
        "gained": "+",
        "lost": "−",
        "undecided": "?",
        "settled": "!",
        "reason_changed": "~",
        "force_changed": "^",
        "unchanged": "=",
    }
)
CHANGE_MEANINGS: Terms = MappingProxyType(
    {
        "gained": (
            "结论变得有利：得到原来没有的；台账与时限写“转好”",
            "the status is better: something is given that was not; of a duty, it is further from being late",
        ),
        "lost": (
            "结论变得不利：失去原来有的；台账与时限写“转差”“转为逾期”",
            "the status is worse: something is no longer given; of a duty, it is nearer to being late, or late",
        ),
        "undecided": (
            "原来有结论，现在无法判定或有歧义",
            "it was decided, and is now undetermined or ambiguous",
        ),
        "settled": ("原来无法判定或有歧义，现在有结论", "it was undetermined or ambiguous, and is now decided"),
        "reason_changed": (
            "得失不变，换了规则、条款、期限、缺少的步骤或理由",
            "nothing is won or lost, and another rule, clause, period, missing step or reason stands behind it",
        ),
        "force_changed": (
            "结论和规则都不变，力度变了（如 可以 → 应当）",
            "status and rule are as before, and the force is another (as may → must)",
        ),
        "unchanged": ("都不变", "nothing changed"),
    }
)
PART_TERMS: Terms = MappingProxyType(
    {
        "status": ("对象结论", "eligibility"),
        "group": ("对象类别", "groups"),
        "advice": ("下一步提示", "advice"),
        "service": ("帮扶服务", "services"),
        "referral": ("转介", "referral"),
        "simplification": ("程序简化", "simplification"),
        "accompanying": ("随转介的职责", "around a referral"),
        "incentive": ("激励", "incentives"),
        "duty": ("台账与时限", "duties"),
        "compliance": ("配套要求", "compliance"),
    }
)
DUTY_TERMS: Mapping[Change, tuple[str, str]] = MappingProxyType(
    {"gained": ("转好", "better"), "lost": ("转差", "worse")}
)
"""The words for duties: nobody is given or loses one, it is further from being late or nearer to it."""
TURNED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"overdue": ("转为逾期", "now overdue"), "not_met": ("转为未达到", "now not met")}
)
"""What a duty became, where that is the worst that there is."""
GIVEN, NOT_GIVEN = "given", "not_given"
MORE_STATUSES: Terms = MappingProxyType(
    {
        GIVEN: ("提示", "given"),
        NOT_GIVEN: ("不提示", "not given"),
        "full": ("全部做到", "full"),
        "partial": ("部分做到", "partial"),
        "unknown": ("不能判断", "unknown"),
    }
)
"""Words for what has no status of the contract: whether advice is given, and how far a duty was complied with."""

OPEN = frozenset({"undetermined", "ambiguous", "unknown"})
"""Nothing is decided yet: a fact is wanting, or the text reads two ways."""

LEVELS: Mapping[str, int] = MappingProxyType(
    {
        # Who is helped, and with what. Silence stands with the statuses under which nothing is given: it is no refusal,
        # but nobody can rely on it either, so a rule that goes is lost only to whom it gave something.
        "not_matched": 0,
        "does_not_apply": 0,
        "condition_not_met": 0,
        "refused": 0,
        "not_triggered": 0,
        "not_available": 0,
        NOT_GIVEN: 0,
        "not_stipulated": 0,
        "not_reported": 0,
        # Covered and first in line are two documents' ways to take somebody in; neither is more than the other.
        "covered": 1,
        "priority_match": 1,
        "applies": 1,
        "allowed": 1,
        "available": 1,
        GIVEN: 1,
    }
)
"""Which statuses are better for the person or the organisation that is asked about: the higher."""

DUTY_LEVELS: Mapping[str, int] = MappingProxyType(
    {
        # Seen from whoever owes the duty: how far from being late. A year that still runs is no failure yet.
        "overdue": 0,
        "not_met": 0,
        "partial": 0,
        "due_today": 1,
        "in_progress": 1,
        "due_soon": 2,
        "fresh": 3,
        "met": 3,
        "full": 3,
        "no_fixed_interval": 3,
        "not_stipulated": 3,
        "not_reported": 3,
    }
)
"""The same for duties."""

UNTIMED = frozenset({"no_fixed_interval", "not_stipulated", "not_reported"})
"""No date or number is set, so nothing can be late: against these only being late counts, not how near the day is."""


class Side(NamedTuple):
    """One entry before or after. `detail` is what else it says: a missing step, a due date, a number asked for."""

    status: str
    rule: str | None = None
    clause: str | None = None
    force: str | None = None
    qualifier: str | None = None
    flagged: bool = False
    detail: str | None = None


def change_between(part: Part, before: Side, after: Side) -> Change:
    """Name the change from one entry to another of the same question.

    Between two open statuses, and between two that give the same, the reason changed. Of one status, it changed where
    another rule, clause or detail stands behind it, or where another reading has come to matter; a force, with its
    qualifier, changed where nothing else did.
    """
    if before.status != after.status:
        was_open, is_open = before.status in OPEN, after.status in OPEN
        if was_open or is_open:
            return "reason_changed" if was_open and is_open else "undecided" if is_open else "settled"
        step = _step(part, before.status, after.status)
        return "gained" if step > 0 else "lost" if step < 0 else "reason_changed"
    if _reason(before) != _reason(after):
        return "reason_changed"
    return "unchanged" if before == after else "force_changed"


def change_told(change: Change, part: Part, lang: str, after: str | None = None) -> str:
    """Name a change in words that fit what it befell; `after` is the status afterwards, where there is one."""
    zh, en = CHANGE_TERMS[change]
    if DIMENSION_OF[part] == "duties" and change in DUTY_TERMS:
        zh, en = TURNED.get(after or "", DUTY_TERMS[change]) if change == "lost" else DUTY_TERMS[change]
    return zh if lang == "zh" else en


def _step(part: Part, before: str, after: str) -> int:
    """Say which of two decided statuses is better: above 0 the later one, 0 where neither is."""
    if DIMENSION_OF[part] != "duties":
        return LEVELS[after] - LEVELS[before]
    if before in UNTIMED or after in UNTIMED:
        return (DUTY_LEVELS[after] > 0) - (DUTY_LEVELS[before] > 0)
    return DUTY_LEVELS[after] - DUTY_LEVELS[before]


def _reason(side: Side) -> tuple[object, ...]:
    return side.rule, side.clause, side.flagged, side.detail
