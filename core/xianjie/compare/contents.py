"""Clauses on what the rules hold: more groups, another paper or step, an extra condition, some levels only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from xianjie.compare.clauses import Row
from xianjie.compare.measure import Asked, Atom
from xianjie.compare.value import NOBODY
from xianjie.vocabulary.terms import FORCES, term

GROUPS = ("coverage", "priority")

VERBS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "coverage": ("列{}", ": {}"),
        "priority": ("列{}", ": {}"),
        "targets": ("列{}", ": {}"),
        "consent": ("须{}", ": {}"),
        "forward": ("须{}", ": {}"),
        "initiator": ("可由{}发起", ": may be started by {}"),
        "reverse": ("{}", ": {}"),
        "community_report": ("{}", ": {}"),
        "documents": ("认可{}", ": {}"),
        "ledger": ("要求{}", ": {}"),
        "ledger_keeper": ("为{}", ": {}"),
        "hand_over": ("要求{}", ": {}"),
        "filing_platform": ("要求{}", ": {}"),
    }
)
"""How a document is said to name what others do not, by the topic's first word."""


def number_clauses(row: Row) -> Iterator[str]:
    """Count the groups or the targets, where the numbers differ."""
    if row.topic not in (*GROUPS, "targets"):
        return
    by = row.by(lambda measure: len(measure.members))
    if len(by) < 2:
        return
    unit = ("类", "groups") if row.topic in GROUPS else ("项", "items")
    told = []
    for count, numbers in sorted(by.items(), key=lambda pair: -pair[0]):
        names, several = row.names(numbers), len(numbers) > 1
        zh = f"{names}{'各' if several else ''}列 {count} {unit[0]}"
        told.append(row.say(zh, f"{names}{' each' if several else ''} {count} {unit[1]}"))
    yield row.say("，", ", ").join(told)


def member_clauses(row: Row) -> Iterator[str]:
    """Say who names more: what some of the documents have and others have not."""
    sets = {number: row.measure(number).members for number in row.ruled}
    if len(set(sets.values())) < 2:
        return
    common = frozenset.intersection(*sets.values())
    zh, en = VERBS.get(row.topic.partition(".")[0], ("有{}", ": {}"))
    if not common and all(sets.values()) and not _overlap(sets.values()):
        if row.topic not in (*GROUPS, "targets"):  # of these, the numbers are told
            told = [row.name(number) + row.say(zh, en).format(row.things(sets[number])) for number in row.ruled]
            yield row.say("，", ", ").join(told)
        return
    also = row.say("另", " also") if zh != "{}" and (common or not all(sets.values())) else ""
    for numbers, atoms in _holders(sets, common):
        names = row.names(numbers)
        if atoms == [NOBODY]:
            yield row.say(f"{names}不面向组织，只是资金渠道或政府职责", f"{names}: not for an organisation")
        else:
            yield names + also + row.say(zh, en).format(row.things(atoms))


def condition_clauses(row: Row) -> Iterator[str]:
    """Say who asks more than all of them do; of groups, what most groups of one document ask."""
    sets = {number: row.measure(number).conditions for number in row.ruled if NOBODY not in row.measure(number).members}
    if len(sets) < 2 or len(set(sets.values())) < 2:
        return
    yield from _extra(row, sets, row.say("多数类别：", "most groups: ") if row.topic in GROUPS else "")


