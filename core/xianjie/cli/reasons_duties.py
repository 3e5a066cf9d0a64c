"""Tell the duties and the referral of a region: dates and days, the step that is missing and the one that follows."""

from __future__ import annotations

from rich.text import Text

from xianjie.cli.symbols import cited, mark, status_text, status_word
from xianjie.cli.telling import (
    Entry,
    Lines,
    Telling,
    item,
    labelled,
    readings,
    reason,
    section,
    terms_named,
)
from xianjie.cli.typeset import hanging
from xianjie.engine.wording import OPTIONS, SILENT, due_text, duty_name, listed, once_referred, reading_name, word_of
from xianjie.language.prose import period_text
from xianjie.vocabulary.terms import CONDITIONS, DOCUMENTS, EVENTS, STEPS, UNMET, term


def duties(t: Telling) -> Lines:
    """Tell each ledger, counted duty and target of the case."""
    yield from section(t, "duties")
    silent = [entry for entry in t.answer["duties"] if entry["status"] in SILENT and not entry["rule"]]
    for entry in t.answer["duties"]:
        if entry in silent:
            continue
        yield item(t, entry["status"], duty_name(entry, t.policy.vocabulary, t.lang), entry, word=True)
        if entry["next_due"]:
            yield labelled(t, t.say("到期", "due"), due_text(entry, t.lang))
            yield from readings(t, entry)
        elif entry["status"] == "ambiguous" and entry["interval"]:
            yield labelled(t, t.say("周期", "interval"), period_text(entry["interval"], t.lang))
            yield from readings(t, entry)
        else:
            yield from reason(t, entry)
        yield from _compliance(t, entry)
        for warning in entry.get("warnings", ()):
            yield labelled(t, t.say("注意", "note"), Text(warning, "yellow"))
    if silent:
        names = listed(list(dict.fromkeys(duty_name(entry, t.policy.vocabulary, t.lang) for entry in silent)), t.lang)
        words = status_word(silent[0]["status"], t.lang).append(t.say("：", ": ") + names)
        yield hanging(mark(silent[0]["status"]), words, 4)


def _compliance(t: Telling, entry: Entry) -> Lines:
    label = t.say("配套", "with it")
    if entry["condition"]:
        yield labelled(t, t.say("情形", "state"), term(CONDITIONS, entry["condition"], t.lang))
    if entry["compliance"] == "full":
        yield labelled(t, label, t.say("提供、录入等要求均已完成", "all that goes with it is done"))
    if entry["unmet"]:
        words = listed([term(UNMET, key, t.lang) for key in entry["unmet"]], t.lang)
        yield labelled(t, label, Text("✗ ", "red").append(words))
    if entry["compliance_missing"]:
        facts = terms_named(t, entry["compliance_missing"])
        yield labelled(t, label, t.say(f"未记录：{facts}", f"not recorded: {facts}"))


def referral(t: Telling) -> Lines:
    """Tell the referral: why, the step that is missing, what comes next, papers, simplification, the procedure."""
    entry = t.answer["referral"]
    title = word_of("referral.direction", entry["direction"], t.policy.vocabulary, t.lang)
    yield from section(t, "referral")
    yield item(t, entry["status"], title or t.say("方向未记录", "direction not recorded"), entry, word=True)
    yield from reason(t, entry)
    if entry["status"] in SILENT:
        yield from _simplification(t, entry["simplification"], entry)
        yield from _accompanying(t, entry)
        return
    if entry["missing_step"] and term(STEPS, entry["missing_step"], t.lang) not in entry["why"]["text"]:
        yield labelled(t, t.say("缺少步骤", "step missing"), term(STEPS, entry["missing_step"], t.lang))
    if entry["next_step"]:
        yield labelled(t, t.say("下一步", "next step"), term(STEPS, entry["next_step"], t.lang))
    if entry["options"] and entry["next_step"] != "notify_or_assist":
        names = [t.say(*OPTIONS[option]) if option in OPTIONS else option for option in entry["options"]]
        yield labelled(t, t.say("可以", "ways"), t.say("，或", ", or ").join(names))
    yield from _papers(t, entry)
    yield from _simplification(t, entry["simplification"], entry)
    yield from _accompanying(t, entry)
    yield from _procedure(t, entry["procedure"])


def _papers(t: Telling, entry: Entry) -> Lines:
    if entry["documents_any_of"]:
        names = t.say("，或", ", or ").join(term(DOCUMENTS, name, t.lang) for name in entry["documents_any_of"])
        required = entry["document_required"]
        tail = (
            t.say("（须有其一）", " (one is required)")
            if required is True
            else t.say("（不是必须）", " (not required)")
        )
        yield labelled(t, t.say("材料", "documents"), names + (tail if isinstance(required, bool) else ""))
    if entry["channel"]:
        yield labelled(t, t.say("渠道", "channel"), entry["channel"])


def _simplification(t: Telling, entry: Entry | None, of: Entry) -> Lines:
    if entry is None:
        return
    body = status_text(entry["status"], t.lang)
    if only := once_referred(of, t.lang):
        body.append(t.say(f"（{only}）", f" ({only})"))
    source = cited(entry, t.lang)
    if source.plain:
        body.append("  ").append_text(source)
    if entry["status"] == "ambiguous" or entry["flagged"]:
        for reading in entry["readings"]:
            name = reading_name(t.policy, entry["rule"] or "", reading["reading"], t.lang)
            body.append(f"\n“{name}”").append(t.say("：", ": ")).append_text(status_text(reading["status"], t.lang))
    elif entry["missing"]:
        body.append(t.say("\n尚缺：", "\nmissing: ") + terms_named(t, entry["missing"]))
    elif entry["rule"]:
        body.append(f"\n{entry['why']['text']}")
    yield labelled(t, t.say("简化程序", "simplified"), body)


def _accompanying(t: Telling, entry: Entry) -> Lines:
    for duty in entry["accompanying"]:
        if duty["status"] in SILENT:
            body = Text(t.say("反向转介后政府的职责：", "the government's duty after it: "))
            yield labelled(t, t.say("职责", "duty"), body.append_text(status_text(duty["status"], t.lang)))
            continue
        body = mark(duty["status"]).append(" ").append(duty["text"] or duty["duty"], "default")
        body.append("  ").append_text(cited(duty, t.lang))
        if duty["missing"]:
            body.append(t.say("\n尚缺：", "\nmissing: ") + terms_named(t, duty["missing"]))
        yield labelled(t, t.say("职责", "duty"), body)


def _procedure(t: Telling, entry: Entry | None) -> Lines:
    if entry is None:
        return
    state = entry["name"] if t.lang == "zh" else entry["state"].replace("_", " ")
    body = Text(t.say(f"现在“{state}”", f"now at “{state}”"))
    steps = listed([term(EVENTS, event, t.lang) for event in entry["open_events"]], t.lang)
    body.append(
        t.say(f"，可记录：{steps}", f"; open: {steps}") if steps else t.say("，没有后续步骤", "; no step follows")
    )
    yield labelled(t, t.say("程序", "procedure"), body)
    if entry["passed_over"]:
        names = listed([term(EVENTS, event, t.lang) for event in entry["passed_over"]], t.lang)
        yield labelled(
            t,
            "",
            Text(t.say(f"文件未提到的步骤：{names}", f"steps that the document does not know: {names}"), "dim"),
        )
