"""Lay out what is kept of the documents: a line for each copy, a document with its rules, the sentence of one rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import RenderableType
from rich.text import Text

from xianjie.cli.options import say
from xianjie.cli.sheet import Sheet
from xianjie.cli.typeset import Heading, Prose
from xianjie.engine.wording import listed
from xianjie.policy.prepared import Policy
from xianjie.sources.clauses import Outline, outline
from xianjie.sources.found import Found, locate
from xianjie.sources.shelf import Copy, Original

if TYPE_CHECKING:
    from xianjie.policy.model import AnyRule

_FOUND = ("same", "numbers", "moved")
_MOST = 8


def in_short(name: str, copy: Copy, policy: Policy | None) -> dict[str, Any]:
    """Describe one copy: what it is, and how many rules' sentences it holds; `policy` is None where not installed."""
    text = outline(copy.text())
    manifest = copy.manifest
    out: dict[str, Any] = {
        "policy": name,
        "region": manifest.region,
        "title": None if policy is None else policy.file.document.title,
        "format": manifest.format,
        "added": manifest.added.isoformat(),
        "sha256": manifest.sha256,
        "folder": str(copy.folder),
        "sentences": len(text.sentences),
        "remarks": [{"zh": zh, "en": en} for zh, en in manifest.remarks],
    }
    if policy is not None:
        anchored = [one for one in locate(policy, text) if one.state != "unanchored"]
        lost = [one.rule for one in anchored if one.state not in _FOUND]
        out |= {"anchored": len(anchored), "found": len(anchored) - len(lost), "lost": lost}
        out["policy_changed"] = manifest.policy_sha256 != policy.sha256
    return out


def summed_up(policy: Policy, described: Mapping[str, Any], outcome: str, lang: str) -> Iterator[RenderableType]:
    """Tell what came of adding a document."""
    width = 10 if lang == "zh" else 12

    def line(label: str, body: str, style: str = "") -> RenderableType:
        return Prose(Text(body, style), indent=2, mark=Text(label, "dim"), mark_width=width)

    yield Prose(Text("✓ ", "green").append(outcome, "bold").append(f"  {policy.id}", "not bold dim"))
    yield line(say(lang, "文件", "document"), f"《{policy.file.document.title}》")
    sentences = say(lang, f"{described['sentences']} 句", f"{described['sentences']} sentences")
    yield line(say(lang, "读入", "read"), f"{described['format'].upper()} · {sentences}")
    for remark in described["remarks"]:
        yield line(say(lang, "注意", "note"), say(lang, remark["zh"], remark["en"]), "yellow")
    yield line(say(lang, "存放", "kept in"), described["folder"])
    found = say(
        lang,
        f"{described['anchored']} 条规则中 {described['found']} 条的原句在其中",
        f"the sentences of {described['found']} of {described['anchored']} rules are in it",
    )
    yield line(say(lang, "规则", "rules"), found, "" if not described["lost"] else "yellow")
    if described["lost"]:
        more = len(described["lost"]) - _MOST
        names = listed(described["lost"][:_MOST], lang)
        names += say(lang, f" 等 {len(described['lost'])} 条", f" and {more} more") if more > 0 else ""
        yield line(say(lang, "不在其中", "not in it"), names)


def table(described: Sequence[Mapping[str, Any]], lang: str) -> RenderableType:
    """Draw a line for each copy."""
    if not described:
        return Text(
            say(lang, "还没有存原文；用 xianjie source add", "no copies are kept yet: xianjie source add"), "dim"
        )
    heads = (
        ("文件", "document"),
        ("格式", "format"),
        ("添加", "added"),
        ("句", "sentences"),
        ("规则的原句", "rules found"),
    )
    rows = []
    for one in described:
        if "problem" in one:
            words = say(lang, f"已损坏 [{one['problem']}]", f"damaged [{one['problem']}]")
            rows.append([Text(one["policy"], "bold"), Text("✗ ", "red").append(words), Text(""), Text(""), Text("")])
            continue
        name = Text(one["policy"], "bold").append(f"\n{one['title'] or one['region']}", "not bold dim")
        if one["title"] is None:
            rules = Text(say(lang, "地区没有安装", "region not installed"), "dim")
        else:
            rules = Text(f"{one['found']} / {one['anchored']}", "" if not one["lost"] else "yellow")
            if one["policy_changed"]:
                rules.append(say(lang, "\n政策文件后有改动", "\nthe policy file changed since"), "dim")
        rows.append([name, Text(one["format"].upper()), Text(one["added"]), Text(str(one["sentences"])), rules])
    return Sheet([say(lang, *words) for words in heads], rows, spaced=True)


def one_rule(policy: Policy, found: Found, lang: str) -> Iterator[RenderableType]:
    """Show a rule's summary and the sentence behind it."""
    from xianjie.cli.originals import original_text

    rule: AnyRule = next(one for _, one in policy.rules() if one.id == found.rule)
    yield Prose(Text(f"{found.clause}  ", "bold").append(rule.id, "bold"))
    width = 6 if lang == "zh" else 10
    yield Prose(say(lang, rule.zh, rule.en), indent=2, mark=Text(say(lang, "概要", "summary"), "dim"), mark_width=width)
    label = Text(say(lang, "原文", "original"), "dim")
    if found.sentence is None:
        words = say(lang, "所存的文本里没有这一句，也没有相近的", "not in your copy, nor anything like it")
        if found.state == "unanchored":
            words = say(lang, "这条规则没有原文指纹", "the rule has no anchor")
        yield Prose(Text(words, "yellow"), indent=2, mark=label, mark_width=width)
        return
    original = Original(found.sentence.text, found.sentence.clause, found.state in _FOUND, found.likeness)
    yield Prose(original_text(original, lang), indent=2, mark=label, mark_width=width)
    where = say(
        lang, f"{original.clause}，第 {found.sentence.line} 行", f"{original.clause}, line {found.sentence.line}"
    )
    yield Prose(Text(where, "dim"), indent=2 + width)


def whole_document(policy: Policy, text: Outline, found: Sequence[Found], lang: str) -> Iterator[RenderableType]:
    """Show a document clause by clause, with the rules beside the sentences that they hang on."""
    hanging: dict[int, list[str]] = defaultdict(list)
    places = {id(sentence): place for place, sentence in enumerate(text.sentences)}
    for one in found:
        if one.sentence is not None and one.state in _FOUND:
            hanging[places[id(one.sentence)]].append(one.rule)
    yield Prose(f"《{policy.file.document.title}》", "bold")
    last = None
    for place, sentence in enumerate(text.sentences):
        if sentence.clause != last:
            last = sentence.clause
            yield Text("")
            title = sentence.text.rstrip("。：:") if sentence.heading else ""
            yield Heading(Text(sentence.clause, "bold").append(f"  {title}" if title else "", "not bold"))
            if sentence.heading:
                continue
        yield Prose(sentence.text, indent=2)
        if hanging[place]:
            yield Prose(Text(f"↳ {listed(hanging[place], lang)}", "cyan"), indent=4)
    lost = [one.rule for one in found if one.state not in (*_FOUND, "unanchored")]
    if lost:
        yield Text("")
        words = say(lang, "原句不在其中的规则：", "rules whose sentence is not in it: ")
        yield Prose(words + listed(lost, lang), "yellow")
