"""`xianjie coverage`: what carries each clause of a document, and on which topics it is silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xianjie.cli.edge import guarded, stdout_console, write_json
from xianjie.cli.options import JsonOption, Lang, LangOption, RegionArgument, say

if TYPE_CHECKING:
    from rich.text import Text

    from xianjie.policy.model import Clause
    from xianjie.policy.prepared import Policy

_TREATMENTS = {
    "rules": ("规则", "rules"),
    "background": ("背景", "background"),
    "supervision": ("监督", "supervision"),
}


@guarded
def coverage(
    region: RegionArgument,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """逐条说明文件由什么承载 / Say clause by clause what carries the document."""
    from xianjie.cli.installed import one_policy
    from xianjie.service.describing import described_coverage

    _, policy = one_policy(region)
    described = described_coverage(policy)
    if as_json:
        write_json(described)
        return
    _show_coverage(policy, described["totals"], lang.value)


def _show_coverage(policy: Policy, totals: dict[str, int], lang: str) -> None:
    from rich.text import Text

    from xianjie.cli.sheet import Sheet
    from xianjie.cli.typeset import WIDEST, Prose
    from xianjie.vocabulary.terms import STATUSES, term
    from xianjie.vocabulary.topics import TOPIC

    console = stdout_console()
    width = min(console.width, WIDEST)
    console.print(Prose(f"《{policy.file.document.title}》", "bold"), width=width)
    console.print()
    titles = [say(lang, "条款", "clause"), say(lang, "处理", "treated as"), say(lang, "由什么承载", "carried by")]
    rows = [
        [
            Text(clause.path, "bold").append(f"\n{clause.title}" if clause.title else "", "not bold"),
            Text(say(lang, *_TREATMENTS[clause.treatment])),
            _carried(clause, lang),
        ]
        for clause in policy.file.clauses
    ]
    console.print(Sheet(titles, rows, spaced=True), width=width)
    console.print()
    silence = term(STATUSES, policy.silence, lang)
    titles = [say(lang, f"{silence}的议题", f"topics: {silence}"), say(lang, "清单行", "rows")]
    rows = [
        [
            Text(say(lang, "；", "; ").join(say(lang, TOPIC[topic].zh, TOPIC[topic].en) for topic in item.topics)),
            Text("\n".join(item.rows), "dim"),
        ]
        for item in policy.file.silent
    ]
    console.print(Sheet(titles, rows, spaced=True), width=width)
    console.print()
    words = say(
        lang,
        f"条款 {totals['clauses']}（有规则 {totals['clauses_with_rules']}），规则 {totals['rules']}，"
        f"清单行 {totals['rows']}；议题：已规定 {totals['topics_ruled']}，{silence} {totals['topics_silent']}",
        f"{totals['clauses']} clauses ({totals['clauses_with_rules']} with rules), {totals['rules']} rules, "
        f"{totals['rows']} rows; topics: {totals['topics_ruled']} ruled, {totals['topics_silent']} {silence}",
    )
    console.print(Prose(words, "dim"), width=width)


def _carried(clause: Clause, lang: str) -> Text:
    from rich.text import Text

    out = Text()
    for rule in clause.rules:
        out.append("\n" if out.plain else "").append(rule.id).append(f"  {' '.join(rule.rows)}", "dim")
    if not clause.rules:
        out.append((clause.zh if lang == "zh" else clause.en or clause.zh) or "")
        out.append(f"  {' '.join(clause.rows)}" if clause.rows else "", "dim")
    return out
