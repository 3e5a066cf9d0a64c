"""A date after the date of evaluation is told as such, wherever it is recorded, and no other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from xianjie.cases import Case
from xianjie.cases.read import read_case
from xianjie.engine.later import is_later, later_words
from xianjie.language.calendar import NEVER
from xianjie.vocabulary import BASE

AS_OF = "2025-08-01"
DAY = dt.date.fromisoformat(AS_OF).toordinal()


def case_of(**data: Any) -> Case:
    return read_case(data, BASE)


@pytest.mark.parametrize(
    ("value", "later"),
    [("2025-07-31", False), ("2025-08-01", False), ("2025-08-02", True), ("never", False), (None, False)],
)
def test_only_what_comes_after_the_day_is_later(value: str | None, later: bool) -> None:
    assert is_later("aid.exit_date", value, DAY, BASE) is later
    given = {} if value is None else {"aid": {"exit_date": value}}
    words = later_words(case_of(**given), DAY, BASE, "zh")
    assert words == ("退出救助范围日期 2025-08-02，晚于判定日 2025-08-01，按当时尚未发生计。" if later else "")


def test_ordinals_are_compared_as_days_and_numbers_are_no_days() -> None:
    assert is_later("aid.exit_date", DAY + 1, DAY, BASE)
    assert not is_later("aid.exit_date", NEVER, DAY, BASE)
    assert not is_later("household.annual_income", 99_999_999, DAY, BASE)
    assert not is_later("nobody.knows", "2099-01-01", DAY, BASE)


def test_steps_ledgers_and_duties_are_told_with_their_place() -> None:
    case = case_of(
        referral={
            "direction": "forward",
            "events": [{"event": "informed", "on": "2025-08-03"}, {"event": "consented"}],
        },
        ledgers=[{"kind": "demand"}, {"kind": "supply", "last_updated": "2025-08-04"}],
        duties=[{"kind": "consultation", "last_done": "2026-01-01"}],
    )
    words = later_words(case, DAY, BASE, "zh")
    assert "步骤“已告知” 2025-08-03、" in words
    assert "台账 2 更新日 2025-08-04、" in words
    assert "次数型职责 1 最近一次日期 2026-01-01，晚于判定日" in words
    assert "台账 1" not in words
    english = later_words(case, DAY, BASE, "en")
    assert english.endswith(": after the date of evaluation, 2025-08-01, and counted as not having happened yet.")


def test_a_date_that_a_step_tells_is_told_once() -> None:
    events = [{"event": "consented", "on": "2025-09-01"}]
    words = later_words(case_of(referral={"direction": "forward", "events": events}), DAY, BASE, "zh")
    assert words.count("2025-09-01") == 1
