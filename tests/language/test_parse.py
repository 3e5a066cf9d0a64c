"""What a condition may say, what it becomes, and where each fault is told to be."""

from __future__ import annotations

import ast
from fractions import Fraction

import pytest
from tests.differential.generator import Generator, written
from tests.language.setting import day, fault, parse

from xianjie.language import nodes
from xianjie.language.ir import Frame, lower
from xianjie.language.names import ParameterType, Scope
from xianjie.language.parse import DEEPEST_TREE, parse_condition
from xianjie.language.text import DEEPEST, LONGEST, ExpressionError
from xianjie.vocabulary import BASE

RECEIVED = nodes.Fact("aid.received")
HARD = nodes.Fact("aid.still_in_difficulty")
MEETS = nodes.Fact("aid.meets_conditions")
INCOME = nodes.Fact("household.annual_income")
SIZE = nodes.Fact("household.size")
EXIT = nodes.Fact("aid.exit_date")
SET = nodes.Fact("aid.special_programmes")
DIRECTION = nodes.Fact("referral.direction")


def number(text: str | int) -> nodes.Number:
    return nodes.Number(Fraction(text))


def fen(amount: int) -> nodes.Number:
    return nodes.Number(Fraction(amount), money=True)


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("True", nodes.Truth(True)),
        ("False", nodes.Truth(False)),
        ("aid.received", RECEIVED),
        ("  aid.received  ", RECEIVED),
        ("(aid.received)", RECEIVED),
        ("aid.received # 备注 )", RECEIVED),
        ("aid . received", RECEIVED),
        ("hardship", nodes.Definition("hardship")),
        ("not aid.received", nodes.Not(RECEIVED)),
        ("not not aid.received", nodes.Not(nodes.Not(RECEIVED))),
        ("aid.received and aid.still_in_difficulty", nodes.And((RECEIVED, HARD))),
        ("aid.received or aid.still_in_difficulty", nodes.Or((RECEIVED, HARD))),
        ("referral.direction == 'forward'", nodes.Member(DIRECTION, ("forward",))),
        ("'forward' == referral.direction", nodes.Member(DIRECTION, ("forward",))),
        ("referral.direction != 'forward'", nodes.Not(nodes.Member(DIRECTION, ("forward",)))),
        ("referral.direction in ('forward', 'reverse')", nodes.Member(DIRECTION, ("forward", "reverse"))),
        ("referral.direction in ['reverse']", nodes.Member(DIRECTION, ("reverse",))),
        ("referral.direction in {'reverse'}", nodes.Member(DIRECTION, ("reverse",))),
        ("referral.direction not in ('reverse',)", nodes.Not(nodes.Member(DIRECTION, ("reverse",)))),
        ("'医疗' in aid.special_programmes", nodes.Contains(SET, "医疗")),
        ("')' in aid.special_programmes", nodes.Contains(SET, ")")),
        ('"#(" in aid.special_programmes', nodes.Contains(SET, "#(")),
        ("'医疗' not in aid.special_programmes", nodes.Not(nodes.Contains(SET, "医疗"))),
        ("nonempty(aid.special_programmes)", nodes.NotEmpty(SET)),
        ("happened(aid.exit_date)", nodes.Happened(EXIT)),
        ("known(aid.received)", nodes.Known(RECEIVED)),
        ("known(aid.special_programmes)", nodes.Known(SET)),
        ("known(target.value)", nodes.Known(nodes.Fact("target.value"))),
        ("within(aid.exit_date, years=1)", nodes.Within(EXIT, number(1), "years", True)),
        ("within(aid.exit_date, months=6)", nodes.Within(EXIT, number(6), "months", True)),
        ("within(aid.exit_date, days=1200)", nodes.Within(EXIT, number(1200), "days", True)),
        ("under(aid.exit_date, years=1)", nodes.Within(EXIT, number(1), "years", False)),
        ("within(aid.exit_date, years=window)", nodes.Within(EXIT, nodes.Parameter("window"), "years", True)),
        ("aid.exit_date < as_of", nodes.Compare("<", EXIT, nodes.AsOf())),
        (
            "aid.exit_date >= date('2024-02-29')",
            nodes.Compare(">=", EXIT, nodes.Day(day("2024-02-29"))),
        ),
        (
            "referral.consent_date <= referral.letter_date",
            nodes.Compare("<=", nodes.Fact("referral.consent_date"), nodes.Fact("referral.letter_date")),
        ),
        ("household.size >= 3", nodes.Compare(">=", SIZE, number(3))),
        ("household.size == 3.5", nodes.Compare("==", SIZE, number("3.5"))),
        ("household.size != size_limit", nodes.Compare("!=", SIZE, nodes.Parameter("size_limit"))),
        ("household.size > -1", nodes.Compare(">", SIZE, number(-1))),
        ("household.size > --1", nodes.Compare(">", SIZE, number(1))),
        ("1_000 > household.size", nodes.Compare(">", number(1000), SIZE)),
        ("1_000_000 > household.size", nodes.Compare(">", number(1_000_000), SIZE)),
        ("1 < 2", nodes.Compare("<", number(1), number(2))),
        (
            "household.annual_income < income_line",
            nodes.Compare("<", INCOME, nodes.Parameter("income_line", True)),
        ),
    ],
)
def test_every_construct_becomes_its_node(text: str, node: nodes.Condition) -> None:
    assert parse(text) == node


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("99999.99", 9_999_999),
        ("100000", 10_000_000),
        ("0.1", 10),
        ("0.10", 10),
        ("0.01", 1),
        ("0", 0),
        ("1_000.50", 100_050),
        ("999999999999999.99", 99_999_999_999_999_999),
        ("9007199254740993", 900_719_925_474_099_300),
    ],
)
def test_a_bare_numeral_beside_money_is_yuan_and_exact(text: str, amount: int) -> None:
    assert parse(f"household.annual_income < {text}") == nodes.Compare("<", INCOME, fen(amount))
    assert parse(f"{text} > household.annual_income") == nodes.Compare(">", fen(amount), INCOME)
    assert parse(f"household.annual_income < -{text}") == nodes.Compare("<", INCOME, fen(-amount))


