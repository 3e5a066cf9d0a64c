"""How an answer is shown: every status, every clause and every ground of the JSON, in both languages, and nothing else.

The answers are those of all cases of all regions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from jinja2 import ChoiceLoader, DictLoader
from starlette.datastructures import QueryParams
from tests.regions.region_cases import REGIONS, given, policy_of
from tests.web.reading import Element, faults_of, inline_code, read

from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.engine.overview import missing_facts
from xianjie.engine.wording import VALUES, fact_term, once, shown_value
from xianjie.errors import Place
from xianjie.vocabulary import BASE
from xianjie.vocabulary.terms import STATUSES, term
from xianjie.web.pages.answers.shown import Answers, answer_of, shown_answers
from xianjie.web.showing.rendering import Workbench, make_workbench, rendered, typeset
from xianjie.web.showing.viewer import Viewer

Pages = Callable[[str, str], list[tuple[Mapping[str, Any], "Answers", Element]]]
NAMES = {name: (region.zh, region.en) for name, region in REGIONS.regions.items()}
LANGS = ("zh", "en")
WIDELY = 14
"""Every so many cases of a region are asked in all its parts; all of them would take too long here."""
TEST = """{% from "answers/regions.html.j2" import answers, answers_table, overview with context %}{{ assets.icons }}
<h1>a</h1><h2>b</h2>{{ overview(shown) }}{{ answers(shown, fields) }}"""
TABLE = """{% from "answers/regions.html.j2" import answers_table with context %}{{ assets.icons }}
<h1>a</h1>{{ answers_table(rows) }}"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    made = Engine([policy_of(region) for region in REGIONS.regions.values()], BASE)
    yield made
    made.close()


@pytest.fixture(scope="module")
def workbench() -> Workbench:
    made = make_workbench()
    own = DictLoader({"test": TEST, "table": TABLE})
    assert made.templates.loader is not None
    made.templates.loader = ChoiceLoader([own, made.templates.loader])
    return made


def answers(engine: Engine, region: str, lang: str) -> Iterator[Mapping[str, Any]]:
    for number, one in enumerate(given(REGIONS.regions[region])):
        if number % WIDELY == 0 and one.overlay is None:
            told = engine.assess(one.case, [region], one.as_of, one.settings, lang)
            yield answer_of(json.dumps(told).encode())


@pytest.fixture(scope="module")
def pages(engine: Engine, workbench: Workbench) -> Pages:
    """Show each answer once for all tests; what is missing leads to fields."""
    made: dict[tuple[str, str], list[tuple[Mapping[str, Any], Answers, Element]]] = {}

    def of(region: str, lang: str) -> list[tuple[Mapping[str, Any], Answers, Element]]:
        if (region, lang) not in made:
            made[region, lang] = []
            for answer in answers(engine, region, lang):
                shown = shown_answers(answer, engine, NAMES, lang)
                fields = {name: f"f-{number}" for number, name in enumerate(missing_facts(answer))}
                made[region, lang].append((answer, shown, page_of(workbench, shown, fields)))
        return made[region, lang]

    return of


def page_of(workbench: Workbench, shown: Answers, fields: Mapping[str, str]) -> Element:
    viewer = Viewer(spoken=shown.lang)
    text = rendered(workbench, "test", viewer, "/x", QueryParams(""), shown=shown, fields=fields)
    return read(text.decode())


