"""The pieces that reasons are told with: a heading, an entry's line, a labelled line, a reason with its readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from xianjie.cli.options import say
from xianjie.cli.symbols import cited, mark, status_text, status_word
from xianjie.cli.typeset import hanging, indented
from xianjie.engine.wording import SAYS_NOTHING, fact_term, listed, only_unrecorded, reading_name
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import DIMENSIONS, term

Entry = Mapping[str, Any]
Lines = Iterator[RenderableType]


@dataclass(frozen=True, slots=True)
class Telling:
    """What the reasons of one region are told from."""

    policy: Policy
    name: str
    answer: Entry
    lang: str

    def say(self, zh: str, en: str) -> str:
        """Choose a sentence by language."""
        return say(self.lang, zh, en)

    @property
    def label_width(self) -> int:
        """Measure the column of labels, in cells."""
        return 10 if self.lang == "zh" else 12


def section(t: Telling, dimension: str, status: Text | None = None) -> Lines:
    """Head a dimension's lines."""
    head = Text(term(DIMENSIONS, dimension, t.lang), "bold")
    if status is not None:
        head.append("  ").append_text(status)
    yield Text("")
    yield indented(head, 2)


def item(t: Telling, status: str, title: str | Text, entry: Entry, word: bool = False) -> RenderableType:
    """Write one entry's line: icon, title, the status in words where asked for, force and clause."""
    body = Text(title) if isinstance(title, str) else title.copy()
    if word:
        body.append("  ").append_text(status_word(status, t.lang))
    source = cited(entry, t.lang)
    if source.plain:
        body.append("  ").append_text(source)
    return hanging(mark(status), body, 4)


def labelled(t: Telling, label: str, body: Text | str, indent: int = 6) -> RenderableType:
    """Write a labelled line below an entry."""
    return hanging(Text(label, "dim"), body, indent, t.label_width)


def reason(t: Telling, entry: Entry, indent: int = 6) -> Lines:
    """Tell why, or what is missing, and the readings where they bear on the status."""
    text = str(entry["why"]["text"])
    if entry["missing"] and only_unrecorded(text):
        yield labelled(t, t.say("尚缺", "missing"), terms_named(t, entry["missing"]), indent)
    elif entry["status"] != "ambiguous" and text not in SAYS_NOTHING:
        yield indented(text, indent)
    yield from readings(t, entry, indent)


_MOST_TERMS = 4


def terms_named(t: Telling, facts: Sequence[str]) -> str:
    """Name facts by term, the first few of a long list; the case's own list of missing facts holds all of them."""
    names = [fact_term(fact, t.policy.vocabulary, t.lang) for fact in facts]
    words = listed(names[:_MOST_TERMS], t.lang)
    return (
        words + t.say(f" 等 {len(names)} 项", f" and {len(names) - _MOST_TERMS} more")
        if len(names) > _MOST_TERMS
        else words
    )


def readings(t: Telling, entry: Entry, indent: int = 6, key: str | None = None) -> Lines:
    """Set the readings beside each other where they part: the status is ambiguous, or flagged."""
    if entry["status"] != "ambiguous" and not entry["flagged"]:
        return
    for reading in entry["readings"]:
        name = reading_name(t.policy, key or entry.get("rule") or entry.get("id") or "", reading["reading"], t.lang)
        body = Text(f"“{name}”")
        tags = [t.say("推荐", "recommended")] if reading["recommended"] else []
        tags += [t.say("本单位采用", "chosen here")] if reading.get("chosen") else []
        if tags:
            body.append(t.say(f"（{'、'.join(tags)}）", f" ({', '.join(tags)})"))
        body.append(t.say("：", ": ")).append_text(status_text(reading["status"], t.lang))
        if reading.get("next_due"):
            body.append(t.say(f"，到期日 {reading['next_due']}", f", due {reading['next_due']}"))
        elif reading.get("text"):
            body.append(t.say(f"，{reading['text']}", f", {reading['text']}"), "dim")
        yield labelled(t, t.say("读法", "reading"), body, indent)
