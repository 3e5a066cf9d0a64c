"""Readings: where they agree, where they differ, and what each set says follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from tests.engine.asking import ask_small, group, small_policy

from xianjie.engine.readings import Outcome, Settled, settle
from xianjie.policy.prepared import Reading, Readings

UNREAD = Readings((Reading("", True, {}),), {})


def readings(**axes: tuple[str, Sequence[str]]) -> Readings:
    """Combine axes of (what follows, options), the first option of each being recommended."""
    combined = []
    for choice in product(*(options for _, options in axes.values())):
        recommended = all(word == options[0] for word, (_, options) in zip(choice, axes.values(), strict=True))
        combined.append(Reading("+".join(choice), recommended, dict(zip(axes, choice, strict=True))))
    return Readings(tuple(combined), {axis: differ for axis, (differ, _) in axes.items()})


def settled(how: Readings, statuses: Sequence[str], chosen: Mapping[str, str] | None = None) -> Settled:
    """Settle outcomes of these statuses; an undetermined one misses `fact.<place>`."""
    outcomes = [
        Outcome(status, (f"fact.{place}",) if status == "undetermined" else ()) for place, status in enumerate(statuses)
    ]
    return settle(how, outcomes, chosen or {})


AMBIGUOUS = readings(size=("ambiguous", ("flat", "per-head")))
RECOMMENDED = readings(anchor=("recommended", ("refused", "submitted")))
BOTH = readings(size=("ambiguous", ("flat", "per-head")), anchor=("recommended", ("refused", "submitted")))
# flat+refused, flat+submitted, per-head+refused, per-head+submitted


def test_one_reading_is_its_outcome_and_lists_nothing() -> None:
    for status in ("covered", "not_matched", "undetermined"):
        found = settled(UNREAD, [status])
        assert (found.status, found.flagged, found.readings, found.standing) == (status, False, [], (0,))
    assert settled(UNREAD, ["undetermined"]).missing == ("fact.0",)


@pytest.mark.parametrize("how", [AMBIGUOUS, RECOMMENDED])
def test_readings_that_agree_give_their_status_unflagged_and_are_still_listed(how: Readings) -> None:
    found = settled(how, ["covered", "covered"])
    assert (found.status, found.flagged) == ("covered", False)
    assert [(entry["reading"], entry["recommended"], entry["status"]) for entry in found.readings] == [
        (how.all[0].id, True, "covered"),
        (how.all[1].id, False, "covered"),
    ]
    assert all("chosen" not in entry for entry in found.readings)


def test_readings_that_differ_are_ambiguous_where_the_set_says_so() -> None:
    for statuses in (["covered", "not_matched"], ["not_matched", "covered"]):
        found = settled(AMBIGUOUS, statuses)
        assert (found.status, found.flagged, found.missing) == ("ambiguous", False, ())
        assert [entry["status"] for entry in found.readings] == statuses


def test_readings_that_differ_give_the_recommended_status_flagged_where_the_set_says_so() -> None:
    for statuses in (["covered", "not_matched"], ["not_matched", "covered"]):
        found = settled(RECOMMENDED, statuses)
        assert (found.status, found.flagged) == (statuses[0], True)


def test_an_open_reading_makes_a_difference_undetermined_and_lends_its_missing_facts() -> None:
    assert settled(AMBIGUOUS, ["covered", "undetermined"]).status == "undetermined"
    assert settled(AMBIGUOUS, ["covered", "undetermined"]).missing == ("fact.1",)
    assert settled(AMBIGUOUS, ["undetermined", "not_matched"]).missing == ("fact.0",)
    both = settled(AMBIGUOUS, ["undetermined", "undetermined"])
    assert (both.status, both.missing) == ("undetermined", ("fact.0", "fact.1"))


def test_the_reasons_told_are_those_of_the_first_reading_that_is_open() -> None:
    outcomes = [Outcome("covered"), Outcome("undetermined", ("fact.1",))]
    assert settle(AMBIGUOUS, outcomes, {}).main is outcomes[1]
    assert settle(RECOMMENDED, outcomes, {}).main is outcomes[0]
    assert settle(AMBIGUOUS, outcomes, {"size": "flat"}).main is outcomes[0]
    differ = [Outcome("covered"), Outcome("not_matched")]
    assert settle(AMBIGUOUS, differ, {}).main is differ[0]


def test_beside_a_recommended_reading_an_open_one_neither_flags_nor_lends_facts() -> None:
    certain = settled(RECOMMENDED, ["covered", "undetermined"])
    assert (certain.status, certain.flagged, certain.missing) == ("covered", False, ())
    open_ = settled(RECOMMENDED, ["undetermined", "covered"])
    assert (open_.status, open_.flagged, open_.missing) == ("undetermined", False, ("fact.0",))


def test_a_chosen_reading_settles_the_difference_and_is_marked() -> None:
    for how in (AMBIGUOUS, RECOMMENDED):
        axis = next(iter(how.differ))
        for place, option in enumerate(word for reading in how.all for word in reading.options.values()):
            found = settled(how, ["covered", "not_matched"], {axis: option})
            assert (found.status, found.flagged) == (("covered", "not_matched")[place], False)
            assert [entry["chosen"] for entry in found.readings] == [place == 0, place == 1]
            assert [entry["recommended"] for entry in found.readings] == [True, False]


def test_a_choice_on_an_axis_that_the_rule_does_not_have_changes_nothing() -> None:
    found = settled(AMBIGUOUS, ["covered", "not_matched"], {"anchor": "submitted"})
    assert found.status == "ambiguous"
    assert all("chosen" not in entry for entry in found.readings)


@pytest.mark.parametrize(
    ("statuses", "status", "flagged"),
    [
        (["covered"] * 4, "covered", False),
        # only the recommended axis differs: recommended, flagged
        (["covered", "not_matched", "covered", "not_matched"], "covered", True),
        # only the ambiguous axis differs: ambiguous
        (["covered", "covered", "not_matched", "not_matched"], "ambiguous", False),
        # both differ: the ambiguous one decides, a flag would say nothing more
        (["covered", "not_matched", "not_matched", "covered"], "ambiguous", False),
        # the ambiguous axis differs only under the reading that is not recommended: a flag
        (["covered", "covered", "covered", "not_matched"], "covered", True),
        (["covered", "not_matched", "undetermined", "covered"], "undetermined", False),
        (["covered", "undetermined", "covered", "undetermined"], "covered", False),
    ],
)
def test_two_axes(statuses: list[str], status: str, flagged: bool) -> None:
    found = settled(BOTH, statuses)
    assert (found.status, found.flagged, found.standing) == (status, flagged, (0, 2))


def test_choosing_one_of_two_axes_leaves_the_other_open() -> None:
    statuses = ["covered", "not_matched", "not_matched", "covered"]
    per_head = settled(BOTH, statuses, {"size": "per-head"})
    assert (per_head.status, per_head.flagged, per_head.standing) == ("not_matched", True, (2,))
    submitted = settled(BOTH, statuses, {"anchor": "submitted"})
    assert (submitted.status, submitted.standing) == ("ambiguous", (1, 3))
    both = settled(BOTH, statuses, {"size": "per-head", "anchor": "submitted"})
    assert (both.status, both.flagged, both.standing) == ("covered", False, (3,))
    assert [entry["chosen"] for entry in both.readings] == [False, False, False, True]


def test_only_what_the_sense_names_must_agree() -> None:
    outcomes = [Outcome("due_soon", changes={"next_due": "2025-09-01"}), Outcome("fresh")]
    plain = settle(AMBIGUOUS, outcomes, {})
    assert plain.status == "ambiguous"
    alike = settle(AMBIGUOUS, outcomes, {}, lambda outcome: outcome.status == "overdue")
    assert (alike.status, alike.flagged) == ("due_soon", False)
    assert alike.readings[0]["next_due"] == "2025-09-01"
    late = [Outcome("overdue"), Outcome("fresh")]
    assert settle(AMBIGUOUS, late, {}, lambda outcome: outcome.status == "overdue").status == "ambiguous"


SEVERAL = small_policy(
    """
    readings:
      size:
        differ: ambiguous
        options:
          - {id: strict, zh: 严, en: strict}
          - {id: wide, zh: 宽, en: wide, recommended: true}
      test:
        differ: recommended
        options:
          - {id: with-property, zh: 看财产, en: with property, recommended: true}
          - {id: without, zh: 不看财产, en: without}
    definitions:
      poor:
        by: size
        readings:
          strict: household.annual_income < 50000
          wide: household.annual_income < 100000
    groups:
      - {id: poor, gives: coverage, zh: 困难家庭, en: households in hardship}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - part: group
            id: poor-household
            group: poor
            force: definition
            zh: 困难家庭。
            en: Households in hardship.
            when:
              by: test
              readings:
                with-property: poor and household.property_within_limits
                without: poor
    """
)


def test_readings_multiply_with_the_recommended_combination_first() -> None:
    found = ask_small({"household": {"annual_income": 70000, "property_within_limits": True}}, SEVERAL)
    listed = [(entry.reading, entry.recommended, entry.status) for entry in found.eligibility.readings]
    assert listed == [
        ("with-property+wide", True, "covered"),
        ("with-property+strict", False, "not_matched"),
        ("without+wide", False, "covered"),
        ("without+strict", False, "not_matched"),
    ]
    assert found.eligibility.status == "ambiguous"


def test_a_flag_reaches_the_group_and_the_status() -> None:
    found = ask_small({"household": {"annual_income": 40000, "property_within_limits": False}}, SEVERAL)
    assert (found.eligibility.status, found.eligibility.flagged) == ("not_matched", True)
    assert group(found.eligibility, "poor").flagged


def test_an_office_settles_each_axis_by_name_or_by_region_and_name() -> None:
    case = {"household": {"annual_income": 70000, "property_within_limits": False}}
    for key in ("size", "small:size"):
        assert ask_small(case, SEVERAL, readings={key: "strict"}).eligibility.status == "not_matched"
    for key in ("test", "small:test"):
        assert ask_small(case, SEVERAL, readings={key: "without"}).eligibility.status == "ambiguous"
    both = ask_small(case, SEVERAL, readings={"size": "wide", "test": "without"}).eligibility
    assert (both.status, both.flagged) == ("covered", False)
    # the region's own choice stands before the general one
    own = ask_small(case, SEVERAL, readings={"size": "strict", "small:size": "wide", "test": "without"})
    assert own.eligibility.status == "covered"
