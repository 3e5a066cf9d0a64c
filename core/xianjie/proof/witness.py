"""Write a solver's case as a person would record it, and put it to the engine before anybody sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.cases.steps import DATED
from xianjie.engine.assess import Engine
from xianjie.engine.inquiry import Entry, Settings
from xianjie.errors import InternalError, Problem
from xianjie.language.calendar import iso
from xianjie.language.evaluate import Value
from xianjie.policy.prepared import Policy
from xianjie.proof.points import ENTITLED, Label, Point
from xianjie.vocabulary import FactType, Vocabulary


@dataclass(frozen=True, slots=True)
class Witness:
    """A case in the contract's shape, the facts it records, and each policy's whole answer to it."""

    record: Mapping[str, Any]
    facts: Mapping[str, Value]
    answers: tuple[Mapping[str, Any], ...]


def record_of(
    facts: Mapping[str, Value], vocabulary: Vocabulary, as_of: int, asked: Sequence[Point] = ()
) -> dict[str, Any]:
    """Write facts in the contract's shape, with the records that the points ask for, be they empty."""
    needed = {record: None for point in asked for record in point.records}
    out: dict[str, Any] = {"as_of": iso(as_of), **{record: {} for record in needed}}
    given = {name: word for point in asked for name, word in point.given.items()}
    told = {flag for flag, day in DATED if day in facts}
    for name, value in {**given, **facts}.items():
        if name not in told:
            spec = vocabulary[name]
            out.setdefault(spec.record, {})[spec.short] = _written(value, spec.type)
    return out


def _written(value: Value, kind: FactType) -> object:
    match value:
        case frozenset():
            return sorted(value)
        case int() if kind is FactType.EVENT:
            return iso(value)
        case int() if kind is FactType.MONEY:
            yuan = Decimal(value) / 100
            return int(yuan) if yuan == int(yuan) else str(yuan)
        case _:
            return value


class Answering:
    """Answer cases by policies, each on its own, whatever region it is of."""

    def __init__(self, policies: Sequence[Policy], chosen: Sequence[Mapping[str, str]] | None = None) -> None:
        """Take the policies, and the readings settled for each."""
        self.policies = tuple(policies)
        self.engines = tuple(Engine([policy], policy.vocabulary) for policy in policies)
        self.settings = tuple(Settings(readings=dict(options)) for options in chosen or [{}] * len(self.policies))

    def answer(self, side: int, case: Case, as_of: int) -> Entry:
        """Put a case to one policy."""
        region = self.policies[side].region
        answers: dict[str, Entry] = self.engines[side].assess(case, [region], as_of, self.settings[side])["regions"]
        return answers[region]

    def replayed(
        self, facts: Mapping[str, Value], asked: Sequence[Point], claimed: Sequence[Sequence[Label]], as_of: int
    ) -> Witness:
        """Put a solver's case to each policy; InternalError where one does not give a label that was claimed of it."""
        vocabulary = max((policy.vocabulary for policy in self.policies), key=lambda found: len(found.facts))
        record = record_of(facts, vocabulary, as_of, asked)
        case = read_case(record, vocabulary)
        answers = []
        for side, (point, labels) in enumerate(zip(asked, claimed, strict=True)):
            answer = self.answer(side, case, as_of)
            if label_in(answer, point.key) not in labels:
                raise InternalError(
                    Problem(
                        "witness-spurious",
                        f"求解器给出的例案与引擎对 {self.policies[side].id} 的 {point.key} 的结论不一致",
                        f"the solver's case and the engine disagree on {point.key} of {self.policies[side].id}",
                    )
                )
            answers.append(answer)
        return Witness(record, dict(facts), tuple(answers))


def label_in(answer: Mapping[str, Any], key: str) -> Label:
    """Read a point's label off a whole answer."""
    kind, _, name = key.partition(".")
    match kind:
        case "eligibility" | "coverage" | "priority":
            part = answer["eligibility"]
            status = part["status" if kind == "eligibility" else kind]
            group = next((group for group in part["groups"] if group["status"] == status), None)
            if status not in ("covered", "priority_match") or group is None:
                return (status,)
            return status, group["id"], group["why"]["rule"], group["force"], group["clause"]
        case "group":
            group = next(group for group in answer["eligibility"]["groups"] if group["id"] == name)
            if group["status"] not in ("covered", "priority_match"):
                return group["status"], "", "", ""
            return group["status"], group["why"]["rule"], group["force"], group["clause"]
        case "advice":
            for entry in answer["eligibility"]["advice_details"]:
                if entry["why"]["rule"] == name:
                    return "applies", name, entry["force"], entry["clause"]
            return ("none",)
        case "service" | "instrument":
            return _stated(told(answer, kind, name))
        case "referral":
            return _stated(answer["referral"], answer["referral"]["missing_step"])
        case "simplification":
            return _stated(answer["referral"]["simplification"])
        case "accompanying":
            return _stated(next(entry for entry in answer["referral"]["accompanying"] if entry["rule"] == name))
        case _:
            raise LookupError(key)


def told(answer: Mapping[str, Any], kind: str, name: str) -> Mapping[str, Any]:
    """Find the entry that speaks for a kind of help or an instrument; `name/rule` finds one rule's own."""
    name, _, rule = name.partition("/")
    entries: list[Mapping[str, Any]] = [entry for entry in answer[_PART[kind]] if entry[kind] == name]
    if rule:
        return next(entry for entry in entries if entry["rule"] == rule)
    order = (*ENTITLED, "not_stipulated", "not_reported")
    return min(entries, key=lambda entry: order.index(entry["status"]))


_PART = {"service": "services", "instrument": "incentives"}


def _stated(entry: Mapping[str, Any], step: str | None = None) -> Label:
    if entry["rule"] is None:
        return (entry["status"],)
    shut = (step,) if step is not None and entry["status"] == "refused" else ()
    return entry["status"], entry["rule"], entry["force"], entry["clause"], *shut
