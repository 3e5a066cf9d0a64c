"""Topics are asked for by id, by name, by kind or by dimension."""

from __future__ import annotations

import pytest

from xianjie.compare.asking import known_names, topics_named
from xianjie.errors import InputError
from xianjie.vocabulary.terms import DIMENSIONS, INSTRUMENTS
from xianjie.vocabulary.topics import TOPICS


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["coverage"], ["coverage"]),
        (["覆盖对象"], ["coverage"]),
        (["who is covered"], ["coverage"]),
        (["Who Is Covered"], ["coverage"]),
        (["公益创投"], ["instrument.venture_philanthropy"]),
        (["激励：公益创投"], ["instrument.venture_philanthropy"]),
        (["instrument.premises", "coverage"], ["coverage", "instrument.premises"]),
        ([" supply_interval "], ["supply_interval"]),
        (["coverage,转介材料，reverse"], ["coverage", "reverse", "documents"]),
        (["收入、财产标准"], ["income_test"]),
        (["who decides remaining hardship, and how"], ["hardship_test"]),
        (["品牌评选"], ["duty.brand_selection", "instrument.brand_selection"]),
        ([], []),
    ],
)
def test_a_topic_has_several_names(words: list[str], wanted: list[str]) -> None:
    assert list(topics_named(words)) == wanted


@pytest.mark.parametrize("dimension", list(DIMENSIONS))
def test_a_dimension_stands_for_all_its_topics(dimension: str) -> None:
    wanted = [topic.id for topic in TOPICS if topic.dimension == dimension]
    for name in (dimension, *DIMENSIONS[dimension]):
        assert list(topics_named([name])) == wanted


def test_a_kind_stands_for_its_topics() -> None:
    assert list(topics_named(["instrument"])) == [f"instrument.{name}" for name in INSTRUMENTS]
    assert list(topics_named(["ledger"])) == [topic.id for topic in TOPICS if topic.id.startswith("ledger.")]


def test_every_topic_is_known_by_each_of_its_names() -> None:
    known = known_names()
    for topic in TOPICS:
        for name in (topic.id, topic.zh, topic.en):
            assert topic.id in known[name.lower()]


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("covrage", "coverage"),
        ("supply_intervall", "supply_interval"),
        ("覆盖的对象", "覆盖对象"),
        ("instrment", "instrument"),
    ],
)
def test_a_misspelt_name_brings_the_nearest(word: str, near: str) -> None:
    with pytest.raises(InputError) as caught:
        topics_named([word])
    (problem,) = caught.value.problems
    assert problem.code == "topic-unknown"
    assert near in problem.zh
    assert near in problem.en


def test_every_unknown_word_is_told_and_none_is_echoed() -> None:
    with pytest.raises(InputError) as caught:
        topics_named(["coverage", "110101199003070000", " , "])
    assert [str(problem.place) for problem in caught.value.problems] == ["topics[1]", "topics[2]"]
    assert all("110101" not in problem.text() for problem in caught.value.problems)
