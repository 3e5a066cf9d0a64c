"""Trace requests with OpenTelemetry, where its variables ask for it: method, route template and status, no value.

A caller's own trace is not taken over: it is bytes that somebody chose, and would be passed on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from xianjie.errors import InputError, Place, Problem
from xianjie.service.metrics import METHODS, UNMATCHED
from xianjie.version import __version__

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer, TracerProvider

EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def wanted(environment: Mapping[str, str]) -> bool:
    """Tell whether traces are wanted: somewhere to send them is named, and they are not switched off."""
    off = environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true"
    none = environment.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none"
    return not off and not none and any(environment.get(name) for name in ENDPOINTS)


def require_tracing(environment: Mapping[str, str]) -> None:
    """Refuse to go without traces that are asked for: InputError `tracing-missing` where it is not installed."""
    if wanted(environment) and not _installed():
        raise InputError(
            Problem(
                "tracing-missing",
                "要用 OpenTelemetry，请安装 xianjie[otel]",
                "for OpenTelemetry, install xianjie[otel]",
                Place(path=next(name for name in ENDPOINTS if environment.get(name))),
            )
        )


def _installed() -> bool:
    try:
        return find_spec("opentelemetry.sdk.trace") is not None and find_spec(EXPORTER) is not None
    except ModuleNotFoundError:
        return False


def tracing(app: FastAPI, environment: Mapping[str, str]) -> Callable[[], None]:
    """Trace an application's requests where the environment asks for it; give what sends off the last of them."""
    if not wanted(environment):
        return lambda: None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = {} if environment.get("OTEL_SERVICE_NAME") else {"service.name": "xianjie"}
    provider = TracerProvider(resource=Resource.create({"service.version": __version__, **named}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace_with(app, provider)
    return provider.shutdown


def trace_with(app: FastAPI, provider: TracerProvider) -> None:
    """Have a provider make a span of each request that comes to the application."""
    tracer = provider.get_tracer("xianjie", __version__)
    app.user_middleware.append(Middleware(Traced, tracer=tracer))  # behind the edge, which settles HEAD and OPTIONS


class Traced:
    """Wrap an application; `tracer` makes the spans."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self.app, self.tracer = app, tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, and tell of it what the log tells."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        from opentelemetry.context import Context
        from opentelemetry.trace import SpanKind, Status, StatusCode

        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        method = scope["method"] if scope["method"] in METHODS else "_OTHER"
        span = self.tracer.start_span(method, Context(), SpanKind.SERVER, record_exception=False)
        try:
            await self.app(scope, receive, sending)
        except BaseException:
            status = status or 500
            raise
        finally:
            route = getattr(scope.get("route"), "path", UNMATCHED)
            span.update_name(f"{method} {route}")
            span.set_attributes({"http.request.method": method, "http.route": route})
            span.set_attribute("http.response.status_code", status or 499)
            if status >= 500:
                span.set_status(Status(StatusCode.ERROR))
            span.end()
