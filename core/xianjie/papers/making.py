"""Make the templates: `python -m xianjie.papers.making FOLDER` writes ours as they are, to start an office's own from.

The layout follows GB/T 9704-2012 as far as a report does: A4, its margins, the title centred, page numbers outside.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from markupsafe import escape

from xianjie.papers.filling import repacked
from xianjie.papers.writing import STYLES

NAMES = ("comparison", "decision", "impact")

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"

TITLE_FONT, BODY_FONT, HEAD_FONT, SECOND_FONT = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
FONTS = {
    TITLE_FONT: ("华文中宋", "roman"),
    BODY_FONT: ("仿宋", "modern"),
    SECOND_FONT: ("楷体", "modern"),
    HEAD_FONT: ("SimHei", "swiss"),
    "宋体": ("SimSun", "roman"),
    "Times New Roman": ("Liberation Serif", "roman"),
}
"""The fonts, and by what each is replaced where an office has not got it."""


def made(name: str) -> bytes:
    """Make one template."""
    parts = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": _relationships(
            ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
            ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
        ),
        "word/document.xml": _document(name),
        "word/_rels/document.xml.rels": _relationships(
            ("rId1", f"{_OFFICE}/styles", "styles.xml"),
            ("rId2", f"{_OFFICE}/settings", "settings.xml"),
            ("rId3", f"{_OFFICE}/fontTable", "fontTable.xml"),
            ("rId4", f"{_OFFICE}/footer", "footer1.xml"),
            ("rId5", f"{_OFFICE}/footer", "footer2.xml"),
        ),
        "word/styles.xml": _styles(),
        "word/settings.xml": _settings(),
        "word/fontTable.xml": _fonts(),
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
        "docProps/core.xml": _core(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for path, text in parts.items():
            package.writestr(path, _HEAD + text)
    return repacked(out.getvalue())


def write_templates(folder: Path) -> None:
    """Write all templates into a folder, which is made where it is not there; files of their names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (folder / f"{name}.docx").write_bytes(made(name))


# -- the document ----------------------------------------------------------------------------------------------------


def _paragraph(style: str, text: str) -> str:
    run = f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p>'


def _document(name: str) -> str:
    body = [
        _paragraph("Title", "{{ title }}"),
        _paragraph("Subtitle", "{{ subtitle }}"),
        _paragraph("PaperStanding", "{%p for line in standing %}"),
        _paragraph("PaperStanding", "{{ line }}"),
        _paragraph("PaperStanding", "{%p endfor %}"),
        _paragraph("PaperBody", "{{p body }}"),
    ]
    if name == "decision":
        body.append(_signing())
    return (
        f"<w:document {_W} {_R}><w:body>{''.join(body)}"
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        '<w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="2098" w:right="1474" w:bottom="1985" w:left="1588" w:header="851" w:footer="1417"'
        ' w:gutter="0"/>'
        '<w:cols w:space="425"/></w:sectPr></w:body></w:document>'
    )


def _signing() -> str:
    """Give room for who worked on it, who looked it over, and the day."""
    line = '<w:tcBorders><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:tcBorders>'
    cells = [
        f'<w:tc><w:tcPr><w:tcW w:w="2608" w:type="dxa"/>{line}</w:tcPr>'
        f"{_paragraph('PaperSigning', '{{ words.' + word + ' }}')}</w:tc>"
        f'<w:tc><w:tcPr><w:tcW w:w="340" w:type="dxa"/></w:tcPr>{_paragraph("PaperSigning", "")}</w:tc>'
        for word in ("clerk", "reviewer", "day")
    ]
    grid = '<w:gridCol w:w="2608"/><w:gridCol w:w="340"/>' * 3
    return (
        '<w:tbl><w:tblPr><w:tblW w:w="8844" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f'<w:tblGrid>{grid}</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="900" w:hRule="atLeast"/></w:trPr>'
        f'{"".join(cells)}</w:tr></w:tbl><w:p><w:pPr><w:pStyle w:val="PaperNote"/>{_lines(0, 0, 20)}</w:pPr></w:p>'
    )


def _footer(side: str) -> str:
    field = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    head = f'<w:pPr><w:pStyle w:val="Footer"/><w:jc w:val="{side}"/></w:pPr>'
    small = '<w:rPr><w:color w:val="595959"/><w:sz w:val="16"/></w:rPr>'
    return (
        f"<w:ftr {_W} {_R}><w:p>{head}{field}</w:p>"
        f"<w:p>{head}<w:r>{small}<w:t>{{{{ footer }}}}</w:t></w:r></w:p></w:ftr>"
    )


# -- styles ----------------------------------------------------------------------------------------------------------


def _fonts_of(east: str) -> str:
    return f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{east}" w:cs="Times New Roman"/>'


def _style(style: str, name: str, paragraph: str, font: str, size: int, more: str = "", then: str = "") -> str:
    """Write a paragraph style; `size` is in half points."""
    custom = "" if style in _BUILT_IN else ' w:customStyle="1"'
    following = f'<w:next w:val="{then}"/>' if then else ""
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{style}">'
        f'<w:name w:val="{name}"/><w:basedOn w:val="Normal"/>{following}<w:qFormat/><w:pPr>{paragraph}</w:pPr>'
        f'<w:rPr>{_fonts_of(font)}{more}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


