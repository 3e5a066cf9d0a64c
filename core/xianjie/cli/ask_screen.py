"""Lay questions out on the screen: what stands now, the first question with its answers, and the numbered list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.text import Text

from xianjie.cli.options import say
from xianjie.cli.sheet import Sheet
from xianjie.cli.symbols import status_text, status_word
from xianjie.cli.typeset import WIDEST, Heading, Prose, hanging, indented
from xianjie.engine.wording import listed, point_name
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.terms import DIMENSIONS, term

Data = Mapping[str, Any]

_SUMMED_UP = 12
"""From more open points than this, they are counted by region, not listed."""

_NOT_FOUND = {
    "not_decidable": (
        "没有哪一组事实能让各处都有结论。",
        "no set of facts decides all of it.",
    ),
    "not_decided": (
        "时间不够，没有求得最小的一组；可用 --timeout 放宽。",
        "out of time: no smallest set was found; --timeout gives more.",
    ),
    "out_of_bounds": (
        "个案的记录超出了推算的范围（如金额、人口过大，日期过早），没有推算。",
        "the case's records lie out of the bounds of the proof (a sum or a household too large, a day too early).",
    ),
}


class AskScreen:
    """The console with what a page of questions needs. `titles` gives the regions' names."""

    def __init__(
        self,
        console: Console,
        vocabulary: Vocabulary,
        policies: Sequence[Policy],
        titles: Mapping[str, str],
        lang: str,
    ) -> None:
        self.console, self.vocabulary, self.policies = console, vocabulary, policies
        self.titles, self.lang = titles, lang
        self.width = min(console.width, WIDEST)

    def say(self, zh: str, en: str) -> str:
        """Choose a sentence by language."""
        return say(self.lang, zh, en)

    def print(self, what: RenderableType = "") -> None:
        """Print at a width that can be read."""
        self.console.print(what, width=self.width)

    def show(self, data: Data) -> None:
        """Print the page."""
        parts = [self.say("要问的事实", "questions to ask")]
        parts += [self.say(f"个案 {data['case']}", f"case {data['case']}")] if data["case"] else []
        parts += [self.say(f"判定日 {data['as_of']}", f"as of {data['as_of']}")]
        self.print(Heading(" · ".join(parts)))
        self.print()
        self.now(data)
        self.left_out(data)
        self.print()
        questions = data["questions"]
        if data["state"] == "decided":
            self.print(Prose(self.say("不用再问：各处都已有结论。", "nothing to ask: all of it is decided.")))
        elif data["state"] in _NOT_FOUND:
            self.print(Prose(self.say(*_NOT_FOUND[data["state"]]), "bold"))
        if questions and data["state"] == "found":
            self.print(Prose(self.promise(len(questions)), "bold"))
        if questions:
            self.print()
            self.first(questions[0])
            self.print()
            self.list(questions)
        self.notes(data)

    def promise(self, number: int) -> str:
        """Say what the set is worth."""
        return self.say(
            f"问清以下 {number} 项，以上各处无论怎样回答都有结论；任何少于 {number} 项的一组都不能保证。",
            f"These {number} decide all of the above, whatever the answers; no smaller set is sure to.",
        )

    # -- how it stands -----------------------------------------------------------------------------------------------

    def now(self, data: Data) -> None:
        """Set out what each region answers now, and what it may come to."""
        rows = []
        points = [(region, key, entry) for region, found in data["points"].items() for key, entry in found.items()]
        brief = len(points) > _SUMMED_UP
        titles = [self.say("地区", "region"), self.say("现在", "now"), self.say("问清以后", "afterwards")]
        for region, key, entry in [] if brief else points:
            name = Text(self.titles[region], "bold")
            if len(data["points"][region]) > 1 or key != "eligibility":
                name.append(f"\n{point_name(key, self.policies, self.lang)}", "not bold")
            later = [status_word(status, self.lang).plain for status in entry["can_become"]]
            rows.append([name, status_text(entry["status"], self.lang), Text(self.say("、", ", ").join(later))])
        if brief:
            titles = [self.say("地区", "region"), self.say("已有结论", "decided"), self.say("还没有", "open")]
            for region, found in data["points"].items():
                decided = sum(entry["decided"] for entry in found.values())
                counts = [Text(str(decided)), Text(str(len(found) - decided))]
                rows.append([Text(self.titles[region], "bold"), *counts])
        widths = [max(cell_len(line) for row in rows for line in row[n].plain.split("\n")) for n in range(3)]
        self.print(Sheet(titles, rows, [min(widths[0], 20), widths[1], min(widths[2], 20)]))

    def left_out(self, data: Data) -> None:
        """Name what is not asked about, and why."""
        for name in data["passed_over"]:
            words = term(DIMENSIONS, name, self.lang)
            text = self.say(
                f"没有问{words}：个案没有写方向，可用 --direction 给出。",
                f"{words} is left out: the case says no direction; --direction gives one.",
            )
            self.print()
            self.print(Prose(text, "dim"))
        if data["left_out"]:
            regions = listed([self.titles[region] for region in data["left_out"]], self.lang)
            text = self.say(
                f"没有问能否转介（{regions}）：个案记有步骤，由程序逐步决定。",
                f"whether a referral may go ahead is left out ({regions}): recorded steps are walked one by one.",
            )
            self.print()
            self.print(Prose(text, "dim"))

    # -- questions ---------------------------------------------------------------------------------------------------

    def first(self, question: Data) -> None:
        """Tell what each answer to the best question leads to."""
        head = Text(self.say("先问：", "ask first: "))
        self.print(head.append(question["zh" if self.lang == "zh" else "en"], "bold"))
        for answer in question["answers"]:
            self.print(hanging(self.say("若", "if"), Text(self.consequence(answer)), 2, 4))

    def consequence(self, answer: Data) -> str:
        """Say in one sentence what an answer settles, and how many questions would be left."""
        regions = []
        for region, found in answer["decides"].items():
            words = listed(
                list(dict.fromkeys(status_word(status, self.lang).plain for status in found.values())), self.lang
            )
            regions.append(self.say(f"{self.titles[region]}“{words}”", f"{self.titles[region]} {words}"))
        text = str(answer["text"][self.lang]) + self.say("：", ": ")
        if regions:
            text += self.say("，", "; ").join(regions) + self.say("；", "; ")
        left = answer["left"]
        if left is None:
            return text + self.say("还剩几项没有算出", "how many are left was not worked out")
        if left == 0:
            return text + self.say("不用再问", "nothing is left to ask")
        return text + self.say(f"最多再问 {left} 项", f"at most {left} more")

    def list(self, questions: Sequence[Data]) -> None:
        """Number the questions, the best first, with how they are answered and who wants them."""
        titles = [
            self.say("问题", "question"),
            self.say("怎样回答", "answers"),
            self.say("关系到", "wanted by"),
            self.say("平均还剩", "left"),
        ]
        rows = []
        for number, question in enumerate(questions, 1):
            mark = f"{number:>{len(str(len(questions)))}} "
            name = Text(mark, "dim").append(question["zh" if self.lang == "zh" else "en"], "bold not dim")
            name.append(f"\n{' ' * len(mark)}{question['fact']}", "dim not bold")
            left = question["expected_left"]
            rows.append([name, Text(self.answers(question)), Text(self.wanted(question)), Text(_plain(left))])
        self.print(Sheet(titles, rows))

    def answers(self, question: Data) -> str:
        """Say how a question is answered."""
        match question["type"]:
            case "bool":
                return self.say("是 / 否", "yes / no")
            case "enum":
                return " / ".join(str(word["zh" if self.lang == "zh" else "en"]) for word in question["words"].values())
            case "event date":
                return self.say("日期 / 从未", "date / never")
            case "money":
                return self.say("元", "yuan")
            case "int":
                return self.say("整数", "number")
            case _:
                return self.say("列出 / 无", "list / none")

    def wanted(self, question: Data) -> str:
        """Name the regions that want a fact, with their clauses."""
        clauses: dict[str, dict[str, None]] = {}
        for rule in question["wanted_by"]:
            clauses.setdefault(self.titles[rule["region"]], {})[rule["clause"]] = None
        return "\n".join(f"{title} {' '.join(found)}" for title, found in clauses.items())

    def notes(self, data: Data) -> None:
        """Say what the answers rest on."""
        torn = [
            self.titles[region]
            for region, points in data["points"].items()
            if any("ambiguous" in (*entry["can_become"], entry["status"]) for entry in points.values())
        ]
        if torn:
            text = self.say(
                f"“文本有歧义”（{listed(torn, self.lang)}）也是结论：那不是缺事实，再问也不会改变。",
                f"“Ambiguous” ({listed(torn, self.lang)}) is an answer too: no further fact would mend it.",
            )
            self.print()
            self.print(indented(text, 0, "dim"))
        if data["bounds"]:
            named = [
                f"{self.vocabulary[name].zh if self.lang == 'zh' else self.vocabulary[name].en} {least}—{most}"
                for name, (least, most) in data["bounds"].items()
            ]
            text = self.say(
                f"以上由求解器证明，并复核过；范围：{'；'.join(named)}。",
                f"Proved by a solver, and proved anew; within: {'; '.join(named)}.",
            )
            self.print()
            self.print(indented(text, 0, "dim"))


def _plain(number: float | None) -> str:
    return "?" if number is None else f"{number:g}"
