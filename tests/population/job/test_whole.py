"""A population from its files to the manifest: answered once, gone on with, refused, and what it leaves."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from tests.population.job.data import (
    FACTS,
    Silent,
    alone,
    as_text,
    assessed,
    contents,
    people,
    question,
)

from xianjie.api import installed_engine
from xianjie.cases.read import read_case
from xianjie.errors import InputError, InternalError
from xianjie.population.expanding import expanded_part
from xianjie.population.job.asked import Asked, Mapped, compiled_for
from xianjie.population.job.parts import Part
from xianjie.population.job.running import Run, Tell
from xianjie.vocabulary import BASE


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "一 区" / "数据 2025.parquet"
    path.parent.mkdir()
    people(450).write_parquet(path, row_group_size=200)
    return path


def codes(error: InputError) -> set[str]:
    return {problem.code for problem in error.problems}


def manifest(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    return found


def test_every_row_is_answered_as_the_engine_answers_the_case(data: Path, tmp_path: Path) -> None:
    done = assessed(data, tmp_path / "out")
    assert (done.answered, done.rejected, done.faults) == (450, 0, {})
    rows = pl.read_parquet(tmp_path / "out" / "answers" / "*.parquet")
    assert rows["row"].to_list() == list(range(450))
    assert rows["id"].to_list() == [f"{number:09d}" for number in range(450)]
    compiled = compiled_for(question().text)
    raw = people(450).to_dicts()
    for row in rows.to_dicts()[::29]:
        record: dict[str, dict[str, bool]] = {}
        for name in FACTS:
            if (value := raw[row["row"]][name]) is not None:
                record.setdefault(name.partition(".")[0], {})[name.partition(".")[2]] = value
        answer = installed_engine().assess(read_case(record, BASE), ["tianjin"], question().as_of)
        told = expanded_part(row, compiled, "tianjin", "eligibility")
        assert told["status"] == answer["regions"]["tianjin"]["eligibility"]["status"]


def test_the_manifest_says_what_was_asked_of_what_and_all_adds_up(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = assessed(data, out)
    found = manifest(out)
    assert (found["rows"], found["answered"], found["rejected"]) == (450, 450, 0)
    (given,) = found["inputs"]
    assert (given["file"], given["rows"], given["answered"]) == ("数据 2025.parquet", 450, 450)
    (document,) = found["documents"]
    assert document["id"] == "tianjin-2024-22"
    assert document["sha256"] == question().policies["tianjin"]
    assert {"standing", "validity", "text", "title"} <= document.keys()
    files: dict[str, str] = found["files"]
    assert {name.partition("/")[0] for name in files} == {"answers", "summary.json"}
    for name, digest in files.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    assert str(tmp_path) not in (out / "manifest.json").read_text(encoding="utf-8")
    statuses = done.summary.statuses("tianjin")
    assert sum(count or 0 for count in statuses.values()) == 450
    assert done.undecided == bool(statuses["undetermined"])
    assert set(done.summary.tally["divisions"]) == {"0", "1", "2"}


def test_parts_follow_row_groups_and_what_they_are_changes_no_answer(data: Path, tmp_path: Path) -> None:
    heard = Silent()
    assessed(data, tmp_path / "a", most=100, telling=heard)
    assert heard.parts == [0, 1, 2, 3, 4]
    assessed(data, tmp_path / "b", most=1000)
    one, other = (pl.read_parquet(tmp_path / name / "answers" / "*.parquet") for name in "ab")
    assert one.equals(other)


def broken_after(count: int) -> Run:
    def run(asked: Asked, parts: Sequence[Part], out: Path, tell: Tell) -> None:
        alone(asked, parts[:count], out, tell)
        raise KeyboardInterrupt

    return run


def test_what_is_done_is_not_done_again_and_all_comes_to_the_same(data: Path, tmp_path: Path) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    assessed(data, whole)
    with pytest.raises(KeyboardInterrupt):
        assessed(data, out, run=broken_after(2))
    assert not (out / "manifest.json").exists()
    (out / "answers" / ".part-000003.parquet.0123.tmp").write_bytes(b"half")
    heard = Silent()
    assessed(data, out, telling=heard)
    assert heard.parts == [2, 3, 4]
    assert heard.before == 200
    assert contents(out) == contents(whole)
    again = Silent()
    assessed(data, out, telling=again)
    assert again.parts == []
    assert contents(out) == contents(whole)


def test_a_part_whose_file_or_receipt_is_gone_or_damaged_is_done_again(data: Path, tmp_path: Path) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    assessed(data, whole)
    assessed(data, out)
    (out / "answers" / "part-000001.parquet").unlink()
    (out / "receipts" / "part-000003.json").write_text("{", encoding="utf-8")
    heard = Silent()
    assessed(data, out, telling=heard)
    assert heard.parts == [1, 3]
    assert contents(out) == contents(whole)
    (out / "answers" / "part-000001.parquet").write_bytes(b"other")
    with pytest.raises(InternalError, match="population-file-changed"):
        assessed(data, out)


def test_another_question_is_refused_and_what_differs_is_named(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assessed(data, out)
    before = contents(out)
    later = question(as_of=dt.date(2025, 9, 1).toordinal())
    with pytest.raises(InputError, match="判定日") as caught:
        assessed(data, out, later)
    assert codes(caught.value) == {"population-asked-otherwise"}
    with pytest.raises(InputError, match="每部分的行数"):
        assessed(data, out, most=50)
    with pytest.raises(InputError, match="结果的写法"):
        assessed(data, out, question("csv"))
    data.rename(data.with_name("b.parquet"))
    with pytest.raises(InputError, match="输入的文件"):
        assessed(data.with_name("b.parquet"), out)
    assert contents(out) == before


def test_a_file_that_changed_since_is_noticed_and_its_parts_are_done_again(data: Path, tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for number in range(3):
        people(150, number * 150).write_parquet(folder / f"{number}.parquet")
    assessed(folder, out)
    people(150, 900).write_parquet(folder / "1.parquet")
    os.utime(folder / "1.parquet", ns=(1, 1))
    heard = Silent()
    assessed(folder, out, telling=heard)
    assert heard.changed == ["1.parquet"]
    assert heard.parts == [2, 3]
    assessed(folder, tmp_path / "anew")
    assert contents(out) == contents(tmp_path / "anew")


def test_a_file_that_changes_meanwhile_stops_the_job_before_the_manifest(data: Path, tmp_path: Path) -> None:
    def run(asked: Asked, parts: Sequence[Part], out: Path, tell: Tell) -> None:
        alone(asked, parts, out, tell)
        os.utime(data, ns=(1, 1))

    with pytest.raises(InputError, match="population-input-changed"):
        assessed(data, tmp_path / "out", run=run)
    assert not (tmp_path / "out" / "manifest.json").exists()
    heard = Silent()
    assessed(data, tmp_path / "out", telling=heard)
    assert len(heard.parts) == 5


def test_faulty_rows_are_put_aside_and_listed_without_their_values(tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out"
    as_text(people(250), [0, 7, 249]).write_csv(path)
    done = assessed(path, out)
    assert (done.answered, done.rejected, done.faults) == (247, 3, {"cell-truth": 3})
    lines = (out / "rejects.csv").read_bytes().decode("utf-8-sig").splitlines()
    assert lines[0] == "file,row,number,column,code,reason,原因"
    assert [line.split(",")[:5] for line in lines[1:]] == [
        ["in.csv", str(row + 1), str(row), "aid.received", "cell-truth"] for row in (0, 7, 249)
    ]
    assert "也许" not in "\n".join(lines)
    assert not (out / ".staged").exists()
    assert manifest(out)["faults"] == {"cell-truth": 3}
    rows = pl.read_parquet(out / "answers" / "*.parquet")
    assert sorted({*range(250)} - set(rows["row"])) == [0, 7, 249]


def test_where_it_is_strict_a_faulty_row_keeps_the_manifest_from_being_written(tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out"
    as_text(people(20), [3]).write_csv(path)
    done = assessed(path, out, strict=True)
    assert done.rejected == 1
    assert (out / "rejects.csv").exists()
    assert not (out / "manifest.json").exists()
    assert not (out / "summary.json").exists()


def test_a_part_that_cannot_be_read_is_told_and_the_others_are_answered(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    frame = people(3_000)
    path = folder / "a.parquet"
    frame.write_parquet(path, row_group_size=1_000, compression="zstd")
    whole = path.read_bytes()
    people(1_000, 3_000).write_parquet(folder / "b.parquet")
    middle = (len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")) // 2
    path.write_bytes(whole[: middle - 300] + bytes(600) + whole[middle + 300 :])
    with pytest.raises(InputError) as caught:
        assessed(folder, out, most=1_000)
    (problem,) = caught.value.problems
    assert problem.code == "part-unreadable"
    assert problem.place.file == "a.parquet"
    assert "1001 至 2000" in problem.zh
    assert sorted(found.name for found in (out / "answers").iterdir()) == [
        f"part-00000{number}.parquet" for number in (0, 2, 3)
    ]
    assert not (out / "manifest.json").exists()
    path.write_bytes(whole)
    os.utime(path, ns=(1, 1))
    heard = Silent()
    done = assessed(folder, out, most=1_000, telling=heard)
    assert (done.answered, heard.changed, heard.parts) == (4_000, ["a.parquet"], [0, 1, 2])
    assessed(folder, tmp_path / "anew", most=1_000)
    assert contents(out) == contents(tmp_path / "anew")


def test_a_missing_column_is_refused_before_a_row_is_read_with_file_and_nearest_name(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    people(50).write_parquet(folder / "a.parquet")
    people(50).rename({"aid.received": "aid.recieved"}).write_parquet(folder / "b.parquet")
    with pytest.raises(InputError) as caught:
        assessed(folder, out)
    assert [(one.code, one.place.file, one.place.path) for one in caught.value.problems] == [
        ("column-missing", "b.parquet", "aid.received")
    ]
    assert "aid.recieved" in caught.value.problems[0].en
    assert not (out / "answers").exists()


LARGE = 4_000
"""Rows of a table whose middle is neither in its first nor in its last 64 KiB."""


def kept_times(path: Path, data: bytes) -> None:
    """Write other data of the same size without letting the time of the file tell."""
    before = path.stat()
    assert len(data) == before.st_size
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_finished_table_is_not_read_again_while_its_digest_is_the_same(tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out"
    as_text(people(LARGE), [5]).write_csv(path)
    first = Silent()
    assessed(path, out, most=1_500, telling=first)
    assert (first.read, first.parts) == (["in.csv"], [0, 1, 2])
    before = contents(out)
    os.utime(path, ns=(1, 1))  # copied, say
    again = Silent()
    done = assessed(path, out, most=1_500, telling=again)
    assert (again.read, again.parts, again.changed, again.before) == ([], [], [], LARGE)
    assert (done.answered, done.rejected) == (LARGE - 1, 1)
    assert contents(out) == before
    with pytest.raises(InputError, match="判定日"):
        assessed(path, out, question(as_of=dt.date(2025, 9, 1).toordinal()), most=1_500)
    assert contents(out) == before


def test_a_change_in_the_middle_is_seen_even_where_size_and_time_are_the_same(tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out"
    as_text(people(LARGE)).write_csv(path)
    assessed(path, out, most=1_500)
    whole = path.read_bytes()
    middle = len(whole) // 2
    at = whole.index("是".encode(), middle)
    assert 65_536 < at < len(whole) - 65_536
    kept_times(path, whole[:at] + "否".encode() + whole[at + 3 :])
    heard = Silent()
    assessed(path, out, most=1_500, telling=heard)
    assert (heard.changed, heard.read, heard.parts) == (["in.csv"], ["in.csv"], [0, 1, 2])
    assessed(path, tmp_path / "anew", most=1_500)
    assert contents(out) == contents(tmp_path / "anew")


@pytest.mark.parametrize(
    "lost",
    ["answers/part-000001.parquet", "receipts/part-000001.json", "manifest.json", "asked.json", "rejects"],
)
def test_a_table_is_read_again_where_anything_of_it_is_to_be_done(lost: str, tmp_path: Path) -> None:
    path, out = tmp_path / "in.csv", tmp_path / "out"
    as_text(people(60), [3]).write_csv(path)
    assessed(path, out, most=25)
    before = contents(out)
    if lost == "rejects":
        (out / "rejects" / "part-000000.parquet").unlink()
    elif lost.startswith("receipts"):
        (out / lost).write_text("{", encoding="utf-8")
    else:
        (out / lost).unlink()
    heard = Silent()
    assessed(path, out, most=25, telling=heard)
    assert heard.read == ["in.csv"]
    assert len(heard.parts) == (0 if "." in lost and "/" not in lost else 1)
    assert contents(out) == before
    assert not (out / ".staged").exists()


def test_where_one_of_several_tables_changed_all_are_read_and_that_one_done_again(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    for name in ("A", "B", "C"):
        (folder / f"县={name}").mkdir(parents=True)
        as_text(people(40)).drop("县").write_csv(folder / f"县={name}" / "x.csv")
    assessed(folder, out)
    assert manifest(out)["rows"] == 120
    nothing = Silent()
    assessed(folder, out, telling=nothing)
    assert (nothing.read, nothing.parts) == ([], [])
    as_text(people(70)).drop("县").write_csv(folder / "县=B" / "x.csv")
    heard = Silent()
    done = assessed(folder, out, telling=heard)
    assert heard.changed == ["县=B/x.csv"]
    assert heard.parts == [1, 2]
    assert {name: found["rows"] for name, found in done.summary.tally["divisions"].items()} == {
        "A": 40,
        "B": 70,
        "C": 40,
    }
    assessed(folder, tmp_path / "anew")
    assert contents(out) == contents(tmp_path / "anew")


def test_zero_rows_are_a_population_too(tmp_path: Path) -> None:
    for name, frame in (("a.parquet", people(0)), ("b.csv", as_text(people(0)))):
        path, out = tmp_path / name, tmp_path / f"out-{name}"
        frame.write_parquet(path) if name.endswith("parquet") else frame.write_csv(path)
        done = assessed(path, out)
        assert (done.answered, done.rejected, done.undecided) == (0, 0, False)
        assert manifest(out)["rows"] == 0


def test_columns_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    people(5).with_columns(pl.lit(1.5).alias("aid.received")).write_parquet(path)
    with pytest.raises(InputError, match="column-type"):
        assessed(path, tmp_path / "out")
    people(5).write_parquet(path)
    with pytest.raises(InputError, match="keep-fact"):
        assessed(path, tmp_path / "out", question(mapped=Mapped(keep=("aid.received",))))
    for name in ("·good", "tianjin.eligibility.status"):
        renamed = tmp_path / "renamed.parquet"
        people(3).rename({"id": name}).write_parquet(renamed)
        with pytest.raises(InputError, match="keep-taken"):
            assessed(renamed, tmp_path / "out", question(mapped=Mapped(keep=(name,))))
    doubled = tmp_path / "b.csv"
    doubled.write_text("id,id\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="header-doubled"):
        assessed(doubled, tmp_path / "out")


def test_partitions_become_columns(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name in ("A 区", "B"):
        (folder / f"县={name}").mkdir(parents=True)
        people(20).drop("县").write_parquet(folder / f"县={name}" / "x.parquet")
    (folder / "_SUCCESS").write_bytes(b"")
    done = assessed(folder, tmp_path / "out")
    assert {name: found["rows"] for name, found in done.summary.tally["divisions"].items()} == {"A 区": 20, "B": 20}


@pytest.mark.parametrize("form", ["words", "csv"])
def test_answers_in_words_say_what_the_codes_say(data: Path, tmp_path: Path, form: str) -> None:
    assessed(data, tmp_path / "codes")
    assessed(data, tmp_path / form, question(form))
    coded = pl.read_parquet(tmp_path / "codes" / "answers" / "*.parquet").to_dicts()
    if form == "csv":
        paths = sorted((tmp_path / form / "answers").iterdir())
        assert all(path.read_bytes().startswith(b"\xef\xbb\xbf") for path in paths)
        frame = pl.concat(pl.read_csv(path, infer_schema=False) for path in paths)
    else:
        frame = pl.read_parquet(tmp_path / form / "answers" / "*.parquet")
    assert frame["id"].to_list() == [row["id"] for row in coded]
    compiled = compiled_for(question().text)
    for row, told in zip(coded, frame.to_dicts(), strict=True):
        entry = expanded_part(row, compiled, "tianjin", "eligibility")
        assert told["tianjin.eligibility.status"] == entry["status"]
        assert (told["tianjin.eligibility.missing"] or "") == "|".join(entry["missing"])
        held = [group["id"] for group in entry["groups"] if group["status"] in ("covered", "priority_match")]
        assert (told["tianjin.eligibility.groups"] or "") == "|".join(held)


def test_no_text_that_goes_along_becomes_a_formula_in_csv(tmp_path: Path) -> None:
    path, names = tmp_path / "in.parquet", ["=1+1", "@x", "-5", "-a", "甲", None]
    people(6).with_columns(pl.Series("id", names)).write_parquet(path)
    assessed(path, tmp_path / "out", question("csv"))
    lines = (tmp_path / "out" / "answers" / "part-000000.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines[1:]] == ["'=1+1", "'@x", "-5", "'-a", "甲", ""]
