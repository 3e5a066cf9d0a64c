"""Scores: what kills a mutant fails in a real run, what is called equal is so in every case, survivors show a case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

import pytest
from tests.engine.asking import day, small_policy
from tests.suite.setting import AS_OF, answer, everything, suite

from xianjie.api import installed_engine
from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.engine.verdicts import Verdicts
from xianjie.errors import InputError
from xianjie.policy.prepared import Policy
from xianjie.regression.model import RegressionCase
from xianjie.regression.run import answer_of, run
from xianjie.suite.generate import generate
from xianjie.suite.killing import Killing
from xianjie.suite.mutants import KINDS, Mutant, mutants
from xianjie.suite.sameness import Sameness
from xianjie.suite.score import Score, score
from xianjie.vocabulary import BASE


@lru_cache(maxsize=1)
def scored() -> Score:
    return score(everything(), suite().cases(BASE), AS_OF)


@lru_cache(maxsize=1)
def by_id() -> Mapping[str, Mutant]:
    return {one.id: one for one in mutants(everything(), AS_OF)}


@lru_cache(maxsize=1)
def by_name() -> Mapping[str, RegressionCase]:
    return {case.name: case for case in suite().cases(BASE)}


EQUAL = {"old.operand.1", "old.negated.5", "fund.negated.2"}
"""A part that another always decides, and a circumstance of an instrument that is meant for nobody."""


# -- the invented policy -----------------------------------------------------------------------------------------------


def test_the_generated_suite_kills_all_that_asks_something_else() -> None:
    found = scored()
    assert found.of("survivor") == ()
    assert found.of("not_decided") == ()
    assert found.share == 1
    assert {one.id for one in found.of("equivalent")} == EQUAL
    assert found.count("killed") == len(found.judged) - 3
    assert sum(found.count("killed", kind) for kind in KINDS) == found.count("killed")
    assert found.kinds == tuple(KINDS)


def test_a_mutant_that_was_killed_fails_its_case_in_a_real_run() -> None:
    """Take every seventh: the case holds for the policy, and does not for the mutant."""
    held = Engine([everything()], BASE)
    for one in scored().of("killed")[::7]:
        case = by_name()[str(one.case)]
        assert run(case, held).holds
        engine = Engine([by_id()[one.id].policy], BASE, "tree")
        assert not run(case, engine).holds, one.id
        engine.close()
    held.close()


def test_a_mutant_that_survives_is_one_that_every_case_answers_as_before() -> None:
    """Take the suite away case by case: what is left over survives in a real run as well."""
    cases = suite().cases(BASE)[::9]
    killing = Killing(everything(), cases)
    for one in list(by_id().values())[::11]:
        engine = Engine([one.policy], BASE, "tree")
        failing = [case.name for case in cases if not run(case, engine).holds]
        found = killing.killer(one)
        assert (found is None) == (not failing), one.id
        assert found is None or found.name in failing
        engine.close()
    killing.close()


def test_too_small_a_suite_leaves_survivors_each_with_a_case_that_would_show_it() -> None:
    few = [case for case in suite().cases(BASE) if case.name.startswith("老年人")]
    found = score(everything(), few, AS_OF)
    assert found.cases == len(few)
    assert 0 < found.count("killed") < found.count("survivor")
    assert found.share < 0.2
    assert {one.id for one in found.of("equivalent")} == EQUAL
    for one in found.of("survivor"):
        assert one.record is not None, one.id
        assert all(one.why)
    for one in found.of("survivor")[::12]:
        assert one.record is not None
        assert tells_apart(everything(), by_id()[one.id].policy, one.record), one.id


def tells_apart(one: Policy, other: Policy, record: Mapping[str, Any]) -> bool:
    as_of = day(record["as_of"]) if "as_of" in record else AS_OF
    left, right = (answer(policy, record, as_of) for policy in (one, other))
    return {**left, "policy": None} != {**right, "policy": None}


def test_a_case_that_does_not_hold_measures_nothing() -> None:
    first = suite().cases(BASE)[0]
    other = small_policy("""
    groups:
      - {id: first, gives: priority, zh: 先, en: first}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: group, id: old, group: first, force: may, zh: 一, en: one, when: person.tekun}
