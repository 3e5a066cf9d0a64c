"""Tell the parts of one region's answer: each status by name, with its force, clause, grounds and readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xianjie.engine.answer import PARTS
from xianjie.engine.overview import first_status
from xianjie.engine.wording import (
    ENTITLED,
    OPEN,
    SAYS_NOTHING,
    SILENT,
    duty_name,
    fact_term,
    listed,
    once_referred,
    only_unrecorded,
    reading_name,
    readings_of,
    say,
    word_of,
)
from xianjie.policy.model import AnyRule
from xianjie.policy.prepared import Policy, Readings
from xianjie.vocabulary.terms import ADVICE, INSTRUMENTS, SERVICES, term
from xianjie.web.pages.answers.grounds import Ground, Grounding
from xianjie.web.pages.answers.particulars import duty_particulars, referral_particulars

Entry = Mapping[str, Any]
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fact that is missing, by id and by term."""

    fact: str
    term: str


@dataclass(frozen=True, slots=True)
class RuleTold:
    """A rule behind a status, in our words; `amended` names the document that changed it."""

    id: str
    actor: str | None
    summary: str
    amended: str
    supposed: bool


@dataclass(frozen=True, slots=True)
class ReadingTold:
    """What one way to read the text comes to. `chosen`: the office settled on it, or None where it settled nothing."""

    id: str
    words: str
    status: str
    recommended: bool
    chosen: bool | None
    text: str
    due: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """One status: what it is of, its force and clause, why it is so, what is missing, how the text can be read.

    `clause_at` leads to the clause within its document's page. `particulars` are labelled lines, `inner` what hangs on
    it (a referral's simplified procedure, what somebody owes after it).
    """

    name: str
    status: str
    force: str | None = None
    qualifier: str | None = None
    clause: str | None = None
    clause_at: str = ""
    rules: tuple[RuleTold, ...] = ()
    reason: str = ""
    why: Ground | None = None
    missing: tuple[Wanted, ...] = ()
    readings: tuple[ReadingTold, ...] = ()
    flagged: bool = False
    notes: tuple[tuple[str, str], ...] = ()
    particulars: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    inner: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a region's answer: `told` at once, `aside` on demand, `silent` by status with what it is silent on."""

    key: str
    first: str
    told: tuple[Told, ...]
    aside: tuple[Told, ...] = ()
    silent: tuple[tuple[str, tuple[str, ...]], ...] = ()
    advice: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Axis:
    """A set of readings that rules of an answer depend on. `bears`: what is answered hangs on it, or it was settled."""

    id: str
    policy: str
    question: str
    ambiguity: str | None
    options: tuple[tuple[str, str, bool], ...]
    chosen: str | None
    bears: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """What the parts of one region's answer are told from; `id` is the region's on the page, `as_of` an ordinal."""

    policy: Policy
    entry: Entry
    provenance: Mapping[str, Mapping[str, str]]
    lang: str
    id: str
    as_of: int | None = None
    _clauses: Mapping[str, int] = field(init=False, repr=False)
    _rules: Mapping[str, AnyRule] = field(init=False, repr=False)
    _summaries: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        clauses = {clause.path: number for number, clause in enumerate(self.policy.file.clauses, 1)}
        object.__setattr__(self, "_clauses", clauses)
        rules = {rule.id: rule for _, rule in self.policy.rules()}
        object.__setattr__(self, "_rules", rules)
        object.__setattr__(self, "_summaries", {id: say(self.lang, rule.zh, rule.en) for id, rule in rules.items()})

    def told(self, name: str, entry: Entry, rules: Sequence[str], **more: Any) -> Told:
        """Tell one entry of an answer, which rests on some rules."""
        why, lang = entry["why"], self.lang
        silent = not entry["clause"]
        return Told(
            name,
            entry["status"],
            entry["force"],
            entry.get("qualifier"),
            entry["clause"],
            self.clause_at(entry["clause"]),
            tuple(self._rule(id) for id in rules if id in self._rules),
            "" if entry["missing"] and only_unrecorded(why["text"]) else self._reason(why["text"]),
            None if silent else Grounding(self.policy, self.provenance, lang, self._summaries, self.as_of).root(why),
            tuple(self.wanted([*entry["missing"], *entry.get("compliance_missing", ())])),
            tuple(self._readings(entry)),
            entry["flagged"],
            tuple(self._notes(entry["notes"])),
            **more,
        )

    def clause_at(self, clause: str | None) -> str:
        """Lead to a clause in its document's page; to the page where the clause is not in it."""
        number = self._clauses.get(clause or "")
        return f"/policies/{self.policy.root}" + (f"#k{number}" if number else "")

    def wanted(self, facts: Sequence[str]) -> Iterator[Wanted]:
        """Name facts that are missing, each once."""
        for fact in dict.fromkeys(facts):
            yield Wanted(fact, fact_term(fact, self.policy.vocabulary, self.lang))

    def _reason(self, text: str) -> str:
        return "" if text in SAYS_NOTHING else text

    def _rule(self, id: str) -> RuleTold:
        rule = self._rules[id]
        changed = self.policy.changed_by(id)
        return RuleTold(
            id,
            rule.actor if self.lang == "zh" else None,
            say(self.lang, rule.zh, rule.en),
            "" if changed is None or changed.supposed else changed.id,
            changed is not None and changed.supposed,
        )

    def _readings(self, entry: Entry) -> Iterator[ReadingTold]:
        for one in entry["readings"]:
            rule = entry.get("rule") or entry.get("id") or ""
            yield ReadingTold(
                one["reading"],
                reading_name(self.policy, rule, one["reading"], self.lang),
                one["status"],
                one["recommended"],
                one.get("chosen"),
                one.get("text") or "",
                one.get("next_due"),
            )

    def _notes(self, notes: Sequence[str]) -> Iterator[tuple[str, str]]:
        known = {one.id: one for one in self.policy.file.ambiguities}
        for note in notes:
            yield note, say(self.lang, known[note].zh, known[note].en) if note in known else ""