def test_a_numeral_finer_than_fen_keeps_its_value() -> None:
    node = parse("household.annual_income < 0.001")
    assert node == nodes.Compare("<", INCOME, nodes.Number(Fraction(1, 10), money=True))


def test_money_spreads_into_sums_but_not_into_factors() -> None:
    line = nodes.Parameter("income_line", True)
    assert parse("household.annual_income < 2 * 3 + 1.5") == nodes.Compare(
        "<",
        INCOME,
        nodes.Arithmetic("+", nodes.Arithmetic("*", fen(200), number(3)), fen(150)),
    )
    assert parse("household.annual_income < household.size * income_line") == nodes.Compare(
        "<", INCOME, nodes.Arithmetic("*", SIZE, line)
    )
    assert parse("household.annual_income - 100 < 3 * income_line") == nodes.Compare(
        "<",
        nodes.Arithmetic("-", INCOME, fen(10_000)),
        nodes.Arithmetic("*", number(3), line),
    )


@pytest.mark.parametrize(
    ("text", "same_as"),
    [
        (
            "aid.received or aid.still_in_difficulty and aid.meets_conditions",
            "aid.received or (aid.still_in_difficulty and aid.meets_conditions)",
        ),
        ("not aid.received and aid.meets_conditions", "(not aid.received) and aid.meets_conditions"),
        ("not aid.received or aid.meets_conditions", "(not aid.received) or aid.meets_conditions"),
        ("not household.size < 3", "not (household.size < 3)"),
        ("household.size + 1 * 2 < 3", "household.size + (1 * 2) < 3"),
        ("household.size - 1 - 2 < 3", "(household.size - 1) - 2 < 3"),
        (
            "aid.received and aid.still_in_difficulty or aid.meets_conditions",
            "(aid.received and aid.still_in_difficulty) or aid.meets_conditions",
        ),
        ("aid.received\n  and\n  aid.meets_conditions", "aid.received and aid.meets_conditions"),
    ],
)
def test_precedence_is_pythons(text: str, same_as: str) -> None:
    assert parse(text) == parse(same_as)


def test_brackets_keep_nested_groups_apart() -> None:
    assert parse("(aid.received and aid.still_in_difficulty) and aid.meets_conditions") == nodes.And(
        (nodes.And((RECEIVED, HARD)), MEETS)
    )


