"""`xianjie serve`: the HTTP service on this machine, with no configuration."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from xianjie.cli.edge import guarded
from xianjie.cli.options import Lang, LangOption, say


class Level(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@guarded
def serve(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="监听的本机地址 / the loopback address to listen on")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, metavar="PORT", help="端口，0 为任一空闲 / port; 0: any free one")
    ] = 8765,
    log_level: Annotated[
        Level,
        typer.Option("--log-level", metavar="LEVEL", help="日志级别 debug info warning error / how much is logged"),
    ] = Level.INFO,
    lang: LangOption = Lang.ZH,
) -> None:
    """启动 HTTP 服务 / Start the HTTP service.

    接口说明在 /docs，不需要互联网。日志写到标准错误，每行一个 JSON。按 Ctrl-C 停止。
    The interface is told at /docs, without the internet. The log goes to stderr, one JSON object a line.
    """
    from xianjie.service.address import loopback

    loopback(host)  # told before anything heavy is loaded
    from xianjie.service.server import serve as run

    def bound(url: str) -> None:
        typer.echo(say(lang, f"衔接服务 {url}  接口说明 {url}/docs", f"xianjie serves {url}  interface {url}/docs"))

    run(host, port, log_level.value, bound=bound)
