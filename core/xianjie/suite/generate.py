"""Generate the suite of a policy: the cases that its rules call for, with the answers that the engine gives them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from xianjie.cases.read import read_case
from xianjie.engine.assess import Engine
from xianjie.errors import InputError
from xianjie.language import nodes
from xianjie.language.calendar import iso
from xianjie.language.write import expression
from xianjie.policy.prepared import Policy
from xianjie.proof.deciding import Deciding
from xianjie.proof.points import ENTITLED
from xianjie.proof.solving import TIMEOUT_MS, Found
from xianjie.proof.witness import label_in
from xianjie.suite.atoms import UNRECORDED, Mark, Path, atoms, opened, replaced
from xianjie.suite.contexts import Missed, Sample, search, settled
from xianjie.suite.duties import duty_entries
from xianjie.suite.expected import entry_of, expected
from xianjie.suite.model import Entry, Suite, Unmet
from xianjie.suite.naming import Naming
from xianjie.suite.parts import Part, readings_of, slot_name
from xianjie.suite.procedures import walks
from xianjie.suite.stages import Record, Stage, stages_of
from xianjie.suite.validity import validity_entries
from xianjie.vocabulary.terms import STATUSES, term

_NOTES = {
    "condition": "一项事实逐一取值",
    "unknown": "一项事实没有记录",
    "outcome": "这一结论的例子",
    "silence": "文件没有规定的议题",
    "readings": "各种读法的结论放在一起看",
}

_LATE = "未能在时限内判定"


@dataclass(frozen=True, slots=True)
class _Case:
    """A sample as it is recorded, with its answer."""

    sample: Sample
    record: Record
    answer: Mapping[str, Any]


def generate(policy: Policy, as_of: int, timeout_ms: int = TIMEOUT_MS) -> Suite:
    """Generate a policy's suite at a date (an ordinal). The same policy and date give the same suite."""
    return _Generation(policy, as_of, timeout_ms).suite()