def test_a_chained_comparison_is_the_conjunction_of_its_links() -> None:
    assert parse("1 < household.size <= 5") == nodes.And(
        (nodes.Compare("<", number(1), SIZE), nodes.Compare("<=", SIZE, number(5)))
    )
    assert parse("1000 <= household.annual_income < income_line") == nodes.And(
        (
            nodes.Compare("<=", fen(100_000), INCOME),
            nodes.Compare("<", INCOME, nodes.Parameter("income_line", True)),
        )
    )


@pytest.mark.parametrize(
    ("text", "code", "offset"),
    [
        # syntax
        ("aid.received and", "expression-syntax", 16),
        ("not", "expression-syntax", 3),
        ("aid.received; aid.received", "expression-syntax", 12),
        ("aid.received)", "expression-syntax", 12),
        ("(aid.received", "expression-syntax", 0),
        ("aid.received and (hardship", "expression-syntax", 17),
        ("aid.received) or (aid.received", "expression-syntax", 12),
        ("happened)(aid.exit_date", "expression-syntax", 8),
        ("aid.received is True", "expression-syntax", 0),
        ("hardship and aid.received is not None", "expression-syntax", 13),
        # a condition is wanted
        ("", "expression-not-a-condition", 0),
        (" \n ", "expression-not-a-condition", 0),
        ("None", "expression-not-a-condition", 0),
        ("hardship and 1", "expression-not-a-condition", 13),
        ("hardship and 'aid.received'", "expression-not-a-condition", 13),
        ("aid.received & hardship", "expression-not-a-condition", 0),
        ("aid.received, hardship", "expression-not-a-condition", 0),
        # a fact is wanted
        ("aid.received.x", "expression-not-a-fact", 0),
        ("known(income_line)", "expression-not-a-fact", 6),
        ("known(hardship)", "expression-not-a-fact", 6),
        ("within(as_of, years=1)", "expression-not-a-fact", 7),
        ("known('aid.received')", "expression-not-a-fact", 6),
        ("'a' == 'b'", "expression-not-a-fact", 0),
        ("income_line == 'a'", "expression-not-a-fact", 0),
        # a quantity is wanted
        ("household.size < 'a'.x", "expression-not-a-fact", 17),
        ("household.size < None", "expression-not-a-quantity", 17),
        ("household.size < +1", "expression-not-a-quantity", 17),
        ("household.size < 1j", "expression-not-a-quantity", 17),
        ("household.size < (hardship and hardship)", "expression-not-a-quantity", 18),
        ("aid.exit_date < date(2025, 1, 1)", "expression-not-a-quantity", 16),
        ("aid.exit_date < date('2025-01-01', 'x')", "expression-not-a-quantity", 16),
        ("within(aid.exit_date, years=True)", "expression-not-a-quantity", 28),
        # numbers, days, arithmetic
        ("household.size < 1e5", "expression-number", 17),
        ("household.size < 0x10", "expression-number", 17),
        ("household.size < 0b1", "expression-number", 17),
        ("household.size < .5", "expression-number", 17),
        ("household.size < 5.", "expression-number", 17),
        ("household.size < 1_0_0", "expression-number", 17),
        ("household.size < -household.size", "expression-number", 17),
        ("household.size < -(1 + 1)", "expression-number", 17),
        ("aid.exit_date < date('2025-13-01')", "expression-date", 16),
        ("aid.exit_date < date('2025-02-29')", "expression-date", 16),
        ("aid.exit_date < date('yesterday')", "expression-date", 16),
        ("1 < household.size / 2", "expression-arithmetic", 4),
        ("1 < household.size // 2", "expression-arithmetic", 4),
        ("1 < household.size % 2", "expression-arithmetic", 4),
        ("1 < household.size ** 2", "expression-arithmetic", 4),
        # types
        ("hardship and referral.direction", "type-mismatch", 13),
        ("hardship and aid.special_programmes", "type-mismatch", 13),
        ("hardship and aid.exit_date", "type-mismatch", 13),
        ("income_line", "type-mismatch", 0),
        ("date('2025-01-01')", "type-mismatch", 0),
        ("hardship < 3", "type-mismatch", 0),
        ("aid.received == True", "type-mismatch", 16),
        ("True == aid.received", "type-mismatch", 0),
        ("aid.received == 1", "type-mismatch", 0),
        ("target.value > 3", "type-mismatch", 0),
        ("household.annual_income < household.size", "type-mismatch", 0),
        ("hardship and household.annual_income < size_limit", "type-mismatch", 13),
        ("household.size < income_line", "type-mismatch", 0),
        ("household.annual_income * income_line > 1", "type-mismatch", 0),
        ("household.annual_income + household.size > 1", "type-mismatch", 0),
        ("1 < aid.exit_date - 1", "type-mismatch", 4),
        ("as_of < 3", "type-mismatch", 0),
        ("as_of < income_line", "type-mismatch", 0),
        ("referral.direction < 'forward'", "type-mismatch", 21),
        ("'forward' < referral.direction", "type-mismatch", 0),
        ("household.size == '3'", "type-mismatch", 18),
        ("household.size in ('3',)", "type-mismatch", 19),
        ("referral.direction in ()", "type-mismatch", 22),
        ("referral.direction in 'forward'", "type-mismatch", 22),
        ("referral.direction in (1,)", "type-mismatch", 23),
        ("'x' in aid.received", "type-mismatch", 7),
        ("nonempty(aid.received)", "type-mismatch", 0),
        ("happened(aid.received)", "type-mismatch", 0),
        ("hardship or within(aid.received, years=1)", "type-mismatch", 12),
        ("within(aid.exit_date, years=income_line)", "type-mismatch", 28),
        ("within(aid.exit_date, years=household.size)", "type-mismatch", 28),
        ("within(aid.exit_date, years=1 + 1)", "type-mismatch", 28),
        # windows
        ("within(aid.exit_date, months=window)", "unit-mismatch", 29),
        ("within(aid.exit_date, years=bare)", "unit-mismatch", 28),
        ("within(aid.exit_date, years=size_limit)", "unit-mismatch", 28),
        ("within(aid.exit_date, years=0)", "window-length", 28),
        ("within(aid.exit_date, years=-1)", "window-length", 28),
        ("within(aid.exit_date, years=1.5)", "window-length", 28),
        ("within(aid.exit_date, years=1201)", "window-length", 28),
        ("within(aid.exit_date)", "function-arguments", 0),
        ("within(aid.exit_date, 3)", "function-arguments", 0),
        ("within(aid.exit_date, weeks=3)", "function-arguments", 0),
        ("within(aid.exit_date, years=1, months=2)", "function-arguments", 0),
        ("within(aid.exit_date, **hardship)", "function-arguments", 0),
        ("hardship or happened(aid.exit_date, years=1)", "function-arguments", 12),
        ("happened()", "function-arguments", 0),
        ("known(aid.received, aid.received)", "function-arguments", 0),
        # names
        ("aid.recieved", "unknown-name", 0),
        ("nope", "unknown-name", 0),
        ("hardship and not nope.x", "unknown-name", 17),
        ("household.size < sise_limit", "unknown-name", 17),
        ("'x' in aid", "unknown-name", 7),
        ("witin(aid.exit_date, years=1)", "unknown-function", 0),
        ("hardship or print('x')", "unknown-function", 12),
        ("referral.direction == 'foward'", "unknown-word", 22),
        ("referral.direction in ('forward', 'x')", "unknown-word", 34),
        # columns are characters, not bytes, also on later lines
        ("'住房' in aid.special_programmes and nope.x", "unknown-name", 35),
        ("'住房' in aid.special_programmes\n  and nope.x", "unknown-name", 37),
        ("'住房' in aid.special_programmes\r\nand nope.x", "unknown-name", 36),
        ("'住\u2028房' in aid.special_programmes\nand nope.x", "unknown-name", 36),
        ("aid.received # 住房\n and 住房.x", "unknown-name", 23),
        ("'住房' in aid.special_programmes\nand aid.received and", "expression-syntax", 51),
        ("'住房' in aid.special_programmes\nand aid.received ; hardship", "expression-syntax", 48),
        ("('住房' in aid.special_programmes)\nor household.size < 1e5", "expression-number", 53),
    ],
)
def test_each_fault_has_its_code_and_its_place(text: str, code: str, offset: int) -> None:
    found = fault(text)
    assert (found.code, found.offset) == (code, offset)
    assert found.zh
    assert found.en


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("aid.recieved", "aid.received"),
        ("recieved.aid and aid.recieved", None),
        ("household.anual_income < 3", "household.annual_income"),
        ("persn.tekun", "person.tekun"),
        ("recipient.tekun", "person.tekun"),
        ("household.size < sise_limit", "size_limit"),
        ("hardshp", "hardship"),
        ("witin(aid.exit_date, years=1)", "within"),
        ("referral.direction == 'foward'", "forward"),
        ("qqqq", None),
    ],
)
def test_an_unknown_name_is_told_with_its_nearest(text: str, near: str | None) -> None:
    found = fault(text)
    if near is None:
        assert "did you mean" not in found.en
        assert "是否为" not in found.zh
    else:
        assert f"did you mean {near}?" in found.en
        assert f"是否为 {near}？" in found.zh


