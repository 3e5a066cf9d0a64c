"""What is written from forms is, byte for byte, the answer as objects written down: the slow path is the reference."""

from __future__ import annotations

import random
from collections.abc import Sequence
from threading import Thread
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.invented import Inventor
from tests.engine.test_verdicts import AXES, Author, cases_for
from tests.policy.versions import amended, document
from tests.regions.region_cases import REGIONS
from tests.regions.region_cases import given as region_case

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.engine.choice import Setting, supposing
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError
from xianjie.language.calendar import NEVER
from xianjie.vocabulary import BASE

AS_OF = 739_372  # 2025-05-01
ENGINE = Engine(REGIONS.load(), BASE)
ALL = sorted(REGIONS.regions)


def check(
    engine: Engine,
    case: Case,
    regions: Sequence[str],
    day: int | None = AS_OF,
    chosen: Settings | None = None,
    lang: str = "zh",
) -> dict[str, Any]:
    """Hold both ways of answering side by side; give the answer."""
    wanted = engine.assess(case, regions, day, chosen, lang)
    for _ in range(2):  # new to the engine, and remembered
        found = engine.written(case, regions, day, chosen, lang)
        assert found.line == orjson.dumps(wanted, option=orjson.OPT_APPEND_NEWLINE)
        assert found.decision_id == wanted["decision_id"]
        assert found.policies == {name: region["policy"]["sha256"] for name, region in wanted["regions"].items()}
    return wanted


def invented(seed: int, count: int) -> list[Case]:
    inventor = Inventor(seed)
    cases: list[Case] = []
    while len(cases) < count:
        try:
            cases.append(read_case({**inventor.case(), "as_of": inventor.as_of}, BASE))
        except InputError:
            continue  # two records that contradict each other
    return cases


def any_readings(seed: int) -> dict[str, str]:
    """Choose among the readings of every region, some of them by the region's name."""
    r = random.Random(seed)
    sets = {
        axis: (region, [option.id for option in model.options])
        for region, policy in ENGINE.policies.items()
        for axis, model in policy.file.readings.items()
        if r.random() < 0.5
    }
    return {f"{region}:{axis}": r.choice(options) for axis, (region, options) in sets.items()}


# -- the regions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", ALL)
def test_every_regions_cases(region: str) -> None:
    for number, one in enumerate(region_case(REGIONS.regions[region])):
        lang = ("zh", "en")[number % 2]
        check(ENGINE, one.case, [region] if number % 5 else ALL, one.as_of, lang=lang)


@pytest.mark.parametrize("seed", range(4))
def test_invented_families_before_all_regions(seed: int) -> None:
    """Every dimension, both languages, readings settled on, and any number of days before a due date."""
    seen: set[str] = set()
    for number, case in enumerate(invented(seed, 25)):
        chosen = Settings((0, 30, 365)[number % 3], any_readings(seed * 100 + number) if number % 2 else {})
        answer = check(ENGINE, case, ALL, None, chosen, ("zh", "en")[number % 2])
        seen |= {part for region in answer["regions"].values() for part in region}
    assert seen == {"policy", "eligibility", "services", "duties", "referral", "incentives"}


def test_one_fact_changed_at_a_time() -> None:
    """Patterns that differ in one truth value, or only in what is said, are told apart."""
    (base, *_), r = invented(7, 1), random.Random(7)
    names = sorted(base.facts)
    for name in r.sample(names, min(len(names), 60)):
        value = base.facts[name]
        other: Any = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else None
        facts = {key: old for key, old in base.facts.items() if key != name}
        for case in ({**facts, name: other} if other is not None else facts, facts):
            check(ENGINE, _case(case, base), ALL)


def _case(facts: dict[str, Any], base: Case) -> Case:
    return Case(
        base.label,
        None,
        None,
        facts,
        facts,
        base.records,
        base.ledgers,
        base.duties,
        base.targets,
        base.events,
        base.provenance,
    )


