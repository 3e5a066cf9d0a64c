"""Work out the numbers that Word sets before paragraphs by itself (一、 （一） 1.), for they are not in the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_LEVELS = 9
_CHINESE = frozenset(
    (
        "chineseCounting",
        "chineseCountingThousand",
        "chineseLegalSimplified",
        "ideographDigital",
        "japaneseCounting",
        "japaneseDigitalTenThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
    )
)
_CIRCLED = frozenset(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"))
_UNNUMBERED = frozenset(("bullet", "none"))


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    format: str
    text: str
    style: str


@dataclass(slots=True)
class ListNumbers:
    """Count the numbered paragraphs of one document as they are read."""

    levels: dict[str, dict[int, _Level]]
    lists: dict[str, str]
    overrides: dict[str, dict[int, int]]
    styles: dict[str, tuple[str | None, int | None, str | None]]
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, document: Document) -> ListNumbers:
        """Read a document's lists and the styles that number paragraphs."""
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.oxml.parser import parse_xml

        try:
            part = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING)
        except KeyError:
            return cls({}, {}, {}, {})
        root: Element = parse_xml(part.blob)
        levels = {value_of(one, "abstractNumId"): _levels(one) for one in root.iterfind(f"{W}abstractNum")}
        lists, overrides = {}, {}
        for one in root.iterfind(f"{W}num"):
            name = value_of(one, "numId")
            lists[name] = _child(one, "abstractNumId")
            overrides[name] = {
                _whole(value_of(item, "ilvl"), 0): _whole(_child(item, "startOverride"), 1)
                for item in one.iterfind(f"{W}lvlOverride")
                if item.find(f"{W}startOverride") is not None
            }
        styles = {value_of(one, "styleId"): _style(one) for one in document.styles.element.iterfind(f"{W}style")}
        return cls(levels, lists, overrides, styles)

    def before(self, paragraph: Element) -> str:
        """Give what Word sets before a paragraph, and count it; empty where it sets none."""
        name, depth = self._place(paragraph)
        levels = self.levels.get(self.lists.get(name or "", ""), {})
        level = levels.get(depth)
        if name is None or level is None:
            return ""
        counts = self._counts.setdefault(self.lists[name], [None] * _LEVELS)
        if name not in self._begun:
            self._begun.add(name)
            for place, start in self.overrides[name].items():
                if 0 <= place < _LEVELS:
                    counts[place] = start - 1
        now = counts[depth]
        counts[depth] = level.start if now is None else now + 1
        counts[depth + 1 :] = [None] * (_LEVELS - depth - 1)
        if level.format in _UNNUMBERED:
            return ""
        text = level.text
        for place in range(depth + 1):
            other = levels.get(place)
            if other is not None:
                count = counts[place]
                text = text.replace(f"%{place + 1}", _written(other.start if count is None else count, other.format))
        return text

    def _place(self, paragraph: Element) -> tuple[str | None, int]:
        """Find a paragraph's list and level: its own, or those of its style and of what that is based on."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        given = [(*_set_by(own), "")] if own is not None else []
        given += self._inherited(value_of(style) if style is not None else None)
        name, by = next(((number, used) for number, _, used in given if number is not None), (None, ""))
        depth = next((place for _, place, _ in given if place is not None), None)
        if depth is None:
            depth = self._depth_of(name, by) if name is not None and by else 0
        return (None if name == "0" else name), max(0, min(depth, _LEVELS - 1))

    def _inherited(self, style: str | None) -> Iterator[tuple[str | None, int | None, str]]:
        for _ in range(20):
            if style is None or style not in self.styles:
                return
            number, place, parent = self.styles[style]
            yield number, place, style
            style = parent

    def _depth_of(self, number: str, style: str) -> int:
        levels = self.levels.get(self.lists.get(number, ""), {})
        return next((place for place, level in levels.items() if level.style == style), 0)


def value_of(element: Element, name: str = "val") -> str:
    """Read an attribute of Word's; empty where there is none."""
    return element.get(f"{W}{name}") or ""


def _child(element: Element, name: str) -> str:
    found = element.find(f"{W}{name}")
    return "" if found is None else value_of(found)


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _levels(abstract: Element) -> dict[int, _Level]:
    return {
        _whole(value_of(one, "ilvl"), 0): _Level(
            _whole(_child(one, "start"), 1), _child(one, "numFmt"), _child(one, "lvlText"), _child(one, "pStyle")
        )
        for one in abstract.iterfind(f"{W}lvl")
    }


def _set_by(numbered: Element | None) -> tuple[str | None, int | None]:
    if numbered is None:
        return None, None
    depth = _child(numbered, "ilvl")
    return _child(numbered, "numId") or None, _whole(depth, 0) if depth else None


def _style(style: Element) -> tuple[str | None, int | None, str | None]:
    """Give the list and level that a style sets, and the style that it is based on."""
    return *_set_by(style.find(f"{W}pPr/{W}numPr")), _child(style, "basedOn") or None


def _written(count: int, form: str) -> str:
    if form in _CHINESE:
        from cn2an import an2cn

        return str(an2cn(count, "low"))
    if form in _CIRCLED and 1 <= count <= 20:
        return chr(ord("①") + count - 1)
    if form in ("lowerLetter", "upperLetter") and 1 <= count <= 26:
        return chr(ord("a" if form == "lowerLetter" else "A") + count - 1)
    if form == "decimalZero":
        return f"{count:02}"
    return str(count)
