"""The files of a data set: found, divided along their row groups, and told apart from what they were."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xianjie.errors import InputError
from xianjie.population.job.footers import read_footer
from xianjie.population.job.parts import Part, groups_of, numbered, parts_of, parts_of_source, stretches, usual_rows
from xianjie.population.job.sources import find_sources

FRAME = pl.DataFrame(
    {"姓": [None, "a"] * 50, "b": [[1], []] * 50, "d": pl.Series([1.5, 2.0] * 50).cast(pl.Decimal(9, 2))}
)


def test_a_file_a_folder_and_a_pattern(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "数 据"
    for name in ("b.parquet", "a.parquet", "子/c.parquet", "_delta_log/x.parquet", ".hidden/x.parquet", "子/n.txt.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        FRAME.write_parquet(folder / name)
    (folder / "_SUCCESS").touch()
    assert [found.name for found in find_sources(str(folder))] == ["a.parquet", "b.parquet", "子/c.parquet"]
    assert [found.name for found in find_sources(str(folder / "a.parquet"))] == ["a.parquet"]
    assert [found.name for found in find_sources(str(folder / "[ab].par*"))] == ["a.parquet", "b.parquet"]
    assert [found.name for found in find_sources(str(tmp_path / "*" / "**" / "*.parquet"))][-1] == "数 据/子/c.parquet"
    monkeypatch.chdir(folder)
    assert [found.name for found in find_sources("*.parquet")] == ["a.parquet", "b.parquet"]
    odd = folder / "x[1].parquet"
    FRAME.write_parquet(odd)
    (source,) = find_sources(str(odd))
    assert next(parts_of_source(source, 10)).scan().collect().height == 10


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda _: None, "population-no-files"),
        (lambda folder: (folder / "a.parquet").touch(), "file-empty"),
        (lambda folder: (folder / "a.parquet").write_bytes(b"PAR1" + bytes(100)), "parquet-unreadable"),
        (lambda folder: (folder / "a.parquet").write_bytes(b"x"), "parquet-unreadable"),
        (lambda folder: (folder / "a.parquet").write_bytes(bytes(20) + b"PARE"), "parquet-encrypted"),
        (lambda folder: (folder / "a.parquet").write_bytes(bytes(20) + b"\xff\xff\xff\x7fPAR1"), "parquet-unreadable"),
        (lambda folder: (folder / "a.parquet").write_bytes(bytes(40) + b"\x10\0\0\0PAR1"), "parquet-unreadable"),
        (lambda folder: [(folder / name).write_bytes(b"x") for name in ("a.csv", "a.ipc")], "population-kinds-mixed"),
    ],
)  # fmt: skip
def test_what_is_no_data_set_is_told(make: object, code: str, tmp_path: Path) -> None:
    make(tmp_path)  # type: ignore[operator]
    with pytest.raises(InputError) as caught:
        find_sources(str(tmp_path))
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_path_that_is_none_and_a_file_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="file-missing"):
        find_sources(str(tmp_path / "none"))
    (tmp_path / "a.pdf").write_bytes(b"x")
    with pytest.raises(InputError, match="population-kind"):
        find_sources(str(tmp_path / "a.pdf"))


def test_every_file_at_fault_is_named(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / f"{name}.parquet").write_bytes(b"no")
    with pytest.raises(InputError) as caught:
        find_sources(str(tmp_path))
    assert len(caught.value.problems) == 2


def test_partitions_are_read_off_the_folders(tmp_path: Path) -> None:
    path = tmp_path / "年=2025" / "县=%E4%B8%80 区" / "none=__HIVE_DEFAULT_PARTITION__" / "a.parquet"
    path.parent.mkdir(parents=True)
    FRAME.write_parquet(path)
    (source,) = find_sources(str(tmp_path))
    assert source.partition == {"年": "2025", "县": "一 区", "none": None}
    row = next(parts_of_source(source, 1_000)).scan().collect().row(0, named=True)
    assert (row["年"], row["县"], row["none"]) == ("2025", "一 区", None)


def test_a_file_is_told_apart_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    FRAME.write_parquet(path)
    (before,) = find_sources(str(path))
    os.utime(path, ns=(1, 1))
    (touched,) = find_sources(str(path))
    assert touched.identity == before.identity
    assert touched.changed != before.changed
    FRAME.head(3).write_parquet(path)
    assert find_sources(str(path))[0].identity != before.identity


@given(st.lists(st.integers(0, 40), max_size=12), st.integers(1, 30))
@settings(max_examples=200, deadline=None)
def test_stretches_cover_every_row_once_and_cut_no_small_group(groups: list[int], most: int) -> None:
    parts = numbered(stretches("x", groups, most))
    assert sum(part.rows for part in parts) == sum(groups)
    at = 0
    starts = {sum(groups[:number]) for number in range(len(groups) + 1)}
    for number, part in enumerate(parts):
        assert (part.number, part.first, part.before) == (number, at, at)
        assert part.rows <= most
        at += part.rows
        if max(groups, default=0) <= most:
            assert part.first in starts
    assert len(parts) >= 1
    assert all(part.rows for part in parts) or (len(parts) == 1 and not sum(groups))


@pytest.mark.parametrize("compression", ["zstd", "snappy", "uncompressed"])
def test_footers_tell_the_rows_of_each_group(compression: str, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    FRAME.write_parquet(path, row_group_size=30, compression=compression)  # type: ignore[arg-type]
    assert read_footer(path).groups == (30, 30, 30, 10) == groups_of(path)
    FRAME.head(0).write_parquet(path)
    assert sum(read_footer(path).groups) == 0


def test_arrow_files_are_cut_as_well(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    FRAME.write_ipc(path)
    (source,) = find_sources(str(path))
    parts = numbered(parts_of_source(source, 40))
    assert [(part.first, part.rows) for part in parts] == [(0, 34), (34, 33), (67, 33)]
    assert pl.concat([part.scan().collect() for part in parts]).equals(FRAME)
    assert [part.rows for part in parts_of([path], 40)] == [34, 33, 33]


def test_a_part_comes_back_from_json() -> None:
    part = Part(3, "x", 1, 2, 9, {"县": None}, "y", 4, "z")
    assert Part(**part.as_json()) == part


@pytest.mark.parametrize(("answers", "rows"), [(1, 1_000_000), (20, 1_000_000), (21, 952_380), (64, 312_500)])
def test_a_part_has_fewer_rows_where_each_is_given_many_answers(answers: int, rows: int) -> None:
    assert usual_rows(answers) == rows
    assert usual_rows(10**9) == 1