def test_what_was_known_before_a_step_is_told_apart_from_what_is_known_after_all() -> None:
    """Today's truth values are the same in both, and one is out of turn at its first step, the other at its second."""
    steps = [{"event": "consented"}, {"event": "informed"}]
    begun = {"direction": "forward", "initiator": "civil_affairs", "events": steps}
    engine = Engine(REGIONS.load(), BASE)
    for beside in ({}, {"informed": True}, {}):
        case = read_case({"aid": {"meets_conditions": False}, "referral": {**begun, **beside}}, BASE)
        answer = check(engine, case, ["hubei"])
        assert answer["regions"]["hubei"]["referral"]["procedure"]["refused"]["index"] == len(beside)
    engine.close()


# -- generated policies ------------------------------------------------------------------------------------------------


@given(st.integers(0, 10**6), st.sampled_from(["zh", "en"]))
@settings(max_examples=20, deadline=None)
def test_generated_policies_and_cases(seed: int, lang: str) -> None:
    policy = Author(seed).policy()
    engine = Engine([policy], BASE)
    chosen = Settings(readings={AXES[seed % 2]: "other"} if seed % 3 == 0 else {})
    for case in cases_for(seed, 20):
        check(engine, case, [policy.region], AS_OF, chosen, lang)
    engine.close()


@pytest.mark.parametrize("seed", [1076, 1102])
def test_where_the_readings_turn_and_too_much_is_open_only_that_turns_facts_are_missing(seed: int) -> None:
    """Two that a fuzz run found: what cancels out under one reading is to be listed for that reading alone."""
    policy = Author(seed).policy()
    engine = Engine([policy], BASE)
    for case in cases_for(seed, 60):
        check(engine, case, [policy.region])
    engine.close()


# -- documents in time, and supposed -----------------------------------------------------------------------------------


def test_versions_amendments_drafts_and_suppositions() -> None:
    first = document("first", effective="2024-01-01")
    change = amended(first, "change", "set: {income_line: 50000}\n", effective="2025-01-01")
    second = document("second", effective="2026-01-01", replaces="[first]", expires="2030-12-31")
    draft = document("proposal", standing="draft", validity="not_in_force")
    engine = Engine([draft, second, change, first], BASE)
    supposed = engine.under(supposing(engine.documents.timelines, [], [Setting("example", "income_line", "70000")]))
    case = read_case({"household": {"annual_income": 60000}, "person": {"orphan": True, "tekun": False}}, BASE)
    shas: set[str] = set()
    for one in (engine, supposed):
        for day in (738_521, AS_OF, 739_800, 741_900):
            for names in (["example"], ["example", "example@first", "example@proposal"]):
                answer = check(one, case, names, day)
                shas |= {region["policy"]["sha256"] for region in answer["regions"].values()}
    assert len(shas) > 4
    supposed.close()
    engine.close()


# -- texts and figures that JSON writes in its own way -----------------------------------------------------------------


def test_quotes_wide_characters_and_fine_figures_are_written_alike() -> None:
    given = {
        "case": '“E”-"1"\\\t\n\u2028𠀀',
        "household_ref": "户-<&>",
        "aid": {"special_programmes": ['教"育\\救助', "𠀀", "医疗救助"]},
        "household": {"size": 3, "annual_income": 0.01},
        "targets": [
            {"item": 1, "year": 2025, "value": 0.000001},
            {"item": 2, "year": 2025, "value": 0.00001, "additions": {"2024": 0.1}},
            {"item": 3, "year": 2025, "value": 1e15, "value_in_year": -0.0},
            {"item": 3, "year": 2025, "value": 0, "value_in_year": 0},
        ],
        "provenance": {"household.size": {"by": '甲"', "on": "2025-01-02"}},
    }
    check(ENGINE, read_case(given, BASE), ALL)
    check(ENGINE, read_case(given, BASE), ALL, lang="en")


def test_what_a_referral_is_told_by_beside_its_conditions() -> None:
    """Initiator, dates of consent and letter, and steps are no conditions: each of them alone makes another form."""
    base = {"direction": "forward", "handled_during_acceptance": True, "matches_project_conditions": True}
    for more in (
        {},
        {"initiator": "civil_affairs"},
        {"initiator": "charity"},
        {"initiator": "township", "informed": True, "consent_given": True},
        {"initiator": "township", "consent_date": "2025-04-01", "letter_date": "2025-03-01"},
        {"initiator": "township", "consent_date": "2025-04-02", "letter_date": "2025-04-03"},
        {"initiator": "township", "consent_date": "2025-06-02"},
        {"initiator": "township", "consent_date": "2025-06-03"},
        {"initiator": "township", "consent_date": "never"},
        {"initiator": "township", "events": [{"event": "consented"}]},
        {"initiator": "township", "events": [{"event": "informed"}, {"event": "consented"}, {"event": "informed"}]},
        {"initiator": "township", "events": [{"event": "delivered"}]},
        {"initiator": "township", "letter_issued": True},
        {"initiator": "township", "materials_sealed": True},
        {"direction": "reverse"},
        {"direction": None},
    ):
        facts = {key: value for key, value in {**base, **more}.items() if value is not None}
        check(ENGINE, read_case({"referral": facts}, BASE), ALL)
        check(ENGINE, read_case({"referral": facts}, BASE), ALL, lang="en")


