"""The whole answer: regions, date, settings, id; one shape always, one answer from every engine and thread."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.engine.asking import ENGINES, REGIONS, engine_for, small_policy
from tests.engine.invented import Inventor

import xianjie
from xianjie.api import installed_engine
from xianjie.cases.files import read_cases
from xianjie.cases.read import read_case
from xianjie.engine import assess as assess_module
from xianjie.engine.answer import Answer
from xianjie.engine.assess import Engine
from xianjie.engine.deciders import EngineName
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError

EXAMPLES = Path(__file__).parents[2] / "examples" / "cases"
AS_OF = "2025-08-01"

FAMILY: dict[str, Any] = {
    "case": "E-0001",
    "household_ref": "H-01",
    "person": {"dibao_recipient": True, "left_behind_child": False},
    "household": {"size": 4, "annual_income": 80000, "property_within_limits": True},
    "aid": {"received": True, "still_in_difficulty": True, "exit_date": "2023-05-01", "special_programmes": ["a", "b"]},
    "referral": {
        "direction": "forward",
        "initiator": "civil_affairs",
        "events": [{"event": "informed", "on": "2025-07-01", "by": "x"}, {"event": "consented"}],
    },
    "organisation": {"charitable": True, "stage": "early"},
    "area": {"has_conditions": True},
    "ledgers": [{"kind": "supply", "level": "county", "last_updated": "2024-11-15"}],
    "duties": [
        {"kind": "consultation", "level": "county", "year": 2025, "count": 2, "meetings": [{"charities": True}]}
    ],
    "targets": [{"item": 12, "year": 2025, "value": 79.9, "value_in_year": 1, "additions": {"2024": 3}}],
    "provenance": {"aid.received": {"by": "y", "on": "2025-01-01", "note": "z"}},
}


def refused(**given: Any) -> list[tuple[str, str | None]]:
    """Ask something that is refused: each problem's code and path."""
    arguments = {"case": {}, "regions": ["hubei"], "as_of": AS_OF, **given}
    with pytest.raises(InputError) as caught:
        xianjie.assess(**arguments)
    return [(problem.code, problem.place.path) for problem in caught.value.problems]


def told(**given: Any) -> str:
    with pytest.raises(InputError) as caught:
        xianjie.assess(**{"case": {}, "as_of": AS_OF, **given})
    return " ".join(problem.text("en") for problem in caught.value.problems)


# -- regions ---------------------------------------------------------------------------------------------------------


def test_regions_are_answered_in_the_order_asked_and_each_once() -> None:
    for order in (["tianjin", "hubei", "jinhua"], ["jinhua", "tianjin", "hubei"], list(REGIONS)):
        assert list(xianjie.assess({}, order, AS_OF).regions) == order
    assert list(xianjie.assess({}, ["jinhua", "hubei", "jinhua"], AS_OF).regions) == ["jinhua", "hubei"]


def test_a_region_that_is_not_there_is_refused_with_the_nearest() -> None:
    assert refused(regions=["hubei", "shanxii"]) == [("region-unknown", "regions[1]")]
    assert "did you mean shanxi?" in told(regions=["shanxii"])
    assert refused(regions=["hubey", "tianjing"]) == [
        ("region-unknown", "regions[0]"),
        ("region-unknown", "regions[1]"),
    ]
    assert "known: hubei, jinhua" in told(regions=["?"])


def test_no_region_is_assumed() -> None:
    assert refused(regions=[]) == [("region-missing", "regions")]


# -- the date --------------------------------------------------------------------------------------------------------


def test_the_date_given_stands_before_the_cases_own() -> None:
    case = {"as_of": "2024-01-01"}
    assert xianjie.assess(case, ["hubei"]).as_of == "2024-01-01"
    assert xianjie.assess(case, ["hubei"], "2025-02-03").as_of == "2025-02-03"


def test_the_clock_is_never_read() -> None:
    assert refused(as_of=None) == [("as-of-missing", "as_of")]


@pytest.mark.parametrize("as_of", ["2025-02-29", "2025-13-01", "yesterday", "", "0000-01-01", 20250801])
def test_a_day_that_is_none_is_refused(as_of: object) -> None:
    assert refused(as_of=as_of) == [("date-impossible", "as_of")]


