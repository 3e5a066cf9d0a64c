"""Mapping files: every entry checked before a row is read, told with its place; drafts that can be used as they are."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.population.job.data import FACTS, as_text, assessed, people, question

from xianjie.errors import InputError
from xianjie.population.job.asked import Asked, Mapped, compiled_for
from xianjie.population.job.mapping import MappingFile, draft, read_mapping

LAYOUT = compiled_for(question(mapped=Mapped()).text).layout


def read(text: str, tmp_path: Path) -> MappingFile:
    path = tmp_path / "map.yaml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path, LAYOUT)


def test_a_mapping_is_read_by_names_and_terms(tmp_path: Path) -> None:
    found = read(
        "columns: {aid.received: 已救助, 特困人员: tk, person.orphan: 孤}\n"
        "values:\n  aid.received: {1: 是, 0: 否, 9: 不清楚, x: null, y: true}\n"
        "unrecorded: rest\nkeep: [编号]\ndivision: 县\n",
        tmp_path,
    )
    assert found.columns == {"aid.received": "已救助", "person.tekun": "tk", "person.orphan": "孤"}
    assert found.values == {"aid.received": {"1": "是", "0": "否", "9": "不清楚", "x": "", "y": "true"}}
    mapped = found.mapped(LAYOUT, ["已救助", "tk", "编号", "县", "符合政府救助条件"])
    assert mapped.sources == {
        "aid.received": "已救助",
        "person.tekun": "tk",
        "aid.meets_conditions": "符合政府救助条件",
    }
    assert set(mapped.unrecorded) == {*FACTS} - mapped.sources.keys()
    assert (mapped.keep, mapped.division) == (("编号", "县"), "县")


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert read("# nothing\n", tmp_path).mapped(LAYOUT, FACTS) == Mapped()


@pytest.mark.parametrize(
    ("text", "code", "line", "hint"),
    [
        ("- a\n", "mapping-form", 1, "columns"),
        ("colums: {}\n", "mapping-form", 1, "columns"),
        ("keep: []\ncolumns: [a]\n", "mapping-form", 2, ""),
        ("columns:\n  aid.received: 3\n", "mapping-form", 2, ""),
        ("columns:\n  aid.recieved: x\n", "mapping-fact", 2, "aid.received"),
        ("unrecorded:\n  - aid.received\n  - person.none\n", "mapping-fact", 3, ""),
        ("unrecorded: aid.received\n", "mapping-form", 1, ""),
        ("keep: id\n", "mapping-form", 1, ""),
        ("division: [a]\n", "mapping-form", 1, ""),
        ("values:\n  aid.received: 是\n", "mapping-form", 2, ""),
        ("values:\n  aid.received:\n    1: 是的\n", "mapping-value", 3, "是"),
        ("values:\n  aid.received:\n    1: 是\n    1: 否\n", "yaml-doubled-key", 4, ""),
        ("columns: {aid.received: x}\nunrecorded: [aid.received]\n", "mapping-contradicts", 1, ""),
        ("columns: {aid.received: x\n", "yaml-syntax", 2, ""),
    ],
)
def test_faults_are_told_with_their_place_and_the_nearest_name(
    text: str, code: str, line: int, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        read(text, tmp_path)
    problem = caught.value.problems[0]
    assert (problem.code, problem.place.line) == (code, line)
    assert problem.place.file is not None
    assert problem.place.file.endswith("map.yaml")
    assert hint in problem.zh


@pytest.mark.parametrize("dtype", [pl.String, pl.Int64, pl.Float64, pl.Categorical, pl.Boolean])
def test_values_mean_what_the_mapping_says(dtype: type[pl.DataType], tmp_path: Path) -> None:
    frame = people(60)
    path = tmp_path / "a.parquet"
    frame.write_parquet(path)
    wanted = assessed(path, tmp_path / "plain").summary.tally
    coded = frame["aid.received"]
    words = {"1": "否", "2": "是", "0": "不清楚"}
    if dtype is pl.Boolean:
        turned, words = ~coded, {"true": "否", "false": "是"}
    else:
        turned = (coded.cast(pl.Int64) + 1).fill_null(0).cast(pl.String).cast(dtype)
    frame.drop("aid.received").with_columns(turned.alias("救助过")).write_parquet(path)
    mapped = Mapped({"aid.received": "救助过"}, (), ("id", "县"), "县", {"aid.received": words})
    done = assessed(path, tmp_path / "mapped", question(mapped=mapped))
    assert done.rejected == 0
    assert done.summary.tally == wanted


def test_a_value_that_is_not_mapped_means_what_it_always_means(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    as_text(people(30), [4]).write_csv(path)
    mapped = Mapped(keep=("id", "县"), division="县", words={"aid.received": {"是": "否"}})
    done = assessed(path, tmp_path / "out", question(mapped=mapped))
    assert done.faults == {"cell-truth": 1}


def test_a_draft_is_a_mapping_that_can_be_used(tmp_path: Path) -> None:
    columns = ["id", "救助", "最低生活保障对象", "aid.received", '"quoted" \\ 列']
    text = draft(columns, LAYOUT, lambda zh, _: zh)
    found = read(text, tmp_path)
    assert found.columns == {"person.dibao_recipient": "最低生活保障对象", "aid.received": "aid.received"}
    assert found.rest
    assert set(found.mapped(LAYOUT, columns).unrecorded) == {*FACTS} - found.columns.keys()
    assert '# - "救助"' in text
    read(text.replace("  # person.tekun:", '  person.tekun: "救助"'), tmp_path)
    assert read(draft(["x"], LAYOUT, lambda _, en: en), tmp_path).columns == {}


def test_a_question_with_a_mapping_comes_back_from_json() -> None:
    mapped = Mapped({"a": "b"}, ("c",), ("d",), "d", {"a": {"1": "是"}})
    asked = question(mapped=mapped)
    assert Asked.read(asked.text) == asked
    assert Asked.read(asked.text).digest == asked.digest
