"""A population's counts as files: a workbook, CSV, and pictures."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from xianjie.population.summary.pictures import pictures_of
from xianjie.population.summary.tables import tables_of
from xianjie.population.summary.workbook import workbook
from xianjie.population.summary.writing import csv_of
from xianjie.service.problems import refuse
from xianjie.service.state import service_of
from xianjie.service.working import in_thread
from xianjie.web.pages.downloads import CSV, XLSX, download
from xianjie.web.pages.population.seen import Seen, one_seen
from xianjie.web.showing.viewer import viewer_of

_MEDIA = {"xlsx": XLSX, "csv": CSV, "svg": "image/svg+xml", "png": "image/png"}
_NAMES = {"summary": ("xlsx", "csv"), "statuses": ("svg", "png"), "crossings": ("svg", "png")}


async def give_file(request: Request) -> Response:
    """Give one of the files; pictures are of all divisions together, for who may see these."""
    stem, _, kind = request.path_params["file"].partition(".")
    if kind not in _NAMES.get(stem, ()):
        raise refuse(404, "file-unknown", "没有这个文件", "there is no such file")
    seen = await one_seen(request)
    lang = viewer_of(request.headers, request.query_params).spoken
    body = await in_thread(service_of(request).threads, _made, seen, stem, kind, lang)
    if body is None:
        raise refuse(404, "file-unknown", "没有这张图可画", "there is no such picture to draw")
    names = {"summary": "人群测算", "statuses": "各地结论", "crossings": "两地之间"}
    return download(body, _MEDIA[kind], f"{stem}.{kind}", f"{names[stem]} {seen.name}.{kind}")


def _made(seen: Seen, stem: str, kind: str, lang: str) -> bytes | None:
    if stem != "summary":
        return pictures_of(seen.summary, kind, lang, (stem,)).get(stem) if seen.whole else None
    listed = tables_of(seen.summary, by_division=True)
    if not seen.whole:
        listed = [table for table in listed if table.key.startswith("divisions-")]
    return workbook(seen.summary, listed, lang) if kind == "xlsx" else csv_of(listed, lang)
