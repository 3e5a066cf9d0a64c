"""Read pages as strictly as a reviewer would: tags balanced, ids unique, references that lead somewhere, a tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
OUTSIDE = ("http:", "https:", "//", "data:", "javascript:")


@dataclass(slots=True)
class Element:
    """An element with its attributes and what is in it."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting += [child for child in reversed(one.children) if isinstance(child, Element)]

    def all(self, tag: str, **wanted: str) -> list[Element]:
        """Find elements by tag and attributes; a class may be one of several."""
        names = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            one
            for one in self.walk()
            if one.tag == tag
            and all(
                value in one.attributes.get(name, "").split() if name == "class" else one.attributes.get(name) == value
                for name, value in names.items()
            )
        ]

    def one(self, tag: str, **wanted: str) -> Element:
        (found,) = self.all(tag, **wanted)
        return found

    @property
    def text(self) -> str:
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()
                yield " " if child.tag not in {"span", "strong", "a"} else ""


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#root", {})
        self.at = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if len(set(names)) < len(names):
            self.faults.append(f"{tag}: an attribute twice {names}")
        made = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(made)
        if tag not in VOID:
            self.at = made

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.at.tag != tag or self.at.parent is None:
            self.faults.append(f"</{tag}> closes <{self.at.tag}>")
            return
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


def read(html: str) -> Element:
    """Parse a page or a part of one; AssertionError where it is not well formed."""
    parser = _Parser()
    parser.feed(html)
    parser.close()
    assert parser.faults == []
    assert parser.at is parser.root, f"<{parser.at.tag}> is not closed"
    return parser.root


def faults_of(page: Element) -> list[str]:
    """Find what a browser would forgive and a person would stumble on."""
    out = []
    ids = [one.attributes["id"] for one in page.walk() if "id" in one.attributes]
    out += [f"id twice: {name}" for name, times in Counter(ids).items() if times > 1]
    there = set(ids)
    labelled = {label.attributes.get("for") for label in page.all("label")}
    for one in page.walk():
        for name in ("for", "aria-labelledby", "aria-describedby", "headers"):
            for target in one.attributes.get(name, "").split():
                if target not in there and one.attributes.get("id") != "drawer":
                    out.append(f"{one.tag} {name} leads nowhere: {target}")
        href = one.attributes.get("href", "")
        if href.startswith("#") and len(href) > 1 and href[1:] not in there:
            out.append(f"{one.tag} leads nowhere: {href}")
        if one.tag == "a" and any(inner.tag == "a" for inner in one.walk() if inner is not one):
            out.append("a link within a link")
        if one.tag in {"a", "button"} and not one.text and "aria-label" not in one.attributes:
            out.append(f"{one.tag} without a name")
        if one.tag == "input" and one.attributes.get("type") != "hidden" and not _labelled(one, labelled):
            out.append(f"input without a label: {one.attributes}")
    levels = [int(one.tag[1]) for one in page.walk() if one.tag in {"h1", "h2", "h3", "h4"}]
    out += [f"a heading of level {b} after one of {a}" for a, b in pairwise(levels) if b > a + 1]
    return out


def inline_code(page: Element) -> list[str]:
    """Find scripts, styles and handlers that stand in the page itself."""
    out = [one.tag for one in page.walk() if one.tag == "style" or (one.tag == "script" and one.children)]
    for one in page.walk():
        out += [name for name in one.attributes if name.startswith(("on", "hx-on")) or name == "style"]
        out += [
            value
            for name, value in one.attributes.items()
            if name != "value" and value.strip().lower().startswith("javascript:")
        ]
    return out


def addresses(page: Element) -> list[str]:
    """List everything that a page leads to or loads."""
    names = ("href", "src", "action", "hx-get", "hx-post", "srcset", "poster", "data", "formaction")
    return [one.attributes[name] for one in page.walk() for name in names if name in one.attributes]


def _labelled(one: Element, labelled: set[str | None]) -> bool:
    up = one.parent
    while up is not None:
        if up.tag == "label":
            return True
        up = up.parent
    return one.attributes.get("id", "-") in labelled
