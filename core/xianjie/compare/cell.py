"""One cell: what one document says on one topic, with its force and clause, or which kind of silence it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.compare import duties, eligibility, entitlements, referral
from xianjie.compare.bilingual import NOTHING, Both, listed, of_term, one_line
from xianjie.compare.measure import Measure
from xianjie.compare.value import Value, gathered, in_own_words
from xianjie.compare.wording import Voice
from xianjie.policy.model import AnyRule
from xianjie.vocabulary.terms import FORCES, QUALIFIERS, STATUSES
from xianjie.vocabulary.topics import Topic

RULED = "ruled"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule that answers the topic. `readings` are the open questions of the text that alter it, by their ids."""

    id: str
    clause: str
    force: str
    qualifier: str | None
    actor: str | None
    rows: tuple[str, ...]
    summary: Both
    readings: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """An open question of the text: its id, what it asks, and whether it changes the answer (`open`) or is a note."""

    id: str
    text: Both
    open: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What one document says on one topic.

    `status` is `ruled`, `not_stipulated` (the full text does not say) or `not_reported` (the digest at hand does not).
    `value` is short; `details` are longer words. A silence has its note, where the policy file gives one, and the rows
    of the inventory that record it.
    """

    topic: str
    status: str
    value: Both
    rules: tuple[RuleEntry, ...]
    questions: tuple[Question, ...]
    details: tuple[Both, ...]
    note: Both
    rows: tuple[str, ...]
    measure: Measure

    @property
    def ruled(self) -> bool:
        """Tell whether any rule answers."""
        return self.status == RULED

    @property
    def open_questions(self) -> tuple[str, ...]:
        """List the ids of the questions that change the answer."""
        return tuple(question.id for question in self.questions if question.open)

    def forces(self) -> Both:
        """Say the forces, the strongest first, each with what qualifies it.

        Of what belongs to a referral, as its consent, the referral's own force is given, and named so.
        """
        wanted = self.measure.forces or tuple(dict.fromkeys(rule.force for rule in self.rules))
        out = listed([_force(rule) for force in wanted for rule in self.rules if rule.force == force])
        if self.ruled and not self.measure.forces:
            return Both(f"转介：{out.zh}", f"referral: {out.en}")
        return out

    def clauses(self) -> tuple[str, ...]:
        """List the clauses, each once, in the document's order."""
        return tuple(dict.fromkeys(rule.clause for rule in self.rules))

    def as_json(self, lang: str) -> Json:
        """Give the cell as JSON-shaped data."""
        return {
            "status": self.status,
            "value": self.value.said(lang),
            "force": self.measure.force,
            "clauses": list(self.clauses()),
            "rules": [_rule_json(rule, lang) for rule in self.rules],
            "questions": [{"id": one.id, "text": one.text.said(lang), "open": one.open} for one in self.questions],
            "details": [detail.said(lang) for detail in self.details],
            "note": self.note.said(lang) or None,
            "rows": list(self.rows),
            "measure": self.measure.as_json(lang) if self.ruled else None,
        }


def _force(rule: RuleEntry) -> Both:
    force = of_term(FORCES, rule.force)
    if rule.qualifier is None:
        return force
    qualifier = of_term(QUALIFIERS, rule.qualifier)
    return Both(f"{force.zh}，{qualifier.zh}", f"{force.en}, {qualifier.en}")


def _rule_json(rule: RuleEntry, lang: str) -> Json:
    return {
        "id": rule.id,
        "clause": rule.clause,
        "force": rule.force,
        "qualifier": rule.qualifier,
        "actor": rule.actor,
        "rows": list(rule.rows),
        "summary": rule.summary.said(lang),
        "readings": list(rule.readings),
        "notes": list(rule.notes),
    }


def cell(topic: Topic, voice: Voice) -> Cell:
    """Say what the policy of a voice answers to a topic, or how it is silent."""
    voice = voice.among(topic.dimension)
    found = voice.answers.get(topic.id, ())
    if not found:
        return _silent(topic, voice)
    rules = [rule for _, rule in found]
    value = value_of(topic.id, rules, voice)
    entries = tuple(_entry(clause, rule, value, voice) for clause, rule in found)
    return Cell(
        topic=topic.id,
        status=RULED,
        value=value.text,
        rules=entries,
        questions=_questions(rules, entries, voice),
        details=value.details,
        note=NOTHING,
        rows=tuple(dict.fromkeys(row for entry in entries for row in entry.rows)),
        measure=value.measure,
    )