class _Generation:
    def __init__(self, policy: Policy, as_of: int, timeout_ms: int) -> None:
        self.policy, self.as_of = policy, as_of
        self.deciding = Deciding(policy, as_of, timeout_ms)
        self.engine = Engine([policy], policy.vocabulary)
        self.naming = Naming(policy)
        self.unmet: dict[Unmet, None] = {}
        self._answers: dict[str, Mapping[str, Any]] = {}
        self.sought = 0

    def suite(self) -> Suite:
        try:
            entries = [entry for stage in stages_of(self.deciding) for entry in self.stage(stage)]
            entries += walks(self.deciding, self.answer, self.naming)
            made, unmet = duty_entries(self.policy, self.as_of, self.naming)
            entries += made
            self.unmet.update(dict.fromkeys(unmet))
            entries += validity_entries(self.policy, self.as_of, self.naming)
        finally:
            self.engine.close()
        file = self.policy.file
        return Suite(
            policy=self.policy.id,
            region=self.policy.region,
            title=file.document.title,
            sha256=self.policy.sha256,
            as_of=self.as_of,
            entries=tuple(entries),
            unmet=tuple(self.unmet),
            sought=self.sought,
            supposed=tuple(overlay.id for overlay in self.policy.supposed),
        )

    def answer(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Put a record to the policy."""
        case = read_case({**record, "as_of": iso(self.as_of)}, self.policy.vocabulary)
        region = self.policy.region
        answer: Mapping[str, Any] = self.engine.assess(case, [region], self.as_of)["regions"][region]
        return answer

    # -- one stage ---------------------------------------------------------------------------------------------------

    def stage(self, stage: Stage) -> Iterator[Entry]:
        findings = search(self.deciding, stage.parts, stage.given)
        self.sought += findings.sought
        self.lacking(findings.missed)
        cases = self.cases(stage, findings.samples)
        if stage.answered:
            cases = self.cases(stage, [*self.samples(cases), *self.initiators(stage)])
            cases = self.cases(stage, [*self.samples(cases), *self.outcomes(stage, cases)])
            cases = self.cases(stage, [*self.samples(cases), *self.readings(stage, cases)])
        for case in cases:
            yield self.entry(case)

    @staticmethod
    def samples(cases: Iterable[_Case]) -> list[Sample]:
        return [case.sample for case in cases]

    def cases(self, stage: Stage, samples: Iterable[Sample]) -> list[_Case]:
        """Record samples and have them answered; those that come to one record become one case."""
        found: dict[str, _Case] = {}
        for sample in samples:
            record = stage.write(sample)
            if record is None:
                self.unwritten(sample, "到不了这一步")
                continue
            same = json.dumps(record, sort_keys=True, ensure_ascii=False)
            if same in found:
                found[same] = replace(found[same], sample=_joined(found[same].sample, sample))
                continue
            try:
                if same not in self._answers:
                    self._answers[same] = self.answer(record)
            except InputError:
                self.unwritten(sample, "与步骤的记录相矛盾")
            else:
                found[same] = _Case(sample, record, self._answers[same])
        return list(found.values())

    def entry(self, case: _Case) -> Entry:
        sample = case.sample
        keys = tuple(dict.fromkeys(key for key, _ in sample.keys))
        head = ""
        if sample.varied is not None:
            fact, mark = sample.varied
            head = f"{self.naming.fact(fact, sample.facts.get(fact), mark)}，"
        serves = tuple(
            dict.fromkeys(f"{part.rule.id} {part.slot}: {expression(atom.node)}" for part, atom in sample.serves)
        )
        first = sample.serves[0] if sample.serves else None
        note = _NOTES.get(sample.tags[0], "")
        if first is not None:
            part, atom = first
            note = f"{part.clause}；{part.rule.id} 的{slot_name(part.slot)}：只由 {expression(atom.node)} 决定"
            if len(serves) > 1:
                note += f"；同时用于另外 {len(serves) - 1} 处"
        return Entry(
            name=self.naming.alone(f"{head}{self.naming.outcome(case.answer, keys[0])}"),
            as_of=self.as_of,
            record=case.record,
            expect=expected(case.answer, keys),
            note=note[:480],
            rows=tuple(dict.fromkeys(first[0].rule.rows)) if first else (),
            tags=sample.tags,
            serves=serves,
        )

    # -- what is added -----------------------------------------------------------------------------------------------

    def initiators(self, stage: Stage) -> Iterator[Sample]:
        """Vary who begins a referral that would go ahead."""
        key = stage.name
        if not key.startswith("referral.") or "allowed" not in self.deciding.point(key).statuses():
            return
        fact = "referral.initiator"
        with self.deciding.cases(stage.given) as cases:
            if cases.take(self.deciding.gives(key, ["allowed"])) is not Found.SOME:
                return
            context = cases.smallest(self.deciding.facts_of([(key, ())]))
        if context is None:
            self.without(key, "allowed", proved=False)
            return
        words = [Mark(zh, word) for word, (zh, _) in self.policy.vocabulary[fact].words.items()]
        for mark in (*words, UNRECORDED):
            facts = {name: value for name, value in context.items() if name != fact}
            if mark.value is not None:
                facts[fact] = mark.value
            tag = "unknown" if mark.value is None else "condition"
            yield Sample(facts, (fact, mark), (), ((key, ()),), (tag,))

    def outcomes(self, stage: Stage, cases: Sequence[_Case]) -> Iterator[Sample]:
        """Find a case for each status that no case looks at yet: one that is there already, else a new one."""
        shown = {(key, label_in(case.answer, key)[0]) for case in cases for key, _ in case.sample.keys}
        wanted = [
            (key, status)
            for key in stage.keys
            if not any(other.startswith(f"{key}/") for other in stage.keys)
            for status in self.statuses(stage, key)
            if (key, status) not in shown
        ]
        self.sought += len(wanted)
        there: dict[tuple[str, str], Sample] = {}
        for case in reversed(cases):
            told = {(key, label_in(case.answer, key)[0]): case.sample for key, _ in wanted}
            there.update({one: sample for one, sample in told.items() if one[1] != self.policy.silence})
        for key, status in wanted:
            if (key, status) in there:
                yield settled(there[key, status].facts, [(key, ())], ("outcome",))
        yield from self.new_outcomes(stage, [one for one in wanted if one not in there])

    def new_outcomes(self, stage: Stage, wanted: list[tuple[str, str]]) -> Iterator[Sample]:
        """Find cases for statuses, as many in one as go together."""
        while wanted:
            taken: list[tuple[str, str]] = []
            with self.deciding.cases(stage.given) as asked:
                for key, status in list(wanted):
                    found = asked.take(self.deciding.gives(key, [status]))
                    if found is Found.SOME:
                        taken.append((key, status))
                    elif not taken:
                        self.without(key, status, found is Found.NONE)
                        wanted.remove((key, status))
                if not taken:
                    return
                keys = [(key, ()) for key, _ in taken]
                facts = asked.smallest(self.deciding.facts_of(keys))
            wanted = [one for one in wanted if one not in taken]
            if facts is None:
                for key, status in taken:
                    self.without(key, status, proved=False)
                continue
            silent = all(status == self.policy.silence for _, status in taken)
            yield settled(facts, keys, ("silence" if silent else "outcome",))

    def statuses(self, stage: Stage, key: str) -> list[str]:
        """List the statuses to be shown at a point; of an instrument that shares its rule with others one is enough."""
        found = self.deciding.statuses(key)
        shares = key.startswith("instrument.") and "/" in key and key not in {part.key for part in stage.parts}
        return [next((status for status in ENTITLED if status in found), found[0])] if shares else found

    def readings(self, stage: Stage, cases: Sequence[_Case]) -> Iterator[Sample]:
        """Find, for each rule that can be read in several ways, where the readings come apart and where they agree."""
        for key, readings in readings_of(self.policy).items():
            if key not in stage.keys or not readings.several:
                continue
            shown = [
                [one["status"] for one in entry_of(case.answer, key)["readings"]]
                for case in cases
                if key in dict(case.sample.keys)
            ]
            main, *others = [tuple(reading.options.items()) for reading in readings.all]
            for (number, other), alike in product(enumerate(others, 1), (False, True)):
                self.sought += 1
                pairs = [(found[0], found[number]) for found in shown]
                if any("undetermined" not in pair and (pair[0] == pair[1]) is alike for pair in pairs):
                    continue
                with self.deciding.cases(stage.given) as asked:
                    found = asked.take(self.deciding.reads(key, main, other, alike))
                    facts = None
                    if found is Found.SOME:
                        facts = asked.smallest(self.deciding.facts_of([(key, main), (key, other)]))
                if facts is not None:
                    yield settled(facts, [(key, ())], ("readings",))
                else:
                    self.unread(key, readings.all[number].id, alike, found is Found.NONE)

    # -- what no case shows ------------------------------------------------------------------------------------------

    def lacking(self, missed: Iterable[Missed]) -> None:
        """Tell of each atom at which values, or while which truth it has, it never decides alone."""
        found: dict[tuple[Part, Path, str, bool], list[Missed]] = {}
        for one in missed:
            found.setdefault((one.part, one.atom.path, one.fact if one.mark else "", one.proved), []).append(one)
        for (part, _, fact, proved), every in found.items():
            atom = expression(every[0].atom.node)
            marks = "".join(dict.fromkeys(f"“{one.mark.zh}”" for one in every if one.mark is not None))
            zh = f"{self.policy.vocabulary[fact].zh}为{marks}" if fact else _while(every)
            what = f"{slot_name(part.slot)}里的 {atom}：{zh}时单独决定结论"
            why = self.why(every[0]) if proved else _LATE
            self.unmet[Unmet(part.rule.id, part.clause, what, why, proved)] = None

    def why(self, one: Missed) -> str:
        """Say why an atom cannot decide alone: the rest of its condition, or other rules, have decided already."""
        if one.mark is None and not self.deciding.can_be(one.atom.node, one.value):
            return f"这一项{_NEVER[one.value]}"
        whole = opened(one.part.condition(self.policy), self.policy.definitions)
        met, unmet = (replaced(whole, one.atom.path, nodes.Truth(value)) for value in (True, False))
        if self.deciding.can_swing(met, unmet) is not Found.SOME:
            return "条件的其他部分总已先决定结论"
        facts = set(nodes.facts_of(one.atom.node))
        if any(facts & set(nodes.facts_of(atom.node)) for atom in atoms(whole) if atom.path != one.atom.path):
            return "同一事实还决定条件的其他部分，两者不能分开变化"
        return "别的条件总已先决定结论"

    def unwritten(self, sample: Sample, why: str) -> None:
        for part, atom in sample.serves[:1]:
            what = f"{slot_name(part.slot)}里的 {expression(atom.node)} 单独决定结论"
            self.unmet[Unmet(part.rule.id, part.clause, what, why, True)] = None

    def without(self, key: str, status: str, proved: bool) -> None:
        rule, clause = self.cited(key)
        what = f"{self.naming.point(key)}得到“{term(STATUSES, status)}”"
        why = "没有任何个案得到这一结论" if proved else _LATE
        self.unmet[Unmet(rule, clause, what, why, proved)] = None

    def unread(self, key: str, reading: str, alike: bool, proved: bool) -> None:
        rule, clause = self.cited(key)
        what = f"{self.naming.point(key)}按读法 {reading} {'也得同一结论' if alike else '另有结论'}"
        why = f"两种读法对任何个案的结论都{'不同' if alike else '一样'}" if proved else _LATE
        self.unmet[Unmet(rule, clause, what, why, proved)] = None

    def cited(self, key: str) -> tuple[str, str]:
        for label in self.deciding.point(key).labels:
            if len(label) >= 4 and label[1]:
                return (label[2], label[4]) if key in ("eligibility", "coverage", "priority") else (label[1], label[3])
        return "", ""


def _joined(one: Sample, other: Sample) -> Sample:
    """Let one case serve what another was made for as well."""
    return replace(
        one,
        serves=tuple(dict.fromkeys((*one.serves, *other.serves))),
        keys=tuple(dict.fromkeys((*one.keys, *other.keys))),
        tags=tuple(dict.fromkeys((*one.tags, *other.tags))),
    )


_TRUTHS: Mapping[bool | None, str] = {True: "成立", False: "不成立", None: "未知"}
_NEVER: Mapping[bool | None, str] = {True: "总不成立", False: "总是成立", None: "从不未知"}


def _while(every: Sequence[Missed]) -> str:
    """Say while which truth an atom has."""
    return "、".join(_TRUTHS[one.value] for one in every)
