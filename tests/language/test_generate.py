"""The written source decides and explains exactly as the tree does, on the shapes where it could slip."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from tests.language.setting import AS_OF, DEFINITIONS, PARAMETERS, parse, world
from tests.language.telling import CODE, told

from xianjie.engine.encode import encode, lay_out
from xianjie.language import generate, ir, nodes
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value, evaluate
from xianjie.language.explain import Shown, Telling, find
from xianjie.language.generate import Material, explain_function, verdict_function
from xianjie.language.generate_json import tell_function
from xianjie.language.prose import Speaker
from xianjie.vocabulary import BASE

SHOWN: dict[str, Shown] = {"income_line": 100_000, "size_limit": 3, "window": 2, "bare": 4}
Facts = dict[str, Value]


def material(
    conditions: list[nodes.Condition],
    as_of: int = AS_OF,
    parameters: Mapping[str, Fraction] = PARAMETERS,
    lang: str = "zh",
) -> Material:
    return Material(
        [(f"rule-{number}", node) for number, node in enumerate(conditions)],
        DEFINITIONS,
        ir.Frame(as_of, dict(parameters), BASE.events),
        BASE,
        Speaker(BASE, parameters, lang),
        SHOWN,
    )


def check(conditions: list[nodes.Condition], cases: list[Facts], lang: str = "zh") -> list[list[bool | None]]:
    """Put cases to tree and source; they must agree in value, missing facts and every word. Give the values."""
    written = material(conditions, lang=lang)
    explain, verdict, tell = explain_function(written), verdict_function(written), tell_function(written)
    out = []
    for facts in cases:
        coded = encode(facts, BASE, lang)
        telling = Telling(
            dict(zip(BASE.names, coded.shown, strict=True)),
            dict(zip(BASE.names, coded.texts, strict=True)),
            SHOWN,
            written.speaker,
        )
        wanted = [find(rule, node, world(facts), telling) for rule, node in written.conditions]
        assert explain(coded.codes, coded.shown, coded.texts) == wanted
        assert verdict(coded.codes) == tuple(CODE[finding.value] for finding in wanted)
        assert tell(*lay_out(facts, BASE, lang)) == told(wanted)
        out.append([finding.value for finding in wanted])
    return out


EVENTS: list[Facts] = [{}]
EVENTS += [{"aid.exit_date": value} for value in (NEVER, 1, AS_OF - 366, AS_OF - 365, AS_OF, AS_OF + 1)]
SIZES: list[Facts] = [{}]
SIZES += [{"household.size": value} for value in (1, 2, 3, 4)]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("text", "cases", "values"),
    [
        # terms that cancel still need their fact
        ("household.size - household.size < 1", SIZES, [None, True, True, True, True]),
        ("household.size - household.size > 0", SIZES, [None, False, False, False, False]),
        ("household.size * 0 == 0", SIZES, [None, True, True, True, True]),
        # nothing is needed at all
        ("1 < 2", [{}], [True]),
        ("2 < 1", [{}], [False]),
        ("as_of >= date('2025-05-01')", [{}], [True]),
        ("as_of > date('2025-05-01')", [{}], [False]),
        ("True", [{}], [True]),
        ("False", [{}], [False]),
        ("not False", [{}], [True]),
        ("False or household.size < 3", SIZES, [None, True, True, False, False]),
        ("False and household.size < 3", SIZES, [False] * 5),
        ("True or household.size < 3", SIZES, [True] * 5),
        # records asked for as such
        ("known(household.size)", SIZES, [False, True, True, True, True]),
        ("known(aid.received)", [{}, {"aid.received": False}], [False, True]),
        ("not known(aid.exit_date)", EVENTS, [True] + [False] * 6),
        ("known(household.size) and household.size < 3", SIZES, [False, True, True, False, False]),
        # the window of one fact is one chained comparison
        ("happened(aid.exit_date)", EVENTS, [None, False, True, True, True, True, False]),
        ("within(aid.exit_date, years=1)", EVENTS, [None, False, False, False, True, True, False]),
        ("not under(aid.exit_date, days=365)", EVENTS, [None, True, True, True, True, False, True]),
        ("household.size >= 2 and household.size <= 3", SIZES, [None, False, True, True, False]),
        ("household.size <= 3 and household.size >= 2", SIZES, [None, False, True, True, False]),
        ("2 <= household.size <= 3", SIZES, [None, False, True, True, False]),
        # a day that never came
        ("aid.exit_date != as_of", EVENTS, [None, False, True, True, True, False, True]),
        ("aid.exit_date == aid.exit_date", EVENTS, [None, False] + [True] * 5),
        # a definition twice, under a not, and beside its own parts
        (
            "hardship or not hardship",
            [{}, {"aid.received": False}, {"aid.received": True, "aid.still_in_difficulty": True}],
            [None, True, True],
        ),
        ("hardship and hardship", [{}, {"aid.received": False}], [None, False]),
        ("hardship and aid.received", [{}, {"aid.received": False}], [None, False]),
        ("not (not hardship)", [{}, {"aid.received": False}], [None, False]),
    ],
)
def test_corner_shapes(text: str, cases: list[Facts], values: list[bool | None], lang: str) -> None:
    assert [one for (one,) in check([parse(text)], cases, lang)] == values


def test_a_window_of_two_facts_is_not_taken_for_one() -> None:
    cases: list[Facts] = [{"household.size": 2}, {"duty.count": 2}, {}]
    cases += [{"household.size": size, "duty.count": count} for size in (1, 2, 3) for count in (1, 2, 3)]
    check(
        [
            parse("household.size >= 2 and duty.count <= 2"),
            parse("household.size + duty.count >= 2 and household.size + duty.count <= 3"),
        ],
        cases,
    )


def test_a_window_with_a_coefficient_keeps_it() -> None:
    values = check([parse("2 * household.size >= 4 and 2 * household.size <= 6")], SIZES)
    assert values == [[None], [False], [True], [True], [False]]
    # the same constants with unlike coefficients are no window at all
    values = check([parse("3 * household.size >= 4 and 2 * household.size <= 6")], SIZES)
    assert values == [[None], [False], [True], [True], [False]]


def test_a_window_whose_terms_multiply_one_fact_by_itself() -> None:
    values = check([parse("household.size * household.size >= 4 and household.size * household.size <= 9")], SIZES)
    assert values == [[None], [False], [True], [True], [False]]


def test_a_window_whose_terms_cancel() -> None:
    text = "household.size - household.size >= 0 and household.size - household.size <= 0"
    assert check([parse(text)], SIZES) == [[None], [True], [True], [True], [True]]


def test_many_conditions_share_parts_and_keep_their_own_findings() -> None:
    conditions = [
        parse("aid.received"),
        parse("not aid.received"),
        parse("aid.received and household.size < 3"),
        parse("(aid.received and household.size < 3) or hardship"),
        parse("not (aid.received and household.size < 3)"),
        parse("hardship"),
    ]
    cases: list[Facts] = [
        {**a, **b, **c}
        for a in ({}, {"aid.received": True}, {"aid.received": False})
        for b in ({}, {"household.size": 2}, {"household.size": 3})
        for c in ({}, {"aid.still_in_difficulty": True}, {"aid.still_in_difficulty": False})
    ]
    check(conditions, cases)


def test_no_condition_at_all_gives_no_finding() -> None:
    assert verdict_function(material([]))([]) == ()
    assert explain_function(material([]))([], [], []) == []


@pytest.mark.parametrize(
    "word", ["医'疗", '"', "\\", "{x}", "{", "}", "%s", "\n", "', __import__('os'), '", "T[0]", "\u2028"]
)
def test_a_word_of_a_policy_is_never_read_as_source(word: str) -> None:
    node = nodes.Contains(nodes.Fact("aid.special_programmes"), word)
    cases: list[Facts] = [{}, {"aid.special_programmes": frozenset({word})}, {"aid.special_programmes": frozenset()}]
    assert check([node], cases) == [[None], [True], [False]]


def test_braces_in_recorded_words_and_terms_are_only_text() -> None:
    cases: list[Facts] = [{"aid.special_programmes": frozenset({"{0}", "%d", "{T[1]}"})}]
    check([parse("nonempty(aid.special_programmes)"), parse("'{0}' in aid.special_programmes")], cases)


def test_the_date_and_the_numbers_stand_outside_the_source_so_one_policy_is_compiled_once() -> None:
    conditions = [
        parse("within(aid.exit_date, years=1) and aid.exit_date < as_of"),
        parse("household.annual_income < income_line"),
        parse("household.size < size_limit"),
    ]
    generate._compiled.cache_clear()
    explain_function(material(conditions))
    for shift in range(1, 40):
        parameters = {**PARAMETERS, "income_line": Fraction(10_000_000 + shift), "size_limit": Fraction(3 + shift)}
        function = explain_function(material(conditions, AS_OF + shift, parameters))
        coded = encode({"aid.exit_date": AS_OF + shift - 1, "household.annual_income": 10_000_000}, BASE, "zh")
        found = function(coded.codes, coded.shown, coded.texts)
        assert [finding.value for finding in found] == [True, True, None]
    info = generate._compiled.cache_info()
    assert (info.misses, info.hits) == (1, 39)


def test_codes_spell_kleenes_tables() -> None:
    values = (generate.FALSE, generate.UNKNOWN, generate.TRUE)
    for a in values:
        for b in values:
            assert a & b == min(a, b)
            assert a | b == max(a, b)


def test_a_deep_condition_is_decided_and_told() -> None:
    node: nodes.Condition = nodes.Fact("aid.received")
    for number in range(90):
        node = nodes.Not(node) if number % 2 else nodes.And((node, nodes.Fact("aid.meets_conditions")))
    cases: list[Facts] = [{}, {"aid.meets_conditions": False}, {"aid.received": True, "aid.meets_conditions": True}]
    values = check([node], cases)
    assert values == [[evaluate(node, world(facts))] for facts in cases]
