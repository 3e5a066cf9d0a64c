"""Teach schemathesis NDJSON, and which refusals of well-shaped bodies are right: those that no schema can foretell."""

from __future__ import annotations

import json
from typing import Any

import schemathesis

NO_SCHEMA_SAYS = {
    "facts-contradict",
    "events-order",
    "citizen-number",
    "day-future",
    "until-earlier",
    "facts-too-large",
    "text-empty",
    "type-int",  # to a schema 3.0 is a whole number, to us it is not
    "text-invalid",
    "number-too-fine",
    "money-fen",
    "overlay-idle",
    "direction-missing",
    "as-of-early",
    "access-own-hand",
    "roles-mixed",
    "organisation-needed",
    "request-invalid",
    "work-too-long",
    "service-busy",
    "reading-unknown",  # which sets of readings there are is a matter of the document
    "document-unknown",
    "facts-consent",
    "consent-idle",
    "idempotency-other",
    "version-form",  # drawn for a header that may be left out
    "correction-missing",
    "update-not-done",
    "calendar-range",
}


@schemathesis.hook
def before_load_schema(_: Any, raw_schema: dict[str, Any]) -> None:
    """Take the schema of a line for that of NDJSON, as one line is written and read here."""
    for methods in raw_schema["paths"].values():
        for operation in methods.values():
            for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                for media in part.get("content", {}).values():
                    if "x-itemSchema" in media:
                        media["schema"] = media["x-itemSchema"]


@schemathesis.serializer("application/x-ndjson")
def write_lines(_: Any, value: Any) -> bytes:
    """Write one line, whatever it is."""
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer("application/x-ndjson")
def read_lines(_: Any, response: Any) -> Any:
    """Read the first line: the schema tells what a line is."""
    return json.loads(response.content.splitlines()[0])


@schemathesis.check
def only_what_no_schema_says(_: Any, response: Any, case: Any) -> None:
    """Refuse well-shaped data only for what a schema cannot say."""
    mode = getattr(getattr(case.meta, "generation", None), "mode", None)
    if response.status_code == 422 and mode is not None and mode.value == "positive":
        body = json.loads(response.content)
        codes = {fault["code"] for fault in body["errors"]}
        overlays = all(str(fault.get("pointer", "")).startswith("/settings/overlay") for fault in body["errors"])
        assert overlays or codes <= NO_SCHEMA_SAYS, f"refused: {codes}"


@schemathesis.check
def no_problem_is_anonymous(_: Any, response: Any, __: Any) -> None:
    """Every refusal is a problem with a type, and repeats no long number."""
    if response.status_code >= 400 and response.headers.get("content-type") != ["application/json"]:
        body = json.loads(response.content)
        assert body["type"] == f"urn:xianjie:problem:{body['code']}"
        assert body["status"] == response.status_code
