"""What is asked of whom: the regions, the dimensions and the day that were chosen, and the question that they make."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import ImmutableMultiDict

from xianjie.api import day_of
from xianjie.cases.cells import read_day
from xianjie.engine.choice import Documents
from xianjie.errors import InputError, Place, Problem
from xianjie.language.calendar import iso
from xianjie.service.asking import MOST_REGIONS
from xianjie.vocabulary.terms import DIMENSIONS
from xianjie.web.pages.check.filled import Fault
from xianjie.web.pages.parameters import dimensions_asked, several

_RECORDS: Mapping[str, str] = {"services": "person", "referral": "referral", "incentives": "organisation"}
"""The record that a case must hold so that a dimension is answered; duties are answered for the ledgers there are."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to know. `regions` as they were chosen, `named` all that are asked; `day` is an ordinal."""

    regions: tuple[str, ...]
    named: tuple[str, ...]
    dimensions: tuple[str, ...]
    day: int
    day_text: str
    faults: tuple[Fault, ...] = ()

    @property
    def records(self) -> tuple[str, ...]:
        """Name the records that a case must hold."""
        return tuple(_RECORDS[name] for name in self.dimensions if name in _RECORDS)

    def question(self, data: Mapping[str, Any], lang: str, office: str | None) -> dict[str, Any]:
        """Put the question about a case as the body of `/v1/assessments` does."""
        asked = {"case": data, "regions": list(self.named), "as_of": iso(self.day), "lang": lang}
        return asked if office is None else {**asked, "office": office}


def asked_of(fields: ImmutableMultiDict[str, str], documents: Documents, today: int) -> Asked:
    """Read the choices; no regions stand for all, no dimensions for eligibility, and a day that is none for today.

    Raises InputError for a region or a dimension that is not there: no form of ours has it.
    """
    regions = several(fields, "regions")
    if len(regions) > MOST_REGIONS:
        zh, en = f"一次最多问 {MOST_REGIONS} 个地区", f"at most {MOST_REGIONS} regions at a time"
        raise InputError(Problem("regions-many", zh, en, Place(path="?regions")))
    if regions:
        documents.check(regions)
    chosen = dimensions_asked(fields)
    dimensions = tuple(name for name in DIMENSIONS if name in chosen)
    text = fields.get("as_of", "").strip()
    day = today
    faults: tuple[Fault, ...] = ()
    try:
        day = (day_of(read_day(text)) if text else None) or today
    except InputError as error:
        faults = tuple(Fault("as_of", one.code, one.zh, one.en) for one in error.problems)
    return Asked(
        regions, regions or tuple(documents.timelines), dimensions or ("eligibility",), day, text or iso(day), faults
    )


def text_of(question: Mapping[str, Any]) -> str:
    """Write a question as the text that goes on record."""
    return json.dumps(question, ensure_ascii=False)
