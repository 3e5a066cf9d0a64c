"""Tell one region's answer to one row, a line for each dimension: status, what, force, clause, why, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from xianjie.batch.words import (
    OPEN,
    ORDER,
    SILENT,
    Entry,
    cited,
    counted,
    duty_name,
    facts_named,
    force_words,
    listed,
    reading_lines,
    say,
    sign,
    status_words,
    tallied,
)
from xianjie.engine.wording import once_referred, word_of
from xianjie.language.prose import period_text
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import ADVICE, CONDITIONS, INSTRUMENTS, SERVICES, STATUSES, STEPS, UNMET, term


@dataclass(frozen=True, slots=True)
class Told:
    """What one dimension of one answer comes to. `status` is the one that a reader must see first.

    `tally` says how often each status occurs, `brief` of what. All but the first two may have several lines, and
    what does not apply is empty.
    """

    dimension: str
    status: str
    tally: str
    brief: str
    what: str
    force: str
    clause: str
    why: str
    missing: str
    notes: str


def told(region: Entry, policy: Policy, lang: str) -> Iterator[Told]:
    """Tell every dimension that an answer has, eligibility first; `policy` is the document that answered."""
    yield _eligibility(region["eligibility"], policy, lang)
    if region.get("services") is not None:
        yield _entitlements("services", region["services"], policy, lang)
    if region.get("duties") is not None:
        yield _duties(region["duties"], policy, lang)
    if region.get("referral") is not None:
        yield _referral(region["referral"], policy, lang)
    if region.get("incentives") is not None:
        yield _entitlements("incentives", region["incentives"], policy, lang)


def _noted(entries: Sequence[Entry], policy: Policy, lang: str) -> str:
    """Tell the readings where they part, and which open questions of the text bear on some entries."""
    lines = [line for entry in entries for line in reading_lines(entry, policy, lang)]
    if found := dict.fromkeys(note for entry in entries for note in entry["notes"]):
        lines.append(say(lang, f"疑点 {'、'.join(found)}", f"open questions {', '.join(found)}"))
    return "\n".join(dict.fromkeys(lines))


def _joined(texts: Sequence[str], lang: str) -> str:
    return say(lang, "；", "; ").join(dict.fromkeys(text for text in texts if text))


_POSSIBLY = {"undetermined": ("尚不能判定：", "not yet known: "), "ambiguous": ("各读法不同：", "readings differ: ")}
"""What stands before groups that a person may or may not belong to."""


_MOST_NAMED = 3


def _named(status: str, names: Sequence[str], lang: str) -> str:
    """Name the groups of a status: all that somebody belongs to, the first few that he may; the reasons name all."""
    if not names or status not in _POSSIBLY:
        return listed(names, lang)
    more = len(names) > _MOST_NAMED
    words = say(lang, *_POSSIBLY[status]) + listed(names[:_MOST_NAMED] if more else names, lang)
    return words + say(lang, f" 等 {len(names)} 类", f" and {len(names) - _MOST_NAMED} more") if more else words


def _eligibility(entry: Entry, policy: Policy, lang: str) -> Told:
    status = entry["status"]
    settled = status in ("covered", "priority_match")
    groups = [group for group in entry["groups"] if group["status"] == status]
    shown = groups if groups and status != "not_matched" else entry["groups"]
    lines = [_reason(group, group["name"], lang) for group in shown]
    rest = [group for group in entry["groups"] if group not in shown]
    idle = [group["name"] for group in rest if group["status"] in OPEN]
    if idle:
        words = (
            say(lang, "尚未判定，不影响结论：", "open, and changes nothing: ")
            if settled
            else say(lang, "也未判定：", "also open: ")
        )
        lines.append(words + listed(idle, lang))
    others = [group["name"] for group in rest if group["status"] not in OPEN]
    if others:
        lines.append(say(lang, "其余：", "others: ") + listed(others, lang))
    if not entry["groups"]:
        lines.append(silence(policy, lang))
    lines += (
        f"→ {term(ADVICE, advice['advice'], lang)}{cited(advice, lang)}{say(lang, '：', ': ')}{advice['text']}"
        for advice in entry["advice_details"]
    )
    brief = status_words(status, lang)
    if entry["priority"] not in (status, *SILENT):
        brief += "\n" + say(lang, "优先：", "priority: ") + status_words(entry["priority"], lang)
    named = groups if status != "not_matched" else []
    return Told(
        "eligibility",
        status,
        brief,
        brief,
        _named(status, [group["name"] for group in named], lang),
        _joined([force_words(group, lang) for group in named], lang),
        _joined([group["clause"] or "" for group in named], lang),
        "\n".join(lines),
        facts_named(entry["missing"], policy.vocabulary, lang),
        _noted(groups or entry["groups"], policy, lang),
    )


def silence(policy: Policy, lang: str) -> str:
    """Say which kind of silence a document's is."""
    if policy.silence == "not_stipulated":
        return say(lang, "文件全文没有规定", "the full text does not say")
    return say(lang, "手头只有摘要，摘要没有提到，不等于没有规定", "only a digest is at hand, and it does not say")


def _reason(entry: Entry, title: str, lang: str) -> str:
    """Tell one entry in a line: sign, title, force and clause, and why."""
    return f"{sign(entry['status'])} {title}{cited(entry, lang)}{say(lang, '：', ': ')}{entry['why']['text']}"


