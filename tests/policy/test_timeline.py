"""Which document governs on a day, to the very day; and which sets of documents no dates can settle."""

from __future__ import annotations

import datetime as dt
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.setting import day
from tests.policy.versions import amended, amendment_text, document, document_text

from xianjie.errors import InputError, PolicyError, Problem
from xianjie.policy.overlay import overlaid, parse_overlay
from xianjie.policy.prepared import Policy
from xianjie.policy.timeline import Timeline, timelines

FIRST = document("first", effective="2020-01-01")
SECOND = document("second", effective="2024-07-01", replaces="[first]")
THIRD = document("third", issued="2026-03-15", replaces="[second]")
DRAFT = document("the-draft", standing="draft", validity="not_in_force")
REPORT = document("report", standing="press_report", validity="unverified")


def governs(timeline: Timeline, *days: str) -> list[str]:
    return [timeline.governing(day(one)).id for one in days]


def refused(*policies: Policy) -> list[Problem]:
    with pytest.raises(PolicyError) as caught:
        Timeline(policies)
    return list(caught.value.problems)


# -- one after the other -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations((FIRST, SECOND, THIRD, DRAFT))))
def test_the_last_to_begin_governs_from_its_first_day_on_whatever_the_order(order: tuple[Policy, ...]) -> None:
    timeline = Timeline(order)
    assert governs(timeline, "2020-01-01", "2024-06-30", "2024-07-01", "2026-03-14", "2026-03-15", "2099-01-01") == [
        "first",
        "first",
        "second",
        "second",
        "third",
        "third",
    ]
    assert [policy.id for policy in timeline.all] == ["first", "second", "third", "the-draft"]
    assert timeline.newest.id == "third"
    assert timeline.region == "example"


def test_each_document_knows_what_came_after_it() -> None:
    timeline = Timeline([THIRD, FIRST, SECOND])
    found = {policy.id: (policy.start, policy.until, policy.replaced_by) for policy in timeline.all}
    assert found == {
        "first": (dt.date(2020, 1, 1), dt.date(2024, 6, 30), "second"),
        "second": (dt.date(2024, 7, 1), dt.date(2026, 3, 14), "third"),
        "third": (dt.date(2026, 3, 15), None, None),
    }


def test_a_document_is_in_force_until_the_day_before_another_takes_its_place() -> None:
    first = Timeline([FIRST, SECOND]).named("first")
    days = ("2019-12-31", "2020-01-01", "2024-06-30", "2024-07-01")
    assert [first.validity_at(day(one)) for one in days] == ["not_in_force", "in_force", "in_force", "lapsed"]
    assert [FIRST.validity_at(day(one)) for one in days] == ["not_in_force", "in_force", "in_force", "in_force"]


def test_before_the_first_begins_the_first_answers_and_is_not_in_force() -> None:
    timeline = Timeline([SECOND, FIRST])
    assert governs(timeline, "2019-12-31", "0001-01-01") == ["first", "first"]
    assert timeline.governing(day("2019-12-31")).validity_at(day("2019-12-31")) == "not_in_force"


def test_without_a_day_of_effect_that_of_issue_counts_then_that_of_adoption() -> None:
    adopted = document("adopted", adopted="2025-05-01")
    issued = document("issued", adopted="2025-01-01", issued="2025-06-01")
    timeline = Timeline([adopted, issued])
    assert governs(timeline, "2025-05-31", "2025-06-01") == ["adopted", "issued"]


def test_a_document_without_a_date_governs_until_one_with_a_date_begins() -> None:
    timeline = Timeline([FIRST, REPORT])
    assert governs(timeline, "2019-12-31", "2020-01-01") == ["report", "first"]
    replacing = Timeline([REPORT, document("dated", issued="2025-01-01", replaces="[report]")])
    assert governs(replacing, "2024-12-31", "2025-01-01") == ["report", "dated"]
    assert [replacing.named("report").validity_at(day(one)) for one in ("2024-12-31", "2025-01-01")] == [
        "unverified",
        "lapsed",
    ]


def test_one_document_alone_always_governs() -> None:
    for policy in (FIRST, DRAFT, REPORT):
        assert governs(Timeline([policy]), "0001-01-01", "2020-01-01", "9999-12-31") == [policy.id] * 3


