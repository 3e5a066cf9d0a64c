"""Tests of `xianjie population generate`: what is written, what is said, and bad input."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from .conftest import Run

DAY = ("--as-of", "2025-08-01")


def test_a_population_is_written_and_the_same_again(run: Run, tmp_path: Path) -> None:
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    done = run("population", "generate", str(one), "--rows", "500", "--seed", "4", "--regions", "jinhua", *DAY)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "500" in done.stdout
    assert "虚构" in done.stdout
    assert (
        run("population", "generate", str(other), "--rows", "500", "--seed", "4", "--regions", "金华", *DAY).exit_code
        == 0
    )
    assert pl.read_parquet(one).equals(pl.read_parquet(other))
    assert pl.read_parquet(one)["household.annual_income"].is_in([99_999.99, 100_000.0, 100_000.01]).any()


def test_faulty_rows_are_listed_beside(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = run("population", "generate", str(out), "--rows", "400", "--dirty", "10%", "--ledgers", "--json", *DAY)
    told = json.loads(done.stdout)
    assert (told["rows"], told["files"], told["columns"]) == (400, 1, 10)
    assert 20 < len(pl.read_parquet(told["dirty"])) < 60
    assert pl.read_csv(out).columns[:3] == ["case", "division", "ledger.kind"]


def test_several_files_and_tables(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    asked = ("--table", "people,organisations", "--files", "3", "--divisions", "2", "--unknown", "0", "--chinese")
    assert run("population", "generate", str(out), "--rows", "100", *asked, *DAY).exit_code == 0
    rows = pl.read_parquet(out / "*.parquet")
    assert (len(rows), sorted(rows["division"].unique())) == (100, ["990101", "990102"])
    assert set(rows["organisation.charitable"]) == {"是", "否"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (["--dirty", "120%"], "share-form"),
        (["--unknown", "1"], "share-form"),
        (["--unknown", "-0.1"], "share-form"),
        (["--unknown", "五"], "share-form"),
        (["--table", "people,cats"], "table-unknown"),
        (["--regions", "nowhere"], "region-unknown"),
        (["--as-of", "2025-02-30"], "date-impossible"),
        (["--dirty", "1%", "--overwrite", "--files", "2"], "file-exists"),
        ([], "file-exists"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_touched(run: Run, tmp_path: Path, asked: list[str], code: str) -> None:
    out = tmp_path / "out.parquet"
    if code == "file-exists":
        (out.mkdir if asked else out.touch)()
    else:
        out = tmp_path / "new.parquet"
    done = run("population", "generate", str(out), "--rows", "10", *asked)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert f"[{code}]" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == (["out.parquet"] if code == "file-exists" else [])
