"""The matrix: a row for each topic, a column for each document, and a sentence that says how a row differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xianjie.compare.bilingual import NOTHING, Both, of_term, one_line, sentences
from xianjie.compare.cell import Cell, cell
from xianjie.compare.clauses import Named
from xianjie.compare.difference import VERDICTS, Difference, difference
from xianjie.compare.wording import voice
from xianjie.errors import InputError, Problem
from xianjie.language.calendar import iso
from xianjie.policy.prepared import Policy
from xianjie.vocabulary.terms import DIMENSIONS, STANDINGS, VALIDITIES, term
from xianjie.vocabulary.topics import TOPIC, TOPICS, Topic

SCHEMA_VERSION = 1

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One document: its region and name, and how far it can be relied on at the date of the comparison.

    `supposed` says what is only supposed of it, and is empty where nothing is.
    """

    region: str
    name: Both
    policy: str
    title: str
    number: str | None
    version: str
    sha256: str
    standing: str
    validity: str
    text: str
    level: str
    dates: Mapping[str, str | None]
    supposed: Both

    def markers(self) -> tuple[Both, ...]:
        """Say what a reader must know before relying on it; nothing where it is issued, in force and in full."""
        out = []
        if self.standing != "issued":
            out.append(of_term(STANDINGS, self.standing))
        if self.validity != "in_force" and (self.standing, self.validity) != ("draft", "not_in_force"):
            out.append(of_term(VALIDITIES, self.validity))
        if self.supposed:
            out.append(Both(f"假设：{self.supposed.zh}", f"supposition: {self.supposed.en}"))
        return tuple(out)

    def marker(self) -> Both:
        """Say the one word that a sentence gives beside its name: supposed, not in force, or known from a digest."""
        if self.supposed:
            return Both("假设", "supposed")
        if self.standing != "issued":
            return of_term(STANDINGS, self.standing)
        return of_term(VALIDITIES, self.validity) if self.validity in ("lapsed", "not_in_force") else NOTHING

    def as_json(self, lang: str) -> Json:
        """Give the head of the column as JSON-shaped data."""
        return {
            "region": self.region,
            "name": self.name.said(lang),
            "policy": self.policy,
            "title": self.title,
            "number": self.number,
            "version": self.version,
            "sha256": self.sha256,
            "standing": self.standing,
            "validity": self.validity,
            "text": self.text,
            "level": self.level,
            **self.dates,
            "supposed": self.supposed.said(lang) or None,
        }


@dataclass(frozen=True, slots=True)
class Row:
    """One topic: a cell for each column, whether they differ, and the sentence that says how."""

    topic: Topic
    cells: tuple[Cell, ...]
    difference: Difference


@dataclass(frozen=True, slots=True)
class Matrix:
    """The rows asked for, in the order of the topics.

    `left_out` holds the topics that were asked for and are not shown, because their rows do not differ.
    """

    as_of: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    left_out: tuple[Topic, ...]

    def dimensions(self) -> dict[str, tuple[Row, ...]]:
        """Gather the rows by dimension; a dimension without rows is left out."""
        out: dict[str, list[Row]] = {}
        for row in self.rows:
            out.setdefault(row.topic.dimension, []).append(row)
        return {dimension: tuple(rows) for dimension, rows in out.items()}


def compare(
    policies: Sequence[Policy],
    as_of: int,
    names: Mapping[str, tuple[str, str]] | None = None,
    topics: Sequence[str] | None = None,
    only_differences: bool = False,
) -> Matrix:
    """Set documents side by side, topic by topic, on one date (an ordinal).

    `names` gives each region's Chinese and English name; a region without one goes by its id. `topics` are ids, and
    None asks for all of them. A policy can stand beside another of its own region: such columns are told apart by the
    policy's id, and by what is supposed of it. KeyError for an id that is no topic's, InputError without any policy.
    """
    if not policies:
        raise InputError(Problem("region-missing", "至少要有一份文件", "at least one document is needed"))
    columns = _columns(policies, as_of, names or {})
    voices = [voice(policy, as_of) for policy in policies]
    asked = TOPIC if topics is None else {topic: TOPIC[topic] for topic in topics}
    rows = []
    for topic in (topic for topic in TOPICS if topic.id in asked):
        cells = tuple(cell(topic, one) for one in voices)
        told = difference(
            [Named(column.name, column.marker(), one) for column, one in zip(columns, cells, strict=True)]
        )
        rows.append(Row(topic, cells, told))
    whole = Matrix(as_of, columns, tuple(rows), ())
    return differing(whole) if only_differences else whole


