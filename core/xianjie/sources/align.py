"""Pair the sentences of two texts: the same ones wherever they stand, then those that are alike.

Candidates come from an index of pairs of neighbouring characters, so that the work grows with what is alike and not
with the product of both lengths.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from xianjie.sources.clauses import Sentence

HERE, ELSEWHERE = 0.45, 0.6
"""How alike two sentences of one clause, and of two clauses, must be to count as one that was changed."""
SEARCHED = 200_000
"""How many entries of the index may be looked up for one pair of characters, over all sentences together."""
_NUMBER = re.compile("‹[^›]*›")
_SHORT, _LONG = 8, 1500
_CANDIDATES = 4
_RUN = 3
_FEWEST, _MOST = 10, 300


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of the old text with that of the new one; None where there is none. Likeness runs from 0 to 1."""

    old: Sentence | None
    new: Sentence | None
    likeness: float


@dataclass(frozen=True, slots=True)
class _Unit:
    """One sentence, or several neighbours, by their places in their text."""

    places: tuple[int, ...]
    folded: str
    clause: str


def align(old: Sequence[Sentence], new: Sequence[Sentence]) -> list[Pair]:
    """Pair two texts, each sentence once: pairs in the order of the new text, then what vanished in that of the old."""
    work = _Work(old, new)
    for one, other in _equal(_stretches(old), _stretches(new)):
        work.take_stretch(one, other)
    for one, other in _equal(_singles(old, work.old), _singles(new, work.new)):
        work.take(one.places, other.places, 1.0)
    work.take_regrouped()
    work.take_alike()
    found = [*work.pairs, *((place, Pair(None, new[place], 0.0)) for place in work.new)]
    found.sort(key=lambda item: item[0])
    return [*(pair for _, pair in found), *(Pair(old[place], None, 0.0) for place in sorted(work.old))]


def tokens(folded: str) -> list[str]:
    """Cut a folded sentence into characters and numbers."""
    return re.findall(f"{_NUMBER.pattern}|.", folded)


def likeness(one: str, other: str) -> float:
    """Measure how alike two folded sentences are, from 0 to 1; a number counts as one character.

    Those that differ in their numbers alone, such as the date below a document, are alike enough to be one.
    """
    here, there = tokens(one), tokens(other)
    if len(here) + len(there) > _LONG:  # a table without a full stop: neighbours are counted instead
        mine, theirs = grams(one), grams(other)
        ratio = 2 * (mine & theirs).total() / (mine.total() + theirs.total())
    else:
        ratio = SequenceMatcher(None, here, there, False).ratio()
    same = _NUMBER.sub("‹›", one) == _NUMBER.sub("‹›", other)
    return max(ratio, ELSEWHERE) if same else ratio


def grams(folded: str) -> Counter[str]:
    """Count the pairs of neighbouring characters of a folded sentence; a lone character counts as one."""
    cut = tokens(folded)
    return Counter(one + other for one, other in pairwise(cut)) or Counter(cut)


