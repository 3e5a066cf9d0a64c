"""Questions, changes and exact answers as plain data, as `--json` gives them; every sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from xianjie.engine.encode import show
from xianjie.language.calendar import iso
from xianjie.language.evaluate import Value
from xianjie.language.smt import bounds_of
from xianjie.proof.ask import Question, Questions
from xianjie.proof.exact import Exact
from xianjie.proof.filling import Asked
from xianjie.proof.kinds import Kind
from xianjie.proof.next_question import Prospect
from xianjie.proof.phrases import LANGUAGES, change_text, kind_text
from xianjie.proof.why_not import Change, ChangedFact, WhyNot
from xianjie.vocabulary import FactSpec, FactType, Vocabulary

Data = dict[str, Any]


def questions_data(questions: Questions, names: Sequence[str]) -> Data:
    """Give questions as plain data; `names` are those under which the policies were asked, in their order."""
    vocabulary = _widest(questions)
    points: Data = {name: {} for name in names}
    for now in questions.points:
        points[names[now.side]][now.key] = {
            "status": now.status,
            "decided": now.decided,
            "can_become": list(now.can_become),
        }
    left_out: Data = {}
    for one in questions.left_out:
        left_out.setdefault(names[one.side], []).append(one.key)
    return {
        "state": questions.state.value,
        "as_of": iso(questions.as_of),
        "policies": {name: policy.id for name, policy in zip(names, questions.policies, strict=True)},
        "points": points,
        "questions": [_question(question, vocabulary, names) for question in questions.questions],
        "checked": {"sufficient": questions.checked.sufficient, "minimal": questions.checked.minimal},
        "left_out": left_out,
        "bounds": _bounds(questions.facts, vocabulary, questions.as_of),
    }


def _widest(questions: Questions) -> Vocabulary:
    return max((policy.vocabulary for policy in questions.policies), key=lambda found: len(found.facts))


def _question(question: Question, vocabulary: Vocabulary, names: Sequence[str]) -> Data:
    spec, outlook = vocabulary[question.fact], question.outlook
    return {
        **_term(spec),
        "words": {word: {"zh": zh, "en": en} for word, (zh, en) in spec.words.items()},
        "wanted_by": [
            {"region": names[one.side], "point": one.key, "rule": rule.rule, "force": rule.force, "clause": rule.clause}
            for one, rules in question.serves.items()
            for rule in rules
        ],
        "answers": [_prospect(prospect, spec, names) for prospect in outlook.prospects],
        "expected_left": None if outlook.expected_left is None else round(float(outlook.expected_left), 2),
    }


def _term(spec: FactSpec) -> Data:
    return {"fact": spec.name, "zh": spec.zh, "en": spec.en, "type": str(spec.type)}


def _prospect(prospect: Prospect, spec: FactSpec, names: Sequence[str]) -> Data:
    return {
        **_kind(prospect.kind, spec),
        "text": {lang: kind_text(prospect.kind, spec, lang) for lang in LANGUAGES},
        "decides": _by_region(prospect.decides, names),
        "left": prospect.left,
    }


def _kind(kind: Kind, spec: FactSpec) -> Data:
    out: Data = {"value": show(spec, kind.value)}
    if kind.ranged:
        out |= {
            "at_least": None if kind.least is None else show(spec, kind.least),
            "at_most": None if kind.most is None else show(spec, kind.most),
        }
    return out


def _by_region(statuses: Mapping[Asked, str], names: Sequence[str]) -> Data:
    out: Data = {}
    for one, status in statuses.items():
        out.setdefault(names[one.side], {})[one.key] = status
    return out


def _bounds(facts: Sequence[str], vocabulary: Vocabulary, as_of: int) -> Data:
    """Say within which bounds the proof holds."""
    out: Data = {}
    for name in facts:
        spec = vocabulary[name]
        if spec.type in (FactType.EVENT, FactType.MONEY, FactType.INT):
            bounds = bounds_of(spec, as_of)
            out[name] = [show(spec, bounds.least), show(spec, bounds.most)]
    return out


def exact_data(found: Mapping[str, Exact], vocabulary: Vocabulary) -> Data:
    """Give exact answers as plain data, point by point."""
    return {
        key: {
            "settled": one.settled,
            "decided": one.decided,
            "status": one.status,
            "reachable": [
                {"status": completion.status, "facts": facts_data(completion.facts, vocabulary)}
                for completion in one.reachable
            ],
        }
        for key, one in found.items()
    }


def facts_data(facts: Mapping[str, Value], vocabulary: Vocabulary) -> Data:
    """Give facts as an answer shows them."""
    return {name: show(vocabulary[name], value) for name, value in facts.items()}


def why_not_data(found: WhyNot, name: str) -> Data:
    """Give changes as plain data; `name` is the one under which the policy was asked."""
    return {
        "as_of": iso(found.as_of),
        "region": name,
        "policy": found.policy.id,
        "point": found.key,
        "status": found.status,
        "want": found.want,
        "outcome": found.outcome.value,
        "only_fixed": found.only_fixed,
        "changes": [_change(change, found.policy.vocabulary) for change in found.changes],
    }


def _change(change: Change, vocabulary: Vocabulary) -> Data:
    rule = dict(zip(("rule", "force", "clause"), change.ruling, strict=False))
    return {
        "status": change.status,
        **{name: rule.get(name) for name in ("rule", "force", "clause")},
        "group": change.group,
        "facts": [_changed(changed, vocabulary[changed.fact]) for changed in change.facts],
    }


def _changed(changed: ChangedFact, spec: FactSpec) -> Data:
    out: Data = {
        **_term(spec),
        "was": None if changed.was is None else show(spec, changed.was),
        "value": show(spec, changed.value),
        "fixed": changed.fixed,
        "text": {lang: change_text(changed.value, changed.span, spec, lang) for lang in LANGUAGES},
    }
    if changed.span is not None:
        least, most = changed.span.least, changed.span.most
        out |= {
            "at_least": None if least is None else show(spec, least),
            "at_most": None if most is None else show(spec, most),
        }
    return out
