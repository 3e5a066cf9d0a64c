"""`/livez, /metrics, /readyz`. Written by `make client` from OpenAPI: do not edit."""

from __future__ import annotations

from xianjie.client.call import Call, get, path, reads, text
from xianjie.client.shape import Shape


class Alive(Shape):
    """活着 the process answers."""

    status: str


class Ready(Shape):
    """就绪 whether the service can answer, and for which regions."""

    status: str
    regions: list[str]
    version: str


def is_alive() -> Call[Alive]:
    """活着 Is the process alive."""
    return get(path("livez"), reads(Alive))


def is_ready() -> Call[Ready]:
    """就绪 Is the service ready."""
    return get(path("readyz"), reads(Ready))


def give_metrics() -> Call[str]:
    """计数 Counts for Prometheus."""
    return get(path("metrics"), text)