def parts_of(t: Telling) -> tuple[Part, ...]:
    """Tell every part that the answer has, in its order."""
    makers: Mapping[str, Callable[[Telling, str, Any], Part]] = {
        "services": _entitled,
        "duties": _duties,
        "referral": referral_part,
        "incentives": _entitled,
    }
    found = [_eligibility(t)]
    found += [makers[key](t, key, t.entry[key]) for key in PARTS if t.entry.get(key) is not None]
    return tuple(found)


def _eligibility(t: Telling) -> Part:
    entry = t.entry["eligibility"]
    settled = entry["status"] in ("covered", "priority_match")
    told: list[Told] = []
    aside: list[Told] = []
    for group in entry["groups"]:
        away = group["status"] == "not_matched" or (settled and group["status"] in OPEN)
        (aside if away else told).append(t.told(group["name"], group, _rules_of_group(t, group)))
    advice = tuple(_advice(t, one) for one in entry["advice_details"])
    silent = () if entry["groups"] else ((entry["status"], ()),)
    told.sort(key=lambda one: one.status in OPEN)
    if not told:
        told, aside = aside, []
    return Part("eligibility", entry["status"], tuple(told), tuple(aside), silent, advice)


def _rules_of_group(t: Telling, group: Entry) -> list[str]:
    """Name the rules of a group that stand in the clause that is cited."""
    line = next((line for line in t.policy.groups if line.group.id == group["id"]), None)
    return [] if line is None else [rule.id for _, rule, clause in line.rules if clause == group["clause"]]


def _advice(t: Telling, entry: Entry) -> Told:
    whole = {"status": "applies", "missing": [], "readings": [], "flagged": False, "notes": [], **entry}
    return t.told(term(ADVICE, entry["advice"], t.lang), whole, [entry["why"]["rule"]])


def _entitled(t: Telling, key: str, entries: Sequence[Entry]) -> Part:
    """Tell services or incentives: those of one rule and one status together."""
    kind, table = ("service", SERVICES) if key == "services" else ("instrument", INSTRUMENTS)
    alike: dict[tuple[str, str], list[Entry]] = {}
    silent: dict[str, list[str]] = {}
    for entry in sorted(entries, key=lambda entry: ENTITLED.index(entry["status"])):
        if entry["rule"] is None:
            silent.setdefault(entry["status"], []).append(term(table, entry[kind], t.lang))
        else:
            alike.setdefault((entry["rule"], entry["status"]), []).append(entry)
    told: list[Told] = []
    aside: list[Told] = []
    for (rule, status), found in alike.items():
        name = listed(list(dict.fromkeys(term(table, one[kind], t.lang) for one in found)), t.lang)
        (aside if status == "does_not_apply" else told).append(t.told(name, found[0], [rule]))
    return Part(key, first_status(entries), tuple(told), tuple(aside), _silences(silent))


