"""One region's part of a decision paper: a table, dimension by dimension; what decides in full, the rest in a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from xianjie.engine.wording import ENTITLED, OPEN, OPTIONS, SILENT, once_referred
from xianjie.language.prose import period_text
from xianjie.papers.decision_telling import Telling
from xianjie.papers.document import Block, Cell, Heading, Paragraph, Run, Table, Text, cell
from xianjie.papers.phrasing import Entry
from xianjie.policy.model import AnyRule
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

MEANS: Mapping[str, tuple[str, str]] = {
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
"""What a status means, told once for all regions."""

Row = tuple[Cell, ...]
Rules = Sequence[tuple[str, AnyRule]]
_WIDTHS = (12, 34)


def region_blocks(t: Telling) -> Iterator[Block]:
    """Tell one region's answer."""
    yield Heading(2, t.name)
    yield from _document(t)
    rows = [*_eligibility(t)]
    if t.answer.get("services") is not None:
        rows += _entitlements(t, "services", "service", SERVICES)
    if t.answer.get("duties") is not None:
        rows += _duties(t)
    if t.answer.get("referral") is not None:
        rows += _referral(t)
    if t.answer.get("incentives") is not None:
        rows += _entitlements(t, "incentives", "instrument", INSTRUMENTS)
    rows += _notes(t)
    heads = (
        t.say("事项、结论", "matter, answer"),
        t.say("规定要点（力度、条款）、依据、尚不清楚的情况", "the rule (force, clause), why, what is not known"),
    )
    # no row is kept with the next: of a chain of such rows LibreOffice loses those that reach a page's end
    yield Table(_WIDTHS, heads, tuple(rows))
    yield from _readings(t)


def _document(t: Telling) -> Iterator[Block]:
    document, policy, voice = t.policy.file.document, t.answer["policy"], t.voice
    words = [f"《{document.title}》", document.number or "", voice.standing(policy["standing"], policy["validity"])]
    if policy["text"] == "digest":
        words.append(t.say("只有摘要", "digest only"))
    told = voice.labelled(t.say("所据文件", "document"), t.say("，", ", ").join(filter(None, words)))
    yield Paragraph(told, "note", keep=True)
    if policy["overlay"] is not None:
        yield Paragraph((Run(t.say("假设：", "supposed: "), bold=True), policy["overlay"]["text"]), "note", keep=True)
    for one in policy["amendments"]:
        start = voice.day(one["start"]) if one["start"] else t.say("日期不明", "no date")
        title = f"《{one['title']}》{one['number'] or ''}"
        words_of = t.say(f"经{title}修改（{start}起）。", f"Amended by {title} from {start}.")
        yield Paragraph(words_of, "note", keep=True)
    if policy["replaced_by"]:
        until = voice.day(policy["until"])
        follows = t.say(
            f"至{until}，其后由 {policy['replaced_by']} 接替。", f"Until {until}, then {policy['replaced_by']}."
        )
        yield Paragraph(follows, "note", keep=True)


# -- rows ------------------------------------------------------------------------------------------------------------


def _title(t: Telling, dimension: str, *more: str) -> Row:
    """Begin a dimension, with its conclusion where it has one."""
    text: list[Run | str] = [Run(_named(t, dimension), bold=True)]
    if any(more):
        text.append(t.say("　", "  ") + t.voice.joined(more))
    return (cell(tuple(text), span=len(_WIDTHS), shade=True),)


def _under(t: Telling, dimension: str, rows: Sequence[Row]) -> Iterator[Row]:
    """Begin a dimension in its first row: a title in a row of its own could stand alone at a page's end."""
    first = replace(rows[0][0], lines=((Run(_named(t, dimension), bold=True),), *rows[0][0].lines), shade=True)
    yield first, *rows[0][1:]
    yield from rows[1:]


def _named(t: Telling, dimension: str) -> str:
    name = term(DIMENSIONS, dimension, t.voice.lang)
    return name[:1].upper() + name[1:]


def _across(head: str, text: str) -> Row:
    return (cell((Run(head, bold=True), text), span=len(_WIDTHS)),)


def _told(t: Telling, name: Text, entry: Entry, rules: Rules, *before: Text) -> Row:
    """Tell an entry: its name and status; beside them what comes before the rest, the rules that are cited, and why."""
    status = Run(t.voice.status(entry["status"]), bold=entry["status"] not in (*SILENT, "not_matched"))
    source = "" if any(clause == entry["clause"] for clause, _ in rules) else _source(t, entry)
    return cell(name, (status,), (Run(source, soft=True),) if source else ""), cell(*before, *t.lines(entry, rules))


