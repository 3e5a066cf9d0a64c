"""Whether a referral may go ahead, what step it lacks, and where its procedure stands."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.cases import Case
from xianjie.cases.case import Facts
from xianjie.cases.steps import TOLD
from xianjie.engine.inquiry import Entry, Inquiry, joined_why, plain_why
from xianjie.engine.procedures import Procedures, walk
from xianjie.engine.readings import Outcome, Settled, settle
from xianjie.engine.stated import silence, stated, unrecorded
from xianjie.language.calendar import NEVER, iso
from xianjie.language.explain import Finding, Why
from xianjie.policy.model import ReferralDutyRule
from xianjie.policy.prepared import Line, Policy, ReferralLine
from xianjie.vocabulary.terms import STEPS, term

AFTER = {"consent_before_letter": "reissue_letter"}
"""What to do next where a gate is closed and the mend is not the gate itself."""

PAPERS = {"referral_letter": "referral.letter_issued", "sealed_materials": "referral.materials_sealed"}
"""The fact that tells whether a document of a referral is there."""


def referral(inquiry: Inquiry, procedures: Procedures) -> Entry:
    """Answer the case's referral in its direction."""
    direction = direction_of(inquiry.case)
    entry = referral_itself(inquiry, procedures)
    if direction is not None:
        findings = inquiry.findings(f"referral.{direction}")
        rows = simplification_rows(inquiry.policy, direction)
        entry["simplification"] = next((simplification(row, inquiry, findings) for row in rows), None)
        rows = accompanying_rows(inquiry.policy, direction)
        entry["accompanying"] = [accompanying(row, inquiry, findings) for row in rows]
    return entry


def direction_of(case: Case) -> str | None:
    """Name the direction of a case's referral."""
    direction = case.facts.get("referral.direction")
    assert direction is None or isinstance(direction, str)
    return direction


def referral_itself(inquiry: Inquiry, procedures: Procedures) -> Entry:
    """Answer a referral without what stands around it: a simplified procedure, and what somebody owes."""
    direction = direction_of(inquiry.case)
    if direction is None:
        return {**_blank(inquiry, None), **unrecorded(inquiry, ["referral.direction"])}
    findings = inquiry.findings(f"referral.{direction}")
    line = inquiry.policy.referrals.get(direction)
    if line is None:
        entry = {**_blank(inquiry, direction), **silence(inquiry)}
    elif line.rule.mechanism_only:
        entry = {**_blank(inquiry, direction), **silence(inquiry)}
        text = inquiry.say("文件只提出机制，没有写明步骤", "the document names a mechanism and no steps")
        entry.update(
            force=line.rule.force,
            clause=line.clause,
            rule=line.rule.id,
            channel=line.rule.channel,
            notes=list(line.rule.notes),
            why=plain_why(line.rule.id, None, text),
        )
    else:
        entry = _under(inquiry, line, findings, procedures)
    return entry


def places_of(line: ReferralLine | None) -> tuple[int, ...]:
    """List the places of the conditions that a referral itself rests on."""
    if line is None:
        return ()
    triggers = [place for reading in line.trigger.places for place in reading.values()] if line.trigger else []
    guards = [step.guard for step in line.steps if step.guard is not None]
    return tuple(dict.fromkeys((*triggers, *(place for _, place in line.gates), *guards)))


def recorded(case: Case, as_of: int) -> tuple[object, ...]:
    """Give all of a case that a referral is answered by, beside the findings on its direction."""
    facts = case.facts
    consented = facts.get("referral.consent_date")
    if isinstance(consented, int) and NEVER < consented <= as_of:
        consented = True  # of a consent that was given the day is not told
    return (
        facts.get("referral.initiator"),
        consented,
        "referral.letter_date" in facts,
        facts.get("referral.letter_issued"),
        facts.get("referral.materials_sealed"),
        _out_of_order(facts),  # of these the days are told
        *((event.event, event.on) for event in case.events),
        *_known_by_itself(case),
    )


def _known_by_itself(case: Case) -> tuple[object, ...]:
    """Give what a step is judged by that no step tells: of what steps tell too, what is recorded beside them."""
    return tuple(case.given.get(name) for name in TOLD) if case.events else ()


