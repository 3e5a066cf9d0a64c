"""Answers come from the document that governs on the day, or the one named, and say what is only supposed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.policy.base import TEXT
from tests.policy.versions import amended, amendment_text, document

import xianjie
from xianjie.engine.answer import Answer
from xianjie.engine.assess import Engine
from xianjie.engine.choice import Setting, supposing
from xianjie.errors import InputError, PolicyError, XianjieError
from xianjie.policy.load import read_policy
from xianjie.policy.overlay import overlay_of, parse_overlay, with_parameters
from xianjie.vocabulary import BASE

FIRST = document("first", effective="2024-01-01")
CHANGE = amended(
    FIRST,
    "change",
    "set: {income_line: 50000}\nrules: {first-people: {when: person.orphan, force: must}}\n",
    effective="2025-01-01",
    number="例发〔2025〕1号",
)
SECOND = document("second", effective="2026-01-01", replaces="[first]", parent="above", expires="2030-12-31")
DRAFT = document("proposal", standing="draft", validity="not_in_force")
OTHER = read_policy(
    TEXT.replace("id: example-2025", "id: other-1").replace("region: example", "region: other"), "o.yaml", BASE
)
POOR = {"household": {"annual_income": 60000}, "person": {"orphan": True, "tekun": False, "other_hardship": False}}
WHAT_IF = {"overlay": 1, "id": "trial", "base": "first", "zh": "试", "en": "a trial"}


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine([DRAFT, SECOND, CHANGE, FIRST, OTHER], BASE)
    yield made
    made.close()


def ask(engine: Engine, as_of: str, *regions: str, **more: Any) -> Answer:
    return xianjie.assess(POOR, regions or ["example"], as_of, engine=engine, **more)


def told(engine: Engine, as_of: str, reference: str = "example", **more: Any) -> Any:
    return ask(engine, as_of, reference, **more).regions[reference].policy


def codes(engine: Engine, *regions: str, **more: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(XianjieError) as caught:
        ask(engine, "2024-06-01", *regions, **more)
    return [(problem.code, problem.place.path) for problem in caught.value.problems]


# -- which document ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "policy_id", "validity", "priority"),
    [
        ("2023-12-31", "first", "not_in_force", "not_matched"),
        ("2024-01-01", "first", "in_force", "not_matched"),
        ("2024-12-31", "first", "in_force", "not_matched"),
        ("2025-01-01", "change", "in_force", "priority_match"),
        ("2025-12-31", "change", "in_force", "priority_match"),
        ("2026-01-01", "second", "in_force", "not_matched"),
        ("2030-12-31", "second", "in_force", "not_matched"),
        ("2031-01-01", "second", "lapsed", "not_matched"),
    ],
)
def test_the_document_of_the_day_answers(
    as_of: str, policy_id: str, validity: str, priority: str, engine: Engine
) -> None:
    answer = ask(engine, as_of).regions["example"]
    assert (answer.policy.id, answer.policy.validity) == (policy_id, validity)
    assert answer.eligibility.priority == priority


@pytest.mark.parametrize(
    ("policy_id", "validity"), [("first", "lapsed"), ("change", "in_force"), ("second", "not_in_force")]
)
def test_the_document_named_answers_whatever_the_day(policy_id: str, validity: str, engine: Engine) -> None:
    found = told(engine, "2025-06-01", f"example@{policy_id}")
    assert (found.id, found.validity) == (policy_id, validity)


def test_a_draft_answers_only_where_it_is_named(engine: Engine) -> None:
    found = told(engine, "2025-06-01", "example@proposal")
    assert (found.id, found.standing, found.validity) == ("proposal", "draft", "not_in_force")
    with closing(Engine([DRAFT], BASE)) as alone:
        assert (told(alone, "2025-06-01").id, told(alone, "2025-06-01").standing) == ("proposal", "draft")


def test_versions_stand_side_by_side_under_the_names_given(engine: Engine) -> None:
    references = ["example@second", "example", "example@first", "other"]
    answer = ask(engine, "2025-06-01", *references)
    assert list(answer.regions) == references
    assert [entry.policy.id for entry in answer.regions.values()] == ["second", "change", "first", "other-1"]
    shown = {name: entry.eligibility.priority for name, entry in answer.regions.items()}
    assert shown["example"] == "priority_match"
    assert shown["example@first"] == shown["example@second"] == "not_matched"


def test_two_versions_on_one_day_are_not_mixed_up_in_what_is_kept_compiled(engine: Engine) -> None:
    for _ in range(2):
        for reference, priority in (("example@first", "not_matched"), ("example@change", "priority_match")):
            assert ask(engine, "2025-06-01", reference).regions[reference].eligibility.priority == priority
    policies = [engine.at(reference, 739_000, "zh").policy.id for reference in ("example@first", "example@change")]
    assert policies == ["first", "change"]


def test_the_newest_document_stands_for_its_region_where_no_day_is_given(engine: Engine) -> None:
    assert {region: policy.id for region, policy in engine.policies.items()} == {
        "example": "second",
        "other": "other-1",
    }


# -- what the answer says of its document ------------------------------------------------------------------------------


def test_the_answer_places_its_document_in_time_and_among_regions(engine: Engine) -> None:
    found = told(engine, "2026-06-01")
    assert (found.replaces, found.replaced_by, found.until, found.parent) == (["first"], None, "2030-12-31", "above")
    found = told(engine, "2024-06-01")
    assert (found.replaces, found.replaced_by, found.until, found.parent) == ([], "change", "2024-12-31", None)
    assert found.amendments == []
    assert found.overlay is None


def test_the_answer_says_what_amended_its_document_and_which_rules(engine: Engine) -> None:
    found = told(engine, "2025-06-01")
    (one,) = found.amendments
    assert (one.id, one.title, one.number, one.start) == ("change", "虚构的修改", "例发〔2025〕1号", "2025-01-01")
    assert [(item.kind, item.name) for item in one.changes] == [("parameter", "income_line"), ("rule", "first-people")]
    assert (found.replaced_by, found.until, found.overlay) == ("second", "2025-12-31", None)
    assert one.text == "修改 change"
    assert told(engine, "2025-06-01", lang="en").amendments[0].text == "amended by change"


def test_the_decision_is_another_one_under_another_document(engine: Engine) -> None:
    ids = [ask(engine, "2025-06-01", name).decision_id for name in ("example", "example@first", "example@change")]
    assert len(set(ids)) == 3  # the same document under another name is another question


# -- what is supposed --------------------------------------------------------------------------------------------------


def test_an_answer_under_a_supposition_says_so_everywhere(engine: Engine) -> None:
    overlay = {**WHAT_IF, "rules": {"first-people": {"when": "person.orphan"}}, "drop": ["schooling"]}
    answer = ask(engine, "2024-06-01", "example", "other", overlay=overlay)
    plain = ask(engine, "2024-06-01", "example", "other")
    assert answer.settings.overlay == {"example": "trial"}
    entry = answer.regions["example"].policy.overlay
    assert entry is not None
    assert (entry.id, entry.text) == ("trial", "试")
    assert [(one.kind, one.name) for one in entry.changes] == [
        ("rule_dropped", "schooling"),
        ("rule", "first-people"),
        ("topic_silent", "service.education"),
    ]
    assert answer.regions["example"].policy.id == "first"
    assert answer.regions["example"].policy.sha256 != plain.regions["example"].policy.sha256
    assert answer.regions["example"].eligibility.priority == "priority_match"
    assert answer.regions["other"] == plain.regions["other"]
    assert answer.decision_id != plain.decision_id
    assert plain.settings.overlay is None
    assert json.loads(json.dumps(answer.to_json()))["settings"]["overlay"] == {"example": "trial"}


def test_a_supposition_that_changes_nothing_is_another_question_all_the_same(engine: Engine) -> None:
    answer, plain = ask(engine, "2024-06-01", overlay=WHAT_IF), ask(engine, "2024-06-01")
    assert answer.decision_id != plain.decision_id
    assert answer.regions["example"].policy.sha256 == plain.regions["example"].policy.sha256
    assert answer.regions["example"].policy.overlay is not None


def test_a_supposition_leaves_the_engine_as_it_was(engine: Engine) -> None:
    before = ask(engine, "2024-06-01")
    ask(engine, "2024-06-01", overlay={**WHAT_IF, "rules": {"first-people": {"when": "person.orphan"}}})
    assert ask(engine, "2024-06-01") == before


def test_an_overlay_is_given_as_a_path_a_mapping_or_several(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_text("overlay: 1\nid: trial\nbase: first\nzh: 试\nen: a trial\n", encoding="utf-8")
    for overlay in (path, str(path), WHAT_IF, [path]):
        assert ask(engine, "2024-06-01", overlay=overlay).settings.overlay == {"example": "trial"}
    both = ask(engine, "2024-06-01", overlay=[path, {**WHAT_IF, "id": "more", "set": {"window": 2}}])
    entry = both.regions["example"].policy.overlay
    assert entry is not None
    assert (both.settings.overlay, entry.id, entry.text) == ({"example": "trial+more"}, "trial+more", "试；试")
    assert [one.name for one in entry.changes] == ["window"]


def test_a_supposed_amendment_stands_in_for_its_base_and_can_be_named(engine: Engine) -> None:
    path = parse_overlay(amendment_text("next", "first", "set: {window: 2}\n", effective="2024-09-01"), "n.yaml")
    under = engine.under(supposing(engine.documents.timelines, [path]))
    with closing(under):
        for reference, as_of, validity in (
            ("example", "2024-08-31", "not_in_force"),
            ("example", "2024-09-01", "in_force"),
            ("example@first", "2025-06-01", "lapsed"),
            ("example@next", "2024-09-01", "in_force"),
        ):
            found = told(under, as_of, reference)
            assert (found.id, found.validity, found.overlay is None) == ("next", validity, False), reference
        assert told(under, "2026-06-01", "example@first").overlay is not None


def test_an_engine_over_an_overlaid_policy_says_so_too() -> None:
    with closing(Engine([with_parameters(FIRST, {"window": "2"})], BASE)) as engine:
        answer = ask(engine, "2024-06-01")
    assert answer.settings.overlay == {"example": "set"}


@pytest.mark.parametrize(
    ("regions", "overlay", "code", "path"),
    [
        (["other"], WHAT_IF, "overlay-idle", "overlay"),
        (["example@second"], WHAT_IF, "overlay-idle", "overlay"),
        (["example"], {**WHAT_IF, "base": "second"}, "overlay-idle", "overlay"),
        (["example"], {**WHAT_IF, "base": "frst"}, "overlay-base-unknown", "overlay.base"),
        (["example"], {**WHAT_IF, "set": {"nothing": 1}}, "parameter-unknown", "overlay.set.nothing"),
        (["example"], {**WHAT_IF, "overlay": 2}, "word-unknown", "overlay.overlay"),
        (["exmple"], WHAT_IF, "region-unknown", "regions[0]"),
        (["other", "example@frst"], WHAT_IF, "document-unknown", "regions[1]"),
    ],
)
def test_a_supposition_that_cannot_be_is_refused(
    regions: list[str], overlay: Mapping[str, Any], code: str, path: str, engine: Engine
) -> None:
    assert codes(engine, *regions, overlay=overlay) == [(code, path)]


def test_an_idle_supposition_names_what_governs_and_how_to_ask(engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        ask(engine, "2026-06-01", overlay=WHAT_IF)
    (problem,) = caught.value.problems
    assert "second" in problem.zh
    assert "example@first" in problem.zh
    assert "example@first" in problem.en
    assert ask(engine, "2026-06-01", "example@first", overlay=WHAT_IF).settings.overlay == {"example@first": "trial"}


# -- values of parameters ----------------------------------------------------------------------------------------------


def supposed(engine: Engine, *settings: Setting, asked: tuple[str, ...] = ("example", "other")) -> dict[str, Any]:
    return {
        name: policy.parameters_at(739_000)["income_line"] / 100
        for name, policy in supposing(engine.documents.timelines, [], settings, asked).items()
    }


def test_a_value_is_supposed_in_every_document_of_its_region(engine: Engine) -> None:
    found = supposed(engine, Setting("example", "income_line", "12"))
    assert found == dict.fromkeys(("first", "change", "second", "proposal"), 12)


def test_a_value_without_its_region_is_for_the_only_one_that_knows_it(engine: Engine) -> None:
    found = supposed(engine, Setting(None, "income_line", "12"), asked=("other",))
    assert found == {"other-1": 12}
    assert supposed(engine, Setting(None, "income_line", "12"), asked=("example@first",)).keys() == {
        "first",
        "change",
        "second",
        "proposal",
    }


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ([Setting(None, "income_line", "12")], "set-region"),
        ([Setting(None, "incme_line", "12")], "parameter-unknown"),
        ([Setting("example", "incme_line", "12")], "parameter-unknown"),
        ([Setting("exmple", "income_line", "12")], "region-unknown"),
        ([Setting("other", "window", "1"), Setting("other", "window", "2")], "set-doubled"),
        ([Setting("other", "window", "one")], "set-value"),
    ],
)
def test_a_value_that_cannot_be_supposed_is_refused(settings: list[Setting], code: str, engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        supposed(engine, *settings)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_values_come_after_overlays_and_both_are_told(engine: Engine) -> None:
    overlay = overlay_of({**WHAT_IF, "set": {"income_line": 1}})
    made = supposing(engine.documents.timelines, [overlay], [Setting("example", "income_line", "2")], ["example"])
    assert made["first"].parameters_at(1)["income_line"] == 200
    assert [one.id for one in made["first"].overlays] == ["trial", "set"]
    with closing(engine.under(made)) as under:
        assert ask(under, "2024-06-01").settings.overlay == {"example": "trial+set"}


def test_documents_that_do_not_fit_together_make_no_engine() -> None:
    with pytest.raises(PolicyError):
        Engine([FIRST, document("rival", effective="2024-01-01")], BASE)
