"""Tell in one sentence whether and how documents differ on a topic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from xianjie.compare.bilingual import Both
from xianjie.compare.cell import Cell
from xianjie.compare.clauses import Named, Row
from xianjie.compare.contents import condition_clauses, level_clauses, member_clauses, number_clauses, rule_clauses
from xianjie.compare.strengths import force_clauses, qualifier_clauses, timing_clauses, window_clauses
from xianjie.vocabulary.terms import STATUSES, term

Verdict = Literal["differ", "open", "same", "silent"]
"""`open`: what is known agrees, but a digest's silence or free words leave it open whether the rest does."""

VERDICTS: Mapping[Verdict, Both] = MappingProxyType(
    {
        "differ": Both("有差异", "differ"),
        "open": Both("待核对", "to be checked"),
        "same": Both("一致", "same"),
        "silent": Both("均无规定", "all silent"),
    }
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Whether documents differ on a topic, and the sentence that says how."""

    verdict: Verdict
    sentence: Both


def difference(columns: Sequence[Named]) -> Difference:
    """Compare the cells of one topic; at least one column."""
    verdict = _verdict([column.cell for column in columns])
    zh, en = (_sentence(Row(tuple(columns), lang), verdict) for lang in ("zh", "en"))
    return Difference(verdict, Both(zh, en))


def _verdict(cells: Sequence[Cell]) -> Verdict:
    ruled = [cell for cell in cells if cell.ruled]
    if not ruled:
        return "silent"
    if len({replace(cell.measure, written=frozenset()) for cell in ruled}) > 1 or any(
        cell.status == "not_stipulated" for cell in cells
    ):
        return "differ"
    if len({frozenset(cell.open_questions) for cell in ruled}) > 1:
        return "differ"
    if len(ruled) < len(cells) or (len(ruled) > 1 and any(cell.measure.written for cell in ruled)):
        return "open"
    return "same"


def _sentence(row: Row, verdict: Verdict) -> str:
    if len(row.columns) == 1:
        parts = [row.say("只有一份文件，无从比较", "one document only, nothing to compare")]
    elif verdict == "silent":
        parts = [_all_silent(row)]
    elif verdict == "same":
        parts = [row.say("所比各项，各地一致", "the same in all that is compared")]
    else:
        parts = list(_parts(row))
    return row.marked(row.say("；", "; ").join(parts)) + row.say("。", ".")


def _parts(row: Row) -> Iterator[str]:
    """Give the clauses, what tells most first: force, time, content, silence, readings."""
    if len(row.ruled) == 1:
        yield _only_one(row)
    else:
        found = [
            clause
            for clauses in (
                force_clauses(row),
                timing_clauses(row),
                window_clauses(row),
                number_clauses(row),
                member_clauses(row),
                condition_clauses(row),
                rule_clauses(row),
                level_clauses(row),
                qualifier_clauses(row),
            )
            for clause in clauses
        ]
        yield from found or _nothing_told(row)
    yield from _silence(row)
    yield from _readings(row)


def _only_one(row: Row) -> str:
    name = row.name(row.ruled[0])
    if any(column.cell.status == "not_reported" for column in row.columns):
        return row.say(f"在手头的文本里，只有{name}有规定", f"in the texts at hand only {name} has a rule")
    return row.say(f"只有{name}有规定", f"only {name} has a rule")


def _nothing_told(row: Row) -> Iterator[str]:
    """Say what is known where no clause tells a difference among those that rule."""
    if any(row.measure(number).written for number in row.ruled):
        yield row.say("各地用语见各格，未作机器比较", "see the words of each; they are not compared by machine")
    elif len({row.measure(number) for number in row.ruled}) > 1:
        yield row.say("另有细节不同，见各格", "they differ in details, see each")
    else:
        names = row.names(row.ruled)
        yield row.say(f"{names}所比各项一致", f"{names}: the same in all that is compared")


def _silence(row: Row) -> Iterator[str]:
    """Say who is silent, and in which way: a digest's silence is only that it does not report."""
    for status in ("not_stipulated", "not_reported"):
        numbers = [number for number, column in enumerate(row.columns) if column.cell.status == status]
        if numbers:
            names = row.names(numbers) if status == "not_stipulated" else row.bare(numbers)
            word = term(STATUSES, status, row.lang)
            yield row.say(f"{names}{word}", f"{names}: {word}")
    mechanism = [number for number, column in enumerate(row.columns) if not column.cell.ruled and column.cell.details]
    if mechanism:
        names = row.bare(mechanism)
        yield row.say(f"{names}只提出机制，没有步骤", f"{names}: a mechanism, without steps")


def _readings(row: Row) -> Iterator[str]:
    """Name the open questions, where they are not the same for all that rule."""
    asked: dict[tuple[str, ...], list[int]] = {}
    for number in row.ruled:
        asked.setdefault(tuple(sorted(row.columns[number].cell.open_questions)), []).append(number)
    if len(asked) > 1:
        told = [f"{row.names(numbers)} {row.say('、', ', ').join(ids)}" for ids, numbers in asked.items() if ids]
        yield row.say("有歧义：" + "，".join(told), "open to readings: " + ", ".join(told))


def _all_silent(row: Row) -> str:
    by: dict[str, list[int]] = {}
    for number, column in enumerate(row.columns):
        by.setdefault(column.cell.status, []).append(number)
    if len(by) == 1:
        word = term(STATUSES, next(iter(by)), row.lang)
        return row.say(f"均{word}", f"all {word}")
    parts = [f"{row.bare(numbers)}{row.say('', ': ')}{term(STATUSES, key, row.lang)}" for key, numbers in by.items()]
    return row.say("，", ", ").join(parts)
