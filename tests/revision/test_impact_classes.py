"""Every pair of statuses has one class, and the table of what is better says what its comments say."""

from __future__ import annotations

from typing import get_args

import pytest

from xianjie.engine.answer import DutyEntry, Eligibility, IncentiveEntry, Referral, Simplification
from xianjie.revision.impact_classes import (
    CHANGE_MEANINGS,
    CHANGE_SIGNS,
    CHANGE_TERMS,
    CHANGES,
    DIMENSION_OF,
    DUTY_LEVELS,
    GIVEN,
    LEVELS,
    MORE_STATUSES,
    NOT_GIVEN,
    OPEN,
    PART_TERMS,
    PARTS,
    Change,
    Part,
    Side,
    change_between,
    change_told,
)
from xianjie.vocabulary.terms import STATUSES


def statuses(model: type, field: str = "status") -> set[str]:
    """List the statuses that the contract's model of a part allows."""
    return _words(model.model_fields[field].annotation)  # type: ignore[attr-defined]


def _words(annotation: object) -> set[str]:
    found: set[str] = set()
    for one in get_args(annotation):
        found |= {one} if isinstance(one, str) else _words(one)
    return found


def test_every_status_of_the_contract_has_its_place() -> None:
    for model in (Eligibility, Referral, Simplification, IncentiveEntry):
        found = statuses(model)
        assert found, model
        assert found <= LEVELS.keys() | OPEN
    assert statuses(DutyEntry) <= DUTY_LEVELS.keys() | OPEN
    assert statuses(DutyEntry, "compliance") <= DUTY_LEVELS.keys() | OPEN
    assert not (LEVELS.keys() | DUTY_LEVELS.keys()) & OPEN
    assert LEVELS.keys() | DUTY_LEVELS.keys() | OPEN <= STATUSES.keys() | MORE_STATUSES.keys()


def test_every_part_and_change_has_words_and_signs_of_its_own() -> None:
    assert set(PART_TERMS) == set(PARTS) == set(DIMENSION_OF)
    assert set(CHANGE_TERMS) == set(CHANGE_MEANINGS) == set(CHANGE_SIGNS) == set(CHANGES)
    assert len(set(CHANGE_SIGNS.values())) == len(CHANGES)


@pytest.mark.parametrize(
    ("part", "before", "after", "change"),
    [
        ("status", "not_matched", "covered", "gained"),
        ("status", "covered", "not_matched", "lost"),
        ("status", "not_stipulated", "priority_match", "gained"),
        ("status", "priority_match", "covered", "reason_changed"),
        ("status", "covered", "not_reported", "lost"),
        ("status", "not_stipulated", "not_matched", "reason_changed"),
        ("group", "covered", "undetermined", "undecided"),
        ("group", "not_matched", "ambiguous", "undecided"),
        ("group", "not_stipulated", "undetermined", "undecided"),
        ("group", "ambiguous", "covered", "settled"),
        ("group", "undetermined", "not_matched", "settled"),
        ("group", "undetermined", "not_stipulated", "settled"),
        ("group", "undetermined", "ambiguous", "reason_changed"),
        ("advice", NOT_GIVEN, GIVEN, "gained"),
        ("advice", GIVEN, NOT_GIVEN, "lost"),
        ("service", "does_not_apply", "applies", "gained"),
        ("service", "does_not_apply", "condition_not_met", "reason_changed"),
        ("incentive", "applies", "condition_not_met", "lost"),
        ("incentive", "applies", "not_stipulated", "lost"),
        ("incentive", "does_not_apply", "not_stipulated", "reason_changed"),
        ("referral", "refused", "allowed", "gained"),
        ("referral", "not_triggered", "allowed", "gained"),
        ("referral", "refused", "not_triggered", "reason_changed"),
        # that the document no longer speaks of it is no permission
        ("referral", "refused", "not_stipulated", "reason_changed"),
        ("referral", "allowed", "not_stipulated", "lost"),
        ("simplification", "not_available", "available", "gained"),
        ("accompanying", "condition_not_met", "applies", "gained"),
        ("duty", "fresh", "due_soon", "lost"),
        ("duty", "due_soon", "due_today", "lost"),
        ("duty", "due_today", "overdue", "lost"),
        ("duty", "overdue", "fresh", "gained"),
        ("duty", "not_met", "in_progress", "gained"),
        ("duty", "met", "in_progress", "lost"),
        # where nothing is due nothing is late, and only being late counts
        ("duty", "not_stipulated", "due_soon", "reason_changed"),
        ("duty", "not_stipulated", "in_progress", "reason_changed"),
        ("duty", "not_stipulated", "not_met", "lost"),
        ("duty", "no_fixed_interval", "overdue", "lost"),
        ("duty", "overdue", "not_stipulated", "gained"),
        ("duty", "no_fixed_interval", "not_reported", "reason_changed"),
        ("compliance", "full", "partial", "lost"),
        ("compliance", "unknown", "full", "settled"),
    ],
)
def test_a_change_of_status(part: Part, before: str, after: str, change: Change) -> None:
    assert change_between(part, Side(before, "a", "一"), Side(after, "a", "一")) == change


@pytest.mark.parametrize("part", PARTS)
def test_there_and_back_are_opposites(part: Part) -> None:
    levels = DUTY_LEVELS if DIMENSION_OF[part] == "duties" else LEVELS
    opposite = {"gained": "lost", "lost": "gained", "undecided": "settled", "settled": "undecided"}
    words = sorted(levels.keys() | OPEN)
    for one in words:
        for other in words:
            there, back = change_between(part, Side(one), Side(other)), change_between(part, Side(other), Side(one))
            assert back == opposite.get(there, there)
            assert (there == "unchanged") is (one == other)


STANDS = Side("applies", "a", "一", "may", None, False, "x")


@pytest.mark.parametrize(
    ("after", "change"),
    [
        (STANDS, "unchanged"),
        (STANDS._replace(force="must"), "force_changed"),
        (STANDS._replace(qualifier="renvoi"), "force_changed"),
        (STANDS._replace(rule="b"), "reason_changed"),
        (STANDS._replace(clause="二"), "reason_changed"),
        (STANDS._replace(flagged=True), "reason_changed"),
        (STANDS._replace(detail="y"), "reason_changed"),
        (STANDS._replace(rule="b", force="must"), "reason_changed"),
        (STANDS._replace(status="condition_not_met", force="must"), "lost"),
    ],
)
def test_a_change_behind_one_status(after: Side, change: Change) -> None:
    assert change_between("incentive", STANDS, after) == change


@pytest.mark.parametrize(
    ("change", "part", "after", "zh", "en"),
    [
        ("lost", "duty", "overdue", "转为逾期", "now overdue"),
        ("lost", "duty", "not_met", "转为未达到", "now not met"),
        ("lost", "duty", "due_soon", "转差", "worse"),
        ("lost", "compliance", "partial", "转差", "worse"),
        ("gained", "duty", "fresh", "转好", "better"),
        ("lost", "service", "not_stipulated", "失去", "lost"),
        ("gained", "referral", "allowed", "得到", "gained"),
        ("undecided", "duty", "undetermined", "转为未定", "undecided"),
    ],
)
def test_a_change_is_told_in_words_that_fit_what_it_befell(
    change: Change, part: Part, after: str, zh: str, en: str
) -> None:
    assert (change_told(change, part, "zh", after), change_told(change, part, "en", after)) == (zh, en)
