"""Divide a document into its numbered clauses and their sentences, each with the anchor that policy files use.

Anchors are taken over the whole text as `policy.anchors` divides it: a heading without a full stop belongs to the
sentence after it. Here heading and sentence are told apart, and share the anchor.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from xianjie.errors import InputError, Problem
from xianjie.policy.anchors import anchor, normalised, sentences
from xianjie.sources.marks import Level, Mark, inline_marks, mark_at, path_of
from xianjie.sources.marks import Sequence as Counting
from xianjie.sources.numerals import folded

PREFACE, CLOSING = "引言", "落款"
MOST_SENTENCES = 20_000

_STOP = re.compile("[。；！？;!?]")
_COMMA = re.compile("[，,：:]")
_DATE_LINE = re.compile(r"(?:\d{4}|[零〇○一二三四五六七八九]{4})\s*年.{1,4}月.{1,4}日")
_LISTED = re.compile(r"\s*(?:([0-9０-９]{1,2})\s*[.．、])?\s*(.+)")
_SHORT_TITLE, _LONG_TITLE = 20, 45
_FULL_LINE = 0.8
"""A line shorter than this share of a full line ends its paragraph."""
_NARROWEST = 16
"""A shorter line is never taken for a full one."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a document, or the heading of a clause: its words without the clause's number.

    `clause` is written as policy files write it, `mark` as it stands before the sentence (empty where none does);
    `line` counts from 1; `whole` numbers the stretch that its anchor is taken over, which it may share with a heading.
    """

    text: str
    folded: str
    anchor: str
    clause: str
    mark: str
    heading: bool
    line: int
    whole: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with those inside it. `line` counts from 1."""

    path: str
    title: str
    line: int
    children: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's clauses, outermost first, and its sentences in their order."""

    clauses: tuple[Clause, ...]
    sentences: tuple[Sentence, ...]

    def walk(self) -> Iterator[Clause]:
        """Give every clause, those inside a clause after it."""
        rest = list(reversed(self.clauses))
        while rest:
            clause = rest.pop()
            yield clause
            rest.extend(reversed(clause.children))

    def anchored(self, wanted: str) -> tuple[Sentence, ...]:
        """Give the sentences with one anchor, without the headings that share it where there is more than those."""
        found = [one for one in self.sentences if one.anchor == wanted]
        return tuple(one for one in found if not one.heading) or tuple(found)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    start: int
    number: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class _Head:
    """A mark in the joined text, with the steps that lead to its clause, and where its title ends."""

    start: int
    end: int
    title_end: int
    path: str
    steps: Mapping[Level, int]
    title: str
    line: int


def outline(text: str) -> Outline:
    """Divide a document's text. Raises InputError where it holds more sentences than can be compared."""
    lines = _lines(text)
    joined = "".join(line.text for line in lines)
    heads = _with_titles(list(_heads(lines)), lines, joined)
    heads += _closing(lines, heads, len(joined))
    page = _Page(lines, heads)
    found: list[Sentence] = []
    at = 0
    for number, whole in enumerate(sentences(text)):
        begin = joined.index(whole, at)
        at = begin + len(whole)
        print_ = anchor(whole)
        for start, end, head in page.cut(begin, at):
            words = page.words(start, end)
            if normalised(words):
                heading = head is not None and start < head.title_end
                mark = joined[head.start : head.end].strip() if head and start == head.end else ""
                path = head.path if head else PREFACE
                line = page.line_at(start).number
                found.append(Sentence(words, folded(words), print_, path, mark, heading, line, number))
        if len(found) > MOST_SENTENCES:
            raise InputError(
                Problem(
                    "source-too-long",
                    f"超过 {MOST_SENTENCES} 句，不作逐句比对：请只给出正文",
                    f"more than {MOST_SENTENCES} sentences: give the document itself and nothing else",
                )
            )
    return Outline(_tree(heads), tuple(found))


