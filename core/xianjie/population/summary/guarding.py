"""Counts that would tell of a few people are not told, nor those by which one of them could be worked out.

What is kept is this: every number that is told, or follows from what is told by adding and taking away within a table
and its totals, is nought or at least `least`; and a count that is not told could be any of about as many numbers. It
rests on publishing coarser tables instead of tables with holes:

1. A list that adds up to a known total (statuses, standings, rules): small counts go into one class with the next
   smallest, until it holds two counts and enough people.
2. A table of divisions by statuses: a division is told whole, or by the leading status alone, or not at all, so that
   what is left over of all divisions is nought or enough as well, class by class.
3. A table of two regions: told whole, or by the leading statuses alone, or not at all.
4. Counts within one total (missing facts, flags): told where they and what is left are nought or enough.

Statuses of a region and of the same region with what is supposed are held back together, as the one nearly tells the
other. What is not kept: what tables of three and more regions say together, what somebody knows of a person or of how
the rules hang together, and what a second summary of nearly the same people says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.engine.eligibility import MATCH

Tree = Mapping[str, Any]
Counts = Mapping[str, int]
Told = dict[str, int | None]
Place = tuple[str, str, str]
"""A region's name, a dimension, and a choice in it."""

LEADING = ("covered", "priority_match", "overdue", "refused", "not_met")
"""The statuses that are told where the others cannot be, the first that a list has."""

POINTS = ("rule", "step", "condition")
"""Choices called so name one of many points, and are no statuses: they are not told apart by division."""

MISSING, UNMET, FLAGGED = "missing", "unmet", "flagged"
"""How fields are called that tell what is missing, what of a ledger is not met, and where another reading differs."""

STANDINGS = ("matched", "undetermined", "ambiguous", "not_matched")
"""How a group stands, in the order that it is told."""

_OPEN: Sequence[str] = ("undetermined", "unknown")
_NOT_FULL: Sequence[str] = ("partial",)
"""The words of those who lack something, and of those who have not met something."""

_FIRST = ("matched", "covered", "priority_match", "applies", "undetermined", "ambiguous")
"""Which of equal counts is taken first: the same in every table, since tables of the same people are compared."""


def guarded(tally: Tree, least: int) -> dict[str, Any]:
    """Give a tally in which what is not to be told is None; `least` is the smallest count that is told.

    Of fewer people than twice as many nothing is told. The names of divisions, regions and facts stay.
    """
    guard = _Guard(tally, least)
    if tally["rows"] < 2 * least:
        return {name: hidden(value) for name, value in tally.items()}
    return {
        **tally,
        "parts": {
            region: {dimension: guard.part(part, (region, dimension)) for dimension, part in parts.items()}
            for region, parts in tally.get("parts", {}).items()
        },
        "divisions": guard.divisions(),
        "flows": guard.flows(),
    }


def lump(counts: Counts, least: int, forced: Collection[str] = ()) -> frozenset[str]:
    """Choose what of a list goes into one class that is not told apart: nothing, or two counts and enough people.

    Enough are so many that each count of the class could be any from 1 to below `least`, the others being 1 at least.
    """
    found = {name for name, count in counts.items() if 0 < count < least or (count and name in forced)}
    left = sorted(
        (name for name, count in counts.items() if count and name not in found),
        key=lambda name: (counts[name], _FIRST.index(name) if name in _FIRST else len(_FIRST), name),
    )
    while found and left and (len(found) < 2 or sum(counts[name] for name in found) - len(found) + 2 < least):
        found.add(left.pop(0))
    return frozenset(found)


def keep(vectors: Mapping[str, Sequence[int]], totals: Sequence[int], least: int) -> set[str]:
    """Choose rows of a table that can be told: in each, and in what is left of the totals, all is nought or enough."""
    kept = {name for name, vector in vectors.items() if not any(0 < count < least for count in vector)}
    while True:
        left = [total - sum(vectors[name][at] for name in kept) for at, total in enumerate(totals)]
        at = next((at for at, count in enumerate(left) if 0 < count < least), None)
        if at is None:
            return kept
        adding = [name for name in kept if vectors[name][at]]
        if not adding:
            return set()
        kept.remove(min(adding, key=lambda name: (vectors[name][at], name)))