def _source(t: Telling, entry: Entry) -> str:
    parts = (t.voice.force(entry), t.voice.clause(entry["clause"] or ""))
    return t.say("，", ", ").join(part for part in parts if part)


def _aside(t: Telling, entries: Sequence[tuple[str, Entry]], status: str) -> Iterator[Row]:
    """Put what decides nothing, and is of one status, into one row over the whole table: each with clause and why."""
    told = []
    for name, entry in entries:
        if entry["status"] == status:
            why = t.say("尚不清楚：", "not known: ") + t.facts(entry["missing"]) if entry.get("missing") else ""
            why = why or t.voice.dated(entry["why"]["text"])
            told.append(name + t.voice.bracketed(t.voice.joined([_source(t, entry), why])))
    if told:
        yield _across(t.voice.labelled(t.voice.status(status), ""), t.voice.joined(told))


def _silences(t: Telling, names: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Name all that the document does not speak of, a sentence for each kind of silence."""
    for status, found in names.items():
        yield t.voice.labelled(t.voice.status(status), t.voice.listed(found))


# -- the dimensions --------------------------------------------------------------------------------------------------


def _eligibility(t: Telling) -> Iterator[Row]:
    entry, voice = t.answer["eligibility"], t.voice
    settled = entry["status"] in ("covered", "priority_match")
    names = [one["name"] for one in entry["groups"] if one["status"] == entry["status"]]
    more = [t.say("结论：", "answer: ") + voice.status(entry["status"])]
    if settled:
        more.append(t.say(f"所属类别：{voice.listed(names)}", f"as {voice.listed(names)}"))
    if entry["priority"] not in (entry["status"], *SILENT):
        more.append(t.say(f"优先对象：{voice.word(entry['priority'])}", f"priority: {voice.word(entry['priority'])}"))
    yield _title(t, "eligibility", *more)
    told = [one for one in entry["groups"] if one["status"] in ("covered", "priority_match", "ambiguous")]
    told += [one for one in entry["groups"] if one["status"] in OPEN and one not in told and not settled]
    for one in told:
        rules = next((line.rules for line in t.policy.groups if line.group.id == one["id"]), ())
        yield _told(t, one["name"], one, [(clause, rule) for _, rule, clause in rules])
    rest = [(one["name"], one) for one in entry["groups"] if one not in told]
    for status in dict.fromkeys(one["status"] for _, one in rest):
        yield from _aside(t, rest, status)
    for advice in entry["advice_details"]:
        text = term(ADVICE, advice["advice"], voice.lang) + voice.cited(advice)
        why = t.say("。", ". ") + voice.dated(advice["text"]) if advice["text"] else ""
        yield _across(t.say("下一步：", "next: "), text + why)


def _entitlements(t: Telling, dimension: str, key: str, table: Terms) -> Iterator[Row]:
    """Tell services or incentives: what is alike in one row, what the document is silent on at the end."""
    alike: dict[tuple[object, ...], list[Entry]] = {}
    for entry in sorted(t.answer[dimension], key=lambda entry: ENTITLED.index(entry["status"])):
        alike.setdefault((entry["status"], entry["rule"], entry["why"]["text"]), []).append(entry)
    aside: list[tuple[str, Entry]] = []
    silent: dict[str, list[str]] = {}
    told = []
    for found in alike.values():
        first, names = found[0], [term(table, one[key], t.voice.lang) for one in found]
        if first["rule"] is None:
            silent.setdefault(first["status"], []).extend(names)
        elif first["status"] in (*SILENT, "does_not_apply"):
            aside.append((t.voice.listed(names), first))
        else:
            told.append(_told(t, t.voice.listed(names), first, t.rules(first["rule"])))
    if told:
        yield from _under(t, dimension, told)
    else:
        yield _title(t, dimension, *_silences(t, silent))
    for status in dict.fromkeys(one["status"] for _, one in aside):
        yield from _aside(t, aside, status)
    if told:
        yield from (_across("", words) for words in _silences(t, silent))


def _duties(t: Telling) -> Iterator[Row]:
    silent: dict[str, list[str]] = {}
    told = []
    for entry in t.answer["duties"]:
        if entry["rule"] is None and not entry["missing"] and entry["status"] in SILENT:
            silent.setdefault(entry["status"], []).append(t.duty(entry))
        else:
            told.append(_told(t, t.duty(entry), entry, t.rules(entry["rule"]), *_due(t, entry)))
    if not t.answer["duties"]:
        yield _title(t, "duties", t.say("没有记录台账或职责。", "No ledger or duty is recorded."))
        return
    if not told:
        yield _title(t, "duties", *_silences(t, silent))
    else:
        yield from _under(t, "duties", told)
        yield from (_across("", words) for words in _silences(t, silent))


def _due(t: Telling, entry: Entry) -> Iterator[Text]:
    """Say when it is due and how many there must be, then what goes with it."""
    words = []
    if entry["next_due"]:
        words.append(t.say("到期日 ", "due ") + t.voice.day(entry["next_due"]))
    if entry["days_overdue"]:
        words.append(t.say(f"逾期 {entry['days_overdue']} 天", f"{entry['days_overdue']} days overdue"))
    elif entry["days_left"]:
        words.append(t.say(f"还有 {entry['days_left']} 天", f"{entry['days_left']} days left"))
    if entry["interval"]:
        words.append(period_text(entry["interval"], t.voice.lang))
    for key, zh, en in (
        ("required", "应有", "required"),
        ("actual", "实有", "actual"),
        ("shortfall", "还差", "short of it"),
    ):
        if entry.get(key) is not None:
            words.append(t.voice.labelled(t.say(zh, en), f"{entry[key]}{entry.get('unit') or ''}"))
    if words:
        yield (Run(t.say("，", ", ").join(words), bold=True),)
    lang = t.voice.lang
    beside = [term(CONDITIONS, entry["condition"], lang)] if entry["condition"] else []
    if entry["compliance"] == "full":
        beside.append(t.say("要求均已完成", "all that goes with it is done"))
    if entry["unmet"]:
        beside.append("✗ " + t.voice.listed(term(UNMET, key, lang) for key in entry["unmet"]))
    if beside:
        yield t.voice.labelled(t.say("配套要求", "with it"), t.voice.joined(beside))
    yield from entry.get("warnings", ())


def _referral(t: Telling) -> Iterator[Row]:
    entry, voice = t.answer["referral"], t.voice
    direction = t.word("referral.direction", entry["direction"]) or t.say("方向不清楚", "direction not known")
    rows = [_told(t, direction, entry, t.rules(entry["rule"]), *_steps(t, entry))]
    simplification = entry["simplification"]
    if simplification is not None:
        name, only = t.say("简化程序", "simplification"), once_referred(entry, voice.lang)
        name += t.say(f"（{only}）", f" ({only})") if only else ""
        rows.append(_told(t, name, simplification, t.rules(simplification["rule"])))
    rows += (_accompanying(t, duty) for duty in entry["accompanying"])
    yield from _under(t, "referral", rows)


def _accompanying(t: Telling, duty: Entry) -> Row:
    """Tell what somebody owes around a referral in a row over the whole table."""
    text = duty["text"] or t.say("反向转介后政府的职责", "the government's duty after a reverse referral")
    told = t.voice.labelled(duty["actor"], text) if duty["actor"] else text
    missing = t.say("　尚不清楚：", "  not known: ") + t.facts(duty["missing"]) if duty["missing"] else ""
    status = t.voice.status(duty["status"]) + t.voice.bracketed(_source(t, duty))
    return _across(t.say("随转介的职责　", "duty around it  "), f"{status}{t.say('：', ': ')}{told}{missing}")


def _steps(t: Telling, entry: Entry) -> Iterator[Text]:
    """Say which step is missing and which comes next, with what papers and where, and where the procedure stands."""
    lang = t.voice.lang

    def point(zh: str, en: str, text: str) -> Text:
        return Run(t.say(f"{zh}：", f"{en}: "), bold=True), text

    for key, zh, en in (("missing_step", "缺少的步骤", "step missing"), ("next_step", "下一步", "next step")):
        if entry[key]:
            yield point(zh, en, term(STEPS, entry[key], lang))
    if entry["options"]:
        names = [t.say(*OPTIONS[one]) if one in OPTIONS else one for one in entry["options"]]
        yield point("可以采取", "ways", t.say("，或", ", or ").join(names))
    if entry["documents_any_of"]:
        names = [term(DOCUMENTS, one, lang) for one in entry["documents_any_of"]]
        tail = {True: t.say("（须有其一）", " (one is required)"), False: t.say("（不是必须）", " (not required)")}
        listed = t.say("，或", ", or ").join(names)
        yield point("材料", "documents", listed + tail.get(entry["document_required"], ""))
    if entry["channel"]:
        yield point("渠道", "channel", entry["channel"])
    procedure = entry["procedure"]
    if procedure is None:
        return
    state = procedure["name"] if lang == "zh" else procedure["state"].replace("_", " ")
    steps = t.voice.listed(term(EVENTS, one, lang) for one in procedure["open_events"]) or t.say("无", "none")
    yield point("程序", "procedure", t.say(f"现在“{state}”；可办的步骤：{steps}", f"now at “{state}”; open: {steps}"))
    if procedure["refused"] is not None:
        yield point("次序有误", "out of turn", t.voice.dated(procedure["refused"]["text"]))
    if procedure["passed_over"]:
        names_of = t.voice.listed(term(EVENTS, one, lang) for one in procedure["passed_over"])
        yield point("文件未提到的步骤", "steps that the document does not know", names_of)


# -- readings and open questions -------------------------------------------------------------------------------------


def _readings(t: Telling) -> Iterator[Block]:
    """Set the readings side by side where they part: a status is ambiguous, or another reading says otherwise."""
    rows = []
    for name, entry, key in _with_readings(t):
        if entry["status"] != "ambiguous" and not entry.get("flagged"):
            continue
        for one in entry["readings"]:
            tags = [t.say("推荐", "recommended")] if one["recommended"] else []
            tags += [t.say("本单位采用", "chosen here")] if one.get("chosen") else []
            due = t.say("到期日 ", "due ") + t.voice.day(one["next_due"]) if one.get("next_due") else ""
            rows.append(
                (
                    cell(name),
                    cell(
                        f"“{t.reading(key, one['reading'])}”", (Run(t.voice.listed(tags), bold=True),) if tags else ""
                    ),
                    cell((Run(t.voice.status(one["status"]), bold=True),)),
                    cell(t.voice.dated(one.get("text") or ""), due),
                )
            )
    if rows:
        heads = (t.say("事项", "matter"), t.say("读法", "reading"), t.say("结论", "answer"), t.say("理由", "why"))
        yield Paragraph((Run(t.say("各种读法的结论：", "By reading:"), bold=True),), "note", keep=True)
        yield Table((8, 11, 7, 20), heads, tuple(rows))


def _with_readings(t: Telling) -> Iterator[tuple[str, Entry, str]]:
    """Go through all that can be read in several ways, by name, with the id of its rule or group."""
    lang = t.voice.lang
    for one in t.answer["eligibility"]["groups"]:
        yield one["name"], one, one["id"]
    for dimension, key, table in (("services", "service", SERVICES), ("incentives", "instrument", INSTRUMENTS)):
        told: set[str] = set()
        for one in t.answer.get(dimension) or ():
            if one["rule"] is not None and one["rule"] not in told:
                told.add(one["rule"])
                yield term(table, one[key], lang), one, one["rule"]
    for one in t.answer.get("duties") or ():
        yield t.duty(one), one, one["rule"] or ""
    referral = t.answer.get("referral")
    if referral is not None:
        yield t.word("referral.direction", referral["direction"]), referral, referral["rule"] or ""
        if referral["simplification"] is not None:
            found = referral["simplification"]
            yield t.say("简化程序", "simplification"), found, found["rule"] or ""


def _notes(t: Telling) -> Iterator[Row]:
    """Say once, in one row, what the open questions are that the entries above refer to."""
    lines = [(name, " ".join(t.note(name).split())) for name in dict.fromkeys(_noted(t.answer))]
    told = [f"{name} {text}" for name, text in lines if text]
    if told:
        yield _across(t.say("文件文字的疑点：", "Open questions of the text: "), t.say("　", "  ").join(told))


def _noted(answer: Entry) -> Iterator[str]:
    entries: list[Entry] = [one for one in answer["eligibility"]["groups"] if one["status"] != "not_matched"]
    for dimension in ("services", "duties", "incentives"):
        entries += [one for one in answer.get(dimension) or () if one["status"] not in (*SILENT, "does_not_apply")]
    if answer.get("referral") is not None:
        entries.append(answer["referral"])
    for entry in entries:
        yield from entry["notes"]
