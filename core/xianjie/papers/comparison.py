"""The comparison paper: what the documents of several regions say, where they differ, and what nobody can tell yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from xianjie.compare.case import Outcomes
from xianjie.compare.cell import Cell as Compared
from xianjie.compare.difference import VERDICTS
from xianjie.compare.markdown import cell_lines
from xianjie.compare.matrix import Column, Matrix, Row
from xianjie.compare.workbook import LEGEND, SILENCES
from xianjie.papers.document import Block, Cell, Heading, Paper, Paragraph, Run, Table, Text, Turn, cell, row
from xianjie.papers.filling import fill
from xianjie.papers.phrasing import Voice, point, remark, standing_lines
from xianjie.vocabulary.terms import DIMENSIONS, STATUSES, term
from xianjie.vocabulary.topics import Topic

MOST_COLUMNS = 5
"""How many documents stand side by side in one table; further ones stand in further tables."""
STANDING_COLUMNS = 3
"""From more documents than this the pages lie."""

_SHOWN = ("differ", "open")


def comparison_paper(
    matrix: Matrix,
    outcomes: Outcomes | None = None,
    lang: str = "zh",
    home: Path | None = None,
    remarks: Sequence[str] = (),
) -> bytes:
    """Write a comparison as a Word document; the same input gives the same bytes.

    With the `outcomes` of a case, what each rule comes to stands in its cell. `home` is where an office keeps its own
    templates, `remarks` are further lines for the notes. InputError where the office's template is at fault.
    """
    return fill(_Comparison(matrix, outcomes, Voice(lang), remarks).paper(), home)


class _Comparison:
    def __init__(self, matrix: Matrix, outcomes: Outcomes | None, voice: Voice, remarks: Sequence[str]) -> None:
        self.matrix, self.outcomes, self.voice, self.remarks = matrix, outcomes, voice, remarks
        self.lang, self.say = voice.lang, voice.say
        self.wide = len(matrix.columns) > STANDING_COLUMNS

    def paper(self) -> Paper:
        """Put the paper together."""
        day = self.voice.day(self.matrix.as_of)
        return Paper(
            "comparison",
            self.lang,
            self.say("区域政策比对报告", "Comparison of Regional Policies"),
            self.say(f"比对日期：{day}", f"as of {day}"),
            tuple(self._standing()),
            self.say(f"区域政策比对报告 · {day}", f"Comparison of regional policies · {day}"),
            tuple(self._blocks()),
        )

    def _standing(self) -> Iterator[str]:
        columns = self.matrix.columns
        yield self.say(
            "本报告按所列文件的结构化内容逐项比对，供研究参考，不是对文件的解释，也不代替原文。",
            "This report compares the documents named as they are encoded, for study; it interprets none of them and "
            "takes the place of none.",
        )
        yield from standing_lines(
            self.voice,
            [(one.name.said(self.lang), one.standing, one.validity, one.text, bool(one.supposed)) for one in columns],
        )
        cities = [one.name.said(self.lang) for one in columns if one.level == "city"]
        if cities and len({one.level for one in columns}) > 1:
            names = self.voice.listed(cities)
            yield self.say(
                f"{names}为市级文件，上有省级规定，与省级（直辖市）文件不在同一层级。",
                f"{names}: of a city, under a province's rules, and not of one level with the others.",
            )

    def _blocks(self) -> Iterator[Block]:
        yield from self._summary()
        yield from self._documents()
        yield from self._differences()
        yield from self._questions()
        yield from self._silences()
        yield from self._same()
        yield from self._notes()

    # ------------------------------------------------------------------------------------------------------------

    def _count(self, rows: Sequence[Row], verdict: str) -> int:
        return sum(one.difference.verdict == verdict for one in rows)

    def _summary(self) -> Iterator[Block]:
        say, rows = self.say, self.matrix.rows
        number, topics = len(self.matrix.columns), len(rows) + len(self.matrix.left_out)
        counts = {verdict: self._count(rows, verdict) for verdict in VERDICTS}
        yield Heading(1, say("概要", "Summary"))
        words = say("，", ", ").join(
            say(f"{VERDICTS[one].said('zh')} {count} 个", f"{VERDICTS[one].said('en')} {count}")
            for one, count in counts.items()
            if count
        )
        left = len(self.matrix.left_out)
        more = (
            say(f"；另有 {left} 个没有差异，未列出", f"; {left} more do not differ and are not shown") if left else ""
        )
        yield Paragraph(
            say(
                f"本次比对 {number} 份文件，共 {topics} 个议题：{words}{more}。",
                f"{number} documents are compared on {topics} topics: {words}{more}.",
            )
        )
        heads = (say("方面", "dimension"), say("议题", "topics"), *(one.said(self.lang) for one in VERDICTS.values()))
        table = [
            (
                cell(term(DIMENSIONS, dimension, self.lang)),
                *(
                    cell(str(count), right=True)
                    for count in (len(found), *(self._count(found, verdict) for verdict in VERDICTS))
                ),
            )
            for dimension, found in self.matrix.dimensions().items()
        ]
        if table:
            yield Table((3, 2, 2, 2, 2, 2), heads, tuple(table))
        if self.outcomes is not None:
            label = self.outcomes.label or say("未编号", "without a label")
            yield Paragraph(
                say(
                    f"同时核对了一个个案（{label}），结论写在各格“本案”之后。",
                    f"One case ({label}) was put to each document as well; what it comes to stands in the cells.",
                )
            )

    def _documents(self) -> Iterator[Block]:
        say = self.say
        yield Heading(1, say("比对的文件", "Documents compared"))
        heads = (
            say("地区", "region"),
            say("文件", "document"),
            say("文号", "number"),
            say("印发日期", "issued"),
            say("性质与效力", "standing"),
        )
        yield Table((3, 8, 4, 4, 4), heads, tuple(self._document(column) for column in self.matrix.columns))

    def _document(self, column: Column) -> tuple[Cell, ...]:
        lines: list[Text] = [self.voice.standing(column.standing, column.validity)]
        if column.text == "digest":
            lines.append(self.say("只有摘要", "digest only"))
        if column.dates["until"]:
            lines.append(self.say("至 ", "until ") + self.voice.day(column.dates["until"]))
        if column.supposed:
            lines.append((Run(self.say("假设：", "supposed: ") + column.supposed.said(self.lang), bold=True),))
        return (
            cell(column.name.said(self.lang)),
            cell(f"《{column.title}》"),
            cell(column.number or "—"),
            cell(self.voice.day(column.dates["issued"])),
            cell(*lines),
        )

    # ------------------------------------------------------------------------------------------------------------

    def _differences(self) -> Iterator[Block]:
        found = {
            dimension: shown
            for dimension, rows in self.matrix.dimensions().items()
            if (shown := [one for one in rows if one.difference.verdict in _SHOWN])
        }
        if self.wide and found:
            yield Turn(True)
        yield Heading(1, self.say("各地的差异", "How they differ"))
        if not found:
            yield Paragraph(self.say("所比议题没有差异。", "On the topics compared they do not differ."))
        for dimension, rows in found.items():
            yield Heading(2, term(DIMENSIONS, dimension, self.lang))
            yield from self._differing(rows)
        if self.wide and found:
            yield Turn(False)

    def _differing(self, rows: Sequence[Row]) -> Iterator[Block]:
        """Set what several rule side by side; what one document alone rules is told on one row each."""
        alone = [one for one in rows if self.wide and sum(compared.ruled for compared in one.cells) == 1]
        beside = [one for one in rows if one not in alone]
        parts = _parts(len(self.matrix.columns)) if beside else []
        for number, places in enumerate(parts):
            if number:
                words = self.say(f"（续表 {number + 1}）", f"(continued, table {number + 1})")
                yield Paragraph(words, "note", keep=True)
            yield self._difference_table(beside, places, first=number == 0)
        if alone:
            if beside:
                yield Paragraph(
                    self.say("以下议题只有一份文件有规定：", "One document alone rules the following:"),
                    "note",
                    keep=True,
                )
            yield self._alone_table(alone)

    def _difference_table(self, rows: Sequence[Row], places: range, first: bool) -> Table:
        columns = [self.matrix.columns[place] for place in places]
        out: list[tuple[Cell, ...]] = []
        kept = set()
        for one in rows:
            name = (Run(self._topic(one.topic), bold=True),)
            cells = [cell(*self._lines(one, place)) for place in places]
            if first:
                kept.add(len(out))
            out.append((cell(name), *cells))
            if first:
                verdict = VERDICTS[one.difference.verdict].said(self.lang)
                told = (Run(f"{verdict}{self.say('：', ': ')}", bold=True), one.difference.sentence.said(self.lang))
                out.append((cell(told, span=len(columns) + 1, shade=True),))
        widths = (2, *([4 if len(columns) < 4 else 3] * len(columns)))
        heads = (self.say("议题", "topic"), *(one.name.said(self.lang) for one in columns))
        return Table(widths, heads, tuple(out), frozenset(kept))

    def _alone_table(self, rows: Sequence[Row]) -> Table:
        out = []
        for one in rows:
            place = next(place for place, compared in enumerate(one.cells) if compared.ruled)
            value, *rest = self._lines(one, place)
            name = self.matrix.columns[place].name.said(self.lang)
            told = one.difference.sentence.said(self.lang)
            out.append(
                (cell((Run(self._topic(one.topic), bold=True),)), cell(name), cell(value), cell(*rest), cell(told))
            )
        heads = (
            self.say("议题", "topic"),
            self.say("地区", "region"),
            self.say("规定", "what it says"),
            self.say("力度、条款", "force, clause"),
            self.say("比对", "comparison"),
        )
        return Table((4, 3, 10, 5, 8), heads, tuple(out))

    def _lines(self, one: Row, place: int) -> Iterator[Text]:
        found, compared = None, one.cells[place]
        if self.outcomes is not None:
            found = self.outcomes.of(place, one.topic.id)
        value, *rest = cell_lines(compared, self.lang, found.statuses if found and compared.ruled else None)
        yield value
        if compared.ruled and _is_cut(compared, value):
            yield from ((Run(detail.said(self.lang), soft=True),) for detail in compared.details)
        yield from ((Run(line, soft=True),) for line in rest)

    def _topic(self, topic: Topic) -> str:
        return self.say(topic.zh, topic.en)

    # ------------------------------------------------------------------------------------------------------------

    def _questions(self) -> Iterator[Block]:
        """List the open questions of each document, those that change an answer first."""
        say, voice = self.say, self.voice
        found: dict[tuple[int, str], tuple[str, bool, list[str], list[str]]] = {}
        for one in self.matrix.rows:
            for place, compared in enumerate(one.cells):
                for question in compared.questions:
                    key = (place, question.id)
                    text, is_open, topics, clauses = found.get(key, (question.text.said(self.lang), False, [], []))
                    topics.append(self._topic(one.topic))
                    clauses += compared.clauses()
                    found[key] = (text, is_open or question.open, topics, clauses)
        yield Heading(1, say("有歧义的问题", "Open questions of the texts"))
        if not found:
            yield Paragraph(say("所比议题没有登记的疑点。", "None is noted on the topics compared."))
            return
        yield Paragraph(
            say(
                "以下各处文字可作不同理解。“影响结论”的，读法不同，结论可能不同；其余仅作提示。",
                "The texts can be read in more than one way in these places. Where “changes answers” stands, the "
                "reading decides; the others are only noted.",
            )
        )
        rows = []
        for (place, name), (text, is_open, topics, clauses) in sorted(
            found.items(), key=lambda item: (item[0][0], not item[1][1])
        ):
            effect = say("影响结论", "changes answers") if is_open else say("仅作提示", "noted")
            rows.append(
                (
                    cell(self.matrix.columns[place].name.said(self.lang)),
                    cell(name, (Run(effect, bold=is_open),)),
                    cell(text),
                    cell(voice.listed(topics)),
                    cell(voice.listed(clauses)),
                )
            )
        heads = (say("地区", "region"), say("编号", "id"), say("问题", "question"), say("议题", "topics"))
        yield Table((3, 4, 10, 6, 4), (*heads, say("条款", "clauses")), tuple(rows))

    def _silences(self) -> Iterator[Block]:
        """Say which document is silent on what; a digest's silence is another thing than a full text's."""
        say, rows = self.say, []
        for place, column in enumerate(self.matrix.columns):
            for status in SILENCES:
                found = [one for one in self.matrix.rows if one.cells[place].status == status]
                if not found:
                    continue
                notes = dict.fromkeys(note for one in found if (note := one.cells[place].note.said(self.lang)))
                mechanisms = dict.fromkeys(
                    detail.said(self.lang) for one in found for detail in one.cells[place].details
                )
                rows.append(
                    (
                        cell(column.name.said(self.lang)),
                        cell(
                            (Run(term(STATUSES, status, self.lang), bold=True),),
                            say(f"{len(found)} 个", str(len(found))),
                        ),
                        cell(*self._by_kind(found), *((Run(text, soft=True),) for text in (*mechanisms, *notes))),
                    )
                )
        yield Heading(1, say("没有规定的与没有提到的", "What is silent, and what is not reported"))
        if not rows:
            yield Paragraph(say("所比议题各文件都有规定。", "Every document rules every topic compared."))
            return
        silent, unreported = (term(STATUSES, status, self.lang) for status in SILENCES)
        yield Paragraph(
            say(
                f"“{silent}”是文件全文没有写；“{unreported}”是手头只有摘要而摘要没有写到，不等于没有规定。两者都不等于“不可以”。",
                f"“{silent}”: the full text does not say. “{unreported}”: only a digest is at hand and does not "
                "mention it, which is not to say that there is no rule. Neither means that it is not allowed.",
            )
        )
        yield Table((3, 4, 20), (say("地区", "region"), say("哪一种", "which"), say("议题", "topics")), tuple(rows))

    def _by_kind(self, rows: Sequence[Row]) -> Iterator[Text]:
        """Name topics, those of one kind (`台账：…`) on a line of their own."""
        kinds: dict[str, list[str]] = {}
        for one in rows:
            kind, colon, name = self._topic(one.topic).partition(self.say("：", ": "))
            if not colon:
                kind, name = term(DIMENSIONS, one.topic.dimension, self.lang), kind
            kinds.setdefault(kind, []).append(name)
        for kind, names in kinds.items():
            yield (Run(self.voice.labelled(kind, ""), bold=True), self.voice.listed(names))

    def _same(self) -> Iterator[Block]:
        say = self.say
        same = [one for one in self.matrix.rows if one.difference.verdict == "same"]
        silent = [one for one in self.matrix.rows if one.difference.verdict == "silent"]
        if not (same or silent or self.matrix.left_out):
            return
        yield Heading(1, say("没有差异的议题", "Topics that do not differ"))
        for one in same:
            value = one.cells[0].value.said(self.lang)
            clauses = self.voice.joined(
                f"{column.name.said(self.lang)} {self.voice.listed(compared.clauses())}"
                for column, compared in zip(self.matrix.columns, one.cells, strict=True)
                if compared.ruled
            )
            yield point(self._topic(one.topic), value + self.voice.bracketed(clauses), self.voice)
        if silent:
            names = self.voice.listed(self._topic(one.topic) for one in silent)
            yield point(VERDICTS["silent"].said(self.lang), names, self.voice)
        if self.matrix.left_out:
            names = self.voice.listed(map(self._topic, self.matrix.left_out))
            yield point(say("未列出（没有差异）", "not shown, no difference"), names, self.voice)

    def _notes(self) -> Iterator[Block]:
        say, voice = self.say, self.voice
        yield Heading(1, say("说明", "Notes"))
        yield Paragraph(
            say(
                f"比对以 {voice.day(self.matrix.as_of)} 为准。各文件的版本和指纹（SHA-256）如下，指纹相同即内容相同。",
                f"The comparison is as of {voice.day(self.matrix.as_of)}. Each document's version and fingerprint "
                "(SHA-256) follow: the same fingerprint means the same content.",
            )
        )
        heads = (say("地区", "region"), say("文件编号与版本", "id and version"), say("指纹", "fingerprint"))
        rows = [
            row(one.name.said(self.lang), f"{one.policy}\n{one.version}", one.sha256) for one in self.matrix.columns
        ]
        yield Table((4, 6, 12), heads, tuple(rows))
        for verdict, both in VERDICTS.items():
            yield remark(both.said(self.lang), LEGEND[verdict].said(self.lang), voice)
        for text in (*self.remarks, voice.made_by()):
            yield Paragraph(text, "note")


def _is_cut(compared: Compared, value: str) -> bool:
    return bool(compared.details) and (
        value.endswith("…") or "…；" in value or "；等 " in value or "rules in all" in value
    )


def _parts(columns: int) -> list[range]:
    """Share so many columns among tables evenly."""
    tables = -(-columns // MOST_COLUMNS)
    bounds = [round(columns * number / tables) for number in range(tables + 1)]
    return [range(start, end) for start, end in pairwise(bounds)]
