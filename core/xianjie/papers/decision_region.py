"""One region's part of a decision paper: conclusion, classes, services, duties, referral, incentives, with grounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xianjie.engine.wording import ENTITLED, OPEN, OPTIONS, SILENT, once_referred
from xianjie.language.prose import period_text
from xianjie.papers.decision_telling import Telling
from xianjie.papers.document import Block, Cell, Heading, Paragraph, Run, Table, Text, cell
from xianjie.papers.phrasing import Entry, point
from xianjie.vocabulary.terms import (
    ADVICE,
    CONDITIONS,
    DIMENSIONS,
    DOCUMENTS,
    EVENTS,
    INSTRUMENTS,
    SERVICES,
    STEPS,
    UNMET,
    Terms,
    term,
)

_MEANS: Mapping[str, tuple[str, str]] = {
    "undetermined": (
        "现有情况不足以得出结论，补充不清楚的情况后可再核对。",
        "What is known does not decide it; it can be put again once what is not known is found out.",
    ),
    "ambiguous": (
        "文字有两种以上读法，结论因读法而异，须由有权机关明确。",
        "The text can be read in more than one way and the answers part; who has authority must settle it.",
    ),
    "not_matched": (
        "文件所列对象为开放式列举，“未列入”不等于被拒绝。",
        "The document's list is open: “not matched” is not a refusal.",
    ),
    "not_stipulated": ("文件全文没有规定，不等于“不可以”。", "The full text is silent, which is no refusal."),
    "not_reported": (
        "手头只有摘要，摘要没有写到，不等于没有规定。",
        "Only a digest is at hand and does not mention it, which is not to say that there is no rule.",
    ),
}


def region_blocks(t: Telling) -> Iterator[Block]:
    """Tell one region's answer."""
    yield Heading(2, t.name)
    yield from _document(t)
    yield from _eligibility(t)
    if t.answer.get("services") is not None:
        yield from _entitlements(t, "services", "service", SERVICES)
    if t.answer.get("duties") is not None:
        yield from _duties(t)
    if t.answer.get("referral") is not None:
        yield from _referral(t)
    if t.answer.get("incentives") is not None:
        yield from _entitlements(t, "incentives", "instrument", INSTRUMENTS)
    yield from _notes(t)


def _document(t: Telling) -> Iterator[Block]:
    document, policy, voice = t.policy.file.document, t.answer["policy"], t.voice
    words = [f"《{document.title}》", document.number or "", voice.standing(policy["standing"], policy["validity"])]
    if policy["text"] == "digest":
        words.append(t.say("只有摘要", "digest only"))
    yield Paragraph(voice.labelled(t.say("所据文件", "document"), t.say("，", ", ").join(filter(None, words))), "point")
    if policy["overlay"] is not None:
        yield Paragraph((Run(t.say("假设：", "supposed: "), bold=True), policy["overlay"]["text"]), "point")
    for one in policy["amendments"]:
        start = voice.day(one["start"]) if one["start"] else t.say("日期不明", "no date")
        title = f"《{one['title']}》{one['number'] or ''}"
        yield Paragraph(t.say(f"经{title}修改（{start}起）。", f"Amended by {title} from {start}."), "point")
    if policy["replaced_by"]:
        until = voice.day(policy["until"])
        yield Paragraph(
            t.say(f"至{until}，其后由 {policy['replaced_by']} 接替。", f"Until {until}, then {policy['replaced_by']}."),
            "point",
        )


def _conclusion(t: Telling, entry: Entry, more: str = "") -> Iterator[Block]:
    status = entry["status"]
    head = Run(t.say("结论：", "answer: ") + t.voice.status(status), bold=True)
    yield Paragraph(
        (head, t.voice.cited(entry), t.say("。", ".") if not more else f"{t.say('；', '; ')}{more}"), "point", keep=True
    )
    if status in _MEANS:
        yield Paragraph((Run(t.say(*_MEANS[status]), soft=True),), "note")


