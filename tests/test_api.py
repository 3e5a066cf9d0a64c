"""The Python API: typed answers, one id for one question, and an import that costs next to nothing."""

from __future__ import annotations

import copy
import datetime as dt
import doctest
import importlib
import inspect
import json
import pkgutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.language.setting import day

import xianjie
from xianjie import Answer, Engine, InputError, assess
from xianjie.api import day_of
from xianjie.cases.read import read_case
from xianjie.engine.deciders import EngineName
from xianjie.engine.inquiry import Settings
from xianjie.plugins import discover

CASE: dict[str, Any] = {
    "case": "E-0001",
    "household_ref": "H-1",
    "as_of": "2025-05-01",
    "person": {"tekun": True, "other_recognised_recipient": False},
    "aid": {"received": True, "still_in_difficulty": False, "exit_date": "never", "special_programmes": ["医疗"]},
    "referral": {
        "direction": "forward",
        "consent_given": True,
        "events": [{"event": "identified", "on": "2025-04-01"}],
    },
    "organisation": {"charitable": True, "stage": "early", "field": "education"},
    "ledgers": [{"kind": "supply", "level": "county", "last_updated": "2024-11-01"}],
    "duties": [{"kind": "task_analysis", "level": "county", "year": 2025, "count": 1}],
    "targets": [{"item": 1, "year": 2025, "value": 79.9, "additions": {"2025": 3}}],
    "provenance": {"aid.still_in_difficulty": {"by": "街镇经办人", "on": "2025-04-20"}},
}


def tianjin(engine: EngineName = "generated") -> Engine:
    found = discover()
    return Engine(found.load(["tianjin"]), found.vocabulary, engine)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    one = tianjin()
    yield one
    one.close()


def ask(engine: Engine, case: Mapping[str, Any] = CASE, **given: Any) -> Answer:
    return assess(case, ["tianjin"], engine=engine, **given)


# -- days --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "ordinal"),
    [
        (None, None),
        ("2025-05-01", day("2025-05-01")),
        (dt.date(2025, 5, 1), day("2025-05-01")),
        (dt.datetime(2025, 5, 1, 23, 59), day("2025-05-01")),
        ("0001-01-01", 1),
        ("2024-02-29", day("2024-02-29")),
    ],
)
def test_a_day_is_read(value: dt.date | str | None, ordinal: int | None) -> None:
    assert day_of(value) == ordinal


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2025-02-29",
        "2025-13-01",
        "2025-5-1",
        "01.05.2025",
        "today",
        "2025-05-01T00:00",
        "0000-01-01",
        "10000-01-01",
        "never",
        5,
        2025.5,
        ["2025-05-01"],
    ],
)
def test_what_is_no_day_is_refused(value: Any) -> None:
    with pytest.raises(InputError) as caught:
        day_of(value)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path) == ("date-impossible", "as_of")
    assert str(value) not in problem.en or value in ("", 5)


# -- answers -----------------------------------------------------------------------------------------------------------


def test_the_answer_is_typed_and_its_json_is_the_engines_own(engine: Engine) -> None:
    answer = ask(engine)
    region = answer.regions["tianjin"]
    assert region.policy.standing == "issued"
    assert region.eligibility.status == "covered"
    assert [group.id for group in region.eligibility.groups] == [
        "conditions_not_met",
        "still_in_difficulty",
        "recognised_recipient",
    ]
    assert answer.as_of == "2025-05-01"
    assert (answer.case, answer.household_ref) == ("E-0001", "H-1")
    assert answer.provenance == {"aid.still_in_difficulty": {"by": "街镇经办人", "on": "2025-04-20"}}
    raw = engine.assess(read_case(CASE, engine.vocabulary), ["tianjin"])
    assert answer.to_json() == raw
    assert json.loads(json.dumps(raw, ensure_ascii=False)) == raw
    assert Answer.model_validate(answer.to_json()) == answer


def test_parts_for_which_the_case_has_no_record_are_left_out(engine: Engine) -> None:
    region = ask(engine, {"as_of": "2025-05-01", "person": {}})
    written = region.to_json()["regions"]["tianjin"]
    assert set(written) == {"policy", "eligibility", "services"}
    assert region.regions["tianjin"].referral is None
    assert (
        ask(engine, {"as_of": "2025-05-01"}).to_json()["regions"]["tianjin"]["eligibility"]["status"] == "undetermined"
    )


