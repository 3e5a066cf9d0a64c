"""Say an impact's rows in words: what changed, from what to what, by which clause; the same on every surface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from xianjie.language.calendar import iso, parse_period
from xianjie.language.prose import period_text
from xianjie.policy.prepared import Policy
from xianjie.revision.impact import Impact
from xianjie.revision.impact_classes import MORE_STATUSES, Side
from xianjie.revision.impact_entries import Row
from xianjie.vocabulary.terms import (
    ADVICE,
    FORCES,
    INSTRUMENTS,
    QUALIFIERS,
    SERVICES,
    STANDINGS,
    STATUSES,
    STEPS,
    UNMET,
    VALIDITIES,
    term,
)

LONGEST = 16
"""A case's name is cut to as many characters where it stands for an example."""


def notes_on(names: Sequence[str], generated: int | None, seed: int, approvals: str | None, lang: str) -> list[str]:
    """Say where the cases and the approvals came from, and how far the comparison reaches."""
    zh = lang == "zh"
    listed = ("、" if zh else ", ").join(names)
    told = [
        (f"个案来自 {listed}", f"cases from {listed}")
        if names
        else (
            f"个案是生成的（{generated} 个，种子 {seed}），都是虚构的，不代表实际人口的比例",
            f"cases were generated ({generated}, seed {seed}): invented, and no picture of a real population",
        )
    ]
    if approvals is not None:
        told.append((f"批准文件 {approvals}", f"approvals from {approvals}"))
    told.append(
        (
            "只比较这些个案；它们没有变化，不等于修订前后的文件相同，那要用 xianjie prove 证明",
            "only these cases were compared: that none of them changes does not make the policies equal, "
            "which xianjie prove decides",
        )
    )
    return [one[0 if zh else 1] for one in told]


_NO_RULE = ("无条款", "no clause")


