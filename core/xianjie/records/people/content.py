"""What each category of data covers: fields of the person, and facts of the case; what is in none goes to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"identity": ("name", "number"), "contact": ("phone", "address")}
)
"""The fields of a person that a category covers."""

FACTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "household": frozenset(
            {
                "household.size",
                "household.annual_income",
                "household.property_within_limits",
                "household.emergency_hardship",
                "household.poor_housing",
                "household.willing_to_renovate",
                "household.major_misfortune",
            }
        ),
        "aid": frozenset(
            {
                "aid.meets_conditions",
                "aid.received",
                "aid.still_in_difficulty",
                "aid.covered_by_existing_policy",
                "aid.exit_date",
                "aid.exit_programme",
                "aid.exit_by_procedure",
                "aid.application_is_new",
                "aid.application_submitted",
                "aid.application_refused",
                "aid.temporary_aid_date",
                "aid.special_programmes",
            }
        ),
        "health": frozenset(
            {
                "person.disabled",
                "person.seriously_ill",
                "person.cannot_self_care",
                "person.illness_impoverished_patient",
                "household.illness_impoverished",
                "household.medical_burden_heavy",
            }
        ),
        "case": frozenset(
            {
                "person.dibao_recipient",
                "person.expenditure_poverty",
                "person.tekun",
                "person.orphan",
                "person.de_facto_unsupported_child",
                "person.child_in_difficulty",
                "person.left_behind_child",
                "person.dibao_marginal_member",
                "person.rigid_expenditure_member",
                "person.poverty_return_monitored",
                "person.other_hardship",
                "person.other_poverty_risk",
                "person.other_recognised_recipient",
                "person.in_low_income_database",
                "person.recognised_by_local_civil_affairs",
                "person.elderly",
                "person.minor",
                "person.elderly_alone",
                "person.student",
                "person.good_conduct_and_study",
                "person.able_to_work",
                "person.willing_to_work",
                "person.has_micro_wish",
                "referral.direction",
                "referral.initiator",
                "referral.informed",
                "referral.consent_given",
                "referral.consent_date",
                "referral.letter_issued",
                "referral.letter_date",
                "referral.materials_sealed",
                "referral.matches_project_conditions",
                "referral.can_apply_independently",
                "referral.handled_during_acceptance",
                "referral.possibly_meets_aid_conditions",
                "referral.review_passed",
            }
        ),
    }
)
"""The facts that a category covers, each in one. A region's own facts are in none, and are not disclosed."""


def needs_case(categories: Iterable[str]) -> bool:
    """Tell whether what is to be disclosed stands in a case."""
    return any(category in FACTS for category in categories)


def chosen(fields: Mapping[str, str | None], facts: Mapping[str, Any], categories: Iterable[str]) -> dict[str, Any]:
    """Choose what the categories cover of a person's fields and of a case's facts; what is not known is left out."""
    wanted = sorted(set(categories))
    person = {name: fields[name] for one in wanted for name in FIELDS.get(one, ()) if fields.get(name) is not None}
    covered = frozenset().union(*(FACTS.get(one, frozenset()) for one in wanted))
    told: dict[str, dict[str, Any]] = {}
    for record, given in facts.items():
        if isinstance(given, Mapping):
            found = {
                name: value for name, value in given.items() if value is not None and f"{record}.{name}" in covered
            }
            if found:
                told[record] = found
    return {"person": person, "facts": told}
