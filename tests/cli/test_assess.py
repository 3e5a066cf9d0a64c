"""Tests of `xianjie assess`: exit statuses, JSON, settings, errors."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from xianjie import Answer
from xianjie.cli.assess import is_undecided

from .conftest import DECIDED, OPEN, Run, Write


def _answer(text: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(text)
    Answer.model_validate(answer)
    return answer


def test_a_decided_case_exits_0(run: Run, write: Write) -> None:
    result = run("assess", write(DECIDED), "--region", "tianjin")
    assert result.exit_code == 0, result.output
    assert "✓ 符合" in result.stdout
    assert "✓ 在有效期内" in result.stdout
    assert "文件所列对象为开放式列举" in result.stdout
    assert result.stderr == ""


def test_an_open_case_exits_4(run: Run, write: Write) -> None:
    result = run("assess", write(OPEN), "--region", "tianjin")
    assert result.exit_code == 4
    assert "⇄ 文本有歧义" in result.stdout
    assert "“自上次更新起滚动六个月”（推荐）：✗ 已逾期，到期日 2025-04-10" in result.stdout
    assert "“每个自然半年一次”：✓ 在有效期内，到期日 2025-06-30" in result.stdout
    assert "aid.still_in_difficulty" in result.stdout
    assert "政府救助后仍有困难" in result.stdout


@pytest.mark.parametrize("engine", ["generated", "tree", "rete"])
def test_json_of_one_case_is_the_answer(run: Run, write: Write, engine: str) -> None:
    result = run("assess", write(OPEN), "--region", "tianjin", "--json", "--engine", engine)
    assert result.exit_code == 4
    answer = _answer(result.stdout)
    assert answer["case"] == "E-0007"
    assert list(answer["regions"]) == ["tianjin"]
    assert "符合政府救助条件" in result.stdout  # Chinese as it is, not escaped


def test_json_of_several_cases_is_an_array(run: Run, write: Write) -> None:
    path = write([DECIDED, OPEN])
    result = run("assess", path, "-r", "tianjin", "--json")
    answers = json.loads(result.stdout)
    assert [Answer.model_validate(answer).case for answer in answers] == ["E-0001", "E-0007"]
    assert result.exit_code == 4


def test_jsonl_gives_a_line_for_each_case(run: Run, write: Write) -> None:
    for cases in ([DECIDED], [DECIDED, OPEN]):
        result = run("assess", write(cases), "-r", "tianjin", "--jsonl")
        assert [_answer(line)["case"] for line in result.stdout.splitlines()] == [case["case"] for case in cases]


def test_several_files_are_read_in_order(run: Run, write: Write) -> None:
    result = run("assess", write(OPEN), write(DECIDED), "-r", "tianjin", "--jsonl")
    assert [json.loads(line)["case"] for line in result.stdout.splitlines()] == ["E-0007", "E-0001"]


def test_a_region_may_be_named_in_chinese_and_keeps_its_place(run: Run, write: Write) -> None:
    result = run("assess", write(DECIDED), "-r", "天津", "-r", "tianjin", "--json")
    assert list(_answer(result.stdout)["regions"]) == ["tianjin"]


def test_no_region_is_refused_with_the_list(run: Run, write: Write) -> None:
    result = run("assess", write(DECIDED))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "tianjin（天津）" in result.stderr
    assert "[region-missing]" in result.stderr


def test_an_unknown_region_is_refused_with_the_nearest(run: Run, write: Write) -> None:
    result = run("assess", write(DECIDED), "-r", "tianjing")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "是否为 tianjin？" in result.stderr
    result = run("assess", write(DECIDED), "-r", "tianjing", "--lang", "en")
    assert "did you mean tianjin?" in result.stderr


def test_every_fault_of_every_file_is_told_at_its_place(run: Run, tmp_path: Path) -> None:
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text('case: E\nas_of: 2025-05-01\naid: {recieved: true}\nperson: {tekun: "yes"}\n', encoding="utf-8")
    two.write_text("aid: {received: 1}\n", encoding="utf-8")
    result = run("assess", str(one), str(two), str(tmp_path / "none.yaml"), "-r", "tianjin", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    lines = result.stderr.splitlines()
    assert lines[0].startswith(f"{tmp_path / 'none.yaml'}: ")
    assert lines[1:] == [
        f"{one}:3:7 aid.recieved: 没有名为 recieved 的项，是否为 received？ [fact-unknown]",
        f"{one}:4:10 person.tekun: 只接受 true 或 false [type-bool]",
        f"{two}:1:7 aid.received: 只接受 true 或 false [type-bool]",
    ]


def test_one_bad_case_among_good_ones_leaves_stdout_empty(run: Run, write: Write) -> None:
    bad = {**OPEN, "case": "E-2", "person": {"tekun": "yes"}}
    for output in ((), ("--json",), ("--jsonl",)):
        result = run("assess", write([DECIDED, bad]), "-r", "tianjin", *output)
        assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--as-of", "2025-02-30"), "date-impossible"),
        (("--as-of", "20250501"), "date-impossible"),
        (("--due-soon-days", "-1"), "setting-range"),
        (("--reading", "half-year"), "reading-form"),
        (("--reading", "tianjin:half-year=weekly"), "reading-unknown"),
        (("--reading", "jinhua:field-limit=as-written"), "reading-unknown"),
        (("--reading", "half-year=rolling", "--reading", "half-year=calendar"), "reading-doubled"),
    ],
)
def test_bad_settings_are_refused(run: Run, write: Write, args: tuple[str, ...], code: str) -> None:
    result = run("assess", write(DECIDED), "-r", "tianjin", *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"[{code}]" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_option_stands_before_the_cases_own_date(run: Run, write: Write) -> None:
    answer = _answer(run("assess", write(DECIDED), "-r", "tianjin", "--json").stdout)
    assert answer["as_of"] == "2025-05-01"
    answer = _answer(run("assess", write(DECIDED), "-r", "tianjin", "--json", "--as-of", "2025-06-01").stdout)
    assert answer["as_of"] == "2025-06-01"


def test_without_a_date_the_day_in_beijing_is_used_and_echoed(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xianjie.cli.assess.today", lambda: dt.date(2025, 7, 1))
    path = write({key: value for key, value in DECIDED.items() if key != "as_of"})
    assert _answer(run("assess", path, "-r", "tianjin", "--json").stdout)["as_of"] == "2025-07-01"
    assert "判定日 2025-07-01（今天）" in run("assess", path, "-r", "tianjin").stdout


def test_a_chosen_reading_settles_the_ambiguity(run: Run, write: Write) -> None:
    ledger = {**DECIDED, "ledgers": [{**DECIDED["ledgers"][0], "last_updated": "2024-10-10"}]}
    path = write(ledger)
    assert run("assess", path, "-r", "tianjin").exit_code == 4
    settled = run("assess", path, "-r", "tianjin", "--reading", "tianjin:half-year=calendar", "--json")
    assert settled.exit_code == 0
    answer = _answer(settled.stdout)
    assert answer["settings"]["readings"] == {"tianjin:half-year": "calendar"}
    assert answer["regions"]["tianjin"]["duties"][0]["status"] == "fresh"


def test_days_before_the_due_date_count_as_set(run: Run, write: Write) -> None:
    ledger = {**DECIDED, "ledgers": [{**DECIDED["ledgers"][0], "last_updated": "2025-03-10"}]}
    args = (
        "assess",
        write(ledger),
        "-r",
        "tianjin",
        "--reading",
        "half-year=rolling",
        "--json",
        "--as-of",
        "2025-09-01",
    )
    for days, status in (("8", "fresh"), ("9", "due_soon"), ("30", "due_soon")):
        answer = _answer(run(*args, "--due-soon-days", days).stdout)
        assert answer["regions"]["tianjin"]["duties"][0]["status"] == status


def _part(**statuses: Any) -> dict[str, Any]:
    region: dict[str, Any] = {"eligibility": {"status": "covered", "groups": [{"status": "undetermined"}]}}
    return {"regions": {"tianjin": {**region, **statuses}}}


@pytest.mark.parametrize("status", ["undetermined", "ambiguous"])
def test_what_counts_as_undecided(status: str) -> None:
    entry = {"status": status}
    assert not is_undecided(_part())  # a single group does not count
    assert is_undecided(_part(eligibility=entry))
    for dimension in ("services", "duties", "incentives"):
        assert is_undecided(_part(**{dimension: [{"status": "applies"}, entry]}))
        assert not is_undecided(_part(**{dimension: [{"status": "not_stipulated"}]}))
    assert is_undecided(_part(referral={**entry, "simplification": None}))
    assert is_undecided(_part(referral={"status": "allowed", "simplification": entry}))
    assert not is_undecided(_part(referral={"status": "refused", "simplification": {"status": "not_available"}}))


def test_csv_and_yaml_are_read_too(run: Run, tmp_path: Path) -> None:
    yaml = tmp_path / "a.yaml"
    yaml.write_text("as_of: 2025-05-01\naid: {received: true, still_in_difficulty: true}\n", encoding="utf-8")
    assert "✓ 符合" in run("assess", str(yaml), "-r", "tianjin").stdout
    csv = tmp_path / "a.csv"
    csv.write_text("case,as_of,aid.received,aid.still_in_difficulty\nA,2025-05-01,是,是\n", encoding="utf-8")
    assert "✓ 符合" in run("assess", str(csv), "-r", "tianjin").stdout


def test_english_throughout(run: Run, write: Write) -> None:
    result = run("assess", write(OPEN), "-r", "tianjin", "--lang", "en", width=120)
    assert "Tianjin" in result.stdout
    assert "? undetermined" in result.stdout
    assert "still in difficulty after government aid" in result.stdout
    by_environment = run("assess", write(OPEN), "-r", "tianjin", width=120, env={"XIANJIE_LANG": "en"})
    assert by_environment.stdout == result.stdout
