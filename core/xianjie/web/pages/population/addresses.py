"""Where the pages of populations are, and what whoever asks for them must be allowed to do."""

from __future__ import annotations

from collections.abc import Sequence

from xianjie.web.door.addresses import At
from xianjie.web.pages.population import files, showing
from xianjie.web.pages.population.seen import NEEDS

ADDRESSES: Sequence[At] = (
    At("GET", "/populations", showing.show_list, NEEDS),
    At("GET", "/populations/{name}", showing.show_one, NEEDS),
    At("GET", "/populations/{name}/{file}", files.give_file, NEEDS),
)
