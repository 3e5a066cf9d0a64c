"""Make the table to fill in: a column for each fact, lists to choose from, what is wrong refused on entry."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, assert_never

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from xianjie.batch.columns import NEVER, NONE, STEPS, UNKNOWN, Column, columns_of
from xianjie.batch.intake import MOST_ROWS
from xianjie.batch.look import A3, Book, lines_of
from xianjie.vocabulary import FactType, Vocabulary

CASES = ("个案", "cases")
GUIDE = ("填写说明", "how to fill in")
EXAMPLE = ("示例", "example")
LISTS = ("选项", "lists")
LONGEST_LIST = 250
"""A list inside a cell's validation has at most 255 characters; a longer one stands on a sheet of its own."""

_TINTS: Mapping[str, str] = MappingProxyType(
    {
        "": "#D9D9D9",
        "person": "#D9E2F3",
        "household": "#E2EFDA",
        "aid": "#FFF2CC",
        "referral": "#FCE4D6",
        "organisation": "#E4DFEC",
        "area": "#DDEBF7",
        "ledger": "#EDEDED",
        "duty": "#DAEEF3",
        "target": "#F2DCDB",
    }
)


def template(vocabulary: Vocabulary, facts: Iterable[str], lang: str = "zh", notes: Sequence[str] = ()) -> bytes:
    """Make an XLSX workbook with a column for each fact named, in `zh` or `en`; the same columns give the same bytes.

    `notes` are lines for the guide: which regions and dimensions the columns were chosen for. Read back empty, it holds
    no case.
    """
    columns = columns_of(vocabulary, facts, lang)
    book = Book(_say(lang, "批量核对填写表", "table for many cases"))
    made = _Template(book, columns, lang)
    made.cases()
    made.guide(notes)
    made.example()
    made.lists()
    return book.done()


def _say(lang: str, zh: str, en: str) -> str:
    return zh if lang == "zh" else en


