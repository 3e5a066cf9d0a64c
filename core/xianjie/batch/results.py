"""Write answers as a workbook that can be read, filtered and printed, and as CSV that Excel and WPS open rightly."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from itertools import pairwise

from xlsxwriter.worksheet import Worksheet

from xianjie.batch.gathering import ELIGIBLE, Gathered, Line
from xianjie.batch.look import A3, Book, lines_of
from xianjie.batch.words import TEXTS, Entry, say, style
from xianjie.cases.harmless import harmless
from xianjie.engine.later import REMARK
from xianjie.language.calendar import iso
from xianjie.vocabulary.terms import DIMENSIONS, OPEN_LIST_NOTE, STANDINGS, STATUSES, VALIDITIES, term

HEAD_WIDTHS = (6.0, 17.0, 14.0, 12.0)
REGION_WIDTHS = (17.0, 28.0, 14.0, 26.0)
OTHER_WIDTH = 33.0
LATER_WIDTH = 40.0
ID_WIDTH = 34.0
LATER = ("晚于判定日的日期", "dates after the date of evaluation")
WIDEST = 200
"""Characters that one printed page holds across; a wider sheet is parted between regions."""
SHEETS = {
    "results": ("结果", "results"),
    "details": ("判定明细", "details"),
    "left": ("未判定的行", "rows left out"),
    "documents": ("依据的文件", "documents"),
    "notes": ("说明", "notes"),
}


def results_workbook(gathered: Gathered) -> bytes:
    """Make the workbook: a row for each case, its reasons, the rows left out, the documents, how to read it.

    Every text is written as text, so that none is a formula.
    """
    book = Book(say(gathered.lang, "批量核对结果", "answers to many cases"))
    writer = _Writer(book, gathered)
    writer.results()
    writer.details()
    writer.left()
    writer.documents()
    writer.notes()
    return book.done()


def results_csv(gathered: Gathered) -> bytes:
    """Write the sheet of results, then the rows left out, as CSV in UTF-8 with a byte order mark and no formula."""
    writer = _Writer(None, gathered)
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    columns = writer.columns()
    lines.writerow([harmless("·".join(part for part in (region, title) if part)) for region, title in columns])
    reason = say(gathered.lang, "未判定：", "left out: ")
    for line in gathered.lines:
        lines.writerow([str(line.number), *map(harmless, writer.texts(line))])
    for one in gathered.left:
        why = " ".join(part for part in (reason + one.cell, one.column, one.reason) if part)
        row = [str(one.number), harmless(one.label), "", "", harmless(why)]
        lines.writerow(row + [""] * (len(columns) - len(row)))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def page_breaks(widths: Sequence[float], each: int, tail: int = 1) -> list[int]:
    """Choose before which columns a printed page ends; none where all fit on one. A region that fits is not parted.

    `widths` begin with those of the case and end with the `tail` columns behind the regions, which stay together; each
    region has `each` columns.
    """
    if sum(widths) <= WIDEST:
        return []
    start = len(HEAD_WIDTHS)
    kept, used, out = sum(widths[:2]), sum(widths[:start]), []
    for first in range(start, len(widths) - tail, each):
        if first > start and used + sum(widths[first : first + each]) > WIDEST:
            out.append(first)
            used = kept
        for column in range(first, first + each):
            if used + widths[column] > WIDEST:
                out.append(column)
                used = kept
            used += widths[column]
    if used + sum(widths[-tail:]) > WIDEST:
        out.append(len(widths) - tail)
    return out


def spans(regions: int, each: int, breaks: Sequence[int]) -> list[tuple[int, int]]:
    """Part the columns of each region where a printed page ends: first and last column of each part."""
    out = []
    for place in range(regions):
        first = len(HEAD_WIDTHS) + place * each
        starts = [first, *(one for one in breaks if first < one < first + each), first + each]
        out += [(begin, end - 1) for begin, end in pairwise(starts)]
    return out


class _Writer:
    """The sheets of one result."""

    def __init__(self, book: Book | None, gathered: Gathered) -> None:
        self._book, self.gathered, self.lang = book, gathered, gathered.lang
        self.others = [name for name in gathered.dimensions if name != "eligibility"]
        self.with_later = gathered.with_later

    @property
    def book(self) -> Book:
        assert self._book is not None
        return self._book

    def say(self, zh: str, en: str) -> str:
        return say(self.lang, zh, en)

    def sheet(self, name: str, widths: Sequence[float], paper: int = A3) -> Worksheet:
        return self.book.sheet(self.say(*SHEETS[name]), widths, paper=paper)

    # one row a case

    def columns(self) -> list[tuple[str, str]]:
        """Name the columns of the results, each with its region; none stands for what is no region's."""
        out = [
            ("", title)
            for title in (
                self.say("行", "row"),
                self.say("个案编号", "case"),
                self.say("家庭编号", "household"),
                self.say("判定日期", "as of"),
            )
        ]
        for region in self.gathered.question.regions:
            name = self.gathered.names[region]
            if words := self.gathered.warnings(region):
                name += self.say(f"（{'，'.join(words)}）", f" ({', '.join(words)})")
            titles = [
                self.say("判定", "status"),
                self.say("属于", "group"),
                self.say("条款", "clause"),
                self.say("尚缺的事实", "missing facts"),
            ]
            titles += (term(DIMENSIONS, dimension, self.lang) for dimension in self.others)
            out += ((name, title) for title in titles)
        later = [("", self.say(*LATER))] if self.with_later else []
        return [*out, *later, ("", self.say("判定编号", "decision id"))]

    def texts(self, line: Line) -> list[str]:
        """Give the words of a row, all but its number."""
        out = [line.label, line.household, line.as_of]
        for region in self.gathered.question.regions:
            out += line.cells.get((region, "eligibility"), ("",) * ELIGIBLE)
            for dimension in self.others:
                out += line.cells.get((region, dimension), ("",))
        return [*out, *([line.later] if self.with_later else []), line.decision]

    def styles(self, line: Line) -> list[str]:
        out = ["soft", "code", "code", "code"]
        for region in self.gathered.question.regions:
            out += [style(line.statuses.get((region, "eligibility"), "")), *["cell"] * (ELIGIBLE - 1)]
            out += [style(line.statuses.get((region, dimension), "")) for dimension in self.others]
        return [*out, *(["open" if line.later else "cell"] if self.with_later else []), "soft"]

    def results(self) -> None:
        regions = self.gathered.question.regions
        each = (*REGION_WIDTHS, *[OTHER_WIDTH] * len(self.others))
        tail = [LATER_WIDTH, ID_WIDTH] if self.with_later else [ID_WIDTH]
        widths = [*HEAD_WIDTHS, *(each * len(regions)), *tail]
        sheet = self.sheet("results", widths)
        columns = self.columns()
        for number, (region, title) in enumerate(columns):
            if not region:
                sheet.merge_range(0, number, 1, number, title, self.book.formats["head"])
        breaks = page_breaks(widths, len(each), len(tail))
        for first, last in spans(len(regions), len(each), breaks):
            self._region(sheet, first, last, columns[first][0])
        for number, (region, title) in enumerate(columns):
            if region:
                sheet.write_string(1, number, title, self.book.formats["head"])
        sheet.set_row(0, 22)
        sheet.set_row(1, 20)
        for number, line in enumerate(self.gathered.lines, 2):
            self.book.line(sheet, number, [line.number, *self.texts(line)], widths, self.styles(line))
        last = 1 + len(self.gathered.lines)
        sheet.freeze_panes(2, 2)
        if self.gathered.lines:
            sheet.autofilter(1, 0, last, len(widths) - 1)
        sheet.repeat_rows(0, 1)
        sheet.print_area(0, 0, last, len(widths) - 1)
        if breaks:
            sheet.fit_to_pages(0, 0)
            sheet.set_print_scale(75)
            sheet.repeat_columns(0, 1)
            sheet.set_v_pagebreaks(breaks)

    def _region(self, sheet: Worksheet, first: int, last: int, name: str) -> None:
        """Write a region's name over its columns on one printed page."""
        if first == last:
            sheet.write_string(0, first, name, self.book.formats["region"])
        else:
            sheet.merge_range(0, first, 0, last, name, self.book.formats["region"])

    # why

    def details(self) -> None:
        widths = [6, 17, 16, 12, 17, 28, 12, 14, 60, 26, 40]
        sheet = self.sheet("details", widths)
        titles = [
            self.say("行", "row"),
            self.say("个案编号", "case"),
            self.say("地区", "region"),
            self.say("维度", "dimension"),
            self.say("判定", "status"),
            self.say("对象或事项", "group or matter"),
            self.say("力度", "force"),
            self.say("条款", "clause"),
            self.say("理由", "why"),
            self.say("尚缺的事实", "missing facts"),
            self.say("读法与疑点", "readings, open questions"),
        ]
        self.book.line(sheet, 0, titles, widths, ["head"] * len(widths))
        for number, one in enumerate(self.gathered.details, 1):
            told = one.told
            cells: list[str | int] = [
                one.number,
                one.label,
                self.gathered.names[one.region],
                term(DIMENSIONS, told.dimension, self.lang),
                told.tally,
                told.what,
                told.force,
                told.clause,
                told.why,
                told.missing,
                told.notes,
            ]
            styles = ["soft", "code", "cell", "cell", style(told.status), *["cell"] * 6]
            self.book.line(sheet, number, cells, widths, styles)
        self._headed(sheet, len(self.gathered.details), len(widths), 2)

    @staticmethod
    def _headed(sheet: Worksheet, rows: int, columns: int, hold: int) -> None:
        sheet.freeze_panes(1, hold)
        sheet.repeat_rows(0)
        sheet.print_area(0, 0, rows, columns - 1)
        if rows:
            sheet.autofilter(0, 0, rows, columns - 1)

    def left(self) -> None:
        if not self.gathered.left:
            return
        widths = [6, 20, 10, 30, 80]
        sheet = self.sheet("left", widths)
        titles = [
            self.say("行", "row"),
            self.say("个案编号", "case"),
            self.say("单元格", "cell"),
            self.say("列", "column"),
            self.say("错误说明", "what is wrong"),
        ]
        self.book.line(sheet, 0, titles, widths, ["head"] * len(widths))
        for number, one in enumerate(self.gathered.left, 1):
            cells: list[str | int] = [one.number, one.label, one.cell, one.column, one.reason]
            self.book.line(sheet, number, cells, widths, ["soft", "code", "cell", "cell", "bad"])
        self._headed(sheet, len(self.gathered.left), len(widths), 2)

    # on what ground

    def documents(self) -> None:
        widths = [16, 52, 24, 14, 14, 10, 13, 26, 30, 10]
        sheet = self.sheet("documents", widths)
        titles = [
            self.say("地区", "region"),
            self.say("文件", "document"),
            self.say("文号", "number"),
            self.say("性质", "standing"),
            self.say("效力", "validity"),
            self.say("文本", "text"),
            self.say("印发", "issued"),
            self.say("编号与版本", "id and version"),
            self.say("注意", "note"),
            self.say("行数", "rows"),
        ]
        self.book.line(sheet, 0, titles, widths, ["head"] * len(widths))
        number = 0
        for (region, sha256), (entry, policy) in self.gathered.documents.items():
            number += 1
            document = policy.file.document
            issued = document.issued.isoformat() if document.issued else ""
            cells: list[str | int] = [
                self.gathered.names[region],
                f"《{entry['title']}》",
                document.number or "",
                term(STANDINGS, entry["standing"], self.lang),
                term(VALIDITIES, entry["validity"], self.lang),
                term(TEXTS, entry["text"], self.lang),
                issued,
                f"{entry['id']}\n{entry['version']}\n{sha256[:12]}",
                self._note(entry),
                self.gathered.used[region, sha256],
            ]
            plain = "cell"
            styles = [
                *[plain] * 3,
                plain if entry["standing"] == "issued" else "open",
                plain if entry["validity"] == "in_force" else "open",
                plain if entry["text"] == "full" else "open",
                *[plain] * 4,
            ]
            self.book.line(sheet, number, cells, widths, styles)
        self._headed(sheet, number, len(widths), 1)

    def _note(self, entry: Entry) -> str:
        out = [
            self.say(f"经《{amendment['title']}》修改", f"amended by {amendment['title']}")
            for amendment in entry["amendments"]
        ]
        if entry["replaced_by"]:
            out.append(self.say(f"由 {entry['replaced_by']} 接替", f"followed by {entry['replaced_by']}"))
        if entry["overlay"] is not None:
            out.append(self.say(f"假设：{entry['overlay']['text']}", f"supposition: {entry['overlay']['text']}"))
        return "\n".join(out)

    def notes(self) -> None:
        gathered, question = self.gathered, self.gathered.question
        widths = [18.0, 26.0, *[16.0] * max(2, len(question.regions))]
        sheet = self.sheet("notes", widths)
        sheet.write_string(0, 0, self.say("批量核对结果说明", "Notes on these answers"), self.book.formats["title"])
        sheet.set_row(0, 26)
        row = 2
        for text in self._told():
            sheet.merge_range(row, 0, row, len(widths) - 1, text, self.book.formats["text"])
            sheet.set_row(row, 15 * lines_of(text, sum(widths)) + 4)
            row += 1
        row += 1
        names = [gathered.names[region] for region in question.regions]
        heads = [self.say("维度", "dimension"), self.say("判定（行数）", "status (rows)"), *names]
        heads += [""] * (len(widths) - len(heads))
        self.book.line(sheet, row, heads, widths, ["head"] * len(widths))
        for dimension, status, counts in gathered.total_lines():
            row += 1
            cells: list[str | int] = [dimension, status, *counts]
            cells += [""] * (len(widths) - len(cells))
            self.book.line(sheet, row, cells, widths, ["cell"] * len(widths))
        sheet.print_area(0, 0, row, len(widths) - 1)

    def _told(self) -> list[str]:
        gathered, question, intake = self.gathered, self.gathered.question, self.gathered.intake
        answered, left = len(gathered.lines), len(gathered.left_rows())
        day = iso(question.as_of if question.as_of is not None else question.otherwise)
        every = question.as_of is not None
        out = [
            self.say(f"来源文件：{intake.file}", f"file: {intake.file}"),
            self.say(
                f"共读取 {len(intake.rows)} 行，已判定 {answered} 行，未判定 {left} 行"
                + ("（见“未判定的行”）。" if left else "。"),
                f"{len(intake.rows)} rows read, {answered} answered, {left} left out.",
            ),
            self.say(f"判定日：各行都用 {day}。", f"as of {day}, for every row.")
            if every
            else self.say(
                f"判定日：用各行自己的“判定日期”，没有填的用 {day}。", f"as of the row's own date, else {day}."
            ),
            self.say(
                f"提前 {question.settings.due_soon_days} 天算即将到期。",
                f"due soon: {question.settings.due_soon_days} days.",
            ),
        ]
        if self.with_later:
            number, column = self.with_later, self.say(*LATER)
            out.append(
                self.say(
                    f"有 {number} 行写了{REMARK[0]}的日期，见“{column}”一列。",
                    f"{number} {'row has a date' if number == 1 else 'rows have dates'} {REMARK[1]}; see “{column}”.",
                )
            )
        if question.settings.readings:
            chosen = "、".join(f"{axis}={option}" for axis, option in question.settings.readings.items())
            out.append(self.say(f"采用的读法：{chosen}", f"readings chosen: {chosen}"))
        if intake.formulas:
            number = len(intake.formulas)
            shown = "、".join(intake.formulas[:10]) + ("…" if number > 10 else "")
            out.append(
                self.say(
                    f"有 {number} 个单元格是公式，采用的是文件里保存的结果：{shown}",
                    f"{number} cells hold formulas; their stored results were taken: {shown}",
                )
            )
        out += [
            self.say(
                "空着的和“不清楚”的都按未知处理，不当作“否”。“? 无法判定”列出缺哪一项；"
                "“⇄ 文本有歧义”是文件可以有几种读法。",
                "Empty and 不清楚 are unknown, never no. “undetermined” names the missing facts; “ambiguous”: the text "
                "can be read in several ways.",
            ),
            self.say(*OPEN_LIST_NOTE),
            self.say(
                f"“{STATUSES['not_stipulated'][0]}”是文件全文没有写，“{STATUSES['not_reported'][0]}”是手头的摘要没有写到，不等于没有规定。",
                "“not stipulated”: the full text does not say; “not reported”: the digest does not say.",
            ),
            self.say(
                "征求意见稿、新闻摘要和效力待核实的文件，在地区名称旁和“依据的文件”里标明，其结论不能直接作为依据。",
                "Drafts, press reports and documents of unverified validity are marked beside the region's name.",
            ),
        ]
        return out
