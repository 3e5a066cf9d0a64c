"""Run the service under uvicorn: bind first, so that a port that is taken is told at once, and stop in good order."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace

import uvicorn

from xianjie.errors import InputError, Place, Problem
from xianjie.service.address import loopback
from xianjie.service.app import create_app
from xianjie.service.kept import opened_keeping
from xianjie.service.logs import make_log, take_over
from xianjie.service.protocol import BoundedProtocol
from xianjie.service.settings import LOOPBACK, ServiceSettings
from xianjie.sources.shelf import default_home

LEVELS = ("debug", "info", "warning", "error")


def serve(
    host: str,
    port: int,
    level: str = "info",
    settings: ServiceSettings | None = None,
    bound: Callable[[str], None] | None = None,
) -> None:
    """Serve until a signal ends it; `bound` gets the URL once the port is ours. Port 0 takes any that is free.

    Raises InputError where the address is not on loopback or cannot be had.
    """
    address = loopback(host)
    chosen = settings or ServiceSettings()
    if chosen.hosts is not None:
        chosen = replace(chosen, hosts=tuple(dict.fromkeys((*LOOPBACK, *chosen.hosts, address))))
    log = make_log(level)
    with _listening(address, port) as listening, ExitStack() as closing:
        keeping = opened_keeping(os.environ, default_home())
        closing.enter_context(keeping.store)
        app = create_app(keeping, chosen, log=log)
        take_over(log, "warning")
        if bound is not None:
            bound(url_of(listening))
        config = uvicorn.Config(
            app,
            http=BoundedProtocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=15,
        )
        with suppress(KeyboardInterrupt):  # uvicorn has stopped in good order and raises the signal once more
            uvicorn.Server(config).run(sockets=[listening])


def _listening(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "-"
        zh, en = f"无法监听这个端口：{reason}", f"cannot listen on this port: {reason}"
        raise InputError(Problem("serve-port", zh, en, Place(path="--port"))) from None


def url_of(listening: socket.socket) -> str:
    """Write the URL of a socket that listens."""
    address, port = listening.getsockname()[:2]
    return f"http://[{address}]:{port}" if ":" in address else f"http://{address}:{port}"
