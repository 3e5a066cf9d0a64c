"""Read a table row by row: each row is a case, or all that is wrong with it at the cell where it is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NoReturn

from xianjie.batch.codes import code_column
from xianjie.batch.formulas import is_unsafe
from xianjie.batch.opening import Opened, opened
from xianjie.cases import Case
from xianjie.cases.bounds import Locate
from xianjie.cases.cells import Cell, fold, is_blank
from xianjie.cases.read import read_case
from xianjie.cases.sheets import Table
from xianjie.cases.tables import KEYS, Form, headers, read_table
from xianjie.errors import InputError, Place, Problem
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.facts import LISTS, RECORDS

MOST_ROWS = 10_000
MOST_PROBLEMS = 50_000
"""Beyond so many faults of one file only the first of each row is kept; no faulty row is ever taken for a good one."""
MARK_HEAD = ("错误说明", "errors")
"""The header of the column that a marked file bears: it is ours, and passed over when the file comes back."""
STEP = 100
"""After so many rows progress is told."""

Tell = Callable[[int, int], None]
"""Is told how many rows of how many are done; what it raises ends the reading."""

Items = Callable[[], frozenset[int]]
"""Gives the numbers that yearly targets have."""

_CELL = re.compile(r"([A-Z]{1,3})([0-9]+)")
_OURS = re.compile(r"'[=+\-@\t\r\n＝＋－＠]")


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is wrong in a row: the problem with its place, and the cell's column, from 0, with its name.

    `column` is None where the row as a whole is meant; `name` is the fact's term, or the letter of a nameless column.
    """

    problem: Problem
    column: int | None
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row: its number as a spreadsheet shows it, the case's label as far as it can be read, the case.

    `case` is None where there are `flaws`.
    """

    number: int
    label: str | None
    case: Case | None
    flaws: tuple[Flaw, ...] = ()


@dataclass(frozen=True)
class Intake:
    """A file that was read: every filled row is here, in the order of the file. `formulas`: cells whose stored result
    was taken; `complete`: every fault of every row is listed.
    """

    file: str
    opened: Opened
    rows: tuple[Row, ...]
    formulas: tuple[str, ...] = ()
    complete: bool = True

    @cached_property
    def good(self) -> tuple[Row, ...]:
        """List the rows that are cases."""
        return tuple(row for row in self.rows if row.case is not None)

    @cached_property
    def bad(self) -> tuple[Row, ...]:
        """List the rows in which something is wrong."""
        return tuple(row for row in self.rows if row.case is None)

    def problems(self) -> tuple[Problem, ...]:
        """List all that is wrong, row by row."""
        return tuple(flaw.problem for row in self.bad for flaw in row.flaws)


def intake(
    data: bytes, file: str, vocabulary: Vocabulary, tell: Tell | None = None, items: Items | None = None
) -> Intake:
    """Read an uploaded file; `file` is its name, for errors. Rows with faults are kept beside the good ones.

    `items` gives the numbers that yearly targets have in all installed documents; a target of any other number is a
    fault. It is asked only where a row holds a target.

    Raises InputError where the file as a whole cannot be read: no table, no header, an unknown or doubled column, too
    many rows, no row. `tell` may raise to end the reading; what it raises comes through.
    """
    book = opened(data, file)
    reader = _Reader(book, file, vocabulary, tell or (lambda _done, _total: None), items or frozenset)
    return reader.read()


@dataclass
class _Reader:
    """Take the rows that the reader of tables gives, with the faults that it finds, and look further."""

    book: Opened
    file: str
    vocabulary: Vocabulary
    tell: Tell
    items: Items
    full: bool = False
    at: int = 0
    pending: list[Problem] = field(default_factory=list)
    whole: list[Problem] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    told: int = 0
    complete: bool = True

    def read(self) -> Intake:
        table = self.book.table
        self._first_row_is_the_header()
        total = sum(not all(map(is_blank, cells)) for cells in self.book.rows[1:])
        if total > MOST_ROWS:
            self._fail(
                "rows-too-many",
                f"有 {total} 行，一次最多 {MOST_ROWS} 行：请分成几个文件",
                f"{total} rows, and at most {MOST_ROWS} at a time: split the file",
            )
        self.total = total
        self.columns, self.names = self._headers()
        self.silent = self._silent()
        self.unsafe = self._unsafe()
        self.texts = not self.book.is_workbook
        read_table(Table(self.file, self._watched(), table.place), self, Form(column=self._strict))
        self.whole += self.pending
        self._passed_over()
        if self.whole:
            raise InputError(self.whole)
        if not self.rows:
            self._fail(
                "cases-none",
                "表里没有填写任何一行：请从列名下面一行开始填写，再上传",
                "no row is filled in: fill in the rows below the header",
            )
        self._doubled()
        self.tell(self.total, self.total)
        silent = {(problem.place.cell or "").rpartition("!")[2] for problem in table.faults} | self.unsafe
        used = [cell for cell, _ in table.formulas if cell not in silent]
        return Intake(self.file, self.book, tuple(self.rows), tuple(used), self.complete)

    def _fail(self, code: str, zh: str, en: str, place: Place | None = None) -> NoReturn:
        raise InputError(Problem(code, zh, en, place or Place(self.file)))

    # the head

    def _first_row_is_the_header(self) -> None:
        """Find a header that stands below a title, as it does in many offices' tables."""
        known = headers(self.vocabulary)
        counts = [sum(_is_header(cell, known) for cell in cells) for cells in self.book.rows[:20]]
        if not counts or counts[0] or not any(counts):
            return
        row = counts.index(max(counts))
        if row and counts[row] >= 2:
            self._fail(
                "header-not-first",
                f"列名在第 {row + 1} 行：请删去它上面的标题等各行，让列名成为第 1 行",
                f"the header stands in row {row + 1}: delete the rows above it, so that it is the first",
                self.book.table.place(row, 0, None),
            )

    def _headers(self) -> tuple[dict[str, int], dict[int, str]]:
        """Find each fact's column, and each column's name in words; a faulty header is told by the reader of tables."""
        known = headers(self.vocabulary)
        columns: dict[str, int] = {}
        names: dict[int, str] = {}
        self.ours = set()
        for number, cell in enumerate(self.book.rows[0] if self.book.rows else ()):
            if not isinstance(cell, str) or is_blank(cell):
                continue
            if is_ours(cell):
                self.ours.add(number)
                continue
            found = _meant(cell, known)
            if len(found) == 1:
                columns.setdefault(found[0], number)
                names[number] = column_name(found[0], self.vocabulary)
        return columns, names

    def _strict(self, header: str) -> Any:
        return None if self.texts else code_column(header)

    # the rows

    def _silent(self) -> dict[int, list[Problem]]:
        """Sort what the sheet gives as empty though it is not, by row: it must not be taken for unknown."""
        out: dict[int, list[Problem]] = {}
        table = self.book.table
        for problem in table.faults:
            if problem.code != "cell-merged":
                self._sort(out, problem)
        for top, left, bottom, right in table.merged:
            if top >= len(self.book.rows) or is_blank(self.book.rows[top][left]):
                continue
            for row in range(top, min(bottom + 1, len(self.book.rows))):
                problem = Problem(
                    "cell-merged",
                    "合并的单元格只有第一格有内容：请取消合并，每一行都填写",
                    "of merged cells only the first holds anything: unmerge them and fill in each row",
                    table.place(row, left, None),
                )
                if any(column in self.names for column in range(left, right + 1)):
                    out.setdefault(row, []).append(problem)
        return out

    def _sort(self, out: dict[int, list[Problem]], problem: Problem) -> None:
        row, column = _spot(problem.place)
        if column not in self.ours:
            out.setdefault(row, []).append(problem)

    def _unsafe(self) -> frozenset[str]:
        """Find formulas whose stored result says nothing certain, and put each to its row's faults."""
        found = [cell for cell, text in self.book.table.formulas if is_unsafe(text)]
        for cell in found:
            place = Place(self.file, cell=f"{self.book.sheet}!{cell}")
            problem = Problem(
                "cell-formula-unsafe",
                "公式的结果会随打开的时间或别的文件而变（如 TODAY、外部引用），不能采用：请复制后“粘贴为数值”",
                "the formula's result changes with the time or with other files: paste it as a value",
                place,
            )
            if (row := _spot(place)[0]) and not any(one.place == place for one in self.silent.get(row, ())):
                self._sort(self.silent, problem)
        return frozenset(found)

    def _watched(self) -> Iterator[Sequence[Cell]]:
        """Give the rows on, and know which one is being read; what is ours is taken away."""
        for number, cells in enumerate(self.book.rows):
            self.at = number
            if number and number % STEP == 0:
                self.tell(len(self.rows), self.total)
            kept = list(cells)
            for column in self.ours:
                if column < len(kept):
                    kept[column] = ""
            if self.texts:
                kept = [_freed(cell) for cell in kept]
            yield kept

    def blame(self, problems: Iterable[Problem]) -> None:
        """Keep faults until the row that they belong to is taken; those of the header belong to none."""
        self.pending += problems

    def take(self, data: object, locate: Locate) -> None:
        """Check one row with all that is wrong in it."""
        assert isinstance(data, dict)
        found = dict.fromkeys((*self.pending, *self.silent.pop(self.at, ())))
        self.pending = []
        label = data.get("case")
        rest = deepcopy(data)
        case = None
        while case is None:
            try:
                case = read_case(rest, self.vocabulary, locate)
            except InputError as error:
                found.update(dict.fromkeys(error.problems))
                # what stands beside a bad value can still contradict: look at it without that value
                taken = [_without(rest, problem.place.path) for problem in error.problems]
                if not any(taken):
                    break
        found.update(dict.fromkeys(self._unknown_targets(case)))
        flaws = [self._flaw(problem) for problem in found]
        if self.told >= MOST_PROBLEMS and len(flaws) > 1:
            self.complete, flaws = False, flaws[:1]
        self.told += len(flaws)
        known = label if isinstance(label, str) else None
        self.rows.append(Row(self.at + 1, known, None if flaws else case, tuple(flaws)))

    def _unknown_targets(self, case: Case | None) -> Iterator[Problem]:
        """Find a target's number that stands in no installed document: every answer to it would be silence."""
        column = self.columns.get("target.item")
        wanted = {target.item for target in case.targets if target.item is not None} if case is not None else set()
        if column is None or not wanted or not self.known_items or wanted <= self.known_items:
            return
        numbers = runs(self.known_items)
        yield Problem(
            "target-item-unknown",
            f"没有一份已安装的文件有这个序号的目标；有的序号：{'、'.join(numbers)}",
            f"no installed document has a target of this number; there are: {', '.join(numbers)}",
            self.book.table.place(self.at, column, "target.item"),
        )

    @cached_property
    def known_items(self) -> frozenset[int]:
        """Give the numbers that targets have, asked for once."""
        return self.items()

    def _flaw(self, problem: Problem) -> Flaw:
        row, column = _spot(problem.place)
        if row != self.at:
            return Flaw(problem, None, "")
        if problem.place.path is None and column in self.names:
            name = next((name for name, number in self.columns.items() if number == column), None)
            problem = replace(problem, place=replace(problem.place, path=name))
        return Flaw(problem, column, self.names.get(column) or f"{_letter(problem.place)} 列")

    def _passed_over(self) -> None:
        """Take up the faults of rows that hold nothing else, which the reader of tables takes for blank ones."""
        for row in sorted(self.silent):
            # a formula that says nothing as yet, below the last filled row, is no fault
            found = [one for one in self.silent[row] if one.code != "cell-formula-unsafe"]
            if row == 0:
                self.whole += found
            elif found:
                self.at = row
                self.rows.append(Row(row + 1, None, None, tuple(self._flaw(problem) for problem in found)))
        self.rows.sort(key=lambda row: row.number)

    def _doubled(self) -> None:
        """Blame every row of a label that stands twice: which of them is meant, only the office knows."""
        places: dict[str, list[int]] = {}
        for index, row in enumerate(self.rows):
            if row.label is not None:
                places.setdefault(row.label, []).append(index)
        column = self.columns.get("case", 0)
        for found in places.values():
            if len(found) < 2:
                continue
            for index in found:
                row = self.rows[index]
                others = [str(self.rows[other].number) for other in found if other != index]
                listed = "、".join(others[:5]) + (f" 等 {len(others)} 行" if len(others) > 5 else "")
                named = ", ".join(others[:5])
                problem = Problem(
                    "case-doubled",
                    f"个案编号重复，还出现在第 {listed} 行"
                    if len(others) <= 5
                    else f"个案编号重复，还出现在第 {listed}",
                    f"this label of a case stands in other rows as well: {named}",
                    self.book.table.place(row.number - 1, column, "case"),
                )
                flaw = Flaw(problem, column, self.names.get(column, ""))
                self.rows[index] = replace(row, case=None, flaws=(*row.flaws, flaw))


