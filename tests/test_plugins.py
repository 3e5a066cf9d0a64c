"""Regions are found as plugins, and every way in which one can be wrong stops the start with its name."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import Distribution, EntryPoint
from pathlib import Path
from typing import Any

import pluggy
import pytest
from tests.policy.base import TEXT
from tests.policy.versions import amendment_text, document_text

from xianjie.api import assess
from xianjie.engine.assess import Engine
from xianjie.errors import PluginError, PolicyError, Problem, XianjieError
from xianjie.plugins import GROUP, Hooks, Region, Regions, discover, gather, hookimpl
from xianjie.vocabulary import BASE

Write = Callable[..., EntryPoint]

GOOD = """\
from xianjie import Region, hookimpl

@hookimpl
def xianjie_regions():
    return [Region.of_package(__name__, id="example", zh="示例", en="Example", code="990000")]
"""


class Owned(Distribution):
    """A distribution that has nothing but a name."""

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def name(self) -> str:
        return self._name

    def read_text(self, _filename: str) -> str | None:
        return None

    def locate_file(self, path: Any) -> Any:
        raise NotImplementedError


def point(name: str, module: str, owner: str | None = None) -> EntryPoint:
    found = EntryPoint(name, module, GROUP)
    if owner is not None:
        vars(found)["dist"] = Owned(owner)
    return found


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Write a plugin package, with policies if they are given, and make its entry point."""
    monkeypatch.syspath_prepend(tmp_path)
    made: list[str] = []

    def write(
        source: str, *policies: str, name: str = "example", module: str | None = None, owner: str | None = "dist-one"
    ) -> EntryPoint:
        module = module or f"fake_region_{len(made)}_{tmp_path.name.replace('-', '_')}"
        made.append(module)
        folder = tmp_path / module
        (folder / "policies").mkdir(parents=True)
        (folder / "__init__.py").write_text(source, encoding="utf-8")
        for number, policy in enumerate(policies):
            (folder / "policies" / f"{number}.yaml").write_text(policy, encoding="utf-8")
        return point(name, module, owner)

    yield write
    for module in made:
        sys.modules.pop(module, None)


def refused(*points: EntryPoint) -> Problem:
    with pytest.raises(PluginError) as caught:
        discover(points)
    (problem,) = caught.value.problems
    return problem


def region(id_: str, code: str = "990000") -> str:
    return GOOD.replace('"example"', f'"{id_}"').replace("990000", code)


# -- what is found -----------------------------------------------------------------------------------------------------


def test_a_plugin_brings_its_region_and_its_policy(write: Write, tmp_path: Path) -> None:
    found = discover([write(GOOD, TEXT)])
    (one,) = found.regions.values()
    assert (one.id, one.zh, one.en, one.code) == ("example", "示例", "Example", "990000")
    assert one.folder.parent == tmp_path
    assert [file.name for file in one.policy_files()] == ["0.yaml"]
    assert one.case_files() == []
    (policy,) = found.load()
    assert policy.region == "example"
    assert policy.source == str(one.policy_files()[0])
    assert found.load([]) == []
    assert [one.id for one in found.load(["example"])] == ["example-2025"]


def test_no_plugin_at_all_is_no_region_at_all() -> None:
    assert discover([]) == Regions({}, BASE)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_regions_are_sorted_by_id_whatever_the_order_of_plugins(order: tuple[int, ...], write: Write) -> None:
    points = [write(region("beta"), name="z"), write(region("gamma"), name="a"), write(region("alpha"), name="m")]
    assert list(discover(points[number] for number in order).regions) == ["alpha", "beta", "gamma"]


def test_a_plugin_may_bring_several_regions_and_another_none(write: Write) -> None:
    several = (
        "from xianjie import Region, hookimpl\n@hookimpl\ndef xianjie_regions():\n"
        "    return [Region.of_package(__name__, id=i, zh=i, en=i, code='990000') for i in ('b', 'a')]\n"
    )
    assert list(discover([write(several, name="two"), write("", name="none")]).regions) == ["a", "b"]


def test_the_installed_regions_are_found_each_with_one_policy() -> None:
    found = discover()
    assert "tianjin" in found.regions
    assert list(found.regions) == sorted(found.regions)
    assert all(len(one.policy_files()) == 1 for one in found.regions.values())
    assert [policy.region for policy in found.load(["tianjin"])] == ["tianjin"]


