"""The records that live: ledgers, referrals, consents and what else an office keeps, each change by somebody's leave.

A record is changed and the change noted in the audit chain in one transaction, or neither happens.
"""
