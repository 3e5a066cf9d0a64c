"""`xianjie serve`: the HTTP service, on this machine with no configuration, or open to others with access control."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xianjie.cli.edge import guarded
from xianjie.cli.options import Lang, LangOption, say

if TYPE_CHECKING:
    from xianjie.errors import Problem


class Level(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Auth(StrEnum):
    """Who is let in."""

    NONE = "none"
    KEYS = "keys"


@guarded
def serve(
    host: Annotated[
        str,
        typer.Option("--host", metavar="ADDRESS", envvar="XIANJIE_HOST", help="监听的地址 / the address to listen on"),
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(
            "--port",
            min=0,
            max=65535,
            metavar="PORT",
            envvar="XIANJIE_PORT",
            help="端口，0 为任一空闲 / port; 0: any free one",
        ),
    ] = 8765,
    where: Annotated[
        str | None,
        typer.Option(
            "--store",
            metavar="WHERE",
            envvar="XIANJIE_DATABASE_URL",
            help="存储所在：文件夹，或 postgresql://… / the store: a folder, or postgresql://…",
        ),
    ] = None,
    auth: Annotated[
        Auth,
        typer.Option(
            "--auth",
            metavar="HOW",
            envvar="XIANJIE_AUTH",
            help="访问控制 none keys；配置了 OIDC 也接受登录令牌 / who is let in; tokens too where OIDC is set",
        ),
    ] = Auth.NONE,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--host-name",
            metavar="NAME",
            envvar="XIANJIE_HOST_NAMES",
            help="客户端所用的主机名，可写几次 / a name that clients call; can be given again",
        ),
    ] = None,
    certificate: Annotated[
        Path | None,
        typer.Option("--tls-cert", metavar="FILE", envvar="XIANJIE_TLS_CERT", help="证书链 PEM / the certificate"),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option("--tls-key", metavar="FILE", envvar="XIANJIE_TLS_KEY", help="私钥 PEM / its private key"),
    ] = None,
    proxies: Annotated[
        list[str] | None,
        typer.Option(
            "--behind-proxy",
            metavar="ADDRESS",
            envvar="XIANJIE_BEHIND_PROXY",
            help="前面代理的地址或网段，可写几次 / the proxy's address or network; can be given again",
        ),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(
            "--workers",
            min=1,
            max=64,
            metavar="N",
            envvar="XIANJIE_WORKERS",
            help="进程数，多于一个须用 PostgreSQL / processes; more than one take a PostgreSQL",
        ),
    ] = 1,
    log_level: Annotated[
        Level,
        typer.Option(
            "--log-level",
            metavar="LEVEL",
            envvar="XIANJIE_LOG_LEVEL",
            help="日志级别 debug info warning error / how much is logged",
        ),
    ] = Level.INFO,
    lang: LangOption = Lang.ZH,
) -> None:
    """启动 HTTP 服务 / Start the HTTP service.

    不加选项时只服务本机，存储在用户自己的文件夹。对外开放须有 --auth、--host-name，以及 TLS 或代理。
    接口说明在 /docs，不需要互联网。日志写到标准错误，每行一个 JSON。按 Ctrl-C 停止；SIGHUP 重读政策文件。
    With no options it serves this machine alone. To be open to others it takes --auth, --host-name, and TLS or a proxy.
    The interface is told at /docs, without the internet. The log goes to stderr. SIGHUP: read the policies again.
    """
    import os

    from xianjie.service.door.provider import provider_from
    from xianjie.service.running.address import listening

    authenticated = auth is Auth.KEYS or provider_from(os.environ) is not None
    place = listening(
        host,
        port,
        names=names or (),
        certificate=certificate,
        key=key,
        proxies=proxies or (),
        authenticated=authenticated,
    )  # told before anything heavy is loaded
    from xianjie.home import default_home
    from xianjie.plugins import AMENDMENTS, check_installed
    from xianjie.service.running.kept import store_named
    from xianjie.service.running.server import serve as run
    from xianjie.service.running.settings_variables import settings_from, strangers
    from xianjie.service.running.worker import Serving
    from xianjie.service.settings import DRAINING, ServiceSettings
    from xianjie.web.workbench import mount_ready

    check_installed()

    def tell(problem: Problem) -> None:
        typer.echo(problem.text(lang.value), err=True)

    def bound(url: str) -> None:
        typer.echo(say(lang, f"衔接服务 {url}  接口说明 {url}/docs", f"xianjie serves {url}  interface {url}/docs"))

    for stranger in strangers(os.environ):
        tell(stranger)
    home = default_home()
    # documents are read by the workers and by the solver's process as well: all of them are to find the same
    os.environ.setdefault(AMENDMENTS, str(home / "amendments"))
    settings = settings_from(os.environ, ServiceSettings(draining_seconds=DRAINING if place.guarded else 0.0))
    serving = Serving(
        place,
        store_named(os.environ, home, where),
        home,
        settings,
        log_level.value,
        workers,
        authenticated,
        mount_ready,
    )
    run(serving, bound, tell)