def _duties(t: Telling, key: str, entries: Sequence[Entry]) -> Part:
    told: list[Told] = []
    silent: dict[str, list[str]] = {}
    for entry in entries:
        name = duty_name(entry, t.policy.vocabulary, t.lang)
        if entry["rule"] is None and not entry["missing"] and entry["status"] in SILENT:
            silent.setdefault(entry["status"], []).append(name)
        else:
            rules = [entry["rule"]] if entry["rule"] else []
            particulars = tuple(duty_particulars(entry, t.lang))
            told.append(t.told(name, entry, rules, particulars=particulars, warnings=tuple(entry.get("warnings", ()))))
    return Part(key, first_status(entries), tuple(told), (), _silences(silent))


def referral_part(t: Telling, key: str, entry: Entry) -> Part:
    """Tell a referral: whether it may go ahead, and what hangs on it."""
    direction = word_of("referral.direction", entry["direction"], t.policy.vocabulary, t.lang)
    inner = []
    if entry["simplification"] is not None:
        name = say(t.lang, "简化程序", "simplified procedure")
        found, only = entry["simplification"], once_referred(entry, t.lang)
        inner.append(t.told(name, found, _named(found["rule"]), warnings=(only,) if only else ()))
    for duty in entry["accompanying"]:
        name = duty["text"] or say(t.lang, "反向转介后政府的职责", "the government's duty afterwards")
        inner.append(t.told(name, duty, _named(duty["rule"])))
    told = t.told(
        direction or say(t.lang, "方向未记录", "direction not recorded"),
        entry,
        _named(entry["rule"]),
        particulars=tuple(referral_particulars(entry, t.lang)),
        inner=tuple(inner),
    )
    return Part(key, entry["status"], (told,))


def _named(rule: str | None) -> list[str]:
    return [] if rule is None else [rule]


def _silences(found: Mapping[str, Sequence[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((status, tuple(dict.fromkeys(names))) for status, names in found.items())


def axes_told(t: Telling, settings: Mapping[str, str]) -> tuple[Axis, ...]:
    """Tell the sets of readings that bear on a region's answer; `settings` are the readings that it was given under."""
    bearing: dict[str, bool] = {}
    for entry in _with_readings(t.entry):
        readings = readings_of(t.policy, entry.get("rule") or entry.get("id") or "")
        for axis in () if readings is None else readings.differ:
            bearing[axis] = bearing.get(axis, False) or (readings is not None and _turns(entry, readings, axis))
    ambiguities = {one.id: one for one in t.policy.file.ambiguities}
    out = []
    for axis, bears in bearing.items():
        model = t.policy.file.readings[axis]
        asked = ambiguities.get(model.ambiguity or "")
        chosen = settings.get(f"{t.policy.region}:{axis}") or settings.get(axis)
        options = tuple((one.id, say(t.lang, one.zh, one.en), one.recommended) for one in model.options)
        question = "" if asked is None else say(t.lang, asked.zh, asked.en)
        out.append(Axis(axis, t.policy.id, question, model.ambiguity, options, chosen, bears or chosen is not None))
    return tuple(out)


def _turns(entry: Entry, readings: Readings, axis: str) -> bool:
    """Tell whether an entry comes to something else where this one place is read otherwise, and the others are not."""
    seen: dict[frozenset[tuple[str, str]], object] = {}
    for reading, found in zip(readings.all, entry["readings"], strict=False):
        others = frozenset((name, option) for name, option in reading.options.items() if name != axis)
        sense = tuple(found.get(name) for name in ("status", "next_due", "required", "shortfall"))
        if seen.setdefault(others, sense) != sense:
            return True
    return False


def _with_readings(entry: Entry) -> Iterator[Entry]:
    """Go through the entries of a region's answer whose text can be read in several ways."""
    referral = entry.get("referral")
    found = [
        *entry["eligibility"]["groups"],
        *(entry.get("services") or ()),
        *(entry.get("duties") or ()),
        *(entry.get("incentives") or ()),
    ]
    if referral is not None:
        found += [referral, *([referral["simplification"]] if referral["simplification"] else [])]
        found += referral["accompanying"]
    return (one for one in found if one["readings"])