class _Template:
    """The sheets of one template."""

    def __init__(self, book: Book, columns: Sequence[Column], lang: str) -> None:
        self.book, self.columns, self.lang = book, columns, lang
        self.long = [column for column in columns if len(",".join(column.words)) > LONGEST_LIST]
        self.heads = {
            record: book.format(
                {"bg_color": tint, "text_wrap": True, "valign": "vcenter", "border": 1, "border_color": "#8C8C8C"}
            )
            for record, tint in _TINTS.items()
        }
        self.strong = book.format({"bold": True, "font_size": 10})
        self.small = book.format({"font_size": 8, "font_color": "#404040"})
        plain = {"font_size": 10, "valign": "vcenter"}
        self.kinds = {
            "text": book.format({**plain, "num_format": "@"}),
            "day": book.format({**plain, "num_format": "yyyy-mm-dd", "align": "left"}),
            "number": book.format({**plain, "num_format": "General"}),
        }

    def say(self, zh: str, en: str) -> str:
        return _say(self.lang, zh, en)

    def kind(self, column: Column) -> Format:
        if column.spec is None:
            return self.kinds["day" if column.name == "as_of" else "text"]
        if column.spec.type is FactType.EVENT:
            return self.kinds["day"]
        if column.spec.type in (FactType.INT, FactType.MONEY, FactType.NUMBER):
            return self.kinds["number"]
        return self.kinds["text"]

    def width(self, column: Column) -> float:
        if column.name == STEPS:
            return 34
        if column.spec is None:
            return 16
        longest = max((len(word) for word in column.words), default=0)
        return min(26, max(15, 2 * longest + 3))

    def headed(self, name: str) -> Worksheet:
        """Add a sheet whose first row is the header: the term, and below it the group and how to fill it in."""
        sheet = self.book.book.add_worksheet(name)
        tallest = 1
        for number, column in enumerate(self.columns):
            width = self.width(column)
            sheet.set_column(number, number, width, self.kind(column))
            hint = f"{column.group}｜{column.hint}" if self.lang == "zh" else f"[{column.group}] {column.hint}"
            head = self.heads[column.record]
            sheet.write_rich_string(0, number, self.strong, column.title, self.small, f"\n{hint}", head)
            tallest = max(tallest, lines_of(column.title, width) + lines_of(hint, width * 1.2))
        sheet.set_row(0, 15 * tallest + 6)
        sheet.freeze_panes(1, 1)
        sheet.set_landscape()
        sheet.set_paper(A3)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.repeat_rows(0)
        sheet.repeat_columns(0)
        sheet.set_footer("&L&A&R&P / &N")
        return sheet

    def cases(self) -> None:
        sheet = self.headed(_say(self.lang, *CASES))
        sheet.set_print_scale(75)
        for number, column in enumerate(self.columns):
            note = (
                f"{column.title}（{column.name}）\n{column.how}"
                if self.lang == "zh"
                else f"{column.name}\n{column.how}"
            )
            sheet.write_comment(0, number, note, {"x_scale": 2.2, "y_scale": 1.6, "font_size": 9, "author": "xianjie"})
            rule = self.rule(column, number)
            sheet.data_validation(1, number, MOST_ROWS, number, rule)
        sheet.set_selection(1, 0, 1, 0)

    def rule(self, column: Column, number: int) -> dict[str, Any]:
        """Say what may be entered in a column; a blank cell always may."""
        cell = f"{xl_col_to_name(number)}2"
        rule: dict[str, Any] = {
            "ignore_blank": True,
            "input_title": column.title[:32],
            "input_message": _fitted(column.how),
            "error_title": self.say("填写有误", "not accepted"),
            "error_message": _fitted(column.how),
        }
        spec = column.spec
        if column.name == "as_of":
            return {
                **rule,
                "validate": "date",
                "criteria": "between",
                "minimum": dt.date(1949, 10, 1),
                "maximum": dt.date(2199, 12, 31),
            }
        if column.words:
            return {**rule, "validate": "list", "source": self.choices(column)}
        if spec is None:
            return {**rule, "validate": "custom", "value": self.code(column, cell, number)}
        number_like = f"ISNUMBER({cell})"
        match spec.type:
            case FactType.INT:
                test = f"AND({number_like},{cell}=INT({cell}),{cell}>={spec.least or 0},{cell}<={spec.most or 10**9})"
            case FactType.MONEY:
                test = f"AND({number_like},{cell}>=0,{cell}<=1E+15,ROUND({cell},2)={cell})"
            case FactType.EVENT:
                test = f'OR(AND({number_like},{cell}>=1,{cell}<=109939),{cell}="{NEVER}")'
            case FactType.NUMBER:
                test = f"AND({number_like},ABS({cell})<=1E+15)"
            case _:
                test = f"LEN({cell})<=2000"
        # AND works out all its parts, and INT of a text is an error: a text is asked about first
        return {**rule, "validate": "custom", "value": f"=IF(ISTEXT({cell}),{self._texts(spec.type, cell)},{test})"}

    @staticmethod
    def _texts(kind: FactType, cell: str) -> str:
        if kind is FactType.EVENT:
            return f'OR({cell}="{NEVER}",{cell}="{UNKNOWN}")'
        if kind is FactType.SET:
            return f"LEN({cell})<=2000"
        return f'{cell}="{UNKNOWN}"'

    def code(self, column: Column, cell: str, number: int) -> str:
        """Want a text: no identity number, and where it is the case's number, none that stands twice."""
        if column.name == STEPS:
            return f"=ISTEXT({cell})"
        letter = xl_col_to_name(number)
        tests = [f"ISTEXT({cell})", f"LEN({cell})<=100", f"NOT(AND(LEN({cell})=18,ISNUMBER(-LEFT({cell},17))))"]
        if column.name == "case":
            tests.append(f"SUMPRODUCT(--EXACT(${letter}$2:${letter}${MOST_ROWS + 1},{cell}))=1")
        return f"=AND({','.join(tests)})"

    def choices(self, column: Column) -> list[str] | str:
        """Give the words of a list, or, where they are too long together, the cells where they stand."""
        if column not in self.long and not any("," in word for word in column.words):
            return list(column.words)
        if column not in self.long:
            self.long.append(column)
        letter = xl_col_to_name(self.long.index(column))
        return f"='{_say(self.lang, *LISTS)}'!${letter}$1:${letter}${len(column.words)}"

    def lists(self) -> None:
        if not self.long:
            return
        sheet = self.book.book.add_worksheet(_say(self.lang, *LISTS))
        for number, column in enumerate(self.long):
            for row, word in enumerate(column.words):
                sheet.write_string(row, number, word)
        sheet.hide()

    def guide(self, notes: Sequence[str]) -> None:
        """Write how the table is filled in, and every column with its words."""
        widths = [24, 14, 62, 34]
        sheet = self.book.sheet(_say(self.lang, *GUIDE), widths, landscape=False)
        sheet.write_string(0, 0, self.say("批量核对填写说明", "How to fill in the table"), self.book.formats["title"])
        sheet.set_row(0, 26)
        row = 1
        for text in (*notes, *(_GUIDE if self.lang == "zh" else _GUIDE_EN)):
            sheet.merge_range(row, 0, row, 3, text, self.book.formats["text"])
            sheet.set_row(row, 15 * lines_of(text, sum(widths)) + 4)
            row += 1
        row += 1
        titles = [
            self.say("列名", "column"),
            self.say("所属", "group"),
            self.say("怎样填", "how to fill it in"),
            self.say("可选的词", "words"),
        ]
        self.book.line(sheet, row, titles, widths, ["head"] * 4)
        first = row
        for column in self.columns:
            row += 1
            listed = (
                "\n".join(column.words)
                if column.spec and column.spec.type is FactType.ENUM
                else "、".join(column.words)
            )
            cells = [column.title, column.group, column.how, listed]
            self.book.line(sheet, row, cells, widths, ["cell", "soft", "cell", "cell"])
        sheet.print_area(0, 0, row, 3)
        sheet.repeat_rows(first)

    def example(self) -> None:
        """Write rows of invented people, on a sheet that is not read."""
        sheet = self.headed(_say(self.lang, *EXAMPLE))
        sheet.set_print_scale(75)
        for row, label in enumerate(("0001", "0002", "0003"), 1):
            for number, column in enumerate(self.columns):
                value = _example(column, label, row)
                if isinstance(value, dt.date):
                    sheet.write_datetime(
                        row, number, dt.datetime(value.year, value.month, value.day), self.kinds["day"]
                    )
                elif isinstance(value, int):
                    sheet.write_number(row, number, value, self.kind(column))
                elif value:
                    sheet.write_string(row, number, value, self.kind(column))
        text = self.say("以上是虚构的例子。本页不会被读取。", "Invented people. This sheet is not read.")
        sheet.write_string(5, 0, text, self.book.format({"italic": True, "font_color": "#595959"}))