def _lines(text: str) -> list[_Line]:
    given = [line.strip() for line in text.splitlines()]
    lengths = sorted(len(line) for line in given if line)
    full = max(_NARROWEST, _FULL_LINE * lengths[int(0.85 * (len(lengths) - 1))]) if lengths else 0
    out: list[_Line] = []
    start = 0
    fresh = True
    for number, line in enumerate(given, 1):
        if not line:
            fresh = True
            continue
        out.append(_Line(line, start, number, fresh))
        start += len(line)
        fresh = len(line) < full
    return out


def _heads(lines: Sequence[_Line]) -> Iterator[_Head]:
    """Find the marks that head clauses, in their order."""
    counting = Counting({}, {})
    annexes: dict[str, int] = {}
    listing = False
    before = ""
    for line in lines:
        at = 0
        listed = annexes.get(normalised(line.text)) if line.fresh else None
        if listed is not None:
            mark: Mark | None = Mark(Level.ANNEX, listed, 0, 0)
        else:
            mark = next((one for one in mark_at(line.text, 0) if counting.accepts(one, before, line.fresh)), None)
        listing = listed is None and _listed_annexes(line.text, mark, annexes, listing)
        while mark is not None and not (listing and mark.level is not Level.ANNEX):
            yield _taken(mark, line, counting)
            at = mark.end
            mark = next(
                (one for one in mark_at(line.text, at) if one.sure and one.level > mark.level and one.number == 1), None
            )
        for inner in inline_marks(line.text):
            if inner.start > at and counting.accepts_inline(inner):
                yield _taken(inner, line, counting)
                at = inner.end
        before = line.text


def _taken(mark: Mark, line: _Line, counting: Counting) -> _Head:
    counting.take(mark)
    start, end = line.start + mark.start, line.start + mark.end
    return _Head(start, end, end, path_of(counting.open), dict(counting.open), "", line.number)


def _listed_annexes(text: str, mark: Mark | None, annexes: dict[str, int], listing: bool) -> bool:
    """Note the titles of a list of annexes at the end of a document; tell whether the list goes on."""
    if mark is not None and mark.level is Level.ANNEX and mark.end:
        text = text[mark.end :]
        if not text or mark.number:
            return False
    elif not listing:
        return False
    found = _LISTED.fullmatch(text)
    number = int(found[1]) if found and found[1] else 0
    if found is None or (listing and not number):
        return False
    annexes[normalised(found[2])] = number
    return bool(number)


def _with_titles(heads: list[_Head], lines: Sequence[_Line], joined: str) -> list[_Head]:
    """Tell each clause's title from its text."""
    paragraphs = [line.start for line in lines if line.fresh] + [len(joined)]
    breaks = [line.start for line in lines] + [len(joined)]
    out = []
    for place, head in enumerate(heads):
        follower = heads[place + 1] if place + 1 < len(heads) else None
        region = follower.start if follower else len(joined)
        deeper = follower is not None and len(follower.steps) > len(head.steps)
        ends = paragraphs[min(bisect_right(paragraphs, head.start), len(paragraphs) - 1)]
        line_end = breaks[bisect_right(breaks, head.start)]
        title = _title(joined[head.end : min(ends, region)], joined[head.end : line_end], max(head.steps))
        rest = normalised(joined[head.end + len(title) : region])
        if title and (rest or deeper or head.steps.keys() == {Level.ANNEX}):
            words = re.sub(r"[\W_]+$", "", title.strip())
            out.append(_Head(head.start, head.end, head.end + len(title), head.path, head.steps, words, head.line))
        else:
            out.append(head)
    return out


def _title(paragraph: str, line: str, level: Level) -> str:
    """Give the title that a paragraph begins with; empty where it begins with running text."""
    stop = _STOP.search(paragraph)
    first = paragraph[: stop.end()] if stop else paragraph
    if stop and first == paragraph and len(line) < len(paragraph):  # a sentence over lines, or a heading and one
        first = line if level is Level.TOP and not _STOP.search(line) else ""
    plain = not _COMMA.search(first)
    return first if len(first) <= (_LONG_TITLE if plain else _SHORT_TITLE) and not first.endswith((":", "：")) else ""