def value_of(topic: str, rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Say what the rules that answer a topic come to on it."""
    match topic.partition(".")[0]:
        case "coverage" | "priority":
            return eligibility.groups(rules, voice)
        case "income_test" | "precedence" | "residence" | "hardship_test":
            return eligibility.condition(rules, voice)
        case "look_back_windows":
            return eligibility.look_back(rules, voice)
        case "service" | "instrument":
            return entitlements.entitlements(rules, voice)
        case "ledger":
            return duties.ledger(rules, voice)
        case "supply_interval" | "demand_interval":
            return duties.ledger(rules, voice, with_requires=False)
        case "ledger_keeper":
            return duties.keeper(rules, voice)
        case "hand_over" | "filing_platform":
            return duties.requirement(topic, rules)
        case "duty":
            return duties.counted(rules, voice)
        case "targets":
            return duties.targets(rules, voice)
        case "forward" | "reverse" | "community_report":
            return referral.direction(rules, voice)
        case "consent":
            return referral.consent(rules, voice)
        case "initiator":
            return referral.initiators(rules, voice)
        case "documents":
            return referral.documents(rules)
        case "simplification":
            return referral.simplification(rules, voice)
        case "government_duty":
            return referral.duty(rules, voice)
        case _:
            return gathered([in_own_words(rule) for rule in rules])


def _entry(clause: str, rule: AnyRule, value: Value, voice: Voice) -> RuleEntry:
    sets, axes = voice.policy.file.readings, value.axes.get(rule.id, ())
    return RuleEntry(
        id=rule.id,
        clause=clause,
        force=rule.force,
        qualifier=rule.qualifier,
        actor=one_line(rule.actor) if rule.actor else None,
        rows=tuple(rule.rows),
        summary=Both(one_line(rule.zh), one_line(rule.en)),
        readings=tuple(dict.fromkeys(sets[axis].ambiguity or axis for axis in axes)),
        notes=tuple(rule.notes),
    )


def _questions(rules: Sequence[AnyRule], entries: Sequence[RuleEntry], voice: Voice) -> tuple[Question, ...]:
    """List the open questions of the rules: those that alter the answer, then those that are only noted."""
    file = voice.policy.file
    models = {model.id: model for model in file.ambiguities}
    sets = {model.ambiguity for model in file.readings.values()}
    out: dict[str, Question] = {}
    for entry in entries:
        for name in entry.readings:
            model = models.get(name)
            if model is not None:
                text = Both(one_line(model.zh), one_line(model.en))
            else:
                options = file.readings[name].options
                text = Both("／".join(one.zh for one in options), " / ".join(one.en for one in options))
            out[name] = Question(name, text, True)
    for rule in rules:
        noted = (*rule.notes, *(note for item in getattr(rule, "items", ()) for note in item.notes))
        for name in noted:
            if name in sets:
                continue  # it changes another topic, or stands above
            model = models[name]
            out.setdefault(name, Question(name, Both(one_line(model.zh), one_line(model.en)), False))
    return tuple(sorted(out.values(), key=lambda question: not question.open))


def _silent(topic: Topic, voice: Voice) -> Cell:
    """Give the cell of a topic on which the document keeps silence; a mechanism that it names is told."""
    policy = voice.policy
    silence = next((item for item in policy.file.silent if topic.id in item.topics), None)
    note: Both = NOTHING
    rows: tuple[str, ...] = ()
    if silence is not None:
        note = Both(one_line(silence.zh or ""), one_line(silence.en or silence.zh or ""))
        rows = tuple(silence.rows)
    line = policy.referrals.get(topic.id)
    details: tuple[Both, ...] = ()
    if line is not None and line.rule.mechanism_only:
        details = (referral.mechanism(line.rule, line.clause, of_term(FORCES, line.rule.force)),)
    return Cell(topic.id, policy.silence, of_term(STATUSES, policy.silence), (), (), details, note, rows, Measure())
