"""`xianjie ask`: exit status, JSON, and the page in both languages and at any width."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.cli.conftest import DECIDED, OPEN, Run, Write

from xianjie.proof import hitting

EMPTY = ("ask", "--as-of", "2025-05-01")


def data(run: Run, *args: str) -> Any:
    result = run(*args, "--json")
    assert result.exit_code in (0, 4), result.stderr
    assert result.stderr == ""
    return json.loads(result.stdout)


def test_no_case_at_all_is_a_case_in_which_nothing_is_recorded(run: Run) -> None:
    result = run(*EMPTY, "--all")
    assert result.exit_code == 0
    assert "问清以下 29 项" in result.stdout
    assert "先问：特困人员" in result.stdout
    assert "若  是：上海“属优先对象”，天津“符合”；最多再问 12 项" in result.stdout
    assert "若  否：最多再问 28 项" in result.stdout


def test_the_json_holds_all_that_is_shown(run: Run) -> None:
    found = data(run, *EMPTY, "-r", "hubei", "-r", "天津")
    assert (found["state"], found["as_of"], found["case"]) == ("found", "2025-05-01", None)
    assert found["policies"] == {"hubei": "hubei-2024", "tianjin": "tianjin-2024-22"}
    assert found["points"]["tianjin"]["eligibility"] == {
        "status": "undetermined",
        "decided": False,
        "can_become": ["covered", "not_matched"],
    }
    assert found["checked"] == {"sufficient": True, "minimal": True}
    first = found["questions"][0]
    assert {"fact", "zh", "en", "type", "words", "wanted_by", "answers", "expected_left"} == set(first)
    lefts = [answer["left"] for answer in first["answers"]]
    assert first["expected_left"] == pytest.approx(sum(lefts) / len(lefts), abs=0.01)
    assert len(found["questions"]) == 14
    everywhere = {rule["region"] for question in found["questions"] for rule in question["wanted_by"]}
    assert everywhere == {"hubei", "tianjin"}


def test_money_and_dates_are_given_with_their_ends(run: Run) -> None:
    found = data(run, *EMPTY, "-r", "jinhua")
    by_fact = {question["fact"]: question for question in found["questions"]}
    income = by_fact["household.annual_income"]["answers"]
    assert [(answer["at_least"], answer["at_most"], answer["text"]["zh"]) for answer in income] == [
        (None, 99_999.99, "低于 100000 元"),
        (100_000, None, "不低于 100000 元"),
    ]
    left = by_fact["aid.exit_date"]["answers"]
    assert [answer["text"]["zh"] for answer in left] == [
        "从未发生", "2022-04-30 或更早", "2022-05-01 至 2025-05-01", "2025-05-02 或更晚",
    ]  # fmt: skip
    assert found["bounds"]["household.annual_income"] == [0, 10_000_000]
    assert found["bounds"]["household.size"] == [1, 30]


def test_a_case_that_is_decided_leaves_nothing_to_ask(run: Run, write: Write) -> None:
    result = run("ask", write(DECIDED), "-r", "tianjin")
    assert result.exit_code == 0
    assert "不用再问" in result.stdout
    assert data(run, "ask", write(DECIDED), "-r", "tianjin")["questions"] == []


def test_answer_after_answer_the_questions_come_to_an_end(run: Run, write: Write) -> None:
    record: dict[str, Any] = {"as_of": "2025-05-01"}
    lengths = []
    while found := data(run, "ask", write(record), "-r", "tianjin")["questions"]:
        lengths.append(len(found))
        name, _, short = found[0]["fact"].partition(".")
        record.setdefault(name, {})[short] = found[0]["answers"][-1]["value"]
    assert lengths == sorted(lengths, reverse=True)
    assert len(lengths) <= lengths[0] == 6


@pytest.mark.parametrize(("width", "lang"), [(60, "en"), (80, "zh"), (120, "en")])
def test_no_line_is_wider_than_the_screen(run: Run, write: Write, width: int, lang: str) -> None:
    from rich.cells import cell_len

    result = run("ask", write(OPEN), "-r", "tianjin", "-r", "jinhua", "-d", "services", "--lang", lang, width=width)
    assert result.exit_code == 0
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= width
    assert [line for line in result.stdout.splitlines() if line != line.rstrip()] == []


def test_english_says_the_same(run: Run) -> None:
    result = run(*EMPTY, "-r", "tianjin", "--lang", "en")
    assert "These 6 decide all of the above" in result.stdout
    assert "ask first:" in result.stdout
    assert not any("\u4e00" <= char <= "\u9fff" and char not in "二" for char in result.stdout)


def test_recorded_steps_are_said_to_be_left_out(run: Run, write: Write) -> None:
    result = run("ask", write(OPEN), "-r", "tianjin", "-d", "referral")
    assert result.exit_code == 0
    assert "没有问能否转介（天津）" in result.stdout


def test_everything_without_a_direction_passes_referral_over(run: Run) -> None:
    result = run(*EMPTY, "-r", "tianjin", "-d", "all")
    assert "没有问转介：个案没有写方向" in result.stdout
    found = data(run, *EMPTY, "-r", "tianjin", "-d", "all", "--direction", "forward")
    assert found["passed_over"] == []
    assert "referral.forward" in found["points"]["tianjin"]


def test_ambiguity_is_said_to_be_an_answer(run: Run) -> None:
    assert "“文本有歧义”（金华）也是结论" in run(*EMPTY, "-r", "jinhua").stdout
    assert "文本有歧义" not in run(*EMPTY, "-r", "tianjin").stdout


def test_a_settled_reading_and_a_supposed_number_are_followed(run: Run) -> None:
    facts = {one["fact"] for one in data(run, *EMPTY, "-r", "jinhua")["questions"]}
    flat = data(run, *EMPTY, "-r", "jinhua", "--reading", "jinhua:household-size=flat")
    assert facts - {one["fact"] for one in flat["questions"]} == {"household.size"}
    supposed = data(run, *EMPTY, "-r", "jinhua", "--set", "income_line=120000")
    income = next(one for one in supposed["questions"] if one["fact"] == "household.annual_income")
    assert income["answers"][0]["text"]["zh"] == "低于 120000 元"


def test_a_search_given_up_is_no_answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hitting, "MOST_STEPS", 0)
    result = run(*EMPTY, "-r", "tianjin")
    assert result.exit_code == 4
    assert "没有求得最小的一组" in result.stdout
    assert "问清以下" not in result.stdout


def test_records_out_of_bounds_are_said_so(run: Run, write: Write) -> None:
    result = run("ask", write({"household": {"size": 31}}), "-r", "jinhua")
    assert result.exit_code == 4
    assert "超出了推算的范围" in result.stdout


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ((), "region-missing"),
        (("-r", "nowhere"), "region-unknown"),
        (("-r", "tianjin@nothing"), "document-unknown"),
        (("-r", "tianjin", "-d", "duties"), "dimension-unknown"),
        (("-r", "tianjin", "-d", "elegibility"), "dimension-unknown"),
        (("-r", "tianjin", "-d", "referral"), "direction-missing"),
        (("-r", "tianjin", "-d", "referral", "--direction", "up"), "direction-unknown"),
        (("-r", "tianjin", "--as-of", "2025-02-30"), "date-impossible"),
        (("-r", "tianjin", "--reading", "half-year"), "reading-form"),
        (("-r", "tianjin", "--reading", "tianjin:none=x"), "reading-unknown"),
        (("-r", "tianjin", "--set", "income_line=1"), "parameter-unknown"),
        (("no-such-file.yaml", "-r", "tianjin"), "file-missing"),
    ],
)
def test_bad_input_is_refused_with_nothing_on_stdout(run: Run, args: tuple[str, ...], code: str) -> None:
    result = run("ask", *args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"[{code}]" in result.stderr


def test_a_direction_other_than_the_case_says_is_refused(run: Run, write: Write) -> None:
    result = run("ask", write(OPEN), "-r", "tianjin", "--direction", "reverse")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "[direction-other]" in result.stderr


def test_of_several_cases_one_is_chosen(run: Run, write: Write) -> None:
    file = write([{"case": "A"}, {"case": "B", "person": {"dibao_recipient": True}}])
    assert "[case-choose]" in run("ask", file, "-r", "tianjin").stderr
    assert data(run, "ask", file, "-r", "tianjin", "--case", "B")["state"] == "decided"
