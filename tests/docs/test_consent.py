"""docs/consent.md: its requests are answered as shown, and its tables are those of the records."""

from __future__ import annotations

import ast
import inspect

from tests.docs.fences import DOCS
from tests.docs.test_errors import codes_of
from tests.docs.test_persons import server as server
from tests.docs.test_persons import table, walked
from tests.service.conftest import Server

from xianjie.records.people import consents, disclosures
from xianjie.records.people.content import FACTS, FIELDS
from xianjie.vocabulary import BASE

PAGE = DOCS / "consent.md"


def test_the_requests_are_answered_as_shown(server: Server) -> None:
    assert walked(server, PAGE) == 8


def test_the_categories_cover_what_the_table_says() -> None:
    rows = table(PAGE, "categories")
    assert [row[:3] for row in rows] == [[f"`{code}`", zh, en] for code, (zh, en) in consents.CATEGORIES.items()]
    for code, _, _, covered in rows:
        name = code.strip("`")
        told = covered.replace("`", "").split()
        if name == "case":
            assert told == ["person.*", "referral.*"]
            of_these = {fact for fact in BASE.names if fact.startswith(("person.", "referral."))}
            assert FACTS[name] == of_these - FACTS["health"]
        else:
            assert told == list(FIELDS.get(name, ())) or told == sorted(FACTS[name])


def test_the_words_are_those_there_are() -> None:
    words = {**consents.PURPOSES, **consents.FORMS}
    assert table(PAGE, "words") == [[f"`{code}`", zh, en] for code, (zh, en) in words.items()]
    text = PAGE.read_text("utf-8")
    assert all(f"`{channel}`" in text for channel in consents.CHANNELS)


def test_the_refusals_are_those_that_a_disclosure_has() -> None:
    told = {row[0].strip("`") for row in table(PAGE, "refusals")}
    sources = (inspect.getsource(disclosures), inspect.getsource(consents.withdrawn))
    assert told == {code for source in sources for code in codes_of(ast.parse(source))}
