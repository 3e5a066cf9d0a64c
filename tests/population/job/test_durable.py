"""Files are written whole or not at all; a full disk is told as such, and the job goes on once there is room."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.population.job.data import Silent, as_text, assessed, contents, people

from xianjie.population.job.durable import digest_of, write_text, write_whole


def test_a_file_appears_whole_with_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "a" / "x.json"
    assert write_text(path, "衔接") == hashlib.sha256("衔接".encode()).hexdigest() == digest_of(path)
    assert [found.name for found in path.parent.iterdir()] == ["x.json"]


def test_what_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    write_text(path, "old")

    def half(beside: Path) -> None:
        beside.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(OSError, match="full"):
        write_whole(path, half)
    assert [found.name for found in tmp_path.iterdir()] == ["x.json"]
    assert path.read_text(encoding="utf-8") == "old"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk, where one may."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    size = "size=200k"
    if mount is None or os.geteuid() != 0 or subprocess.run([mount, "-t", "tmpfs", "-o", size, "x", disk]).returncode:
        pytest.skip("a small disk can be mounted by root alone")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_on_a_full_disk_nothing_is_lost_and_the_job_goes_on_where_there_is_room(
    kind: str, small_disk: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"in.{kind}"
    frame = people(60_000)
    frame.write_parquet(path, row_group_size=5_000) if kind == "parquet" else as_text(frame).write_csv(path)
    out = small_disk / "out"
    with pytest.raises(OSError, match="No space left") as caught:
        assessed(path, out, most=5_000)
    assert caught.value.errno == errno.ENOSPC
    assert not list(out.rglob("*.tmp"))
    done = len(list((out / "receipts").glob("part-*.json")))
    assert (0 < done < 12) if kind == "parquet" else done == 0
    for found in (out / "answers").glob("*.parquet"):
        pl.read_parquet(found)
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    heard = Silent()
    assessed(path, out, most=5_000, telling=heard)
    assert len(heard.parts) == 12 - done
    assessed(path, tmp_path / "whole", most=5_000)
    assert contents(out) == contents(tmp_path / "whole")
