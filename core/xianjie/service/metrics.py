"""Count requests for Prometheus: by route and status, never by anything that a client wrote.

Several processes of one service keep their counts in files of a folder, and each of them gives the sum of all.
"""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as MEDIA
from prometheus_client.multiprocess import MultiProcessCollector

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

SHARED = "PROMETHEUS_MULTIPROC_DIR"
"""The library's own variable, which names the folder; set for the workers of a service, and read at its import."""

__all__ = ["MEDIA", "METHODS", "SHARED", "UNMATCHED", "Metrics"]


class Metrics:
    """The counts of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.shared = bool(os.environ.get(SHARED))
        if not self.shared:
            ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "xianjie_http_requests", "Requests answered.", ("route", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "xianjie_http_request_seconds", "Time to answer.", ("route",), buckets=_BUCKETS, registry=self.registry
        )
        self.under_way = Gauge(
            "xianjie_http_requests_under_way",
            "Requests being answered.",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self.cases = Counter("xianjie_cases", "Cases answered or refused.", ("outcome",), registry=self.registry)
        self.answered = self.cases.labels("answered")
        self.refused = self.cases.labels("refused")

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        named = method if method in METHODS else "other"
        self.requests.labels(route, named, str(status)).inc()
        self.seconds.labels(route).observe(seconds)

    def written(self) -> bytes:
        """Write all counts in Prometheus' text format."""
        if not self.shared:
            return generate_latest(self.registry)
        summed = CollectorRegistry()
        MultiProcessCollector(summed)  # type: ignore[no-untyped-call]
        return generate_latest(summed)
