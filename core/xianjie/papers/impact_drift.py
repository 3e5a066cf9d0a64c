"""How the text of a document drifts, in an impact paper: sentence by sentence where both texts are at hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xianjie.papers.document import Block, Cell, Paragraph, Run, Table, cell, row
from xianjie.papers.phrasing import Voice
from xianjie.sources.drift import Drift, Entry

MOST = 80
"""How many sentences are listed."""

_MOST_RULES = 4

_KINDS: Mapping[str, tuple[str, str]] = {
    "unchanged": ("未变", "unchanged"),
    "moved": ("移位", "moved"),
    "changed": ("改写", "changed"),
    "vanished": ("删去", "vanished"),
    "appeared": ("新增", "appeared"),
    "same": ("原句仍在", "as it was"),
    "numbers": ("数字写法不同", "numbers written otherwise"),
    "nearest": ("只有相近的句子", "only one like it"),
    "gone": ("找不到", "gone"),
    "unanchored": ("没有锚点", "without an anchor"),
}


def drift_blocks(found: Drift, voice: Voice) -> Iterator[Block]:
    """Tell the drift: how many sentences of each kind, then those that are not as they were, with their rules."""
    say = voice.say
    if found.compared == "text":
        yield Paragraph(
            say(
                f"逐句比较新旧文本（{found.old_sentences} 句与 {found.new_sentences} 句）。",
                f"Old and new text compared sentence by sentence ({found.old_sentences} and {found.new_sentences}).",
            )
        )
    else:
        yield Paragraph(
            say(
                "没有旧文本，只核对各条规则所据的句子是否还在新文本里。",
                "There is no old text; only whether each rule's sentence still stands in the new one was checked.",
            )
        )
    heads = (say("情形", "what became of it"), say("数目", "number"))
    counts = [(cell(say(*_KINDS[kind])), cell(str(count), right=True)) for kind, count in found.counts.items()]
    yield Table((8, 4), heads, tuple(counts))
    if found.compared == "text":
        yield from _sentences(found, voice)
    else:
        rows = [
            row(one.rule, one.clause, say(*_KINDS[one.state]), one.sentence.text if one.sentence else "—")
            for one in found.rules
            if one.state not in ("same", "numbers", "unanchored")
        ]
        if rows:
            titles = (say("规则", "rule"), say("条款", "clause"), say("情形", "state"), say("新文本的句子", "sentence"))
            yield Table((6, 4, 4, 12), titles, tuple(rows))


def _sentences(found: Drift, voice: Voice) -> Iterator[Block]:
    say = voice.say
    entries = [one for one in found.entries if one.kind not in ("unchanged", "moved")]
    if found.of("moved"):
        yield Paragraph(
            say("移位的句子文字未变，只计数，不列出。", "Sentences that only moved are counted and not listed."), "note"
        )
    if not entries:
        yield Paragraph(say("各句文字都没有变动。", "The words of every sentence are as they were."))
        return
    heads = (say("情形", "kind"), say("旧文本", "old text"), say("新文本", "new text"), say("所关系的规则", "rules"))
    yield Table((3, 10, 10, 6), heads, tuple(_row(one, voice) for one in entries[:MOST]))
    rest = len(entries) - MOST
    if rest > 0:
        yield Paragraph(say(f"另有 {rest} 句未列出。", f"{rest} more sentences are not listed."), "note")


def _row(entry: Entry, voice: Voice) -> tuple[Cell, ...]:
    sides = [
        cell((Run(one.clause, soft=True),), one.text) if one is not None else cell("—")
        for one in (entry.old, entry.new)
    ]
    rules = [f"{one.rule} ({one.clause})" for one in entry.rules[:_MOST_RULES]]
    if len(entry.rules) > _MOST_RULES:
        rules.append(voice.say(f"等 {len(entry.rules)} 条", f"{len(entry.rules)} in all"))
    return cell((Run(voice.say(*_KINDS[entry.kind]), bold=True),)), *sides, cell(*rules) if rules else cell("—")