@pytest.mark.parametrize("as_of", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("engine", ENGINES)
def test_the_first_and_the_last_day_of_the_calendar_are_days(as_of: str, engine: EngineName) -> None:
    case = {
        "aid": {
            "exit_date": as_of,
            "temporary_aid_date": as_of,
            "application_is_new": True,
            "application_refused": as_of,
        },
        "ledgers": [{"kind": "supply", "level": "county", "last_updated": as_of}],
        "duties": [{"kind": "consultation", "level": "county", "year": 9999, "count": 0}],
    }
    answer = xianjie.assess(case, REGIONS, as_of, engine=installed_engine(engine))
    assert answer.regions["jinhua"].eligibility.status == "covered"


def test_a_policy_is_not_in_force_before_its_own_date() -> None:
    def validity(region: str, as_of: str) -> str:
        return xianjie.assess({}, [region], as_of).regions[region].policy.validity

    assert [validity("hubei", day) for day in ("2024-09-02", "2024-09-03")] == ["not_in_force", "in_force"]
    assert [validity("tianjin", day) for day in ("2024-11-13", "2024-11-14")] == ["not_in_force", "in_force"]
    assert validity("jinhua", "2030-01-01") == "not_in_force"
    assert validity("shanghai", "2025-01-01") == validity("shanxi", "2025-01-01") == "unverified"


# -- settings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-1, 3661, True, "30", 1.5, None])
def test_a_number_of_days_out_of_range_is_refused(days: object) -> None:
    assert refused(due_soon_days=days) == [("setting-range", "settings.due_soon_days")]


def test_the_ends_of_the_range_are_inside() -> None:
    for days in (0, 3660):
        assert xianjie.assess({}, ["hubei"], AS_OF, due_soon_days=days).settings.due_soon_days == days


@pytest.mark.parametrize(
    "readings",
    [
        {"nothing": "rolling"},
        {"year": "sideways"},
        {"tianjin:year": "rolling"},
        {"nowhere:year": "rolling"},
        {":year": "rolling"},
        {"hubei:": "rolling"},
        {"hubei:year": ""},
    ],
)
def test_a_reading_that_no_policy_knows_is_refused(readings: dict[str, str]) -> None:
    assert refused(readings=readings) == [("reading-unknown", "settings.readings")]


def test_readings_that_are_known_are_told_back() -> None:
    readings = {"hubei:year": "calendar", "half-year": "rolling", "field-limit": "as-written"}
    assert xianjie.assess({}, ["jinhua"], AS_OF, readings=readings).settings.readings == readings


AXIS = """
    readings:
      how:
        differ: ambiguous
        options:
          - {{id: one, zh: 甲, en: one, recommended: true}}
          - {{id: {other}, zh: 乙, en: other}}
    groups:
      - {{id: some, gives: coverage, zh: 某类, en: some}}
    clauses:
      - path: 一
        treatment: rules
        rules:
          - part: group
            id: some-group
            group: some
            force: definition
            zh: 某类。
            en: Some.
            when: {{by: how, readings: {{one: person.tekun, {other}: person.orphan}}}}
"""


def test_a_reading_without_its_region_must_be_known_wherever_the_set_stands() -> None:
    two = small_policy(AXIS.format(other="two"), "aa")
    three = small_policy(AXIS.format(other="three"), "bb")
    engine = engine_for(two, three)
    case = {"person": {"tekun": True, "orphan": False}}
    assert refused(case=case, regions=["aa"], readings={"how": "two"}, engine=engine)
    assert refused(case=case, regions=["bb"], readings={"how": "two"}, engine=engine)
    both = xianjie.assess(case, ["aa", "bb"], AS_OF, readings={"how": "one"}, engine=engine)
    assert [region.eligibility.status for region in both.regions.values()] == ["covered", "covered"]
    own = xianjie.assess(case, ["aa", "bb"], AS_OF, readings={"aa:how": "two"}, engine=engine)
    assert [region.eligibility.status for region in own.regions.values()] == ["not_matched", "ambiguous"]


# -- the parts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "parts"),
    [
        ({}, set()),
        ({"person": {"tekun": True}}, {"services"}),
        ({"household": {"size": 1}}, {"services"}),
        ({"aid": {"received": True}}, set()),
        ({"ledgers": [{}]}, {"duties"}),
        ({"duties": [{}]}, {"duties"}),
        ({"targets": [{}]}, {"duties"}),
        ({"ledgers": [], "duties": [], "targets": []}, set()),
        ({"referral": {}}, {"referral"}),
        ({"organisation": {}}, {"incentives"}),
        ({"area": {"has_conditions": True}}, set()),
    ],
)
def test_a_part_without_a_record_is_left_out_and_eligibility_never(case: dict[str, Any], parts: set[str]) -> None:
    answer = xianjie.assess(case, REGIONS, AS_OF).to_json()
    for region in answer["regions"].values():
        assert set(region) == {"policy", "eligibility"} | parts


