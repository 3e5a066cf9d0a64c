"""The matrix: its columns, its rows, what is left out, and its JSON."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from tests.compare.documents import DAY, NAMES, REGIONS, made, policies, whole

from xianjie.compare.matrix import compare, matrix_json
from xianjie.errors import InputError
from xianjie.vocabulary.terms import DIMENSIONS
from xianjie.vocabulary.topics import TOPICS


def test_rows_stand_by_dimension_in_the_order_of_the_topics() -> None:
    assert list(whole().dimensions()) == list(DIMENSIONS)
    assert [row.topic for rows in whole().dimensions().values() for row in rows] == list(TOPICS)
    assert all(len(row.cells) == len(whole().columns) for row in whole().rows)


def test_only_the_topics_asked_for_and_in_their_order() -> None:
    matrix = compare([policies()["hubei"]], DAY, NAMES, ["reverse", "coverage", "reverse"])
    assert [row.topic.id for row in matrix.rows] == ["coverage", "reverse"]
    with pytest.raises(KeyError):
        compare([policies()["hubei"]], DAY, NAMES, ["no-such-topic"])


def test_without_a_document_nothing_is_compared() -> None:
    with pytest.raises(InputError) as caught:
        compare([], DAY, NAMES)
    assert [problem.code for problem in caught.value.problems] == ["region-missing"]


def test_rows_that_do_not_differ_are_left_out_and_named() -> None:
    both = [policies()["hubei"], policies()["tianjin"]]
    matrix = compare(both, DAY, NAMES, only_differences=True)
    left_out = {topic.id for topic in matrix.left_out}
    assert {"initiator", "instrument.tax_preference", "residence"} <= left_out
    assert {row.difference.verdict for row in matrix.rows} == {"differ"}
    assert left_out | {row.topic.id for row in matrix.rows} == {topic.id for topic in TOPICS}
    digest = compare([policies()["hubei"], policies()["shanxi"]], DAY, NAMES, ["coverage"], only_differences=True)
    assert [row.difference.verdict for row in digest.rows] == ["open"]


def test_a_column_says_how_far_its_document_can_be_relied_on() -> None:
    markers = {column.region: [one.zh for one in column.markers()] for column in whole().columns}
    assert markers == {
        "hubei": [],
        "jinhua": ["征求意见稿"],
        "shanghai": ["效力待核实"],
        "shanxi": ["新闻摘要", "效力待核实"],
        "tianjin": [],
    }


def test_a_document_that_is_over_or_not_yet_in_force_is_marked() -> None:
    days = {"2025-01-31": "not_in_force", "2025-02-01": "in_force", "2026-01-31": "in_force", "2026-02-01": "lapsed"}
    for day, validity in days.items():
        (column,) = compare([made()], dt.date.fromisoformat(day).toordinal(), topics=["coverage"]).columns
        assert column.validity == validity
        assert bool(column.marker()) == (validity != "in_force")


def test_documents_of_one_region_are_told_apart() -> None:
    hubei = policies()["hubei"]
    names = [
        column.name.zh for column in compare([hubei, hubei, policies()["tianjin"]], DAY, NAMES, ["coverage"]).columns
    ]
    assert names == ["湖北（hubei-2024）（1）", "湖北（hubei-2024）（2）", "天津"]
    plain = compare([made(), made(region="elsewhere")], DAY, {}, ["coverage"]).columns
    assert [column.name.zh for column in plain] == ["example", "elsewhere"]


def test_json_is_plain_and_holds_every_cell() -> None:
    for lang in ("zh", "en"):
        made_ = matrix_json(whole(), lang)
        assert json.loads(json.dumps(made_, ensure_ascii=False, allow_nan=False)) == made_
        assert made_["as_of"] == "2025-08-01"
        assert [column["region"] for column in made_["columns"]] == list(REGIONS)
        rows = [row for dimension in made_["dimensions"] for row in dimension["rows"]]
        assert [row["topic"] for row in rows] == [topic.id for topic in TOPICS]
        for row in rows:
            assert row["verdict"] in ("differ", "open", "same", "silent")
            assert row["sentence"]
            assert [cell["region"] for cell in row["cells"]] == list(REGIONS)
            for cell in row["cells"]:
                assert cell["status"] in ("ruled", "not_stipulated", "not_reported")
                assert (cell["measure"] is None) == (cell["status"] != "ruled") == (cell["rules"] == [])


def test_json_speaks_the_language_asked_for() -> None:
    zh, en = (
        matrix_json(compare([policies()["tianjin"]], DAY, NAMES, ["supply_interval"]), lang) for lang in ("zh", "en")
    )
    assert zh["columns"][0]["name"] == "天津"
    assert en["columns"][0]["name"] == "Tianjin"
    (row,) = en["dimensions"][0]["rows"]
    assert row["name"] == "interval of the supply ledger"
    assert row["cells"][0]["value"] == "county (district): updated every half year"
    assert row["cells"][0]["measure"]["levels"] == [{"key": "county", "text": "county (district)"}]


def test_the_same_documents_give_the_same_matrix() -> None:
    again = compare([policies()[region] for region in REGIONS], DAY, NAMES)
    assert again == whole()
    assert matrix_json(again) == matrix_json(whole())