# -- what is refused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "cause"),
    [
        ("import no_such_module_at_all", "ModuleNotFoundError"),
        ("raise ValueError('broken')", "ValueError: broken"),
        ("def x(:", "SyntaxError"),
        ("from xianjie import NoSuchName", "ImportError"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_plugin_that_does_not_import_is_named_with_its_distribution_and_the_cause(
    source: str, cause: str, write: Write
) -> None:
    problem = refused(write(source, name="broken", owner="dist-broken"))
    assert problem.code == "plugin-import"
    for text in (problem.zh, problem.en):
        assert all(part in text for part in ("broken", "dist-broken", cause))


def test_a_plugin_whose_module_is_not_there() -> None:
    problem = refused(point("gone", "no_such_module_at_all"))
    assert problem.code == "plugin-import"
    assert "distribution ?" in problem.en


def test_two_plugins_of_one_name_are_refused_before_either_is_imported(write: Write) -> None:
    trap = "raise SystemExit('imported')"
    problem = refused(write(trap, name="twin", owner="dist-b"), write(trap, name="twin", owner="dist-a"))
    assert problem.code == "plugin-name-doubled"
    for text in (problem.zh, problem.en):
        assert "twin" in text
        assert "dist-a、dist-b" in text


def test_one_module_under_two_names_is_refused(write: Write) -> None:
    first = write(GOOD, TEXT, name="one")
    problem = refused(first, point("two", first.value, "dist-two"))
    assert problem.code == "plugin-hook"
    assert "dist-two" in problem.en


@pytest.mark.parametrize("hook", ["xianjie_region", "xianjie_regionss", "xianjie_fact"])
def test_a_misspelt_hook_is_refused_and_named(hook: str, write: Write) -> None:
    problem = refused(write(GOOD.replace("def xianjie_regions", f"def {hook}"), TEXT, name="slip"))
    assert problem.code == "plugin-hook"
    for text in (problem.zh, problem.en):
        assert "slip" in text
        assert hook in text


def test_a_hook_that_wants_arguments_we_do_not_give_is_refused(write: Write) -> None:
    problem = refused(
        write(GOOD.replace("xianjie_regions()", "xianjie_regions(config)"), name="greedy", owner="dist-g")
    )
    assert problem.code == "plugin-hook"
    assert "greedy" in problem.zh
    assert "config" in problem.en


@pytest.mark.parametrize("result", ["None", "()", "{}", "'tianjin'", "[1]", "['tianjin']", "[None]", "iter([])"])
def test_a_hook_that_returns_the_wrong_thing_is_refused(result: str, write: Write) -> None:
    source = f"from xianjie import hookimpl\n@hookimpl\ndef xianjie_regions():\n    return {result}\n"
    problem = refused(write(source, name="wrong"))
    assert problem.code == "plugin-result"
    assert "wrong" in problem.zh
    assert "list of Region" in problem.en


def test_facts_must_be_facts(write: Write) -> None:
    source = "from xianjie import hookimpl\n@hookimpl\ndef xianjie_facts():\n    return ['person.worker']\n"
    assert "list of FactSpec" in refused(write(source)).en


def test_a_hook_that_fails_is_named_with_the_cause(write: Write) -> None:
    source = "from xianjie import hookimpl\n@hookimpl\ndef xianjie_regions():\n    raise RuntimeError('no disk')\n"
    problem = refused(write(source, name="failing"))
    assert problem.code == "plugin-hook-failed"
    assert "failing" in problem.zh
    assert "RuntimeError: no disk" in problem.en


def test_two_plugins_that_bring_one_region_are_both_named(write: Write) -> None:
    problem = refused(write(GOOD, TEXT, name="second"), write(GOOD, TEXT, name="first"))
    assert problem.code == "plugin-region-doubled"
    for text in (problem.zh, problem.en):
        assert all(part in text for part in ("first", "second", "example"))


def test_a_package_without_a_folder_is_refused(write: Write) -> None:
    problem = refused(write(GOOD.replace("__name__", "'no_such_package_at_all'"), TEXT))
    assert problem.code == "plugin-folder"
    assert "no_such_package_at_all" in problem.en


def test_a_region_without_a_policy_file_is_refused(write: Write) -> None:
    for policies in ((), (amendment_text("change", "first", effective="2024-01-01"),)):
        found = discover([write(GOOD, *policies)])
        with pytest.raises(XianjieError) as caught:
            found.load()
        codes = [problem.code for problem in caught.value.problems]
        assert codes == (["amends-unknown"] if policies else ["plugin-policies"])
        assert "example" in caught.value.problems[0].en or policies


@pytest.mark.parametrize(
    ("old", "new"), [("region: example", "region: elsewhere"), ('gbt2260: "990000"', 'gbt2260: "990001"')]
)
def test_a_region_and_its_file_agree_in_id_and_in_code(old: str, new: str, write: Write) -> None:
    found = discover([write(GOOD, TEXT.replace(old, new))])
    with pytest.raises(PluginError) as caught:
        found.load()
    assert [problem.code for problem in caught.value.problems] == ["plugin-region-mismatch"]
    assert "example (990000)" in caught.value.problems[0].en


def test_a_fault_in_a_policy_file_is_told_with_its_path(write: Write) -> None:
    found = discover([write(GOOD, TEXT.replace("when: recent", "when: recnt"))])
    with pytest.raises(PolicyError) as caught:
        found.load()
    assert str(found.regions["example"].policy_files()[0]) in str(caught.value)


# -- several documents of one region -----------------------------------------------------------------------------------

FIRST = document_text("first", effective="2024-01-01")
SECOND = document_text("second", effective="2026-01-01", replaces="[first]")
DRAFT = document_text("third", standing="draft", validity="not_in_force")
CHANGE = amendment_text("change", "first", "set: {window: 2}\n", effective="2025-01-01")


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_a_region_brings_several_documents_and_amendments(order: tuple[int, ...], write: Write) -> None:
    files = [(FIRST, SECOND, DRAFT, CHANGE)[number] for number in order]
    found = discover([write(GOOD, *files)])
    assert [policy.id for policy in found.load()] == ["first", "change", "second", "third"]
    timeline = found.timelines(["example"])["example"]
    days = [date.fromisoformat(one).toordinal() for one in ("2024-06-01", "2025-01-01", "2026-01-01")]
    assert [timeline.governing(one).id for one in days] == ["first", "change", "second"]
    assert all(not overlay.supposed for policy in timeline.all for overlay in policy.overlays)


def test_amendments_of_one_document_build_on_each_other_in_the_order_of_their_dates(write: Write) -> None:
    later = amendment_text("a-later", "first", "rules: {schooling: {force: must}}\n", effective="2025-06-01")
    draft = amendment_text("a-draft", "first", "set: {income_line: 1}\n", standing="draft", validity="not_in_force")
    of_the_change = amendment_text("b-last", "change", effective="2025-09-01")
    (_, change, last, newest, proposed) = discover([write(GOOD, later, of_the_change, draft, CHANGE, FIRST)]).load()
    assert [one.id for one in (change, last, newest, proposed)] == ["change", "a-later", "b-last", "a-draft"]
    assert [one.id for one in newest.overlays] == ["change", "a-later", "b-last"]
    assert newest.parameters_at(1)["window"] == 2
    assert [one.id for one in proposed.overlays] == ["change", "a-later", "b-last", "a-draft"]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ((FIRST, "overlay: 1\nid: what-if\nbase: first\nzh: a\nen: b\n"), "amendment-document"),
        ((FIRST, amendment_text("change", "frst", effective="2025-01-01")), "amends-unknown"),
        (
            (
                FIRST,
                amendment_text("one", "two", effective="2025-01-01"),
                amendment_text("two", "one", effective="2025-01-01"),
            ),
            "amends-circle",
        ),
        ((FIRST, CHANGE, CHANGE.replace("id: change", "id: other")), "amendments-same-day"),
        ((FIRST, FIRST), "document-doubled"),
        ((FIRST, CHANGE, CHANGE.replace("2025-01-01", "2025-02-01")), "document-doubled"),
        ((FIRST, amendment_text("change", "first")), "successor-undated"),
        ((FIRST, document_text("second", effective="2024-01-01")), "documents-same-day"),
        ((SECOND,), "replaces-unknown"),
    ],
)
def test_documents_that_do_not_fit_together_are_refused(files: tuple[str, ...], code: str, write: Write) -> None:
    found = discover([write(GOOD, *files)])
    with pytest.raises(PolicyError) as caught:
        found.load()
    assert {problem.code for problem in caught.value.problems} == {code}
    assert all((problem.place.file or "").endswith(".yaml") for problem in caught.value.problems)