# -- ends --------------------------------------------------------------------------------------------------------------


def test_what_expired_without_a_successor_governs_on_as_lapsed() -> None:
    timeline = Timeline([FIRST, document("trial", effective="2024-07-01", expires="2025-06-30")])
    assert governs(timeline, "2025-06-30", "2025-07-01") == ["trial", "trial"]
    assert [timeline.governing(day(one)).validity_at(day(one)) for one in ("2025-06-30", "2025-07-01")] == [
        "in_force",
        "lapsed",
    ]


def test_the_last_day_is_the_earlier_of_its_own_end_and_its_successors_beginning() -> None:
    def last(expires: str) -> dt.date | None:
        trial = document("trial", effective="2024-07-01", expires=expires)
        following = document("following", effective="2025-01-01", replaces="[trial]")
        return Timeline([trial, following]).named("trial").last_day

    assert last("2024-12-30") == dt.date(2024, 12, 30)
    assert last("2025-06-30") == dt.date(2024, 12, 31)
    assert FIRST.last_day is None


def test_between_an_end_and_a_later_beginning_the_older_one_answers_as_lapsed() -> None:
    trial = document("trial", effective="2024-01-01", expires="2024-12-31")
    timeline = Timeline([trial, document("following", effective="2026-01-01", replaces="[trial]")])
    assert governs(timeline, "2025-06-01") == ["trial"]
    assert timeline.governing(day("2025-06-01")).validity_at(day("2025-06-01")) == "lapsed"


def test_the_one_replaced_does_not_come_back_when_its_successor_expires() -> None:
    timeline = Timeline([FIRST, document("trial", effective="2024-01-01", expires="2024-12-31", replaces="[first]")])
    assert governs(timeline, "2026-01-01") == ["trial"]


def test_a_document_replaced_before_it_began_never_governs() -> None:
    timeline = Timeline([FIRST, document("same", effective="2020-01-01", replaces="[first]")])
    assert governs(timeline, "2019-12-31", "2020-01-01", "2030-01-01") == ["same"] * 3
    assert timeline.named("first").until == dt.date(2019, 12, 31)


def test_a_document_replaced_twice_ends_with_the_first_that_took_its_place() -> None:
    both = document("both", effective="2026-01-01", replaces="[first, second]")
    first = Timeline([FIRST, SECOND, both]).named("first")
    assert (first.replaced_by, first.until) == ("second", dt.date(2024, 6, 30))


# -- drafts ------------------------------------------------------------------------------------------------------------


def test_a_draft_is_never_chosen_beside_what_is_issued_but_can_be_named() -> None:
    draft = document("late-draft", standing="draft", validity="not_in_force", adopted="2025-01-01", replaces="[first]")
    for other in (FIRST, REPORT):
        timeline = Timeline([other, DRAFT])
        assert governs(timeline, "0001-01-01", "2026-01-01") == [other.id] * 2
        assert timeline.newest.id == other.id
        assert timeline.named("the-draft").id == "the-draft"
    timeline = Timeline([FIRST, draft])
    assert governs(timeline, "2026-01-01") == ["first"]
    assert timeline.named("first").replaced_by is None


def test_among_drafts_alone_the_newest_answers() -> None:
    one = document("one", standing="draft", validity="not_in_force", adopted="2024-01-01")
    two = document("two", standing="draft", validity="not_in_force", adopted="2025-01-01")
    assert governs(Timeline([two, one]), "2024-06-01", "2026-01-01") == ["two", "two"]
    undated = document("again", standing="draft", validity="not_in_force", replaces="[the-draft]")
    timeline = Timeline([undated, DRAFT])
    assert governs(timeline, "2026-01-01") == ["again"]
    assert timeline.named("the-draft").replaced_by == "again"


def test_a_draft_that_was_issued_at_last_lapses_not_since_it_never_was_in_force() -> None:
    timeline = Timeline([DRAFT, document("issued", issued="2025-01-01", replaces="[the-draft]")])
    draft = timeline.named("the-draft")
    assert (draft.replaced_by, draft.until) == ("issued", dt.date(2024, 12, 31))
    assert draft.validity_at(day("2026-01-01")) == "not_in_force"


