"""The same impact as JSON, workbook and page: nothing calculated, nothing fetched, nothing of a case but its label."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from openpyxl import Workbook, load_workbook
from tests.engine.asking import day
from tests.regions.region_cases import REGIONS
from tests.revision.test_approvals import FORCE, GAINED, NEW, OLD
from tests.revision.test_impact import CHARITABLE, CHARITY, family, grants, kept, ledgers_every

from xianjie.policy.overlay import with_parameters
from xianjie.revision.approvals import NONE, Judged, approvals_in, judge
from xianjie.revision.impact import Impact, impact
from xianjie.revision.impact_classes import CHANGES, Side
from xianjie.revision.impact_entries import Row
from xianjie.revision.impact_html import impact_html
from xianjie.revision.impact_json import impact_json
from xianjie.revision.impact_words import Words
from xianjie.revision.impact_xlsx import impact_xlsx

AS_OF = day("2025-08-01")
POLICIES = {policy.region: policy for policy in REGIONS.load()}
INCOME = 1_137
"""An income that must not stand in any report."""

HOSTILE = ('=HYPERLINK("http://e.example","x")', "<script>alert(1)</script>", "+1+1", "@x", "-2", "https://e.example/a")


def found(listed: int = 100) -> Impact:
    cases = [family(INCOME, label=label) for label in HOSTILE] + [family(10, label="E-10")]
    return impact(OLD, NEW, cases, AS_OF, examples=10, listed=listed)


def judged(text: str = GAINED) -> Judged:
    return judge(found(), approvals_in(text, "a.yaml", OLD, NEW), AS_OF)


def workbook(lang: str = "zh", listed: int = 100) -> Workbook:
    return load_workbook(io.BytesIO(impact_xlsx(found(listed), judged(), ["个案是虚构的"], lang)))


# -- JSON ------------------------------------------------------------------------------------------------------------


def test_json_tells_all_of_it() -> None:
    tree = impact_json(found(), judged(), {"generated": 7, "seed": 1})
    assert json.loads(json.dumps(tree, allow_nan=False)) == tree
    assert (tree["schema_version"], tree["cases"], tree["changed"], tree["unapproved"]) == (1, 7, 7, 2)
    assert (tree["as_of"], tree["new_as_of"], tree["source"]) == ("2025-08-01", None, {"generated": 7, "seed": 1})
    assert tree["old"]["sha256"] == OLD.sha256 != tree["new"]["sha256"]
    assert [(one["dimension"], one["part"]) for one in tree["totals"][:2]] == [
        ("eligibility", "status"),
        ("eligibility", "group"),
    ]
    for total in tree["totals"]:
        assert sum(total[change] for change in CHANGES) == total["entries"]
    row = tree["rows"][0]
    assert (row["change"], row["rule"], row["clause"], row["cases"]) == ("gained", "below-the-line", "一", 6)
    assert (row["before"]["status"], row["after"]["status"]) == ("not_matched", "covered")
    assert row["approval"] == {"who": "甲", "why": "提标", "document": "文号〔2025〕1号", "until": None}
    assert tree["rows"][1]["approval"] is None


def test_json_tells_warnings_with_code_and_line() -> None:
    tree = impact_json(found(), judged(GAINED.replace("gained", "lost")), {})
    assert [(one["code"], one["line"]) for one in tree["warnings"]] == [("approval-unused", 1)]


# -- the workbook ----------------------------------------------------------------------------------------------------


def test_the_workbook_has_four_sheets_with_frozen_heads() -> None:
    book = workbook()
    assert book.sheetnames == ["汇总", "按条款", "个案", "说明"]
    assert [sheet.freeze_panes for sheet in book] == ["B2", "C2", "B2", "A2"]
    assert workbook("en").sheetnames == ["totals", "by clause", "by case", "notes"]


def test_every_cell_is_text_or_number_and_none_is_a_formula_or_a_link() -> None:
    for sheet in workbook():
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.value is None or cell.data_type in ("s", "n"), cell.coordinate
                assert cell.hyperlink is None, cell.coordinate
    labels = {row[0] for row in workbook()["个案"].iter_rows(min_row=2, values_only=True)}
    assert labels >= set(HOSTILE)


def test_the_sheets_agree_with_the_impact() -> None:
    book = workbook()
    totals = {row[0]: row[1:] for row in book["汇总"].iter_rows(min_row=2, values_only=True)}
    assert totals["对象结论"] == (7, 6, 0, 0, 0, 0, 1, 0)
    rows = list(book["按条款"].iter_rows(min_row=2, values_only=True))
    assert rows[0][:9] == ("对象结论", "低收入家庭", "得到", "未列入", "符合", "一", "below-the-line", 6, 6)
    assert rows[0][10:] == ("甲", "提标", "文号〔2025〕1号")
    assert rows[1][2:5] == ("力度变化", "应当", "可以")
    assert rows[1][10] == "未批准"
    by_case = list(book["个案"].iter_rows(min_row=2, values_only=True))
    assert len(by_case) == 14
    assert {row[-1] for row in by_case} == {"是", "否"}
    notes = [row[1] for row in book["说明"].iter_rows(min_row=2, values_only=True)]
    assert "个案是虚构的" in notes
    assert "7 个，其中 7 个有变化" in notes


def test_what_does_not_fit_is_counted() -> None:
    notes = {row[0]: row[1] for row in workbook(listed=5)["说明"].iter_rows(min_row=2, values_only=True)}
    assert notes["未列"] == "另有 9 项个案变化没有列出"


def test_the_same_impact_gives_the_same_bytes() -> None:
    assert impact_xlsx(found(), judged(), [], "zh") == impact_xlsx(found(), judged(), [], "zh")


# -- the page --------------------------------------------------------------------------------------------------------

VOID = {"meta"}


class Page(HTMLParser):
    """Check that tags close, and gather texts, attributes and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(" ".join(data.split()))