def test_an_answer_cannot_be_changed_after_it_is_given(engine: Engine) -> None:
    answer = ask(engine)
    with pytest.raises(ValueError, match="frozen"):
        answer.as_of = "2020-01-01"


def test_a_case_that_is_put_is_not_changed(engine: Engine) -> None:
    case = copy.deepcopy(CASE)
    ask(engine, case)
    assert case == CASE


@pytest.mark.parametrize("name", ["tree", "rete"])
def test_every_engine_gives_the_same_answer_to_the_letter(name: EngineName, engine: Engine) -> None:
    other = tianjin(name)
    for lang in ("zh", "en"):
        assert ask(other, lang=lang).to_json() == ask(engine, lang=lang).to_json()
    other.close()


def test_the_reasons_are_in_the_language_asked_for(engine: Engine) -> None:
    zh, en = ask(engine, lang="zh"), ask(engine, lang="en")
    assert "特困人员" in str(zh.to_json()["regions"]["tianjin"]["eligibility"])
    assert "person in extreme hardship" in str(en.to_json()["regions"]["tianjin"]["eligibility"])
    assert zh.decision_id == en.decision_id


# -- the id of a question ----------------------------------------------------------------------------------------------


def test_the_same_question_has_the_same_id(engine: Engine) -> None:
    first = ask(engine).decision_id
    assert len(first) == 32
    assert ask(engine).decision_id == first
    assert ask(engine, copy.deepcopy(CASE)).decision_id == first
    assert ask(engine, dict(reversed(CASE.items()))).decision_id == first
    assert ask(engine, as_of="2025-05-01").decision_id == first
    assert ask(engine, as_of=dt.date(2025, 5, 1)).decision_id == first
    assert ask(engine, due_soon_days=30, readings={}).decision_id == first
    spelled: dict[str, Any] = {**CASE, "targets": [{**CASE["targets"][0], "value": "79.90"}]}
    assert ask(engine, spelled).decision_id == first
    fresh = tianjin()
    assert ask(fresh).decision_id == first
    fresh.close()


CHANGES: list[tuple[str, Any]] = [
    ("case", "E-0002"),
    ("household_ref", "H-2"),
    ("as_of", "2025-05-02"),
    ("person", {"tekun": True, "other_recognised_recipient": True}),
    ("person", {"tekun": True}),
    ("person", None),
    ("aid", {**CASE["aid"], "exit_date": "2025-01-01"}),
    ("aid", {**CASE["aid"], "special_programmes": []}),
    ("aid", {**CASE["aid"], "special_programmes": ["医疗", "住房"]}),
    ("household", {"annual_income": "0.01"}),
    ("household", {}),
    ("referral", {**CASE["referral"], "consent_given": False}),
    ("referral", {**CASE["referral"], "events": []}),
    ("referral", {**CASE["referral"], "events": [{"event": "identified", "on": "2025-04-02"}]}),
    ("referral", {**CASE["referral"], "events": [{"event": "identified", "on": "2025-04-01", "by": "张某"}]}),
    ("ledgers", [{"kind": "supply", "level": "county", "last_updated": "2024-11-02"}]),
    ("ledgers", [*CASE["ledgers"], {"kind": "demand", "level": "township"}]),
    ("duties", [{**CASE["duties"][0], "count": 2}]),
    ("duties", [{**CASE["duties"][0], "count": 1, "meetings": [{"charities": True}]}]),
    ("targets", [{**CASE["targets"][0], "value": 80}]),
    ("targets", [{**CASE["targets"][0], "additions": {"2025": 4}}]),
    ("targets", [{**CASE["targets"][0], "additions": {"2024": 3}}]),
    ("provenance", {"aid.still_in_difficulty": {"by": "另一位经办人", "on": "2025-04-20"}}),
]


@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_any_other_case_has_another_id(number: int, engine: Engine) -> None:
    key, value = CHANGES[number]
    assert ask(engine, {**CASE, key: value}).decision_id != ask(engine).decision_id


def test_every_change_has_an_id_of_its_own(engine: Engine) -> None:
    ids = {ask(engine, {**CASE, key: value}).decision_id for key, value in CHANGES}
    assert len(ids) == len(CHANGES)


