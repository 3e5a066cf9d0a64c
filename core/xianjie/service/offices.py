"""Find for which office an answer is given, and which readings that office has settled on."""

from __future__ import annotations

from xianjie.access import NATIONAL, Division, Principal
from xianjie.errors import InputError, Problem
from xianjie.records.desk import offices
from xianjie.service.answering import Office
from xianjie.service.problems import at, refuse
from xianjie.service.state import Service


async def office_of(service: Service, principal: Principal, asked: Division | None) -> Office:
    """Choose the office: the one asked for, which must lie within the asker's own, else the only one that they have."""
    own = offices(principal)
    if asked is None:
        if len(own) > 1:
            zh, en = "负责不止一个行政区划，请写明 office", "you act for several divisions: name the office"
            raise InputError(Problem("office-needed", zh, en, at(("office",))))
        return Office(own[0] if own else NATIONAL)
    if not any(division.covers(asked) for division in own):
        zh, en = "这个机关不在所辖的行政区划之内", "the office is not within your divisions"
        raise refuse(403, "office-foreign", zh, en, at(("office",)))
    return Office(asked)