def _under(inquiry: Inquiry, line: ReferralLine, findings: Sequence[Finding], procedures: Procedures) -> Entry:
    rule = line.rule
    outcomes = [_outcome(inquiry, line, findings, number) for number in range(_readings_of(line))]
    settled = settle(line.trigger.readings, outcomes, inquiry.chosen) if line.trigger else _only(outcomes[0])
    status, missing_step, next_step = settled.status, None, None
    missing = list(settled.missing)
    closed, open_ = _closed(inquiry, line, findings), _open(line, findings)
    ruled = status != inquiry.policy.silence
    procedure = walk(inquiry, line, procedures) if ruled else None
    why = settled.main.why
    out_of_turn = procedure["refused"] if procedure is not None and status != "not_triggered" else None
    if out_of_turn is not None and (status == "refused" or not out_of_turn["missing"]):
        status, missing = "refused", []
        missing_step = out_of_turn["missing_step"] or (closed[0] if closed else None)
        early = _letter_too_early(inquiry) if closed is not None and closed[0] == "consent_before_letter" else None
        why = plain_why(rule.id, False, inquiry.say("；", "; ").join(filter(None, (out_of_turn["text"], early))))
    elif out_of_turn is not None:
        # the step may have been in turn: what it needs is not recorded
        status, missing = "undetermined", list(dict.fromkeys((*missing, *out_of_turn["missing"])))
        open_ = open_ or out_of_turn["missing_step"]
        why = plain_why(rule.id, None, str(out_of_turn["text"]))
    elif closed is not None and status == "refused":
        missing_step = closed[0]
    if status == "refused":
        next_step = AFTER.get(missing_step, missing_step) if missing_step else None
    elif status == "undetermined":
        next_step = AFTER.get(open_, open_) if open_ else None
    elif status == "allowed":
        next_step = _next(inquiry, line)
    return {
        **_blank(inquiry, rule.direction),
        **stated(rule, line.clause, settled),
        "status": status,
        "missing": missing,
        "missing_step": missing_step,
        "next_step": next_step,
        "documents_any_of": list(rule.documents.any_of) if rule.documents else [],
        "document_required": rule.documents.required if rule.documents else inquiry.policy.silence,
        "channel": rule.channel,
        "options": list(rule.options) if ruled else [],
        "procedure": procedure,
        "why": why,
    }


def _readings_of(line: ReferralLine) -> int:
    return len(line.trigger.readings.all) if line.trigger else 1


def _only(outcome: Outcome) -> Settled:
    return Settled(outcome.status, outcome.missing, outcome, False, [], (0,))


def _closed(inquiry: Inquiry, line: ReferralLine, findings: Sequence[Finding]) -> tuple[str, Finding] | None:
    """Find the first gate that is certainly closed; a letter before a consent that came later is told as the order."""
    closed = {gate.step: findings[place] for gate, place in line.gates if findings[place].value is False}
    if "consent_before_letter" in closed and inquiry.case.facts.get("referral.consent_date", NEVER) != NEVER:
        closed.pop("consent", None)
    return next(iter(closed.items()), None)


def _out_of_order(facts: Facts) -> tuple[int, int] | None:
    """Give the days of a letter and of a consent that came after it; None where they are in order, or not known."""
    letter, consent = facts.get("referral.letter_date"), facts.get("referral.consent_date")
    if isinstance(letter, int) and isinstance(consent, int) and NEVER < letter < consent:
        return letter, consent
    return None


def _letter_too_early(inquiry: Inquiry) -> str | None:
    """Tell of a letter before the consent: both days, and what mends it."""
    found = _out_of_order(inquiry.case.facts)
    if found is None:
        return None
    letter, consent = map(iso, found)
    return inquiry.say(
        f"函件日期 {letter} 早于同意日 {consent}；请另出一份日期不早于 {consent} 的转介函件",
        f"the letter of {letter} is earlier than the consent of {consent}: issue it anew, dated {consent} or later",
    )


def _open(line: ReferralLine, findings: Sequence[Finding]) -> str | None:
    """Name the first gate that is not yet known to be open."""
    return next((gate.step for gate, place in line.gates if findings[place].value is None), None)


def _outcome(inquiry: Inquiry, line: ReferralLine, findings: Sequence[Finding], number: int) -> Outcome:
    rule = line.rule
    parts: list[tuple[str, Why]] = []
    initiator = inquiry.case.facts.get("referral.initiator")
    if initiator is not None and initiator not in rule.initiators:
        text = inquiry.say("文件没有规定由这一方发起", "the document has no rule for a referral begun by this party")
        because_why = plain_why(rule.id, None, text, [{"fact": "referral.initiator", "value": str(initiator)}])
        return Outcome(inquiry.policy.silence, (), because_why)
    trigger = findings[line.trigger.places[number]["trigger"]] if line.trigger else None
    if trigger is not None:
        parts.append(("trigger", trigger.why))
    gates = [(gate.step, findings[place]) for gate, place in line.gates]
    # an order of two dates is a reason only where both are there
    ordered = {"referral.consent_date", "referral.letter_date"} <= inquiry.case.facts.keys()
    parts += [
        (f"gate:{step}", finding.why)
        for step, finding in gates
        if ordered or step != "consent_before_letter" or finding.value is not True
    ]
    if trigger is not None and trigger.value is False:
        return Outcome("not_triggered", (), joined_why(rule.id, "all", False, [("trigger", trigger.why)], inquiry.lang))
    closed = _closed(inquiry, line, findings)
    if closed is not None:
        step, finding = closed
        why: Why = {**finding.why, "rule": rule.id}
        consented = inquiry.case.facts.get("referral.consent_date")
        if step == "consent" and isinstance(consented, int) and consented > inquiry.at.as_of:
            why["text"] = inquiry.say(
                f"同意日 {iso(consented)} 晚于判定日，当时尚未同意",
                f"consent came on {iso(consented)}, after the date of evaluation",
            )
        if step == "consent_before_letter":
            why["text"] = _letter_too_early(inquiry) or why["text"]
        why["text"] = (
            inquiry.say(f"缺少步骤“{term(STEPS, step)}”：", f"step missing: {term(STEPS, step, 'en')}: ") + why["text"]
        )
        return Outcome("refused", (), why)
    missing = [name for finding in (trigger, *(f for _, f in gates)) if finding is not None for name in finding.missing]
    if initiator is None:
        missing.append("referral.initiator")
    if missing or any(finding.value is None for _, finding in gates):
        return Outcome(
            "undetermined",
            tuple(dict.fromkeys(missing)),
            _open_why(inquiry, rule.id, parts, initiator is None),
        )
    if not parts:
        return Outcome("allowed", (), plain_why(rule.id, True, inquiry.say("无附加条件", "no further condition")))
    return Outcome("allowed", (), joined_why(rule.id, "all", True, parts, inquiry.lang))