def test_ledgers_under_other_settings_and_facts_beside_them() -> None:
    ledger = {"kind": "supply", "level": "county", "last_updated": "2025-03-01"}
    for more in ({}, {"has_contact": True}, {"established": False, "last_updated": "never"}):
        known = {spec.short for spec in BASE.of_record("ledger")}
        case = read_case({"ledgers": [{key: v for key, v in {**ledger, **more}.items() if key in known}]}, BASE)
        for days in (0, 30, 400):
            check(ENGINE, case, ALL, AS_OF, Settings(days))
    assert NEVER == 0


# -- the promises of the engine around it ------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["tree", "rete"])
def test_the_other_engines_write_their_answers_too(engine: Any) -> None:
    other = Engine(REGIONS.load(), BASE, engine)
    case = invented(3, 1)[0]
    assert other.written(case, ALL[:2]) == ENGINE.written(case, ALL[:2])
    other.close()


def test_wrong_questions_are_refused_alike() -> None:
    case = read_case({}, BASE)
    wrong: tuple[tuple[Any, ...], ...] = (
        ([],),
        (["nowhere"], AS_OF),
        (ALL,),
        (ALL, AS_OF, Settings(-1)),
        (ALL, AS_OF, Settings(readings={"no-such": "one"})),
        (ALL, AS_OF, None, "fr"),
    )
    for question in wrong:
        with pytest.raises(InputError) as slow:
            ENGINE.assess(case, *question)
        with pytest.raises(InputError) as fast:
            ENGINE.written(case, *question)
        assert fast.value.problems == slow.value.problems


def test_the_id_is_keyed_where_somebody_keys_it() -> None:
    case = read_case({"case": "E-1"}, BASE)
    plain = ENGINE.written(case, ALL, AS_OF)
    keyed = ENGINE.written(case, ALL, AS_OF, keyed=lambda digest: digest[::-1])
    assert keyed.decision_id == plain.decision_id[::-1]
    assert keyed.line == plain.line.replace(plain.decision_id.encode(), keyed.decision_id.encode())


def test_threads_are_answered_alike_while_little_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xianjie.engine.assess.MOST_WRITTEN", 200_000)
    engine = ENGINE.under({})
    cases = invented(5, 12)
    wanted = [orjson.dumps(ENGINE.assess(case, ALL), option=orjson.OPT_APPEND_NEWLINE) for case in cases]
    wrong: list[int] = []

    def work(start: int) -> None:
        for step in range(4 * len(cases)):
            number = (start + step) % len(cases)
            if engine.written(cases[number], ALL).line != wanted[number]:
                wrong.append(number)

    threads = [Thread(target=work, args=(3 * start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    engine.close()


def test_nothing_of_who_the_case_is_about_is_remembered() -> None:
    told = {
        "case": "E-Zhang-San",
        "household_ref": "household-Zhang",
        "person": {"orphan": True},
        "referral": {"direction": "forward", "events": [{"event": "informed", "by": "worker-Li"}]},
        "provenance": {"person.orphan": {"by": "worker-Wang", "note": "seen-at-home"}},
    }
    engine = ENGINE.under({})
    engine.written(read_case(told, BASE), ALL, AS_OF)
    kept = {**engine._memory._old, **engine._memory._young}
    held = repr([(key, thing, getattr(thing, "_pieces", "")) for key, thing in kept.items()])
    assert "person" in held
    for secret in ("Zhang", "Li", "Wang", "seen-at-home"):
        assert f"-{secret}" not in held
        assert f"{secret}-" not in held
    engine.close()
    assert not engine._memory._young
