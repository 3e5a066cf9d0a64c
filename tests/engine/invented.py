"""Invent realistic cases from a seed: a family, its referral, the office's ledgers and duties, an organisation."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, get_args

from tests.engine.asking import day, iso

from xianjie.policy.model import Event
from xianjie.vocabulary import BASE, FactSpec, FactType

EVENTS: tuple[str, ...] = get_args(Event)
DATES = ("2025-08-01", "2024-02-29", "2025-12-31", "2026-01-01")
TOLD_BY_STEPS = (
    "informed",
    "consent_given",
    "consent_date",
    "letter_issued",
    "letter_date",
    "materials_sealed",
)


class Inventor:
    """Draw cases, a good part of their facts unknown, dates and sums often exactly on a threshold."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.as_of = self.random.choice(DATES)

    def case(self) -> dict[str, Any]:
        r = self.random
        made: dict[str, Any] = {"case": f"E-{r.randrange(10_000):04}"}
        share = r.choice((0.3, 0.6, 0.9))
        for record in ("person", "household", "aid", "organisation", "area"):
            if r.random() < 0.8:
                made[record] = self.facts(record, share)
        if r.random() < 0.8:
            made["referral"] = self.referral(share)
        self.several(made, "ledgers", self.ledger)
        self.several(made, "duties", self.duty)
        self.several(made, "targets", self.target)
        return made

    def several(self, made: dict[str, Any], key: str, one: Callable[[], dict[str, Any]]) -> None:
        if self.random.random() < 0.6:
            made[key] = [one() for _ in range(self.random.randrange(1, 4))]

    def facts(self, record: str, share: float) -> dict[str, Any]:
        r = self.random
        return {s.short: self.value(s) for s in BASE.of_record(record) if r.random() < share}

    def value(self, spec: FactSpec) -> Any:
        r = self.random
        match spec.type:
            case FactType.BOOL:
                return r.random() < 0.55
            case FactType.INT:
                return r.randrange(1, 7)
            case FactType.MONEY:
                return r.choice([0, 33333.33, 33333.34, 99999.99, 100000, 120000, 166666.66, "166666.67"])
            case FactType.NUMBER:
                return r.choice([0, 3.29, 3.3, 79.9, 80, 100])
            case FactType.EVENT:
                years = r.choice([0, 1, 2, 3])
                near = day(f"{int(self.as_of[:4]) - years}{self.as_of[4:]}".replace("02-29", "02-28"))
                return r.choice(["never", iso(near + r.randrange(-2, 3)), iso(near - 100)])
            case FactType.ENUM:
                return r.choice(list(spec.words))
            case FactType.SET:
                return r.sample(["医疗救助", "教育救助", "住房救助"], r.randrange(3))

    def referral(self, share: float) -> dict[str, Any]:
        r = self.random
        facts = self.facts("referral", share)
        if r.random() < 0.4:
            facts |= {"direction": "forward", "initiator": r.choice(("civil_affairs", "township"))}
            facts |= {"handled_during_acceptance": True, "matches_project_conditions": True, "informed": True}
            facts |= {"consent_given": True, "consent_date": self.as_of}
        for flag, date in (("consent_given", "consent_date"), ("letter_issued", "letter_date")):
            if date in facts and flag in facts:
                facts[flag] = facts[date] != "never"
        if r.random() < 0.5:
            steps = ["informed", "consented", "letter_issued", "referred", "reviewed", "delivered"]
            taken = steps[: r.randrange(7)] + [r.choice(EVENTS) for _ in range(r.randrange(3))]
            facts = {name: value for name, value in facts.items() if name not in TOLD_BY_STEPS}
            facts["events"] = [{"event": event} for event in taken]
        return facts

    def ledger(self) -> dict[str, Any]:
        r = self.random
        facts = self.facts("ledger", 0.7)
        if r.random() < 0.7:
            facts |= {"kind": "supply", "level": "county"}
            facts["last_updated"] = iso(day(self.as_of) - r.choice([0, 170, 182, 190, 340, 366, 500, 800]))
        if facts.get("established") is False and "last_updated" in facts:
            facts["last_updated"] = "never"
        return facts

    def duty(self) -> dict[str, Any]:
        r = self.random
        facts = self.facts("duty", 0.8)
        facts["year"] = r.choice([2023, 2024, 2025, 2026, 2027])
        if r.random() < 0.4:
            kinds = ("departments", "charities", "grassroots")
            listed = facts.get("count", r.randrange(3))
            facts["meetings"] = [
                {kind: r.random() < 0.7 for kind in kinds if r.random() < 0.8} for _ in range(min(listed, 3))
            ]
        return facts

    def target(self) -> dict[str, Any]:
        r = self.random
        made: dict[str, Any] = {"item": r.randrange(1, 22), "year": r.choice([2023, 2024, 2025, 2026])}
        if r.random() < 0.7:
            made["value"] = r.choice([0, 1, 3.29, 3.3, 79.9, 80, 100, 130, 3000])
        if r.random() < 0.4:
            made["value_in_year"] = r.choice([1, 15, 80, 3000])
        if r.random() < 0.4:
            made["additions"] = {str(year): r.randrange(100) for year in (2024, 2025)}
        return made
