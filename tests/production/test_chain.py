"""A chain decides as Kleene's logic does, written again here in its plainest form."""

import operator
import random
import threading
from collections.abc import Mapping, Sequence
from math import prod
from typing import assert_never

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xianjie.errors import InternalError
from xianjie.language.ir import (
    All,
    Any,
    Constant,
    Flag,
    HasWord,
    Ir,
    Linear,
    LinearOp,
    Named,
    Negation,
    OneOfWords,
    Recorded,
)
from xianjie.production.chain import Chain

Value = bool | int | str | frozenset[str] | None
OPS: tuple[LinearOp, ...] = ("<", "<=", ">", ">=", "==", "!=")
OPERATORS = dict(zip(OPS, (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne), strict=True))


def kleene(node: Ir, definitions: Mapping[str, Ir], codes: Mapping[str, Value]) -> bool | None:
    match node:
        case Constant(value):
            return value
        case Flag(fact):
            flag = codes.get(fact)
            return None if flag is None else flag is True
        case OneOfWords(fact, words):
            word = codes.get(fact)
            return None if word is None else word in words
        case HasWord(fact, wanted):
            held = codes.get(fact)
            if not isinstance(held, frozenset):
                return None
            return bool(held) if wanted is None else wanted in held
        case Recorded(fact):
            return codes.get(fact) is not None
        case Linear(op, terms, constant, needs):
            numbers = {name: codes.get(name) for name in needs}
            if None in numbers.values():
                return None
            known = {name: number for name, number in numbers.items() if isinstance(number, int)}
            left = sum(factor * prod(known[fact] for fact in facts) for factor, facts in terms)
            return bool(OPERATORS[op](left, constant))
        case Negation(operand):
            inner = kleene(operand, definitions, codes)
            return None if inner is None else not inner
        case All(operands):
            found = [kleene(operand, definitions, codes) for operand in operands]
            return False if False in found else None if None in found else True
        case Any(operands):
            found = [kleene(operand, definitions, codes) for operand in operands]
            return True if True in found else None if None in found else False
        case Named(name):
            return kleene(definitions[name], definitions, codes)
        case _:
            assert_never(node)


FLAGS = ("户籍.本地", "b1", "$s")
WORDS = ("类别", "sid")
LISTED = ("低保", "特困", "低保边缘", "w0", "", "true")
SETS = ("残疾", "label")
NUMBERS = ("人均收入", "n1", "n2", "死亡日期")
HUGE = (2**53 - 1, 2**53, 2**53 + 1, -(2**53), -(2**53) - 1, 2**63, -(2**64), 10**30)

integers = st.sampled_from((-2, -1, 0, 1, 2, 80_000, *HUGE))
monomials = st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=2).map(lambda facts: tuple(sorted(facts)))
terms = st.dictionaries(monomials, st.sampled_from((-1, 1, 2, 10**20)), max_size=2)


def _linear(op: LinearOp, polynomial: dict[tuple[str, ...], int], constant: int, more: list[str]) -> Linear:
    named = [fact for facts in polynomial for fact in facts]
    ordered = tuple((factor, facts) for facts, factor in sorted(polynomial.items()))
    return Linear(op, ordered, constant, tuple(dict.fromkeys([*named, *more])))


def _leaves(definitions: Sequence[str]) -> st.SearchStrategy[Ir]:
    plain: list[st.SearchStrategy[Ir]] = [
        st.booleans().map(Constant),
        st.sampled_from(FLAGS).map(Flag),
        st.builds(OneOfWords, st.sampled_from(WORDS), st.lists(st.sampled_from(LISTED), max_size=3).map(tuple)),
        st.builds(HasWord, st.sampled_from(SETS), st.sampled_from((None, "肢体", "精神"))),
        st.sampled_from(FLAGS + WORDS + SETS + NUMBERS).map(Recorded),
        st.builds(_linear, st.sampled_from(OPS), terms, integers, st.lists(st.sampled_from(NUMBERS), max_size=1)),
    ]
    if definitions:
        plain.append(st.sampled_from(definitions).map(Named))
    return st.one_of(plain)


