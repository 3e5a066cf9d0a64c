"""The decision paper: facts as asserted, each region's answer with clause and grounds, readings, and no decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pytest
from tests.cli.conftest import OPEN
from tests.engine.asking import day
from tests.papers.setting import (
    HOSTILE,
    REGIONS,
    TEMPLATE_MARKS,
    Read,
    answered,
    by_sha256,
    case_of,
    decided,
    example,
    names,
    opened,
    parts,
    read,
    schema_faults,
)

from xianjie.api import installed_engine
from xianjie.cases import Case
from xianjie.engine.choice import supposing
from xianjie.engine.inquiry import Settings
from xianjie.papers import decision_paper
from xianjie.policy.overlay import overlay_of
from xianjie.revision.sampling import sample_cases
from xianjie.vocabulary.terms import STATUSES, term

AS_OF = day("2025-08-01")


@lru_cache(maxsize=4)
def family(lang: str = "zh") -> bytes:
    return decided(example("hubei-family"), *REGIONS, lang=lang)


def entries(tree: Any) -> Iterator[Mapping[str, Any]]:
    """Give everything of an answer that has a status and a clause."""
    if isinstance(tree, Mapping):
        if "status" in tree and "clause" in tree:
            yield tree
        for value in tree.values():
            yield from entries(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from entries(value)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_clause_status_and_document_of_the_answer_is_there(lang: str) -> None:
    answer = answered(example("hubei-family"), REGIONS, lang)
    data = family(lang)
    found = read(data)
    assert list(schema_faults(data)) == []
    assert not TEMPLATE_MARKS.search(found.text)
    for reference, region in answer["regions"].items():
        assert names(lang)[reference] in found.text
        assert region["policy"]["title"] in found.text
        assert region["policy"]["sha256"] in found.text
        for entry in entries(region):
            assert term(STATUSES, entry["status"], lang) in found.text
            if entry["clause"]:
                assert entry["clause"] in found.text
    assert answer["decision_id"] in found.text
    footer = opened(data).sections[0].footer
    assert answer["decision_id"] in footer.paragraphs[1].text


def test_the_facts_stand_as_they_were_asserted_and_what_is_not_known_stays_so() -> None:
    facts = facts_of(read(family()))
    assert facts["最低生活保障对象"] == ["是", "—"]
    assert facts["特困人员"] == ["否", "—"]
    assert facts["家庭年总收入"] == ["36000 元", "—"]
    assert facts["政府救助后仍有困难"] == ["是", "街道经办人员，2025年6月20日，入户走访"]
    assert facts["步骤：已告知"] == ["2025年7月1日", "经办人员"]
    assert facts["更新日"][0] == "2024年11月15日"
    assert facts["退出救助范围日期"][0] == "从未发生"
    (unknown,) = (name for name in facts if "重病患者" in name and "残疾人" in name)
    assert facts[unknown][0] == "不清楚"


def facts_of(found: Read) -> dict[str, list[str]]:
    table = next(one for one in found.tables if one[0][0] == "项目")
    return {row[0]: row[1:] for row in table[1:]}


def test_the_head_says_that_it_is_a_calculation_and_whom_not_to_rely_on() -> None:
    head = "\n".join(read(family()).paragraphs[:8])
    assert "不是行政决定" in head
    assert "金华为征求意见稿" in head
    assert "山西出自新闻报道" in head
    assert "上海" in head
    assert "个案编号：E-0007　判定日期：2025年8月1日" in head


def test_there_is_room_to_sign_and_nothing_of_who_made_it_or_when() -> None:
    document = opened(family())
    assert [cell.text for cell in document.tables[-1].rows[0].cells if cell.text] == ["经办人：", "审核人：", "日期："]
    core = document.core_properties
    assert core.title == "个案核对结果"
    assert parts(family())["docProps/core.xml"].count(b"</") == 2
    assert (core.author, core.last_modified_by) == ("", "")
    assert core.created is None


def test_each_region_is_told_part_by_part_with_numbered_grounds() -> None:
    found = read(family())
    assert found.titles(2) == [
        f"（{number}）{names('zh')[one]}" for number, one in zip("一二三四五", REGIONS, strict=True)
    ]
    assert found.titles(3)[:5] == ["1. 对象", "2. 帮扶服务", "3. 台账与时限", "4. 转介", "5. 激励"]
    text = "\n".join(found.paragraphs)
    assert "依据：须全部成立：✓ 成立" in text
    assert "\n2.2  政府救助后仍有困难：是（街道经办人员，2025年6月20日，入户走访）" in text
    assert "依据同上文" in text
    assert "文件数值“" in text


def test_an_ambiguous_answer_sets_its_readings_side_by_side() -> None:
    found = read(decided(example("jinhua-household-of-five"), "jinhua"))
    assert "结论：? 文本有歧义。" in found.paragraphs
    readings = next(table for table in found.tables if table[0][0] == "读法")
    assert [row[1] for row in readings[1:]] == ["未列入", "✓ 符合"]
    assert "推荐" in readings[1][0]
    assert "依据（按推荐或采用的读法）：" in "\n".join(found.paragraphs)


def test_a_reading_that_the_office_chose_is_named_with_what_is_remarked_on_it() -> None:
    case = example("jinhua-household-of-five")
    engine = installed_engine()
    axis = next(
        f"jinhua:{name}={option.id}"
        for policy in by_sha256().values()
        for name, model in policy.file.readings.items()
        for option in model.options
        if option.id == "per-head"
    )
    key, _, option = axis.partition("=")
    answer = engine.assess(case, ["jinhua"], case.as_of, Settings(30, {key: option}))
    data = decision_paper(answer, case, by_sha256(), names("zh"), remarks=["读法由某某局依某号文件确定"])
    text = read(data).text
    assert f"{key} = per-head" in text
    assert "读法由某某局依某号文件确定" in text


def test_what_is_undetermined_says_what_is_missing() -> None:
    found = read(decided(example("hubei-hardship-unrecorded"), "hubei"))
    assert "结论：? 无法判定。" in found.paragraphs
    assert "尚不清楚：政府救助后仍有困难" in "\n".join(found.paragraphs)
    table = next(one for one in found.tables if one[0][0] == "情况")
    assert ["政府救助后仍有困难", "湖北"] in table


def test_a_refused_referral_names_the_step() -> None:
    text = "\n".join(read(decided(example("letter-before-consent"), "hubei")).paragraphs)
    assert "结论：✗ 不得转介（可以，条款 三(三)）；方向：民政→慈善。" in text
    assert "缺少的步骤：先同意、后出函" in text
    assert "简化程序（须先可以转介）" in text


def test_a_supposition_is_told_at_the_head_in_the_overview_and_in_the_notes() -> None:
    engine = installed_engine()
    head = {"overlay": 1, "id": "other-line", "base": "jinhua-draft", "zh": "收入线提高", "en": "a higher line"}
    overlay = overlay_of({**head, "set": {"income_line": 200000}})
    supposed = engine.under(supposing(engine.documents.timelines, [overlay]))
    case = example("jinhua-household-of-five")
    try:
        answer = supposed.assess(case, ["jinhua"], case.as_of)
        data = decision_paper(answer, case, supposed.documents.by_sha256(), names("zh"))
    finally:
        supposed.close()
    found = read(data)
    assert "金华按设想的改动计算，不是现有的规定。" in found.paragraphs
    assert "假设：收入线提高" in found.paragraphs
    assert "other-line" in found.text


def test_a_case_with_every_record_is_told() -> None:
    data = decided(case_of(OPEN), "tianjin", "jinhua")
    found = read(data)
    assert list(schema_faults(data)) == []
    facts = facts_of(found)
    assert facts["已获政府救助"] == ["是", "街道干部，2025年4月20日，入户走访"]
    assert "年度目标 1" in facts
    assert "次数型职责 1" in facts
    assert any("年度目标 15" in row[0] for table in found.tables for row in table)


@pytest.mark.parametrize("text", HOSTILE[:2] + HOSTILE[4:], ids=range(5))
def test_what_somebody_wrote_comes_out_as_it_was_written(text: str) -> None:
    case = example("hubei-hardship-unrecorded")
    answer = answered(case, ("hubei",))
    source = {"aid.received": {"by": text, "on": "2025-05-01", "note": "备注"}}
    data = decision_paper(
        {**answer, "provenance": source},
        replace(case, provenance=source),
        by_sha256(),
        {"hubei": "湖北"},
        remarks=[text],
    )
    assert list(schema_faults(data)) == []
    written = read(data).text
    for line in text.replace("\u202e", "").replace("\u202c", "").replace("\u2066", "").splitlines()[:1]:
        assert line.split("\t")[0].split("\a")[0].split("\ud800")[0] in written
    assert "\u202e" not in written


def test_the_same_answer_gives_the_same_bytes() -> None:
    assert decided(example("letter-before-consent"), "hubei") == decided(example("letter-before-consent"), "hubei")


def drawn() -> list[Case]:
    """Draw invented cases that narrowly meet or miss what the regions' documents ask."""
    documents = [installed_engine().documents.answering(region, AS_OF) for region in REGIONS]
    return [
        replace(case, as_of=AS_OF)
        for one, other in pairwise(documents)
        for case in sample_cases((one, other), 3, 7, AS_OF)
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_any_case_comes_out_whole(lang: str) -> None:
    for case in drawn():
        answer = answered(case, REGIONS, lang)
        data = decision_paper(answer, case, by_sha256(), names(lang), lang)
        assert list(schema_faults(data)) == []
        text = read(data).text
        for region in answer["regions"].values():
            for entry in entries(region):
                assert term(STATUSES, entry["status"], lang) in text
                assert not entry["clause"] or entry["clause"] in text
            for advice in region["eligibility"]["advice_details"]:
                assert advice["clause"] in text
            for duty in region.get("duties") or ():
                assert all(warning in text for warning in duty.get("warnings", ()))


def test_a_step_out_of_turn_is_told() -> None:
    events = [{"event": "letter_issued", "on": "2025-07-04"}, {"event": "consented", "on": "2025-07-05"}]
    given = {
        "as_of": "2025-08-01",
        "referral": {"direction": "forward", "initiator": "civil_affairs", "events": events},
    }
    case = case_of(given)
    refused = answered(case, ("hubei",))["regions"]["hubei"]["referral"]["procedure"]["refused"]
    assert f"次序有误：{refused['text']}" in read(decided(case, "hubei")).paragraphs


def test_amendments_and_what_follows_a_document_are_told() -> None:
    case = example("hubei-hardship-unrecorded")
    answer = answered(case, ("hubei",))
    amended = {"title": "修改决定", "number": "某发〔2025〕9号", "start": "2025-03-01"}
    policy = {
        **answer["regions"]["hubei"]["policy"],
        "amendments": [amended],
        "replaced_by": "next",
        "until": "2026-01-01",
    }
    region = {**answer["regions"]["hubei"], "policy": policy}
    data = decision_paper({**answer, "regions": {"hubei": region}}, case, by_sha256(), names("zh"))
    found = read(data).paragraphs
    assert "经《修改决定》某发〔2025〕9号修改（2025年3月1日起）。" in found
    assert "至2026年1月1日，其后由 next 接替。" in found
