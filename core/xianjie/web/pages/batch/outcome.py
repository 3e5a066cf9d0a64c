"""`/batch/{id}`: what came of a table: its faults at their cells, or the answers, and both as files."""

from __future__ import annotations

from pathlib import PurePosixPath

from starlette.requests import Request
from starlette.responses import Response

from xianjie.batch.words import ORDER
from xianjie.service.problems import refuse
from xianjie.service.state import service_of
from xianjie.vocabulary.terms import DIMENSIONS
from xianjie.web.pages.batch.asking import titles
from xianjie.web.pages.batch.work import Done
from xianjie.web.pages.downloads import CSV, XLSX, download
from xianjie.web.pages.working import result_of
from xianjie.web.showing.rendering import page

MOST_FAULTS = 200
"""Faults that the page lists; the marked copy has all of them."""
MOST_ROWS = 100


async def show_outcome(request: Request) -> Response:
    """Show what came of a table."""
    job = result_of(request)
    done: Done = job.result
    lang = done.question.lang
    gathered = done.gathered
    faults = [(row.number, row.label or "", flaw) for row in done.read.bad for flaw in row.flaws]
    return page(
        request,
        "batch/outcome.html.j2",
        private=True,
        id=job.id,
        done=done,
        gathered=gathered,
        faults=faults[:MOST_FAULTS],
        unlisted=max(0, len(faults) - MOST_FAULTS),
        totals=_totals(done),
        names=titles(service_of(request), lang),
        dimensions=[name for name in DIMENSIONS if gathered and name in gathered.dimensions],
        lines=gathered.lines[:MOST_ROWS] if gathered else (),
        unanswered=gathered.left[len(faults) :] if gathered else (),
    )


async def give_file(request: Request) -> Response:
    """Give a file of a table's outcome: the marked copy, or the answers as XLSX or CSV."""
    done: Done = result_of(request).result
    stem = PurePosixPath(done.table.name).stem or "table"
    match request.path_params["file"]:
        case "marked" if done.marked is not None:
            kind = ".xlsx" if done.read.opened.is_workbook else ".csv"
            media = XLSX if kind == ".xlsx" else CSV
            return download(done.marked.data, media, f"faults{kind}", f"{stem}-错误说明{kind}")
        case "results.xlsx" if done.workbook is not None:
            return download(done.workbook, XLSX, "results.xlsx", f"{stem}-核对结果.xlsx")
        case "results.csv" if done.text is not None:
            return download(done.text, CSV, "results.csv", f"{stem}-核对结果.csv")
    raise refuse(404, "resource-unknown", "没有这个资源", "there is no such resource")


def _totals(done: Done) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """Count the rows by region, dimension and status, in the order in which they want attention."""
    if done.gathered is None:
        return []
    totals = done.gathered.totals
    out = []
    for region in done.question.regions:
        for dimension in done.gathered.dimensions:
            counted = [(status, totals[region, dimension, status]) for status in ORDER]
            out.append((region, dimension, [(status, number) for status, number in counted if number]))
    return out
