"""docs/glossary.md says what the vocabulary says."""

from __future__ import annotations

import re

from tests.docs.glossary import PAGE, TABLES, table, written

from xianjie.vocabulary import terms
from xianjie.vocabulary.facts import BASE


def test_the_tables_are_those_of_the_vocabulary() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "run: python -m tests.docs.glossary"


def test_every_table_stands_on_the_page_once() -> None:
    found = re.findall(r"<!-- table: ([a-z]+) -->", PAGE.read_text(encoding="utf-8"))
    assert sorted(found) == sorted(TABLES)


def test_no_table_of_terms_is_left_out() -> None:
    known = {name for name in vars(terms) if name.isupper() and not name.startswith("OPEN")}
    assert {name.lower() for name in known} <= set(TABLES)


def test_a_table_holds_every_fact_with_its_words() -> None:
    text = table("facts")
    for spec in BASE.facts:
        assert f"| {spec.zh} | `{spec.name}` |" in text
        assert all(f"`{word}`" in text for word in spec.words)


def test_the_false_friends_name_facts_and_words_that_exist() -> None:
    prose = PAGE.read_text(encoding="utf-8").split("## 易混的词", 1)[1]
    tables = "".join(table(name) for name in TABLES)
    known = set(re.findall(r"`([^`]+)`", tables)) | {"shanxi", "shaanxi"}
    assert [name for name in re.findall(r"`([^`]+)`", prose) if name not in known] == []