def _closing(lines: Sequence[_Line], heads: Sequence[_Head], length: int) -> list[_Head]:
    """Find the signature and date after the last clause, before the annexes."""
    body = [head for head in heads if Level.ANNEX not in head.steps]
    annexes = [head.start for head in heads if Level.ANNEX in head.steps and body and head.start > body[-1].start]
    after, before = (body[-1].title_end if body else 0), min(annexes, default=length)
    place = next(
        (n for n, line in enumerate(lines) if after <= line.start < before and _DATE_LINE.fullmatch(line.text)), None
    )
    if place is None or not body:
        return []
    while place and lines[place - 1].start >= after and _is_signature(lines[place - 1].text):
        place -= 1
    line = lines[place]
    return [_Head(line.start, line.start, line.start, CLOSING, {}, "", line.number)]


def _is_signature(text: str) -> bool:
    return len(text) <= 30 and not _STOP.search(text) and not _COMMA.search(text)


class _Page:
    """A document's lines and heads, to look places up in."""

    def __init__(self, lines: Sequence[_Line], heads: Sequence[_Head]) -> None:
        self.lines, self.heads = lines, sorted(heads, key=lambda head: head.start)
        self._lines = [line.start for line in lines]
        self._heads = [head.start for head in self.heads]

    def line_at(self, offset: int) -> _Line:
        return self.lines[bisect_right(self._lines, offset) - 1]

    def words(self, begin: int, end: int) -> str:
        """Give a stretch of the text; a space stands where a line ended early, as between the cells of a table."""
        out: list[str] = []
        for line in self.lines[bisect_right(self._lines, begin) - 1 : bisect_left(self._lines, end)]:
            part = line.text[max(0, begin - line.start) : end - line.start]
            out.append(f" {part}" if out and line.fresh else part)
        return "".join(out).strip()

    def head_at(self, offset: int) -> _Head | None:
        place = bisect_right(self._heads, offset)
        return self.heads[place - 1] if place else None

    def cut(self, begin: int, end: int) -> Iterator[tuple[int, int, _Head | None]]:
        """Cut a stretch where clauses and their titles end, leaving out the marks; give the clause of each piece."""
        points = {begin, end, *self._row_ends(begin, end)}
        first = max(0, bisect_right(self._heads, begin) - 1)
        for head in self.heads[first : bisect_left(self._heads, end)]:
            points.update(point for point in (head.start, head.end, head.title_end) if begin < point < end)
        cuts = sorted(points)
        for start, stop in pairwise(cuts):
            head_here = self.head_at(start)
            if head_here is None or not head_here.start <= start < head_here.end:
                yield start, stop, head_here

    def _row_ends(self, begin: int, end: int) -> Iterator[int]:
        """Cut the lines of titles and signatures, and the rows of tables, which no full stop ends."""
        head = self.head_at(begin)
        if head is not None and head.path != CLOSING and Level.ANNEX not in head.steps:
            return
        first, last = bisect_right(self._lines, begin) - 1, bisect_left(self._lines, end)
        for place, line in enumerate(self.lines[first:last], first):
            stop = line.start + len(line.text)
            here = self.head_at(line.start)
            ended = place + 1 == len(self.lines) or self.lines[place + 1].fresh
            loose = ended and (here is None or here.path == CLOSING)
            if begin < stop < end and ("\t" in line.text or loose):
                yield stop


def _tree(heads: Sequence[_Head]) -> tuple[Clause, ...]:
    """Build the tree of clauses out of their list."""

    def built(place: int, depth: int) -> tuple[list[Clause], int]:
        out: list[Clause] = []
        while place < len(heads) and _depth(heads[place]) >= depth:
            head = heads[place]
            children, place = built(place + 1, _depth(head) + 1)
            out.append(Clause(head.path, head.title, head.line, tuple(children)))
        return out, place

    return tuple(built(0, 0)[0])


def _depth(head: _Head) -> int:
    return len(head.steps)