def _eligibility(t: Telling) -> Iterator[Block]:
    entry, voice = t.answer["eligibility"], t.voice
    yield Heading(3, term(DIMENSIONS, "eligibility", voice.lang))
    deciding: Entry = next((one for one in entry["groups"] if one["status"] == entry["status"]), {})
    names = [one["name"] for one in entry["groups"] if one["status"] == entry["status"]]
    settled = entry["status"] in ("covered", "priority_match")
    more = t.say(f"所属类别：{voice.listed(names)}", f"as {voice.listed(names)}") if settled else ""
    if entry["priority"] not in (entry["status"], *SILENT):
        words = t.say(f"优先对象：{voice.word(entry['priority'])}", f"priority: {voice.word(entry['priority'])}")
        more = voice.joined([more, words])
    source = {"force": deciding.get("force"), "clause": deciding.get("clause")} if settled else {}
    yield from _conclusion(t, {"status": entry["status"], **source}, more + t.say("。", ".") if more else "")
    if entry["groups"]:
        heads = (t.say("对象类别", "class"), t.say("结论", "answer"), t.say("力度、条款", "force, clause"))
        rows = tuple(
            (
                cell(one["name"]),
                cell(_status(t, one)),
                cell(voice.force(one), voice.clause(one["clause"] or "")),
                cell(_reason(t, one)),
            )
            for one in entry["groups"]
        )
        yield Table((6, 4, 4, 8), (*heads, t.say("理由或尚不清楚的情况", "why, or what is not known")), rows)
    told = [one for one in entry["groups"] if one["status"] in ("covered", "priority_match")]
    if not told or entry["flagged"]:
        told += [one for one in entry["groups"] if one["status"] in OPEN]
    for one in told or entry["groups"]:
        rules = next((line.rules for line in t.policy.groups if line.group.id == one["id"]), ())
        yield from t.explained(one["name"], one, [(clause, rule) for _, rule, clause in rules])
        yield from _readings(t, one, one["id"])
    for advice in entry["advice_details"]:
        yield point(t.say("下一步", "next"), term(ADVICE, advice["advice"], voice.lang) + voice.cited(advice), voice)
        yield Paragraph(voice.dated(advice["text"]), "ground")


def _status(t: Telling, entry: Entry) -> Text:
    return (
        Run(t.voice.status(entry["status"]), bold=entry["status"] not in (*SILENT, "not_matched", "does_not_apply")),
    )


def _reason(t: Telling, entry: Entry) -> str:
    if entry["status"] == "ambiguous":
        return t.say("因读法而异，见下", "it depends on the reading, see below")
    if entry.get("missing"):
        return t.say("尚不清楚：", "not known: ") + t.facts(entry["missing"])
    return t.voice.dated(entry["why"]["text"])


def _readings(t: Telling, entry: Entry, key: str = "") -> Iterator[Block]:
    """Set the readings side by side where they part: the status is ambiguous, or another reading says otherwise."""
    if entry["status"] != "ambiguous" and not entry.get("flagged"):
        return
    rows = []
    for one in entry["readings"]:
        tags = [t.say("推荐", "recommended")] if one["recommended"] else []
        tags += [t.say("本单位采用", "chosen here")] if one.get("chosen") else []
        name = t.reading(key or entry.get("rule") or "", one["reading"])
        due = t.say("到期日 ", "due ") + t.voice.day(one["next_due"]) if one.get("next_due") else ""
        rows.append(
            (
                cell(f"“{name}”", (Run(t.voice.listed(tags), bold=True),) if tags else ""),
                cell((Run(t.voice.status(one["status"]), bold=True),)),
                cell(t.voice.dated(one.get("text") or ""), due),
            )
        )
    heads = (t.say("读法", "reading"), t.say("结论", "answer"), t.say("理由", "why"))
    yield Paragraph((Run(t.say("各种读法的结论：", "By reading:"), bold=True),), "ground", keep=True)
    yield Table((7, 4, 10), heads, tuple(rows))


