"""Lay the answers out on the screen: cases grouped by household, each with its matrix and reasons; or one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console, RenderableType
from rich.text import Text

from xianjie.cli.exactly import exact_lines
from xianjie.cli.matrix import matrix
from xianjie.cli.options import say
from xianjie.cli.reasons import region_reasons
from xianjie.cli.sheet import Sheet
from xianjie.cli.symbols import Entry, status_text
from xianjie.cli.telling import Telling
from xianjie.cli.typeset import WIDEST, Heading, Prose
from xianjie.engine.overview import first_status, missing_facts
from xianjie.engine.wording import fact_term, listed
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import DIMENSIONS, OPEN_LIST_NOTE, term

_MOST_FACTS = 15
"""How many missing facts are listed for a case unless everything is asked for."""

Row = tuple[str, str, list[Text]]
"""One case under one region, summed up: the case's label, the region's name, a status for each dimension."""


@dataclass(frozen=True, slots=True)
class Screen:
    """The console with what every part of a page needs.

    `policies` gives the documents by their fingerprints, `names` the regions' names by reference; `clocked` holds the
    numbers of the cases whose date was read from the clock, `later` says by number which dates of a case come after
    the date of evaluation.
    """

    console: Console
    policies: Mapping[str, Policy]
    names: Mapping[str, str]
    lang: str
    clocked: frozenset[int] = frozenset()
    full: bool = False
    later: Mapping[int, str] = field(default_factory=dict)

    def say(self, zh: str, en: str) -> str:
        """Choose a sentence by language."""
        return say(self.lang, zh, en)

    def print(self, thing: RenderableType = "") -> None:
        """Print at a width that can be read."""
        self.console.print(thing, width=min(self.console.width, WIDEST))

    def rule(self, title: str) -> None:
        """Print a heading with a line after it."""
        self.print(Heading(title))

    def show(self, answers: Sequence[Entry]) -> None:
        """Print every case in full, the members of one household together."""
        households: dict[str, list[int]] = {}
        for number, answer in enumerate(answers):
            ref = answer["household_ref"]
            households.setdefault(f"case {number}" if ref is None else f"household {ref}", []).append(number)
        printed = False
        for members in households.values():
            if len(members) > 1:
                if printed:
                    self.print()
                ref = answers[members[0]]["household_ref"]
                self.rule(self.say(f"家庭 {ref} · {len(members)} 人", f"household {ref} · {len(members)} people"))
                printed = True
            for number in members:
                if printed:
                    self.print()
                self.rule(self._title(answers[number], number, alone=len(members) == 1))
                self._case(answers[number], self.later.get(number, ""))
                printed = True
        self.print()
        self.print(Prose(self.say(*OPEN_LIST_NOTE), "dim"))

    def _title(self, answer: Entry, number: int, alone: bool) -> str:
        parts = []
        if answer["case"]:
            parts.append(self.say(f"个案 {answer['case']}", f"case {answer['case']}"))
        if alone and answer["household_ref"]:
            parts.append(self.say(f"家庭 {answer['household_ref']}", f"household {answer['household_ref']}"))
        day = self.say(f"判定日 {answer['as_of']}", f"as of {answer['as_of']}")
        parts.append(day + (self.say("（今天）", " (today)") if number in self.clocked else ""))
        return " · ".join(parts)

    def _case(self, answer: Entry, later: str) -> None:
        self.print()
        self.print(matrix(answer["regions"], self.names, self.lang))
        if later:
            self.print()
            self.print(Prose(later, "yellow"))
        for region, entry in answer["regions"].items():
            self.print()
            self.rule(self.names[region])
            telling = Telling(self.policies[entry["policy"]["sha256"]], self.names[region], entry, self.lang)
            for line in (*region_reasons(telling), *exact_lines(telling, answer.get("exact", {}).get(region, {}))):
                self.print(line)
        self._missing(answer)

    def _missing(self, answer: Entry) -> None:
        """List the facts that are missing, those that most regions want first."""
        found = missing_facts(answer)
        if not found:
            return
        vocabulary = next(iter(self.policies.values())).vocabulary
        order = {name: number for number, name in enumerate(vocabulary.names)}
        names = sorted(found, key=lambda name: (-len(found[name]), order.get(name, len(order))))
        shown = names if self.full or len(names) <= _MOST_FACTS + 2 else names[:_MOST_FACTS]
        several = len(answer["regions"]) > 1
        titles = [self.say("尚缺的事实", "missing fact"), self.say("文件里的名称", "name in the file")]
        titles += [self.say("用到的地区", "wanted by")] * several
        rows = []
        for name in shown:
            row = [Text(fact_term(name, vocabulary, self.lang)), Text(name, "dim")]
            row += [Text(listed([self.names[region] for region in found[name]], self.lang))] * several
            rows.append(row)
        self.print()
        self.rule(self.say("补录这些事实，结论可能改变", "what could still change the answers"))
        self.print(Sheet(titles, rows))
        rest = len(names) - len(shown)
        if rest:
            self.print(Text(self.say(f"另有 {rest} 项，--full 全部列出", f"{rest} more: --full lists them"), "dim"))

    def summed_up(self, answer: Entry) -> list[Row]:
        """Sum an answer up: for each region the status of each dimension that a reader must see first."""
        rows = []
        for region, entry in answer["regions"].items():
            statuses = []
            for dimension in DIMENSIONS:
                first = first_status(entry.get(dimension))
                statuses.append(status_text(first, self.lang) if first else Text(""))
            supposed = self.say("（假设）", " (supposed)") if entry["policy"]["overlay"] else ""
            rows.append((answer["case"] or "", self.names[region] + supposed, statuses))
        return rows

    def overview(self, cases: Sequence[Sequence[Row]]) -> None:
        """Print one line for each case and region."""
        titles = [self.say("个案", "case"), self.say("地区", "region")]
        titles += [term(DIMENSIONS, key, self.lang) for key in DIMENSIONS]
        lines = [
            [Text(label if number == 0 else ""), Text(region), *statuses]
            for case in cases
            for number, (label, region, statuses) in enumerate(case)
        ]
        least = [min(16, max(cell.cell_len for cell in column)) for column in zip(*lines, strict=True)]
        self.print(Sheet(titles, lines, least))
        self.print()
        words = self.say(
            f"共 {len(cases)} 案，每格只列最需留意的一项。逐案理由用 --full，交给程序用 --json。",
            f"{len(cases)} cases; a cell shows what needs attention first. --full gives reasons, --json all.",
        )
        self.print(Prose(words, "dim"))
        if self.later:
            number = len(self.later)
            zh = f"{number} 案有日期晚于判定日，按当时尚未发生计；逐案见 --full。"
            en = f"{number} of them have dates after the date of evaluation, taken as not come yet: see --full."
            self.print(Prose(self.say(zh, en), "yellow"))
        self.print(Prose(self.say(*OPEN_LIST_NOTE), "dim"))
