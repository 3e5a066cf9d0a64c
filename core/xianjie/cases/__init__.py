"""Cases: what somebody recorded of one person, checked strictly; absent means unknown, never false."""

from xianjie.cases.case import Case, Ledger, RecordedDuty, RecordedTarget, ReferralEvent

__all__ = ["Case", "Ledger", "RecordedDuty", "RecordedTarget", "ReferralEvent"]
