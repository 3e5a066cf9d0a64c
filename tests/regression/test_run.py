"""Running cases: what holds, what differs and why; the engine of each overlay; what does not fit is refused before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.regions.region_cases import REGIONS, policy_of

from xianjie.engine.deciders import EngineName
from xianjie.errors import InputError, PolicyError
from xianjie.plugins import Region, Regions
from xianjie.regression.paths import Nowhere
from xianjie.regression.run import Engines, Ground, Result, answer_of, run
from xianjie.vocabulary import BASE

from .conftest import Write, read


@pytest.fixture
def engines() -> Iterator[Engines]:
    made = Engines(REGIONS)
    yield made
    made.close()


def results(path: Path, engines: Engines, lang: str = "zh") -> list[Result]:
    cases = read(path)
    engines.check(cases)
    return [run(case, engines.of(case), lang) for case in cases]


RECIPIENT = """
- name: 已无困难的低保对象
  region: hubei
  as_of: 2025-05-01
  case:
    person: {dibao_recipient: true}
    aid: {received: true, still_in_difficulty: false}
    ledgers: [{kind: supply, level: county, last_updated: 2024-05-01}]
  expect:
    eligibility.groups[dibao].status: %s
    eligibility.status: %s
    eligibility.coverage: covered
    duties[0].status: %s
    duties[1].status: overdue
    referral.status: allowed
    policy.standing: draft