def target_items(policies: Iterable[Policy]) -> frozenset[int]:
    """List the numbers of all yearly targets of some documents."""
    return frozenset(item.item for policy in policies for rule, _, _ in policy.targets for item in rule.items)


def runs(numbers: Iterable[int]) -> list[str]:
    """Write numbers in their order, those that follow each other as `1-5`."""
    out: list[list[int]] = []
    for number in sorted(numbers):
        if out and number == out[-1][-1] + 1:
            out[-1].append(number)
        else:
            out.append([number])
    return [f"{one[0]}-{one[-1]}" if len(one) > 1 else f"{one[0]}" for one in out]


def is_ours(cell: Cell) -> bool:
    """Tell whether a header is that of the column in which faults were told."""
    return isinstance(cell, str) and fold(cell).casefold() in MARK_HEAD


def column_name(name: str, vocabulary: Vocabulary, lang: str = "zh") -> str:
    """Say a column in words, with its record where the term is that of several facts."""
    if name in KEYS:
        return KEYS[name] if lang == "zh" else name
    spec = vocabulary[name]
    if lang != "zh":
        return name
    shared = len(headers(vocabulary).get("".join(fold(spec.zh).casefold().split()), (name,))) > 1
    return f"{RECORDS[spec.record][0]}·{spec.zh}" if shared else spec.zh


