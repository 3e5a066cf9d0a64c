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
from xianjie.engine.overview import missing_facts
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
    assert facts["最低生活保障对象"] == "是"
    assert facts["特困人员"] == "否"
    assert facts["家庭年总收入"] == "36000 元"
    assert facts["政府救助后仍有困难"] == "是\n街道经办人员，2025年6月20日，入户走访"
    assert facts["步骤：已告知"] == "2025年7月1日\n经办人员"
    assert facts["更新日"] == "2024年11月15日"
    assert facts["退出救助范围日期"] == "从未发生"
    table = table_of(read(family()))
    (unknown,) = (row[0] for row in table if "重病患者" in row[0] and "残疾人" in row[0])
    assert unknown.startswith("不清楚：")


def table_of(found: Read) -> list[list[str]]:
    return next(one for one in found.tables if one[0][0] == "项目")


def facts_of(found: Read) -> dict[str, str]:
    """Give what stands beside each fact's name, two facts on a row."""
    return {
        name: value for row in table_of(found)[1:] for name, value in zip(row[::2], row[1::2], strict=False) if name
    }


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


def rows_of(found: Read, region: int = 0) -> list[list[str]]:
    """Give the rows of a region's table."""
    return [one for one in found.tables if one[0][0] == "事项、结论"][region][1:]


def test_each_region_is_told_in_one_table_dimension_by_dimension() -> None:
    found = read(family())
    assert found.titles(2) == [
        f"（{number}）{names('zh')[one]}" for number, one in zip("一二三四五", REGIONS, strict=True)
    ]
    for region in range(len(REGIONS)):
        heads = [row[0].split("\n")[0].split("　")[0] for row in rows_of(found, region)]
        dimensions = ["对象", "帮扶服务", "台账与时限", "转介", "激励"]
        assert [one for one in heads if one in dimensions] == dimensions
    text = found.text
    assert "依据：最低生活保障对象，且已获政府救助，且政府救助后仍有困难" in text
    assert "（政府救助后仍有困难：街道经办人员，2025年6月20日，入户走访）" in text
    assert "文件数值“" in text


def test_what_decides_is_named_and_what_does_not_is_left_out() -> None:
    case = case_of(
        {
            "as_of": "2025-08-01",
            "person": {"dibao_recipient": True, "tekun": True},
            "aid": {"received": True, "still_in_difficulty": False},
            "provenance": {
                "aid.received": {"by": "甲科"},
                "aid.still_in_difficulty": {"by": "乙科"},
                "person.tekun": {"by": "丙科"},
            },
        }
    )
    (row,) = [row[0] for row in rows_of(read(decided(case, "hubei"))) if row[0].startswith("未列入")]
    assert "政府救助后仍有困难：否" in row
    found = read(decided(replace(case, provenance=case.provenance), "tianjin"))
    text = "\n".join(cell for row in rows_of(found) for cell in row)
    assert "乙科" in text or "未列入" in text
    assert "甲科" not in text  # it holds, and is not why the whole does not


def test_silence_takes_a_row_for_each_dimension() -> None:
    found = read(family())
    for region, name in enumerate(REGIONS):
        answer = answered(example("hubei-family"), (name,))["regions"][name]
        for dimension in ("services", "incentives"):
            silent = {one["status"] for one in answer[dimension] if one["rule"] is None}
            rows = [row[0] for row in rows_of(found, region) if len(row) == 1 and "— " in row[0]]
            assert len(rows) >= len(silent)
            assert all(len(row) < 400 for row in rows)


def test_five_regions_with_all_their_dimensions_stay_short() -> None:
    found = read(family())
    rows = sum(len(table) for table in found.tables)
    assert (len(found.paragraphs), rows) < (60, 200)  # twelve pages; it was thirty-six, of some 900 paragraphs
    assert len(found.text) < 14_000


def test_an_ambiguous_answer_sets_its_readings_side_by_side() -> None:
    found = read(decided(example("jinhua-household-of-five"), "jinhua"))
    assert rows_of(found)[0][0].startswith("对象　结论：? 文本有歧义")
    readings = next(table for table in found.tables if table[0][1:2] == ["读法"])
    assert [row[2] for row in readings[1:3]] == ["未列入", "✓ 符合"]
    assert "推荐" in readings[1][1]
    assert "依据（按推荐或采用的读法）：" in found.text
    assert "“文本有歧义”：文字有两种以上读法" in found.text


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
    assert rows_of(found)[0][0].startswith("对象　结论：? 无法判定")
    assert "尚不清楚：政府救助后仍有困难" in found.text
    table = next(one for one in found.tables if one[0][0] == "情况")
    assert [row[1] for row in table[1:]] == ["湖北"]
    assert "政府救助后仍有困难" in table[1][0].split("、")


def test_facts_that_the_same_regions_want_stand_together() -> None:
    table = next(one for one in read(family()).tables if one[0][0] == "情况")
    regions = [row[1] for row in table[1:]]
    assert len(regions) == len(set(regions)) <= 2 ** len(REGIONS)
    wanted = missing_facts(answered(example("hubei-family"), REGIONS))
    vocabulary = installed_engine().vocabulary
    for name, regions_of in wanted.items():
        (row,) = [row for row in table[1:] if vocabulary[name].zh in row[0]]
        assert row[1] == "、".join(names("zh")[one] for one in regions_of)


def test_a_refused_referral_names_the_step() -> None:
    found = read(decided(example("letter-before-consent"), "hubei"))
    row = next(row for row in rows_of(found) if "民政→慈善" in row[0])
    assert row[0] == "转介\n民政→慈善\n✗ 不得转介"
    assert "（可以，条款 三(三)）" in row[1]
    assert "缺少的步骤：先同意、后出函" in row[1]
    assert "函件日期 2025年3月1日 早于同意日 2025年3月10日；请另出一份日期不早于 2025年3月10日 的转介函件" in row[1]
    assert "简化程序（须先可以转介）" in found.text


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
    assert facts["已获政府救助"] == "是\n街道干部，2025年4月20日，入户走访"
    titles = [row[0] for row in table_of(found) if len(row) == 1]
    assert "年度目标 1" in titles
    assert "次数型职责 1" in titles
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
    assert f"次序有误：{refused['text']}" in read(decided(case, "hubei")).text


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


def test_a_date_after_the_date_of_evaluation_is_told_at_the_answer_and_at_the_fact() -> None:
    late: dict[str, Any] = {"as_of": "2025-05-01", "aid": {"exit_date": "2025-05-02"}}
    late["referral"] = {"direction": "forward", "events": [{"event": "informed", "on": "2025-05-03"}]}
    late["ledgers"] = [{"kind": "demand", "last_updated": "2025-05-04"}]
    found = read(decided(case_of(late), "hubei"))
    (note,) = [one for one in found.paragraphs if one.startswith("注意：")]
    for words in ("退出救助范围日期 2025年5月2日", "步骤“已告知” 2025年5月3日", "台账 1 更新日 2025年5月4日"):
        assert words in note
    assert note.endswith("晚于判定日 2025年5月1日，按当时尚未发生计。")
    facts = facts_of(found)
    for name in ("退出救助范围日期", "步骤：已告知", "更新日"):
        assert facts[name].endswith("\n晚于判定日，按当时尚未发生计")
    assert "晚于判定日" not in read(decided(case_of({**late, "as_of": "2025-05-04"}), "hubei")).text
