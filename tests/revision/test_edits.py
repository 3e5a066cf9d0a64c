"""What is typed in a form becomes an overlay that changes that and nothing else, and opens again as it was."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.errors import PolicyError
from xianjie.plugins import discover
from xianjie.policy.overlay import overlaid, parse_overlay, read_overlay
from xianjie.policy.overlay_text import listed_text, overlay_text, plain_text
from xianjie.policy.revised import revised_policy
from xianjie.policy.yaml_tree import YamlTree
from xianjie.revision.diff import diff
from xianjie.revision.edits import draft_of, edited
from xianjie.revision.typed import where

DAY = dt.date(2025, 8, 1).toordinal()
POLICIES = {policy.id: policy for policy in discover().load()}
EXAMPLES = Path(__file__).parent.parent.parent / "examples" / "revisions"
OTHERS = {"amount": "7", "count": "9", "year": "2031", "day": "2031-03-04", "period": "P7M"}
EACH = 3
"""How many slots of a kind are changed in each document."""


def other(kind: str, text: str) -> str:
    match kind:
        case "force":
            return "may" if text != "may" else "must"
        case "condition":
            return f"({text}) and known(aid.received)"
        case _:
            return OTHERS[kind]


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_each_slot_changes_itself_alone_and_opens_again(name: str) -> None:
    policy = POLICIES[name]
    draft, seen, changed = draft_of(policy), Counter[str](), 0
    for slot in draft.slots:
        seen[f"{slot.kind} {slot.path[0]}"] += 1
        if not slot.text or seen[f"{slot.kind} {slot.path[0]}"] > EACH:
            continue
        value = other(slot.kind, slot.text)
        made = edited(policy, draft.rest, {**draft.texts, slot.id: value})
        if made.faults:  # another part of the document does not allow it: it is told, and at a slot
            assert all(fault.at for fault in made.faults), (slot.id, made.faults)
            continue
        assert made.changed == {slot.id}
        assert made.policy is not None
        found = diff(policy, made.policy, DAY)
        assert found.changes, slot.id
        assert {change.item for change in found.changes if change.kind != "through"} <= {str(slot.path[1])}
        opened = draft_of(policy, parse_overlay(made.text, "x.yaml"))
        assert opened.texts[slot.id] == value
        assert edited(policy, opened.rest, opened.texts).text == made.text
        changed += 1
    assert changed


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_number_of_every_document_can_be_changed(name: str) -> None:
    policy = POLICIES[name]
    slots = {slot.id: slot for slot in draft_of(policy).slots}
    for parameter, model in policy.file.parameters.items():
        for number in range(len(model.values)):
            assert f"parameters/{parameter}/values/{number}/value" in slots
    for _, rule in policy.rules():
        assert f"rules/{rule.id}/force" in slots
        for field in ("interval", "deadline", "first_year", "last_year"):
            if getattr(rule, field, None) is not None:
                assert f"rules/{rule.id}/{field}" in slots
        for number, item in enumerate(getattr(rule, "items", ())):
            for year in item.values:
                assert f"rules/{rule.id}/items/{number}/values/{year}" in slots


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.overlay.yaml")), ids=lambda one: one.name)
def test_an_overlay_opens_and_is_made_again(file: Path) -> None:
    overlay = read_overlay(file)
    policy = POLICIES[overlay.base]
    draft = draft_of(policy, overlay)
    made = edited(policy, draft.rest, draft.texts)
    assert made.faults == ()
    assert made.policy is not None
    assert made.policy.sha256 == overlaid(policy, overlay).sha256


def test_what_is_written_in_another_shape_is_kept_and_locked() -> None:
    policy = POLICIES["tianjin-2024-22"]
    text = (
        "overlay: 1\nid: x\nbase: tianjin-2024-22\nzh: a\nen: a\nrules:\n  recognised-recipient: {when: recognised, "
        "zh: 改过的概要}\n"
    )
    draft = draft_of(policy, parse_overlay(text, "x.yaml"))
    (locked,) = {slot.split("/readings")[0] for slot in draft.locked}
    assert locked == "rules/recognised-recipient/when"
    made = edited(policy, draft.rest, {**draft.texts, **dict.fromkeys(draft.locked, "person.orphan")})
    assert made.policy is not None
    rule = next(rule for _, rule in made.policy.rules() if rule.id == "recognised-recipient")
    assert (getattr(rule, "when", None), rule.zh) == ("recognised", "改过的概要")


def test_a_value_from_a_day_on() -> None:
    policy = POLICIES["jinhua-draft"]
    draft = draft_of(policy)
    more = {"parameters/income_line/values/1/value": "120000", "parameters/income_line/values/1/since": "2026-01-01"}
    made = edited(policy, draft.rest, {**draft.texts, **more})
    assert made.policy is not None
    for day, fen in ((dt.date(2025, 12, 31), 10_000_000), (dt.date(2026, 1, 1), 12_000_000)):
        assert made.policy.parameters_at(day.toordinal())["income_line"] == fen
    opened = draft_of(policy, parse_overlay(made.text, "x.yaml"))
    assert {key: opened.texts[key] for key in more} == more
    assert "parameters/income_line/values/2/value" in opened.texts  # room for one more
    gone = edited(policy, opened.rest, {**opened.texts, **dict.fromkeys(more, "")})
    assert gone.changed == frozenset()
    assert "set" not in gone.text
    earlier = {"parameters/income_line/values/2/value": "1", "parameters/income_line/values/2/since": "2025-01-01"}
    (fault,) = edited(policy, opened.rest, {**opened.texts, **earlier}).faults
    assert (fault.at, fault.problem.code) == ("parameters/income_line/values/2/since", "parameter-dates")


def test_a_rule_that_goes_takes_its_changes_with_it() -> None:
    policy = POLICIES["tianjin-2024-22"]
    draft = draft_of(policy)
    texts = {**draft.texts, "rules/model-cases/force": "must", "drop/model-cases": "1"}
    made = edited(policy, draft.rest, texts)
    assert made.policy is not None
    assert "model-cases" not in {rule.id for _, rule in made.policy.rules()}
    assert draft_of(policy, parse_overlay(made.text, "x.yaml")).texts["drop/model-cases"] == "1"


def test_a_base_that_changed_is_refused() -> None:
    policy = POLICIES["tianjin-2024-22"]
    draft = draft_of(policy)
    rest = {**draft.rest, "base_sha256": "0" * 64}
    (fault,) = edited(policy, rest, draft.texts).faults
    assert fault.problem.code == "overlay-base-changed"


def test_a_revision_of_another_region_is_refused() -> None:
    file = next((discover().regions["jinhua"].folder / "policies").glob("*.yaml"))
    text = file.read_text(encoding="utf-8")
    with pytest.raises(PolicyError) as error:
        revised_policy(POLICIES["hubei-2024"], text, "x.yaml")
    assert [problem.code for problem in error.value.problems] == ["revision-region"]
    assert revised_policy(POLICIES["jinhua-draft"], text, "x.yaml").sha256 == POLICIES["jinhua-draft"].sha256


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("", 0, (1, 1)),
        ("ab", 0, (1, 1)),
        ("ab", 2, (1, 3)),
        ("a\nb", 2, (2, 1)),
        ("a\r\nbc", 4, (2, 2)),
        ("a\n", 1, (1, 2)),
    ],
)
def test_where_a_character_stands(text: str, offset: int, place: tuple[int, int]) -> None:
    assert where(text, offset) == place


PLAIN: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**9), 10**9),
        st.text(st.characters(codec="utf-8"), max_size=20),
        st.sampled_from(
            ["true", "null", "1", "2025-01-01", "a: b", "- a", "#x", " x", "x ", "二(一)1", "=", "<<", "~"]
        ),
        st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc-_ 中", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text("abcdé: -#中", min_size=1, max_size=6), PLAIN, min_size=1, max_size=4))
@settings(max_examples=120, deadline=None)
def test_what_is_written_reads_back_the_same(value: dict[str, Any]) -> None:
    assert YamlTree(plain_text(value), "x.yaml", PolicyError).value == value


def test_numbers_are_written_exactly_and_parts_in_order() -> None:
    text = overlay_text({"set": {"a": Decimal("1E+2"), "b": Decimal("0.10")}, "base": "x", "overlay": 1})
    assert text == "overlay: 1\nbase: x\nset:\n  a: 100\n  b: 0.10\n"
    assert listed_text([]) == "[]\n"
    assert listed_text([{"a": 1, "b": None}]) == "- a: 1\n  b: null\n"