def differing(matrix: Matrix) -> Matrix:
    """Leave out the rows that neither differ nor are open; the topics left out are told."""
    kept, left = [], list(matrix.left_out)
    for row in matrix.rows:
        if row.difference.verdict in ("differ", "open"):
            kept.append(row)
        else:
            left.append(row.topic)
    return Matrix(matrix.as_of, matrix.columns, tuple(kept), tuple(left))


def _columns(policies: Sequence[Policy], as_of: int, names: Mapping[str, tuple[str, str]]) -> tuple[Column, ...]:
    full = [_name(policy, policies, names) for policy in policies]
    seen: dict[Both, int] = {}
    out = []
    for name, policy in zip(full, policies, strict=True):
        seen[name] = seen.get(name, 0) + 1
        if full.count(name) > 1:
            name = Both(f"{name.zh}（{seen[name]}）", f"{name.en} ({seen[name]})")
        out.append(_column(policy, name, as_of))
    return tuple(out)


def _name(policy: Policy, policies: Sequence[Policy], names: Mapping[str, tuple[str, str]]) -> Both:
    """Name a column by its region; of several of one region, by the document, or by what is supposed of it."""
    plain = Both(*map(one_line, names.get(policy.region, (policy.region, policy.region))))
    supposed = "+".join(overlay.id for overlay in policy.supposed)
    beside = [other for other in policies if other.region == policy.region]
    unsupposed = [other for other in beside if not other.supposed]
    if len(beside) == 1 or (not supposed and len(unsupposed) == 1):
        return plain
    return Both(f"{plain.zh}（{supposed or policy.id}）", f"{plain.en} ({supposed or policy.id})")


def _column(policy: Policy, name: Both, as_of: int) -> Column:
    document = policy.file.document
    dates = {
        "adopted": document.adopted,
        "issued": document.issued,
        "effective": document.effective,
        "until": policy.last_day,
    }
    return Column(
        region=policy.region,
        name=name,
        policy=policy.id,
        title=one_line(document.title),
        number=one_line(document.number) if document.number else None,
        version=policy.file.version,
        sha256=policy.sha256,
        standing=document.standing,
        validity=policy.validity_at(as_of),
        text=document.text,
        level=document.level,
        dates={key: day.isoformat() if day else None for key, day in dates.items()},
        supposed=sentences(Both(one_line(overlay.zh), one_line(overlay.en)) for overlay in policy.supposed),
    )


def matrix_json(matrix: Matrix, lang: str = "zh") -> Json:
    """Give a matrix as JSON-shaped data, its texts in `zh` or `en`.

    `columns` describe the documents; `dimensions` hold rows, whose `cells` stand in the order of the columns.
    """
    return {
        "schema_version": SCHEMA_VERSION,
        "as_of": iso(matrix.as_of),
        "lang": lang,
        "columns": [column.as_json(lang) for column in matrix.columns],
        "dimensions": [
            {
                "id": dimension,
                "name": term(DIMENSIONS, dimension, lang),
                "rows": [_row_json(matrix, row, lang) for row in rows],
            }
            for dimension, rows in matrix.dimensions().items()
        ],
        "left_out": [topic.id for topic in matrix.left_out],
    }


def _row_json(matrix: Matrix, row: Row, lang: str) -> Json:
    return {
        "topic": row.topic.id,
        "name": row.topic.zh if lang == "zh" else row.topic.en,
        "verdict": row.difference.verdict,
        "verdict_text": VERDICTS[row.difference.verdict].said(lang),
        "sentence": row.difference.sentence.said(lang),
        "cells": [
            {"region": column.region, "policy": column.policy, **one.as_json(lang)}
            for column, one in zip(matrix.columns, row.cells, strict=True)
        ],
    }
