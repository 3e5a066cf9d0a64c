"""Invented populations as files: the same rows in one or many, of every form; whole or not at all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from xianjie.errors import InputError
from xianjie.population.generating import writing
from xianjie.population.generating.inventing import BATCH, Invention, rows_of
from xianjie.population.generating.writing import stretches, truth_path, write_population

OF = Invention(1_000, 3, dt.date(2025, 8, 1).toordinal(), dirty=0.05)


def test_one_file_or_several_hold_the_same_rows(tmp_path: Path) -> None:
    one, many = tmp_path / "one.parquet", tmp_path / "many.parquet"
    assert write_population(OF, one).truth == truth_path(one)
    assert write_population(OF, many, files=7).files == 7
    assert sorted(path.name for path in many.iterdir()) == [f"part-{number:06d}.parquet" for number in range(7)]
    assert_frame_equal(pl.read_parquet(many / "*.parquet"), pl.read_parquet(one))
    assert_frame_equal(pl.read_parquet(one), rows_of(OF).collect())
    assert truth_path(one).read_bytes() == truth_path(many).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        path.name for path in (one, many, truth_path(one), truth_path(many))
    )


def test_more_rows_than_a_batch_come_whole_and_in_order(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    write_population(Invention(BATCH + 5, 3, OF.as_of, ("targets",)), out)
    cases = pl.read_parquet(out)["case"]
    assert cases.equals(pl.Series("case", [f"P{number}" for number in range(BATCH + 5)]))


@pytest.mark.parametrize(("rows", "files"), [(1, 1), (1, 3), (11, 2), (12, 5), (1_000, 7), (100_003, 4)])
def test_files_share_the_rows_and_split_no_household(rows: int, files: int) -> None:
    found = stretches(rows, files)
    assert len(found) == files
    assert sum(count for _, count in found) == rows
    assert all(first % 12 == 0 or count == 0 for first, count in found)
    assert [first for first, _ in found[1:]] == [first + count for first, count in found[:-1]]


@pytest.mark.parametrize("suffix", [".csv", ".arrow"])
def test_other_forms_hold_the_same(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"out{suffix}"
    write_population(OF, out)
    rows = rows_of(OF).collect()
    if suffix == ".arrow":
        assert_frame_equal(pl.read_ipc(out), rows)
    else:
        assert_frame_equal(pl.read_csv(out, schema=rows.schema), rows)


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out.parquet"
    out.write_text("before")
    kept = writing.SINKS[".parquet"]

    def full(rows: pl.LazyFrame, path: Path) -> None:
        kept(rows.head(10), path)
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(writing.SINKS, ".parquet", full)
    for files in (1, 3):
        with pytest.raises(InputError, match="file-unwritable"):
            write_population(OF, out, files)
        assert [path.name for path in tmp_path.iterdir()] == ["out.parquet"]
        assert out.read_text() == "before"


def test_what_cannot_be_a_population_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="population-suffix"):
        write_population(OF, tmp_path / "out.xlsx")
    (tmp_path / "there.parquet").mkdir()
    with pytest.raises(InputError, match="file-exists"):
        write_population(OF, tmp_path / "there.parquet", files=2)
    with pytest.raises(InputError, match="file-unwritable"):
        write_population(OF, tmp_path / "nowhere" / "out.parquet")
    assert [path.name for path in tmp_path.iterdir()] == ["there.parquet"]
