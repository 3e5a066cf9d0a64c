"""Write a matrix as Markdown: a table for each dimension, with the sentences of the rows that differ."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xianjie.compare.bilingual import Both
from xianjie.compare.case import Outcomes
from xianjie.compare.cell import Cell
from xianjie.compare.difference import VERDICTS
from xianjie.compare.matrix import Matrix, Row
from xianjie.language.calendar import iso
from xianjie.vocabulary.terms import DIMENSIONS, STATUSES, term

_MEANS_SOMETHING = re.compile(r"([\\`*_\[\]<>|~#])")

HEADS = {
    "title": Both("政策比较", "Comparison of policies"),
    "as_of": Both("判定日", "as of"),
    "document": Both("文件", "document"),
    "standing": Both("性质与效力", "standing"),
    "version": Both("版本", "version"),
    "region": Both("地区", "region"),
    "topic": Both("议题", "topic"),
    "difference": Both("差异", "difference"),
    "readings": Both("有歧义", "open to readings"),
    "case": Both("本案", "this case"),
    "left_out": Both("未列出的议题（没有差异）", "topics not shown (no difference)"),
    "plain": Both("已印发，现行", "issued, in force"),
    "digest": Both(
        "“摘要未载”只说手头的摘要没有写到，不等于没有规定。",
        "“not reported” says only that the digest at hand does not mention it, not that there is no rule.",
    ),
    "supposed": Both(
        "标为“假设”的是设想的改动，不是现有的规定。",
        "What is marked as supposed is a change that somebody imagines, no rule.",
    ),
    "level": Both(
        "{}是市级文件，上有省级规定，与省级（直辖市）文件不在同一层级。",
        "{}: of a city, under a province's rules, and not of one level with the provinces and municipalities.",
    ),
    "draft": Both("征求意见稿未生效，不得当作现行规定。", "A draft is not in force and is no rule in force."),
}
"""The words around the tables, which the workbook shares."""


def markdown(matrix: Matrix, lang: str = "zh", outcomes: Outcomes | None = None) -> str:
    """Write the matrix in `zh` or `en`; with the outcomes of a case, what each rule comes to stands in its cell."""
    lines = [f"# {_head('title', lang)} · {_head('as_of', lang)} {iso(matrix.as_of)}", ""]
    lines += _table(
        [_head(name, lang) for name in ("region", "document", "standing", "version")],
        [
            [
                column.name.said(lang),
                column.title,
                (", " if lang == "en" else "、").join(one.said(lang) for one in column.markers())
                or _head("plain", lang),
                f"{column.policy} {column.version} {column.sha256[:12]}",
            ]
            for column in matrix.columns
        ],
    )
    lines += ["", *map(escaped, notes(matrix, lang))]
    for dimension, rows in matrix.dimensions().items():
        lines += ["", f"## {term(DIMENSIONS, dimension, lang)}", ""]
        titles = [
            _head("topic", lang),
            *(column.name.said(lang) for column in matrix.columns),
            _head("difference", lang),
        ]
        lines += _table(titles, [_row(row, lang, outcomes) for row in rows])
    if matrix.left_out:
        names = "、".join(topic.zh for topic in matrix.left_out)
        names = names if lang == "zh" else ", ".join(topic.en for topic in matrix.left_out)
        lines += ["", f"{_head('left_out', lang)}: {escaped(names)}"]
    return "\n".join(lines) + "\n"


def notes(matrix: Matrix, lang: str) -> list[str]:
    """Say what a reader must know of digests, drafts, suppositions and levels, where there are any."""
    out = []
    if any(column.text == "digest" for column in matrix.columns):
        out.append(_head("digest", lang))
    if any(column.standing == "draft" for column in matrix.columns):
        out.append(_head("draft", lang))
    if any(column.supposed for column in matrix.columns):
        out.append(_head("supposed", lang))
    if len({column.level for column in matrix.columns}) > 1:
        cities = [column.name.said(lang) for column in matrix.columns if column.level == "city"]
        out.append(_head("level", lang).format(("、" if lang == "zh" else ", ").join(cities)))
    return out


def cell_lines(cell: Cell, lang: str, outcome: Sequence[str] | None = None) -> list[str]:
    """Say a cell on a few lines: value; force and clauses; open questions; what it comes to for the case."""
    lines = [cell.value.said(lang)]
    if cell.ruled:
        lines.append(f"{cell.forces().said(lang)} · {' '.join(cell.clauses())}")
        if cell.open_questions:
            lines.append(f"{_head('readings', lang)} {' '.join(cell.open_questions)}")
    else:
        lines += [detail.said(lang) for detail in cell.details]
    if outcome:
        colon = "：" if lang == "zh" else ": "
        lines.append(f"{_head('case', lang)}{colon}{'、'.join(term(STATUSES, status, lang) for status in outcome)}")
    return lines


def _row(row: Row, lang: str, outcomes: Outcomes | None) -> list[str]:
    cells = []
    for number, cell in enumerate(row.cells):
        found = outcomes.of(number, row.topic.id) if outcomes is not None else None
        cells.append("\n".join(cell_lines(cell, lang, found.statuses if found and cell.ruled else None)))
    verdict = VERDICTS[row.difference.verdict].said(lang)
    sentence = row.difference.sentence.said(lang)
    return [row.topic.zh if lang == "zh" else row.topic.en, *cells, f"{verdict}\n{sentence}"]


def _head(name: str, lang: str) -> str:
    return HEADS[name].said(lang)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    out = [_line(titles), _line(["---"] * len(titles), plain=True)]
    return out + [_line(row) for row in rows]


def _line(cells: Sequence[str], plain: bool = False) -> str:
    return "| " + " | ".join(cell if plain else "<br>".join(map(escaped, cell.split("\n"))) for cell in cells) + " |"


def escaped(text: str) -> str:
    """Write a text so that Markdown takes none of it as its own signs."""
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;")
