"""What terms mean: each has its sentence in both languages, in our words, and none says more than one thing."""

from __future__ import annotations

import pytest

from xianjie.vocabulary import terms
from xianjie.vocabulary.meanings import MEANINGS, meaning

ALL = [(table, key) for table, meanings in MEANINGS.items() for key in meanings]


@pytest.mark.parametrize("table", MEANINGS)
def test_every_term_of_a_table_is_explained_and_nothing_else(table: str) -> None:
    assert MEANINGS[table].keys() == getattr(terms, table).keys()


@pytest.mark.parametrize(("table", "key"), ALL)
def test_a_meaning_is_a_short_sentence_in_its_language(table: str, key: str) -> None:
    zh, en = MEANINGS[table][key]
    assert 4 <= len(zh) <= 60
    assert 8 <= len(en) <= 140
    assert any("一" <= letter <= "鿿" for letter in zh)
    assert en.isascii() or "“" in en
    assert not zh.endswith("。")
    assert not en.endswith(".")
    assert (meaning(key, table, "zh"), meaning(key, table, "en")) == (zh, en)


def test_no_two_terms_of_a_table_mean_the_same() -> None:
    for meanings in MEANINGS.values():
        said = [zh for zh, _ in meanings.values()]
        assert len(set(said)) == len(said)
