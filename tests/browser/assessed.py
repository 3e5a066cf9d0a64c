"""A population for the browser to look at, put where the service finds it."""

from __future__ import annotations

from urllib.parse import quote

from tests.browser.sites import Site
from tests.population.summary.made import put

from xianjie.population.summary.gathered import Summary

NAME = "示例县"


def assessed(site: Site, told: Summary | None = None) -> str:
    """Put a population, or what is given, into the folder of the service, and give the path of its page."""
    put(site.server.log.parent / "populations" / NAME, told)
    return f"/populations/{quote(NAME)}"