def page(lang: str = "zh", text: str = GAINED) -> tuple[str, Page]:
    html = impact_html(found(), judged(text), ["个案是虚构的"], lang)
    return html, Page(html)


def test_the_page_is_whole_and_needs_nothing_else() -> None:
    html, read = page()
    assert not read.open
    assert not read.tags & {"script", "img", "link", "iframe", "object", "embed", "form", "base", "a"}
    assert not {name for name, _ in read.attributes} & {"src", "href", "action", "srcset", "onload", "onclick"}
    assert not re.search(r"url\(|@import|https?://(?!e\.exam)", html)
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in read.attributes


def test_labels_are_escaped() -> None:
    html, read = page()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert any("<script>alert" in text for text in read.texts)


def test_numbers_stand_beside_the_bars_as_text_with_sign_and_word() -> None:
    _, read = page()
    widths = [value for name, value in read.attributes if name == "style"]
    assert widths[:2] == ["width:85.714%", "width:14.286%"]
    text = " ".join(part for part in read.texts if part)
    assert "对象结论 7 条 + 得到 6 ^ 力度变化 1" in text
    assert "+ 得到 低收入家庭 未列入 → 符合 一 below-the-line 6" in text


def test_light_dark_and_print_are_provided_for() -> None:
    html, _ = page()
    assert "prefers-color-scheme: dark" in html
    assert "@media print" in html
    assert '<html lang="zh-CN">' in html


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (GAINED, "✗ 4 种变化，2 种没有批准。"),
        (GAINED + FORCE, "✓ 4 种变化，都已批准。"),
        ("[]", "✗ 4 种变化，4 种没有批准。"),
    ],
)
def test_the_page_says_first_whether_all_is_approved(text: str, verdict: str) -> None:
    assert verdict in page(text=text)[1].texts


def test_the_page_of_an_impact_without_change() -> None:
    none = impact(OLD, OLD, [family(10)], AS_OF)
    assert "✓ 这些个案的答案都没有变化。" in Page(impact_html(none, judge(none, NONE, AS_OF), [], "zh")).texts


def test_an_english_page_is_in_english() -> None:
    html, read = page("en", GAINED.replace("gained", "lost"))
    assert '<html lang="en">' in html
    assert any("kinds of change" in text for text in read.texts)
    assert any("this approval" in text or "covered by this approval" in text for text in read.texts)
    names = {"低收入家庭", "得到", "失去", "汇总"}
    assert not names & set(read.texts)


# -- all of them -----------------------------------------------------------------------------------------------------


