"""Find the case that a mutant does not survive: one of whose expectations its answer breaks.

An answer is made of the engine's own parts. Blocks that the mutant leaves alone are decided by the policy's compiled
ones, the others by walking the tree, so that nothing is compiled for a single mutant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.cases import Case
from xianjie.cases.steps import after_steps, on_day
from xianjie.engine.deciders import PolicyAt
from xianjie.engine.duties import duties
from xianjie.engine.eligibility import eligibility
from xianjie.engine.encode import Encoded, encode
from xianjie.engine.entitlements import incentives, services
from xianjie.engine.inquiry import Inquiry
from xianjie.engine.procedures import Procedures
from xianjie.engine.referral import referral
from xianjie.language.evaluate import Value, World, evaluate
from xianjie.language.explain import Finding
from xianjie.policy.prepared import Policy
from xianjie.regression.model import Expectation, RegressionCase
from xianjie.regression.paths import Name, find, same
from xianjie.suite.forms import Place
from xianjie.suite.mutants import Mutant

PARTS = ("policy", "eligibility", "services", "duties", "referral", "incentives")


@dataclass(frozen=True, slots=True)
class _Put:
    """A case as it stands on its day, laid out, with its expectations part by part."""

    case: RegressionCase
    known: Case
    encoded: Encoded
    chosen: Mapping[str, str]
    expect: Mapping[str, Sequence[Expectation]]


class Killing:
    """Put the mutants of one policy to a list of cases."""

    def __init__(self, policy: Policy, cases: Sequence[RegressionCase]) -> None:
        """Take a policy and the cases that hold for it."""
        self.policy = policy
        self._base: dict[int, PolicyAt] = {}
        self._procedures = Procedures()
        self._naming: dict[str, list[int]] = {}
        self._last: dict[tuple[str, str], int] = {}
        self._puts = [self._put(case, number) for number, case in enumerate(cases)]

    def close(self) -> None:
        """Free what is held outside Python."""
        self._procedures.close()

    def breaks(self) -> list[tuple[RegressionCase, Expectation]]:
        """List the cases that do not hold for the policy itself, each with the first expectation that does not."""
        out = []
        for put in self._puts:
            broken = self._broken(put, self.policy, frozenset(), frozenset(PARTS))
            if broken is not None:
                out.append((put.case, broken))
        return out

    def killer(self, mutant: Mutant) -> RegressionCase | None:
        """Give the first case found that a mutant does not survive; None where it survives them all."""
        for number in self._in_turn(mutant):
            put = self._puts[number]
            if mutant.places and not self._reaches(put, mutant):
                continue
            if self._broken(put, mutant.policy, mutant.places, mutant.parts) is not None:
                self._last[mutant.kind, mutant.rule] = number
                return put.case
        return None

    def _in_turn(self, mutant: Mutant) -> list[int]:
        """Order the cases that look where the mutant is: the likeliest first, so that most mutants fall at once."""
        out: dict[int, None] = {}
        last = self._last.get((mutant.kind, mutant.rule))
        if last is not None:
            out[last] = None
        if not mutant.places:
            out.update(dict.fromkeys(self._naming.get(mutant.rule, ())))
        out.update((number, None) for number in range(len(self._puts)))
        return [number for number in out if mutant.parts & self._puts[number].expect.keys()]

    # ------------------------------------------------------------------------------------------------------------

    def _put(self, case: RegressionCase, number: int) -> _Put:
        known = on_day(case.case, case.as_of)
        encoded = encode(known.facts, self.policy.vocabulary, "zh")
        expect: dict[str, list[Expectation]] = {}
        for one in case.expect:
            first = one.steps[0]
            assert isinstance(first, Name)
            expect.setdefault(first.name, []).append(one)
            last = one.steps[-1]
            if isinstance(last, Name) and last.name == "rule" and isinstance(one.value, str):
                self._naming.setdefault(one.value, []).append(number)
        return _Put(case, known, encoded, case.settings.chosen(self.policy.region), expect)

    def _reaches(self, put: _Put, mutant: Mutant) -> bool:
        """Tell whether what the mutant changed comes out otherwise in a case, in a part that the case looks at."""
        blocks = {block for block, _ in mutant.places if self._looks_at(put, block)}
        if not blocks:
            return False
        worlds = [put.known.facts]
        if "ledger" in blocks:
            worlds += [{**put.known.facts, **ledger.facts} for ledger in put.known.ledgers]
        # a step is judged by what was known when it was taken
        days = [put.case.as_of if event.on is None else event.on for event in put.known.events]
        worlds += [after_steps(put.known, number, day).facts for number, day in enumerate(days, 1)]
        return any(self._moves(facts, put.case.as_of, mutant) for facts in worlds)

    def _looks_at(self, put: _Put, block: str) -> bool:
        if block == "ledger":
            return "duties" in put.expect
        part, _, direction = block.partition(".")
        return part in put.expect and (not direction or put.known.facts.get("referral.direction") == direction)

    def _moves(self, facts: Mapping[str, Value], as_of: int, mutant: Mutant) -> bool:
        before, after = (
            World(facts, as_of, policy.parameters_at(as_of), policy.definitions, policy.vocabulary.events)
            for policy in (self.policy, mutant.policy)
        )
        return any(evaluate(old, before) is not evaluate(new, after) for old, new in mutant.roots)

    def _broken(self, put: _Put, policy: Policy, places: frozenset[Place], parts: frozenset[str]) -> Expectation | None:
        at: PolicyAt = self._at(put.case.as_of)
        if policy is not self.policy:
            at = _Variant(policy, at, frozenset(block for block, _ in places))
        inquiry = Inquiry(put.known, at, put.encoded, put.case.settings, put.chosen)
        for part, expect in put.expect.items():
            if part not in parts:
                continue
            answer = {part: answered(inquiry, part, self._procedures)}
            for one in expect:
                if not same(one.value, find(answer, one.steps)):
                    return one
        return None

    def _at(self, as_of: int) -> PolicyAt:
        if as_of not in self._base:
            self._base[as_of] = PolicyAt(self.policy, as_of, "zh", "generated")
        return self._base[as_of]


def answered(inquiry: Inquiry, part: str, procedures: Procedures) -> Any:
    """Answer one part of a case as the engine does; None where the case has no record for it."""
    records = inquiry.case.records
    match part:
        case "eligibility":
            return eligibility(inquiry)
        case "services":
            return services(inquiry) if records & {"person", "household"} else None
        case "duties":
            return duties(inquiry) if records & {"ledger", "duty", "target"} else None
        case "referral":
            return referral(inquiry, procedures) if "referral" in records else None
        case "incentives":
            return incentives(inquiry) if "organisation" in records else None
        case _:
            return dict(_headed(inquiry))


def _headed(inquiry: Inquiry) -> Iterator[tuple[str, Any]]:
    policy = inquiry.policy
    document = policy.file.document
    yield from (("id", policy.id), ("version", policy.file.version), ("title", document.title))
    yield from (("standing", document.standing), ("text", document.text))
    yield "validity", policy.validity_at(inquiry.at.as_of)


class _Variant(PolicyAt):
    """A mutant on one date: what it left alone is decided as in its original, the rest by walking the tree."""

    def __init__(self, policy: Policy, base: PolicyAt, changed: frozenset[str]) -> None:
        super().__init__(policy, base.as_of, base.lang, "tree")
        self._original, self._changed = base, changed

    def decide(self, block: str, encoded: Encoded) -> list[Finding]:
        """Decide a block."""
        if block in self._changed:
            return super().decide(block, encoded)
        return self._original.decide(block, encoded)
