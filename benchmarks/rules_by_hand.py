"""Hubei's groups as a careful programmer would write them by hand: three-valued, no explanation, no clause."""

from __future__ import annotations

from collections.abc import Mapping

Flags = Mapping[str, bool]
Three = bool | None


def either(*values: Three) -> Three:
    """Kleene's or."""
    return True if True in values else None if None in values else False


def both(*values: Three) -> Three:
    """Kleene's and."""
    return False if False in values else None if None in values else True


def hubei_groups(facts: Flags) -> tuple[Three, ...]:
    """Decide Hubei's seven groups and its advice, in the document's order."""
    get = facts.get
    received = get("aid.received")
    hardship = both(received, get("aid.still_in_difficulty"))
    recorded = get("aid.meets_conditions")
    dibao, tekun = get("person.dibao_recipient"), get("person.tekun")
    tekun_class = either(tekun, get("person.orphan"), get("person.de_facto_unsupported_child"))
    meets = recorded if recorded is not None else (True if dibao or tekun_class else None)
    unmet = None if meets is None else not meets
    return (
        both(dibao, hardship),
        both(tekun_class, hardship),
        both(get("person.dibao_marginal_member"), hardship),
        both(get("person.poverty_return_monitored"), hardship),
        both(
            either(get("person.rigid_expenditure_member"), get("person.illness_impoverished_patient")),
            hardship,
        ),
        both(get("person.other_hardship"), hardship),
        both(get("person.in_low_income_database"), unmet),
        both(meets, None if received is None else not received),
    )
