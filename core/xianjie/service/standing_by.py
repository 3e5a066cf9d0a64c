"""Keep a process standing by that has loaded the solver and read the documents: an asker waits for the answer alone."""

from __future__ import annotations

import math

from anyio import Event

from xianjie.service.asking import provable
from xianjie.service.proving import get_ready
from xianjie.service.state import Service
from xianjie.service.working import apart


async def standing_by(service: Service) -> None:
    """Get one ready, and the next whenever one was ended in the midst of its work; goes on until it is cancelled."""
    places, settings = service.proving, service.settings
    while True:
        places.lost = Event()
        day = provable(settings.today().toordinal())
        word, told = await apart(places, math.inf, settings.proving_seconds, get_ready, day)
        if word == "done":
            service.log.debug("solver ready", regions=told)
        else:  # asked of such documents, it says so
            service.log.debug("solver not made ready", codes=[problem.code for problem in told["problems"]])
        await places.lost.wait()
