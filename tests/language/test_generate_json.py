"""The source that writes JSON tells in pieces what the tree tells in objects; `test_generate` has more shapes."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from tests.language.setting import PARAMETERS, parse, world
from tests.language.telling import told
from tests.language.test_generate import SHOWN, material

from xianjie.engine.encode import encode, lay_out
from xianjie.language.evaluate import Value
from xianjie.language.explain import Telling, find
from xianjie.language.generate_json import tell_function
from xianjie.language.prose import Speaker
from xianjie.vocabulary import BASE, FactSpec, FactType, Vocabulary


def test_a_block_without_conditions_tells_nothing() -> None:
    assert tell_function(material([]))([], [], []) == ((), (), ())


def test_a_condition_that_stands_twice_is_told_twice() -> None:
    node = parse("aid.received and household.size < 3")
    found = tell_function(material([node, node]))(*lay_out({"household.size": 2}, BASE, "zh"))
    assert found.codes == (1, 1)
    assert found.missing == (("aid.received",),) * 2
    assert found.texts[0] == found.texts[1]
    assert found.texts[2] == found.texts[3]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "facts",
    [
        {"aid.special_programmes": frozenset({'教"育', "a\\b", "\t", "𠀀", "{0}", "%s"})},
        {"aid.special_programmes": frozenset()},
        {"household.annual_income": 1},
        {"household.annual_income": 10**17},
        {"household.annual_income": 9_999_999, "household.size": 0},
        {},
    ],
)
def test_texts_of_all_kinds_are_written_as_json_writes_them(facts: dict[str, Value], lang: str) -> None:
    conditions = [
        parse("nonempty(aid.special_programmes)"),
        parse("'医疗救助' in aid.special_programmes or household.annual_income < income_line"),
        parse("not (hardship and household.annual_income <= 3 * income_line)"),
    ]
    written = material(conditions, lang=lang)
    coded = encode(facts, BASE, lang)
    names = BASE.names
    telling = Telling(
        dict(zip(names, coded.shown, strict=True)), dict(zip(names, coded.texts, strict=True)), SHOWN, written.speaker
    )
    wanted = [find(rule, node, world(facts), telling) for rule, node in written.conditions]
    assert tell_function(written)(*lay_out(facts, BASE, lang)) == told(wanted)


def test_terms_with_braces_and_quotes_are_no_source() -> None:
    """Terms come from plugins: none of their characters may mean anything in the source or in JSON."""
    spec = FactSpec("area.odd", FactType.BOOL, '"{K1}"\\{{', 'odd "{T[0]}" \\n')
    vocabulary = Vocabulary([*BASE.facts, spec])
    from xianjie.language import nodes

    for lang in ("zh", "en"):
        base = material([nodes.Not(nodes.Fact("area.odd"))], lang=lang)
        odd: Any = type(base)(
            base.conditions,
            base.definitions,
            base.frame,
            vocabulary,
            Speaker(vocabulary, PARAMETERS, lang),
            base.parameters,
        )
        for facts in ({}, {"area.odd": True}, {"area.odd": False}):
            found = tell_function(odd)(*lay_out(facts, vocabulary, lang))
            for piece, whole in ((found.texts[0], f'"{found.texts[0]}"'), (found.texts[1], f"[{found.texts[1]}]")):
                assert piece
                read = orjson.loads(whole.encode("latin-1"))
                assert orjson.dumps(read).decode("latin-1") == whole
            said = orjson.loads(f'"{found.texts[0]}"'.encode("latin-1"))
            assert (spec.zh if lang == "zh" else spec.en) in said
