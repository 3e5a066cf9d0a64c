"""The meaning of conditions: three values, windows on and beside their edges, and which facts are still wanted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

import pytest
from tests.differential.generator import Generator, Sample
from tests.language.setting import AS_OF, day, parse, world

from xianjie.language import nodes
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value, World, all_of, any_of, evaluate, missing, opposite
from xianjie.vocabulary import BASE, FactType

T, F, U = True, False, None
Three = bool | None


@pytest.mark.parametrize(
    ("a", "b", "both", "either"),
    [
        (T, T, T, T),
        (T, F, F, T),
        (T, U, U, T),
        (F, T, F, T),
        (F, F, F, F),
        (F, U, F, U),
        (U, T, U, T),
        (U, F, F, U),
        (U, U, U, U),
    ],
)
def test_kleenes_tables(a: Three, b: Three, both: Three, either: Three) -> None:
    facts: dict[str, Value] = {}
    if a is not None:
        facts["aid.received"] = a
    if b is not None:
        facts["aid.meets_conditions"] = b
    here = world(facts)
    assert evaluate(parse("aid.received and aid.meets_conditions"), here) is both
    assert evaluate(parse("aid.received or aid.meets_conditions"), here) is either
    assert all_of([a, b]) is both
    assert any_of([a, b]) is either


@pytest.mark.parametrize(("a", "turned"), [(T, F), (F, T), (U, U)])
def test_not(a: Three, turned: Three) -> None:
    facts: dict[str, Value] = {} if a is None else {"aid.received": a}
    assert evaluate(parse("not aid.received"), world(facts)) is turned
    assert opposite(a) is turned


def test_nothing_at_all_joins_to_true_and_chooses_to_false() -> None:
    assert all_of([]) is True
    assert any_of([]) is False


@pytest.mark.parametrize(
    ("text", "facts", "value"),
    [
        ("True", {}, T),
        ("False", {}, F),
        ("aid.received", {}, U),
        ("aid.received", {"aid.received": True}, T),
        ("aid.received", {"aid.received": False}, F),
        ("known(aid.received)", {}, F),
        ("known(aid.received)", {"aid.received": False}, T),
        ("known(aid.exit_date)", {"aid.exit_date": NEVER}, T),
        ("not known(aid.received)", {}, T),
        ("referral.direction == 'forward'", {}, U),
        ("referral.direction == 'forward'", {"referral.direction": "forward"}, T),
        ("referral.direction == 'forward'", {"referral.direction": "reverse"}, F),
        ("referral.direction != 'forward'", {}, U),
        ("referral.direction != 'forward'", {"referral.direction": "reverse"}, T),
        ("referral.direction in ('forward', 'reverse')", {"referral.direction": "community_report"}, F),
        ("'医疗' in aid.special_programmes", {}, U),
        ("'医疗' in aid.special_programmes", {"aid.special_programmes": frozenset()}, F),
        ("'医疗' in aid.special_programmes", {"aid.special_programmes": frozenset({"住房"})}, F),
        ("'医疗' in aid.special_programmes", {"aid.special_programmes": frozenset({"医疗", "住房"})}, T),
        ("nonempty(aid.special_programmes)", {}, U),
        ("nonempty(aid.special_programmes)", {"aid.special_programmes": frozenset()}, F),
        ("nonempty(aid.special_programmes)", {"aid.special_programmes": frozenset({"医疗"})}, T),
        ("household.size < 3", {}, U),
        ("household.size < 3", {"household.size": 2}, T),
        ("household.size < 3", {"household.size": 3}, F),
        ("household.size <= 3", {"household.size": 3}, T),
        ("household.size <= 3", {"household.size": 4}, F),
        ("household.size > 3", {"household.size": 3}, F),
        ("household.size > 3", {"household.size": 4}, T),
        ("household.size >= 3", {"household.size": 3}, T),
        ("household.size >= 3", {"household.size": 2}, F),
        ("household.size == 3", {"household.size": 3}, T),
        ("household.size == 3", {"household.size": 2}, F),
        ("household.size != 3", {"household.size": 3}, F),
        ("household.size != 3", {"household.size": 2}, T),
        ("household.size - household.size < 1", {}, U),
        ("household.size * 0 < 1", {}, U),
        ("household.size * 2 - 1 == 5", {"household.size": 3}, T),
        ("household.annual_income < 99999.99", {"household.annual_income": 9_999_998}, T),
        ("household.annual_income < 99999.99", {"household.annual_income": 9_999_999}, F),
        ("household.annual_income <= 99999.99", {"household.annual_income": 9_999_999}, T),
        ("household.annual_income <= 99999.99", {"household.annual_income": 10_000_000}, F),
        ("household.annual_income < income_line", {"household.annual_income": 9_999_999}, T),
        ("household.annual_income < income_line", {"household.annual_income": 10_000_000}, F),
        ("household.annual_income == 0.1", {"household.annual_income": 10}, T),
        ("household.annual_income * 0.3333 < 1", {"household.annual_income": 300}, T),
        ("household.annual_income * 0.3333 < 1", {"household.annual_income": 301}, F),
        ("household.annual_income < household.size * income_line", {"household.annual_income": 5}, U),
        ("hardship", {}, U),
        ("hardship", {"aid.received": False}, F),
        ("hardship", {"aid.received": True, "aid.still_in_difficulty": True}, T),
    ],
)
def test_atoms(text: str, facts: dict[str, Value], value: Three) -> None:
    assert evaluate(parse(text), world(facts)) is value


@pytest.mark.parametrize(
    ("window", "as_of", "event", "value"),
    [
        # one year: the corresponding day still counts; with `under` it does not
        ("within(aid.exit_date, years=1)", "2025-05-01", "2024-04-30", F),
        ("within(aid.exit_date, years=1)", "2025-05-01", "2024-05-01", T),
        ("within(aid.exit_date, years=1)", "2025-05-01", "2024-05-02", T),
        ("under(aid.exit_date, years=1)", "2025-05-01", "2024-04-30", F),
        ("under(aid.exit_date, years=1)", "2025-05-01", "2024-05-01", F),
        ("under(aid.exit_date, years=1)", "2025-05-01", "2024-05-02", T),
        # six months
        ("within(aid.exit_date, months=6)", "2025-05-01", "2024-10-31", F),
        ("within(aid.exit_date, months=6)", "2025-05-01", "2024-11-01", T),
        ("under(aid.exit_date, months=6)", "2025-05-01", "2024-11-01", F),
        ("under(aid.exit_date, months=6)", "2025-05-01", "2024-11-02", T),
        # thirty days
        ("within(aid.exit_date, days=30)", "2025-05-01", "2025-03-31", F),
        ("within(aid.exit_date, days=30)", "2025-05-01", "2025-04-01", T),
        ("under(aid.exit_date, days=30)", "2025-05-01", "2025-04-01", F),
        ("under(aid.exit_date, days=30)", "2025-05-01", "2025-04-02", T),
        # 29 February: the year after it runs out on the 28th
        ("within(aid.exit_date, years=1)", "2025-02-28", "2024-02-29", T),
        ("within(aid.exit_date, years=1)", "2025-03-01", "2024-02-29", F),
        ("under(aid.exit_date, years=1)", "2025-02-28", "2024-02-29", F),
        ("under(aid.exit_date, years=1)", "2025-02-27", "2024-02-29", T),
        ("within(aid.exit_date, years=1)", "2024-02-29", "2023-02-28", F),
        ("within(aid.exit_date, years=1)", "2024-02-29", "2023-03-01", T),
        ("within(aid.exit_date, years=4)", "2028-02-29", "2024-02-29", T),
        # the end of a month
        ("within(aid.exit_date, months=1)", "2025-02-28", "2025-01-31", T),
        ("within(aid.exit_date, months=1)", "2025-03-01", "2025-01-31", F),
        ("within(aid.exit_date, months=1)", "2025-06-30", "2025-05-31", T),
        ("within(aid.exit_date, months=1)", "2025-07-01", "2025-05-31", F),
        # the day of the evaluation itself, and after it
        ("within(aid.exit_date, years=1)", "2025-05-01", "2025-05-01", T),
        ("under(aid.exit_date, days=1)", "2025-05-01", "2025-05-01", T),
        ("within(aid.exit_date, years=1)", "2025-05-01", "2025-05-02", F),
        ("under(aid.exit_date, years=1)", "2025-05-01", "2025-05-02", F),
        ("happened(aid.exit_date)", "2025-05-01", "2025-05-01", T),
        ("happened(aid.exit_date)", "2025-05-01", "2025-04-30", T),
        ("happened(aid.exit_date)", "2025-05-01", "2025-05-02", F),
        # a parameter counts the same as a numeral
        ("within(aid.exit_date, years=window)", "2025-05-01", "2023-05-01", T),
        ("within(aid.exit_date, years=window)", "2025-05-01", "2023-04-30", F),
        # comparisons of days
        ("aid.exit_date < as_of", "2025-05-01", "2025-04-30", T),
        ("aid.exit_date < as_of", "2025-05-01", "2025-05-01", F),
        ("aid.exit_date == as_of", "2025-05-01", "2025-05-01", T),
        ("aid.exit_date >= date('2025-05-01')", "2025-06-01", "2025-05-01", T),
        ("aid.exit_date >= date('2025-05-01')", "2025-06-01", "2025-04-30", F),
    ],
)
def test_windows_and_days_on_and_beside_their_edges(window: str, as_of: str, event: str, value: Three) -> None:
    here = world({"aid.exit_date": day(event)}, day(as_of))
    assert evaluate(parse(window), here) is value


WINDOWS = ["within(aid.exit_date, years=1)", "under(aid.exit_date, days=3)", "happened(aid.exit_date)"]


@pytest.mark.parametrize("window", WINDOWS)
def test_an_event_that_nobody_recorded_leaves_a_window_open_and_one_that_never_came_closes_it(window: str) -> None:
    assert evaluate(parse(window), world({})) is None
    assert evaluate(parse(window), world({"aid.exit_date": NEVER})) is False
    assert evaluate(parse(f"not {window}"), world({"aid.exit_date": NEVER})) is True


@pytest.mark.parametrize("op", ["<", "<=", ">", ">=", "==", "!="])
@pytest.mark.parametrize("other", ["as_of", "date('2024-01-01')", "aid.exit_date", "aid.temporary_aid_date"])
def test_a_day_that_never_came_is_neither_before_nor_after_anything(op: str, other: str) -> None:
    for text in (f"aid.exit_date {op} {other}", f"{other} {op} aid.exit_date"):
        assert evaluate(parse(text), world({"aid.exit_date": NEVER})) is False
        both: dict[str, Value] = {"aid.exit_date": NEVER, "aid.temporary_aid_date": NEVER}
        assert evaluate(parse(text), world(both)) is False


def test_no_number_is_mistaken_for_a_day_that_never_came() -> None:
    assert evaluate(parse("household.annual_income < 1"), world({"household.annual_income": 0})) is True
    assert evaluate(parse("duty.count == 0"), world({"duty.count": 0})) is True


@pytest.mark.parametrize(
    ("text", "facts", "wanted"),
    [
        ("aid.received", {}, ["aid.received"]),
        ("aid.received", {"aid.received": True}, []),
        ("not aid.received", {}, ["aid.received"]),
        ("True", {}, []),
        ("known(aid.received)", {}, []),
        # nothing inside `false and …` and `true or …`
        ("aid.received and aid.meets_conditions", {"aid.received": False}, []),
        ("aid.received or aid.meets_conditions", {"aid.received": True}, []),
        ("aid.received and aid.meets_conditions", {"aid.received": True}, ["aid.meets_conditions"]),
        ("aid.received or aid.meets_conditions", {"aid.received": False}, ["aid.meets_conditions"]),
        ("aid.received and aid.meets_conditions", {}, ["aid.received", "aid.meets_conditions"]),
        (
            "aid.received and (aid.meets_conditions or person.tekun and person.orphan)",
            {"aid.received": True, "person.tekun": False},
            ["aid.meets_conditions"],
        ),
        (
            "(aid.received and aid.meets_conditions) or (person.tekun and person.orphan)",
            {"aid.received": False, "person.tekun": True},
            ["person.orphan"],
        ),
        (
            "(False and aid.received) or (True or aid.meets_conditions) and person.tekun",
            {},
            ["person.tekun"],
        ),
        ("known(aid.received) and aid.meets_conditions", {}, []),
        ("not known(aid.received) and aid.meets_conditions", {}, ["aid.meets_conditions"]),
        # the order is the text's, and each fact stands once
        ("person.tekun or aid.received or person.tekun", {}, ["person.tekun", "aid.received"]),
        ("hardship or aid.received", {}, ["aid.received", "aid.still_in_difficulty"]),
        ("not hardship", {"aid.received": True}, ["aid.still_in_difficulty"]),
        # of a comparison, those of its facts that are unknown
        (
            "household.annual_income < household.size * income_line",
            {"household.size": 3},
            ["household.annual_income"],
        ),
        (
            "household.annual_income < household.size * income_line",
            {},
            ["household.annual_income", "household.size"],
        ),
        ("household.size - household.size < 1", {}, ["household.size"]),
        (
            "referral.consent_date <= referral.letter_date",
            {},
            ["referral.consent_date", "referral.letter_date"],
        ),
        ("referral.consent_date <= referral.letter_date", {"referral.consent_date": NEVER}, []),
        (
            "referral.consent_date <= referral.letter_date",
            {"referral.consent_date": 700_000},
            ["referral.letter_date"],
        ),
        ("within(aid.exit_date, years=1)", {}, ["aid.exit_date"]),
        ("nonempty(aid.special_programmes)", {}, ["aid.special_programmes"]),
        ("referral.direction in ('forward',)", {}, ["referral.direction"]),
    ],
)
def test_missing_lists_what_stands_open_and_nothing_else(text: str, facts: dict[str, Value], wanted: list[str]) -> None:
    assert list(missing(parse(text), world(facts))) == wanted


# -- properties over generated conditions ------------------------------------------------------------------------------


IN_USE = len({name for draw in map(Generator, range(40)) for name in draw.facts(draw.sample())})
"""How many facts the generator draws."""


def asks_what_is_known(node: nodes.Condition) -> bool:
    """Tell whether a condition asks for records themselves: then to record more can undo it, by intention."""
    match node:
        case nodes.Known():
            return True
        case nodes.Not(operand):
            return asks_what_is_known(operand)
        case nodes.And(operands) | nodes.Or(operands):
            return any(map(asks_what_is_known, operands))
        case _:
            return False


def steady() -> Iterator[tuple[Sample, Generator]]:
    """Draw samples in which more records only ever decide more."""
    for seed in range(1_200):
        generator = Generator(5_000 + seed)
        sample = generator.sample()
        if not any(
            asks_what_is_known(node) for node in (*sample.definitions.values(), *dict(sample.conditions).values())
        ):
            yield sample, generator


def whole(generator: Generator, sample: Sample) -> dict[str, Value]:
    """Draw a value for every fact that the generator uses."""
    out: dict[str, Value] = {}
    while len(out) < IN_USE:
        out = {**generator.facts(sample), **out}
    return out


def test_what_is_decided_on_part_of_the_facts_holds_in_every_completion() -> None:
    decided = undecided = 0
    for sample, generator in steady():
        for _ in range(12):
            partial = generator.facts(sample)
            first = [evaluate(node, sample.world(partial)) for _, node in sample.conditions]
            for _ in range(4):
                complete = {**whole(generator, sample), **partial}
                for (_, node), value in zip(sample.conditions, first, strict=True):
                    final = evaluate(node, sample.world(complete))
                    assert final is not None
                    if value is None:
                        undecided += 1
                    else:
                        decided += 1
                        assert final is value
    assert decided > 4_000
    assert undecided > 2_000


def test_recording_the_missing_facts_and_only_these_decides_a_condition() -> None:
    """The facts listed are enough, whatever they turn out to be, and no others decide it without them."""
    seen = 0
    for sample, generator in steady():
        for _ in range(12):
            partial = generator.facts(sample)
            here = sample.world(partial)
            complete = whole(generator, sample)
            for _, node in sample.conditions:
                wanted = missing(node, here)
                assert bool(wanted) is (evaluate(node, here) is None)
                assert not set(wanted) & set(partial)
                if not wanted:
                    continue
                seen += 1
                listed = {name: complete[name] for name in wanted}
                assert evaluate(node, sample.world({**partial, **listed})) is not None
                others = {name: value for name, value in complete.items() if name not in wanted}
                assert missing(node, sample.world({**others, **partial})) == wanted
    assert seen > 1_500


def test_with_one_open_part_the_fact_listed_can_change_the_outcome() -> None:
    """For conditions that name each fact once, every fact listed matters in some completion."""
    r = random.Random(3)
    names = [spec.name for spec in BASE.facts if spec.type is FactType.BOOL]

    def once(pool: list[str], depth: int) -> nodes.Condition:
        if depth == 0 or len(pool) == 1:
            return nodes.Fact(pool[0])
        cut = r.randrange(1, len(pool))
        kind = r.choice((nodes.And, nodes.Or))
        node: nodes.Condition = kind((once(pool[:cut], depth - 1), once(pool[cut:], depth - 1)))
        return nodes.Not(node) if r.random() < 0.3 else node

    for _ in range(300):
        pool = r.sample(names, r.randrange(2, 6))
        node = once(pool, 3)
        used = nodes.facts_of(node)
        partial: dict[str, Value] = {name: r.random() < 0.5 for name in used if r.random() < 0.4}
        here = world(partial)
        for name in missing(node, here):
            rest = [other for other in used if other not in partial and other != name]
            outcomes = {
                tuple(
                    evaluate(node, world({**partial, **dict(zip(rest, values, strict=True)), name: value}))
                    for value in (True, False)
                )
                for values in product((True, False), repeat=len(rest))
            }
            assert any(a is not b for a, b in outcomes)


def test_known_is_the_one_way_to_be_undone_by_a_record() -> None:
    here = parse("not known(aid.received)")
    assert evaluate(here, world({})) is True
    assert evaluate(here, world({"aid.received": False})) is False


def test_a_world_is_not_changed_by_deciding_on_it() -> None:
    facts: dict[str, Value] = {"aid.received": True}
    here = World(facts, AS_OF, {}, {}, BASE.events)
    evaluate(parse("aid.received and aid.meets_conditions"), here)
    missing(parse("aid.received and aid.meets_conditions"), here)
    assert facts == {"aid.received": True}
