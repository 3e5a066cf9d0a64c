"""Cases of a document's own days: before it begins and on its first day, on its last day and after it."""

from __future__ import annotations

from collections.abc import Iterator

from xianjie.policy.prepared import Policy
from xianjie.suite.model import Entry
from xianjie.suite.naming import Naming
from xianjie.vocabulary.terms import VALIDITIES, term


def validity_entries(policy: Policy, as_of: int, naming: Naming) -> Iterator[Entry]:
    """Give a case for each day on and beside which a document's validity turns, and one for the date itself."""
    start, last = policy.start, policy.last_day
    days = {as_of: "判定日"}
    if start is not None:
        days |= {start.toordinal() - 1: "施行（印发）前一日", start.toordinal(): "施行（印发）当日"}
    if last is not None:
        days |= {last.toordinal(): "最后一日", last.toordinal() + 1: "最后一日的次日"}
    for day, what in sorted(days.items()):
        validity = policy.validity_at(day)
        document = policy.file.document
        yield Entry(
            name=naming.alone(f"文件效力：{what}，{term(VALIDITIES, validity)}"),
            as_of=day,
            record={},
            expect={"policy.validity": validity, "policy.standing": document.standing, "policy.text": document.text},
            note="文件的性质和效力",
            rows=(),
            tags=("validity",),
            serves=(),
        )
