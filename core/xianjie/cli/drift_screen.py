"""Lay a drift out on the screen: what changed, vanished, appeared and moved, with the rules and the cases on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, RenderableType
from rich.text import Text

from xianjie.cli.options import say
from xianjie.cli.sheet import Sheet
from xianjie.cli.typeset import WIDEST, Heading, Prose
from xianjie.engine.wording import listed
from xianjie.policy.prepared import Policy
from xianjie.sources.clauses import Sentence
from xianjie.sources.deciding import Decided
from xianjie.sources.drift import Drift, Entry, Kind
from xianjie.sources.found import Found
from xianjie.sources.marking import Segments, differing
from xianjie.sources.phrases import KINDS, STATES, clauses_text, modal_text, number_text
from xianjie.vocabulary.topics import TOPIC

WEIGHTS = {"decides": ("由它决定", "decided"), "open": ("待定", "open"), "fails": ("未满足", "not met")}
_MARKS = {"changed": ("~", "yellow"), "vanished": ("−", "red"), "appeared": ("+", "green"), "moved": ("→", "cyan")}
_MOST_NUMBERS, _MOST_TOPICS, _MOST_LABELS = 8, 4, 12
_MOST_ENTRIES = 60
_LONG = 400
_BESIDE = 24


@dataclass(frozen=True, slots=True)
class Screen:
    """The console with what every part of a page needs."""

    console: Console
    policy: Policy
    lang: str
    full: bool = False

    def say(self, zh: str, en: str) -> str:
        """Choose a sentence by language."""
        return say(self.lang, zh, en)

    def show(
        self, found: Drift, old: str, new: Sequence[str], decided: Sequence[Decided] | None, number_of_cases: int
    ) -> None:
        """Print the whole drift. `old` and `new` say what was compared; `decided` is None where no cases were asked."""
        for line in self._lines(found, old, new, decided, number_of_cases):
            self.console.print(line, width=min(self.console.width, WIDEST))

    def _lines(
        self, found: Drift, old: str, new: Sequence[str], decided: Sequence[Decided] | None, number_of_cases: int
    ) -> Iterator[RenderableType]:
        head = Text(f"《{self.policy.file.document.title}》", "bold")
        yield Prose(head.append(f"  {self.policy.id}", "not bold dim"))
        width = 4 if self.lang == "zh" else 5
        yield Prose(old, mark=Text(self.say("旧", "old"), "dim"), mark_width=width)
        yield Prose(self.say("；", "; ").join(new), mark=Text(self.say("新", "new"), "dim"), mark_width=width)
        yield Text("")
        yield self._summary(found)
        if found.coarse:
            words = self.say("句数多，改动的句子按粗略方式查找", "so many sentences are compared coarsely")
            yield Prose(words, "yellow")
        if found.adrift:
            names = listed(found.adrift, self.lang)
            words = self.say(
                "旧文本里没有这些规则的原句，改按条款号挂接：", "not anchored in the old text, hung by clause: "
            )
            yield Prose(words + names, "yellow")
        if found.compared == "anchors":
            yield from self._rules_found(found)
        else:
            for kind in ("changed", "vanished", "appeared"):
                yield from self._section(kind, found.of(kind))
            yield from self._moved(found.of("moved"))
            yield from self._rules_touched(found, decided)
        if decided is not None:
            yield from self._cases(decided, number_of_cases)

    def _summary(self, found: Drift) -> RenderableType:
        table = KINDS if found.compared == "text" else STATES
        counted = [f"{self.say(*table[key])} {count}" for key, count in found.counts.items() if count]
        if not found.drifted:
            text = Text("✓ ", "green").append(self.say("没有漂移：", "nothing drifted: "), "bold")
        else:
            text = Text("! ", "yellow").append(self.say("有漂移：", "drifted: "), "bold")
        unit = self.say("句", "sentences") if found.compared == "text" else self.say("条规则", "rules")
        total = sum(found.counts.values())
        return Prose(
            text.append(self.say(f"{total} {unit}，", f"{total} {unit}, ") + listed(counted, self.lang), "not bold")
        )

    # Sentences ----------------------------------------------------------------------------------------------------

    def _section(self, kind: Kind, entries: Sequence[Entry]) -> Iterator[RenderableType]:
        if not entries:
            return
        yield Text("")
        yield Heading(Text(self.say(*KINDS[kind]), "bold").append(f" {len(entries)}", "not bold"))
        shown = entries if self.full or len(entries) <= _MOST_ENTRIES + 2 else entries[:_MOST_ENTRIES]
        for place, entry in enumerate(shown):
            if place:
                yield Text("")
            yield from self._entry(entry)
        yield from self._rest(len(entries) - len(shown))

    def _rest(self, number: int) -> Iterator[RenderableType]:
        if number:
            yield Text(self.say(f"另有 {number} 项，--full 全部写出", f"{number} more: --full shows them"), "dim")

    def _entry(self, entry: Entry) -> Iterator[RenderableType]:
        icon, style = _MARKS[entry.kind]
        head = Text(f"{icon} ", style).append(clauses_text(entry), "bold")
        sentence = entry.new or entry.old
        if sentence is not None and sentence.heading:
            head.append(self.say("  标题", "  heading"), "dim")
        if entry.kind == "changed":
            share = f"{min(entry.likeness, 0.99):.0%}"
            head.append(self.say(f"  相似 {share}", f"  {share} alike"), "dim")
        yield Prose(head)
        if entry.kind == "changed" and entry.old is not None and entry.new is not None:
            before, after = differing(entry.old.text, entry.new.text)
            yield self._labelled(self.say("旧", "old"), self._marked(before, "red"))
            yield self._labelled(self.say("新", "new"), self._marked(after, "green"))
        elif sentence is not None:
            yield Prose(self._short(sentence.text), indent=2)
        for old, new in entry.modals:
            words = " → ".join(modal_text(one, self.lang) for one in (old, new))
            yield self._labelled(self.say("情态", "modal"), words)
        if entry.numbers:
            told = [
                number_text(change.old_text, change.old, self.lang)
                + " → "
                + number_text(change.new_text, change.new, self.lang)
                for change in entry.numbers[: None if self.full else _MOST_NUMBERS]
            ]
            more = len(entry.numbers) - len(told)
            words = self.say("；", "; ").join(told) + (self.say(f" 等 {more} 处", f" and {more} more") if more else "")
            yield self._labelled(self.say("数字", "number"), words)
        yield from self._hanging(entry)

    def _hanging(self, entry: Entry) -> Iterator[RenderableType]:
        if not entry.rules:
            return
        text = Text()
        for rule in entry.rules:
            text.append("" if not text.plain else self.say("、", ", ")).append(rule.rule, "bold")
            if rule.by == "clause":
                text.append(self.say("（按条款号）", " (by clause)"), "dim")
        yield self._labelled(self.say("规则", "rules"), text)
        names = [self.say(TOPIC[topic].zh, TOPIC[topic].en) for topic in entry.topics]
        if names:
            more = len(names) - _MOST_TOPICS
            words = listed(names[:_MOST_TOPICS], self.lang)
            words += self.say(f" 等 {len(names)} 项", f" and {more} more") if more > 0 else ""
            yield self._labelled(self.say("议题", "topics"), Text(words, "dim"))

    def _labelled(self, label: str, body: Text | str) -> RenderableType:
        return Prose(body, indent=2, mark=Text(label, "dim"), mark_width=6 if self.lang == "zh" else 8)

    def _marked(self, segments: Segments, style: str) -> Text:
        """Write a sentence with what differs in 【】 and in colour, of a long one no more than stands near that."""
        long = not self.full and sum(len(text) for text, _ in segments) > _LONG
        out = Text()
        for place, (text, differs) in enumerate(segments):
            if differs:
                body = text.rstrip("。；，、：！？;,:!? ）)》”’】")
                out.append("【", style).append(body, f"{style} bold").append("】", style).append(text[len(body) :])
            elif long and len(text) > 2 * _BESIDE:
                first, last = place == 0, place == len(segments) - 1
                out.append("" if first else text[:_BESIDE]).append("…", "dim").append("" if last else text[-_BESIDE:])
            else:
                out.append(text)
        return out

    def _short(self, text: str) -> str:
        return text if self.full or len(text) <= _LONG else text[:_LONG] + "…"

    def _moved(self, entries: Sequence[Entry]) -> Iterator[RenderableType]:
        """Sum up what moved by where from and where to."""
        if not entries:
            return
        yield Text("")
        yield Heading(Text(self.say(*KINDS["moved"]), "bold").append(f" {len(entries)}", "not bold"))
        ways: dict[str, list[Entry]] = {}
        for entry in entries:
            ways.setdefault(clauses_text(entry), []).append(entry)
        rows = []
        for way, found in ways.items():
            rules = list(dict.fromkeys(rule.rule for entry in found for rule in entry.rules))
            titles = [entry.new.text for entry in found if entry.new is not None and entry.new.heading]
            first = titles[0] if titles else found[0].new.text if found[0].new is not None else ""
            rows.append(
                [Text(f"→ {way}", "cyan"), Text(str(len(found))), Text(_clipped(first)), Text("\n".join(rules))]
            )
        titles = [
            self.say("条款", "clause"),
            self.say("句", "no."),
            self.say("内容", "words"),
            self.say("规则", "rules"),
        ]
        yield Sheet(titles, rows)

    # Rules and cases ----------------------------------------------------------------------------------------------

    def _rules_touched(self, found: Drift, decided: Sequence[Decided] | None) -> Iterator[RenderableType]:
        touched = found.touched()
        if not touched:
            return
        yield Text("")
        yield Heading(
            Text(self.say("挂在其上的规则", "rules that hang on it"), "bold").append(f" {len(touched)}", "not bold")
        )
        counted = Counter((rest.rule, rest.weight) for one in decided or () for rest in one.rests)
        titles = [self.say("规则", "rule"), self.say("条款", "clause"), self.say("漂移", "drift")]
        titles += [self.say("个案", "cases")] * (decided is not None)
        rows = []
        for clause, rule in self.policy.rules():
            name, kinds = rule.id, touched.get(rule.id, ())
            if not kinds:
                continue
            words = Text(name, "bold").append(f"\n{self.say(rule.zh, rule.en)}", "not bold dim")
            happened = Text("\n").join(Text(f"{_MARKS[k][0]} {self.say(*KINDS[k])}", _MARKS[k][1]) for k in kinds)
            row = [words, Text(clause), happened]
            if decided is not None:
                told = [f"{self.say(*WEIGHTS[key])} {counted[name, key]}" for key in WEIGHTS if counted[name, key]]
                row.append(Text("\n".join(told) or "0"))
            rows.append(row)
        yield Sheet(titles, rows, spaced=True)

    def _rules_found(self, found: Drift) -> Iterator[RenderableType]:
        """Tell, where there was no old text, what became of each rule's sentence."""
        told = [one for one in found.rules if one.state not in ("same", "unanchored")]
        if not told:
            return
        yield Text("")
        yield Heading(self.say("规则的原句", "the rules' sentences"))
        for place, one in enumerate(told):
            if place:
                yield Text("")
            yield from self._found(one)

    def _found(self, found: Found) -> Iterator[RenderableType]:
        icon, style = {"numbers": ("✓", "green"), "moved": ("→", "cyan")}.get(found.state, ("!", "yellow"))
        head = Text(f"{icon} ", style).append(found.rule, "bold")
        head.append(f"  {_path(found.clause, found.sentence)}  ", "not bold").append(
            self.say(*STATES[found.state]), style
        )
        yield Prose(head)
        if found.sentence is None:
            return
        label = self.say("新", "new")
        if found.state == "nearest":
            label = self.say("最近", "nearest")
            yield self._labelled(label, self._short(found.sentence.text))
            note = self.say(
                f"按我们的概要找的，含其 {found.likeness:.0%}，不等于原句",
                f"found by our summary, {found.likeness:.0%} of it; not the same sentence",
            )
            yield self._labelled("", Text(note, "dim"))
        else:
            yield self._labelled(label, self._short(found.sentence.text))

    def _cases(self, decided: Sequence[Decided], number: int) -> Iterator[RenderableType]:
        yield Text("")
        yield Heading(self.say("漂移的规则决定的个案", "cases that the drifted rules decide"))
        for weight, words in WEIGHTS.items():
            found = [one for one in decided if any(rest.weight == weight for rest in one.rests)]
            names = [one.label or self.say(f"第 {one.number} 案", f"no. {one.number}") for one in found]
            shown = names if self.full or len(names) <= _MOST_LABELS + 2 else names[:_MOST_LABELS]
            more = len(names) - len(shown)
            text = f"{len(names)}" + (self.say("：", ": ") + listed(shown, self.lang) if shown else "")
            text += self.say(" 等，--full 全部写出", f" and {more} more: --full shows them") if more else ""
            yield Prose(text, mark=Text(self.say(*words), "dim"), mark_width=10)
        yield Prose(self.say(f"共 {number} 案", f"of {number} cases"), "dim")


def _path(clause: str, sentence: Sentence | None) -> str:
    return clause if sentence is None or sentence.clause == clause else f"{clause} → {sentence.clause}"


def _clipped(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"