def _trees(definitions: Sequence[str], leaves: int) -> st.SearchStrategy[Ir]:
    def grow(inner: st.SearchStrategy[Ir]) -> st.SearchStrategy[Ir]:
        operands = st.lists(inner, max_size=5).map(tuple)
        return st.one_of(operands.map(All), operands.map(Any), inner.map(Negation))

    return st.recursive(_leaves(definitions), grow, max_leaves=leaves)


policies = st.tuples(
    st.fixed_dictionaries(
        {
            "d2": _trees(("d1", "d0"), 8),
            "d0": _trees((), 8),
            "d1": _trees(("d0",), 8),
            "d3": _trees(("d2", "d1"), 4),
        }
    ),
    st.lists(_trees(("d0", "d1", "d2", "d3"), 30), min_size=1, max_size=8),
)
cases = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(FLAGS, st.none() | st.booleans()),
        **dict.fromkeys(WORDS, st.none() | st.sampled_from((*LISTED, "别的", "a\0b"))),
        **dict.fromkeys(SETS, st.none() | st.frozensets(st.sampled_from(("肢体", "精神", "视力")))),
        **dict.fromkeys(NUMBERS, st.none() | integers),
    },
)


def _agree(
    conditions: Sequence[tuple[str, Ir]], definitions: Mapping[str, Ir], asked: Sequence[Mapping[str, Value]]
) -> None:
    with Chain("试", conditions, definitions) as chain:
        for codes in asked:
            assert chain.decide(codes) == {name: kleene(node, definitions, codes) for name, node in conditions}


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(policies, st.lists(cases, min_size=1, max_size=8))
def test_any_policy_on_any_case(policy: tuple[dict[str, Ir], list[Ir]], asked: list[dict[str, Value]]) -> None:
    definitions, wanted = policy
    _agree([(f"c{at}", node) for at, node in enumerate(wanted)], definitions, asked)


def _flag_cases(count: int, rng: random.Random, times: int) -> list[Mapping[str, Value]]:
    cases: list[Mapping[str, Value]] = [
        dict.fromkeys((f"x{i}" for i in range(count)), value) for value in (True, False, None)
    ]
    for _ in range(times):
        weights = rng.choice(((1, 1, 1), (20, 1, 1), (1, 20, 1), (1, 0, 0), (40, 1, 0), (1, 40, 0)))
        cases.append({f"x{i}": rng.choices((True, False, None), weights)[0] for i in range(count)})
    return cases


@pytest.mark.parametrize("width", [39, 40, 41, 80, 200])
def test_very_wide_groups(width: int) -> None:
    flags = tuple(Flag(f"x{i}") for i in range(width))
    conditions: list[tuple[str, Ir]] = [
        ("any", Any(flags)),
        ("all", All(flags)),
        ("none", Negation(Any(flags))),
    ]
    _agree(conditions, {}, _flag_cases(width, random.Random(width), 12))


def test_groups_in_groups_do_not_explode() -> None:
    def nest(depth: int, at: int) -> Ir:
        if depth == 0:
            return Flag(f"x{at % 64}")
        inner = tuple(nest(depth - 1, at * 4 + i) for i in range(4))
        return (All if depth % 2 else Any)(inner)

    six_by_four = All(tuple(Any(tuple(Flag(f"x{4 * i + j}") for j in range(4))) for i in range(6)))
    conditions = [("six", six_by_four), ("deep", nest(4, 0)), ("not", Negation(nest(4, 1)))]
    _agree(conditions, {}, _flag_cases(64, random.Random(4), 40))


def test_many_words_inside_a_conjunction() -> None:
    words = tuple(f"类{i}" for i in range(50))
    either = All((OneOfWords("甲", words), Negation(OneOfWords("乙", words))))
    asked = [{"甲": a, "乙": b} for a in ("类0", "类49", "类50", None) for b in ("类1", "无", None)]
    _agree([("either", either)], {}, asked)


