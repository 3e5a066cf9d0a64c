"""`xianjie rules`: a region's rules in the document's order, with their conditions in words and as written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from xianjie.cli.edge import guarded, refuse, stdout_console, today, write_json
from xianjie.cli.options import JsonOption, Lang, LangOption, RegionArgument, say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from xianjie.policy.conditions import Condition, Conditions
    from xianjie.policy.model import AnyRule, Clause
    from xianjie.policy.prepared import Policy
    from xianjie.sources.shelf import Original


class DimensionChoice(StrEnum):
    """The dimensions on which documents are compared."""

    ELIGIBILITY = "eligibility"
    SERVICES = "services"
    DUTIES = "duties"
    REFERRAL = "referral"
    INCENTIVES = "incentives"


@guarded
def rules(
    region: RegionArgument,
    dimension: Annotated[
        DimensionChoice | None,
        typer.Option(metavar="DIMENSION", help="eligibility, services, duties, referral, incentives"),
    ] = None,
    rule_id: Annotated[str | None, typer.Option("--id", metavar="RULE", help="只看一条规则 / one rule only")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ZH,
) -> None:
    """列出一个地区的规则 / List a region's rules in the document's order."""
    from xianjie.cli.installed import one_policy
    from xianjie.cli.originals import originals_of
    from xianjie.policy.conditions import Conditions, dimension_of

    _, policy = one_policy(region)
    found = [
        (clause, rule)
        for clause in policy.file.clauses
        for rule in clause.rules
        if rule_id in (None, rule.id) and dimension in (None, dimension_of(rule))
    ]
    if rule_id is not None and not found:
        no_such_rule(policy, rule_id, "--id")
    conditions = Conditions(policy, lang.value, today().toordinal())
    originals = originals_of(policy, lang.value)
    if as_json:
        write_json([_as_json(clause, rule, conditions, originals) for clause, rule in found])
        return
    console = stdout_console()
    from xianjie.cli.typeset import WIDEST

    for line in _lines(policy, found, conditions, originals, lang.value, rule_id is None):
        console.print(line, width=min(console.width, WIDEST))


def no_such_rule(policy: Policy, rule_id: str, path: str) -> NoReturn:
    """Refuse a rule that is not there, and name the nearest; `path` names the argument."""
    from xianjie.errors import nearest

    near = nearest(rule_id, tuple(rule.id for _, rule in policy.rules()))
    refuse(
        "rule-unknown",
        "没有这条规则" + (f"，是否为 {near}？" if near else ""),
        "no such rule" + (f"; did you mean {near}?" if near else ""),
        path,
    )


def _as_json(
    clause: Clause, rule: AnyRule, conditions: Conditions, originals: Mapping[str, Original]
) -> dict[str, Any]:
    from xianjie.cli.originals import original_json
    from xianjie.policy.conditions import dimension_of, particulars

    return {
        "clause": clause.path,
        "title": clause.title,
        "id": rule.id,
        "part": rule.part,
        "dimension": dimension_of(rule),
        "force": rule.force,
        "qualifier": rule.qualifier,
        "actor": rule.actor,
        "rows": list(rule.rows),
        "notes": list(rule.notes),
        "zh": rule.zh,
        "en": rule.en,
        "particulars": particulars(rule, conditions.policy, conditions.lang),
        "conditions": [condition.as_json() for condition in conditions.of(rule)],
        "original": original_json(originals.get(rule.id)),
    }


def _lines(
    policy: Policy,
    found: Sequence[tuple[Clause, AnyRule]],
    conditions: Conditions,
    originals: Mapping[str, Original],
    lang: str,
    whole: bool,
) -> Iterator[RenderableType]:
    from rich.text import Text

    from xianjie.cli.typeset import Heading, Prose

    yield Prose(f"《{policy.file.document.title}》", "bold")
    last = None
    for clause, rule in found:
        if clause.path != last:
            last = clause.path
            yield Text("")
            heading = Text(clause.path, "bold").append(f"  {clause.title}" if clause.title else "", "not bold")
            yield Heading(heading)
        else:
            yield Text("")
        yield from _rule_lines(rule, conditions, originals.get(rule.id), lang)
    if whole and policy.file.definitions:
        yield Text("")
        yield Heading(say(lang, "定义", "definitions"))
        for one in conditions.defined():
            reading = conditions.reading_name(one)
            yield Prose(Text(one.slot, "bold").append(f"  “{reading}”" if reading else "", "not bold"))
            yield from _condition_lines(one, lang, "")
    yield Text("")
    number = len(found)
    yield Text(say(lang, f"共 {number} 条规则", f"{number} rules"), "dim")


def _rule_lines(
    rule: AnyRule, conditions: Conditions, original: Original | None, lang: str
) -> Iterator[RenderableType]:
    from rich.text import Text

    from xianjie.cli.originals import original_text
    from xianjie.cli.typeset import Prose, indented
    from xianjie.engine.wording import force_words
    from xianjie.policy.conditions import PARTS, particulars

    head = Text(rule.id, "bold").append(f"  {say(lang, *PARTS[rule.part])}", "not bold")
    force = force_words({"force": rule.force, "qualifier": rule.qualifier}, lang)
    head.append(f"  {force}", "not bold cyan")
    if rule.rows:
        head.append(f"  {' '.join(rule.rows)}", "not bold dim")
    yield Prose(head)
    yield indented(say(lang, rule.zh, rule.en), 2)
    width = 10 if lang == "zh" else 12
    if original is not None:
        label = Text(say(lang, "原文", "original"), "dim")
        yield Prose(original_text(original, lang), indent=2, mark=label, mark_width=width)
    fixed = particulars(rule, conditions.policy, lang)
    if fixed:
        yield Prose(" · ".join(fixed), indent=2, mark=Text(say(lang, "要点", "fixes"), "dim"), mark_width=width)
    if rule.actor and lang == "zh":
        yield Prose(rule.actor, indent=2, mark=Text("责任主体", "dim"), mark_width=width)
    for one in conditions.of(rule):
        reading = conditions.reading_name(one)
        yield from _condition_lines(one, lang, f"{one.slot}  “{reading}”" if reading else one.slot)


def _condition_lines(one: Condition, lang: str, label: str) -> Iterator[RenderableType]:
    from rich.cells import cell_len
    from rich.text import Text

    from xianjie.cli.typeset import Prose, indented

    width = 10 if lang == "zh" else 12
    if cell_len(label) >= width:
        yield indented(label, 2, "dim")
        label = ""
    yield Prose(one.words, indent=2, mark=Text(label, "dim"), mark_width=width)
    yield Prose(Text(one.written, "dim"), indent=2, mark="", mark_width=width)