def test_ledgers_duties_and_targets_are_answered_one_by_one_in_that_order() -> None:
    case = {
        "targets": [{"item": 1, "year": 2025}, {"item": 2, "year": 2025}],
        "ledgers": [{"kind": "demand"}, {"kind": "supply"}],
        "duties": [{"kind": "festival_visits"}],
    }
    found = xianjie.assess(case, ["jinhua"], AS_OF).regions["jinhua"].duties
    assert found is not None
    assert [(entry.kind, entry.item) for entry in found] == [
        ("demand", None),
        ("supply", None),
        ("festival_visits", None),
        ("target", 1),
        ("target", 2),
    ]


def test_what_a_case_says_of_itself_is_told_back() -> None:
    answer = xianjie.assess(FAMILY, ["hubei"], AS_OF)
    assert (answer.case, answer.household_ref, answer.schema_version) == ("E-0001", "H-01", 1)
    assert answer.engine == xianjie.__version__
    assert answer.provenance == {"aid.received": {"by": "y", "note": "z", "on": "2025-01-01"}}
    assert (answer.settings.overlay, answer.settings.readings) == (None, {})
    assert xianjie.assess({}, ["hubei"], AS_OF).case is None


def test_an_answer_cannot_be_changed() -> None:
    answer = xianjie.assess({}, ["hubei"], AS_OF)
    with pytest.raises(ValueError, match="frozen"):
        answer.as_of = "2020-01-01"


# -- the id ----------------------------------------------------------------------------------------------------------


def id_of(case: dict[str, Any], *regions: str, **given: Any) -> str:
    return xianjie.assess(case, regions or ("hubei",), given.pop("as_of", AS_OF), **given).decision_id


def changes(value: Any) -> Iterator[Any]:
    """Give the tree again with one leaf changed at a time, and with one leaf or element left out."""
    match value:
        case dict():
            for key in value:
                yield {name: item for name, item in value.items() if name != key}
                yield from ({**value, key: other} for other in changes(value[key]))
        case list():
            for at in range(len(value)):
                yield value[:at] + value[at + 1 :]
                yield from ([*value[:at], other, *value[at + 1 :]] for other in changes(value[at]))
        case bool():
            yield not value
        case int() | float():
            yield value + 1
        case str() if value[:2] == "20" and len(value) == 10:
            yield value[:8] + "27"
        case str():
            words = {"forward": "reverse", "civil_affairs": "township", "early": "founding", "supply": "demand"}
            words |= {"county": "city", "consultation": "task_analysis"}
            words |= {"informed": "reviewed", "consented": "referred"}
            yield words.get(value, value + "x")


def test_the_id_changes_with_every_single_record_of_the_case() -> None:
    seen = {id_of(FAMILY)}
    count = 1
    for changed in changes(FAMILY):
        try:
            seen.add(id_of(changed))
        except InputError:  # a step without its name, and the like
            continue
        count += 1
    assert count > 80
    # an empty list of ledgers, duties, targets, additions or provenance says no more than none
    assert len(seen) == count - 5


