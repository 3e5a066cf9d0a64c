"""The service with two endpoints beside it to measure it by: one that only parses, one that only takes the body in."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import uvicorn
from fastapi import Request, Response

from xianjie.service.app import create_app
from xianjie.service.body import JsonBody, read_body
from xianjie.service.logs import make_log, take_over
from xianjie.service.running.kept import make_first_keys, opened_keeping, store_named
from xianjie.service.running.protocol import BoundedProtocol
from xianjie.service.running.worker import stay
from xianjie.service.state import service_of
from xianjie.service.wire import JSON


async def parse(request: Request) -> Response:
    """Read the question and the case as an assessment does, and answer nothing."""
    service = service_of(request)
    data = await read_body(request, service.settings.largest_body, service.settings.body_seconds)
    service.answering.case(service.answering.asked(JsonBody(data).value).case)
    return Response(b"{}", media_type=JSON)


async def take(request: Request) -> Response:
    """Take the body in, and answer nothing."""
    service = service_of(request)
    await read_body(request, service.settings.largest_body, service.settings.body_seconds)
    return Response(b"{}", media_type=JSON)


def main(port: int) -> None:
    """Serve on a port of this machine, with one worker and the log on, as `xianjie serve` does."""
    log = make_log("info")
    home = Path(os.environ["XIANJIE_HOME"])
    make_first_keys({}, home, store_named({}, home))
    app = create_app(opened_keeping({}, home), log=log)
    app.add_api_route("/parse", parse, methods=["POST"])
    app.add_api_route("/take", take, methods=["POST"])
    take_over(log, "warning")
    stay()
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=port,
        http=BoundedProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
