"""Write the tables of docs/glossary.md from the vocabulary. Run `python -m tests.docs.glossary` after changing a term.

The prose of the page is written by hand; a table stands between `<!-- table: name -->` and `<!-- end -->`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping

from tests.docs.fences import DOCS, ROOT

from xianjie.plugins import discover
from xianjie.vocabulary import terms
from xianjie.vocabulary.facts import BASE, RECORDS
from xianjie.vocabulary.topics import TOPICS

PAGE = DOCS / "glossary.md"

_TABLE = re.compile(r"(<!-- table: (?P<name>[a-z]+) -->\n).*?(<!-- end -->)", re.DOTALL)

Rows = Iterator[tuple[str, ...]]


def facts() -> Rows:
    """List the facts, record by record, with their types and words."""
    yield "中文 Chinese", "标识 identifier", "类型 type", "English"
    for spec in BASE.facts:
        words = "；".join(f"`{word}` {zh} {en}" for word, (zh, en) in spec.words.items())
        kind = f"{spec.type}：{words}" if words else str(spec.type)
        kind += "（不能改变 fixed）" if spec.fixed else ""
        yield spec.zh, f"`{spec.name}`", kind, spec.en


def records() -> Rows:
    """List the records of a case."""
    yield "中文 Chinese", "标识 identifier", "English"
    for name, (zh, en) in RECORDS.items():
        yield zh, f"`{name}`", en


def topics() -> Rows:
    """List the topics that every policy answers or declares silent."""
    yield "中文 Chinese", "标识 identifier", "维度 dimension", "English"
    for topic in TOPICS:
        yield topic.zh, f"`{topic.id}`", terms.term(terms.DIMENSIONS, topic.dimension), topic.en


def groups() -> Rows:
    """List the groups of people that each document of the project names."""
    yield "地区 region", "中文 Chinese", "标识 identifier", "作用 gives", "English"
    regions = discover()
    ours = [key for key, region in regions.regions.items() if region.folder.is_relative_to(ROOT / "plugins")]
    for policy in regions.load(ours):
        for group in policy.file.groups:
            yield regions.regions[policy.region].zh, group.zh, f"`{group.id}`", f"`{group.gives}`", group.en


def _terms(table: Mapping[str, tuple[str, str]]) -> Callable[[], Rows]:
    def rows() -> Rows:
        yield "中文 Chinese", "标识 identifier", "English"
        for name, (zh, en) in table.items():
            yield zh, f"`{name}`", en

    return rows


TABLES: Mapping[str, Callable[[], Rows]] = {
    "records": records,
    "facts": facts,
    "statuses": _terms(terms.STATUSES),
    "forces": _terms(terms.FORCES),
    "qualifiers": _terms(terms.QUALIFIERS),
    "changes": _terms(terms.CHANGES),
    "standings": _terms(terms.STANDINGS),
    "validities": _terms(terms.VALIDITIES),
    "dimensions": _terms(terms.DIMENSIONS),
    "instruments": _terms(terms.INSTRUMENTS),
    "services": _terms(terms.SERVICES),
    "events": _terms(terms.EVENTS),
    "steps": _terms(terms.STEPS),
    "documents": _terms(terms.DOCUMENTS),
    "unmet": _terms(terms.UNMET),
    "conditions": _terms(terms.CONDITIONS),
    "advice": _terms(terms.ADVICE),
    "groups": groups,
    "topics": topics,
}


def table(name: str) -> str:
    """Write one table in Markdown."""
    head, *rows = TABLES[name]()
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def written(page: str) -> str:
    """Give the page with its tables written anew."""
    return _TABLE.sub(lambda found: f"{found[1]}{table(found['name'])}{found[3]}", page)


def main() -> None:
    """Write the page's tables in place."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.name}\n")


if __name__ == "__main__":
    main()
