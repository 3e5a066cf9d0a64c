"""Duties with a time or a number: ledgers, counted duties, yearly targets."""

from xianjie.engine.duties.counts import counted_duty
from xianjie.engine.duties.ledgers import ledger_duty
from xianjie.engine.duties.targets import target_duty
from xianjie.engine.inquiry import Entry, Inquiry

__all__ = ["counted_duty", "duties", "ledger_duty", "target_duty"]


def duties(inquiry: Inquiry) -> list[Entry]:
    """Answer each ledger, counted duty and target that the case records, in that order."""
    case = inquiry.case
    return [
        *(ledger_duty(inquiry, ledger) for ledger in case.ledgers),
        *(counted_duty(inquiry, duty) for duty in case.duties),
        *(target_duty(inquiry, target) for target in case.targets),
    ]
