"""The shapes of what is asked in a request's body, around the case, whose own shape the vocabulary makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from xianjie.cases.shape import Day, Shape
from xianjie.errors import InputError, Problem, nearest
from xianjie.service.divisions import DivisionCode
from xianjie.service.problems import at
from xianjie.vocabulary import BASE
from xianjie.vocabulary.terms import DIMENSIONS

MOST_REGIONS = 50

Reference = Annotated[str, Field(max_length=200)]
References = Annotated[list[Reference], Field(max_length=MOST_REGIONS)]
Word = Annotated[str, Field(max_length=200)]
Words = Annotated[list[Word], Field(max_length=200)]
Readings = Annotated[dict[Word, Word], Field(max_length=200)]
Language = Literal["zh", "en"]

ASKED = ("eligibility", "services", "referral", "incentives")
"""The dimensions that questions can be asked for; duties are counted, not inferred."""
EVERYTHING = "all"
EARLIEST = dt.date(BASE["duty.year"].least or 1, 1, 1).toordinal()
OFFICE = "为哪个机关判定，采用它选定的读法 the office, whose settled readings apply"
READINGS = "本单位采用的读法 the readings that an office settled on"


class SettingsAsked(Shape):
    """答案的设置 what an answer is given under.

    `readings` maps a set of readings, `region:set`, to the option that an office settled on. `overlay` supposes changes
    of a document: an overlay, or a list of them.
    """

    due_soon_days: int = Field(default=30, ge=0, le=3660, description="提前几天算即将到期 days that count as due soon")
    readings: Readings = Field(default={}, description=READINGS)
    overlay: Annotated[list[dict[str, Any]], Field(max_length=20)] | dict[str, Any] | None = Field(
        default=None, description="设想的改动 changes that are supposed"
    )


class AssessmentAsked(Shape):
    """一个个案问若干地区 one case put to regions.

    `as_of` stands before the case's own date; where neither is given, it is today in Beijing.
    """

    case: Any = Field(description="个案 the case")
    regions: References = Field(default=[], description="地区，或 地区@文件编号 regions, or region@document")
    as_of: Day | None = Field(default=None, description="判定日 the date of evaluation")
    settings: SettingsAsked = SettingsAsked()
    lang: Language = Field(default="zh", description="理由的语言 the language of the reasons")
    office: DivisionCode | None = Field(default=None, description=OFFICE)


class ComparisonAsked(Shape):
    """若干份文件逐个议题并排 documents side by side, topic by topic.

    Without `regions` every region is compared. `case`: what one case comes to in each, besides.
    """

    regions: References = Field(default=[], description="地区，不写则全部 regions; all where none is named")
    topics: Words | None = Field(default=None, description="议题或维度 topics or dimensions, by id or term")
    only_differences: bool = Field(default=False, description="只要有差异的 only what differs")
    case: Any = Field(default=None, description="同一个案在各地的结论 what one case comes to in each")
    as_of: Day | None = Field(default=None, description="比较日 the date of comparison")
    lang: Language = Field(default="zh", description="语言 the language of the texts")


class DifferenceAsked(Shape):
    """两份文件对哪些个案结论不同 which cases two documents answer differently, or proof that there are none."""

    left: Reference = Field(description="地区，或 地区@文件编号 region, or region@document")
    right: Reference = Field(description="同上 the same")
    dimensions: Words | None = Field(default=None, description="维度，不写则全部 dimensions; all where none is named")
    complete: bool = Field(default=False, description="只看各项都有记录的个案 only cases with every fact recorded")
    by_rule: bool = Field(default=False, description="按类别、规则、力度、条款细分 classes told apart by rule as well")
    as_of: Day | None = Field(default=None, description="判定日 the date of evaluation")
    seconds: int = Field(default=5, ge=1, le=30, description="求解器每一问的时限 time for one question to the solver")


class QuestionsAsked(Shape):
    """要判定一个个案还须问什么 what to ask so that a case can be decided.

    `dimensions` may be `all`: every one that the case allows of; a referral needs its direction.
    """

    case: Any = Field(description="个案 the case")
    regions: References = Field(default=[], description="地区，或 地区@文件编号 regions, or region@document")
    dimensions: Words = Field(default=["eligibility"], description="要判定的维度 the dimensions to decide")
    readings: Readings = Field(default={}, description=READINGS)
    as_of: Day | None = Field(default=None, description="判定日 the date of evaluation")
    seconds: int = Field(default=5, ge=1, le=30, description="求解器每一问的时限 time for one question to the solver")
    office: DivisionCode | None = Field(default=None, description=OFFICE)


def provable(day: int) -> int:
    """Refuse a date before the first year that a duty can have: cases of the solver would have such years."""
    if day < EARLIEST:
        early = dt.date.fromordinal(EARLIEST).year
        zh, en = f"判定日不得早于 {early} 年", f"the date of evaluation must not be before {early}"
        raise InputError(Problem("as-of-early", zh, en, at(("as_of",))))
    return day


def dimensions_named(words: Sequence[str], known: Sequence[str]) -> list[str]:
    """Give the dimensions that words name by id or Chinese term, each once; InputError names the nearest."""
    by_term = {DIMENSIONS[name][0]: name for name in known if name in DIMENSIONS}
    problems = []
    for number, word in enumerate(words):
        if word not in known and word not in by_term:
            near = nearest(word, (*known, *by_term))
            zh = "没有这个维度" + (f"，是否为 {near}？" if near else f"；可用：{'、'.join(known)}")
            en = "no such dimension" + (f"; did you mean {near}?" if near else f"; known: {', '.join(known)}")
            problems.append(Problem("dimension-unknown", zh, en, at(("dimensions", number))))
    if problems:
        raise InputError(problems)
    return list(dict.fromkeys(by_term.get(word, word) for word in words))
