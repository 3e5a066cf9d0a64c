"""Who may do what, said once more and otherwise: a long list of plain sentences, to hold the table against."""

from __future__ import annotations

OFFICE = ("reader", "case_worker", "referral_officer", "policy_editor", "auditor", "administrator")
ALL = (*OFFICE, "charity_user")


def allowed(
    role: str,
    covers: bool,
    national: bool,
    action: str,
    resource: str,
    own: bool,
    consented: bool,
    within_categories: bool,
) -> bool:
    """Decide for one role.

    `covers`: the role's divisions cover the record's. `national`: the role is for the whole country. `own`: the record
    is of, or for, the principal's organisation. `consented`: a consent stands. `within_categories`: all that is asked
    for is covered by it.
    """
    what = f"{action} {resource}"
    # public, or nothing of anybody
    if what in ("read policy", "read organisation"):
        return True
    if what in ("read source", "read reading_choice"):
        return role not in ("charity_user", "administrator")
    if what == "run assessment":
        return role not in ("auditor", "administrator")
    # for the whole country alone
    if what == "read operation":
        return role in ("reader", "administrator") and national
    if what == "maintain operation":
        return role == "administrator" and national
    if what == "verify audit":
        return role in ("auditor", "administrator")
    # all else is within the divisions
    if not covers:
        return False
    if role == "reader":
        return what == "read ledger"
    if role == "case_worker":
        return what in (
            "read decision",
            "read case",
            "write case",
            "read person",
            "look_up person",
            "write person",
            "read referral",
            "create referral",
            "withdraw referral",
            "read consent",
            "create consent",
            "withdraw consent",
            "read disclosure",
            "read ledger",
            "write ledger",
        )
    if role == "referral_officer":
        return what in (
            "read decision",
            "read case",
            "read person",
            "look_up person",
            "read referral",
            "create referral",
            "advance referral",
            "report referral",
            "withdraw referral",
            "read consent",
            "create consent",
            "withdraw consent",
            "read disclosure",
            "create disclosure",
            "open disclosure",
            "write organisation",
            "read ledger",
            "write ledger",
        )
    if role == "policy_editor":
        return what in ("publish policy", "write source", "settle reading_choice", "read ledger")
    if role == "auditor":
        return what in (
            "read decision",
            "read referral",
            "read consent",
            "read disclosure",
            "read ledger",
            "read audit",
            "read api_key",
        )
    if role == "administrator":
        return what in ("erase person", "read audit", "read api_key", "issue api_key", "revoke api_key")
    assert role == "charity_user"
    if not own:
        return False
    if what in ("read referral", "open disclosure"):
        return consented and within_categories
    return what in (
        "create referral",
        "report referral",
        "read consent",
        "create consent",
        "withdraw consent",
        "read disclosure",
    )
