"""The documents that tests of the comparison put side by side: the five regions', and made-up ones."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache

from tests.policy.base import changed, read

from xianjie.compare.cell import Cell, cell
from xianjie.compare.difference import Difference
from xianjie.compare.matrix import Matrix, compare
from xianjie.compare.wording import voice
from xianjie.plugins import discover
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.topics import TOPIC

DAY = dt.date(2025, 8, 1).toordinal()
NAMES = {"hubei": ("湖北", "Hubei"), "tianjin": ("天津", "Tianjin"), "jinhua": ("金华", "Jinhua")} | {
    "shanghai": ("上海", "Shanghai"),
    "shanxi": ("山西", "Shanxi"),
}
REGIONS = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin")


@lru_cache(maxsize=1)
def policies() -> dict[str, Policy]:
    """Load the five regions' documents."""
    return {policy.region: policy for policy in discover().load(list(REGIONS))}


@lru_cache(maxsize=1)
def whole() -> Matrix:
    """Compare the five regions on every topic."""
    return compare([policies()[region] for region in REGIONS], DAY, NAMES)


@lru_cache(maxsize=1)
def cells() -> dict[tuple[str, str], Cell]:
    """Give every cell of the five regions, by region and topic."""
    return {
        (column.region, row.topic.id): one
        for row in whole().rows
        for column, one in zip(whole().columns, row.cells, strict=True)
    }


def made(*replacements: tuple[str, str], region: str = "example") -> Policy:
    """Make up a policy from the one that tests of policies use, changed in some places."""
    texts = [("region: example\n", f"region: {region}\n"), ("id: example-2025\n", f"id: {region}-2025\n")]
    return read(changed(*texts, *replacements))


def told(topic: str, *documents: Policy) -> Difference:
    """Tell how made-up documents differ on a topic; they are called 甲, 乙, 丙 in this order."""
    names = {
        policy.region: pair for policy, pair in zip(documents, (("甲", "A"), ("乙", "B"), ("丙", "C")), strict=False)
    }
    return compare(documents, DAY, names, [topic]).rows[0].difference


def said(topic: str, *documents: Policy) -> str:
    """Give the Chinese sentence of a row of made-up documents."""
    return told(topic, *documents).sentence.zh


def one(topic: str, policy: Policy) -> Cell:
    """Make one cell."""
    return cell(TOPIC[topic], voice(policy, DAY))


NASTY = "=HYPERLINK(1)|管道*星_下划线_[red]方括号[/red]<b>&`~# "
"""What a spreadsheet, a Markdown table or a terminal could take for its own."""


def extreme() -> Policy:
    """Make up a policy whose texts are as long and as awkward as a policy file allows."""
    long = NASTY + "很长的名称" * 100
    return made(
        ("closing, ", ""),
        ("residence, ", ""),
        ("  title: 虚构的示例文件\n", f"  title: {_quoted(long)}\n"),
        ("  issuers: [虚构的机关]\n", f"  number: {_quoted(NASTY)}\n  issuers: [虚构的机关]\n"),
        ("gives: coverage, zh: 低收入, en: poor}", f"gives: coverage, zh: {_quoted(long)}, en: {_quoted('w' * 600)}}}"),
        (
            "gives: priority, zh: 优先, en: first}",
            f"gives: priority, zh: {_quoted('两行' + chr(10) + NASTY)}, en: first}}",
        ),
        ("        actor: 机关\n", f"        actor: {_quoted(NASTY * 5)}\n"),
        ("        id: general\n", "        id: general\n        topics: [closing, residence]\n"),
        (
            "        dimension: duties\n        force: principle\n        zh: 一\n",
            f"        dimension: duties\n        force: principle\n        zh: {_quoted(long)}\n",
        ),
        (
            "id: analysis\n        duty: task_analysis\n        force: must\n        cadence: 定期\n",
            f"id: analysis\n        duty: task_analysis\n        force: must\n        cadence: {_quoted(long[:590])}\n",
        ),
        region="nowhere",
    )


def _quoted(text: str) -> str:
    return json.dumps(text[:600], ensure_ascii=False)
