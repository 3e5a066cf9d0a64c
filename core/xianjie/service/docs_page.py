"""`/docs`: the interface to read and to try, with Swagger UI served from here: nothing is fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from xianjie.errors import PluginError, Problem
from xianjie.service.cached import FOR_EVER, tagged

_PACKAGE = "fastapi_offline"
_FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css", "favicon.png": "image/png"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_START = b"""window.addEventListener("load", () => SwaggerUIBundle({
  url: "openapi.json", dom_id: "#docs", validatorUrl: null, deepLinking: true, docExpansion: "list",
  defaultModelsExpandDepth: 0, syntaxHighlight: false
}));
"""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the page, with its content type and its hash."""

    body: bytes
    media: str
    sha256: str
    integrity: str


def routes() -> APIRouter:
    """Make the page; PluginError where the package that brings its files is not whole."""
    assets = _assets()
    page = _page(assets).encode()
    router = APIRouter()

    async def give_docs(request: Request) -> Response:
        response = tagged(request, page, media="text/html; charset=utf-8")
        response.headers["content-security-policy"] = _POLICY
        return response

    async def give_asset(request: Request, sha256: str, name: str) -> Response:
        asset = assets.get(name)
        if asset is None or asset.sha256[:16] != sha256:
            return Response(status_code=404)
        return tagged(request, asset.body, asset.sha256, FOR_EVER, asset.media)

    router.add_api_route("/docs", give_docs, methods=["GET"], include_in_schema=False)
    router.add_api_route("/docs/{sha256}/{name}", give_asset, methods=["GET"], include_in_schema=False)
    return router


def _assets() -> dict[str, Asset]:
    found = importlib.util.find_spec(_PACKAGE)
    folder = Path(next(iter(found.submodule_search_locations or ()), "")) / "static" if found else None
    out = {"start.js": _asset(_START, "text/javascript")}
    for name, media in _FILES.items():
        path = folder / name if folder else None
        if path is None or not path.is_file():
            raise PluginError(
                Problem(
                    "docs-missing",
                    f"缺少 {_PACKAGE} 的文件，请重新安装 xianjie",
                    f"files of {_PACKAGE} are missing: install xianjie anew",
                )
            )
        out[name] = _asset(path.read_bytes(), media)
    return out


def _asset(body: bytes, media: str) -> Asset:
    integrity = base64.b64encode(hashlib.sha384(body).digest()).decode()
    return Asset(body, media, hashlib.sha256(body).hexdigest(), f"sha384-{integrity}")


def _page(assets: dict[str, Asset]) -> str:
    def at(name: str) -> str:
        return f"docs/{assets[name].sha256[:16]}/{name}"

    def script(name: str) -> str:
        return f'<script src="{at(name)}" integrity="{assets[name].integrity}"></script>'

    style = assets["swagger-ui.css"]
    return f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>衔接 xianjie · 接口 API</title>
<link rel="icon" href="{at("favicon.png")}">
<link rel="stylesheet" href="{at("swagger-ui.css")}" integrity="{style.integrity}">
</head>
<body>
<div id="docs"></div>
<noscript>接口说明见 <a href="openapi.json">openapi.json</a>。The interface is told in openapi.json.</noscript>
{script("swagger-ui-bundle.js")}
{script("start.js")}
</body>
</html>
"""