def rule_clauses(row: Row) -> Iterator[str]:
    """Compare the rules beside the strongest: those on the same group or target, and those of the same force."""
    usual = _usual(row)
    for about, by in _shared(row).items():
        rules = {number: [one for one in found if not _leads(row, number, one)] for number, found in by.items()}
        rules = {number: found for number, found in rules.items() if found}
        if len(rules) < 2 or len({frozenset(found) for found in rules.values()}) < 2:
            continue
        head = next(iter(next(iter(rules.values()))))
        if about[0]:
            what = row.say(f"“{head.name.zh}”", f"“{head.name.en}”")
        else:
            what = row.say(f"“{term(FORCES, about[1])}”一条", f"the rule of “{term(FORCES, about[1], 'en')}”")
        sets = {number: found[0].conditions for number, found in rules.items()}
        single = all(len(found) == 1 for found in rules.values()) and len(set(sets.values())) > 1
        if single and about[0]:
            sets = {number: conditions - usual.get(number, frozenset()) for number, conditions in sets.items()}
            if len(set(sets.values())) < 2:
                continue  # told of most groups already
        if single:
            yield from _extra(row, sets, what + row.say("：", ": "))
        else:
            yield row.say(f"{what}{row.names(rules)}写法不同", f"{what} differs in {row.names(rules)}")


def _usual(row: Row) -> dict[int, frozenset[Atom]]:
    """Give what is told already of the conditions of most groups."""
    sets = {number: row.measure(number).conditions for number in row.ruled}
    common: frozenset[Atom] = frozenset.intersection(*sets.values()) if sets else frozenset()
    return {number: conditions - common for number, conditions in sets.items()}


def _shared(row: Row) -> dict[tuple[str, str], dict[int, list[Asked]]]:
    """Gather the rules by the group or target that they are about, else by their force."""
    out: dict[tuple[str, str], dict[int, list[Asked]]] = {}
    for number in row.ruled:
        for one in sorted(row.measure(number).asks, key=lambda one: (one.about, one.force, sorted(one.forms))):
            about = (one.about, "" if one.about else one.force)
            if about == ("", ""):
                continue  # no force of its own, as a consent: the steps are told
            out.setdefault(about, {}).setdefault(number, []).append(one)
    return out


def _leads(row: Row, number: int, one: Asked) -> bool:
    """Tell whether a rule is the one whose conditions are told already."""
    measure = row.measure(number)
    return not one.about and one.force == measure.force and one.conditions == measure.conditions


def _extra(row: Row, sets: Mapping[int, frozenset[Atom]], what: str) -> Iterator[str]:
    """Say who asks more, each clause about `what`."""
    common = frozenset.intersection(*sets.values())
    told: set[int] = set()
    for numbers, atoms in _holders(sets, common):
        more = bool(common) or not all(sets.values())
        zh = "还" if told.issuperset(numbers) else "另" if more else ""
        asks = "asks" if len(numbers) == 1 else "ask"
        told.update(numbers)
        names, things = row.names(numbers), row.things(atoms)
        yield row.say(f"{what}{names}{zh}以{things}为条件", f"{what}{names}{' also' if zh else ''} {asks}: {things}")


def _holders(sets: Mapping[int, frozenset[Atom]], common: frozenset[Atom]) -> Iterator[tuple[list[int], list[Atom]]]:
    """Give what is not common to all, gathered by the documents that have it."""
    out: dict[tuple[int, ...], list[Atom]] = {}
    for number in sets:
        for atom in sorted(sets[number] - common, key=lambda atom: atom.key):
            holders = tuple(other for other in sets if atom in sets[other])
            if holders[0] == number:
                out.setdefault(holders, []).append(atom)
    for holders, atoms in out.items():
        yield list(holders), atoms


def _overlap(sets: Iterable[frozenset[Atom]]) -> bool:
    """Tell whether any thing stands in two of the sets."""
    seen: set[Atom] = set()
    for atoms in sets:
        if seen & atoms:
            return True
        seen |= atoms
    return False


def level_clauses(row: Row) -> Iterator[str]:
    """Say whose rule reaches some levels only."""
    by = row.by(lambda measure: measure.levels)
    if len(by) < 2:
        return
    for levels, numbers in by.items():
        timing = row.measure(numbers[0]).timing
        periodic = timing is not None and timing.period is not None
        if levels:
            reach, names = row.things(levels), row.names(numbers)
            zh = f"{names}{'的周期' if periodic else ''}只及{reach}"
            yield row.say(zh, f"{names}: {'the interval is for ' if periodic else ''}{reach} only")
