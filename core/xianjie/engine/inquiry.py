"""What is put to a policy: the case laid out, the date, the settings, and the engine's findings block by block."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xianjie.cases import Case
from xianjie.engine.deciders import PolicyAt
from xianjie.engine.encode import Encoded, encode
from xianjie.engine.readings import Entry as Entry
from xianjie.language.evaluate import Value
from xianjie.language.explain import Because, Finding, Why
from xianjie.policy.prepared import Policy


@dataclass(frozen=True, slots=True)
class Settings:
    """What a caller may set: how many days before its due date a duty is due soon, and readings an office settled on.

    `readings` maps a set of readings, by its id or by `region:id`, to the option chosen.
    """

    due_soon_days: int = 30
    readings: Mapping[str, str] = field(default_factory=dict)

    def chosen(self, region: str) -> Mapping[str, str]:
        """Give the readings chosen for one region."""
        out = {axis: option for axis, option in self.readings.items() if ":" not in axis}
        prefix = f"{region}:"
        out.update({axis[len(prefix) :]: option for axis, option in self.readings.items() if axis.startswith(prefix)})
        return out


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One case before one policy."""

    case: Case
    at: PolicyAt
    encoded: Encoded
    settings: Settings
    chosen: Mapping[str, str]

    @property
    def policy(self) -> Policy:
        """Name the policy that is asked."""
        return self.at.policy

    @property
    def lang(self) -> str:
        """Name the language of the reasons."""
        return self.at.lang

    def findings(self, block: str) -> list[Finding]:
        """Decide a block on the case's facts."""
        return self.at.decide(block, self.encoded)

    def findings_with(self, block: str, facts: Mapping[str, Value]) -> list[Finding]:
        """Decide a block on the case's facts and those of one record beside them."""
        both = {**self.encoded.facts, **facts}
        return self.at.decide(block, encode(both, self.policy.vocabulary, self.lang))

    def say(self, zh: str, en: str) -> str:
        """Choose the sentence in the language of the inquiry."""
        return zh if self.lang == "zh" else en


def silent_why(inquiry: Inquiry) -> Why:
    """Explain a silence: the full text, or the digest at hand, does not say."""
    full = inquiry.policy.silence == "not_stipulated"
    text = inquiry.say(
        "文件全文没有规定" if full else "手头只有摘要，摘要没有提到",
        "the full text does not say" if full else "only a digest is at hand, and it does not say",
    )
    return {"rule": "", "op": "silence", "value": None, "text": text, "because": []}


def plain_why(rule: str, value: bool | None, text: str, because: list[Because] | None = None) -> Why:
    """Explain a result that was computed rather than read off a condition."""
    return {"rule": rule, "op": "is", "value": value, "text": text, "because": because or []}


def joined_why(rule: str, op: str, value: bool | None, parts: list[tuple[str, Why]], lang: str) -> Why:
    """Explain a result by several findings, each as a named part; a single one stands for itself."""
    if len(parts) == 1:
        return {**parts[0][1], "rule": rule}
    deciding = [why for _, why in parts if why["value"] is value] or [why for _, why in parts]
    joint = (
        ("，且" if lang == "zh" else ", and ") if op == "all" and value is True else ("；" if lang == "zh" else "; ")
    )
    because: list[Because] = [
        {
            "op": why.get("op", "is"),
            "part": name,
            "value": why["value"],
            "text": why["text"],
            "because": why["because"],
        }
        for name, why in parts
    ]
    return {
        "rule": rule,
        "op": op,
        "value": value,
        "text": joint.join(why["text"] for why in deciding),
        "because": because,
    }
