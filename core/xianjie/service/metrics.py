"""Count requests for Prometheus: by route and status, never by anything that a client wrote."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as MEDIA

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNMATCHED = "unmatched"
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)

__all__ = ["MEDIA", "METHODS", "UNMATCHED", "Metrics"]


class Metrics:
    """The counts of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "xianjie_http_requests", "Requests answered.", ("route", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "xianjie_http_request_seconds", "Time to answer.", ("route",), buckets=_BUCKETS, registry=self.registry
        )
        self.under_way = Gauge("xianjie_http_requests_under_way", "Requests being answered.", registry=self.registry)
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
        return generate_latest(self.registry)