def test_sixty_conditions_over_eighty_facts() -> None:
    rng = random.Random(60)
    numbers = [f"n{i}" for i in range(40)]

    def leaf() -> Ir:
        if rng.random() < 0.5:
            return Flag(f"x{rng.randrange(40)}")
        fact = rng.choice(numbers)
        return Linear(rng.choice(OPS), ((1, (fact,)),), rng.randrange(4), (fact,))

    definitions: dict[str, Ir] = {}
    for at in range(20):
        earlier = (Named(f"d{rng.randrange(at)}"),) if at else ()
        definitions[f"d{at}"] = Any((leaf(), All((leaf(), *earlier))))
    conditions: list[tuple[str, Ir]] = [
        (f"c{at}", All((Negation(leaf()), Any((leaf(), leaf(), Named(f"d{at % 20}")))))) for at in range(60)
    ]
    asked = [{**case, **{n: rng.choice((0, 1, 2, 3, None)) for n in numbers}} for case in _flag_cases(40, rng, 40)]
    _agree(conditions, definitions, asked)


@pytest.mark.parametrize("constant", [0, 5, 2**53 - 1, 2**53, 2**53 + 1, -(2**53), 2**63, 10**25])
def test_each_side_of_a_threshold_however_large(constant: int) -> None:
    conditions: list[tuple[str, Ir]] = [(op, Linear(op, ((1, ("n",)),), constant, ("n",))) for op in OPS]
    _agree(conditions, {}, [{"n": constant + step} for step in (-1, 0, 1, -(10**30), 10**30)])


def test_terms_that_cancel_still_need_their_facts() -> None:
    conditions: list[tuple[str, Ir]] = [("same", Linear("==", (), 0, ("n",)))]
    with Chain("x", conditions, {}) as chain:
        assert chain.decide({}) == {"same": None}
        assert chain.decide({"n": 7}) == {"same": True}


def test_an_event_that_never_came_is_known() -> None:
    came = Linear(">=", ((1, ("died",)),), 1, ("died",))
    with Chain("x", [("came", came), ("recorded", Recorded("died"))], {}) as chain:
        assert chain.decide({"died": 0}) == {"came": False, "recorded": True}
        assert chain.decide({"died": None}) == {"came": None, "recorded": False}


def test_a_long_chain_of_definitions() -> None:
    definitions: dict[str, Ir] = {"d0": Flag("x0")}
    for at in range(1, 70):
        definitions[f"d{at}"] = (All if at % 2 else Any)((Named(f"d{at - 1}"), Flag(f"x{at}")))
    _agree([("last", Named("d69"))], definitions, _flag_cases(70, random.Random(7), 20))


def test_one_meaning_under_two_names_and_nothing_wanted() -> None:
    both = All((Flag("a"), Flag("b")))
    conditions: list[tuple[str, Ir]] = [
        ("one", both),
        ("two", both),
        ("not", Negation(both)),
        ("d", Named("d")),
    ]
    _agree(conditions, {"d": both}, [{"a": True, "b": True}, {"a": True}, {"a": False}])
    with Chain("x", [], {}) as chain:
        assert chain.decide({"a": True}) == {}


def test_a_closed_chain_refuses() -> None:
    with Chain("x", [("c", Flag("a"))], {}) as chain:
        pass
    with pytest.raises(InternalError):
        chain.decide({"a": True})


def test_eight_threads_get_no_wrong_answer() -> None:
    definitions: dict[str, Ir] = {"d": Any((Flag("x0"), All((Flag("x1"), Negation(Flag("x2"))))))}
    conditions: list[tuple[str, Ir]] = [
        (f"c{at}", All((Named("d"), Any((Flag(f"x{at % 6}"), Negation(Flag("x3"))))))) for at in range(10)
    ]
    asked = _flag_cases(6, random.Random(8), 40)
    expected = [{name: kleene(node, definitions, codes) for name, node in conditions} for codes in asked]
    wrong: list[int] = []
    before = threading.active_count()
    with Chain("x", conditions, definitions) as chain:

        def ask(offset: int) -> None:
            for turn in range(200):
                at = (turn * 5 + offset * 11) % len(asked)
                if chain.decide(asked[at]) != expected[at]:
                    wrong.append(at)

        threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert threading.active_count() == before
    assert not wrong
