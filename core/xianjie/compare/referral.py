"""The cells of referral: when it arises, consent, who may start, papers, what a charity or the government then does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from xianjie.compare.bilingual import NOTHING, Both, either, joined, listed, of_term, one_line, same, sentences
from xianjie.compare.measure import Atom
from xianjie.compare.value import Piece, Value, asked, by_reading, forms, gathered, in_own_words
from xianjie.compare.wording import Voice
from xianjie.language import nodes
from xianjie.policy.model import AnyRule, ReferralDutyRule, ReferralRule, SimplificationRule
from xianjie.vocabulary.terms import DOCUMENTS, STEPS

CONSENT_STEPS = ("inform", "consent", "consent_before_letter")

_OTHER_GATES = ("gate.match_project", "gate.acceptance")

_OPTIONS: Mapping[str, Both] = MappingProxyType(
    {
        "notify": Both("告知民政部门或乡镇(街道)", "tell civil affairs or the township"),
        "assist_application": Both("协助申请", "assist the application"),
    }
)


def direction(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Say one direction of referral: the situation and what else it takes; or what the finder is to do."""
    return gathered([_direction(rule, voice) for rule in rules])


def _direction(rule: AnyRule, voice: Voice) -> Piece:
    if not isinstance(rule, ReferralRule):
        return in_own_words(rule)
    trigger = voice.found(rule).main.get("trigger")
    axes, written = voice.found(rule).axes, forms(rule, voice, "trigger", *_OTHER_GATES)
    conditions = asked([trigger], voice) if trigger is not None else frozenset()
    plain = NOTHING if trigger is None else voice.words(trigger, named=False)
    details = by_reading(rule, "trigger", voice, named=False)
    if rule.channel:
        details += (Both(f"渠道：{one_line(rule.channel)}", f"channel: {one_line(rule.channel)}"),)
    if rule.direction == "forward":
        steps = [gate.step for gate in rule.gates if gate.step not in CONSENT_STEPS]
        named = [of_term(STEPS, step) for step in steps]
        also = Both(f"，须{listed(named).zh}", f", and {listed(named).en}") if steps else NOTHING
        text = Both(plain.zh + also.zh, plain.en + also.en) or _steps_only()
        members = _of(steps, named)
        return Piece(rule, text, members=members, conditions=conditions, forms=written, axes=axes, details=details)
    who = _initiators(rule, voice)
    does = joined([_OPTIONS[option] for option in rule.options], "，或", ", or ")
    if not does and rule.next_step:
        does = of_term(STEPS, rule.next_step)
    text = joined([either([atom.text for atom in who]), does], "：", ": ")
    if plain:
        details = (Both(f"情形：{plain.zh}", f"situation: {plain.en}"), *details)
    by = [Atom(f"by:{atom.key}", Both(f"由{atom.text.zh}办理", f"by the {atom.text.en}")) for atom in who]
    tasks = [Atom(name, Both(f"可{_OPTIONS[name].zh}", _OPTIONS[name].en)) for name in rule.options]
    return Piece(
        rule, text, members=frozenset({*by, *tasks}), conditions=conditions, forms=written, axes=axes, details=details
    )


def _steps_only() -> Both:
    return Both("不设情形", "no situation named")


def _of(keys: Sequence[str], texts: Sequence[Both]) -> frozenset[Atom]:
    return frozenset(Atom(key, text) for key, text in zip(keys, texts, strict=True))


def _initiators(rule: ReferralRule, voice: Voice) -> list[Atom]:
    table = voice.policy.vocabulary["referral.initiator"].words
    return [Atom(who, Both(*table[who])) for who in rule.initiators]


