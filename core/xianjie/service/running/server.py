"""Run the service under uvicorn: bind first, so that a port that is taken is told at once, and stop in good order."""

from __future__ import annotations

import errno
import os
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from prometheus_client import multiprocess
from uvicorn.supervisors import Multiprocess

from xianjie.errors import InputError, Place, Problem
from xianjie.records.desk import Keeping
from xianjie.service.logs import Log, make_log, take_over
from xianjie.service.metrics import SHARED
from xianjie.service.running.kept import is_database, make_first_keys, opened_keeping
from xianjie.service.running.protocol import BoundedProtocol
from xianjie.service.running.tracing import require_tracing
from xianjie.service.running.worker import HANGUP, Serving, application, stay, try_out, worker_app

LEVELS = ("debug", "info", "warning", "error")
GRACE = 15
"""Seconds from the signal to the end, at most: what is under way by then is broken off."""

Tell = Callable[[Problem], None]


def serve(serving: Serving, bound: Callable[[str], None] | None = None, tell: Tell | None = None) -> None:
    """Serve until a signal ends it; `bound` gets the URL once the port is ours. Port 0 takes any that is free.

    `tell` gets what is worth knowing and no error. Raises InputError where the address cannot be had, a document is not
    fit, or several processes are to share an embedded store; StoreError and VaultError.
    """
    where = serving.listening
    _check(serving)
    chosen = replace(serving, settings=replace(serving.settings, hosts=where.names))
    log = make_log(serving.level)
    told = tell or (lambda _: None)
    with _listening(where.address, where.port) as listening:
        made = make_first_keys(os.environ, chosen.home, chosen.where)
        if made is not None:
            told(made)
        keeping = opened_keeping(os.environ, chosen.home, chosen.where)
        for remark in keeping.store.remarks:
            told(remark)
        take_over(log, "warning")
        with _closed_on_failure(keeping):
            app = None if chosen.workers > 1 else application(chosen, keeping, log)
            if app is None:
                try_out(chosen, keeping, log)
        if bound is not None:
            bound(url_of(listening, where.certificate is not None))
        if app is None:
            _serve_many(chosen, listening, log)
        else:
            stay()
            with suppress(KeyboardInterrupt):  # uvicorn has stopped in good order and raises the signal once more
                uvicorn.Server(_config(chosen, app)).run(sockets=[listening])


@contextmanager
def _closed_on_failure(keeping: Keeping) -> Iterator[None]:
    try:
        yield
    except BaseException:
        keeping.store.close()
        raise


def _check(serving: Serving) -> None:
    if serving.workers > 1 and not is_database(serving.where):
        raise InputError(
            Problem(
                "serve-workers-embedded",
                "多个进程须用 PostgreSQL（XIANJIE_DATABASE_URL 或 --store）；内置存储一次只由一个进程打开",
                "several processes take a PostgreSQL (XIANJIE_DATABASE_URL or --store): the embedded store serves one "
                "process at a time",
                Place(path="--workers"),
            )
        )
    require_tracing(os.environ)
    where = serving.listening
    if where.certificate is not None and where.key is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(where.certificate, where.key, password=str)
        except (OSError, ValueError) as error:  # SSLError is an OSError
            reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or type(error).__name__
            raise InputError(
                Problem(
                    "serve-certificate",
                    f"证书或私钥无法使用：{reason}",
                    f"the certificate or its key is of no use: {reason}",
                    Place(path="--tls-cert"),
                )
            ) from None


def _config(serving: Serving, app: Any, factory: bool = False) -> uvicorn.Config:
    where = serving.listening
    return uvicorn.Config(
        app,
        factory=factory,
        workers=serving.workers,
        http=BoundedProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ssl_certfile=where.certificate,
        ssl_keyfile=where.key,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=max(1, int(GRACE - serving.settings.draining_seconds)),
        timeout_worker_healthcheck=30,
    )


# -- several processes -------------------------------------------------------------------------------------------------


def _serve_many(serving: Serving, listening: socket.socket, log: Log) -> None:
    with tempfile.TemporaryDirectory(prefix="xianjie-metrics-") as folder:
        os.environ[SHARED] = folder  # the library reads it at its import, in each worker
        try:
            _Workers(_config(serving, partial(worker_app, serving), factory=True), [listening], Path(folder), log).run()
        finally:
            del os.environ[SHARED]


class _Workers(Multiprocess):
    """Processes that share the socket; one that ends is started again, and each is told to look at the documents."""

    def __init__(self, config: uvicorn.Config, sockets: Sequence[socket.socket], metrics: Path, log: Log) -> None:
        super().__init__(config, list(sockets))
        self._metrics, self._log = metrics, log

    def keep_subprocess_alive(self) -> None:
        """Start those anew that have ended, and let go of their gauges; their counts stay."""
        before = {process.pid for process in self.processes}
        super().keep_subprocess_alive()
        for pid in before - {process.pid for process in self.processes}:
            multiprocess.mark_process_dead(pid, str(self._metrics))  # type: ignore[no-untyped-call]
            self._log.warning("a worker ended and was started again", worker=pid)

    def handle_hup(self) -> None:
        """Have every worker look at the documents again, rather than starting it anew."""
        for process in self.processes:
            if HANGUP is not None and process.pid is not None:
                with suppress(ProcessLookupError):
                    os.kill(process.pid, HANGUP)


# -- the socket --------------------------------------------------------------------------------------------------------


def _listening(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        taken = getattr(error, "errno", None) == errno.EADDRINUSE
        reason = getattr(error, "strerror", None) or "-"
        zh = f"无法监听这个端口：{'已被另一个程序占用' if taken else reason}"
        en = f"cannot listen on this port: {'another program has it' if taken else reason}"
        raise InputError(Problem("serve-port", zh, en, Place(path="--port"))) from None


def url_of(listening: socket.socket, secure: bool = False) -> str:
    """Write the URL of a socket that listens."""
    address, port = listening.getsockname()[:2]
    scheme = "https" if secure else "http"
    return f"{scheme}://[{address}]:{port}" if ":" in address else f"{scheme}://{address}:{port}"