def _open_why(inquiry: Inquiry, rule: str, parts: list[tuple[str, Why]], no_initiator: bool) -> Why:
    if no_initiator:
        text = inquiry.at.speaker.term("referral.initiator") + inquiry.say("：未记录", ": not recorded")
        parts = [
            *parts,
            ("initiator", plain_why(rule, None, text, [{"fact": "referral.initiator", "value": None}])),
        ]
    return joined_why(rule, "all", None, parts, inquiry.lang)


def _next(inquiry: Inquiry, line: ReferralLine) -> str | None:
    """Name the step after the gates: the document where one is asked for and not there yet, else the region's own."""
    documents = line.rule.documents
    facts = inquiry.case.facts
    if documents is not None and not any(facts.get(PAPERS[name]) is True for name in documents.any_of):
        return "letter_or_seal"
    return line.rule.next_step


def _blank(inquiry: Inquiry, direction: str | None) -> Entry:
    """Give the parts that only a referral has, before anything is known of them."""
    return {
        "direction": direction,
        "missing_step": None,
        "next_step": None,
        "documents_any_of": [],
        "document_required": inquiry.policy.silence,
        "channel": None,
        "simplification": None,
        "options": [],
        "accompanying": [],
        "procedure": None,
    }


def simplification_rows(policy: Policy, direction: str) -> list[Line | None]:
    """List the rule on a simplified procedure, None where the document is silent; nothing on the reverse route."""
    return [next(iter(policy.simplifications), None)] if direction == "forward" else []


def simplification(line: Line | None, inquiry: Inquiry, findings: Sequence[Finding]) -> Entry:
    """Answer whether the procedure may be simplified."""
    if line is None:
        return silence(inquiry)
    outcomes = [_simplified(inquiry, line, findings, number) for number in range(len(line.readings.all))]
    return stated(line.rule, line.clause, settle(line.readings, outcomes, inquiry.chosen))


def _simplified(inquiry: Inquiry, line: Line, findings: Sequence[Finding], number: int) -> Outcome:
    places = line.places[number]
    when = findings[places["when"]]
    scope = findings[places["scope"]] if "scope" in places else None
    if scope is not None and scope.value is False:
        text = inquiry.say("文件没有规定这种情形：", "the document does not rule this situation: ") + scope.why["text"]
        return Outcome(inquiry.policy.silence, (), {**scope.why, "text": text})
    if scope is not None and scope.value is None:
        return Outcome("undetermined", tuple(dict.fromkeys((*scope.missing, *when.missing))), scope.why)
    match when.value:
        case True:
            return Outcome("available", (), when.why)
        case False:
            return Outcome("not_available", (), when.why)
        case None:
            return Outcome("undetermined", when.missing, when.why)


def accompanying_rows(policy: Policy, direction: str) -> list[Line | None]:
    """List the rules on what somebody owes around a referral.

    On the reverse route there is always what the government owes after it; None where the document is silent on that.
    """
    rows: list[Line | None] = []
    government = False
    for line in policy.referral_duties:
        if isinstance(line.rule, ReferralDutyRule) and line.rule.direction == direction:
            government = government or line.rule.government
            rows.append(line)
    return rows if government or direction != "reverse" else [*rows, None]


def accompanying(line: Line | None, inquiry: Inquiry, findings: Sequence[Finding]) -> Entry:
    """Answer what somebody owes around a referral, under one rule."""
    if line is None:
        return {"duty": "government_duty", "actor": None, "text": None, **silence(inquiry)}
    rule = line.rule
    assert isinstance(rule, ReferralDutyRule)
    outcomes = [_duty(findings[places["when"]]) for places in line.places]
    return {
        "duty": "government_duty" if rule.government else rule.id,
        "actor": rule.actor,
        "text": inquiry.say(rule.zh, rule.en),
        **stated(rule, line.clause, settle(line.readings, outcomes, inquiry.chosen)),
    }


def _duty(finding: Finding) -> Outcome:
    match finding.value:
        case True:
            return Outcome("applies", (), finding.why)
        case False:
            return Outcome("condition_not_met", (), finding.why)
        case None:
            return Outcome("undetermined", finding.missing, finding.why)
