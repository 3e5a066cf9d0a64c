"""`xianjie population assess`, `mapping` and `show`: what they print, what they leave, and when they refuse."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.population.job.data import FACTS, as_text, people
from tests.population.job.kill import begin, command, parts_done, wait_for

from xianjie.cli.population import assess as asking
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
        *("answers", "rejects", "receipts", "asked.json", "manifest.json", "summary.json", "rejects.csv"),
        "runs.jsonl",
    }
    assert pl.read_parquet(out / "answers" / "*.parquet").columns[:3] == ["row", "id", "县"]
    again = answered(run, table, out, "--keep", "id,县", "--division", "县")
    assert again.exit_code == 4
    assert "数据和提问都没有变：60 行都已判定，不再重做" in again.stderr
    assert "读入" not in again.stderr
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
        assert "与存下的判定一致：1 个地区的对象" in done.stderr
    shown = run("population", "show", str(out), "--row", "37")
    assert "第 38 行，id 000000037" in shown.stderr
    assert "天津" in shown.stdout
    assert "[population-row]" in run("population", "show", str(out), "--row", "60").stderr
    assert "[population-none]" in run("population", "show", str(tmp_path / "none"), "--row", "0").stderr


def test_a_row_that_is_kept_otherwise_is_not_shown(run: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out"
    as_text(people(40)).write_csv(path)
    answered(run, str(path), out, "--regions", "湖北", "--unrecorded-rest", "-d", "对象", "-d", "帮扶服务")
    file = out / "answers" / "part-000000.parquet"
    frame, name = pl.read_parquet(file), "hubei.services.statuses"
    flipped = pl.col(name) ^ pl.lit(1, frame.schema[name])
    frame.with_columns(pl.when(pl.col("row") == 9).then(flipped).otherwise(pl.col(name)).alias(name)).write_parquet(
        file
    )
    for options in ((), ("--json",)):
        refused = run("population", "show", str(out), "--row", "9", *options)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr.count("[population-row-differs]") == 1
        assert "hubei.services: " in refused.stderr
    done = run("population", "show", str(out), "--row", "8", "--lang", "en")
    assert (done.exit_code, "as it is kept, in eligibility, services (regions: 2)" in done.stderr) == (0, True)


def runs(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "runs.jsonl").read_text(encoding="utf-8").splitlines()]


def test_each_run_is_recorded_beside_the_manifest_and_not_in_it(run: Run, table: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = answered(run, table, out, "--rows-per-part", "25", "--workers", "1", "--keep", "id").stderr
    manifest = (out / "manifest.json").read_bytes()
    (first,) = runs(out)
    assert list(first)[:3] == ["began", "engine", "spark"]
    assert (first["outcome"], first["rows"], first["parts"], first["rows_before"]) == ("ended", 60, 3, 0)
    assert (first["rows_in_all"], first["workers"], first["spark"]) == (60, 1, None)
    assert first["rows_per_second"] > 0
    assert 0 < first["seconds"] < 600
    assert first["peak_mb"] > 50
    assert dt.datetime.fromisoformat(first["began"]) <= dt.datetime.fromisoformat(first["ended"])
    assert re.search(r"本次判定 60 行，用了 [\d.]+ 秒，每秒 [\d,]+ 行；内存最多 [\d,]+ MB", told)
    assert "本次判定" not in answered(run, table, out, "--rows-per-part", "25", "--keep", "id").stderr
    assert (runs(out)[1]["rows"], runs(out)[1]["rows_before"], runs(out)[1]["rows_per_second"]) == (0, 60, None)
    assert (out / "manifest.json").read_bytes() == manifest
    assert b"runs.jsonl" not in manifest
    assert runs(out)[0] == first
    answered(run, table, out, "--rows-per-part", "30")
    answered(run, table, out, "--strict", "--overwrite", "--lang", "en")
    third, fourth = runs(out)[2:]
    assert (third["outcome"], third["codes"], third["rows"]) == ("failed", ["population-asked-otherwise"], 0)
    assert (fourth["outcome"], fourth["codes"], fourth["rows"]) == ("failed", ["population-rejected"], 60)
    text = (out / "runs.jsonl").read_text(encoding="utf-8")
    assert "000000003" not in text
    assert "也许" not in text


def test_where_nothing_can_be_recorded_nothing_is_begun(run: Run, table: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "runs.jsonl").mkdir(parents=True)
    refused = answered(run, table, out)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "[population-unwritable]" in refused.stderr
    assert not (out / "asked.json").exists()


def test_ctrl_c_tells_how_to_go_on(tmp_path: Path) -> None:
    path, out = tmp_path / "in.parquet", tmp_path / "out"
    people(400_000).write_parquet(path, row_group_size=1_000)
    job = begin(path, out, per_part=1_000, stderr=subprocess.PIPE)
    wait_for(1, out, job)
    os.killpg(job.pid, signal.SIGINT)
    _, said = job.communicate()
    assert job.returncode == 130, said.decode()
    assert "已中断；用同一条命令接着做" in said.decode()
    assert "Traceback" not in said.decode()
    assert parts_done(out) < 400
    (told,) = runs(out)
    assert told["outcome"] == "interrupted"
    assert told["rows"] < told["rows_in_all"] == 400_000
    assert told["parts"] * 1_000 == told["rows"] <= parts_done(out) * 1_000
    assert (told["workers"], told["peak_mb_of_a_worker"] > 20) == (2, True)


def test_the_line_of_a_run_that_was_killed_is_ended_by_the_next(run: Run, tmp_path: Path) -> None:
    path, out = tmp_path / "in.parquet", tmp_path / "out"
    people(100_000).write_parquet(path, row_group_size=1_000)
    job = begin(path, out, workers=1, per_part=1_000)
    wait_for(2, out, job)
    job.kill()
    job.wait()
    assert not (out / "runs.jsonl").read_text(encoding="utf-8").endswith("\n")
    done = run(*command(path, out, workers=1, per_part=1_000)[3:])
    assert done.exit_code == 4, done.stderr
    killed, last = runs(out)
    assert (killed["outcome"], {"began", "engine"} <= {*killed}) == ("cut_off", True)
    assert last["rows"] + last["rows_before"] == 100_000
    assert last["rows_before"] >= 2_000


@pytest.mark.parametrize(
    ("parts", "cores", "gigabytes", "workers"),
    [(3, 8, 64, 1), (4, 2, 64, 1), (4, 3, 64, 3), (4, 16, 64, 8), (4, 8, 8, 5), (4, 8, 1, 1), (400, 8, 11, 8)],
)
def test_as_many_processes_as_cores_and_half_the_memory_allow(
    parts: int, cores: int, gigabytes: int, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: range(cores), raising=False)
    monkeypatch.setattr(asking, "memory", lambda: gigabytes * 2**30)
    assert asking.usual_workers(parts) == workers


def test_a_system_that_does_not_tell_its_memory_limits_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 2**28 < asking.memory() < 2**50
    monkeypatch.setattr(os, "sysconf", lambda _: (_ for _ in ()).throw(ValueError))
    assert asking.memory() == 2**60
