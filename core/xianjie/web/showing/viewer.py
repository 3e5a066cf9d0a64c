"""How somebody wants to see the pages: language, colours, contrast and size of text, kept in one cookie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from urllib.parse import unquote

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

from xianjie.service.language import accepted

COOKIE = "xianjie_display"
_YEAR = 365 * 24 * 3600

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "lang": ("auto", "zh", "en"),
        "theme": ("auto", "light", "dark"),
        "contrast": ("auto", "more"),
        "text": ("normal", "large", "larger"),
    }
)
"""What can be chosen; the first is the default, and `auto` follows the browser."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """The choices of whoever looks; `spoken` is the language that pages are in: `zh` or `en`."""

    lang: str = "auto"
    theme: str = "auto"
    contrast: str = "auto"
    text: str = "normal"
    spoken: str = "zh"

    def chosen(self, given: Mapping[str, str]) -> Viewer:
        """Take up what is given and can be chosen; the rest stays."""
        good = {name: given[name] for name, known in CHOICES.items() if given.get(name) in known}
        new = replace(self, **good)
        return replace(new, spoken=new.lang) if new.lang != "auto" else new

    def keep(self, response: Response, secure: bool) -> None:
        """Have the browser keep the choices for a year."""
        value = ".".join(getattr(self, name) for name in CHOICES)
        response.set_cookie(COOKIE, value, _YEAR, path="/", secure=secure, httponly=True, samesite="lax")


def viewer_of(headers: Headers, query: Mapping[str, str]) -> Viewer:
    """Read the choices: `lang` of the query before the cookie, and that before what the browser accepts."""
    kept = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
    values = dict(zip(CHOICES, unquote(kept).split("."), strict=False))
    viewer = Viewer(spoken=accepted(headers.get("accept-language")))
    return viewer.chosen(values).chosen({"lang": query.get("lang", "")})


assert {item.name for item in fields(Viewer)} == {*CHOICES, "spoken"}