def test_the_id_changes_with_date_settings_regions_and_policy() -> None:
    ids = [
        id_of(FAMILY),
        id_of(FAMILY, as_of="2025-08-02"),
        id_of(FAMILY, due_soon_days=31),
        id_of(FAMILY, readings={"hubei:year": "rolling"}),
        id_of(FAMILY, readings={"hubei:year": "calendar"}),
        id_of(FAMILY, "jinhua"),
        id_of(FAMILY, "hubei", "jinhua"),
    ]
    assert len(set(ids)) == len(ids)
    texts = (AXIS.format(other="two"), AXIS.format(other="three"), AXIS.format(other="two").replace("某类。", "某类，"))
    assert len({id_of({}, "small", engine=engine_for(small_policy(text))) for text in texts}) == 3


def test_the_id_does_not_change_with_what_is_no_question() -> None:
    wanted = id_of(FAMILY, "hubei", "jinhua")
    assert id_of(FAMILY, "jinhua", "hubei", "jinhua") == wanted
    assert id_of(FAMILY, "hubei", "jinhua", lang="en") == wanted
    assert id_of({**FAMILY, "as_of": "2020-01-01"}, "hubei", "jinhua") == wanted
    for engine in ENGINES:
        assert id_of(FAMILY, "hubei", "jinhua", engine=installed_engine(engine)) == wanted
    upside_down = dict(reversed(FAMILY.items()))
    assert id_of(upside_down, "hubei", "jinhua") == wanted
    written = copy.deepcopy(FAMILY)
    written["household"]["annual_income"] = "80000.00"
    written["targets"][0]["value"] = "79.90"
    written["aid"]["special_programmes"] = ["b", "a", "b"]
    written["person"]["tekun"] = None
    assert id_of(written, "hubei", "jinhua") == wanted
    spaced = AXIS.format(other="two").replace("clauses:", "# a remark\n\n    clauses:")
    assert id_of({}, "small", engine=engine_for(small_policy(spaced))) == id_of(
        {}, "small", engine=engine_for(small_policy(AXIS.format(other="two")))
    )


