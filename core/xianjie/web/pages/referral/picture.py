"""Say in the boxes of a drawing what a procedure says, and mark in them how far somebody has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.terms import EVENTS, FORCES, QUALIFIERS, STEPS, term
from xianjie.web.pages.referral.drawing import Drawing, Step, Stop, draw
from xianjie.web.pages.referral.lettering import width
from xianjie.web.pages.referral.procedure import Move, Procedure, Told

_SHORT = 60
"""Chinese characters of a situation that a diagram has room for; a longer one stands in the list alone."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a referral has come on a procedure.

    `present` is the state; `done` and `been` give the days on which steps were taken and states reached, in words.
    `open` are the steps that may be taken now; `closed` tells of others out of the present state why not yet. `lacking`
    is the gate that is not passed.
    """

    present: str | None = None
    been: Mapping[str, Sequence[str]] = field(default_factory=dict)
    done: Mapping[int, Sequence[str]] = field(default_factory=dict)
    open: frozenset[int] = frozenset()
    closed: Mapping[int, str] = field(default_factory=dict)
    lacking: str | None = None

    def of_move(self, move: Move) -> tuple[str, str | None]:
        """Give a step's look and mark."""
        if move.number in self.open:
            return "next", "go"
        if move.number in self.closed:
            return "closed", "forbidden"
        return ("done", "check") if move.number in self.done else ("", None)

    def of_state(self, state: str) -> tuple[str, str | None]:
        """Give a state's look and mark."""
        if state == self.present:
            return "state present", "pin"
        return ("state done", "check") if state in self.been else ("state", None)


def moves_told(move: Move, procedure: Procedure, progress: Progress, lang: str) -> list[str]:
    """Say a step: what happens and where it leads, on which condition, and how it stands."""

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    event = term(EVENTS, move.event, lang)
    if move.source == move.target:
        texts = [say(f"{event}（状态不变）", f"{event} (no change)")]
    else:
        texts = [f"{event} → {procedure.state(move.target).name.said(lang)}"]
    if move.when is not None:
        texts.append(say(f"条件：{move.when}", f"where: {move.when}"))
    if move.number in progress.done:
        texts.append(say("已做：", "done: ") + say("、", ", ").join(progress.done[move.number]))
    if move.number in progress.open:
        texts.append(say("现在可以做", "can be done now"))
    elif move.number in progress.closed:
        texts.append(progress.closed[move.number])
    return texts


def state_told(state: str, procedure: Procedure, progress: Progress, lang: str) -> list[str]:
    """Say a state: its name, whether all begins or ends there, and whether it is the present one."""
    found = procedure.state(state)
    texts = [found.name.said(lang)]
    notes = [
        ("起点", "where it begins") if found.is_start else None,
        ("此后没有写步骤", "no step is written after it") if found.is_end else None,
        ("现在在这里", "the present state") if state == progress.present else None,
    ]
    texts += [zh if lang == "zh" else en for zh, en in (note for note in notes if note)]
    return texts


def head_told(procedure: Procedure, vocabulary: Vocabulary, lang: str) -> list[str]:
    """Say of the whole who acts, who begins, with what force, in which clause, and within what time."""
    rule = procedure.rule
    assert rule is not None

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    table = vocabulary["referral.initiator"].words
    who = say("、", ", ").join(say(*table[one]) for one in rule.initiators)
    force = term(FORCES, rule.force, lang)
    if rule.qualifier:
        force += say("，", ", ") + term(QUALIFIERS, rule.qualifier, lang)
    silent = procedure.policy.silence == "not_stipulated"
    unsaid = say("没有写明", "not stipulated") if silent else say("摘要未载", "not reported")
    return [
        say("由谁办：", "by: ") + (rule.actor or unsaid),
        say("由谁发起：", "begun by: ") + (who or unsaid),
        say("力度：", "force: ") + force + say("；条款：", "; clause: ") + (procedure.clause or unsaid),
        say(f"各步骤由谁、几天办完：{unsaid}", f"by whom and in how many days each step: {unsaid}"),
    ]


def conditions_told(slot: tuple[str, str], told: Sequence[Told], lang: str) -> list[str]:
    """Say a condition, once for each reading."""
    words = slot[0] if lang == "zh" else slot[1]
    colon = "：" if lang == "zh" else ": "
    return [words + (f"（{one.reading}）" if one.reading else "") + colon + one.words for one in told]


def stops(procedure: Procedure, vocabulary: Vocabulary, lang: str, progress: Progress) -> list[Stop]:
    """Write all the boxes of a procedure, in their order."""

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    out = [Stop("head", head_told(procedure, vocabulary, lang), "head", leads_on=True)]
    if procedure.trigger:
        texts = conditions_told(("情形", "where"), procedure.trigger, lang)
        if sum(width(text, 1) for text in texts) > _SHORT:
            texts = [say("情形：条件较长，写在步骤表里", "where: told in the list")]
            if len(procedure.trigger) > 1:
                texts = [say("情形：随读法而定，写在步骤表里", "where: it turns on a reading, see the list")]
        texts.append(say("不属于的：不属转介情形", "otherwise: not a matter for referral"))
        out.append(Stop("trigger", texts, "gate", leads_on=True))
    for gate, _ in procedure.gates:
        closed = gate == progress.lacking
        texts = [say("须：", "needs: ") + term(STEPS, gate, lang)]
        texts.append(say("现在缺这一项" if closed else "缺了：不得转介", "lacking now" if closed else "else: refused"))
        out.append(Stop(f"gate-{gate}", texts, "gate", "forbidden" if closed else None, leads_on=True))
    for number, state in enumerate(procedure.states):
        look, mark = progress.of_state(state.id)
        steps = []
        for move in procedure.leaving(state.id):
            step_look, step_mark = progress.of_move(move)
            texts = moves_told(move, procedure, progress, lang)
            steps.append(Step(f"step-{move.number}", texts, f"state-{move.target}", step_look, step_mark))
        assert number or state.is_start
        out.append(Stop(f"state-{state.id}", state_told(state.id, procedure, progress, lang), look, mark, steps))
    return out


def picture(
    procedure: Procedure, vocabulary: Vocabulary, lang: str, progress: Progress | None = None
) -> Drawing | None:
    """Draw a procedure; None where the document writes no steps."""
    if procedure.kind != "steps":
        return None
    return draw(stops(procedure, vocabulary, lang, progress or Progress()))