def _fitted(text: str) -> str:
    """Cut a message to what a validation can hold."""
    return text if len(text) <= 250 else f"{text[:249]}…"


_FIRST_ROW = frozenset(
    {
        "person.dibao_recipient",
        "person.in_low_income_database",
        "person.seriously_ill",
        "household.property_within_limits",
        "household.medical_burden_heavy",
        "aid.meets_conditions",
        "aid.received",
        "aid.still_in_difficulty",
        "referral.informed",
        "referral.consent_given",
        "organisation.charitable",
        "ledger.established",
    }
)
"""What is true of the first invented person; the second has a 否 for what is asked, of the third little is known."""
_DAYS = frozenset({"referral.consent_date", "ledger.last_updated", "duty.last_done"})


def _example(column: Column, label: str, row: int) -> str | int | dt.date:
    match column.name:
        case "case":
            return label
        case "household_ref":
            return "H-012" if row < 3 else "H-020"
        case "as_of":
            return ""
        case "referral.events":
            return ("已告知 2025-03-01；已同意 2025-03-01", NONE, "")[row - 1]
    assert column.spec is not None
    match column.spec.type:
        case FactType.BOOL:
            return ("是" if column.name in _FIRST_ROW else "否", "否", UNKNOWN)[row - 1]
        case FactType.ENUM:
            return (column.words[0], column.words[1], UNKNOWN)[row - 1]
        case FactType.INT:
            least = max(3, column.spec.least or 0)
            return (2025, 2025, "")[row - 1] if column.spec.short == "year" else (least, least, UNKNOWN)[row - 1]
        case FactType.MONEY:
            return (36000, 36000, UNKNOWN)[row - 1]
        case FactType.NUMBER:
            return (80, "", "")[row - 1]
        case FactType.EVENT:
            return (dt.date(2025, 3, 1) if column.name in _DAYS else NEVER, NEVER, "")[row - 1]
        case FactType.SET:
            return (NONE, "医疗救助、教育救助", UNKNOWN)[row - 1]
    assert_never(column.spec.type)


_GUIDE = (
    "1. 在“个案”页填写，一行一人，从第 2 行起。第 1 行是列名，请不要改动、合并，也不要在上面加标题；"
    "用不到的列可以删去或空着，列的次序可以调换。",
    "2. “个案编号”必填，每行不同，用本单位的内部编号。不要填写姓名、公民身份号码、电话、住址：核对用不到，"
    "填了身份号码的行会被退回。",
    "3. 是否一类的列选“是”“否”或“不清楚”。“不清楚”和空格都表示不知道，都不会当作“否”；缺了它就判不了的，"
    "结果写“无法判定”，并列出缺哪一项。",
    "4. “否”和“从未”要有根据才填：它们表示已经核实没有。“从未”用于日期列，表示知道没有发生过。",
    "5. 日期写成 2025-05-01；金额以元为单位，写 80000，不写“八万”。",
    "6. 编号列是文本格式，前面的 0 会保留。从别的表复制时，请用“选择性粘贴”只贴数值，以免把文本变成数字；"
    "变成数字的编号会被退回。",
    "7. 不要合并单元格。公式可以用，读取的是它保存的结果；随打开时间或别的文件而变的公式（如 TODAY、外部引用）"
    "会被退回。",
    f"8. 一次最多 {MOST_ROWS:,} 行。上传后，有错的单元格会在你的文件里标出，并在最后一列“错误说明”里写明怎样改。",
)
_GUIDE_EN = (
    "1. Fill in the sheet `cases`, one person a row, from row 2 on. Row 1 is the header: do not change or merge it, "
    "and put no title above it. Columns may be deleted, left empty or moved.",
    "2. `case` is required and different in each row: a number of your own. No names, identity numbers, telephones or "
    "addresses.",
    "3. 是 (yes), 否 (no) or 不清楚 (not known). Not known and empty are the same, and never taken for no.",
    "4. 否 (no) and 从未 (never) say that somebody has checked.",
    "5. Dates as 2025-05-01; amounts in yuan, as 80000.",
    "6. Number columns are text, so that leading zeros stay; a number that became numeric is refused.",
    "7. No merged cells. Of a formula its stored result is read; one that changes with time or other files is refused.",
    f"8. At most {MOST_ROWS:,} rows. What is wrong is marked in your own file, in a column that says how to mend it.",
)
