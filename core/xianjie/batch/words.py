"""Say statuses, facts and entries of an answer in words, each status with its sign: colour is never the only one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from xianjie.engine.wording import (
    KINDS,
    OPEN,
    ORDER,
    SILENT,
    Entry,
    duty_name,
    fact_term,
    force_words,
    reading_name,
    say,
)
from xianjie.policy.prepared import Policy
from xianjie.vocabulary import Vocabulary
from xianjie.vocabulary.terms import STANDINGS, STATUSES, VALIDITIES, term

__all__ = [
    "OPEN",
    "ORDER",
    "SILENT",
    "TEXTS",
    "Entry",
    "cited",
    "counted",
    "duty_name",
    "facts_named",
    "force_words",
    "listed",
    "reading_lines",
    "say",
    "sign",
    "status_words",
    "style",
    "tallied",
    "warnings_of",
]

_SIGNS: Mapping[str, str] = {"good": "✓", "bad": "✗", "care": "!", "open": "?", "ambiguous": "⇄", "silent": "-"}
_STYLES: Mapping[str, str] = {
    **{kind: kind for kind in ("good", "bad", "open", "silent")},
    "care": "open",
    "ambiguous": "open",
}


def sign(status: str) -> str:
    """Give a status's sign."""
    return _SIGNS.get(KINDS.get(status, ""), "◦")


def style(status: str) -> str:
    """Name the format of a cell that holds a status."""
    return _STYLES.get(KINDS.get(status, ""), "cell")


def status_words(status: str, lang: str) -> str:
    """Give sign and words of a status."""
    return f"{sign(status)} {term(STATUSES, status, lang)}"


def listed(items: Iterable[str], lang: str) -> str:
    """Join items as a list, each once."""
    return say(lang, "、", ", ").join(dict.fromkeys(item for item in items if item))


def facts_named(names: Iterable[str], vocabulary: Vocabulary, lang: str) -> str:
    """Name facts by their terms."""
    return listed((fact_term(name, vocabulary, lang) for name in names), lang)


def cited(entry: Entry, lang: str) -> str:
    """Give force and clause in brackets; empty where the document is silent."""
    parts = [part for part in (force_words(entry, lang), entry.get("clause") or "") if part]
    return say(lang, f"（{' · '.join(parts)}）", f" ({' · '.join(parts)})") if parts else ""


def reading_lines(entry: Entry, policy: Policy, lang: str) -> list[str]:
    """Set the readings of the text beside each other, a line each, where they part."""
    if entry["status"] != "ambiguous" and not entry["flagged"]:
        return []
    key = entry.get("rule") or entry.get("id") or ""
    out = []
    for reading in entry["readings"]:
        tags = [say(lang, "推荐", "recommended")] if reading["recommended"] else []
        tags += [say(lang, "本单位采用", "chosen here")] if reading.get("chosen") else []
        tagged = say(lang, f"（{'、'.join(tags)}）", f" ({', '.join(tags)})") if tags else ""
        name = reading_name(policy, key, reading["reading"], lang)
        line = say(lang, f"读法“{name}”{tagged}：", f"reading “{name}”{tagged}: ") + status_words(
            reading["status"], lang
        )
        if reading.get("next_due"):
            line += say(lang, f"，到期日 {reading['next_due']}", f", due {reading['next_due']}")
        out.append(line)
    return out


TEXTS: Mapping[str, tuple[str, str]] = {"full": ("全文", "full text"), "digest": ("摘要", "digest")}


def warnings_of(policy: Entry, lang: str) -> list[str]:
    """Say what a reader must know of a document before relying on it; nothing where it is issued, in force, whole."""
    out = []
    if policy["standing"] != "issued":
        out.append(term(STANDINGS, policy["standing"], lang))
    if policy["validity"] != "in_force":
        out.append(term(VALIDITIES, policy["validity"], lang))
    if policy["text"] != "full" and policy["standing"] != "press_report":
        out.append(term(TEXTS, policy["text"], lang))
    if policy["overlay"] is not None:
        out.append(say(lang, "假设", "supposed"))
    return out


def counted(entries: Sequence[Entry], name: str, table: Mapping[str, tuple[str, str]], lang: str) -> str:
    """Sum entries up, a line for each status: those that say something by name, the rest by number."""
    by_status: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: ORDER.index(entry["status"])):
        by_status.setdefault(entry["status"], []).append(entry)
    lines = []
    for status, found in by_status.items():
        if status in (*SILENT, "does_not_apply"):
            number = len({entry[name] for entry in found})
            lines.append(f"{status_words(status, lang)} {number}" + say(lang, " 项", ""))
        else:
            names = listed((term(table, entry[name], lang) for entry in found), lang)
            lines.append(status_words(status, lang) + say(lang, "：", ": ") + names)
    return "\n".join(lines)


def tallied(entries: Sequence[Entry], lang: str) -> str:
    """Count the entries of each status, a line each; one entry needs no count."""
    counts = Counter(entry["status"] for entry in entries)
    if sum(counts.values()) == 1:
        return status_words(entries[0]["status"], lang)
    unit = say(lang, " 项", "")
    return "\n".join(f"{status_words(status, lang)} {counts[status]}{unit}" for status in ORDER if counts[status])