def test_the_amendment_on_the_same_day_may_name_the_other_as_its_base(write: Write) -> None:
    other = CHANGE.replace("id: change", "id: other").replace("base: first", "base: change")
    timeline = discover([write(GOOD, FIRST, CHANGE, other)]).timelines()["example"]
    assert timeline.governing(date(2025, 1, 1).toordinal()).id == "other"


def test_the_faults_of_all_files_are_told_together(write: Write) -> None:
    found = discover([write(GOOD, FIRST.replace("when: recent", "when: recnt"), "overlay: 1\n")])
    with pytest.raises(PolicyError) as caught:
        found.load()
    assert {"unknown-name", "field-missing"} <= {problem.code for problem in caught.value.problems}


def test_two_regions_do_not_share_a_documents_id(write: Write) -> None:
    other = TEXT.replace("region: example", "region: other")
    found = discover([write(GOOD, TEXT, name="one"), write(region("other"), other, name="two")])
    with pytest.raises(PluginError) as caught:
        found.load()
    assert [problem.code for problem in caught.value.problems] == ["plugin-document-doubled"]
    assert [policy.region for policy in found.load(["other"])] == ["other"]


def test_a_parent_need_not_be_installed(write: Write) -> None:
    (policy,) = discover([write(GOOD, document_text("first", parent="above"))]).load()
    assert policy.file.document.parent == "above"


