"""The cells of services and incentives: for whom, and under which circumstances."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.compare.bilingual import Both
from xianjie.compare.value import NOBODY, Piece, Value, asked, by_reading, forms, gathered, in_own_words
from xianjie.compare.wording import Voice
from xianjie.language import nodes
from xianjie.policy.model import AnyRule, IncentiveRule, ServiceRule

_NOBODY = Both(
    "不面向组织（资金渠道或政府职责）", "not for an organisation (a channel of money, or a duty of the authorities)"
)
_ANYBODY = Both("不限主体", "anybody")


def entitlements(rules: Sequence[AnyRule], voice: Voice) -> Value:
    """Say of each rule its class of beneficiaries, then the circumstances."""
    return gathered([_piece(rule, voice) for rule in rules])


def _piece(rule: AnyRule, voice: Voice) -> Piece:
    if not isinstance(rule, IncentiveRule | ServiceRule):
        return in_own_words(rule)
    main = voice.found(rule).main
    who, when = main["beneficiary"], main["when"]
    if who == nodes.Truth(False):
        return Piece(rule, _NOBODY, members=frozenset([NOBODY]))
    text, whole = (_told(who, when, voice, full) for full in (False, True))
    details = (whole,) if whole != text else ()
    readings = (*by_reading(rule, "beneficiary", voice), *by_reading(rule, "when", voice))
    return Piece(
        rule,
        text,
        conditions=asked([who, when], voice),
        forms=forms(rule, voice, "beneficiary", "when"),
        axes=voice.found(rule).axes,
        details=(*details, *readings),
    )


def _told(who: nodes.Condition, when: nodes.Condition, voice: Voice, whole: bool) -> Both:
    class_ = _ANYBODY if who == nodes.Truth(True) else voice.words(who, whole)
    if when == nodes.Truth(True):
        return class_
    words = voice.words(when, whole)
    return Both(f"{class_.zh}，条件：{words.zh}", f"{class_.en}, where: {words.en}")