# -- amendments --------------------------------------------------------------------------------------------------------


def test_an_amended_version_governs_from_its_day_on_and_ends_the_one_before() -> None:
    one = amended(FIRST, "one", "set: {window: 2}\n", effective="2022-01-01")
    two = amended(one, "two", "set: {window: 3}\n", effective="2023-01-01")
    timeline = Timeline([two, FIRST, one, SECOND])
    days = ("2021-12-31", "2022-01-01", "2022-12-31", "2023-01-01", "2024-06-30", "2024-07-01")
    assert governs(timeline, *days) == ["first", "one", "one", "two", "two", "second"]
    assert [timeline.governing(day(one)).parameters_at(day(one))["window"] for one in days] == [1, 2, 2, 3, 3, 1]
    assert [policy.replaced_by for policy in timeline.all] == ["one", "two", "second", None]
    assert [policy.last_day for policy in timeline.all] == [
        dt.date(2021, 12, 31),
        dt.date(2022, 12, 31),
        dt.date(2024, 6, 30),
        None,
    ]


def test_the_version_tells_which_documents_made_it() -> None:
    one = amended(FIRST, "one", "rules: {schooling: {force: must}}\n", effective="2022-01-01")
    two = amended(one, "two", "set: {window: 3}\n", effective="2023-01-01")
    assert [(overlay.id, overlay.base) for overlay in two.overlays] == [("one", "first"), ("two", "one")]
    assert [overlay.changed("rule") for overlay in two.overlays] == [frozenset({"schooling"}), frozenset()]
    assert (two.root, two.supposed) == ("first", ())
    changed = {rule.id: two.changed_by(rule.id) for _, rule in two.rules()}
    assert {name: one.id for name, one in changed.items() if one is not None} == {"schooling": "one"}
    overlays = [overlay.document for overlay in two.overlays]
    assert all(one is not None and one.title == "虚构的修改" for one in overlays)


def test_replacing_an_amendment_replaces_what_was_made_of_it() -> None:
    one = amended(FIRST, "one", effective="2022-01-01")
    two = amended(one, "two", effective="2023-01-01")
    last = document("last", effective="2025-01-01", replaces="[one]")
    timeline = Timeline([FIRST, one, two, last])
    assert governs(timeline, "2024-12-31", "2025-01-01") == ["two", "last"]
    assert timeline.named("two").replaced_by == "last"


def test_an_amendment_of_one_that_replaced_another_does_so_too() -> None:
    version = amended(SECOND, "version", effective="2025-01-01")
    timeline = Timeline([FIRST, SECOND, version])
    assert governs(timeline, "2024-06-30", "2024-12-31", "2025-01-01") == ["first", "second", "version"]
    assert timeline.named("first").replaced_by == "second"
    assert governs(Timeline([FIRST, version], whole=False), "2025-01-01") == ["version"]


def test_a_draft_amendment_is_used_only_where_it_is_named() -> None:
    draft = amended(FIRST, "draft-change", standing="draft", validity="not_in_force", adopted="2022-01-01")
    timeline = Timeline([FIRST, draft])
    assert governs(timeline, "2026-01-01") == ["first"]
    assert timeline.named("first").replaced_by is None
    assert timeline.named("draft-change").is_draft


# -- names -------------------------------------------------------------------------------------------------------------


def test_a_name_that_is_not_there_is_refused_with_the_nearest() -> None:
    timeline = Timeline([FIRST, SECOND])
    with pytest.raises(InputError) as caught:
        timeline.named("secnd")
    (problem,) = caught.value.problems
    assert problem.code == "document-unknown"
    assert "是否为 second？" in problem.zh
    with pytest.raises(InputError) as caught:
        timeline.named("zzz")
    assert "first, second" in caught.value.problems[0].en


def test_policies_of_several_regions_are_told_apart() -> None:
    other = parse_other_region()
    found = timelines([SECOND, other, FIRST])
    assert {region: [policy.id for policy in timeline.all] for region, timeline in found.items()} == {
        "example": ["first", "second"],
        "other": ["first"],
    }