def consent(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Name the gates of information and consent."""
    pieces = []
    for rule in rules:
        gates = [gate.step for gate in rule.gates] if isinstance(rule, ReferralRule) else []
        steps = [step for step in gates if step in CONSENT_STEPS]
        members = _of(steps, [of_term(STEPS, step) for step in steps])
        written = forms(rule, voice, *(f"gate.{step}" for step in steps))
        pieces.append(Piece(rule, _consent(steps), members=members, forms=written) if steps else in_own_words(rule))
    return _unforced(gathered(pieces))


def _unforced(value: Value) -> Value:
    """Take away the force: it is the referral's own, not that of the consent, the starter or the paper.

    A consent is asked whether the referral itself is a duty or a discretion.
    """
    asks = frozenset(replace(one, force="") for one in value.measure.asks)
    return replace(value, measure=replace(value.measure, forces=(), qualifiers=frozenset(), asks=asks))


def _consent(steps: Sequence[str]) -> Both:
    first = joined([of_term(STEPS, step) for step in steps if step != "consent_before_letter"], "并", " and ")
    order = Both("出函的，先同意后出函", "where a letter is issued, consent comes first")
    return sentences([first, order if "consent_before_letter" in steps else NOTHING])


def initiators(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Name who may start the referral."""
    pieces = []
    for rule in rules:
        who = _initiators(rule, voice) if isinstance(rule, ReferralRule) else []
        text = listed([atom.text for atom in who])
        pieces.append(Piece(rule, text, members=frozenset(who)) if who else in_own_words(rule))
    return _unforced(gathered(pieces))


def documents(rules: Sequence[AnyRule]) -> Value:
    """Name the papers of a referral, any one of which will do."""
    pieces = []
    for rule in rules:
        papers = rule.documents if isinstance(rule, ReferralRule) else None
        if papers is None:
            pieces.append(in_own_words(rule))
            continue
        named = [of_term(DOCUMENTS, name) for name in papers.any_of]
        text, several = either(named), len(named) > 1
        if papers.required:
            text = Both(f"{text.zh}，须有{'其一' if several else ''}", f"{text.en}, required")
        else:
            text = Both(f"可附{text.zh}", f"{text.en}, not required")
        members = {*_of(papers.any_of, named)}
        if papers.required:
            members.add(Atom("required", Both("必须有材料", "papers are required")))
        pieces.append(Piece(rule, text, members=frozenset(members)))
    return _unforced(gathered(pieces))


def duty(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Say who owes what after a referral, as the government's duty to give aid."""
    pieces = []
    for rule in rules:
        if not isinstance(rule, ReferralDutyRule):
            pieces.append(in_own_words(rule))
            continue
        when = voice.found(rule).main["when"]
        actor = same(rule.actor) if rule.actor else NOTHING
        words = NOTHING if when == nodes.Truth(True) else voice.words(when)
        condition = Both(f"条件：{words.zh}", f"where: {words.en}") if words else NOTHING
        text = joined([actor, condition], "，", ", ") or Both("有规定", "ruled")
        summary = Both(one_line(rule.zh), one_line(rule.en))
        axes = voice.found(rule).axes
        conditions, written = asked([when], voice), forms(rule, voice, "when")
        pieces.append(Piece(rule, text, conditions=conditions, forms=written, axes=axes, details=(summary,)))
    return gathered(pieces)


def simplification(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Say when a charity may simplify its procedure, and outside what the document is silent."""
    return gathered([_simplified(rule, voice) for rule in rules])


def _simplified(rule: AnyRule, voice: Voice) -> Piece:
    main = voice.found(rule).main
    if not isinstance(rule, SimplificationRule):
        return in_own_words(rule)
    when, scope = main["when"], main.get("scope")
    details = by_reading(rule, "when", voice)
    if scope is not None and scope != when:
        words = voice.words(scope, whole=True)
        outside = Both(f"只规定这些情形：{words.zh}", f"ruled for these situations only: {words.en}")
        details = (outside, *details)
    axes = voice.found(rule).axes
    written = forms(rule, voice, "when", "scope")
    return Piece(rule, voice.words(when), conditions=asked([when], voice), forms=written, axes=axes, details=details)


def mechanism(rule: ReferralRule, clause: str, force: Both) -> Both:
    """Say that a document names a mechanism of referral, and no steps."""
    return sentences(
        [
            Both(
                f"只提出机制，没有步骤（{clause}，{force.zh}）",
                f"a mechanism is named, without steps ({clause}, {force.en})",
            ),
            Both(f"渠道：{one_line(rule.channel)}", f"channel: {one_line(rule.channel)}") if rule.channel else NOTHING,
        ]
    )
