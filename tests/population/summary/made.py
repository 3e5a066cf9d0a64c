"""A population invented, answered and counted: five regions, one of them under a supposed change as well."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import polars as pl
from tests.population.people import invent

from xianjie.api import installed_engine
from xianjie.population.job.asked import Mapped, asking, compiled_for
from xianjie.population.summary.gathered import FILE, Summary, summary_of
from xianjie.population.summary.tally import Tallying

AS_OF = dt.date(2025, 8, 1).toordinal()
REGIONS = ("hubei", "jinhua", "shanghai", "shanxi", "tianjin", "jinhua+")
OVERLAY = Path(__file__).parents[3] / "examples" / "revisions" / "jinhua.overlay.yaml"
ROWS = 3_000


@cache
def summary() -> Summary:
    """Give the summary; its divisions are 330702 to 330708, the last of three people, and one that is no code."""
    mapped = Mapped(keep=("area",), division="area")
    text = OVERLAY.read_text(encoding="utf-8")
    dimensions = ("eligibility", "services", "incentives")
    asked = asking(installed_engine(), REGIONS, AS_OF, dimensions, mapped=mapped, supposed=(text,))
    plan = compiled_for(asked.text)
    policies = [parts["eligibility"].policy for parts in plan.parts.values()]
    people = invent(plan.layout, policies, ROWS, 5, AS_OF).frame
    names = [f"33070{number % 6 + 2}" for number in range(ROWS)]
    names[:3] = ["330708"] * 3
    names[3:60] = ["=1+1"] * 57
    tallying = Tallying(plan, division="area")
    answers = plan.answered(people.with_columns(area=pl.Series(names)), ["area"], beside=tallying.truths)
    return summary_of(asked.text, tallying.of(answers), 12)


def put(folder: Path, told: Summary | None = None) -> Path:
    """Put it, or another, into a folder as a finished population has it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text((told or summary()).text, encoding="utf-8")
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    return folder
