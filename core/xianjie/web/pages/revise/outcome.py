"""What a revision comes to, worked out step by step beside the event loop: differences, cases, proofs, regression."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xianjie.cases import Case
from xianjie.errors import Problem, XianjieError
from xianjie.policy.prepared import Policy
from xianjie.revision.approvals import Approvals, Judged, judge
from xianjie.revision.diff import diff
from xianjie.revision.diff_change import Diff
from xianjie.revision.impact import Impact, impact
from xianjie.revision.impact_xlsx import MOST_ROWS
from xianjie.revision.sampling import draw_cases
from xianjie.revision.trial import Trial, suite_of, tried
from xianjie.service.proving import outcome, prove_revision
from xianjie.service.state import Service
from xianjie.service.wire import answer_bytes
from xianjie.service.working import apart, in_thread
from xianjie.vocabulary.terms import DIMENSIONS
from xianjie.web.jobs import Progress

SEED = 1
PATIENCE = 300.0
"""Seconds for which a proof waits for its turn; a job can wait longer than a request."""
_EVERY = 25
_DOCUMENT = 250_000
"""Bytes of a document that was read, measured on the installed ones."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be compared, and on which cases: those of a file, or as many generated ones."""

    old: Policy
    new: Policy
    text: str
    day: int
    today: int
    generate: int
    cases: Sequence[Case] | None = None
    file: str = ""
    approvals: Approvals = field(default_factory=lambda: Approvals((), ()))
    approvals_file: str | None = None
    approvals_text: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. Of each dimension either a report of the proof, or what was wrong with it."""

    asked: Asked
    diff: Diff
    impact: Impact
    judged: Judged
    proofs: Mapping[str, Mapping[str, Any]]
    unproved: Mapping[str, Sequence[Problem]]
    trial: Trial | None
    untried: Sequence[Problem]

    @property
    def weight(self) -> int:
        """Estimate the bytes that it holds in memory: the new document, its cases, and all that is listed of them."""
        asked = self.asked
        texts = _DOCUMENT + 2 * len(asked.text.encode()) + 2 * len(asked.approvals_text.encode())
        proofs = 4 * sum(len(answer_bytes(report)) for report in self.proofs.values())
        listed = 200 * len(self.impact.listed) + 2000 * len(self.diff.changes)
        return texts + proofs + listed + 2500 * len(asked.cases or ())


async def work_out(service: Service, asked: Asked, progress: Progress) -> Outcome:
    """Do all of it; what cannot be proved or tried is told in its place, and the rest is done."""
    engine = service.answering.engine
    progress.step(0, None, ("比较两份文件", "comparing the documents"))
    found = await in_thread(service.threads, diff, asked.old, asked.new, asked.day)
    total = asked.generate if asked.cases is None else len(asked.cases)
    progress.step(0, total, ("逐个比较个案", "comparing case by case"))
    moved = await in_thread(service.threads, _impact, asked, progress)
    proofs: dict[str, Mapping[str, Any]] = {}
    unproved: dict[str, Sequence[Problem]] = {}
    for number, dimension in enumerate(DIMENSIONS):
        progress.step(number, len(DIMENSIONS), ("求证：哪些个案的结论不同", "proving which cases come out otherwise"))
        try:
            proofs[dimension] = await _proved(service, asked, dimension)
        except XianjieError as error:
            unproved[dimension] = error.problems
    progress.step(0, 1, ("核对地区自带的个案", "putting the region's own cases to it"))
    trial: Trial | None = None
    untried: Sequence[Problem] = ()
    try:
        cases = await in_thread(service.threads, suite_of, service.regions, asked.old.region)
        progress.step(0, max(1, len(cases)))
        trial = await in_thread(service.threads, tried, engine, asked.old, asked.new, cases, progress.step)
    except XianjieError as error:
        untried = error.problems
    return Outcome(
        asked, found, moved, judge(moved, asked.approvals, asked.today), proofs, unproved, trial, tuple(untried)
    )


def _impact(asked: Asked, progress: Progress) -> Impact:
    policies = (asked.old, asked.new)
    cases: Iterable[Case]
    if asked.cases is None:
        cases = draw_cases(policies, asked.generate, SEED, asked.day)
    else:
        cases = (case if case.as_of is not None else replace(case, as_of=asked.day) for case in asked.cases)
    return impact(*policies, _watched(cases, progress), asked.day, listed=MOST_ROWS)


def _watched(cases: Iterable[Case], progress: Progress) -> Iterator[Case]:
    for number, case in enumerate(cases):
        if number % _EVERY == 0:
            progress.step(number)
        yield case


async def _proved(service: Service, asked: Asked, dimension: str) -> Mapping[str, Any]:
    settings = service.settings
    reference = f"{asked.old.region}@{asked.old.id}"
    told = await apart(
        service.proving,
        PATIENCE,
        settings.proving_seconds,
        prove_revision,
        reference,
        asked.old.sha256,
        asked.text,
        asked.new.sha256,
        asked.day,
        dimension,
        int(settings.proving_seconds * 1000 / 4),
    )
    return outcome(told)
