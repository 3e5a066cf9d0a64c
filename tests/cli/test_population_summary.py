"""`xianjie population summary`: what stands on the screen and in the files, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.conftest import Run
from tests.population.summary.made import ROWS, put


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(put(tmp_path_factory.mktemp("population") / "out"))


def test_the_screen_tells_tables_and_how_to_read_them(run: Run, out: str) -> None:
    found = run("population", "summary", out, "--suppress", "10", "--by", "division", width=110)
    assert found.exit_code == 0, found.output
    for words in (
        f"{ROWS:,} 人",
        "另有 12 行有错",
        "* 少于 10",
        "征求意见稿",
        "只差这一项",
        "金华 → 金华（设想）",
        "对象，分区划",
    ):
        assert words in found.stdout, words
    assert "还有" in found.stdout
    assert max(map(len, found.stdout.splitlines())) <= 110
    assert "〃" in found.stdout
    full = run("population", "summary", out, "--full", "--lang", "en", width=110).stdout
    assert "more rows" not in full
    assert "people, as of 2025-08-01" in full


def test_the_same_as_json_and_in_files(run: Run, out: str, tmp_path: Path) -> None:
    found = json.loads(run("population", "summary", out, "--suppress", "10", "--json").stdout)
    assert found["suppressed"] == 10
    assert json.loads(run("population", "summary", out, "--json").stdout)["suppressed"] is None
    files = {"--csv": tmp_path / "a.csv", "--xlsx": tmp_path / "a.xlsx", "--svg": tmp_path / "p"}
    asked = [word for option, path in files.items() for word in (option, str(path))]
    made = run("population", "summary", out, *asked)
    assert (made.exit_code, made.stdout) == (0, "")
    assert files["--csv"].read_bytes().startswith(b"\xef\xbb\xbf")
    assert files["--xlsx"].read_bytes().startswith(b"PK")
    assert sorted(path.name for path in files["--svg"].iterdir()) == ["crossings.svg", "statuses.svg"]
    for option, path in files.items():
        again = run("population", "summary", out, option, str(path))
        assert (again.exit_code, again.stdout) == (2, "")
        assert "file-exists" in again.stderr
    assert run("population", "summary", out, *asked, "--overwrite").exit_code == 0


def test_what_cannot_be_told_is_refused(run: Run, out: str, tmp_path: Path) -> None:
    found = run("population", "summary", str(tmp_path))
    assert (found.exit_code, found.stdout) == (2, "")
    assert "summary-missing" in found.stderr
    (tmp_path / "summary.json").write_text("{", encoding="utf-8")
    assert "summary-form" in run("population", "summary", str(tmp_path)).stderr
    text = (Path(out) / "summary.json").read_text(encoding="utf-8").replace('"division":"area"', '"division":null')
    (tmp_path / "summary.json").write_text(text, encoding="utf-8")
    assert "division-not-counted" in run("population", "summary", str(tmp_path), "--by", "division").stderr
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert "folder-unwritable" in run("population", "summary", out, "--svg", str(tmp_path / "file" / "p")).stderr
    for wrong in (["--suppress", "1"], ["--suppress", "x"], ["--by", "street"]):
        assert run("population", "summary", out, *wrong).exit_code == 2