def _entitlements(t: Telling, dimension: str, key: str, table: Terms) -> Iterator[Block]:
    """Tell services or incentives: what is alike on one row, then the grounds of what applies or is open."""
    voice = t.voice
    yield Heading(3, term(DIMENSIONS, dimension, voice.lang))
    alike: dict[tuple[object, ...], list[Entry]] = {}
    for entry in sorted(t.answer[dimension], key=lambda entry: ENTITLED.index(entry["status"])):
        alike.setdefault((entry["status"], entry["rule"], entry["why"]["text"]), []).append(entry)
    rows, told = [], []
    for found in alike.values():
        names = voice.listed(term(table, entry[key], voice.lang) for entry in found)
        first = found[0]
        rows.append(
            (
                cell(names),
                cell(_status(t, first)),
                cell(voice.force(first), voice.clause(first["clause"] or "")),
                cell(_reason(t, first)),
            )
        )
        if first["rule"] and first["status"] not in (*SILENT, "does_not_apply"):
            told.append((names, first))
    name = t.say("帮扶服务", "service") if dimension == "services" else t.say("激励措施", "instrument")
    heads = (name, t.say("结论", "answer"), t.say("力度、条款", "force, clause"), t.say("理由", "why"))
    yield Table((7, 4, 4, 8), heads, tuple(rows))
    for names, first in told:
        yield from t.explained(names, first, t.rules(first["rule"]))
        yield from _readings(t, first)


def _duties(t: Telling) -> Iterator[Block]:
    voice = t.voice
    yield Heading(3, term(DIMENSIONS, "duties", voice.lang))
    rows = [
        (
            cell(t.duty(entry)),
            cell(_status(t, entry)),
            cell(*_due(t, entry)),
            cell(voice.force(entry), voice.clause(entry["clause"] or "")),
            cell(*_compliance(t, entry)),
        )
        for entry in t.answer["duties"]
    ]
    if not rows:
        yield Paragraph(t.say("没有记录台账或职责。", "No ledger or duty is recorded."), "point")
        return
    heads = (t.say("台账或职责", "ledger or duty"), t.say("状态", "state"), t.say("时限、数量", "when, how many"))
    yield Table(
        (5, 4, 5, 4, 6), (*heads, t.say("力度、条款", "force, clause"), t.say("配套要求", "with it")), tuple(rows)
    )
    for entry in t.answer["duties"]:
        if entry["rule"] and entry["status"] not in SILENT:
            yield from t.explained(t.duty(entry), entry, t.rules(entry["rule"]))
            yield from _readings(t, entry)


def _due(t: Telling, entry: Entry) -> Iterator[str]:
    if entry["next_due"]:
        yield t.say("到期日 ", "due ") + t.voice.day(entry["next_due"])
    if entry["days_overdue"]:
        yield t.say(f"逾期 {entry['days_overdue']} 天", f"{entry['days_overdue']} days overdue")
    elif entry["days_left"]:
        yield t.say(f"还有 {entry['days_left']} 天", f"{entry['days_left']} days left")
    if entry["interval"]:
        yield period_text(entry["interval"], t.voice.lang)
    for key, zh, en in (
        ("required", "应有", "required"),
        ("actual", "实有", "actual"),
        ("shortfall", "还差", "short of it"),
    ):
        if entry.get(key) is not None:
            yield t.voice.labelled(t.say(zh, en), f"{entry[key]}{entry.get('unit') or ''}")


def _compliance(t: Telling, entry: Entry) -> Iterator[str]:
    lang = t.voice.lang
    if entry["condition"]:
        yield term(CONDITIONS, entry["condition"], lang)
    if entry["compliance"] == "full":
        yield t.say("要求均已完成", "all that goes with it is done")
    if entry["unmet"]:
        yield "✗ " + t.voice.listed(term(UNMET, key, lang) for key in entry["unmet"])
    if entry["compliance_missing"]:
        yield t.say("尚不清楚：", "not known: ") + t.facts(entry["compliance_missing"])
    yield from entry.get("warnings", ())


# -- referral --------------------------------------------------------------------------------------------------------