@dataclass(frozen=True, slots=True)
class _Classes:
    """How the words of one choice are told apart: `apart` one by one, the others not; `leading` is one of `apart`."""

    words: tuple[str, ...]
    apart: tuple[str, ...]

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(self.words) - frozenset(self.apart)

    @property
    def leading(self) -> str | None:
        return next((word for word in LEADING if word in self.apart), None)

    def of(self, counts: Counts) -> list[int]:
        """Count by class, those that are not told apart together at the end."""
        told = [counts.get(word, 0) for word in self.apart]
        return [*told, sum(counts.values()) - sum(told)]

    def in_two(self, counts: Counts) -> list[int]:
        """Count what leads and what does not; nothing where none leads."""
        if self.leading is None:
            return []
        first = counts.get(self.leading, 0)
        return [first, sum(counts.values()) - first]

    def told(self, counts: Counts, level: int) -> Told:
        """Give what is told of a list: at level 2 each class, at 1 what leads, at 0 nothing."""
        if level == 2:
            return {word: count for word, count in counts.items() if word in self.apart} | {
                word: None for word in self.words if word not in self.apart
            }
        return {word: counts.get(word, 0) if level and word == self.leading else None for word in self.words}


class _Guard:
    def __init__(self, tally: Tree, least: int) -> None:
        self.tally, self.least = tally, least
        self.rows: int = tally["rows"]
        self.choices: dict[Place, Counts] = {
            (region, dimension, choice): counts
            for region, parts in tally.get("parts", {}).items()
            for dimension, part in parts.items()
            for choice, counts in part["choices"].items()
        }
        self.classes: dict[Place, _Classes] = {}
        for family in _families(self.choices, lambda place: (_base(place[0]), *place[1:])):
            held = self._held(family)
            for place in family:
                words = tuple(self.choices[place])
                self.classes[place] = _Classes(words, tuple(word for word in words if word not in held[place]))

    def enough(self, *counts: int) -> bool:
        return not any(0 < count < self.least for count in counts)

    def list(self, counts: Counts, forced: Collection[str] = ()) -> Told:
        """Tell a list that adds up to a number that is told."""
        held = lump(counts, self.least, forced)
        return {name: None if name in held else count for name, count in counts.items()}

    def within(self, counts: Counts, total: int | None) -> Told:
        """Tell counts that are each a part of a total; None of them where that is not told."""
        return {
            name: count if total is not None and self.enough(count, abs(total - count)) else None
            for name, count in counts.items()
        }

    def _held(self, family: Sequence[Place]) -> dict[Place, frozenset[str]]:
        """Choose the words that are not told apart: what is not in one list of a family is not in any."""
        words: frozenset[str] = frozenset()
        while True:
            held = {place: lump(self.choices[place], self.least, words) for place in family}
            found = words.union(*held.values())
            if found == words:
                return held
            words = found

    # One region -------------------------------------------------------------------

    def part(self, part: Tree, place: tuple[str, str]) -> dict[str, Any]:
        """Tell what one region's people come to in one dimension."""
        out: dict[str, Any] = dict(part)
        out["choices"] = {
            choice: self.classes[*place, choice].told(counts, 2) for choice, counts in part["choices"].items()
        }
        if "groups" in part:
            total = self.classes.get((*place, "status"))
            untold = total is not None and total.hidden & set(MATCH.values())
            out["groups"] = hidden(part["groups"]) if untold else self._groups(part["groups"])
            out["rules"] = {
                group: self.list(rules) if out["groups"][group]["matched"] is not None else hidden(rules)
                for group, rules in part.get("rules", {}).items()
            }
            if "rules" not in part:
                del out["rules"]
        if "open" in part.get("missing", {}):
            told = out["choices"].get("status", {})
            out["missing"] = self._missing(part["missing"], "undetermined" in told and told["undetermined"] is None)
        if "statuses" in part:
            out["statuses"] = {rule: self.list(counts) for rule, counts in part["statuses"].items()}
            out["missing"] = {
                rule: self.within(counts, out["statuses"][rule]["undetermined"])
                for rule, counts in part.get("missing", {}).items()
            }
        if "flagged" in part:
            out["flagged"] = self._flagged(part["flagged"])
        if "fields" in part:
            out["fields"] = {
                name: self._field(name, counts, part["choices"], out["choices"])
                for name, counts in part["fields"].items()
            }
        return out

    def _flagged(self, flagged: Tree) -> dict[str, Any]:
        """Tell for whom another reading differs: the whole only where no group that is not told is what it leaves."""
        if "groups" not in flagged:
            return dict(self.within(flagged, self.rows))
        groups = self.within(flagged["groups"], self.rows)
        status: int = flagged["status"]
        left = abs(status - sum(count for count in groups.values() if count is not None))
        told = self.enough(status, self.rows - status) and (None not in groups.values() or self.enough(left))
        return {"groups": groups, "status": status if told else None}

    def _field(self, name: str, counts: Counts, choices: Mapping[str, Counts], told: Mapping[str, Told]) -> Told:
        """Tell the points of a field within those of whom it tells; fields that no table shows are not told."""
        kind = next((kind for kind in (MISSING, UNMET, FLAGGED) if name.endswith(kind)), None)
        if kind is None:
            return dict.fromkeys(counts)
        total: int | None = self.rows
        choice = name.removesuffix(kind).rstrip("_") or "status"
        choice, words = (f"{choice}_compliance", _NOT_FULL) if kind == UNMET else (choice, _OPEN)
        if kind != FLAGGED and choice in choices:
            found = [word for word in words if word in choices[choice]]
            total = told[choice][found[0]] if found else 0
        return self.within(counts, total)

    def _groups(self, groups: Mapping[str, Counts]) -> dict[str, Told]:
        """Tell how groups stand: whole, or who is matched alone, or nothing.

        Groups often leave no overlap, so that who is matched adds up to who is covered: it is a list as well, and told
        only where that total is.
        """
        matched = {group: counts["matched"] for group, counts in groups.items()}
        unfit = [group for group, count in matched.items() if not self.enough(count, self.rows - count)]
        held = lump(matched, self.least, unfit) if len(groups) > 1 else frozenset(unfit)
        out: dict[str, Told] = {}
        for group, counts in groups.items():
            if group in held:
                out[group] = dict.fromkeys(counts)
            elif self.enough(*counts.values()):
                out[group] = dict(counts)
            else:
                out[group] = {name: count if name == "matched" else None for name, count in counts.items()}
        return out

    def _missing(self, missing: Tree, untold: bool) -> dict[str, Any]:
        total, lacking, alone = missing["open"], missing["lacking"], missing["alone"]
        if untold or not self.enough(total, self.rows - total):
            return {name: hidden(value) for name, value in missing.items()}
        several = {"": total - sum(alone.values())}
        beside = [fact for fact, count in alone.items() if not self.enough(lacking[fact], lacking[fact] - count)]
        listed = self.list({**alone, **several}, beside)
        return {
            "open": total,
            "lacking": self.within(lacking, total),
            "alone": {fact: listed[fact] for fact in alone},
        }

    # Divisions --------------------------------------------------------------------

    def divisions(self) -> dict[str, Any]:
        """Tell the table of divisions."""
        found: Mapping[str, Tree] = self.tally.get("divisions", {})
        few = lump({name: entry["rows"] for name, entry in found.items()}, self.least)
        levels: dict[Place, Mapping[str, int]] = {}
        for family in _families(self.choices, lambda place: (_base(place[0]), *place[1:])):
            told = self._levels({name: entry for name, entry in found.items() if name not in few}, family)
            levels.update(dict.fromkeys(family, told))
        return {
            name: {
                "rows": None if name in few else entry["rows"],
                "parts": {
                    region: {
                        dimension: {
                            choice: self.classes[region, dimension, choice].told(
                                counts, levels[region, dimension, choice].get(name, 0)
                            )
                            for choice, counts in choices.items()
                        }
                        for dimension, choices in parts.items()
                    }
                    for region, parts in entry["parts"].items()
                },
            }
            for name, entry in found.items()
        }

    def _levels(self, divisions: Mapping[str, Tree], family: Sequence[Place]) -> dict[str, int]:
        """Say of divisions how far they are told: 2 whole, 1 what leads."""

        def laid(how: Callable[[_Classes, Counts], list[int]], counts: Callable[[Place], Counts]) -> list[int]:
            return [number for place in family for number in how(self.classes[place], counts(place))]

        def inside(entry: Tree) -> Callable[[Place], Counts]:
            return lambda place: entry["parts"].get(place[0], {}).get(place[1], {}).get(place[2], {})

        by_class = {name: laid(_Classes.of, inside(entry)) for name, entry in divisions.items()}
        whole = keep(by_class, laid(_Classes.of, self.choices.__getitem__), self.least)
        halves = {name: laid(_Classes.in_two, inside(entry)) for name, entry in divisions.items()}
        totals = laid(_Classes.in_two, self.choices.__getitem__)
        left = [total - sum(halves[name][at] for name in whole) for at, total in enumerate(totals)]
        leading = keep({name: half for name, half in halves.items() if name not in whole}, left, self.least)
        return dict.fromkeys(leading, 1) | dict.fromkeys(whole, 2)

    # Two regions ------------------------------------------------------------------

    def flows(self) -> dict[str, Any]:
        """Tell the tables of two regions."""
        tables = {
            (one, other): table
            for one, others in self.tally.get("flows", {}).items()
            for other, table in others.items()
        }
        out: dict[str, Any] = {}
        for family in _families(tables, lambda pair: tuple(sorted(map(_base, pair)))):
            level = min(self._flow_level(pair, tables[pair]) for pair in family)
            for one, other in family:
                out.setdefault(one, {})[other] = self._flow((one, other), tables[one, other], level)
        return out

    def _pair(self, pair: tuple[str, str]) -> tuple[_Classes, _Classes]:
        return self.classes[pair[0], "eligibility", "status"], self.classes[pair[1], "eligibility", "status"]

    def _flow_level(self, pair: tuple[str, str], table: Mapping[str, Counts]) -> int:
        rows, columns = self._pair(pair)
        by_class = _crossed(table, rows.of, columns.of, columns.words, rows.words)
        if self.enough(*by_class):
            return 2
        if rows.leading is None or columns.leading is None:
            return 0
        return int(self.enough(*_crossed(table, rows.in_two, columns.in_two, columns.words, rows.words)))

    def _flow(self, pair: tuple[str, str], table: Mapping[str, Counts], level: int) -> dict[str, Told]:
        rows, columns = self._pair(pair)
        if level == 2:
            return {
                word: columns.told(table.get(word, {}), 2) if word in rows.apart else dict.fromkeys(columns.words)
                for word in rows.words
            }
        return {word: columns.told(table.get(word, {}), level if word == rows.leading else 0) for word in rows.words}


def _crossed(
    table: Mapping[str, Counts],
    rows: Callable[[Counts], list[int]],
    columns: Callable[[Counts], list[int]],
    across: Iterable[str],
    down: Iterable[str],
) -> list[int]:
    """Add a table up by classes of its columns and of its rows."""
    lines = {word: columns(table.get(word, {})) for word in down}
    width = len(columns(dict.fromkeys(across, 0)))
    return [count for at in range(width) for count in rows({word: line[at] for word, line in lines.items()})]


def _families(places: Iterable[Any], base: Callable[[Any], object]) -> list[list[Any]]:
    found: dict[object, list[Any]] = {}
    for place in places:
        found.setdefault(base(place), []).append(place)
    return list(found.values())


def _base(region: str) -> str:
    """Name the region, whichever document of it was asked and whatever is supposed."""
    return region.rstrip("+").partition("@")[0]


def hidden(tree: Any) -> Any:
    """Tell nothing of a tree of counts but its names."""
    return {name: hidden(value) for name, value in tree.items()} if isinstance(tree, Mapping) else None
