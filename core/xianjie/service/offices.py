"""Find for which office an answer is given, and which readings that office has settled on."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anyio import CapacityLimiter

from xianjie.access import NATIONAL, Division, Principal
from xianjie.engine.assess import Engine
from xianjie.errors import InputError, Problem
from xianjie.policy.prepared import Policy
from xianjie.records.desk import Keeping, offices
from xianjie.records.reading_choices import Choice, settled
from xianjie.service.answering import Office
from xianjie.service.problems import at, refuse
from xianjie.service.working import in_thread

KEPT_SECONDS = 2.0
"""How long what an office has settled is taken for granted; another process may settle something meanwhile."""
MOST = 1000


@dataclass(frozen=True, slots=True)
class _Found:
    office: Office
    engine: Engine
    until: float


class Offices:
    """Look up what offices have settled, and remember it for a moment."""

    def __init__(self, keeping: Keeping, places: CapacityLimiter) -> None:
        self._keeping, self._places = keeping, places
        self._found: OrderedDict[Division, _Found] = OrderedDict()

    async def of(self, engine: Engine, principal: Principal, asked: Division | None) -> Office:
        """Give the office that is asked for, which must lie within the asker's own, else the only one that they have.

        Raises InputError `office-needed`, and Refused with 403, `office-foreign`.
        """
        division = _division(principal, asked)
        now = time.monotonic()
        known = self._found.get(division)
        if known is None or known.engine is not engine or known.until < now:
            choices = await in_thread(self._places, self._settled, principal, division, engine.documents.every())
            known = _Found(Office(division, choices), engine, now + KEPT_SECONDS)
            self._found[division] = known
            if len(self._found) > MOST:
                self._found.popitem(last=False)
        return known.office

    def forget(self) -> None:
        """Look everything up anew: something was settled here."""
        self._found.clear()

    def _settled(
        self, principal: Principal, division: Division, policies: Sequence[Policy]
    ) -> Mapping[str, Mapping[str, Choice]]:
        with self._keeping.look(principal) as desk:
            return settled(desk.view, division, policies)


def _division(principal: Principal, asked: Division | None) -> Division:
    own = offices(principal)
    if asked is None:
        if len(own) > 1:
            zh, en = "负责不止一个行政区划，请写明 office", "you act for several divisions: name the office"
            raise InputError(Problem("office-needed", zh, en, at(("office",))))
        return own[0] if own else NATIONAL
    if not any(division.covers(asked) for division in own):
        zh, en = "这个机关不在所辖的行政区划之内", "the office is not within your divisions"
        raise refuse(403, "office-foreign", zh, en, at(("office",)))
    return asked