def test_any_other_setting_or_date_has_another_id(engine: Engine) -> None:
    ids = [
        ask(engine).decision_id,
        ask(engine, due_soon_days=31).decision_id,
        ask(engine, due_soon_days=0).decision_id,
        ask(engine, as_of="2025-04-30").decision_id,
        ask(engine, readings={"half-year": "rolling"}).decision_id,
        ask(engine, readings={"half-year": "calendar"}).decision_id,
        ask(engine, readings={"tianjin:half-year": "calendar"}).decision_id,
    ]
    assert len(set(ids)) == len(ids)


def test_another_version_of_the_engine_or_of_the_policy_has_another_id(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    first = ask(engine).decision_id
    policy = engine.policies["tianjin"]
    other = Engine([replace(policy, sha256="0" * 64)], engine.vocabulary)
    assert ask(other).decision_id != first
    other.close()
    monkeypatch.setattr("xianjie.engine.assess.__version__", "0.0.0")
    assert ask(engine).decision_id != first


# -- settings ----------------------------------------------------------------------------------------------------------


def test_a_reading_that_an_office_settled_on_is_taken(engine: Engine) -> None:
    """The recommended reading covers a recognised recipient as such, the other one asks for remaining hardship."""

    def status(readings: dict[str, str] | None) -> tuple[str, bool]:
        case = {
            "as_of": "2025-05-01",
            "person": {"tekun": True},
            "aid": {"received": True, "still_in_difficulty": False},
        }
        group = ask(engine, case, readings=readings).regions["tianjin"].eligibility.groups[2]
        return group.status, group.flagged

    assert status(None) == ("covered", True)
    assert status({"recognised-limb": "own-limb"}) == ("covered", False)
    assert status({"recognised-limb": "within-first-sentence"}) == ("not_matched", False)
    assert status({"tianjin:recognised-limb": "within-first-sentence"}) == ("not_matched", False)


@pytest.mark.parametrize(
    "readings",
    [
        {"recognised-lim": "own-limb"},
        {"recognised-limb": "own-lim"},
        {"hubei_:recognised-limb": "own-limb"},
        {"tianjin:nothing": "own-limb"},
        {"": "own-limb"},
    ],
)
def test_a_reading_that_no_policy_knows_is_refused(readings: dict[str, str], engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        ask(engine, readings=readings)
    assert [(p.code, p.place.path) for p in caught.value.problems] == [("reading-unknown", "settings.readings")]


@pytest.mark.parametrize(("days", "fine"), [(-1, False), (0, True), (3660, True), (3661, False)])
def test_due_soon_days_have_a_range(days: int, fine: bool, engine: Engine) -> None:
    if fine:
        assert ask(engine, due_soon_days=days).settings.due_soon_days == days
        return
    with pytest.raises(InputError) as caught:
        ask(engine, due_soon_days=days)
    assert [problem.code for problem in caught.value.problems] == ["setting-range"]


@pytest.mark.parametrize(("days", "status"), [(0, "due_today"), (30, "due_today")])
def test_a_duty_on_its_very_day_is_due_today_whatever_the_setting(days: int, status: str, engine: Engine) -> None:
    case = {**CASE, "ledgers": [{"kind": "supply", "level": "county", "last_updated": "2024-11-01"}]}
    chosen = {"half-year": "rolling"}
    (entry,) = [
        one
        for one in ask(engine, case, due_soon_days=days, readings=chosen).regions["tianjin"].duties or []
        if one.kind == "supply"
    ]
    assert entry.status == status


# -- what is asked of the caller ---------------------------------------------------------------------------------------


def test_the_date_is_needed_and_never_read_off_the_clock(engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        ask(engine, {"person": {}})
    assert [(p.code, p.place.path) for p in caught.value.problems] == [("as-of-missing", "as_of")]


def test_the_date_given_stands_before_the_cases_own(engine: Engine) -> None:
    assert ask(engine, as_of="2025-06-01").as_of == "2025-06-01"
    assert ask(engine).as_of == "2025-05-01"


def test_a_region_is_never_guessed(engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        assess(CASE, [], engine=engine)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path) == ("region-missing", "regions")
    assert "tianjin" in problem.en


@pytest.mark.parametrize(
    ("regions", "found"),
    [
        (["tianjn"], [("region-unknown", "regions[0]", "did you mean tianjin?")]),
        (["tianjin", "nowhere"], [("region-unknown", "regions[1]", "known: tianjin")]),
        (
            ["x", "tianjin", "tianji"],
            [
                ("region-unknown", "regions[0]", "known: tianjin"),
                ("region-unknown", "regions[2]", "did you mean tianjin?"),
            ],
        ),
        (["天津"], [("region-unknown", "regions[0]", "known: tianjin")]),
    ],
)
def test_an_unknown_region_is_told_with_the_nearest(
    regions: list[str], found: list[tuple[str, str, str]], engine: Engine
) -> None:
    with pytest.raises(InputError) as caught:
        assess(CASE, regions, engine=engine)
    assert [(p.code, p.place.path) for p in caught.value.problems] == [one[:2] for one in found]
    assert all(one[2] in p.en for one, p in zip(found, caught.value.problems, strict=True))


def test_a_region_named_twice_is_answered_once(engine: Engine) -> None:
    assert list(assess(CASE, ["tianjin", "tianjin"], engine=engine).regions) == ["tianjin"]


@pytest.mark.parametrize(
    ("case", "path"),
    [
        ({"person": {"tekum": True}}, "person.tekum"),
        ({"person": {"tekun": "true"}}, "person.tekun"),
        ({"aid": {"exit_date": "2025-02-30"}}, "aid.exit_date"),
        ({"persn": {}}, "persn"),
        ([], None),
    ],
)
def test_a_wrong_case_is_told_with_its_path(case: Any, path: str | None, engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        ask(engine, case)
    assert [problem.place.path for problem in caught.value.problems] == [path]


# -- the import --------------------------------------------------------------------------------------------------------


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_the_package_imports_no_library() -> None:
    code = (
        "import sys; before = set(sys.modules); import xianjie; xianjie.__version__; xianjie.__all__\n"
        "heavy = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(heavy & {'pydantic', 'ruamel', 'pluggy', 'durable', 'fastapi', 'typer', 'rich'}))"
    )
    assert run(code) == "[]"


def test_a_name_is_imported_when_it_is_first_used_and_no_more_than_it_needs() -> None:
    look = "\nprint('pydantic' in sys.modules, 'pluggy' in sys.modules)"
    code = "import sys; from xianjie import InputError, FactSpec" + look
    assert run(code) == "False False"
    assert run("import sys; from xianjie import hookimpl\nprint('pluggy' in sys.modules)") == "True"


def test_every_public_name_is_there_and_the_list_is_sorted() -> None:
    assert sorted(xianjie.__all__) == xianjie.__all__
    assert len(set(xianjie.__all__)) == len(xianjie.__all__)
    for name in xianjie.__all__:
        assert getattr(xianjie, name) is not None
    assert set(xianjie._WHERE) | {"__version__"} == set(xianjie.__all__)


@pytest.mark.parametrize("name", ["asess", "Case", "discover", "_private"])
def test_an_unknown_name_is_an_attribute_error(name: str) -> None:
    with pytest.raises(AttributeError, match=name):
        getattr(xianjie, name)
    assert not hasattr(xianjie, name)


def test_a_lazy_name_is_the_same_as_the_one_where_it_is_made() -> None:
    for name, module in xianjie._WHERE.items():
        assert getattr(xianjie, name) is getattr(importlib.import_module(module), name)


def test_settings_for_one_region_stand_before_those_for_all() -> None:
    settings = Settings(readings={"half-year": "rolling", "tianjin:half-year": "calendar", "other:half-year": "x"})
    assert settings.chosen("tianjin") == {"half-year": "calendar"}
    assert settings.chosen("elsewhere") == {"half-year": "rolling"}


# -- doctests ----------------------------------------------------------------------------------------------------------


def test_the_examples_in_docstrings_are_true() -> None:
    # a migration's environment can only be read while a migration runs, and Spark's room only where Spark is
    names = [
        one.name
        for one in pkgutil.walk_packages(xianjie.__path__, "xianjie.")
        if not one.name.endswith(("__main__", "migrations.env")) and ".population.spark" not in one.name
    ]
    tried = 0
    for name in names:
        module = importlib.import_module(name)
        if ">>>" not in inspect.getsource(module):
            continue  # looking through it for docstrings would take long
        result = doctest.testmod(module)
        assert result.failed == 0, name
        tried += result.attempted
    assert tried >= 3
