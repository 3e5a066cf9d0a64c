"""A form has its blanks where the marks ended up, and filled in it is the entry that the findings would have made."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.language.telling import told
from tests.regions.region_cases import REGIONS

from xianjie.engine.encode import Encoded, lay_out
from xianjie.engine.forms import Marked, Ready, elements_of, form_of, names_marked, names_told, part, row
from xianjie.language.explain import Because, Finding, Why
from xianjie.language.narrow import widened
from xianjie.vocabulary import BASE

AS_OF = 739_372
POLICY = next(policy for policy in REGIONS.load() if policy.region == "jinhua")
AT = Marked(POLICY, AS_OF, "zh")


def marked(facts: dict[str, Any]) -> list[Finding]:
    return AT.decide("eligibility", Encoded(facts, lay_out(facts, BASE, "zh").codes, [], []))


FINDINGS = marked({})
OPEN = [place for place, finding in enumerate(FINDINGS) if finding.value is None]


def said(text: str, missing: tuple[str, ...], because: list[Because]) -> Finding:
    why: Why = {"rule": "r", "op": "is", "value": None, "text": text, "because": because}
    return Finding(None, missing, why)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=len(FINDINGS), max_size=len(FINDINGS)))
def test_sentences_grounds_and_missing_facts_stand_where_the_marks_stood(texts: list[str]) -> None:
    """An entry that takes marks up in every way that the engine does: whole, in a sentence, twice, and not at all."""

    def entry(findings: list[Finding]) -> dict[str, Any]:
        first, second, third = (findings[place] for place in OPEN[:3])
        return {
            "missing": list(dict.fromkeys((*first.missing, "a.fact", *second.missing))),
            "why": {"text": f"前“{second.why['text']}；{first.why['text']}后", "because": second.why["because"]},
            "again": first.why["text"],
            "parts": [{"part": 1, "because": first.why["because"]}, {"because": third.why["because"], "value": None}],
            "none": [],
            "only": list(third.missing),
        }

    findings = [
        said(text, (f"fact.{number % 2}", "a.fact"), [{"fact": f"fact.{number}", "value": text}] * (number % 3))
        for number, text in enumerate(texts)
    ]
    form = Ready(form_of(entry(FINDINGS)))
    assert widened(form.filled(told(findings))) == orjson.dumps(entry(findings))


def test_what_nothing_was_marked_in_is_written_as_it_is() -> None:
    entry = {"a": [1, None, 0.00001, "“”\\"], "b": {}}
    assert widened(Ready(form_of(entry)).filled(told([]))) == orjson.dumps(entry)


def test_parts_that_a_case_brings_are_put_in_as_they_are() -> None:
    form = Ready(form_of({"rows": [part("rows")], "one": part("one"), "end": 1}), "one", "rows", "unused")
    assert form.filled(told([]), "{}", "1,2", "x") == '{"rows":[1,2],"one":{},"end":1}'
    assert form.filled(told([]), "null", "", "x") == '{"rows":[],"one":null,"end":1}'


def test_elements_of_a_list_have_no_brackets() -> None:
    assert Ready(elements_of([])).filled(told([])) == ""
    assert Ready(elements_of([{"a": 1}, 2])).filled(told([])) == '{"a":1},2'


def test_missing_facts_are_named_once_and_in_order() -> None:
    names = names_marked([*FINDINGS[OPEN[0]].missing, "b", *FINDINGS[OPEN[1]].missing])
    assert names == (OPEN[0], "b", OPEN[1])
    findings = [said("", ("c", "b") if place == OPEN[0] else ("a", "c"), []) for place in range(len(FINDINGS))]
    assert names_told(names, told(findings)) == ("c", "b", "a")
    assert names_told((OPEN[1],), told(findings)) == ("a", "c")
    assert names_told((), told(findings)) == ()
    assert (row(()), row(("a", "b"))) == ("", '"a","b"')


@pytest.mark.parametrize("facts", [{}, {"person.dibao_recipient": True}, {"person.orphan": False}])
def test_marks_have_the_truth_values_of_the_conditions(facts: dict[str, Any]) -> None:
    from xianjie.engine.deciders import PolicyAt
    from xianjie.engine.encode import encode

    plain = PolicyAt(POLICY, AS_OF, "zh", "tree").decide("eligibility", encode(facts, BASE, "zh"))
    found = marked(facts)
    for one, other in zip(found, plain, strict=True):
        assert one.value is other.value
        assert (one.why["rule"], one.why.get("op"), one.why["value"]) == (
            other.why["rule"],
            other.why.get("op"),
            other.why["value"],
        )
        assert bool(one.missing) is bool(other.missing)


def test_a_form_tells_what_it_takes() -> None:
    small, large = Ready(form_of({})), Ready(form_of({"text": "x" * 5000}))
    assert 0 < small.weight < 500 < 5000 < large.weight < 6000