def _referral(t: Telling) -> Iterator[Block]:
    entry, voice = t.answer["referral"], t.voice
    lang = voice.lang
    yield Heading(3, term(DIMENSIONS, "referral", lang))
    direction = t.word("referral.direction", entry["direction"]) or t.say("方向不清楚", "direction not known")
    yield from _conclusion(t, entry, t.say(f"方向：{direction}。", f"direction: {direction}."))
    for key, zh, en in (("missing_step", "缺少的步骤", "step missing"), ("next_step", "下一步", "next step")):
        if entry[key]:
            yield point(t.say(zh, en), term(STEPS, entry[key], lang), voice)
    if entry["options"]:
        names = [t.say(*OPTIONS[one]) if one in OPTIONS else one for one in entry["options"]]
        yield point(t.say("可以采取", "ways"), t.say("，或", ", or ").join(names), voice)
    if entry["documents_any_of"]:
        names = [term(DOCUMENTS, one, lang) for one in entry["documents_any_of"]]
        tail = {True: t.say("（须有其一）", " (one is required)"), False: t.say("（不是必须）", " (not required)")}
        yield point(
            t.say("材料", "documents"),
            t.say("，或", ", or ").join(names) + tail.get(entry["document_required"], ""),
            voice,
        )
    if entry["channel"]:
        yield point(t.say("渠道", "channel"), entry["channel"], voice)
    yield from _procedure(t, entry["procedure"])
    yield from t.explained(direction, entry, t.rules(entry["rule"]))
    yield from _readings(t, entry)
    simplification = entry["simplification"]
    if simplification is not None:
        name, only = t.say("简化程序", "simplification"), once_referred(entry, lang)
        name += t.say(f"（{only}）", f" ({only})") if only else ""
        yield from t.explained(name, simplification, t.rules(simplification["rule"]))
        yield from _readings(t, simplification)
    if entry["accompanying"]:
        yield Paragraph((Run(t.say("随转介的职责：", "Duties around the referral:"), bold=True),), "point", keep=True)
        heads = (
            t.say("由谁", "who"),
            t.say("职责", "duty"),
            t.say("结论", "answer"),
            t.say("力度、条款", "force, clause"),
        )
        yield Table((3, 10, 4, 4), heads, tuple(_accompanying(t, one) for one in entry["accompanying"]))


def _accompanying(t: Telling, entry: Entry) -> tuple[Cell, ...]:
    text = entry["text"] or t.say("反向转介后政府的职责", "the government's duty after a reverse referral")
    missing = t.say("尚不清楚：", "not known: ") + t.facts(entry["missing"]) if entry["missing"] else ""
    return (
        cell(entry["actor"] or "—"),
        cell(text, (Run(missing, soft=True),) if missing else ""),
        cell(_status(t, entry)),
        cell(t.voice.force(entry), t.voice.clause(entry["clause"] or "")),
    )


def _procedure(t: Telling, entry: Entry | None) -> Iterator[Block]:
    if entry is None:
        return
    lang = t.voice.lang
    state = entry["name"] if lang == "zh" else entry["state"].replace("_", " ")
    steps = t.voice.listed(term(EVENTS, one, lang) for one in entry["open_events"]) or t.say("无", "none")
    yield point(
        t.say("程序", "procedure"),
        t.say(f"现在“{state}”；可办的步骤：{steps}", f"now at “{state}”; open: {steps}"),
        t.voice,
    )
    if entry["refused"] is not None:
        yield point(t.say("次序有误", "out of turn"), t.voice.dated(entry["refused"]["text"]), t.voice)
    if entry["passed_over"]:
        names = t.voice.listed(term(EVENTS, one, lang) for one in entry["passed_over"])
        yield point(t.say("文件未提到的步骤", "steps that the document does not know"), names, t.voice)


def _notes(t: Telling) -> Iterator[Block]:
    """Say once what the open questions are that the entries above refer to."""
    names = dict.fromkeys(_noted(t.answer))
    lines = [(name, t.note(name)) for name in names]
    if any(text for _, text in lines):
        yield Paragraph((Run(t.say("文件文字的疑点：", "Open questions of the text:"), bold=True),), "point", keep=True)
        for name, text in lines:
            if text:
                yield Paragraph(f"{name}  {' '.join(text.split())}", "ground")


def _noted(answer: Entry) -> Iterator[str]:
    entries: list[Entry] = [one for one in answer["eligibility"]["groups"] if one["status"] != "not_matched"]
    for dimension in ("services", "duties", "incentives"):
        entries += [one for one in answer.get(dimension) or () if one["status"] not in (*SILENT, "does_not_apply")]
    if answer.get("referral") is not None:
        entries.append(answer["referral"])
    for entry in entries:
        yield from entry["notes"]
