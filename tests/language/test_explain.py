"""The shape of an explanation, and its sentence: only the parts that bring the outcome about are named."""

from __future__ import annotations

import json

import pytest
from tests.language.setting import AS_OF, DEFINITIONS, day, parse, speaker, world

from xianjie.engine.encode import encode
from xianjie.language.calendar import NEVER
from xianjie.language.evaluate import Value
from xianjie.language.explain import Finding, Shown, Telling, find, is_compound, kind_of, opened
from xianjie.vocabulary import BASE

SHOWN: dict[str, Shown] = {"income_line": 100_000, "size_limit": 3, "window": 2, "bare": 4}


def explain(text: str, facts: dict[str, Value], lang: str = "zh") -> Finding:
    coded = encode(facts, BASE, lang)
    telling = Telling(
        dict(zip(BASE.names, coded.shown, strict=True)),
        dict(zip(BASE.names, coded.texts, strict=True)),
        SHOWN,
        speaker(lang),
    )
    return find("a-rule", parse(text), world(facts), telling)


LOW_INCOME = "household.annual_income < income_line and household.property_within_limits"


def test_the_contracts_example_in_chinese_and_in_english() -> None:
    facts: dict[str, Value] = {"household.annual_income": 8_000_000, "household.property_within_limits": True}
    found = explain(LOW_INCOME, facts)
    assert found.value is True
    assert found.missing == ()
    assert found.why == {
        "rule": "a-rule",
        "op": "all",
        "value": True,
        "text": "家庭年总收入 80000 元 低于 100000 元，且财产符合条件",
        "because": [
            {"fact": "household.annual_income", "value": 80000},
            {"parameter": "income_line", "value": 100_000},
            {"fact": "household.property_within_limits", "value": True},
        ],
    }
    assert explain(LOW_INCOME, facts, "en").why["text"] == (
        "total annual household income 80000 yuan is below 100000 yuan, and property within the limits"
    )


def test_an_unknown_fact_stands_as_null_and_is_named_alone() -> None:
    found = explain(LOW_INCOME, {"household.annual_income": 8_000_000})
    assert (found.value, found.missing) == (None, ("household.property_within_limits",))
    assert found.why["text"] == "财产符合条件：未记录"
    assert found.why["because"][2] == {"fact": "household.property_within_limits", "value": None}


@pytest.mark.parametrize(
    ("text", "facts", "zh", "en"),
    [
        # all: where it holds, everything brings it about; where it fails, only what is false
        (
            "aid.received and person.tekun",
            {"aid.received": True, "person.tekun": True},
            "已获政府救助，且特困人员",
            "received government aid, and person in extreme hardship (tekun)",
        ),
        (
            "aid.received and person.tekun and person.orphan",
            {"aid.received": False, "person.tekun": True, "person.orphan": False},
            "已获政府救助：否；孤儿：否",
            "received government aid: no; orphan: no",
        ),
        (
            "aid.received and person.orphan",
            {"person.orphan": True},
            "已获政府救助：未记录",
            "received government aid: not recorded",
        ),
        (
            "aid.received and person.orphan",
            {},
            "已获政府救助：未记录；孤儿：未记录",
            "received government aid: not recorded; orphan: not recorded",
        ),
        # any: where it holds, what is true; where it fails, everything; where it is open, what is unknown
        (
            "aid.received or person.tekun or person.orphan",
            {"aid.received": False, "person.tekun": True, "person.orphan": True},
            "特困人员；孤儿",
            "person in extreme hardship (tekun); orphan",
        ),
        (
            "aid.received or person.orphan",
            {"aid.received": False, "person.orphan": False},
            "已获政府救助：否；孤儿：否",
            "received government aid: no; orphan: no",
        ),
        ("aid.received or person.orphan", {"aid.received": False}, "孤儿：未记录", "orphan: not recorded"),
        # not: the sentence is that of what it turns
        ("not aid.received", {"aid.received": False}, "已获政府救助：否", "received government aid: no"),
        ("not aid.received", {"aid.received": True}, "已获政府救助", "received government aid"),
        ("not aid.received", {}, "已获政府救助：未记录", "received government aid: not recorded"),
        # the nested part that does not decide is not named
        (
            "(aid.received and person.orphan) or person.tekun",
            {"aid.received": True, "person.orphan": False, "person.tekun": True},
            "特困人员",
            "person in extreme hardship (tekun)",
        ),
        (
            "aid.exit_date < as_of",
            {"aid.exit_date": day("2025-04-30")},
            "退出救助范围日期 2025-04-30 早于 判定日",
            None,
        ),
        ("aid.exit_date < as_of", {"aid.exit_date": NEVER}, "退出救助范围日期 从未发生 早于 判定日：否", None),
        ("aid.exit_date < as_of", {}, "退出救助范围日期 未记录 早于 判定日：未记录", None),
        (
            "within(aid.exit_date, years=1)",
            {"aid.exit_date": day("2024-04-30")},
            "退出救助范围日期 2024-04-30，不在 1 年内",
            "date of leaving assistance 2024-04-30, not within 1 years",
        ),
        (
            "hardship",
            {"aid.received": True},
            "政府救助后仍有困难：未记录",
            "still in difficulty after government aid: not recorded",
        ),
        ("known(aid.received)", {}, "已获政府救助：未记录", "received government aid: not recorded"),
        ("known(aid.received)", {"aid.received": False}, "已获政府救助：有记录", "received government aid: recorded"),
    ],
)
def test_the_sentence_names_what_decides(text: str, facts: dict[str, Value], zh: str, en: str | None) -> None:
    assert explain(text, facts).why["text"] == zh
    if en is not None:
        assert explain(text, facts, "en").why["text"] == en