# -- facts of a region's own -------------------------------------------------------------------------------------------

FACTS = """\
from xianjie import FactSpec, FactType, hookimpl

@hookimpl
def xianjie_facts():
    return [{facts}]
"""


def fact(name: str, zh: str = "返乡人员", type_: str = "BOOL") -> str:
    return f"FactSpec({name!r}, FactType.{type_}, {zh!r}, 'returned worker')"


def test_an_added_fact_is_used_in_a_policy_and_in_a_case(write: Write) -> None:
    source = GOOD + FACTS.format(
        facts=fact("person.returned_worker") + ", " + fact("aid.returned_on", "返乡日", "EVENT")
    )
    policy = TEXT.replace(
        "when: person.tekun\n        zh: 一\n        en: one\n      - part: advice",
        "when: person.returned_worker and within(aid.returned_on, years=window)\n        zh: 一\n        en: one\n"
        "      - part: advice",
    )
    assert policy != TEXT
    found = discover([write(source, policy)])
    assert found.vocabulary.names == (*BASE.names, "person.returned_worker", "aid.returned_on")
    engine = Engine(found.load(), found.vocabulary)
    for returned, status in (("2024-06-01", "priority_match"), ("2024-05-31", "not_matched"), ("never", "not_matched")):
        case = {"person": {"returned_worker": True}, "aid": {"returned_on": returned}}
        answer = assess(case, ["example"], "2025-06-01", engine=engine)
        assert answer.regions["example"].eligibility.priority == status
    answer = assess({"person": {"returned_worker": True}}, ["example"], "2025-06-01", engine=engine)
    assert answer.regions["example"].eligibility.priority == "undetermined"
    assert answer.regions["example"].eligibility.groups[1].missing == ["aid.returned_on"]
    engine.close()


def test_without_the_plugin_the_added_fact_is_unknown(write: Write) -> None:
    found = discover([write(GOOD, TEXT.replace("when: recent", "when: person.returned_worker"))])
    with pytest.raises(PolicyError) as caught:
        found.load()
    assert [problem.code for problem in caught.value.problems] == ["unknown-name"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (fact("person.worker", "特困人员"), "plugin-fact-synonym"),
        (fact("person.tekun", "另一个词"), "plugin-fact-name"),
        (fact("animal.tame"), "plugin-fact-name"),
        (fact("referral.events"), "plugin-fact-name"),
        (fact("person.worker") + ", " + fact("person.worker", "另一个词"), "plugin-fact-name"),
        (fact("person.worker") + ", " + fact("person.labourer"), "plugin-fact-synonym"),
    ],
)
def test_a_fact_that_is_known_already_is_refused(facts: str, code: str, write: Write) -> None:
    problem = refused(write(FACTS.format(facts=facts), name="adder"))
    assert problem.code == code
    assert "adder" in problem.zh
    assert "adder" in problem.en


def test_two_plugins_cannot_add_one_fact(write: Write) -> None:
    one = write(FACTS.format(facts=fact("person.worker")), name="one")
    two = write(FACTS.format(facts=fact("person.worker", "另一个词")), name="two")
    problem = refused(two, one)
    assert problem.code == "plugin-fact-name"
    assert "two" in problem.en


@pytest.mark.parametrize("swapped", [False, True])
def test_facts_are_added_in_the_order_of_the_plugins_names(swapped: bool, write: Write) -> None:
    points = [
        write(FACTS.format(facts=fact("person.b_worker", "乙")), name="beta"),
        write(FACTS.format(facts=fact("person.a_worker", "甲")), name="alpha"),
    ]
    found = discover(reversed(points) if swapped else points)
    assert found.vocabulary.names[len(BASE.names) :] == ("person.a_worker", "person.b_worker")


# -- a manager of one's own --------------------------------------------------------------------------------------------


def test_plugins_that_somebody_registered_by_hand_are_gathered(tmp_path: Path) -> None:
    class Plugin:
        @hookimpl
        def xianjie_regions(self) -> list[Region]:
            return [Region("example", "示例", "Example", "990000", tmp_path)]

    manager = pluggy.PluginManager("xianjie")
    manager.add_hookspecs(Hooks)
    manager.register(Plugin(), name="by-hand")
    assert list(gather(manager).regions) == ["example"]


def test_there_are_at_most_four_hooks_each_with_a_docstring() -> None:
    hooks = [name for name in vars(Hooks) if name.startswith("xianjie_")]
    assert 1 <= len(hooks) <= 4
    assert all(vars(Hooks)[name].__doc__ for name in hooks)
