"""Tell what is particular to a duty and to a referral, as labelled lines: days, figures, steps, papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xianjie.engine.wording import OPTIONS, due_text, listed, say
from xianjie.language.prose import period_text
from xianjie.vocabulary.terms import CONDITIONS, DOCUMENTS, EVENTS, STEPS, UNMET, term

Entry = Mapping[str, Any]
Line = tuple[str, str]


def duty_particulars(entry: Entry, lang: str) -> Iterator[Line]:
    """Tell of a duty when it is due, how it counts, and what goes with it."""
    if entry["next_due"]:
        yield say(lang, "到期", "due"), due_text(entry, lang)
    elif entry["interval"]:
        yield say(lang, "周期", "interval"), period_text(entry["interval"], lang)
    if entry["cadence"]:
        yield say(lang, "文件用语", "the document's words"), entry["cadence"]
    if entry.get("required") is not None:
        yield from _figures(entry, lang)
    if entry["condition"]:
        yield say(lang, "情形", "state"), term(CONDITIONS, entry["condition"], lang)
    label = say(lang, "配套", "with it")
    if entry["compliance"] == "full":
        yield label, say(lang, "提供、录入等要求均已完成", "all that goes with it is done")
    if entry["unmet"]:
        yield label, listed([term(UNMET, key, lang) for key in entry["unmet"]], lang)


def _figures(entry: Entry, lang: str) -> Iterator[Line]:
    unit = entry.get("unit") or ""
    yield say(lang, "要求", "required"), f"{entry['required']}{unit}"
    if entry.get("actual") is not None:
        yield say(lang, "实际", "actual"), f"{entry['actual']}{unit}"
    if entry.get("shortfall"):
        yield say(lang, "还差", "short by"), f"{entry['shortfall']}{unit}"
    if entry.get("comparator_source") == "assumed":
        words = say(lang, "文件没有写“不少于”，按“不少于”计", "the document does not write “at least”; it is so taken")
        yield say(lang, "比较", "comparison"), words


def referral_particulars(entry: Entry, lang: str) -> Iterator[Line]:
    """Tell of a referral the step that is missing, what comes next, the papers, and where its procedure stands."""
    if entry["missing_step"]:
        yield say(lang, "缺少步骤", "step missing"), term(STEPS, entry["missing_step"], lang)
    if entry["next_step"]:
        yield say(lang, "下一步", "next step"), term(STEPS, entry["next_step"], lang)
    if entry["options"] and entry["next_step"] != "notify_or_assist":
        names = [say(lang, *OPTIONS[option]) if option in OPTIONS else option for option in entry["options"]]
        yield say(lang, "可以", "ways"), say(lang, "，或", ", or ").join(names)
    if entry["documents_any_of"]:
        names = [term(DOCUMENTS, name, lang) for name in entry["documents_any_of"]]
        tail = {
            True: say(lang, "（须有其一）", " (one is required)"),
            False: say(lang, "（不是必须）", " (not required)"),
        }.get(entry["document_required"], "")
        yield say(lang, "材料", "documents"), say(lang, "，或", ", or ").join(names) + tail
    if entry["channel"]:
        yield say(lang, "渠道", "channel"), entry["channel"]
    if entry["procedure"] is not None:
        yield from _procedure(entry["procedure"], lang)


def _procedure(entry: Entry, lang: str) -> Iterator[Line]:
    state = entry["name"] if lang == "zh" else entry["state"].replace("_", " ")
    steps = listed([term(EVENTS, event, lang) for event in entry["open_events"]], lang)
    tail = say(lang, "，没有后续步骤", "; no step follows")
    if steps:
        tail = say(lang, f"，可记录：{steps}", f"; open: {steps}")
    yield say(lang, "程序", "procedure"), say(lang, f"现在“{state}”", f"now at “{state}”") + tail
    if entry["refused"] is not None:
        yield say(lang, "不合次序", "out of turn"), entry["refused"]["text"]
    if entry["passed_over"]:
        names = listed([term(EVENTS, event, lang) for event in entry["passed_over"]], lang)
        yield say(lang, "文件未提到的步骤", "steps that the document does not know"), names
