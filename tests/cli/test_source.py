"""Tests of `xianjie source`, and of the sentences that `rules` and `explain` show where a copy is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.sources.documents import pdf, word
from tests.sources.invented import FOLDER, NEW, OLD

from .conftest import DECIDED, Run, Write

POLICY, OLD_FILE = str(FOLDER / "policy.yaml"), str(FOLDER / "old.txt")
SENTENCE = "县级民政部门每半年更新一次帮扶资源清单，并录入全市帮扶平台。"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XIANJIE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def added(run: Run, *args: str) -> Any:
    result = run("source", "add", POLICY, OLD_FILE, *args)
    assert result.exit_code == 0, result.output
    return result


def test_a_document_is_added_listed_shown_and_removed(run: Run, home: Path) -> None:
    assert "还没有存原文" in run("source", "list").stdout
    text = added(run).stdout
    assert "已保存原文  yunlu-2024" in text
    assert "TXT · 28 句" in text
    assert "10 条规则中 10 条的原句在其中" in text
    assert "yunlu-2024" in run("source", "list").stdout
    shown = run("source", "show", POLICY).stdout
    assert "二(一)  建好资源清单 ──" in shown
    assert f"{SENTENCE}\n    ↳ county-resource-list" in shown
    assert run("source", "remove", POLICY).stdout == "已删除 yunlu-2024 的副本\n"
    assert not (home / "sources" / "yunlu-2024").exists()


def test_a_document_is_removed_by_its_own_id_too(run: Run, home: Path) -> None:
    added(run)
    result = run("source", "remove", "yunlu-2024", "--lang", "en")
    assert (result.exit_code, result.stdout) == (0, "removed the copy of yunlu-2024\n")


def test_json_gives_the_same(run: Run, home: Path) -> None:
    made = json.loads(added(run, "--json").stdout)
    assert (made["outcome"], made["policy"], made["anchored"], made["found"], made["lost"]) == (
        "added",
        "yunlu-2024",
        10,
        10,
        [],
    )
    (one,) = json.loads(run("source", "list", "--json").stdout)
    assert (one["policy"], one["format"], one["sentences"]) == ("yunlu-2024", "txt", 28)
    whole = json.loads(run("source", "show", POLICY, "--json").stdout)
    assert len(whole["sentences"]) == 28
    assert {rule["state"] for rule in whole["rules"]} == {"same", "unanchored"}
    rule = json.loads(run("source", "show", POLICY, "county-resource-list", "--json").stdout)
    assert (rule["state"], rule["sentence"]["text"], rule["sentence"]["clause"]) == ("same", SENTENCE, "二(一)")


def test_the_same_again_and_another(run: Run, home: Path, tmp_path: Path) -> None:
    added(run)
    assert "未改动" in added(run).stdout
    other = tmp_path / "new.docx"
    other.write_bytes(word(NEW.splitlines()))
    refused = run("source", "add", POLICY, str(other))
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "[shelf-holds-another]" in refused.stderr
    replaced = run("source", "add", POLICY, str(other), "--replace").stdout
    assert "已换掉原来的副本" in replaced
    assert "10 条规则中 6 条的原句在其中" in replaced
    assert "low-income-family、county-resource-list、forward-referral" in replaced


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_screens_fit(run: Run, home: Path, lang: str, width: int) -> None:
    from rich.cells import cell_len

    added(run)
    for args in (
        ("list",),
        ("show", POLICY),
        ("show", POLICY, "free-premises"),
        ("show", POLICY, "yearly-commendation"),
    ):
        result = run("source", *args, "--lang", lang, width=width)
        assert result.exit_code == 0, result.output
        assert max(cell_len(line) for line in result.stdout.splitlines()) <= width


def test_rules_show_the_sentence_beside_the_rule(run: Run, home: Path) -> None:
    assert "原文" not in run("rules", POLICY, "--id", "county-resource-list").stdout
    assert json.loads(run("rules", POLICY, "--json").stdout)[0]["original"] is None
    added(run)
    assert f"原文      {SENTENCE}" in run("rules", POLICY, "--id", "county-resource-list").stdout
    assert f"original    {SENTENCE}" in run("rules", POLICY, "--lang", "en").stdout
    made = {one["id"]: one["original"] for one in json.loads(run("rules", POLICY, "--json").stdout)}
    assert made["county-resource-list"] == {"text": SENTENCE, "clause": "二(一)", "exact": True, "likeness": 1.0}
    assert made["yearly-commendation"] is None


def test_a_sentence_that_is_only_the_nearest_says_so(run: Run, home: Path, tmp_path: Path) -> None:
    revised = tmp_path / "new.txt"
    revised.write_text(NEW, encoding="utf-8")
    assert run("source", "add", POLICY, str(revised)).exit_code == 0
    for args in (("rules", POLICY, "--id", "county-resource-list"), ("source", "show", POLICY, "county-resource-list")):
        text = run(*args, width=200).stdout
        assert "每季度更新" in text
        assert "不等于原句" in text
    assert "没有这一句" in run("source", "show", POLICY, "referral-register").stdout
    assert "没有原文指纹" in run("source", "show", POLICY, "yearly-commendation").stdout


def test_explain_shows_the_sentence_behind_a_rule(run: Run, home: Path, tmp_path: Path, write: Write) -> None:
    case = write(DECIDED)
    plain = run("explain", case, "-r", "tianjin", width=120).stdout
    assert "原文" not in plain
    text = tmp_path / "text.txt"
    text.write_text("二、主要任务\n虚构的一句。", encoding="utf-8")
    assert run("source", "add", "tianjin", str(text), "--anyway").exit_code == 0
    assert run("explain", case, "-r", "tianjin", width=120).exit_code == 0
    (home / "sources" / "tianjin-2024-22" / "manifest.json").write_text("{}", encoding="utf-8")
    broken = run("explain", case, "-r", "tianjin", width=120)
    assert (broken.exit_code, broken.stdout) == (0, plain)
    assert "[shelf-broken]" in broken.stderr


def test_a_damaged_copy_is_listed_as_such_and_can_be_removed(run: Run, home: Path) -> None:
    added(run)
    (home / "sources" / "yunlu-2024" / "manifest.json").write_text("{}", encoding="utf-8")
    assert "已损坏 [shelf-broken]" in run("source", "list").stdout
    assert run("source", "show", POLICY).exit_code == 2
    assert run("source", "remove", "yunlu-2024").exit_code == 0


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("show", POLICY), "source-none"),
        (("remove", POLICY), "source-none"),
        (("add", POLICY, "no-such-file.txt"), "file-missing"),
        (("add", POLICY, str(FOLDER)), "file-directory"),
        (("add", POLICY, POLICY), "source-suffix"),
        (("add", "tianjing", OLD_FILE), "reference-unknown"),
        (("add", "tianjin", OLD_FILE), "source-other-document"),
        (("add", "tianjin", OLD_FILE, "--policy", "tianjin-2025"), "document-unknown"),
    ],
)
def test_bad_input_is_refused_on_stderr(run: Run, home: Path, args: tuple[str, ...], code: str) -> None:
    result = run("source", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"[{code}]" in result.stderr
    assert not (home / "sources").exists()


def test_an_unknown_rule_is_refused_with_the_nearest(run: Run, home: Path) -> None:
    added(run)
    result = run("source", "show", POLICY, "county-resource-lists")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "是否为 county-resource-list？" in result.stderr


def test_a_scan_is_refused(run: Run, home: Path, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(pdf([[], []], pictures=True))
    result = run("source", "add", POLICY, str(scan), "--lang", "en")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "run OCR first, or give the text [source-scanned]" in result.stderr


def test_a_region_is_named_with_its_document(run: Run, home: Path, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text(OLD, encoding="utf-8")
    result = run("source", "add", "天津", str(text), "--policy", "tianjin-2024-22", "--anyway")
    assert result.exit_code == 0
    assert "tianjin-2024-22" in result.stdout