"""


def test_what_holds_holds_and_the_rest_is_told_with_its_grounds(write: Write, engines: Engines) -> None:
    path = write(RECIPIENT % ("not_matched", "covered", "overdue"))
    (result,) = results(path, engines)
    assert not result.holds
    assert (result.as_of, result.policy["id"], result.overlay) == ("2025-05-01", "hubei-2024", None)
    told = {one.expectation.path: one for one in result.differences}
    assert "eligibility.groups[dibao].status" not in told
    status = told["eligibility.status"]
    assert status.found == "not_matched"
    assert len(status.grounds) == 3
    first = status.grounds[0]
    assert (first.status, first.force, first.clause) == ("not_matched", "definition", "二")
    assert first.why == "政府救助后仍有困难：否"
    ledger = told["duties[0].status"]
    assert ledger.found == "due_today"
    assert [(ground.name, ground.force, ground.clause) for ground in ledger.grounds] == [(None, "must", "三(二)")]
    assert isinstance(told["duties[1].status"].found, Nowhere)
    assert isinstance(told["referral.status"].found, Nowhere)
    assert told["policy.standing"].grounds == ()
    assert told["duties[1].status"].grounds == ()


def test_a_ground_of_a_single_part_is_the_innermost(write: Write, engines: Engines) -> None:
    (result,) = results(
        write("""
        - name: 转介的随附职责
          region: hubei
          as_of: 2025-05-01
          case: {referral: {direction: forward, can_apply_independently: false}}
          expect:
            referral.accompanying[assist-application].status: undetermined
            referral.simplification.status: available
            referral.flagged: true
    """),
        engines,
    )
    clauses = {one.expectation.path: one.grounds for one in result.differences}
    duty = clauses["referral.accompanying[assist-application].status"][0]
    assert (duty.status, duty.force) == ("applies", "must")
    assert clauses["referral.simplification.status"][0].force == "may"
    assert clauses["referral.flagged"][0].status == "undetermined"


def test_a_ground_is_found_behind_several_brackets(write: Write, engines: Engines) -> None:
    (result,) = results(
        write("""
        - name: 还不是慈善组织的机构
          region: hubei
          as_of: 2025-05-01
          case: {organisation: {charitable: false}}
          expect: {"incentives[government_purchase][taking-on-purchased-services].status": ambiguous}
    """),
        engines,
    )
    ((ground,),) = [one.grounds for one in result.differences]
    assert ground.clause
    assert ground.force


def test_reasons_come_in_the_language_asked_for(write: Write, engines: Engines) -> None:
    path = write(RECIPIENT % ("covered", "not_matched", "due_today"))
    (result,) = results(path, engines, "en")
    told = {one.expectation.path: one for one in result.differences}
    assert told["eligibility.groups[dibao].status"].grounds == (
        Ground(None, "not_matched", "definition", "二", "still in difficulty after government aid: no"),
    )


HOUSEHOLD = "case: {household: {size: 3, annual_income: 95000, property_within_limits: true}}"


def test_an_overlay_is_put_on_and_its_engine_made_once(write: Write, engines: Engines) -> None:
    lower = write(
        """
        overlay: 1
        id: lower-line
        base: jinhua-draft
        zh: 收入线降到九万元
        en: an income line of 90,000
        set: {income_line: 90000}
    """,
        "lower.yaml",
    )
    text = f"""
        defaults: {{regions: [jinhua]}}
        cases:
          - {{name: 原文, as_of: 2025-05-01, {HOUSEHOLD}, expect: {{"eligibility.groups[uplift].status": covered}}}}
          - name: 假设文件
            as_of: 2025-05-01
            overlay: {lower.name}
            {HOUSEHOLD}
            expect:
              eligibility.groups[uplift].status: undetermined  # a left-behind child would count, and is not recorded
              policy.overlay.id: lower-line
          - name: 假设文件，另一天
            as_of: 2025-06-01
            overlay: {lower.name}
            {HOUSEHOLD}
            expect: {{"policy.overlay.changes[parameter].name": income_line}}
          - name: 写在个案里
            as_of: 2025-05-01
            overlay: {{set: {{income_line: 90000}}}}
            {HOUSEHOLD}
            expect: {{"policy.overlay.id": in-the-case}}
    """
    path = write(text)
    cases = read(path)
    engines.check(cases)
    assert [run(case, engines.of(case)).differences for case in cases] == [(), (), (), ()]
    plain, first, second, inline = (engines.of(case) for case in cases)
    assert plain is not first
    assert first is second
    assert inline not in (plain, first)
    assert run(cases[1], first).overlay == run(cases[2], second).overlay
    found = run(cases[1], first).overlay
    assert found is not None
    assert found["text"] == "收入线降到九万元"


@pytest.mark.parametrize("name", ["generated", "tree", "rete"])
def test_every_engine_gives_the_same(write: Write, name: EngineName) -> None:
    path = write(RECIPIENT % ("covered", "not_matched", "due_today"))
    made = Engines(REGIONS, name)
    (result,) = results(path, made)
    made.close()
    assert [(one.expectation.path, one.found) for one in result.differences if not isinstance(one.found, Nowhere)] == [
        ("eligibility.groups[dibao].status", "not_matched"),
        ("eligibility.coverage", "not_matched"),
        ("policy.standing", "issued"),
    ]


def test_a_document_named_and_a_policy_file_are_asked(write: Write, engines: Engines, tmp_path: Path) -> None:
    (file,) = REGIONS.regions["jinhua"].policy_files()
    copy = tmp_path / "copy.yaml"
    copy.write_text(file.read_text("utf-8").replace("value: 100000", "value: 90000"), encoding="utf-8")
    path = write(f"""
        - name: 点名的文件与改过的副本
          regions: [jinhua@jinhua-draft, copy.yaml]
          as_of: 2025-05-01
          {HOUSEHOLD}
          expect: {{"eligibility.groups[uplift].status": covered}}
    """)
    named, copied = results(path, engines)
    assert named.holds
    assert [one.found for one in copied.differences] == ["undetermined"]
    assert copied.policy["sha256"] != named.policy["sha256"]


BAD = "as_of: 2025-05-01, case: {}, expect: {referral: ~}"


@pytest.mark.parametrize(
    ("entry", "line", "code"),
    [
        ("region: hubie", 2, "reference-unknown"),
        ("region: hubei@hubei-2023", 2, "document-unknown"),
        ("region: none.yaml", 2, "file-missing"),
        ("region: hubei, settings: {readings: {household-size: flat}}", 3, "reading-unknown"),
        ("region: jinhua, settings: {readings: {household-size: rolling}}", 3, "reading-unknown"),
        ("region: jinhua, overlay: none.yaml", 3, "file-missing"),
        ("region: jinhua, overlay: {sett: {income_line: 1}}", 3, "field-unknown"),
        ("region: jinhua, overlay: {set: {income_lin: 1}}", 3, "parameter-unknown"),
        ("region: jinhua, overlay: {set: {income_line: often}}", 3, "type-number"),
        ("region: jinhua, overlay: {base: hubei-2024}", 3, "overlay-base"),
        ("region: jinhua, overlay: {drop: [no-such-rule]}", 3, "rule-unknown"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_runs(
    write: Write, engines: Engines, entry: str, line: int, code: str
) -> None:
    path = write("- {name: 一个,\n   " + entry.replace(", ", ",\n   ", 1) + ",\n   " + BAD + "}")
    with pytest.raises(InputError) as caught:
        engines.check(read(path))
    problem = caught.value.problems[0]
    assert (problem.code, problem.place.file, problem.place.line) == (code, str(path), line)


def test_all_that_does_not_fit_is_told_at_once(write: Write, engines: Engines) -> None:
    path = write(f"""
        - {{name: 一, region: hubie, {BAD}}}
        - {{name: 二, region: jinhua, {BAD}}}
        - {{name: 三, region: jinhua, overlay: none.yaml, {BAD}}}
    """)
    with pytest.raises(InputError) as caught:
        engines.check(read(path))
    assert [(problem.place.line, problem.code) for problem in caught.value.problems] == [
        (1, "reference-unknown"),
        (3, "file-missing"),
    ]


def test_a_fault_inside_an_overlay_file_is_told_where_it_stands(write: Write, engines: Engines) -> None:
    overlay = write("overlay: 1\nid: a\nbase: jinhua-draft\nzh: 甲\nen: a\nset: {income_lin: 1}\n", "o.yaml")
    path = write(f"- {{name: 一, region: jinhua, overlay: o.yaml, {BAD}}}")
    with pytest.raises(InputError) as caught:
        engines.check(read(path))
    (problem,) = caught.value.problems
    assert (problem.place.file, problem.place.line) == (str(overlay), 6)


def test_a_policy_at_fault_is_told_as_such(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "plugin"
    (folder / "policies").mkdir(parents=True)
    (folder / "policies" / "a.yaml").write_text("schema: 1\n", encoding="utf-8")
    regions = Regions({"invented": Region("invented", "虚构", "Invented", "999999", folder)}, BASE)
    path = write(f"- {{name: 一, region: invented, {BAD}}}")
    engines = Engines(regions)
    with pytest.raises(PolicyError):
        engines.check(read(path))


def test_an_engine_of_many_regions_answers_too(write: Write) -> None:
    from xianjie.engine.assess import Engine

    (case,) = read(write(f"- {{name: 一, region: tianjin, {BAD}}}"))
    engine = Engine([policy_of(region) for region in REGIONS.regions.values()], BASE)
    assert answer_of(case, engine)["policy"]["id"] == "tianjin-2024-22"
    assert run(case, engine).holds
    engine.close()
