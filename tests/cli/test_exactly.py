"""`xianjie assess --exact`: a sibling of the answer, and a line on the screen; nothing else changes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tests.cli.conftest import DECIDED, OPEN, Run, Write
from tests.engine.asking import small_policy

from xianjie.cli.exactly import exact_lines, open_points
from xianjie.cli.telling import Telling

RECIPIENT = {
    "as_of": "2025-05-01",
    "person": {"dibao_recipient": True},
    "aid": {"received": True, "meets_conditions": True},
}


def answers(run: Run, *args: str) -> Any:
    result = run("assess", *args, "--json")
    assert result.exit_code in (0, 4), result.stderr
    return json.loads(result.stdout)


def test_the_answer_itself_stays_as_it_is(run: Run, write: Write) -> None:
    plain = answers(run, write(OPEN), "-r", "hubei", "-r", "tianjin")
    checked = answers(run, write(OPEN), "-r", "hubei", "-r", "tianjin", "--exact")
    assert checked.pop("exact").keys() == plain["regions"].keys()
    assert checked == plain


def test_each_undetermined_point_is_checked(run: Run, write: Write) -> None:
    found = answers(run, write(RECIPIENT), "-r", "hubei", "-r", "tianjin", "-r", "shanghai", "--exact")
    for region, entry in found["regions"].items():
        assert list(found["exact"][region]) == open_points(entry)
    hubei = found["exact"]["hubei"]["eligibility"]
    assert (hubei["settled"], hubei["decided"], hubei["status"]) == (False, True, None)
    assert hubei["reachable"] == [
        {"status": "covered", "facts": {"aid.still_in_difficulty": True}},
        {"status": "not_matched", "facts": {"aid.still_in_difficulty": False}},
    ]
    assert "eligibility" not in found["exact"]["tianjin"]
    assert "priority" in found["exact"]["shanghai"]


def test_referrals_with_steps_are_left_out_and_the_rest_is_not(run: Run, write: Write) -> None:
    found = answers(run, write(OPEN), "-r", "tianjin", "--exact")
    assert found["regions"]["tianjin"]["referral"]["status"] == "undetermined"
    assert "referral.forward" not in found["exact"]["tianjin"]
    assert any(key.startswith("instrument.") for key in found["exact"]["tianjin"])


def test_several_cases_are_checked_each_by_itself(run: Run, write: Write) -> None:
    found = answers(run, write([{**RECIPIENT, "case": "A"}, {**DECIDED, "case": "B"}]), "-r", "hubei", "--exact")
    assert [list(one["exact"]["hubei"]) for one in found] == [
        ["eligibility", "service.service_type_assistance"],
        ["service.service_type_assistance"],
    ]


def test_the_screen_tells_what_it_may_come_to(run: Run, write: Write) -> None:
    result = run("assess", write(RECIPIENT), "-r", "hubei", "--exact")
    assert result.exit_code == 4
    text = " ".join(result.stdout.split())
    assert "穷尽核对 ? 覆盖与优先对象：确实取决于缺的事实，可能是符合、未列入" in text
    assert "穷尽核对" not in run("assess", write(RECIPIENT), "-r", "hubei").stdout
    english = " ".join(run("assess", write(RECIPIENT), "-r", "hubei", "--exact", "--lang", "en").stdout.split())
    assert "hangs on the missing facts indeed, may be covered, not matched" in english


def test_a_settled_answer_is_told_as_such(run: Run, write: Write, tmp_path: Path) -> None:
    """Whether the student is disabled is all one; Kleene's logic does not see it."""
    overlay = tmp_path / "either-way.yaml"
    when = "(person.student and person.disabled) or (person.student and not person.disabled)"
    overlay.write_text(
        "overlay: 1\nid: either-way\nbase: tianjin-2024-22\nzh: 两种情形\nen: both ways\n"
        f"rules:\n  conditions-not-met: {{when: {when}}}\n",
        encoding="utf-8",
    )
    file = write({"as_of": "2025-05-01", "person": {"student": True}})
    args = (file, "-r", "tianjin", "--exact", "--overlay", str(overlay))
    result = run("assess", *args)
    assert result.exit_code == 4, "the answer stays undetermined"
    assert "覆盖与优先对象：无论缺的事实如何，结论都是 ✓ 符合" in " ".join(result.stdout.split())
    found = answers(run, *args)["exact"]["tianjin"]["eligibility"]
    assert (found["settled"], found["status"], len(found["reachable"])) == (True, "covered", 1)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        ({"settled": True, "decided": True, "status": "covered", "reachable": []}, "无论缺的事实如何，结论都是 ✓ 符合"),
        ({"settled": False, "decided": False, "status": None, "reachable": []}, "未能核对"),
    ],
)
def test_each_outcome_has_its_line(one: dict[str, Any], words: str) -> None:
    policy = small_policy(
        """
        groups: [{id: people, gives: coverage, zh: 人, en: people}]
        clauses:
          - path: 一
            treatment: rules
            rules: [{part: group, id: rule, group: people, force: may, when: person.tekun, zh: 一, en: one}]
        """
    )
    console = Console(width=100, file=StringIO())
    for line in exact_lines(Telling(policy, "小地区", {}, "zh"), {"eligibility": one}):
        console.print(line)
    assert isinstance(console.file, StringIO)
    assert words in " ".join(console.file.getvalue().split())


def test_nothing_undetermined_has_no_heading() -> None:
    policy = small_policy("clauses: [{path: 一, treatment: background, zh: 一}]\n")
    assert list(exact_lines(Telling(policy, "小地区", {}, "zh"), {})) == []
