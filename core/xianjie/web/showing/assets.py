"""The files that pages load: each under its own hash, kept by browsers for ever, and checked before it is served."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NoReturn

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from xianjie.errors import PluginError, Problem
from xianjie.service.cached import FOR_EVER, tagged
from xianjie.web.showing.packing import LEAST, put_in, smallest, takes_gzip

FOLDER = Path(__file__).parent.parent / "static"
PATH = "/assets"

MEDIA: Mapping[str, str] = MappingProxyType(
    {
        "workbench.css": "text/css",
        "answers.css": "text/css",
        "answers.js": "text/javascript",
        "check.css": "text/css",
        "check.js": "text/javascript",
        "referral.css": "text/css",
        "incentives.css": "text/css",
        "deadlines.css": "text/css",
        "workbench.js": "text/javascript",
        "bars.js": "text/javascript",
        "batch.css": "text/css",
        "guide.css": "text/css",
        "population.css": "text/css",
        "revise.css": "text/css",
        "revise.js": "text/javascript",
        "echarts-6.1.0.simple.min.js": "text/javascript",
        "htmx-2.0.11.min.js": "text/javascript",
        "emblem.svg": "image/svg+xml",
    }
)
VENDORED: Mapping[str, str] = MappingProxyType(
    {
        "htmx-2.0.11.min.js": "sha384-2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg",
        "echarts-6.1.0.simple.min.js": "sha384-tceyq+iTlugaZ6vut4CtUPLeu5PA081dcSvhme2LINBzh+11ILKQmEeRvpDnv9Q7",
    }
)
"""What others wrote, as the registry holds it (htmx.org 2.0.11, echarts 6.1.0), licences and notices beside it."""


_SYMBOL = re.compile(r'<symbol id="i-([a-z-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    """A file with its content type, the path it is served at, and what the browser checks it against."""

    body: bytes
    media: str
    path: str
    integrity: str


class Assets:
    """The files of the pages; PluginError where one is missing or is not the one that was vendored."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._all = {name: _asset(folder, name, media) for name, media in MEDIA.items()}
        self._by_path = {asset.path: asset for asset in self._all.values()}
        self._packed: dict[str, bytes] = {}
        self.icons = Markup(_read(folder, "icons.svg").decode())
        self._shapes = {name: Markup(shape) for name, shape in _SYMBOL.findall(self.icons)}

    def __getitem__(self, name: str) -> Asset:
        return self._all[name]

    def shape(self, name: str) -> Markup:
        """Give what an icon is drawn of; nothing where there is no such icon.

        A page has hundreds of them: a `<use>` for each would have the browser build a tree of its own for each.
        """
        return self._shapes.get(name, Markup())

    async def give(self, request: Request) -> Response:
        """Answer with a file, whoever asks: nothing in them is anybody's."""
        asset = self._by_path.get(request.url.path)
        if asset is None:
            return Response(status_code=404)
        response = tagged(request, asset.body, asset.integrity[7:], FOR_EVER, asset.media)
        response.headers.add_vary_header("accept-encoding")
        if response.status_code == 200 and len(asset.body) >= LEAST and takes_gzip(request):
            put_in(response, self._packed_of(asset))
        return response

    def pack(self) -> None:
        """Compress all of them, each of which is else compressed when it is first asked for."""
        for asset in self._all.values():
            self._packed_of(asset)

    def _packed_of(self, asset: Asset) -> bytes:
        found = self._packed.get(asset.path)
        if found is None:
            found = self._packed[asset.path] = smallest(asset.body)
        return found


def _asset(folder: Path, name: str, media: str) -> Asset:
    body = _read(folder, name)
    integrity = "sha384-" + base64.b64encode(hashlib.sha384(body).digest()).decode()
    if VENDORED.get(name, integrity) != integrity:
        _broken(name)
    return Asset(body, media, f"{PATH}/{hashlib.sha256(body).hexdigest()[:16]}/{name}", integrity)


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError:
        _broken(name)


def _broken(name: str) -> NoReturn:
    raise PluginError(
        Problem(
            "asset-broken",
            f"工作台的文件 {name} 缺少或被改动，请重新安装 xianjie",
            f"{name}, a file of the workbench, is missing or was altered: install xianjie anew",
        )
    )
