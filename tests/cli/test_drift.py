"""Tests of `xianjie drift`: the screen, the JSON, the exit status, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from tests.sources.documents import pdf, word
from tests.sources.invented import FOLDER, NEW, OLD

from .conftest import Run

POLICY, OLD_FILE, NEW_FILE = (str(FOLDER / name) for name in ("policy.yaml", "old.txt", "new.txt"))
CASES = str(FOLDER / "cases.yaml")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def drifted(run: Run, *args: str, width: int = 100) -> str:
    result = run("drift", POLICY, NEW_FILE, *args, width=width)
    assert result.exit_code == 1, result.output
    assert result.stderr == ""
    return str(result.stdout)


def as_json(run: Run, *args: str) -> Any:
    return json.loads(run("drift", *args, "--json").stdout)


def test_nothing_drifts_from_itself(run: Run) -> None:
    result = run("drift", POLICY, OLD_FILE, "--old", OLD_FILE)
    assert result.exit_code == 0
    assert "✓ 没有漂移：28 句，未变 28" in result.stdout
    assert run("drift", POLICY, OLD_FILE).exit_code == 0


def test_the_revision_is_told(run: Run) -> None:
    text = drifted(run, "--old", OLD_FILE, "--cases", CASES)
    assert "! 有漂移：31 句，未变 6、移动 15、改动 5、消失 2、新增 3" in text
    assert "县级民政部门【每季度】更新一次" in text
    assert "数字  每半年（P6M） → 每季度（P3M）" in text
    assert "情态  可以 → 应当" in text
    assert "规则  forward-referral" in text
    assert "→ 三(一) → 四(二)" in text
    assert "由它决定  4：E-0101、E-0103、E-0104、E-0105" in text
    assert "共 5 案" in text


def test_your_copy_is_the_old_text_and_without_one_anchors_are_looked_for(run: Run) -> None:
    alone = drifted(run)
    assert "没有存原文，只按规则的原文指纹核对" in alone
    assert "! referral-register  二(二)  原句不在，也无相近" in alone
    assert "不等于原句" in alone
    assert run("source", "add", POLICY, OLD_FILE).exit_code == 0
    text = drifted(run)
    assert "已存的原文（" in text
    assert "! 有漂移：31 句" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("old", [True, False])
def test_the_screen_fits(run: Run, lang: str, width: int, old: bool) -> None:
    args = ("--old", OLD_FILE) if old else ()
    text = drifted(run, *args, "--cases", CASES, "--lang", lang, width=width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_json_tells_entries_rules_and_cases(run: Run) -> None:
    made = as_json(run, POLICY, NEW_FILE, "--old", OLD_FILE, "--cases", CASES)
    assert (made["policy"], made["compared"], made["drifted"]) == ("yunlu-2024", "text", True)
    assert made["counts"] == {"unchanged": 6, "moved": 15, "changed": 5, "vanished": 2, "appeared": 3}
    assert [one["case"] for one in made["cases"]] == ["E-0101", "E-0102", "E-0103", "E-0104", "E-0105"]
    assert made["cases"][0]["rests"] == [
        {"rule": "low-income-family", "part": "eligibility", "status": "covered", "weight": "decides"}
    ]
    alone = as_json(run, POLICY, NEW_FILE)
    assert (alone["compared"], alone["entries"], alone["cases"]) == ("anchors", [], None)
    assert as_json(run, POLICY, OLD_FILE)["drifted"] is False


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("new.docx", word(NEW.splitlines())),
        ("new.pdf", pdf([[line for line in NEW.splitlines() if line]])),
        ("new.txt", NEW.encode("gb18030")),
        (
            "new.html",
            f"<html><meta charset=gb2312><body><p>{NEW.replace(chr(10), '</p><p>')}</p></body></html>".encode(
                "gb18030"
            ),
        ),
    ],
)
def test_every_format_gives_the_same(run: Run, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    made = as_json(run, POLICY, str(path), "--old", OLD_FILE)
    assert made["counts"] == {"unchanged": 6, "moved": 15, "changed": 5, "vanished": 2, "appeared": 3}


def test_remarks_on_the_file_are_shown(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "new.pdf"
    path.write_bytes(pdf([[line for line in OLD.splitlines() if line], []], pictures=True))
    assert "第 2 页没有文字" in run("drift", POLICY, str(path), "--old", OLD_FILE).stdout


def test_long_lists_are_cut_unless_all_is_asked_for(run: Run, tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    long.write_text(
        OLD + "五、其他\n" + "".join(f"第{n}项另行规定的内容是丙{n}。" for n in range(100)), encoding="utf-8"
    )
    text = run("drift", POLICY, str(long), "--old", OLD_FILE).stdout
    assert "--full 全部写出" in text
    assert "丙99" not in text
    assert "丙99" in run("drift", POLICY, str(long), "--old", OLD_FILE, "--full").stdout


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("no-such-file.txt",), "file-missing"),
        ((str(FOLDER),), "file-directory"),
        ((POLICY,), "source-suffix"),
        ((NEW_FILE, "--old", "no-such-file.txt"), "file-missing"),
        ((NEW_FILE, "--cases", "no-such-file.yaml"), "file-missing"),
        ((NEW_FILE, "--cases", NEW_FILE), "file-suffix"),
        ((NEW_FILE, "--as-of", "2025-02-30"), "date-impossible"),
    ],
)
def test_bad_input_is_refused_on_stderr(run: Run, args: tuple[str, ...], code: str) -> None:
    result = run("drift", POLICY, *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"[{code}]" in result.stderr


def test_an_unknown_region_and_a_broken_copy_are_refused(run: Run, home: Path) -> None:
    assert run("drift", "tianjing", NEW_FILE).exit_code == 2
    assert run("source", "add", POLICY, OLD_FILE).exit_code == 0
    text = next((home / "sources" / "yunlu-2024").glob("text-*"))
    text.write_text("改动", encoding="utf-8")
    result = run("drift", POLICY, NEW_FILE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "[shelf-broken]" in result.stderr