def test_atoms_are_spliced_and_compound_parts_nest() -> None:
    text = "aid.received and not person.orphan and (person.tekun or hardship) and not (person.minor or person.elderly)"
    found = explain(text, {"aid.received": True, "person.orphan": False, "person.tekun": True, "person.minor": True})
    why = found.why
    assert (why["op"], why["value"]) == ("all", False)
    assert why["text"] == "未成年人"
    first, second, either, neither = why["because"]
    assert first == {"fact": "aid.received", "value": True}
    assert second == {"fact": "person.orphan", "value": False}
    assert either["op"] == "any"
    assert either["value"] is True
    assert either["text"] == "特困人员"
    tekun, hardship = either["because"]
    assert tekun == {"fact": "person.tekun", "value": True}
    assert hardship == {
        "op": "all",
        "definition": "hardship",
        "value": None,
        "text": "政府救助后仍有困难：未记录",
        "because": [{"fact": "aid.received", "value": True}, {"fact": "aid.still_in_difficulty", "value": None}],
    }
    assert neither == {
        "op": "not",
        "value": False,
        "text": "未成年人",
        "because": [
            {
                "op": "any",
                "value": True,
                "text": "未成年人",
                "because": [{"fact": "person.minor", "value": True}, {"fact": "person.elderly", "value": None}],
            }
        ],
    }


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("aid.received", "is"),
        ("not aid.received", "is"),
        ("household.size < 3", "is"),
        ("aid.received and person.orphan", "all"),
        ("aid.received or person.orphan", "any"),
        ("not (aid.received or person.orphan)", "not"),
        ("not not (aid.received or person.orphan)", "not"),
        ("not not aid.received", "is"),
        ("hardship", "all"),
        ("not hardship", "not"),
        ("1 < household.size < 3", "all"),
    ],
)
def test_how_a_condition_joins_its_parts(text: str, op: str) -> None:
    assert explain(text, {}).why["op"] == op
    assert kind_of(opened(parse(text), DEFINITIONS)) == op
    assert is_compound(parse(text)) is (op != "is")


@pytest.mark.parametrize(
    ("text", "facts", "leaves"),
    [
        (
            "household.annual_income < household.size * income_line",
            {"household.size": 3},
            [
                {"fact": "household.annual_income", "value": None},
                {"fact": "household.size", "value": 3},
                {"parameter": "income_line", "value": 100_000},
            ],
        ),
        (
            "household.annual_income < 0.5",
            {"household.annual_income": 1},
            [{"fact": "household.annual_income", "value": 0.01}],
        ),
        (
            "within(aid.exit_date, years=window)",
            {"aid.exit_date": AS_OF},
            [{"fact": "aid.exit_date", "value": "2025-05-01"}, {"parameter": "window", "value": 2}],
        ),
        ("happened(aid.exit_date)", {"aid.exit_date": NEVER}, [{"fact": "aid.exit_date", "value": "never"}]),
        (
            "nonempty(aid.special_programmes)",
            {"aid.special_programmes": frozenset({"住房", "医疗"})},
            [{"fact": "aid.special_programmes", "value": ["住房", "医疗"]}],
        ),
        (
            "nonempty(aid.special_programmes)",
            {"aid.special_programmes": frozenset()},
            [{"fact": "aid.special_programmes", "value": []}],
        ),
        (
            "referral.direction == 'forward'",
            {"referral.direction": "reverse"},
            [{"fact": "referral.direction", "value": "reverse"}],
        ),
        ("household.size - household.size < 1", {}, [{"fact": "household.size", "value": None}]),
        ("True", {}, []),
        ("as_of < date('2025-01-01')", {}, []),
    ],
)
def test_the_leaves_of_an_atom_are_its_facts_then_its_parameters(
    text: str, facts: dict[str, Value], leaves: list[dict[str, Shown]]
) -> None:
    why = explain(text, facts).why
    assert why["because"] == leaves
    assert json.loads(json.dumps(why, ensure_ascii=False)) == why