@dataclass(frozen=True, slots=True)
class Words:
    """Name what rows speak of, in one language."""

    impact: Impact
    lang: str

    def say(self, zh: str, en: str) -> str:
        """Choose the sentence."""
        return zh if self.lang == "zh" else en

    def status(self, status: str) -> str:
        """Name a status."""
        return term(MORE_STATUSES if status in MORE_STATUSES else STATUSES, status, self.lang)

    def name(self, row: Row) -> str:
        """Name the entry of a row; where its status stayed the same, with that status."""
        name = self._name(row)
        return name if row.before.status != row.after.status else f"{name} · {self.status(row.after.status)}"

    def _name(self, row: Row) -> str:
        match row.part:
            case "status" | "group":
                return self._group(row.name)
            case "service":
                return term(SERVICES, row.name, self.lang)
            case "incentive":
                return term(INSTRUMENTS, row.name, self.lang)
            case "advice":
                return term(ADVICE, row.name, self.lang)
            case "referral":
                return self._word("referral.direction", row.name) or self.say("方向未记录", "direction not recorded")
            case "simplification":
                return self.say("程序简化", "simplification")
            case "accompanying":
                return self._accompanying(row)
            case "duty" | "compliance":
                return self._duty(row.name)

    def sides(self, row: Row) -> tuple[str, str]:
        """Say what stood before and what stands now: the statuses, or what changed behind one status."""
        before, after = row.before, row.after
        if before.status != after.status:
            step = self.say("（", " (") + self._detail(row, after) + self.say("）", ")") if after.detail else ""
            return self.status(before.status), self.status(after.status) + step
        if row.change == "force_changed":
            return self.force(before), self.force(after)
        for tell in (self.cited, self._clause, lambda side: self._detail(row, side), self._flag):
            one, other = tell(before), tell(after)
            if one != other:
                return one, other
        moved = self.say("到期日变化", "the due date moved")
        return self.status(before.status), moved

    def force(self, side: Side) -> str:
        """Say a force with its qualifier."""
        words = term(FORCES, side.force or "", self.lang)
        if side.qualifier is None:
            return words
        return words + self.say("，", ", ") + term(QUALIFIERS, side.qualifier, self.lang)

    def cited(self, side: Side | Row) -> str:
        """Cite clause and rule."""
        if side.rule is None:
            return self.say(*_NO_RULE)
        return f"{side.clause} · {side.rule}"

    def examples(self, labels: Sequence[str]) -> str:
        """Name a few cases; a long name is cut."""
        return self.say("、", ", ").join(one if len(one) <= LONGEST else one[: LONGEST - 1] + "…" for one in labels)

    def document(self, policy: Policy) -> str:
        """Name a policy, with what a reader must know before relying on it, and the overlays it went through."""
        document = policy.file.document
        parts = [document.number or policy.id]
        if document.standing != "issued":
            parts.append(term(STANDINGS, document.standing, self.lang))
        if document.validity != "in_force" and (document.standing, document.validity) != ("draft", "not_in_force"):
            parts.append(term(VALIDITIES, document.validity, self.lang))
        parts += [self.say(f"改动 {one.id}（{one.zh}）", f"overlay {one.id} ({one.en})") for one in policy.overlays]
        return f"《{document.title}》 " + " · ".join(parts)

    def dates(self) -> str:
        """Say on which dates the cases were put."""
        found = self.impact
        old = self.say("各案自己的日期", "each case's own") if found.as_of is None else iso(found.as_of)
        return old if found.new_as_of is None else f"{old} → {iso(found.new_as_of)}"

    # ------------------------------------------------------------------------------------------------------------

    def _policies(self) -> tuple[Policy, Policy]:
        return self.impact.new, self.impact.old

    def _group(self, name: str) -> str:
        for policy in self._policies():
            for group in policy.file.groups:
                if group.id == name:
                    return self.say(group.zh, group.en)
        return name or self.say("各类之外", "outside every group")

    def _accompanying(self, row: Row) -> str:
        if row.name == "government_duty":
            return self.say("政府应做的事", "what the government owes")
        for policy in self._policies():
            for line in policy.referral_duties:
                if line.rule.id == row.name and line.rule.actor and self.lang == "zh":
                    return line.rule.actor
        return row.name

    def _duty(self, name: str) -> str:
        if name.startswith("target."):
            number = name.partition(".")[2]
            return " ".join((self.say(f"年度目标 {number}", f"target {number}"), *self._target(number)))
        return (
            self._word("ledger.kind", name)
            or self._word("duty.kind", name)
            or self.say("类别未记录", "kind not recorded")
        )

    def _target(self, number: str) -> Iterator[str]:
        for policy in self._policies():
            for rule, _, _ in policy.targets:
                for item in rule.items:
                    if str(item.item) == number:
                        yield self.say(item.zh, item.en)
                        return

    def _word(self, fact: str, key: str) -> str:
        vocabulary = self.impact.new.vocabulary
        words: Mapping[str, tuple[str, str]] = vocabulary[fact].words if fact in vocabulary else {}
        return self.say(*words[key]) if key in words else ""

    def _clause(self, side: Side) -> str:
        return side.clause or self.say(*_NO_RULE)

    def _flag(self, side: Side) -> str:
        return (
            self.say("另一种读法结论不同", "another reading says otherwise")
            if side.flagged
            else self.say("没有结论不同的读法", "no reading says otherwise")
        )

    def _detail(self, row: Row, side: Side) -> str:
        if side.detail is None:
            return self.status(side.status)
        match row.part:
            case "referral":
                return self.say("缺少：", "missing: ") + term(STEPS, side.detail, self.lang)
            case "compliance":
                return self.say("、", ", ").join(term(UNMET, one, self.lang) for one in side.detail.split(","))
            case _:
                if parse_period(side.detail):
                    return period_text(side.detail, self.lang)
                return self.say("不少于 ", "at least ") + side.detail if side.detail[:1].isdigit() else side.detail