class _Work:
    """What is not paired yet of both texts, by place, and the pairs found so far with their place in the new text."""

    def __init__(self, olds: Sequence[Sentence], news: Sequence[Sentence]) -> None:
        self.olds, self.news = olds, news
        self.old, self.new = set(range(len(olds))), set(range(len(news)))
        self.pairs: list[tuple[int, Pair]] = []

    def take(self, here: Sequence[int], there: Sequence[int], like: float) -> None:
        self.old.difference_update(here)
        self.new.difference_update(there)
        one, other = (
            _merged([text[place] for place in places]) for text, places in ((self.olds, here), (self.news, there))
        )
        self.pairs.append((there[0], Pair(one, other, like)))

    def take_stretch(self, one: _Unit, other: _Unit) -> None:
        """Pair the pieces of two stretches that agree as a whole, however each text tells headings from sentences."""
        ours, theirs = list(one.places), list(other.places)
        for place in one.places:
            twin = next((n for n in theirs if self.news[n].folded == self.olds[place].folded), None)
            if twin is not None:
                self.take([place], [twin], 1.0)
                ours.remove(place)
                theirs.remove(twin)
        if ours and theirs:
            self.take(ours, theirs, 1.0)

    def take_regrouped(self) -> None:
        """Pair a sentence with the two or three that it was divided into, and the reverse."""
        for one, run in list(_runs(self.olds, self.old, self.news, self.new)):
            if one in self.old and self.new.issuperset(run):
                self.take([one], run, 1.0)
        for one, run in list(_runs(self.news, self.new, self.olds, self.old)):
            if one in self.new and self.old.issuperset(run):
                self.take(run, [one], 1.0)

    def take_alike(self) -> None:
        """Pair what is left by likeness, the most alike first."""
        counted = {place: grams(self.news[place].folded) for place in self.new}
        index: dict[str, list[int]] = defaultdict(list)
        for place in sorted(counted):
            for gram in counted[place]:
                index[gram].append(place)
        most = min(_MOST, max(_FEWEST, SEARCHED // (len(self.old) + 1)))
        beside = self._beside()
        scored = []
        for here in sorted(self.old):
            mine = self.olds[here]
            near = _nearest(grams(mine.folded), index, counted, most)
            for there in dict.fromkeys([*near, *beside.get(here, ())]):
                twin = self.news[there]
                like = likeness(mine.folded, twin.folded) if mine.heading == twin.heading else 0.0
                if like >= _least(mine, twin):
                    together = 0.1 if mine.clause == twin.clause else 0.0
                    scored.append((like + together, -here, -there, like))
        for _, here, there, like in sorted(scored, reverse=True):
            if -here in self.old and -there in self.new:
                self.take([-here], [-there], like)

    def _beside(self) -> dict[int, list[int]]:
        """For each sentence left over, give those of the same clause that are left over at the same turn."""
        waiting: dict[str, list[int]] = defaultdict(list)
        for place in sorted(self.new):
            waiting[self.news[place].clause].append(place)
        turns: Counter[str] = Counter()
        out = {}
        for place in sorted(self.old):
            clause = self.olds[place].clause
            turn = turns[clause]
            turns[clause] += 1
            out[place] = waiting.get(clause, [])[max(0, turn - 1) : turn + 2]
        return out


def _nearest(mine: Counter[str], index: dict[str, list[int]], counted: dict[int, Counter[str]], most: int) -> list[int]:
    shared: Counter[int] = Counter()
    for gram, count in mine.items():
        found = index.get(gram, ())
        if len(found) <= most:
            for place in found:
                shared[place] += min(count, counted[place][gram])
    size = mine.total()
    rated = [(2 * count / (size + counted[place].total()), -place) for place, count in shared.items()]
    return [-place for rate, place in sorted(rated, reverse=True)[:_CANDIDATES] if rate >= 0.2]


def _least(old: Sentence, new: Sentence) -> float:
    least = HERE if old.clause == new.clause else ELSEWHERE
    return max(least, ELSEWHERE) if min(len(tokens(old.folded)), len(tokens(new.folded))) < _SHORT else least


def _runs(
    ones: Sequence[Sentence], single: set[int], others: Sequence[Sentence], several: set[int]
) -> Iterator[tuple[int, list[int]]]:
    """Find sentences that two or three neighbours of the other text make up."""
    wanted = {ones[place].folded: place for place in sorted(single, reverse=True)}
    for first in sorted(several):
        for length in range(2, _RUN + 1):
            run = list(range(first, first + length))
            if several.issuperset(run):
                found = wanted.get("".join(others[place].folded for place in run))
                if found is not None:
                    yield found, run


def _stretches(text: Sequence[Sentence]) -> list[_Unit]:
    found: dict[int, list[int]] = {}
    for place, sentence in enumerate(text):
        found.setdefault(sentence.whole, []).append(place)
    return [
        _Unit(tuple(places), "".join(text[place].folded for place in places), text[places[-1]].clause)
        for places in found.values()
    ]


def _singles(text: Sequence[Sentence], left: set[int]) -> list[_Unit]:
    return [_Unit((place,), text[place].folded, text[place].clause) for place in sorted(left)]


def _equal(olds: Sequence[_Unit], news: Sequence[_Unit]) -> list[tuple[_Unit, _Unit]]:
    """Pair units of equal words, those of the same clause first, each list in its order."""
    out: list[tuple[_Unit, _Unit]] = []
    for with_clause in (True, False):
        waiting: dict[tuple[str, str], list[_Unit]] = defaultdict(list)
        for unit in reversed(news):
            waiting[unit.folded, unit.clause if with_clause else ""].append(unit)
        later, taken = [], set()
        for unit in olds:
            twins = waiting.get((unit.folded, unit.clause if with_clause else ""))
            if twins:
                twin = twins.pop()
                taken.add(twin.places)
                out.append((unit, twin))
            else:
                later.append(unit)
        olds, news = later, [unit for unit in news if unit.places not in taken]
    return out


def _merged(pieces: Sequence[Sentence]) -> Sentence:
    """Join neighbouring pieces of a text into one; a single piece stays itself."""
    if len(pieces) == 1:
        return pieces[0]
    return replace(
        pieces[0],
        text="".join(one.text for one in pieces),
        folded="".join(one.folded for one in pieces),
        clause=pieces[-1].clause,
        heading=all(one.heading for one in pieces),
    )
