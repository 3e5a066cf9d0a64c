"""`xianjie why-not`: what would have to be otherwise, said as a supposition and never as advice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.cli.conftest import DECIDED, OPEN, Run, Write

HOUSEHOLD: dict[str, Any] = {
    "as_of": "2025-05-01",
    "person": {"recognised_by_local_civil_affairs": False, "left_behind_child": False},
    "household": {"size": 3, "annual_income": 120_000, "property_within_limits": True},
    "aid": {"exit_date": "2020-01-01", "temporary_aid_date": "never", "application_is_new": False,
            "special_programmes": []},
}  # fmt: skip


def data(run: Run, *args: str) -> Any:
    result = run("why-not", *args, "--json")
    assert result.exit_code in (0, 4), result.stderr
    return json.loads(result.stdout)


def test_a_change_is_a_supposition_with_its_clause(run: Run, write: Write) -> None:
    result = run("why-not", write(HOUSEHOLD), "-r", "jinhua")
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "若以下属实，则 ✓ 符合 界定 · 三" in text
    assert "家庭年总收入：低于 100000 元（现记：120000 元）" in text
    assert "不是建议改动记录" in text


def test_where_only_settled_facts_could_change_it_that_is_said(run: Run, write: Write) -> None:
    record = {
        "as_of": "2025-05-01",
        "organisation": {"charitable": True, "field": "social_assistance", "stage": "established"},
        "area": {"has_conditions": True},
    }
    args = (write(record), "-r", "hubei", "--key", "instrument.premises")
    result = run("why-not", *args)
    assert result.exit_code == 0
    text = " ".join(result.stdout.split())
    assert "没有可以改变的事实能使结论改变" in text
    assert "发展阶段：启动成立（现记：成熟） 不能改变" in text
    assert data(run, *args)["only_fixed"] is True
    assert "cannot be changed" in run("why-not", *args, "--lang", "en").stdout


def test_the_json_holds_values_and_ends(run: Run, write: Write) -> None:
    found = data(run, write(HOUSEHOLD), "-r", "jinhua")
    assert (found["status"], found["want"], found["outcome"]) == ("not_matched", "covered", "found")
    change = next(one for one in found["changes"] if one["rule"] == "low-income-household")
    assert (change["group"], change["force"], change["clause"]) == ("uplift", "definition", "三")
    (fact,) = change["facts"]
    assert (fact["was"], fact["value"], fact["at_least"], fact["at_most"], fact["fixed"]) == (
        120_000, 99_999.99, None, 99_999.99, False,
    )  # fmt: skip
    assert fact["text"] == {"zh": "低于 100000 元", "en": "below 100000 yuan"}


@pytest.mark.parametrize("want", ["not_matched", "未列入"])
def test_a_status_is_named_by_its_id_or_its_term(run: Run, write: Write, want: str) -> None:
    found = data(run, write(DECIDED), "-r", "tianjin", "--want", want)
    assert (found["status"], found["want"]) == ("covered", "not_matched")
    assert all(change["status"] == "not_matched" for change in found["changes"])


@pytest.mark.parametrize(
    ("record", "args", "words"),
    [
        (DECIDED, ("-r", "tianjin"), "这已经是最好的结论"),
        (DECIDED, ("-r", "tianjin", "--want", "covered"), "已经是这个结论"),
        (DECIDED, ("-r", "shanxi"), "都不会有更好的结论"),
        ({"household": {"size": 31}}, ("-r", "jinhua"), "超出了推算的范围"),
    ],
)
def test_where_there_is_nothing_to_change_it_says_why(
    run: Run, write: Write, record: object, args: tuple[str, ...], words: str
) -> None:
    result = run("why-not", write(record), *args)
    assert words in result.stdout
    assert result.exit_code == (4 if "超出" in words else 0)


def test_english_says_the_same(run: Run, write: Write) -> None:
    result = run("why-not", write(HOUSEHOLD), "-r", "jinhua", "--lang", "en")
    text = " ".join(result.stdout.split())
    assert "if this is recorded as so: ✓ covered" in text
    assert "total annual household income: below 100000 yuan (recorded: 120000 yuan)" in text
    assert "no advice on what to record" in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_no_line_is_wider_than_the_screen(run: Run, write: Write, width: int) -> None:
    from rich.cells import cell_len

    result = run("why-not", write(HOUSEHOLD), "-r", "jinhua", width=width)
    assert max(cell_len(line) for line in result.stdout.splitlines()) <= width


@pytest.mark.parametrize(
    ("record", "args", "code"),
    [
        (DECIDED, ("-r", "nowhere"), "region-unknown"),
        (DECIDED, ("-r", "tianjin", "--key", "eligable"), "point-unknown"),
        (DECIDED, ("-r", "tianjin", "--key", "duties"), "point-unknown"),
        (DECIDED, ("-r", "tianjin", "--key", "service.bread"), "point-unknown"),
        (DECIDED, ("-r", "tianjin", "--want", "rich"), "status-unknown"),
        (DECIDED, ("-r", "tianjin", "--want", "fresh"), "status-unreachable"),
        (DECIDED, ("-r", "tianjin", "--key", "referral.forward"), "direction-other"),
        (DECIDED, ("-r", "tianjin", "--key", "referral"), "direction-missing"),
        (OPEN, ("-r", "tianjin", "--key", "referral"), "steps-recorded"),
        (DECIDED, ("-r", "tianjin", "--as-of", "soon"), "date-impossible"),
    ],
)
def test_bad_input_is_refused_with_nothing_on_stdout(
    run: Run, write: Write, record: object, args: tuple[str, ...], code: str
) -> None:
    result = run("why-not", write(record), *args)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"[{code}]" in result.stderr