_BUILT_IN = {"Title", "Subtitle", "Heading1", "Heading2", "Heading3", "Footer"}


def _lines(before: int, after: int, line: int, rule: str = "exact") -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="{rule}"/>'


def _styles() -> str:
    return (
        f'<w:styles {_W}><w:docDefaults><w:rPrDefault><w:rPr>{_fonts_of(BODY_FONT)}<w:kern w:val="2"/>'
        '<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr>'
        f"</w:rPrDefault><w:pPrDefault/></w:docDefaults>{_DEFAULTS}{''.join(_paragraph_styles())}{_table_style()}</w:styles>"
    )


_DEFAULTS = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="80" w:type="dxa"/>'
    '<w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
)


def _paragraph_styles() -> Iterator[str]:
    keep, centred, left = "<w:keepNext/><w:keepLines/>", '<w:jc w:val="center"/>', '<w:ind w:left="420"/>'
    yield _style("Title", "Title", keep + _lines(0, 160, 640) + centred, TITLE_FONT, 44, then="Subtitle")
    yield _style("Subtitle", "Subtitle", _lines(0, 320, 480) + centred, SECOND_FONT, 28, then="PaperBody")
    sides = ("top", "left", "bottom", "right")
    box = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="6" w:color="7F7F7F"/>' for side in sides)
    boxed = f'<w:keepLines/><w:pBdr>{box}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="F7F7F7"/>'
    inside = '<w:ind w:left="120" w:right="120"/>'
    yield _style("PaperStanding", "公文效力", boxed + _lines(0, 0, 400) + inside, SECOND_FONT, 24)
    for level, font, before in ((1, HEAD_FONT, 200), (2, SECOND_FONT, 120), (3, BODY_FONT, 80)):
        outline = keep + _lines(before, 60, 560) + f'<w:outlineLvl w:val="{level - 1}"/>'
        bold = "<w:b/><w:bCs/>" if level == 3 else ""
        yield _style(f"Heading{level}", f"heading {level}", outline, font, 32, bold, "PaperBody")
    indented = '<w:ind w:firstLineChars="200" w:firstLine="640"/><w:jc w:val="both"/>'
    for style, lines, more, font, size in (
        ("PaperBody", _lines(0, 0, 560), indented, BODY_FONT, 32),
        ("PaperPoint", _lines(0, 40, 440), left, BODY_FONT, 28),
        ("PaperGround", _lines(0, 0, 360), left, BODY_FONT, 24),
        ("PaperNote", _lines(40, 40, 360), "", BODY_FONT, 24),
        ("PaperCellHead", _lines(30, 30, 300, "atLeast"), centred, HEAD_FONT, 21),
        ("PaperCell", _lines(10, 10, 260), "", "宋体", 21),
    ):
        yield _style(style, STYLES_BY_ID[style], "<w:widowControl/>" + lines + more, font, size)
    yield _style("PaperSigning", "公文签署", _lines(400, 0, 480), BODY_FONT, 28)
    yield _style("Footer", "footer", _lines(0, 0, 280), "宋体", 28)


STYLES_BY_ID = {style: name for name, style in STYLES.items()}


def _table_style() -> str:
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    name = STYLES_BY_ID["PaperTable"]
    return (
        f'<w:style w:type="table" w:customStyle="1" w:styleId="PaperTable"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>{sides}</w:tblBorders><w:tblCellMar>'
        '<w:top w:w="20" w:type="dxa"/><w:left w:w="80" w:type="dxa"/><w:bottom w:w="20" w:type="dxa"/>'
        '<w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>'
    )


# -- the other parts -------------------------------------------------------------------------------------------------


def _fonts() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="{"00" if name.isascii() else "86"}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, (other, family) in FONTS.items()
    )
    return f"<w:fonts {_W}>{fonts}</w:fonts>"


def _settings() -> str:
    return (
        f'<w:settings {_W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:doNotExpandShiftReturn/><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
        ' w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
    )


def _core() -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>{{ title }}</dc:title></cp:coreProperties>"
    )


def _types() -> str:
    kinds = {
        "word/document.xml": f"{_WORD}.document.main+xml",
        "word/styles.xml": f"{_WORD}.styles+xml",
        "word/settings.xml": f"{_WORD}.settings+xml",
        "word/fontTable.xml": f"{_WORD}.fontTable+xml",
        "word/footer1.xml": f"{_WORD}.footer+xml",
        "word/footer2.xml": f"{_WORD}.footer+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    parts = "".join(f'<Override PartName="/{path}" ContentType="{kind}"/>' for path, kind in kinds.items())
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relationships(*found: tuple[str, str, str]) -> str:
    listed = "".join(f'<Relationship Id="{id}" Type="{kind}" Target="{target}"/>' for id, kind, target in found)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


if __name__ == "__main__":
    write_templates(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "templates")
