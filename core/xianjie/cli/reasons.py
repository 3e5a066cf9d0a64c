"""Tell below the matrix why each region answers as it does, short enough to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from xianjie.cli.reasons_duties import duties, referral
from xianjie.cli.symbols import cited, mark, status_text, status_word
from xianjie.cli.telling import Entry, Lines, Telling, item, reason, section
from xianjie.cli.typeset import hanging, indented
from xianjie.engine.wording import ENTITLED, OPEN, SILENT, history_words, listed, standing_words, supposed_words
from xianjie.vocabulary.terms import ADVICE, INSTRUMENTS, SERVICES, STATUSES, term


def region_reasons(telling: Telling) -> Lines:
    """Tell one region's reasons, dimension by dimension; parts for which the case has no record are left out."""
    yield from _heading(telling)
    yield from _eligibility(telling)
    if telling.answer.get("services") is not None:
        yield from _entitlements(telling, "services", "service", SERVICES)
    if telling.answer.get("duties") is not None:
        yield from duties(telling)
    if telling.answer.get("referral") is not None:
        yield from referral(telling)
    if telling.answer.get("incentives") is not None:
        yield from _entitlements(telling, "incentives", "instrument", INSTRUMENTS)


def _heading(t: Telling) -> Lines:
    document = t.policy.file.document
    supposed = supposed_words(t.answer["policy"], t.lang)
    if supposed:
        yield indented(supposed, 2, "bold yellow")
    yield indented(f"《{document.title}》", 2)
    remarks = [*([document.number] if document.number else []), *standing_words(t.answer["policy"], t.lang)]
    if t.answer["policy"]["text"] == "digest" and t.answer["policy"]["standing"] != "press_report":
        remarks.append(t.say("手头只有摘要", "only a digest is at hand"))
    if remarks:
        yield indented(" · ".join(remarks), 2, "dim")
    for words in history_words(t.answer["policy"], t.lang):
        yield indented(words, 2, "dim")


def _eligibility(t: Telling) -> Lines:
    entry = t.answer["eligibility"]
    status = status_text(entry["status"], t.lang)
    if entry["priority"] not in (entry["status"], *SILENT):
        status.append(t.say("    优先 ", "    priority ")).append_text(status_text(entry["priority"], t.lang))
    yield from section(t, "eligibility", status)
    if not entry["groups"]:
        text = t.say("文件全文没有规定", "the full text does not say")
        if entry["status"] == "not_reported":
            text = t.say("手头只有摘要，摘要没有提到", "only a digest is at hand, and it does not say")
        yield indented(text, 4, "dim")
    told = [group for group in entry["groups"] if group["status"] != "not_matched"]
    outside = [group for group in entry["groups"] if group["status"] == "not_matched"]
    if not told:
        told, outside = outside, []
    settled = entry["status"] in ("covered", "priority_match")
    idle = [group for group in told if settled and group["status"] in OPEN]
    for group in sorted(told, key=lambda group: group["status"] in OPEN):
        if group not in idle:
            yield item(t, group["status"], group["name"], group)
            yield from reason(t, group)
    if idle:
        words = t.say("尚未判定，不影响结论：", "open, and changes nothing: ")
        names = listed([group["name"] for group in idle], t.lang)
        yield hanging(mark("undetermined"), Text(words + names, "dim"), 4)
    if outside:
        names = listed([group["name"] for group in outside], t.lang)
        yield hanging(mark("not_matched"), Text(t.say("未列入：", "not matched: ") + names, "dim"), 4)
    for advice in entry["advice_details"]:
        body = Text(term(ADVICE, advice["advice"], t.lang)).append("  ").append_text(cited(advice, t.lang))
        yield hanging(Text("→"), body, 4)
        yield indented(advice["text"], 6, "dim")


def _entitlements(t: Telling, dimension: str, key: str, table: Mapping[str, tuple[str, str]]) -> Lines:
    """Sum services or incentives up: those of one status and one reason together; the rest is only named or counted."""
    entries: Sequence[Entry] = t.answer[dimension]
    yield from section(t, dimension)
    alike: dict[tuple[object, ...], list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: ENTITLED.index(entry["status"])):
        if entry["status"] not in (*SILENT, "does_not_apply"):
            same = (entry["status"], cited(entry, t.lang).plain, entry["why"]["text"], *entry["missing"])
            alike.setdefault(same, []).append(entry)
    for found in alike.values():
        status = found[0]["status"]
        title = status_word(status, t.lang).append(t.say("：", ": "))
        title.append(listed(list(dict.fromkeys(term(table, entry[key], t.lang) for entry in found)), t.lang), "default")
        yield item(t, status, title, found[0])
        yield from reason(t, found[0])
    others = [term(table, entry[key], t.lang) for entry in entries if entry["status"] == "does_not_apply"]
    if others:
        words = t.say("非适用主体：", "does not apply: ") + listed(list(dict.fromkeys(others)), t.lang)
        yield hanging(mark("does_not_apply"), Text(words, "dim"), 4)
    for silent in SILENT:
        number = sum(entry["status"] == silent for entry in entries)
        if number:
            words = f"{term(STATUSES, silent, t.lang)} {number}" + t.say(" 项", "")
            yield hanging(mark(silent), Text(words, "dim"), 4)
