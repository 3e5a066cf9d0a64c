"""Take the main text out of an HTML page: no scripts, no navigation, blocks and table rows on lines of their own."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xianjie.source import fail
from xianjie.sources.extract import Extracted, Remark, plain_text

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_DROPPED = re.compile(
    "script|style|noscript|template|iframe|object|embed|svg|canvas|nav|footer|aside|form|button|select|input|textarea"
    "|video|audio|map|head"
)
_BLOCK = re.compile(
    "p|div|section|article|main|header|h[1-6]|[uo]l|li|d[ldt]|blockquote|pre|table|tr|caption|hr|body|center|figure"
    "|figcaption|address|fieldset|tbody|thead|tfoot|details|summary"
)
_CELL = re.compile("t[dh]")
_CONTAINER = re.compile("div|section|article|main|body|center")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_\-]+)", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u00a0\u3000]+")
_SHARE = 0.9
"""A part of the page that holds so much of its running text is taken for the document."""
_DEEPEST = 200
_MOST_NODES = 400_000
_MOST_OPEN = 5000
"""Elements open at once; the parser takes time by the square of them."""
_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<(/?)([A-Za-z][^\s/>]*+)", re.DOTALL)
_CLOSED_ALONE = re.compile(
    "area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr|p|li|d[td]|t[rdh]|thead|tbody|tfoot|option"
)
"""Elements that have no end, or that the next of their kind ends."""
_NO_CHARSETS = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Codecs of the language that no page is in, and that take time by the square of what they are given."""


@dataclass(slots=True)
class _Element:
    tag: str
    inside: list[str | _Element] = field(default_factory=list)
    weight: int = 0


def html_text(data: bytes, file: str) -> Extracted:
    """Read the main text of a page, in the encoding that it declares. Raises InputError where it is no text."""
    from selectolax.lexbor import LexborHTMLParser

    text = _decoded(data, file)
    _check_open(text, file)
    body = LexborHTMLParser(text).body
    if body is None:
        return Extracted("", "html")
    whole = _plain_tree(body, file)
    main = _main(whole)
    left = whole.weight - main.weight
    remarks = []
    if left:
        zh = f"网页上正文以外约 {left} 字没有读入"
        remarks.append(Remark(zh, f"about {left} characters outside the main text of the page were not read"))
    return Extracted(_written(main), "html", None, tuple(remarks))


def _check_open(text: str, file: str) -> None:
    """Refuse a page whose elements are never closed, before it is parsed."""
    held: dict[str, int] = {}
    depth = 0
    for end, name in ((found[1], found[2]) for found in _TAG.finditer(text)):
        tag = (name or "").lower()
        if not tag or _CLOSED_ALONE.fullmatch(tag):
            continue
        if not end:
            held[tag] = held.get(tag, 0) + 1
            depth += 1
        elif held.get(tag):
            held[tag] -= 1
            depth -= 1
        if depth > _MOST_OPEN:
            fail(file, "source-too-long", "网页嵌套过深", "the page is nested too deep")


def _decoded(data: bytes, file: str) -> str:
    """Decode a page: its byte order mark, what it declares, UTF-8, GB18030."""
    found = _META.search(data[:4096])
    if (
        found
        and not _is_surely_utf8(data)
        and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    ):
        name = found[1].decode("ascii").lower()
        declared = "gb18030" if name in ("gb2312", "gbk", "gb_2312-80", "x-gbk") else name
        try:
            if declared.startswith("utf-16") or codecs.lookup(declared).name.replace("-", "_") in _NO_CHARSETS:
                raise LookupError  # a page whose declaration can be read as ASCII is not in UTF-16
            data = data.decode(declared).encode()
        except (LookupError, UnicodeError):
            pass  # the declaration is wrong: the bytes decide
    return plain_text(data, file)


def _is_surely_utf8(data: bytes) -> bool:
    """Tell UTF-8 from what a page wrongly declares: so much of GB 18030 is never well-formed UTF-8 by chance."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return sum(byte >= 0x80 for byte in data) >= 90


def _plain_tree(body: LexborNode, file: str) -> _Element:
    """Copy what is shown of a page, with no more levels than can be walked."""
    root = _Element("body")
    rest: list[tuple[LexborNode, _Element, int]] = [(body, root, 0)]
    count = 0
    while rest:
        node, element, depth = rest.pop()
        child = node.first_child
        while child is not None:
            count += 1
            if count > _MOST_NODES:
                fail(file, "source-too-long", "网页过大", "the page is too large")
            tag = child.tag or ""
            if child.is_text_node:
                element.inside.append(_SPACE.sub(" ", child.text_content or ""))
            elif child.is_element_node and not _is_hidden(child, tag):
                inner = _Element(tag)
                element.inside.append(inner)
                rest.append((child, inner, depth + 1))
            child = child.next
        if depth > _DEEPEST:
            fail(file, "source-too-long", "网页嵌套过深", "the page is nested too deep")
    _weigh(root)
    return root


def _is_hidden(node: LexborNode, tag: str) -> bool:
    given = node.attributes
    return (
        _DROPPED.fullmatch(tag) is not None
        or "hidden" in given
        or given.get("aria-hidden") == "true"
        or given.get("role") == "navigation"
        or bool(_HIDDEN.search(given.get("style") or ""))
    )


def _weigh(element: _Element) -> None:
    """Measure the running text of every part: lines that are long, or punctuated as sentences are."""
    for part in element.inside:
        if isinstance(part, _Element):
            _weigh(part)
    if not _CONTAINER.fullmatch(element.tag) or not any(_is_block(part) for part in element.inside):
        lines = [line.strip() for line in "".join(_pieces(element)).split("\n")]
        element.weight = sum(len(line) for line in lines if len(line) >= 12 or re.search("[。；，：]", line))
        return
    loose = "".join(part for part in element.inside if isinstance(part, str)).strip()
    element.weight = sum(part.weight for part in element.inside if isinstance(part, _Element)) + len(loose)


def _is_block(part: str | _Element) -> bool:
    return isinstance(part, _Element) and (_breaks(part.tag) or any(_is_block(inner) for inner in part.inside))


def _main(whole: _Element) -> _Element:
    """Go down while one part holds most of the running text, so that heads and side columns fall away."""
    found = whole
    while True:
        parts = [part for part in found.inside if isinstance(part, _Element)]
        heaviest = max(parts, key=lambda part: part.weight, default=None)
        if (
            heaviest is None
            or not _CONTAINER.fullmatch(heaviest.tag)
            or heaviest.weight < max(1.0, _SHARE * whole.weight)
        ):
            return found
        found = heaviest


def _breaks(tag: str) -> bool:
    return tag == "br" or _BLOCK.fullmatch(tag) is not None


def _pieces(element: _Element) -> Iterator[str]:
    if _breaks(element.tag):
        yield "\n"
    for part in element.inside:
        if isinstance(part, str):
            yield part
        else:
            yield from _pieces(part)
    if _BLOCK.fullmatch(element.tag):
        yield "\n"
    elif _CELL.fullmatch(element.tag):
        yield "\t"


def _written(element: _Element) -> str:
    lines = [line.strip() for line in "".join(_pieces(element)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