def test_a_far_word_is_told_with_all_that_are_known() -> None:
    assert fault("referral.direction == 'x'").en.endswith("known: forward, reverse, community_report")


@pytest.mark.parametrize(
    "text", ["known(income_line)", "within(hardship, years=1)", "as_of == 'x'", "date('2025-01-01')"]
)
def test_a_known_name_in_the_wrong_place_is_not_called_unknown(text: str) -> None:
    assert "did you mean" not in fault(text).en


SPY = "__import__('builtins').SPY.append(1)"


@pytest.mark.parametrize(
    "text",
    [
        SPY,
        f"aid.received and {SPY}",
        f"(lambda: {SPY})()",
        f"[{SPY} for _ in 'x']",
        f"any({SPY} for _ in 'x')",
        f"(x := {SPY})",
        f"f'{{{SPY}}}'",
        f"f'{{{SPY}}}' in aid.special_programmes",
        f"happened(*{SPY})",
        f"happened(**{SPY})",
        f"known(aid.received)({SPY})",
        f"aid.received if {SPY} else hardship",
        f"household.size < {SPY}",
        f"household.size in [{SPY}]",
        f"{SPY} in aid.special_programmes",
        f"within(aid.exit_date, years={SPY})",
        f"aid.exit_date < date({SPY})",
        f"aid[{SPY}]",
        "aid.received.__class__.__mro__",
        "().__class__",
        "aid.__class__",
        "aid['received']",
        "await aid.received",
        "yield aid.received",
        "exec('1')",
        "eval('1')",
        "open('x')",
        "x for x in aid.received",
        "aid.received\nimport os",
        "aid.received = 1",
        "def f(): pass",
        "@aid.received",
        "`aid.received`",
        "...",
        "{'a': 1}",
        "b'a' in aid.special_programmes",
        "*aid.received",
    ],
)
def test_what_must_never_run_is_refused_and_does_not_run(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    spied: list[int] = []
    monkeypatch.setattr(builtins, "SPY", spied, raising=False)
    assert fault(text).code
    assert spied == []


def test_a_text_as_long_as_allowed_is_read_and_one_longer_is_not() -> None:
    text = "aid.received or " * 249 + "aid.received"
    padded = text + " " * (LONGEST - len(text))
    node = parse(padded)
    assert isinstance(node, nodes.Or)
    assert len(node.operands) == 250
    assert (fault(padded + " ").code, fault("x" * (LONGEST + 1)).code) == ("expression-too-long",) * 2
    assert fault("x" * LONGEST).code == "unknown-name"


def test_brackets_nest_forty_deep_and_no_deeper() -> None:
    assert DEEPEST == 40
    assert parse("(" * 40 + "aid.received" + ")" * 40) == RECEIVED
    found = fault("(" * 41 + "aid.received" + ")" * 41)
    assert (found.code, found.offset) == ("expression-too-deep", 40)
    assert parse(f"'{'(' * 60}' in aid.special_programmes") == nodes.Contains(SET, "(" * 60)


@pytest.mark.parametrize(
    "text",
    [
        "not " * 990 + "aid.received",
        "1+" * 1500 + "1 < household.size",
        "-" * 1500 + "1 < household.size",
        "-" * 3900 + "1 < household.size",
        "household.size" + "*1" * 1500 + " < 1",
        "not " * DEEPEST_TREE + "aid.received",
        "~" * 3000 + "1",
        "aid" + ".x" * 1900,
    ],
)
def test_what_nests_without_brackets_is_refused_as_well(text: str) -> None:
    assert len(text) <= LONGEST
    assert fault(text).code in ("expression-too-deep", "expression-syntax")


def test_not_not_not_a_thousand_times_is_too_long_or_too_deep_and_a_hundred_times_is_read() -> None:
    assert fault("not " * 1000 + "aid.received").code == "expression-too-long"
    node: nodes.Condition = RECEIVED
    for _ in range(100):
        node = nodes.Not(node)
    assert parse("not " * 100 + "aid.received") == node


@pytest.mark.parametrize(
    "text", ["\0", "aid.received\0", "aid.received and \0 hardship", "'\0' in aid.special_programmes"]
)
def test_a_nul_is_a_fault_of_syntax(text: str) -> None:
    assert fault(text).code == "expression-syntax"


def test_no_text_at_all_raises_anything_but_an_expression_error() -> None:
    pieces = [
        "(",
        ")",
        "[",
        "'",
        '"',
        "and",
        "not",
        "in",
        "==",
        "aid.received",
        "1",
        ".",
        ",",
        "#",
        "\n",
        "住",
        "\\",
        "\0",
        "{",
        "*",
        ":=",
    ]
    import random

    r = random.Random(20261121)
    places: list[tuple[int, int]] = []
    for _ in range(3000):
        text = " ".join(r.choices(pieces, k=r.randrange(1, 9)))
        try:
            parse(text)
        except ExpressionError as error:
            places.append((error.offset, len(text)))
    assert len(places) > 2500
    assert all(0 <= offset <= length for offset, length in places)


def test_parsing_only_reads_python_never_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("code was run")

    import builtins

    ast.parse("1")  # what the interpreter loads on first use is loaded now
    monkeypatch.setattr(builtins, "eval", forbidden)
    monkeypatch.setattr(builtins, "exec", forbidden)
    assert parse("aid.received and household.size < 3") == nodes.And((RECEIVED, nodes.Compare("<", SIZE, number(3))))


ROUND_TRIP = Scope(
    BASE,
    {
        "income_line": ParameterType(True, None),
        "size_limit": ParameterType(False, "persons"),
        "window": ParameterType(False, "years"),
    },
    frozenset({"d0", "d1", "d2", "d3"}),
)


def read_as(part: nodes.Quantity) -> str | None:
    """Tell what reading takes a written quantity for; None where a neighbour would give a numeral the wrong type."""
    match part:
        case nodes.Number(_, money):
            return "yuan" if money else "numeral"
        case nodes.Parameter(_, money):
            return "money" if money else "number"
        case nodes.Fact(name):
            return "day" if name in BASE.events else "money" if name == INCOME.name else "number"
        case nodes.Arithmetic(op, left, right):
            kinds = {read_as(left), read_as(right)}
            if None in kinds or (op == "*" and kinds == {"number", "yuan"}):
                return None
            return next(kind for kind in ("money", "number", "yuan", "numeral") if kind in kinds)
        case _:
            return "day"


def typed(node: nodes.Condition) -> bool:
    """Tell whether every numeral of a condition gets its type from a neighbour, as reading needs."""
    match node:
        case nodes.Compare(_, left, right):
            kinds = {read_as(left), read_as(right)}
            return None not in kinds and kinds != {"yuan"}
        case nodes.Not(operand):
            return typed(operand)
        case nodes.And(operands) | nodes.Or(operands):
            return all(typed(operand) for operand in operands)
        case _:
            return True


def equal_but_for_marks(a: nodes.Node, b: nodes.Node) -> bool:
    """Compare nodes by what they come to: a product of numerals may hold its hundred in either factor."""
    frame = Frame(day("2025-05-01"), {n: Fraction(7) for n in ROUND_TRIP.parameters}, BASE.events)
    match a, b:
        case nodes.Compare(), nodes.Compare():
            return a.op == b.op and lower(a, frame) == lower(b, frame)
        case (nodes.And(x), nodes.And(y)) | (nodes.Or(x), nodes.Or(y)):
            return len(x) == len(y) and all(map(equal_but_for_marks, x, y))
        case nodes.Not(x), nodes.Not(y):
            return equal_but_for_marks(x, y)
        case _:
            return a == b


def test_two_thousand_random_conditions_are_written_and_read_back() -> None:
    generator = Generator(7)
    exact = compared = 0
    while compared < 2000:
        node = generator.condition(generator.random.randrange(5), ("d0", "d3"))
        if not typed(node):
            continue
        compared += 1
        text = written(node)
        if len(text) > LONGEST:
            continue
        found = parse_condition(text, ROUND_TRIP)
        exact += found == node
        assert equal_but_for_marks(found, node), text
    assert exact > 1500
