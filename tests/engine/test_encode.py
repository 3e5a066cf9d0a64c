"""Laying a case out: codes to decide on, values to show, texts to say."""

from __future__ import annotations

import orjson
import pytest
from tests.engine.asking import day

from xianjie.engine.encode import encode, lay_out, show, yuan
from xianjie.engine.memory import Kept, Memory
from xianjie.language.evaluate import Value
from xianjie.language.generate import FALSE, TRUE, UNKNOWN
from xianjie.language.narrow import widened
from xianjie.vocabulary import BASE, FactType

FACTS: dict[str, Value] = {
    "person.tekun": True,
    "person.orphan": False,
    "household.size": 3,
    "household.annual_income": 9_999_999,
    "aid.exit_date": day("2024-02-29"),
    "aid.temporary_aid_date": 0,
    "aid.special_programmes": frozenset({"医疗救助", "教育救助"}),
    "referral.direction": "forward",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_laid_out_for_writing_is_what_is_encoded(lang: str) -> None:
    known = Kept[tuple[str, str]](Memory(10_000))
    facts: dict[str, Value] = {**FACTS, "aid.special_programmes": frozenset({'教"育', "\\"})}
    encoded = encode(facts, BASE, lang)
    for _ in range(2):
        laid = lay_out(facts, BASE, lang, known)
        assert laid.codes == encoded.codes
        assert laid == lay_out(facts, BASE, lang)
        for spec, shown, text, value, said in zip(
            BASE.facts, laid.shown, laid.texts, encoded.shown, encoded.texts, strict=True
        ):
            if spec.type is not FactType.BOOL:
                assert (widened(shown), widened(f'"{text}"')) == (orjson.dumps(value), orjson.dumps(said))


def test_each_type_has_its_code_its_value_and_its_text() -> None:
    encoded = encode(FACTS, BASE, "zh")

    def at(name: str) -> tuple[object, object, str]:
        slot = BASE.slot[name]
        return encoded.codes[slot], encoded.shown[slot], encoded.texts[slot]

    assert at("person.tekun")[:2] == (TRUE, True)
    assert at("person.orphan")[:2] == (FALSE, False)
    assert at("household.size")[:2] == (3, 3)
    assert at("household.annual_income") == (9_999_999, 99999.99, "99999.99 元")
    assert at("aid.exit_date") == (day("2024-02-29"), "2024-02-29", "2024-02-29")
    assert at("aid.temporary_aid_date") == (0, "never", "从未发生")
    code, shown, _ = at("aid.special_programmes")
    assert code == frozenset({"医疗救助", "教育救助"})
    assert shown == ["医疗救助", "教育救助"]
    assert at("referral.direction") == ("forward", "forward", "民政→慈善")
    assert encoded.facts is FACTS


def test_what_nobody_recorded_is_unknown_and_neither_false_nor_zero() -> None:
    encoded = encode({}, BASE, "zh")
    for spec, code, shown, text in zip(BASE.facts, encoded.codes, encoded.shown, encoded.texts, strict=True):
        assert code == UNKNOWN if spec.type is FactType.BOOL else code is None
        assert shown is None
        assert text == "未记录"


def test_one_case_leaves_nothing_behind_for_the_next() -> None:
    first = encode(FACTS, BASE, "en")
    first.codes[0], first.shown[0], first.texts[0] = TRUE, True, "x"
    second = encode({}, BASE, "en")
    assert set(second.shown) == {None}
    assert second.codes[0] == UNKNOWN
    assert len(set(second.texts)) == 1


def test_texts_follow_the_language() -> None:
    slot = BASE.slot["aid.temporary_aid_date"]
    assert encode(FACTS, BASE, "en").texts[slot] != encode(FACTS, BASE, "zh").texts[slot]
    assert encode(FACTS, BASE, "en").shown == encode(FACTS, BASE, "zh").shown


def test_money_is_shown_in_the_shortest_yuan() -> None:
    assert [yuan(fen) for fen in (0, 1, 10, 100, 9_999_999, 10_000_000, 10**17 + 1)] == [
        0,
        0.01,
        0.1,
        1,
        99999.99,
        100000,
        1000000000000000.0,
    ]
    assert isinstance(yuan(100), int)


def test_a_set_is_shown_in_one_order() -> None:
    spec = BASE["aid.special_programmes"]
    assert show(spec, frozenset({"c", "a", "b"})) == ["a", "b", "c"]
    assert show(spec, frozenset()) == []