def test_no_report_holds_a_fact() -> None:
    book = "".join(str(cell) for sheet in workbook() for row in sheet.iter_rows(values_only=True) for cell in row)
    tree = json.dumps(impact_json(found(), judged(), {}), ensure_ascii=False)
    for text in (book, tree, page()[0]):
        assert "1137" not in text.replace(OLD.sha256, "").replace(NEW.sha256, "")
        assert "1,137" not in text


# -- words -----------------------------------------------------------------------------------------------------------


def told(result: Impact, lang: str = "zh") -> list[tuple[str, str, str]]:
    words = Words(result, lang)
    return [(words.name(one.row), *words.sides(one.row)) for one in result.rows]


def test_rows_are_said_in_words() -> None:
    assert told(impact(OLD, NEW, [family(1100), family(10)], AS_OF))[:2] == [
        ("低收入家庭", "未列入", "符合"),
        ("低收入家庭 · 符合", "应当", "可以"),
    ]
    assert told(impact(grants(), grants(CHARITABLE), [CHARITY], AS_OF), "en") == [
        ("fee reduction", "not stipulated", "applies"),
        ("premises", "not stipulated", "applies"),
    ]
    renamed = impact(grants(CHARITABLE), grants(("other-id", *CHARITABLE[1:])), [CHARITY], AS_OF)
    assert told(renamed)[0] == ("减免费用 · 适用", "一 · start-up", "一 · other-id")
    duty = impact(ledgers_every("P1Y"), ledgers_every("P6M"), [kept("2025-07-01")], AS_OF)
    assert told(duty) == [("供给台账(目录) · 在有效期内", "每年", "每半年")]
    silent = impact(grants(), grants(text="digest"), [CHARITY], AS_OF)
    assert told(silent)[0] == ("各类之外", "未规定", "摘要未载")


