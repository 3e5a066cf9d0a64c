"""What a process beside the service does: put questions to the solver, over the installed documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.api import installed_engine
from xianjie.cases.read import read_case
from xianjie.engine.inquiry import Settings
from xianjie.errors import InputError, InternalError, Problem, XianjieError
from xianjie.policy.prepared import Policy
from xianjie.service.problems import Refused

Told = tuple[str, Any]
"""`done` with what came out, or `wrong` with problems, since an exception of ours does not cross processes."""


class _Changed(XianjieError):  # noqa: N818 - named for what is told
    """The files are no longer those of the service."""


def get_ready(as_of: int) -> Told:
    """Load the solver, read the documents, and ask something of one: what whoever asks first would wait for."""
    from xianjie.proof import report  # noqa: F401 - differences are told by it
    from xianjie.proof.plain import why_not_data
    from xianjie.proof.why_not import why_not

    try:
        engine = installed_engine()
        timelines = engine.documents.timelines
        first = next((policy for timeline in timelines.values() for policy in timeline.all), None)
        if first is not None:
            why_not_data(why_not(read_case({}, engine.vocabulary), first, as_of), first.region)
        return "done", list(timelines)
    except XianjieError as error:
        return "wrong", wrong(error)


def prove_difference(
    references: Sequence[str],
    expected: Sequence[str],
    as_of: int,
    dimensions: Sequence[str],
    complete: bool,
    by_rule: bool,
    timeout_ms: int,
) -> Told:
    """Tell how two documents differ, as `xianjie prove --json`; `expected` are the documents' hashes."""
    from xianjie.proof.report import difference

    try:
        left, right = policies_named(references, expected, as_of)
        return "done", difference(
            left, right, as_of, dimensions, complete=complete, by_rule=by_rule, timeout_ms=timeout_ms
        )
    except XianjieError as error:
        return "wrong", wrong(error)


def prove_revision(
    reference: str,
    expected: str,
    revised: str,
    sha256: str,
    as_of: int,
    dimension: str,
    timeout_ms: int,
) -> Told:
    """Tell in one dimension how a document and its revision differ.

    `revised` is the text of an overlay, or of a policy as a whole; `expected` and `sha256` are the hashes of both.
    """
    from xianjie.policy.revised import revised_policy
    from xianjie.proof.report import difference

    try:
        (base,) = policies_named([reference], [expected], as_of)
        policy = revised_policy(base, revised, "revised.yaml")
        if policy.sha256 != sha256:
            raise InternalError(Problem("revision-other", "修订读成了别的", "the revision reads otherwise here"))
        return "done", difference(base, policy, as_of, [dimension], timeout_ms=timeout_ms)
    except XianjieError as error:
        return "wrong", wrong(error)


def find_questions(
    case: Mapping[str, Any],
    references: Sequence[str],
    expected: Sequence[str],
    as_of: int,
    dimensions: Sequence[str],
    readings: Mapping[str, str],
    timeout_ms: int,
) -> Told:
    """Find the fewest facts that decide a case, as `xianjie ask --json`; the case has been read before."""
    from xianjie.proof.ask import ask
    from xianjie.proof.plain import questions_data

    try:
        policies = policies_named(references, expected, as_of)
        settings = Settings(readings=readings)
        chosen = [settings.chosen(policy.region) for policy in policies]
        record = read_case(case, installed_engine().vocabulary)
        found = ask(record, policies, as_of, dimensions, chosen, timeout_ms)
        return "done", questions_data(found, references)
    except XianjieError as error:
        return "wrong", wrong(error)


def find_changes(
    case: Mapping[str, Any],
    reference: str,
    expected: str,
    as_of: int,
    point: str,
    readings: Mapping[str, str],
    timeout_ms: int,
) -> Told:
    """Find the smallest changes of facts that change an answer, as `xianjie why-not --json`."""
    from xianjie.proof.ask import DIRECTION, points_meant
    from xianjie.proof.plain import why_not_data
    from xianjie.proof.why_not import why_not

    try:
        (policy,) = policies_named([reference], [expected], as_of)
        chosen = Settings(readings=readings).chosen(policy.region)
        record = read_case(case, installed_engine().vocabulary)
        key = points_meant(point, {}, record.facts.get(DIRECTION))[0] if point == "referral" else point
        return "done", why_not_data(why_not(record, policy, as_of, key, None, chosen, timeout_ms), reference)
    except XianjieError as error:
        return "wrong", wrong(error)


def outcome(told: Told) -> Mapping[str, Any]:
    """Give what a process found; InputError where the question was wrong, InternalError where we are."""
    word, found = told
    if word == "done":
        made: Mapping[str, Any] = found
        return made
    if found["kind"] == _Changed.__name__:
        raise Refused(503, found["problems"], {"retry-after": "5"})
    kind: type[XianjieError] = InputError if found["kind"] == "InputError" else InternalError
    raise kind(found["problems"])


def policies_named(references: Sequence[str], expected: Sequence[str], as_of: int) -> list[Policy]:
    """Find documents of the service among those that this process reads, by their hashes."""
    for again in (False, True):
        if again:  # the service has taken changed documents into service since this process read them
            installed_engine.cache_clear()
        documents = installed_engine().documents
        try:
            found = [documents.answering(reference, as_of) for reference in references]
        except (InputError, KeyError):  # a document, or a region, that came later
            continue
        if [policy.sha256 for policy in found] == list(expected):
            return found
    raise _Changed(
        Problem(
            "documents-changed",
            "文件已改动而尚未投入使用，求解须待重读之后",
            "files have changed and are not in service yet: the solver waits until they are read again",
        )
    )


def wrong(error: XianjieError) -> Mapping[str, Any]:
    """Give what an error tells, so that it crosses processes."""
    return {"kind": type(error).__name__, "problems": error.problems}
