"""Write an impact as one page of HTML that needs nothing else: no script, no picture, no request."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from xianjie.revision.approvals import Approval, Judged
from xianjie.revision.impact import Counted, Impact, Total
from xianjie.revision.impact_classes import (
    CHANGE_MEANINGS,
    CHANGE_SIGNS,
    CHANGE_TERMS,
    CHANGES,
    PART_TERMS,
    Change,
    change_told,
)
from xianjie.revision.impact_words import Words
from xianjie.vocabulary.terms import term


def impact_html(found: Impact, judged: Judged, notes: Sequence[str], lang: str) -> str:
    """Give the page; `notes` are lines at its foot, on where the cases came from and the like."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("impact.html.j2").render(
        lang="zh-CN" if lang == "zh" else "en", **impact_told(found, judged, notes, lang)
    )


def impact_told(found: Impact, judged: Judged, notes: Sequence[str], lang: str) -> dict[str, Any]:
    """Say all of an impact that a page shows, in one language."""
    words = Words(found, lang)
    say = words.say
    return {
        "title": say("修订影响", "Impact of a revision"),
        "head": [
            (say("修订前", "before"), words.document(found.old)),
            (say("修订后", "after"), words.document(found.new)),
            (say("判定日", "date"), words.dates()),
            (say("个案", "cases"), str(found.cases)),
            (say("有变化", "changed"), say(f"{found.changed} 案", f"{found.changed}")),
        ],
        "verdict": _verdict(judged, words),
        "changes": CHANGES[:-1],
        "totals": [_total(total, lang) for total in found.totals],
        "sections": [
            {
                "part": term(PART_TERMS, part, lang),
                "rows": [_row(counted, approval, words) for counted, approval in rows],
            }
            for part, rows in groupby(judged.rows, key=lambda pair: pair[0].row.part)
        ],
        "columns": [
            say("变化", "change"),
            say("名称", "name"),
            say("修订前 → 修订后", "before → after"),
            say("条款 · 规则", "clause, rule"),
            say("案数", "cases"),
            say("例", "examples"),
            say("批准", "approval"),
        ],
        "warnings": [problem.text(lang) for problem in judged.warnings],
        "meanings": [{**_change(change, lang), "text": term(CHANGE_MEANINGS, change, lang)} for change in CHANGES],
        "notes": list(notes),
        "words": {
            "totals": say("汇总", "Totals"),
            "warnings": say("批准文件的提示", "On the approvals"),
            "meanings": say("各类变化的意思", "What the changes mean"),
        },
    }


def _verdict(judged: Judged, words: Words) -> dict[str, str]:
    rows = len(judged.rows)
    if not rows:
        return {"kind": "all", "text": words.say("✓ 这些个案的答案都没有变化。", "✓ Nothing changes for these cases.")}
    if judged.unapproved:
        text = words.say(
            f"✗ {rows} 种变化，{judged.unapproved} 种没有批准。",
            f"✗ {rows} kinds of change, {judged.unapproved} of them not approved.",
        )
        return {"kind": "open", "text": text}
    return {
        "kind": "all",
        "text": words.say(f"✓ {rows} 种变化，都已批准。", f"✓ {rows} kinds of change, all approved."),
    }


def _change(change: Change, lang: str) -> dict[str, Any]:
    return _told(change, term(CHANGE_TERMS, change, lang))


def _told(change: Change, word: str) -> dict[str, Any]:
    return {"change": change, "sign": CHANGE_SIGNS[change], "word": word}


def _total(total: Total, lang: str) -> dict[str, Any]:
    return {
        "part": term(PART_TERMS, total.part, lang),
        "entries": f"{total.entries:,} 条" if lang == "zh" else f"{total.entries:,} entries",
        "counts": [
            {
                **_told(change, change_told(change, total.part, lang)),
                "number": f"{number:,}",
                "share": round(100 * number / total.entries, 3),
            }
            for change, number in total.counts.items()
            if number
        ],
    }


def _row(counted: Counted, approval: Approval | None, words: Words) -> dict[str, Any]:
    row = counted.row
    before, after = words.sides(row)
    return {
        **_told(row.change, change_told(row.change, row.part, words.lang, row.after.status)),
        "name": words.name(row),
        "before": before,
        "after": after,
        "clause": row.clause or "",
        "rule": row.rule or "",
        "cases": f"{counted.cases:,}",
        "examples": words.examples(counted.examples),
        "approval": words.say("✗ 未批准", "✗ not approved")
        if approval is None
        else words.say(
            f"✓ {approval.document}（{approval.who}：{approval.why}）",
            f"✓ {approval.document} ({approval.who}: {approval.why})",
        ),
    }
