"""Make a page out of its template: language, display choices, headers, and an entity tag."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response

from xianjie.engine.wording import KINDS
from xianjie.language import calendar
from xianjie.service.cached import tagged
from xianjie.version import __version__
from xianjie.vocabulary import terms
from xianjie.vocabulary.meanings import meaning
from xianjie.web.door.form_tokens import FIELD, hand_out, token_of
from xianjie.web.jobs import Jobs
from xianjie.web.showing.assets import Assets
from xianjie.web.showing.memory import Memory
from xianjie.web.showing.navigation import tasks_of
from xianjie.web.showing.viewer import Viewer, viewer_of

TEMPLATES = Path(__file__).parent.parent / "templates"
HTML = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Mapping[str, str] = MappingProxyType(
    {"content-security-policy": POLICY, "vary": "cookie, accept-language, hx-request"}
)
"""What every page is sent with; nothing inline is run, and nothing is asked of another host."""

_STYLE = Markup('<link rel="stylesheet" href="{}" integrity="{}">')
_SCRIPT = Markup('<script defer src="{}" integrity="{}"></script>')
_FETCHING = Markup('<script defer src="{}" integrity="{}" data-library="{}" data-library-integrity="{}"></script>')


LEFT_OUT = "left_out"
"""The parameter by which a page learns that something was taken out of the address that was asked for."""


@dataclass(frozen=True, slots=True)
class Workbench:
    """What the pages share: templates, files, what was worked out already, and the long work under way."""

    templates: Environment
    assets: Assets
    memory: Memory = field(default_factory=Memory)
    jobs: Jobs = field(default_factory=Jobs)


def make_workbench() -> Workbench:
    """Make it ready; PluginError where one of its files is not whole."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    assets = Assets()
    templates.globals["shape"] = assets.shape
    templates.globals["terms"] = terms
    templates.globals["STATUS_KINDS"] = KINDS
    templates.globals["sheet"] = lambda name: _STYLE.format(assets[name].path, assets[name].integrity)
    templates.globals["script"] = lambda name, library=None: _script(assets, name, library)
    templates.filters["term"] = lambda key, table, lang: terms.term(getattr(terms, table), key, lang)
    templates.filters["meaning"] = meaning
    templates.filters["typeset"] = typeset
    return Workbench(templates, assets)


def _script(assets: Assets, name: str, library: str | None) -> Markup:
    """Have a script run once the page is read; it fetches its `library` itself, when the page is there."""
    one = assets[name]
    if library is None:
        return _SCRIPT.format(one.path, one.integrity)
    return _FETCHING.format(one.path, one.integrity, assets[library].path, assets[library].integrity)


def workbench_of(request: Request) -> Workbench:
    """Give the workbench that a request came to."""
    return cast(Workbench, request.app.state.workbench)


def is_partial(headers: Headers) -> bool:
    """Tell whether a script asks for a part of a page, to put it in the page that is there."""
    return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"


def page(
    request: Request, name: str, /, part: str | None = None, status: int = 200, private: bool = False, **given: Any
) -> Response:
    """Answer with a page; with its template `part` alone where a script asks for that.

    A page is kept by browsers until it changes, unless it is `private` (what is said of somebody), or answers a form,
    or tells what is wrong.
    """
    viewer = viewer_of(request.headers, request.query_params)
    partial = part is not None and is_partial(request.headers)
    body = rendered(
        workbench_of(request),
        part if partial and part else name,
        viewer,
        request.url.path,
        request.query_params,
        form_token=lambda: _token_field(request),
        asker=_asker(request),
        tasks=tasks_of(request.scope["state"].get("principal")),
        **given,
    )
    if private or status != 200 or request.method not in ("GET", "HEAD"):
        response = Response(body, status, {"cache-control": "no-store"}, HTML)
    else:
        response = tagged(request, body, media=HTML)
    hand_out(request, response)
    response.headers.update(HEADERS)
    response.headers["content-language"] = viewer.spoken
    if request.query_params.get("lang") in ("zh", "en"):
        viewer.keep(response, request.url.scheme == "https")
    return response


def _asker(request: Request) -> str | None:
    """Give who is logged in, by the label that the office gave them; None where nobody has to."""
    found = request.scope["state"].get("principal")
    return found.holder if found is not None and found.id.startswith("session:") else None


def _token_field(request: Request) -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token_of(request))


def rendered(workbench: Workbench, name: str, viewer: Viewer, path: str, query: QueryParams, /, **given: Any) -> bytes:
    """Fill in a template."""
    lang = viewer.spoken

    def say(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    context = {
        "say": say,
        "lang": lang,
        "viewer": viewer,
        "path": path,
        "here": with_query(path, query),
        "other": with_query(path, query, lang="en" if lang == "zh" else "zh"),
        "other_of": lambda at: with_query(at, query, lang="en" if lang == "zh" else "zh"),
        "tasks": (),
        "left_out": LEFT_OUT in query,
        "asker": None,
        "assets": workbench.assets,
        "version": __version__,
        "day": lambda value: day_text(value, lang),
        "series": lambda texts: say("、", ", ").join(texts),
    }
    return workbench.templates.get_template(name).render({**context, **given}).encode()


def with_query(path: str, query: QueryParams, **changed: str) -> str:
    """Write a path with its query, a part of which may be changed; the language goes by the cookie.

    Whatever path was asked for, it stays one of this host: with two slashes it would name another.
    """
    path = quote("/" + path.lstrip("/\\"), safe="/:@!$&'()*+,;=-._~")
    kept = [(name, value) for name, value in query.multi_items() if name not in {"lang", LEFT_OUT, *changed}]
    written = urlencode([*kept, *changed.items()])
    return f"{path}?{written}" if written else path


def day_text(value: dt.date | str | int | None, lang: str) -> str:
    """Write a day as each language does, given as a date, in ISO 8601, or as an ordinal; a dash for None."""
    if value is None:
        return "—"
    return calendar.day_text(value, lang)


def typeset(text: str, lang: str) -> Markup:
    """Escape a text, write its days as the language does, and keep codes such as A-04 on one line."""
    days = calendar.with_days(str(escape(text)), lang)
    return Markup(_CODE.sub(r'<span class="code">\g<0></span>', days))


_CODE = re.compile(r"\b[A-Z]{1,3}-[0-9]{2}\b")
