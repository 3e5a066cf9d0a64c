"""`xianjie population assess`, `mapping` and `show`: what they print, what they leave, and when they refuse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.population.job.data import FACTS, as_text, people
from tests.population.job.kill import begin, parts_done, wait_for

from xianjie.store.lock import FolderLock

from .conftest import Run
from .test_supposing import TRIAL

AS_OF = ("--as-of", "2025-08-01")


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "名 单.csv"
    as_text(people(60), [3]).write_csv(path)
    return str(path)


def answered(run: Run, given: str, out: Path, *options: str) -> Any:
    return run("population", "assess", given, str(out), "--regions", "天津", *AS_OF, *options)


def test_a_table_is_assessed_and_the_counts_are_shown(run: Run, table: str, tmp_path: Path) -> None:
    out = tmp_path / "结 果"
    done = answered(run, table, out, "--keep", "id,县", "--division", "县", "--workers", "1")
    assert done.exit_code == 4, done.stderr
    assert "已判定 59 行，读不进 1 行，见 rejects.csv" in done.stdout
    assert "无法判定" in done.stdout
    assert f"已写入 {out}" in done.stderr
    assert {path.name for path in out.iterdir()} == {
        *("answers", "rejects", "receipts", "asked.json", "manifest.json", "summary.json", "rejects.csv")
    }
    assert pl.read_parquet(out / "answers" / "*.parquet").columns[:3] == ["row", "id", "县"]
    again = answered(run, table, out, "--keep", "id,县", "--division", "县")
    assert again.exit_code == 4
    assert "接着做：60 行中已完成 60 行" in again.stderr
    english = answered(run, table, tmp_path / "en", "--lang", "en")
    assert "59 rows answered, 1 put aside, see rejects.csv" in english.stdout


def test_where_all_is_decided_the_exit_status_is_0(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "in.parquet"
    people(40).with_columns(pl.col(name).fill_null(True) for name in FACTS).write_parquet(path)
    assert answered(run, str(path), tmp_path / "out").exit_code == 0


def test_strict_lists_the_rows_and_writes_no_manifest(run: Run, table: str, tmp_path: Path) -> None:
    done = answered(run, table, tmp_path / "out", "--strict")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "[population-rejected]" in done.stderr
    assert (tmp_path / "out" / "rejects.csv").exists()
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_another_question_is_refused_unless_overwritten(run: Run, table: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answered(run, table, out)
    refused = answered(run, table, out, "--format", "csv")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "不同的是：结果的写法" in refused.stderr
    done = answered(run, table, out, "--format", "csv", "--overwrite")
    assert done.exit_code == 4, done.stderr
    assert [path.suffix for path in (out / "answers").iterdir()] == [".csv"]
    assert (out / "answers" / "part-000000.csv").read_bytes().startswith(b"\xef\xbb\xbfrow,")


def test_a_folder_with_something_else_or_in_use_is_refused(run: Run, table: str, tmp_path: Path) -> None:
    assert "[population-folder]" in answered(run, table, tmp_path).stderr
    folder = tmp_path / "in"
    folder.mkdir()
    people(5).write_parquet(folder / "a.parquet")
    assert "[population-inside]" in answered(run, str(folder), folder / "out").stderr
    held = tmp_path / "held" / "receipts"
    held.mkdir(parents=True)
    lock = FolderLock(held)
    try:
        assert "[population-held]" in answered(run, table, tmp_path / "held").stderr
    finally:
        lock.release()
    assert answered(run, table, tmp_path / "held").exit_code == 4


def test_what_a_killed_process_was_writing_does_not_stand_in_the_way(run: Run, table: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    half = out / ".asked.json.0123456789ab.tmp"
    half.write_text("{", encoding="utf-8")
    assert answered(run, table, out).exit_code == 4
    assert not half.exists()
    (out / ".bashrc").write_text("mine", encoding="utf-8")
    assert "[population-folder]" in answered(run, table, out).stderr


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--leave-out", "group_mising"), "population-field"),
        (("--division", "乡"), "column-missing"),
        (("--keep", "姓名"), "column-missing"),
        (("-d", "eligibilty"), "dimension-unknown"),
        (("--reading", "x"), "reading-form"),
        (("--mapping", "none.yaml"), "file-missing"),
    ],
)
def test_what_is_wrong_with_the_question_is_told(
    options: tuple[str, ...], code: str, run: Run, table: str, tmp_path: Path
) -> None:
    done = answered(run, table, tmp_path / "out", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"[{code}]" in done.stderr


def test_an_overlay_is_answered_beside_the_document(run: Run, tmp_path: Path) -> None:
    path, overlay, out = tmp_path / "in.parquet", tmp_path / "quarterly.yaml", tmp_path / "out"
    people(60).write_parquet(path)
    overlay.write_text(TRIAL, encoding="utf-8")
    done = answered(run, str(path), out, "--overlay", str(overlay), "--regions", "shanxi", "--unrecorded-rest")
    assert done.exit_code == 4, done.stderr
    asked = json.loads((out / "asked.json").read_text(encoding="utf-8"))["asked"]
    assert asked["regions"] == ["tianjin", "tianjin+", "shanxi"]
    assert asked["policies"]["tianjin"] != asked["policies"]["tianjin+"]
    columns = pl.read_parquet(out / "answers" / "*.parquet").columns
    assert {"tianjin.eligibility.status", "tianjin+.eligibility.status"} <= {*columns}
    assert answered(run, str(path), out, "--regions", "shanxi", "--unrecorded-rest").exit_code == 2
    other = run(
        "population", "assess", str(path), str(tmp_path / "b"), "--regions", "shanxi", "--overlay", str(overlay)
    )
    assert "[overlay-idle]" in other.stderr


def test_a_draft_of_a_mapping_is_used_as_it_is(run: Run, tmp_path: Path) -> None:
    path, draft = tmp_path / "in.csv", tmp_path / "map.yaml"
    as_text(people(30)).rename({"aid.received": "已获政府救助", "person.tekun": "特困"}).write_csv(path)
    shown = run("population", "mapping", str(path), "--regions", "tianjin", *AS_OF)
    assert shown.exit_code == 0, shown.stderr
    assert 'aid.received: "已获政府救助"' in shown.stdout
    done = run("population", "mapping", str(path), "--regions", "tianjin", *AS_OF, "--out", str(draft))
    assert (done.exit_code, done.stdout) == (0, "")
    assert draft.read_text(encoding="utf-8") == shown.stdout
    assert answered(run, str(path), tmp_path / "out", "--mapping", str(draft)).exit_code == 4
    assert (
        "[file-exists]" in run("population", "mapping", str(path), "--regions", "tianjin", "--out", str(draft)).stderr
    )


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_one_row_is_shown_as_the_engine_answers_it(kind: str, run: Run, tmp_path: Path) -> None:
    path, out = tmp_path / f"in.{kind}", tmp_path / "out"
    as_text(people(60)).write_csv(path) if kind == "csv" else people(60).write_parquet(path)
    answered(run, str(path), out, "--keep", "id", "--words", "--rows-per-part", "25")
    rows = pl.read_parquet(out / "answers" / "*.parquet").to_dicts()
    for row in (rows[0], rows[37]):
        done = run("population", "show", str(out), "--row", str(row["row"]), "--json")
        assert done.exit_code == 0, done.stderr
        (answer,) = json.loads(done.stdout)
        assert answer["regions"]["tianjin"]["eligibility"]["status"] == row["tianjin.eligibility.status"]
    shown = run("population", "show", str(out), "--row", "37")
    assert "第 38 行，id 000000037" in shown.stderr
    assert "天津" in shown.stdout
    assert "[population-row]" in run("population", "show", str(out), "--row", "60").stderr
    assert "[population-none]" in run("population", "show", str(tmp_path / "none"), "--row", "0").stderr


def test_ctrl_c_tells_how_to_go_on(tmp_path: Path) -> None:
    path, out = tmp_path / "in.parquet", tmp_path / "out"
    people(400_000).write_parquet(path, row_group_size=10_000)
    job = begin(path, out, stderr=subprocess.PIPE)
    wait_for(1, out, job)
    os.killpg(job.pid, signal.SIGINT)
    _, said = job.communicate()
    assert job.returncode == 130, said.decode()
    assert "已中断；用同一条命令接着做" in said.decode()
    assert "Traceback" not in said.decode()
    assert parts_done(out) < 40
