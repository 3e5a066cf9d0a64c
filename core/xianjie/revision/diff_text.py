"""Write a diff as a Markdown report: the two documents, the totals, and one row for each change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from xianjie.compare.bilingual import Both, joined, of_term, same
from xianjie.policy.prepared import Policy
from xianjie.revision.diff import OTHER_REGION, totals_words
from xianjie.revision.diff_change import KINDS, SECTIONS, WEIGHTS, Change, Diff, Named
from xianjie.vocabulary.terms import STANDINGS, VALIDITIES

COLUMNS: Sequence[Both] = (
    Both("条款", "clause"),
    Both("关于", "about"),
    Both("类型", "kind"),
    Both("改动", "change"),
    Both("旧", "old"),
    Both("新", "new"),
)


def diff_markdown(found: Diff, lang: str = "zh") -> str:
    """Write the report in `zh` or `en`."""
    head = Both("结构差异", "Structural diff").said(lang)
    lines = [f"# {head}", ""]
    for label, named in ((Both("旧：", "Old: "), found.old), (Both("新：", "New: "), found.new)):
        lines.append(f"- {label.said(lang)}{_cell(named_words(named).said(lang))}")
    lines += ["", totals_words(found).said(lang)]
    if not found.same_region:
        lines += ["", OTHER_REGION.said(lang)]
    if found.changes:
        titles = [column.said(lang) for column in COLUMNS]
        lines += ["", _row(titles), "|" + "---|" * len(titles)]
        lines += [_row(cells(change, lang)) for change in found.changes]
    return "\n".join(lines) + "\n"


def named_words(named: Named) -> Both:
    """Name a policy: title, number, id, version, standing and validity, and the patches it went through."""
    parts = [
        same(f"《{named.title}》"),
        same(named.number or ""),
        Both(f"{named.id}，版本 {named.version}", f"{named.id}, version {named.version}"),
        of_term(STANDINGS, named.standing),
        of_term(VALIDITIES, named.validity),
        *(Both(f"改动 {overlay}", f"overlay {overlay}") for overlay in named.overlays),
    ]
    return joined(parts, "，", ", ")


def cells(change: Change, lang: str) -> list[str]:
    """Give the cells of one change: clause, what it is about, kind, sentence, old, new."""
    return [
        change.clause,
        change.subject.said(lang),
        kind_words(change, lang),
        "\n".join([change.words.said(lang), *(detail.said(lang) for detail in change.details)]),
        value_text(change.old_words.said(lang), change.old if change.written else None),
        value_text(change.new_words.said(lang), change.new if change.written else None),
    ]


def kind_words(change: Change, lang: str) -> str:
    """Give sign and word of a change, and that it is of words only where it is."""
    sign, word = KINDS[change.kind]
    minor = WEIGHTS["minor"].said(lang)
    return f"{sign} {word.said(lang)}" + (f" · {minor}" if change.weight == "minor" else "")


def by_heading(
    changes: Sequence[Change], policies: Sequence[Policy], lang: str
) -> Iterator[tuple[str, list[list[Change]]]]:
    """Put changes under the parts of the document that they stand in, those of one rule or the like together."""
    titles = {clause.path: clause.title for policy in policies for clause in policy.file.clauses}
    for heading, found in groupby(changes, key=lambda change: _heading(change, titles, lang)):
        yield heading, [list(of_one) for _, of_one in groupby(found, key=lambda one: (one.section, one.item))]


def _heading(change: Change, titles: Mapping[str, str | None], lang: str) -> str:
    """Name the part of the document under which a change stands."""
    clause = change.new_clause or change.old_clause
    if change.section not in ("rules", "clauses") or not clause:
        return SECTIONS[change.section].said(lang)
    return "  ".join(part for part in (clause, titles.get(clause)) if part)


def is_named(change: Change) -> bool:
    """Tell whether a change has a name beside its heading: one of a whole clause has not."""
    own = change.section == "clauses" and change.item in (change.new_clause, change.old_clause)
    return bool(change.item) and not own


def sides(change: Change, lang: str) -> Iterator[tuple[Both, str, tuple[str, ...]]]:
    """Give both conditions, or both long texts, where the sentence itself does not: in words, and as written."""
    sentence = change.words.said(lang)
    for label, words, value in (
        (Both("旧", "old"), change.old_words.said(lang), change.old),
        (Both("新", "new"), change.new_words.said(lang), change.new),
    ):
        told = not words or words in sentence or isinstance(value, list)
        if told and not (change.written and value is not None):
            continue
        lines = value_text("", value).split("\n") if change.written else ()
        yield label, "" if told else words, tuple(line for line in lines if line)


def value_text(words: str, written: object) -> str:
    """Give a value in words and, for a condition, as it is written, one line for each reading."""
    if isinstance(written, dict):
        lines = [f"{option}: {text}" for option, text in written["readings"].items()]
    else:
        lines = [] if written is None else [str(written)]
    return "\n".join(part for part in (words, *lines) if part)


def _row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(_cell(text) for text in texts) + " |"


def _cell(text: str) -> str:
    """Keep a text inside its cell, and from being taken for marks of Markdown."""
    for mark in "\\|`*_<>[]":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\r", "").replace("\n", "<br>")
