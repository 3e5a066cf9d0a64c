"""The record of runs: whole lines whatever broke off where, and what was known of a run that was cut off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xianjie.population.job import runs

BEGUN = {"began": "2026-11-22T10:00:00+08:00", "engine": "1,2", "spark": None}
ENDED = {"outcome": "ended", "ended": "2026-11-22T10:00:07+08:00", "seconds": 7.25, "rows": 12345}


def lines(out: Path) -> list[dict[str, Any]]:
    text = (out / runs.FILE).read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_a_run_is_a_line(tmp_path: Path) -> None:
    for _ in range(3):
        runs.begin(tmp_path, BEGUN)
        assert not (tmp_path / runs.FILE).read_text(encoding="utf-8").endswith("\n")
        runs.end(tmp_path, ENDED)
    assert lines(tmp_path) == [BEGUN | ENDED] * 3
    assert [path.name for path in tmp_path.iterdir()] == [runs.FILE]


def test_wherever_a_line_breaks_off_the_next_run_copes(tmp_path: Path) -> None:
    runs.begin(tmp_path, BEGUN)
    begun = len((tmp_path / runs.FILE).read_bytes())
    runs.end(tmp_path, ENDED)
    whole = (tmp_path / runs.FILE).read_bytes()
    for at in range(1, len(whole)):
        (tmp_path / runs.FILE).write_bytes(whole + whole[:at])
        runs.begin(tmp_path, BEGUN)
        runs.end(tmp_path, ENDED)
        first, cut, last = lines(tmp_path)
        assert first == last == BEGUN | ENDED
        assert cut.pop("outcome") == "cut_off"
        if at >= begun - 1:
            assert cut.items() >= BEGUN.items()
        # an entry that broke off in the middle is left out rather than read as another
        assert cut.items() <= {**BEGUN, **ENDED}.items()


@pytest.mark.parametrize("left", [b"\xff\xfe", b"{", b'["a",', b"x,y", b"\n\n,"])
def test_whatever_stands_there_the_new_line_is_whole(left: bytes, tmp_path: Path) -> None:
    (tmp_path / runs.FILE).write_bytes(left)
    runs.begin(tmp_path, BEGUN)
    runs.end(tmp_path, ENDED)
    text = (tmp_path / runs.FILE).read_text(encoding="utf-8")
    assert json.loads(text.splitlines()[-1]) == BEGUN | ENDED
    assert json.loads(text.splitlines()[-2]) == {"outcome": "cut_off"}


def test_nothing_is_written_where_it_cannot_be(tmp_path: Path) -> None:
    (tmp_path / runs.FILE).mkdir()
    with pytest.raises(OSError, match=r"runs\.jsonl"):
        runs.begin(tmp_path, BEGUN)