""")
    with pytest.raises(InputError) as caught:
        score(other, [first], AS_OF)
    (problem,) = caught.value.problems
    assert problem.code == "suite-case-broken"
    assert first.name in problem.zh


def test_no_mutants_that_ask_something_else_is_a_full_score() -> None:
    empty = Score("a", "a", "0", AS_OF, 0, ())
    assert (empty.share, empty.kinds) == (1.0, ())


def test_mutants_go_through_the_quick_verdicts_as_through_the_engine() -> None:
    cases = [case for case in suite().cases(BASE) if case.as_of == AS_OF and case.touches("eligibility")][::12]
    for one in [one for one in by_id().values() if "eligibility" in one.parts][::9]:
        verdicts, engine = Verdicts(one.policy, AS_OF), Engine([one.policy], BASE, "tree")
        for case in cases:
            found = verdicts.of(case.case).eligibility
            full = answer_of(case, engine)["eligibility"]
            assert (found.status, found.coverage, found.priority) == (
                full["status"], full["coverage"], full["priority"],
            )  # fmt: skip
        engine.close()


# -- against every case there is ---------------------------------------------------------------------------------------

FLAGS = ("person.tekun", "person.student", "person.minor", "aid.received", "aid.still_in_difficulty")

BOOLEAN = """
    definitions:
      helped: aid.received and (aid.still_in_difficulty or not aid.received)
    groups:
      - {id: one, gives: coverage, zh: 甲, en: one}
      - {id: two, gives: coverage, zh: 乙, en: two}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - {part: group, id: a, group: one, force: may, zh: 一, en: one, when: "person.tekun or (person.tekun and person.student)"}
          - {part: group, id: b, group: one, force: must, zh: 一, en: one, when: "helped and (person.minor or not known(person.minor))"}
          - {part: group, id: c, group: two, force: may, zh: 一, en: one, when: "not (person.student and helped) and person.student"}
          - {part: service, id: d, service: medical, force: may, zh: 一, en: one, beneficiary: "person.tekun or helped", when: "person.tekun or not person.minor"}
          - {part: advice, id: e, advice: apply_for_government_aid, force: may, zh: 一, en: one, when: "person.tekun and not person.tekun"}
"""  # noqa: E501


def every_case() -> Iterator[dict[str, Any]]:
    """Give each way to record five facts as yes, as no, or not at all."""
    for values in product((True, False, None), repeat=len(FLAGS)):
        record: dict[str, Any] = {"person": {}, "aid": {}}
        for name, value in zip(FLAGS, values, strict=True):
            part, short = name.split(".")
            if value is not None:
                record[part][short] = value
        yield record


def decided(group: Mapping[str, Any]) -> tuple[object, ...]:
    covered = group["status"] == "covered"
    return (group["status"], *((group["why"]["rule"], group["force"], group["clause"]) if covered else ()))


STATED = ("status", "force", "clause", "rule")


def labels(policy: Policy, engine: Engine, record: Mapping[str, Any]) -> list[object]:
    """Give what an answer says, without its reasons and what it wants."""
    found = engine.assess(read_case(record, BASE), [policy.region], AS_OF)["regions"][policy.region]
    eligibility = found["eligibility"]
    return [
        eligibility["status"],
        eligibility["coverage"],
        [decided(one) for one in eligibility["groups"]],
        [(one["why"]["rule"], one["force"], one["clause"]) for one in eligibility["advice_details"]],
        [[one[name] for name in STATED] for one in found["services"]],
    ]  # fmt: skip


def test_equal_is_equal_in_every_case_and_every_other_mutant_is_killed() -> None:
    """Compare each mutant with the policy in all 243 cases there are: the solver and the suite say the same."""
    policy = small_policy(BOOLEAN)
    records = list(every_case())
    held = Engine([policy], BASE)
    before = [labels(policy, held, record) for record in records]
    held.close()
    found = score(policy, generate(policy, AS_OF).cases(BASE), AS_OF)
    judged = {one.id: one.verdict for one in found.judged}
    made = [one for one in mutants(policy, AS_OF) if one.parts <= {"eligibility", "services"}]
    assert len(made) > 60
    equal = 0
    for one in made:
        engine = Engine([one.policy], BASE)
        differs = any(labels(one.policy, engine, record) != old for record, old in zip(records, before, strict=True))
        engine.close()
        assert (judged[one.id] == "killed") is differs, one.id
        assert (judged[one.id] == "equivalent") is not differs, one.id
        equal += not differs
    assert equal >= 4
    sameness = Sameness(policy, AS_OF)
    said = {one.id: sameness.of(one).equal for one in made if one.kind != "clause"}
    sameness.close()
    assert {name for name, same in said.items() if same} == {
        name for name, verdict in judged.items() if verdict == "equivalent"
    }


# -- the regions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("region", ["shanghai", "shanxi", "tianjin"])
def test_the_suite_of_a_region_reaches_its_score(region: str) -> None:
    policy = installed_engine().policies[region]
    found = score(policy, generate(policy, AS_OF).cases(policy.vocabulary), AS_OF, generated=True)
    assert found.share >= 0.98
    assert [one.id for one in found.of("survivor")] == []
    assert [one.id for one in found.of("not_decided")] == []