def parse_other_region() -> Policy:
    from xianjie.policy.load import read_policy
    from xianjie.vocabulary import BASE

    return read_policy(document_text("first").replace("region: example", "region: other"), "other.yaml", BASE)


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_two_documents_of_one_id_are_refused_each_at_its_id() -> None:
    found = refused(FIRST, document("first", effective="2024-01-01"))
    assert [(one.code, one.place.line) for one in found] == [("document-doubled", 3)] * 2


@pytest.mark.parametrize("name", ["fist", "second"])
def test_replacing_what_is_not_there_is_refused(name: str) -> None:
    (problem,) = refused(FIRST, document("second", effective="2024-01-01", replaces=f"[{name}]"))
    assert (problem.code, problem.place.file) == ("replaces-unknown", "second.yaml")
    assert problem.place.path == "document.replaces[0]"
    assert ("是否为 first？" in problem.zh) == (name == "fist")


def test_what_is_left_out_of_a_part_may_be_replaced() -> None:
    assert Timeline([SECOND], whole=False).newest.id == "second"


def test_a_circle_is_refused() -> None:
    one = document("one", effective="2024-01-01", replaces="[two]")
    two = document("two", effective="2024-01-01", replaces="[three]")
    three = document("three", effective="2024-01-01", replaces="[one]")
    (problem,) = refused(one, two, three)
    assert problem.code == "replaces-circle"
    assert "one, three, two" in problem.en


@pytest.mark.parametrize("dates", [{"effective": "2024-01-01"}, {}])
def test_two_that_begin_together_are_refused_unless_one_replaces_the_other(dates: dict[str, str]) -> None:
    (problem,) = refused(document("one", **dates), document("two", **dates))
    assert (problem.code, problem.place.file) == ("documents-same-day", "two.yaml")
    if dates:
        assert Timeline([document("one", **dates), document("two", **dates, replaces="[one]")]).newest.id == "two"
        chain = [document("one", **dates), document("two", **dates, replaces="[one]")]
        assert Timeline([*chain, document("three", **dates, replaces="[two]")]).newest.id == "three"


def test_two_drafts_that_nothing_tells_apart_are_refused_where_one_must_answer() -> None:
    other = document("other-draft", standing="draft", validity="not_in_force")
    assert [problem.code for problem in refused(DRAFT, other)] == ["documents-same-day"]
    assert Timeline([FIRST, DRAFT, other]).newest.id == "first"


def test_a_successor_needs_a_date_and_not_an_earlier_one() -> None:
    (problem,) = refused(FIRST, document("undated", replaces="[first]"))
    assert (problem.code, problem.place.file) == ("successor-undated", "undated.yaml")
    (problem,) = refused(FIRST, document("older", effective="2019-12-31", replaces="[first]"))
    assert (problem.code, problem.place.file) == ("successor-earlier", "older.yaml")
    (problem,) = refused(FIRST, amended(FIRST, "hasty", effective="2019-12-31"))
    assert problem.code == "successor-earlier"
    (problem,) = refused(FIRST, amended(FIRST, "undated"))
    assert problem.code == "successor-undated"


def test_an_amendment_that_is_only_supposed_keeps_its_base_findable() -> None:
    overlay = parse_overlay(amendment_text("one", "first", effective="2022-01-01"), "one.yaml")
    made = overlaid(FIRST, overlay)
    assert (made.id, made.root, [one.id for one in made.supposed]) == ("one", "first", ["one"])


# -- against a plain account of the rules ------------------------------------------------------------------------------

YEARS = st.lists(st.integers(2010, 2030), min_size=1, max_size=5, unique=True)


@settings(max_examples=30, deadline=None)
@given(YEARS, st.lists(st.booleans(), min_size=5, max_size=5), st.integers(2008, 2032))
def test_a_line_of_documents_is_governed_as_the_rules_say(years: list[int], linked: list[bool], asked: int) -> None:
    policies = []
    for number, year in enumerate(sorted(years)):
        entries = {"effective": f"{year}-01-01"}
        if number and linked[number]:
            entries["replaces"] = f"[d-{sorted(years)[number - 1]}]"
        policies.append(document(f"d-{year}", **entries))
    timeline = Timeline(policies)
    begun = [year for year in years if year <= asked]
    assert timeline.governing(day(f"{asked}-01-01")).id == f"d-{max(begun, default=min(years))}"
    assert timeline.newest.id == f"d-{max(years)}"