def entries(region: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Go through everything in a region's answer that has a status and a clause of its own."""
    yield from region["eligibility"]["groups"]
    for part in ("services", "duties", "incentives"):
        yield from region.get(part) or ()
    referral = region.get("referral")
    if referral:
        yield referral
        yield from ([referral["simplification"]] if referral["simplification"] else [])
        yield from referral["accompanying"]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("region", REGIONS.regions)
def test_a_page_cites_what_the_answer_cites_and_nothing_else(pages: Pages, region: str, lang: str) -> None:
    for answer, _, page in pages(region, lang):
        assert [one for one in faults_of(page) if "#f-" not in one] == []
        assert inline_code(page) == []
        entry = answer["regions"][region]
        cited = {one["clause"] for one in (*entries(entry), *entry["eligibility"]["advice_details"]) if one["clause"]}
        links = page.all("a", class_="clause")
        told = {one.text.removeprefix("条款").removeprefix("clause").strip() for one in links}
        assert told == cited
        assert all(one.attributes["href"].startswith(f"/policies/{entry['policy']['id']}#k") for one in links)
        heads = {one.text for box in page.all("p", class_="answer-groups") for one in box.all("span", class_="clause")}
        assert heads <= cited


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("region", REGIONS.regions)
def test_every_status_is_told_by_word_and_icon(pages: Pages, region: str, lang: str) -> None:
    for answer, _, page in pages(region, lang):
        entry = answer["regions"][region]
        statuses = {one["status"] for one in entries(entry)} | {entry["eligibility"]["status"]}
        readings = {read["status"] for one in entries(entry) for read in one["readings"]}
        chips = page.all("span", class_="status-chip")
        told = {one.text for one in chips}
        assert {term(STATUSES, status, lang) for status in statuses} <= told
        assert told <= {
            term(STATUSES, status, lang)
            for status in (*statuses, *readings, entry["eligibility"]["priority"], "applies")
        }
        assert all(len(one.all("svg")) == 1 for one in chips)


def outlined(grounds: list[Mapping[str, Any]], lang: str) -> list[Any]:
    """Write an explanation of the JSON down as the page should show it."""
    out: list[Any] = []
    for ground in once(grounds):
        if ground.get("fact"):
            name = ground["fact"]
            out.append((fact_term(name, BASE, lang), shown_value(name, ground["value"], BASE, lang)))
        elif ground.get("parameter"):
            out.append(("parameter", f"{ground['value']}"))
        else:
            truth = VALUES[ground["value"]][0 if lang == "zh" else 1]
            out.append((truth, outlined(ground["because"], lang)))
    return out


def seen(tree: Element) -> list[Any]:
    """Read the same off the page."""
    out: list[Any] = []
    for item in tree.children:
        if not isinstance(item, Element) or item.tag != "li":
            continue
        if "is-fact" in item.attributes["class"]:
            out.append((item.one("span", class_="ground-label").text, item.one("strong").text))
        elif "is-parameter" in item.attributes["class"]:
            out.append(("parameter", item.one("strong").text.partition(" ")[0]))
        else:
            inner = next(iter(item.all("ul")), None)
            out.append((item.all("span", class_="truth")[0].text, [] if inner is None else seen(inner)))
    return out


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("region", REGIONS.regions)
def test_the_tree_is_the_explanation_of_the_answer(pages: Pages, region: str, lang: str) -> None:
    compared = 0
    for answer, _, page in pages(region, lang):
        section = page.one("section", aria_labelledby="r1-eligibility")
        trees: dict[str, Element] = {}
        for box in section.all("div", class_="told-one"):
            found = box.all("ul", class_="grounds-tree")
            if found:
                trees[box.all("strong")[0].text] = found[0]
        for group in answer["regions"][region]["eligibility"]["groups"]:
            if group["why"]["because"]:
                wanted = outlined(group["why"]["because"], lang)
                assert dated(wanted, lang) == seen(trees[group["name"]])
                compared += 1
    assert compared or region == "shanxi"  # which says nothing of eligibility


def dated(outline: list[Any], lang: str) -> list[Any]:
    """Write the days of an outline as a page does."""

    def shown(value: Any) -> Any:
        if isinstance(value, list):
            return dated(value, lang)
        return read(f"<p>{typeset(value, lang)}</p>").text

    return [(label, shown(value)) for label, value in outline]


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("region", REGIONS.regions)
def test_what_is_missing_is_told_and_leads_to_its_field(pages: Pages, region: str, lang: str) -> None:
    for answer, shown, page in pages(region, lang):
        wanted = missing_facts(answer)
        assert [one.fact for one in shown.missing] == list(dict.fromkeys(one.fact for one in shown.missing))
        assert {one.fact for one in shown.missing} == set(wanted)
        links = {(one.attributes["href"], one.text) for one in page.all("a")}
        assert {(f"#f-{number}", fact_term(name, BASE, lang)) for number, name in enumerate(wanted)} <= links


def test_the_cases_of_the_regions_show_every_status_there_is(engine: Engine) -> None:
    found: set[str] = set()
    for region in REGIONS.regions:
        for one in given(REGIONS.regions[region]):
            if one.overlay is None:
                entry = engine.assess(one.case, [region], one.as_of, one.settings)["regions"][region]
                found |= {each["status"] for each in entries(entry)} | {entry["eligibility"]["status"]}
    assert found == set(STATUSES)


def evil() -> dict[str, Any]:
    hostile = "</bdi><script>alert(1)</script>\"'‮תָו"
    return {
        "case": "E<img src=x onerror=y>",
        "household_ref": "H\"'>",
        "person": {"dibao_recipient": True},
        "aid": {"received": True, "still_in_difficulty": True},
        "provenance": {"aid.received": {"by": hostile, "on": "2025-07-01", "note": hostile}},
    }


@pytest.mark.parametrize("lang", LANGS)
def test_other_peoples_words_stay_words(engine: Engine, workbench: Workbench, lang: str) -> None:
    case = read_case(evil(), BASE, lambda _: Place())
    answer = engine.assess(case, ["hubei", "tianjin"], 739463, lang=lang)
    page = page_of(workbench, shown_answers(answer_of(json.dumps(answer).encode()), engine, NAMES, lang), {})
    assert inline_code(page) == []
    assert page.all("script") == page.all("img") == []
    words = {one.text for one in page.all("bdi")}
    assert {evil()["provenance"]["aid.received"]["by"]} <= words


@pytest.mark.parametrize("lang", LANGS)
def test_cases_stand_side_by_side(engine: Engine, workbench: Workbench, lang: str) -> None:
    rows = []
    for number, one in enumerate(given(REGIONS.regions["hubei"])[:3]):
        answer = engine.assess(one.case, ["hubei", "shanghai"], one.as_of, lang=lang)
        told = shown_answers(answer_of(json.dumps(answer).encode()), engine, NAMES, lang, f"m{number}-")
        rows.append((f"<b>{number}", told, "/decisions/x" if number else ""))
    page = read(rendered(workbench, "table", Viewer(spoken=lang), "/x", QueryParams(""), rows=rows).decode())
    table = page.one("table")
    assert [one.text for one in table.all("th", scope="col")][1:] == [
        NAMES[name][0 if lang == "zh" else 1] for name in ("hubei", "shanghai")
    ]
    assert [one.text for one in table.all("th", scope="row")] == ["<b>0", "<b>1", "<b>2"]
    wanted = [[term(STATUSES, region.status, lang) for region in shown.regions] for _, shown, _ in rows]
    assert [
        [cell.all("span", class_="status-chip")[0].text for cell in row.all("td")] for row in table.all("tr")[1:]
    ] == wanted


def test_ids_of_several_answers_on_one_page_keep_apart(engine: Engine) -> None:
    one = given(REGIONS.regions["hubei"])[0]
    answer = engine.assess(one.case, ["hubei", "tianjin"], one.as_of)
    ids = [
        region.id for prefix in ("a-", "b-") for region in shown_answers(answer, engine, NAMES, "zh", prefix).regions
    ]
    assert len(set(ids)) == 4


def test_a_place_is_put_only_where_the_answer_turns_on_it(engine: Engine) -> None:
    facts: dict[str, dict[str, Any]] = {
        "person": {"recognised_by_local_civil_affairs": False, "left_behind_child": False},
        "household": {"size": 5, "annual_income": 120000, "property_within_limits": True},
        "aid": {"exit_date": "never", "application_is_new": False, "temporary_aid_date": "never"},
    }
    facts["aid"]["special_programmes"] = []
    for size, turning in ((5, ["household-size"]), (3, [])):
        facts["household"]["size"] = size
        case = read_case(facts, BASE, lambda _: Place())
        (region,) = shown_answers(engine.assess(case, ["jinhua"], 739463), engine, NAMES, "zh").regions
        assert [axis.id for axis in region.axes if axis.bears] == turning
        assert (region.status == "ambiguous") == bool(turning)