@pytest.mark.parametrize(
    ("row", "zh", "en"),
    [
        (
            Row("advice", "apply_for_government_aid", "gained", "a", "一", Side("not_given"), Side("given")),
            ("请先申请政府救助", "不提示", "提示"),
            ("apply for government aid first", "not given", "given"),
        ),
        (
            Row("service", "medical", "settled", "a", "一", Side("ambiguous"), Side("applies")),
            ("医疗减负", "文本有歧义", "适用"),
            ("medical burden relief", "ambiguous", "applies"),
        ),
        (
            Row("referral", "forward", "lost", "a", "一", Side("allowed"), Side("refused", detail="consent")),
            ("民政→慈善", "可以转介", "不得转介（缺少：征得同意）"),
            ("civil affairs to charity", "allowed", "refused (missing: obtain consent)"),
        ),
        (
            Row("referral", "", "reason_changed", None, None, Side("undetermined"), Side("ambiguous")),
            ("方向未记录", "无法判定", "文本有歧义"),
            ("direction not recorded", "undetermined", "ambiguous"),
        ),
        (
            Row("simplification", "simplification", "gained", "a", "一", Side("not_available"), Side("available")),
            ("程序简化", "不可简化", "可以简化"),
            ("simplification", "not available", "available"),
        ),
        (
            Row("accompanying", "government_duty", "gained", "a", "一", Side("not_stipulated"), Side("applies")),
            ("政府应做的事", "未规定", "适用"),
            ("what the government owes", "not stipulated", "applies"),
        ),
        (
            Row("accompanying", "township-helps", "lost", "a", "一", Side("applies"), Side("not_stipulated")),
            ("乡镇（街道）", "适用", "未规定"),
            ("township-helps", "applies", "not stipulated"),
        ),
        (
            Row("accompanying", "nobody-named", "lost", "a", "一", Side("applies"), Side("not_stipulated")),
            ("nobody-named", "适用", "未规定"),
            ("nobody-named", "applies", "not stipulated"),
        ),
        (
            Row("duty", "consultation", "reason_changed", "a", "一", Side("met", detail="2"), Side("met", detail="4")),
            ("会商 · 已达到", "不少于 2", "不少于 4"),
            ("consultation · met", "at least 2", "at least 4"),
        ),
        (
            Row("duty", "supply", "reason_changed", "a", "一", Side("fresh", "a"), Side("fresh", "a")),
            ("供给台账(目录) · 在有效期内", "在有效期内", "到期日变化"),
            ("supply ledger (directory) · fresh", "fresh", "the due date moved"),
        ),
        (
            Row("duty", "demand", "reason_changed", "a", "一", *(Side("fresh", detail=one) for one in ("及时", "P1M"))),
            ("需求台账 · 在有效期内", "及时", "每月"),
            ("demand ledger · fresh", "及时", "every month"),
        ),
        (
            Row("duty", "", "undecided", None, None, Side("not_stipulated"), Side("undetermined")),
            ("类别未记录", "未规定", "无法判定"),
            ("kind not recorded", "not stipulated", "undetermined"),
        ),
        (
            Row("duty", "target.999", "lost", "a", "一", Side("met"), Side("not_met")),
            ("年度目标 999", "已达到", "未达到"),
            ("target 999", "met", "not met"),
        ),
        (
            Row(
                "compliance",
                "supply",
                "reason_changed",
                "a",
                "一",
                *(Side("partial", "a", "一", detail=one) for one in ("window", "platform,window")),
            ),
            ("供给台账(目录) · 部分做到", "未提供给服务窗口", "未录入平台、未提供给服务窗口"),
            (
                "supply ledger (directory) · partial",
                "not provided to the service window",
                "not entered on the platform, not provided to the service window",
            ),
        ),
        (
            Row("group", "gone", "reason_changed", "a", "二", Side("covered", "a", "一"), Side("covered", "a", "二")),
            ("gone · 符合", "一 · a", "二 · a"),
            ("gone · covered", "一 · a", "二 · a"),
        ),
        (
            Row("incentive", "premises", "reason_changed", "a", "一", Side("applies"), Side("applies", flagged=True)),
            ("提供场所 · 适用", "没有结论不同的读法", "另一种读法结论不同"),
            ("premises · applies", "no reading says otherwise", "another reading says otherwise"),
        ),
        (
            Row(
                "incentive",
                "premises",
                "force_changed",
                "a",
                "一",
                Side("applies", force="must_bare"),
                Side("applies", force="must_bare", qualifier="commitment"),
            ),
            ("提供场所 · 适用", "应当（无情态词）", "应当（无情态词），承诺（将…）"),
            ("premises · applies", "must (bare)", "must (bare), commitment"),
        ),
    ],
    ids=lambda one: f"{one.part} {one.name}" if isinstance(one, Row) else "",
)
def test_every_part_has_its_words(row: Row, zh: tuple[str, str, str], en: tuple[str, str, str]) -> None:
    old, new = POLICIES["hubei"], POLICIES["tianjin"]
    both = replace(found(), old=old, new=new)
    for lang, expected in (("zh", zh), ("en", en)):
        words = Words(both, lang)
        assert (words.name(row), *words.sides(row)) == expected


def test_a_target_is_named_by_its_line() -> None:
    both = replace(found(), new=POLICIES["jinhua"])
    row = Row("duty", "target.15", "lost", "a", "一", Side("met"), Side("not_met"))
    name = Words(both, "zh").name(row)
    assert name.startswith("年度目标 15 ")
    assert len(name) > len("年度目标 15 ")


def test_documents_are_named_with_what_a_reader_must_know() -> None:
    words = Words(found(), "zh")
    assert words.document(POLICIES["tianjin"]).endswith("津民发〔2024〕22号")
    assert words.document(POLICIES["jinhua"]).endswith("jinhua-draft · 征求意见稿")
    assert words.document(POLICIES["shanxi"]).endswith("shanxi-digest · 新闻摘要 · 效力待核实")
    supposed = with_parameters(POLICIES["jinhua"], {"income_line": "120000"})
    assert "改动 set" in words.document(supposed)


def test_a_long_name_is_cut() -> None:
    words = Words(found(), "zh")
    assert (
        words.examples(("E-1", "受理时征得同意，民政部门可以转介，接着提供信息"))
        == "E-1、受理时征得同意，民政部门可以转…"
    )


def test_dates_are_told() -> None:
    one = found()
    assert Words(one, "zh").dates() == "2025-08-01"
    assert Words(replace(one, as_of=None), "zh").dates() == "各案自己的日期"
    assert Words(replace(one, new_as_of=AS_OF + 1), "zh").dates() == "2025-08-01 → 2025-08-02"