def _meant(cell: str, known: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    for text in (cell, cell.strip().partition("\n")[0]):
        if found := known.get("".join(fold(text).casefold().split())):
            return found
    return ()


def _is_header(cell: Cell, known: Mapping[str, tuple[str, ...]]) -> bool:
    return isinstance(cell, str) and len(cell) < 200 and bool(_meant(cell, known))


def _spot(place: Place) -> tuple[int, int]:
    """Read row and column, from 0, off the cell of a place; -1 where there is none."""
    found = _CELL.search((place.cell or "").rpartition("!")[2])
    if not found:
        return -1, -1
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def _letter(place: Place) -> str:
    found = _CELL.search((place.cell or "").rpartition("!")[2])
    return found[1] if found else ""


def _freed(cell: Cell) -> Cell:
    """Take away the quotation mark that we put before a text which a spreadsheet could take for a formula."""
    return cell[1:] if isinstance(cell, str) and _OURS.match(cell) else cell


def _without(data: dict[str, Any], name: str | None) -> bool:
    """Take a column's value out of a row's data; False where it is not there."""
    if name is None:
        return False
    record, _, short = name.partition(".")
    if not short:
        return data.pop(name, None) is not None
    entry = data.get(LISTS.get(record, record))
    part = entry[0] if isinstance(entry, list) and entry else entry
    return isinstance(part, dict) and part.pop(short, None) is not None
