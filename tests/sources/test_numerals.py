"""Numbers are read as numbers however they are written, and nothing that is no number is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.policy.anchors import normalised
from xianjie.sources.numerals import folded, numbers

SAME = [
    ("清单每半年更新一次", "清单每六个月更新1次"),
    ("每半年", "每6个月"),
    ("每半年", "每６个月"),
    ("每半年一次", "半年一次"),
    ("每半年", "每六个月一次"),
    ("每年", "一年一次"),
    ("每年", "每年1次"),
    ("每年", "每12个月"),
    ("每年", "每十二个月"),
    ("每年两次", "一年2次"),
    ("每季度", "每三个月"),
    ("每季", "每季度"),
    ("每月", "每个月"),
    ("每月", "一月一次"),
    ("每两年", "每24个月"),
    ("每两年", "两年一次"),
    ("每周", "每星期"),
    ("每周", "每7天"),
    ("每日", "每天"),
    ("每半月", "每半个月"),
    ("不少于两次", "不少于2次"),
    ("两名工作人员", "二名工作人员"),
    ("半年内", "六个月内"),
    ("近三年内", "近3年内"),
    ("一年半", "18个月"),
    ("十五个工作日内", "15个工作日内"),
    ("15日内", "十五天内"),
    ("7日", "一周"),
    ("百分之五", "5%"),
    ("百分之五", "５％"),
    ("百分之三点五", "3.5%"),
    ("百分之百", "100%"),
    ("千分之五", "0.5%"),
    ("三分之二", "2/3"),
    ("10万元", "100000元"),
    ("10万元", "十万元"),
    ("10万元", "100,000 元"),
    ("3.6亿元", "360000000元"),
    ("1.5万户", "15000户"),
    ("二〇二五年五月一日", "2025年5月1日"),
    ("二○二五年五月一日", "2025年05月01日"),
    ("2025年5月1日", "2025-05-01"),
    ("2025年5月1日", "２０２５年５月１日"),
    ("二〇二四至二〇二六年", "2024—2026年"),
    ("二〇二四至二〇二六年", "2024年至2026年"),
    ("五月", "5月"),
    ("三口之家", "3口之家"),
    ("会同七部门", "会同7部门"),
    ("第三条", "第3条"),
    ("第一季度", "第1季度"),
    ("三至五名", "3-5名"),
    ("十多个", "10多个"),
    ("一千零一", "1001"),
    ("三百户", "300户"),
    ("附件一", "附件1"),
    ("二级", "2级"),
    ("10万元以下（含）", "10 万元以下(含)"),
    ("社会救助", "社会教助"),
    ("有效衔接", "有效街接"),
    ("未满一年", "未滿1年"),
]

DIFFERENT = [
    ("每半年", "每季度"),
    ("每半年", "半年内"),
    ("每年", "年内"),
    ("每半年", "上半年"),
    ("上半年", "下半年"),
    ("每半年", "每半月"),
    ("每月", "每月两次"),
    ("三个月", "三月"),
    ("六个月", "六月"),
    ("15日内", "15个工作日内"),
    ("两级", "二级"),
    ("两类", "二类"),
    ("两季度", "二季度"),
    ("两次分配", "二次分配"),
    ("两次报销", "二次报销"),
    ("一二级", "12级"),
    ("二三十人", "23人"),
    ("三五年", "35年"),
    ("一两次", "12次"),
    ("七八个", "78个"),
    ("数十人", "10人"),
    ("几百户", "100户"),
    ("3.5%", "35%"),
    ("30%", "30"),
    ("5%", "5个百分点"),
    ("百分之五", "百分之十五"),
    ("≥80", "≤80"),
    ("≥80", "80"),
    ("10万元", "10万人"),
    ("10万元", "1万元"),
    ("007号", "7号"),
    ("2025年", "2025户"),
    ("2025年5月", "2025年6月"),
    ("第三条", "三条"),
    ("第二次", "二次"),
    ("十四五规划", "145规划"),
    ("统一", "统1"),
    ("一体化", "1体化"),
    ("一次性补助", "1次补助"),
    ("每年一次性发放", "每年发放"),
    ("每周一", "每周"),
    ("13600 14300", "13600143 00"),
    ("1、2级", "12级"),
    ("两个半月", "两个半年"),
    ("每隔半年", "每半年"),
    ("可以", "应当"),
    ("应当", "不应当"),
]

WORDS = [
    "统一",
    "唯一",
    "单一",
    "同一",
    "任一",
    "逐一",
    "万一",
    "一律",
    "一般",
    "一定",
    "一切",
    "一致",
    "一直",
    "一旦",
    "一起",
    "一体",
    "一体化",
    "一道",
    "一是",
    "一方面",
    "进一步",
    "一步到位",
    "一站式",
    "一网通办",
    "一次性",
    "一二级",
    "二三十人",
    "一两次",
    "三五年",
    "七八个",
    "十四五",
    "十分",
    "百姓",
    "千方百计",
    "千家万户",
    "万众",
    "三农",
    "两会",
    "二次分配",
    "两级",
    "二三产业",
    "三三两两",
    "一一对应",
    "上半年",
    "下半年",
    "半数",
    "数十",
    "几百",
    "二次供水",
    "说一不二",
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_number_written_otherwise_compares_as_equal(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_in_more_than_writing_stays_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


@pytest.mark.parametrize("word", WORDS)
def test_a_word_with_a_numeral_in_it_is_no_number(word: str) -> None:
    assert [number.text for number in numbers(word)] == []
    assert folded(word) == normalised(word)


@pytest.mark.parametrize(
    ("text", "kind", "value", "written"),
    [
        ("按每半年更新", "period", "P6M", "每半年"),
        ("按每年一次更新", "period", "P1Y", "每年一次"),
        ("在３ 个工作日内", "duration", "P3WD", "３ 个工作日"),
        ("低于十 万元的", "money", "100000", "十 万元"),
        ("自二〇二五年五月一日起", "date", "2025-05-01", "二〇二五年五月一日"),
        ("自2025年起", "date", "2025", "2025年"),
        ("五月底前", "date", "--05", "五月"),
        ("5月1日前", "date", "--05-01", "5月1日"),
        ("提高百分之五", "percent", "5%", "百分之五"),
        ("依照第十二条", "ordinal", "12", "第十二"),
        ("不少于两次", "count", "2", "两"),
        ("共1,300户", "count", "1300", "1,300"),
    ],
)
def test_a_number_is_told_with_its_value_and_its_place(text: str, kind: str, value: str, written: str) -> None:
    (number,) = numbers(text)
    assert (number.kind, number.value, number.text) == (kind, value, written)
    assert text[number.start : number.end] == written


@pytest.mark.parametrize(
    "text", ["", "无数字", "2025年13月", "2025年2月32日", "每每", "第", "百分之", "半", "元", "点", "一", "每"]
)
def test_odd_stretches_are_taken_as_they_are(text: str) -> None:
    assert folded(text).replace("‹", "").replace("›", "")[:1] == normalised(text)[:1]
    assert all(text[one.start : one.end] == one.text for one in numbers(text))


def test_punctuation_and_width_do_not_count_but_comparison_signs_do() -> None:
    assert folded("清单（甲类）：写明名称、电话。") == folded("清单(甲类),写明名称、电话")
    assert folded("＜100") == folded("<100") != folded("100")


PIECES = st.sampled_from(
    [*WORDS, "每", "半年", "年", "个月", "第", "条", "万元", "%", "2", "十", "两", "次", "、", " ", "民政", "≥"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join))
def test_folding_is_stable_and_keeps_every_character_that_is_no_number(text: str) -> None:
    found = numbers(text)
    assert all(text[one.start : one.end] == one.text for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    rest = "".join(char for place, char in enumerate(text) if not any(one.start <= place < one.end for one in found))
    outside = "".join(part.partition("›")[2] if "›" in part else part for part in folded(text).split("‹"))
    ranges = "至到-—~"
    strip = str.maketrans("", "", f"{ranges}≥")
    assert outside.translate(strip) == normalised(rest).translate(strip)


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 99_999))
def test_every_whole_number_is_read_in_characters_as_in_digits(value: int) -> None:
    from cn2an import an2cn

    assert folded(f"共{an2cn(value)}户") == folded(f"共{value}户")