def _speaking(entries: Sequence[Entry]) -> list[Entry]:
    kept = [entry for entry in entries if entry["status"] not in (*SILENT, "does_not_apply")]
    return sorted(kept, key=lambda entry: ORDER.index(entry["status"]))


def _entitlements(dimension: str, entries: Sequence[Entry], policy: Policy, lang: str) -> Told:
    name, table = ("service", SERVICES) if dimension == "services" else ("instrument", INSTRUMENTS)
    spoken = _speaking(entries)
    applied = [entry for entry in spoken if entry["status"] == "applies"]
    given = listed((term(table, entry[name], lang) for entry in applied), lang)
    lines = []
    for entry in spoken:
        status = term(STATUSES, entry["status"], lang)
        lines.append(_reason(entry, f"{term(table, entry[name], lang)} {status}", lang))
    if not spoken:
        lines.append(silence(policy, lang) if all(entry["status"] in SILENT for entry in entries) else "")
    return Told(
        dimension,
        first_status(entries),
        tallied(entries, lang),
        counted(entries, name, table, lang),
        status_words("applies", lang) + say(lang, "：", ": ") + given if given else "",
        _joined([force_words(entry, lang) for entry in applied or spoken], lang),
        _joined([entry["clause"] or "" for entry in applied or spoken], lang),
        "\n".join(line for line in lines if line),
        facts_named((fact for entry in spoken for fact in entry["missing"]), policy.vocabulary, lang),
        _noted(spoken, policy, lang),
    )


def first_status(entries: Sequence[Entry]) -> str:
    """Choose the status that needs attention first; of silent entries, the silence."""
    found = sorted({str(entry["status"]) for entry in entries}, key=ORDER.index)
    return next((one for one in found if one not in (*SILENT, "does_not_apply")), found[0] if found else "")


def _duties(entries: Sequence[Entry], policy: Policy, lang: str) -> Told:
    lines, briefs, missing = [], [], []
    for entry in entries:
        name = duty_name(entry, policy.vocabulary, lang)
        brief = f"{status_words(entry['status'], lang)}{say(lang, '：', ': ')}{name}"
        if entry["next_due"]:
            brief += say(lang, f"，到期日 {entry['next_due']}", f", due {entry['next_due']}")
        briefs.append(brief)
        silent = entry["status"] in SILENT and not entry["rule"]
        lines.append(
            f"{sign(entry['status'])} {name}：{silence(policy, lang)}" if silent else _reason(entry, name, lang)
        )
        if entry["interval"]:
            lines.append("  " + say(lang, "周期：", "interval: ") + period_text(entry["interval"], lang))
        if entry["condition"]:
            lines.append("  " + term(CONDITIONS, entry["condition"], lang))
        if entry["unmet"]:
            lines.append("  ✗ " + listed((term(UNMET, key, lang) for key in entry["unmet"]), lang))
        lines += (f"  ! {warning}" for warning in entry.get("warnings", ()))
        missing += [*entry["missing"], *entry["compliance_missing"]]
    return Told(
        "duties",
        first_status(entries),
        tallied(entries, lang),
        "\n".join(briefs),
        listed((duty_name(entry, policy.vocabulary, lang) for entry in entries), lang),
        _joined([force_words(entry, lang) for entry in entries], lang),
        _joined([entry["clause"] or "" for entry in entries], lang),
        "\n".join(lines),
        facts_named(missing, policy.vocabulary, lang),
        _noted(entries, policy, lang),
    )


def _referral(entry: Entry, policy: Policy, lang: str) -> Told:
    direction = word_of("referral.direction", entry["direction"], policy.vocabulary, lang)
    title = direction or say(lang, "方向未记录", "direction not recorded")
    lines = [silence(policy, lang) if entry["status"] in SILENT else _reason(entry, title, lang)]
    if entry["missing_step"]:
        lines.append(say(lang, "缺少步骤：", "step missing: ") + term(STEPS, entry["missing_step"], lang))
    if entry["next_step"]:
        lines.append(say(lang, "下一步：", "next step: ") + term(STEPS, entry["next_step"], lang))
    missing, parts = list(entry["missing"]), [entry]
    simplified = entry["simplification"]
    if simplified is not None:
        parts.append(simplified)
        words = say(lang, "简化程序：", "simplified: ") + status_words(simplified["status"], lang)
        only = once_referred(entry, lang)
        lines.append(f"{words}{say(lang, f'（{only}）', f' ({only})') if only else ''}{cited(simplified, lang)}")
        missing += simplified["missing"]
    for duty in entry["accompanying"]:
        if duty["status"] not in SILENT:
            parts.append(duty)
            lines.append(f"{sign(duty['status'])} {duty['text'] or duty['duty']}{cited(duty, lang)}")
            missing += duty["missing"]
    if entry["procedure"] is not None:
        name = entry["procedure"]["name"] if lang == "zh" else entry["procedure"]["state"].replace("_", " ")
        lines.append(say(lang, f"程序：现在“{name}”", f"procedure: now at “{name}”"))
    return Told(
        "referral",
        entry["status"],
        status_words(entry["status"], lang),
        status_words(entry["status"], lang),
        title,
        force_words(entry, lang),
        entry["clause"] or "",
        "\n".join(lines),
        facts_named(missing, policy.vocabulary, lang),
        _noted(parts, policy, lang),
    )
