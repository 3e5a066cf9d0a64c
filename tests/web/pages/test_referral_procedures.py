"""Procedures as diagrams: every step and transition of the policy file and nothing else, and the same in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from tests.service.conftest import TODAY
from tests.service.invented import copied
from tests.web.conftest import serving
from tests.web.reading import Element, faults_of, inline_code, read

from xianjie.engine.assess import Engine
from xianjie.engine.procedures import transitions
from xianjie.plugins import discover
from xianjie.policy.load import read_policy
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import BASE
from xianjie.vocabulary.terms import EVENTS
from xianjie.web.pages.referral.picture import Progress, moves_told, picture, state_told
from xianjie.web.pages.referral.procedure import procedure_of

REGIONS = discover()
ENGINE = Engine(REGIONS.load(), REGIONS.vocabulary)
DAY = TODAY.toordinal()
DIRECTIONS = tuple(REGIONS.vocabulary["referral.direction"].words)
EVERY = [(name, direction) for name in ENGINE.documents.timelines for direction in DIRECTIONS]
LOCATED = Path(REGIONS.regions["hubei"].folder) / "policies"


def policy_of(region: str) -> Policy:
    return ENGINE.documents.answering(region, DAY)


def holds_the_model(policy: Policy, direction: str, lang: str) -> None:
    """Compare the boxes and wires of a drawing with the table of the policy file."""
    line = policy.referrals[direction]
    made = picture(procedure_of(policy, direction, lang, DAY), policy.vocabulary, lang)
    procedure = procedure_of(policy, direction, lang, DAY)
    assert line.rule.procedure is not None
    assert made is not None
    states = [box.key for box in made.boxes if box.look == "state"]
    assert states == [f"state-{name}" for name in line.rule.procedure.states]
    drawn = sorted((move.source, move.event, move.target) for move in procedure.moves)
    assert drawn == sorted((one.source, one.event, one.target) for one in transitions(line))
    under: dict[str, str] = {}
    at = ""
    for box in made.boxes:
        at = at if box.is_step else box.key
        if box.is_step:
            under[box.key] = at
    for move in procedure.moves:
        assert under.pop(f"step-{move.number}") == f"state-{move.source}"
    assert under == {}
    by_step = {wire.step: wire.target for wire in made.wires}
    assert by_step == {f"step-{move.number}": f"state-{move.target}" for move in procedure.moves}
    gates = [box.key for box in made.boxes if box.key.startswith("gate-")]
    assert gates == [f"gate-{gate.step}" for gate in line.rule.gates]
    guarded = sorted((m.source, m.event) for m in procedure.moves if m.when is not None)
    assert guarded == sorted((o.source, o.event) for o in transitions(line) if o.guards)
    texts = {box.key: box.text for box in made.boxes}
    nothing = Progress()
    for move in procedure.moves:
        assert joined(" ".join(moves_told(move, procedure, nothing, lang))) == joined(texts[f"step-{move.number}"])
        assert EVENTS[move.event][lang == "en"] in " ".join(moves_told(move, procedure, nothing, lang))
    for state in procedure.states:
        told = state_told(state.id, procedure, nothing, lang)
        assert joined(" ".join(told)) == joined(texts[f"state-{state.id}"])


def joined(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(("region", "direction"), EVERY)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_diagram_has_every_step_of_the_document_and_nothing_else(region: str, direction: str, lang: str) -> None:
    policy = policy_of(region)
    line = policy.referrals.get(direction)
    procedure = procedure_of(policy, direction, lang, DAY)
    if line is not None and line.rule.procedure is not None:
        assert procedure.kind == "steps"
        holds_the_model(policy, direction, lang)
        return
    assert picture(procedure, policy.vocabulary, lang) is None
    assert procedure.states == ()
    expected = "silent" if line is None else "mechanism" if line.rule.mechanism_only else "conditions"
    assert procedure.kind == expected


NAMES = st.sampled_from(["found", "told", "agreed", "sent", "helped", "back", "done"])
STEPS = st.tuples(st.sampled_from(list(EVENTS)), NAMES, NAMES, st.sampled_from([None, "referral.informed"]))


def invented(steps: list[tuple[str, str, str, str | None]]) -> Policy:
    """Write a procedure into a document that has one."""
    (file,) = LOCATED.glob("*.yaml")
    text = file.read_text(encoding="utf-8")
    names = dict.fromkeys(["found", *(name for _, *both, _ in steps for name in both), "end"])
    rows = [f"            {name}: 状态<{name}>&" for name in names]
    lines = [
        f"            - {{on: {event}, leaves: [{source}], to: {target}" + (f", when: {when}}}" if when else "}")
        for event, source, target, when in steps
    ]
    block = "\n".join(["        procedure:", "          states:", *rows, "          steps:", *lines, "        zh:"])
    made = re.sub(r"        procedure:\n.*?\n        zh:", lambda _: block, text, count=1, flags=re.DOTALL)
    return read_policy(made, str(file), BASE)


@given(st.lists(STEPS, min_size=1, max_size=14, unique_by=lambda step: (step[0], step[1], step[3])))
@settings(max_examples=25, deadline=None)
def test_so_has_that_of_an_invented_procedure(steps: list[tuple[str, str, str, str | None]]) -> None:
    holds_the_model(invented(steps), "forward", "zh")


def figures(page: Element) -> list[Element]:
    return page.all("svg", class_="drawing")


@pytest.mark.parametrize(("region", "direction"), EVERY)
def test_the_list_beside_a_diagram_says_the_same(client: TestClient, region: str, direction: str) -> None:
    for lang in ("zh", "en"):
        page = read(client.get(f"/referrals/procedures?region={region}&direction={direction}&lang={lang}").text)
        assert faults_of(page) == []
        assert inline_code(page) == []
        for svg in figures(page):
            assert svg.one("title").text
            assert svg.one("desc").text
            assert {svg.one("title").attributes["id"], svg.one("desc").attributes["id"]} == set(
                svg.attributes["aria-labelledby"].split()
            )
            for box in svg.all("a", class_="box"):
                (beside,) = [one for one in page.walk() if one.attributes.get("id") == box.attributes["href"][1:]]
                if "-step-" in box.attributes["href"] or "-state-" in box.attributes["href"]:
                    assert joined(beside.text).startswith(joined(box.text))
        client.cookies.clear()


def test_a_document_without_steps_says_so(client: TestClient) -> None:
    page = read(client.get("/referrals/procedures?region=shanghai&region=shanxi&region=hubei").text)
    cards = page.all("article", class_="procedure")
    assert len(figures(page)) == 1
    assert "只提出机制，没有写步骤" in cards[0].text
    assert "效力待核实" in cards[0].text
    assert "依据新闻摘要编写" in cards[1].text
    silent = read(client.get("/referrals/procedures?region=shanxi&region=shanghai&direction=reverse").text)
    first, second = silent.all("article", class_="procedure")
    assert "摘要未载" in first.text
    assert "不等于没有规定" in first.text
    assert "未规定" in second.text


def test_all_regions_stand_in_a_table_by_direction(client: TestClient) -> None:
    page = read(client.get("/referrals/procedures").text)
    (table,) = page.all("table", class_="listing")
    assert len(table.all("th", scope="row")) == len(ENGINE.documents.timelines)
    for row in table.one("tbody").all("tr"):
        assert len(row.all("td")) == len(DIRECTIONS)
        assert all(cell.text for cell in row.all("td"))
    assert figures(page) == []


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("region=nowhere", "没有这个地区"),
        ("direction=sideways", "没有这个方向"),
        ("as_of=2025-13-01", "没有这一天"),
        ("region=hubei&region=tianjin&region=jinhua&region=shanxi&region=shanghai", "并排"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(client: TestClient, query: str, told: str) -> None:
    answer = client.get(f"/referrals/procedures?{query}")
    assert answer.status_code == 422
    assert told in read(answer.text).one("main").text


def test_htmx_gets_the_part_alone(client: TestClient) -> None:
    part = client.get("/referrals/procedures?region=tianjin", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert len(figures(read(part))) == 1


@pytest.fixture
def evil(tmp_path: Path) -> Iterator[TestClient]:
    regions, file = copied("tianjin", tmp_path / "tianjin")
    file.change("referred: 已向慈善组织提供信息", "referred: '<script>alert(1)</script>&\"'")
    with serving(tmp_path, regions) as client:
        yield client


def test_hostile_names_of_states_stay_text(evil: TestClient) -> None:
    for path in (
        "/referrals/procedures?region=tianjin",
        "/referrals/walk?region=tianjin&event=consented&event=referred",
    ):
        page = read(evil.get(path).text)
        assert inline_code(page) == []
        assert faults_of(page) == []
        assert len(page.all("script")) == 2
        assert '<script>alert(1)</script>&"' in page.one("svg", class_="drawing").text.replace(" ", "")


@pytest.mark.parametrize(
    ("region", "direction", "ends"),
    [
        ("jinhua", "reverse", ["passed_on"]),
        ("tianjin", "reverse", ["passed_on"]),
        ("shanghai", "community_report", ["reported"]),
        ("hubei", "reverse", []),
        ("hubei", "forward", []),
        ("tianjin", "forward", []),
        ("shanxi", "forward", []),
    ],
)
def test_where_a_document_names_no_end_the_page_says_so(
    client: TestClient, region: str, direction: str, ends: list[str]
) -> None:
    found = procedure_of(policy_of(region), direction, "zh", DAY)
    assert [state.id for state in found.open_ends] == ends
    for lang, words in (("zh", "文件没有写到什么为止"), ("en", "names no end")):
        answer = client.get(f"/referrals/procedures?region={region}&direction={direction}&lang={lang}")
        page = read(answer.text)
        assert faults_of(page) == []
        told = [one for one in page.all("p") if one.attributes.get("id", "").endswith("-no-end")]
        assert len(told) == len(ends)
        assert all(words in one.text for one in told)
    client.get("/referrals/procedures?lang=zh")
