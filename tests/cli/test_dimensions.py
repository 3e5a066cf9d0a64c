"""Every dimension of every region as the screen tells it, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cli.conftest import Run, Write

FAMILY: dict[str, Any] = {
    "case": "E-0031",
    "as_of": "2025-08-01",
    "person": {"dibao_recipient": True, "recognised_by_local_civil_affairs": True},
    "aid": {"received": True, "still_in_difficulty": True},
}


def told(run: Run, write: Write, region: str, *options: str, **parts: Any) -> str:
    result = run("assess", write({**FAMILY, **parts}), "-r", region, *options)
    assert result.exit_code in (0, 4), result.stderr
    assert result.stderr == ""
    return " ".join(str(result.stdout).split())


@pytest.mark.parametrize(
    ("region", "referral", "words"),
    [
        (
            "hubei",
            {"direction": "forward", "initiator": "civil_affairs", "consent_given": False},
            ["不得转介", "征得同意"],
        ),
        (
            "hubei",
            {
                "direction": "forward",
                "initiator": "civil_affairs",
                "consent_date": "2025-03-10",
                "letter_date": "2025-03-01",
            },
            ["不得转介", "先同意、后出函", "取得同意后重新出具转介函件", "可以简化（须先可以转介）"],
        ),
        ("hubei", {"direction": "forward", "consent_given": True}, ["无法判定", "发起方", "充分知情"]),
        (
            "hubei",
            {"direction": "reverse", "initiator": "charity", "possibly_meets_aid_conditions": True},
            ["慈善→民政", "不属转介情形", "职责"],
        ),
        (
            "jinhua",
            {"direction": "forward", "initiator": "civil_affairs", "events": [{"event": "referred"}]},
            ["不得转介", "第 1 步“已转介”", "征得同意"],
        ),
        ("jinhua", {"direction": "reverse", "initiator": "charity"}, ["反向转介后政府的职责：", "未规定"]),
        ("jinhua", {"direction": "forward", "initiator": "township"}, ["未规定", "这一方发起"]),
        (
            "shanghai",
            {"direction": "community_report", "initiator": "committee"},
            ["居(村)委→街镇", "可以转介", "告知街道(乡镇)"],
        ),
        ("shanghai", {"direction": "forward"}, ["未规定", "只提出机制"]),
        ("shanxi", {"direction": "forward"}, ["摘要未载"]),
        ("hubei", {"informed": True}, ["方向未记录", "无法判定"]),
    ],
)
def test_a_referral(run: Run, write: Write, region: str, referral: dict[str, Any], words: list[str]) -> None:
    text = told(run, write, region, referral=referral)
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("region", "ledger", "words"),
    [
        ("hubei", {"last_updated": "2024-08-01"}, ["今日到期", "就是今日", "未记录：提供给乡镇(街道)日"]),
        ("hubei", {"last_updated": "2024-08-20", "provided_to_townships": "never"}, ["即将到期", "未提供给乡镇"]),
        ("hubei", {"established": False}, ["无法判定", "从未建立"]),
        ("tianjin", {"last_updated": "2025-01-20"}, ["文本有歧义", "每半年", "滚动六个月", "每个自然半年一次"]),
        ("tianjin", {"last_updated": "2024-11-15", "entered_on_platform": False}, ["已逾期 78 天", "未录入平台"]),
        ("shanxi", {"kind": "assistance_information", "pushed_to_civil_affairs": False}, ["无固定周期", "未推送"]),
        ("jinhua", {}, ["未规定", "供给台账"]),
    ],
)
def test_a_ledger(run: Run, write: Write, region: str, ledger: dict[str, Any], words: list[str]) -> None:
    text = told(run, write, region, ledgers=[{"kind": "supply", "level": "county", **ledger}])
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (
            {
                "duties": [
                    {
                        "kind": "consultation",
                        "level": "county",
                        "year": 2024,
                        "meetings": [{"departments": True, "charities": True, "grassroots": False}] * 2,
                        "count": 2,
                    }
                ]
            },
            ["已达到", "会商", "基层力量"],
        ),
        (
            {"duties": [{"kind": "consultation", "level": "county", "year": 2024, "count": 1}]},
            ["未达到", "不少于 2 次"],
        ),
        ({"targets": [{"item": 15, "year": 2025, "value": "79.9"}]}, ["进行中", "79.9", "困难群众合理需求兑现率"]),
        ({"targets": [{"item": 15, "year": 2030, "value": 1}]}, ["未规定"]),
    ],
)
def test_counts_and_targets(run: Run, write: Write, parts: dict[str, Any], words: list[str]) -> None:
    text = told(run, write, "jinhua", **parts)
    assert [word for word in words if word not in text] == []


def test_english_says_the_same(run: Run, write: Write) -> None:
    ledgers = [{"kind": "supply", "level": "county", "last_updated": "2024-11-15"}]
    referral = {"direction": "forward", "initiator": "civil_affairs", "consent_given": False}
    text = told(run, write, "tianjin", "--lang", "en", ledgers=ledgers, referral=referral)
    for words in ("78 days overdue", "every half year", "refused", "obtain consent", "Tianjin"):
        assert words in text
    assert "已逾期" not in text


def test_a_priority_is_told_where_coverage_is_silent(run: Run, write: Write) -> None:
    text = told(run, write, "shanghai")
    assert "属优先对象" in text
    assert "效力待核实" in text
    assert "尚未判定，不影响结论：" in text


def test_a_digest_says_that_only_a_digest_is_at_hand(run: Run, write: Write) -> None:
    text = told(run, write, "shanxi")
    assert "摘要未载" in text
    assert "手头只有摘要" in text


def test_advice_is_told_with_its_clause(run: Run, write: Write) -> None:
    text = told(run, write, "tianjin", aid={"meets_conditions": True, "received": False})
    assert "请先申请政府救助" in text
    assert "二(二)3" in text