def test_the_id_is_the_same_in_another_process() -> None:
    code = (
        "import json, sys, xianjie;"
        "print(xianjie.assess(json.load(sys.stdin), ['hubei', 'jinhua'], '2025-08-01').decision_id)"
    )
    for seed in ("1", "2"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(FAMILY),
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == id_of(FAMILY, "hubei", "jinhua")


# -- one answer from every engine ------------------------------------------------------------------------------------


def raw(engine: Engine, case: dict[str, Any], regions: tuple[str, ...], as_of: str, lang: str) -> str:
    """Ask past the typed shape, and write the answer down byte by byte."""
    day = xianjie.api.day_of(as_of)
    entry = engine.assess(read_case(case, engine.vocabulary), regions, day, Settings(), lang)
    return json.dumps(entry, ensure_ascii=False)


def examples() -> list[dict[str, Any]]:
    from ruamel.yaml import YAML

    paths = sorted(EXAMPLES.glob("*.yaml"))
    assert len(paths) >= 4
    return [json.loads(json.dumps(YAML(typ="safe").load(path), default=str)) for path in paths]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_engines_give_the_example_cases_the_same_bytes_in_the_contracts_shape(lang: str) -> None:
    for case in examples():
        answers = {raw(installed_engine(name), case, REGIONS, AS_OF, lang) for name in ENGINES}
        assert len(answers) == 1
        Answer.model_validate(json.loads(answers.pop()))


@pytest.mark.parametrize("block", range(4))
def test_all_engines_give_invented_cases_the_same_bytes_in_the_contracts_shape(block: int) -> None:
    statuses: set[str] = set()
    for seed in range(block * 60, block * 60 + 60):
        inventor = Inventor(seed)
        case, lang = inventor.case(), ("zh", "en")[seed % 2]
        generated, tree, rete = (raw(installed_engine(name), case, REGIONS, inventor.as_of, lang) for name in ENGINES)
        assert generated == tree, (seed, lang)
        assert generated == rete, (seed, lang)
        answer = Answer.model_validate(json.loads(generated))
        assert answer.to_json() == json.loads(generated)
        statuses |= set(_statuses(json.loads(generated)))
    assert {"covered", "not_matched", "undetermined", "priority_match", "overdue", "fresh"} <= statuses
    assert {"ambiguous", "met", "not_met", "allowed", "refused", "applies", "condition_not_met"} <= statuses


def _statuses(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        if isinstance(tree.get("status"), str):
            yield tree["status"]
        for value in tree.values():
            yield from _statuses(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _statuses(value)


def test_the_language_changes_words_and_nothing_else() -> None:
    def bare(tree: Any) -> Any:
        if isinstance(tree, dict):
            hidden = ("text", "name", "warnings")
            return {key: bare(value) for key, value in tree.items() if key not in hidden}
        return [bare(value) for value in tree] if isinstance(tree, list) else tree

    for seed in range(20):
        inventor = Inventor(seed)
        case = inventor.case()
        zh, en = (json.loads(raw(installed_engine(), case, REGIONS, inventor.as_of, lang)) for lang in ("zh", "en"))
        assert bare(zh) == bare(en)
        assert zh != en


def test_every_status_is_explained_and_what_is_undetermined_is_explained_as_open() -> None:
    def look(tree: Any) -> None:
        if isinstance(tree, dict):
            if "why" in tree:
                assert tree["why"]["text"]
                if tree.get("status") == "undetermined":
                    assert tree["why"]["value"] is None, tree
            for value in tree.values():
                look(value)
        elif isinstance(tree, list):
            for value in tree:
                look(value)

    for seed in range(40):
        inventor = Inventor(1000 + seed)
        look(json.loads(raw(installed_engine(), inventor.case(), REGIONS, inventor.as_of, "zh")))


def test_missing_stands_exactly_where_something_is_undetermined() -> None:
    def look(tree: Any) -> None:
        if isinstance(tree, dict):
            if tree.get("missing") and "priority" not in tree and "event" not in tree:
                assert tree["status"] == "undetermined", tree
            for value in tree.values():
                look(value)
        elif isinstance(tree, list):
            for value in tree:
                look(value)

    for seed in range(40):
        inventor = Inventor(2000 + seed)
        look(json.loads(raw(installed_engine(), inventor.case(), REGIONS, inventor.as_of, "zh")))


# -- threads ---------------------------------------------------------------------------------------------------------

THREADS, EACH = 8, 200


@pytest.mark.parametrize(("name", "kept"), [("generated", 256), ("rete", 256), ("generated", 3), ("rete", 3)])
def test_eight_threads_share_one_engine_and_get_no_wrong_answer(
    name: EngineName, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `kept` at three, compiled policies are also dropped while others still decide by them."""
    each = EACH if kept > 3 else EACH // 8
    monkeypatch.setattr(assess_module, "KEPT", kept)
    questions = []
    for seed in range(30):
        inventor = Inventor(3000 + seed)
        questions.append((inventor.case(), (REGIONS[seed % 5],), inventor.as_of, ("zh", "en")[seed % 2]))
    wanted = [raw(installed_engine("tree"), *question) for question in questions]
    wrong: list[object] = []
    with closing(engine_for(*installed_engine().policies.values(), engine=name)) as shared:
        start = threading.Barrier(THREADS)

        def ask(offset: int) -> None:
            start.wait()
            for turn in range(each):
                at = (turn * 7 + offset * 11) % len(questions)
                try:
                    if raw(shared, *questions[at]) != wanted[at]:
                        wrong.append(at)
                except Exception as error:  # noqa: BLE001 - whatever fails is reported, and fails the test
                    wrong.append(error)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_an_engine_keeps_no_more_policies_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assess_module, "KEPT", 2)
    engine = engine_for(*installed_engine().policies.values())
    days = [f"2025-01-{number:02}" for number in range(1, 6)]
    first = [raw(engine, FAMILY, ("hubei",), day, "zh") for day in days]
    assert len(engine._at) == 2
    assert [raw(engine, FAMILY, ("hubei",), day, "zh") for day in days] == first
    engine.close()
    assert len(engine._at) == 0


def test_a_case_file_and_the_mapping_in_it_are_answered_alike() -> None:
    engine = installed_engine()
    for path, case in zip(sorted(EXAMPLES.glob("*.yaml")), examples(), strict=True):
        (found,) = read_cases(path, engine.vocabulary)
        assert json.dumps(engine.assess(found, REGIONS)) == json.dumps(
            engine.assess(read_case(case, engine.vocabulary), REGIONS)
        )


def test_a_language_that_is_not_spoken_is_refused() -> None:
    assert refused(lang="fr") == [("language-unknown", "lang")]
